"""Configuration of Superset. It runs in an environment of its own and knows nothing of this project but what the
environment says: SUPERSET_HOME (its own database and stamps), SUPERSET_SECRET_KEY; the password of the warehouse is for
libpq (PGPASSWORD) and so in no address and in no database.
"""

import os
from copy import deepcopy
from pathlib import Path

from superset.config import TALISMAN_CONFIG as _STANDARD

_HOME = Path(os.environ["SUPERSET_HOME"])

APP_NAME = "Veiligheidsbeeld"
SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = f"sqlite:///{_HOME / 'superset.db'}?check_same_thread=false"
SQLLAB_TIMEOUT = SUPERSET_WEBSERVER_TIMEOUT = 60
ROW_LIMIT, SQL_MAX_ROW = 10_000, 100_000

# What was asked within the last minutes is not asked of the warehouse again; a publication is seen after that.
DATA_CACHE_CONFIG = {
    "CACHE_TYPE": "FileSystemCache",
    "CACHE_DIR": str(_HOME / "cache"),
    "CACHE_DEFAULT_TIMEOUT": 300,
    "CACHE_THRESHOLD": 500,
}
CACHE_CONFIG = DATA_CACHE_CONFIG
RATELIMIT_STORAGE_URI = "memory://"

BABEL_DEFAULT_LOCALE = "nl"
LANGUAGES = {"nl": {"flag": "nl", "name": "Nederlands"}, "en": {"flag": "gb", "name": "English"}}
D3_FORMAT = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["€ ", ""]}
_MONTHS = "januari februari maart april mei juni juli augustus september oktober november december"
D3_TIME_FORMAT = {
    "dateTime": "%d-%m-%Y %H:%M:%S",
    "date": "%d-%m-%Y",
    "time": "%H:%M:%S",
    "periods": ["AM", "PM"],
    "days": ["zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"],
    "shortDays": ["zo", "ma", "di", "wo", "do", "vr", "za"],
    "months": _MONTHS.split(),
    # As the names of periods in the marts have them.
    "shortMonths": ["jan.", "feb.", "mrt.", "apr.", "mei", "jun.", "jul.", "aug.", "sep.", "okt.", "nov.", "dec."],
}

# A browser asks nothing of another host: no maps, fonts, or the counter of visits that each page has, whatever is set.
TALISMAN_ENABLED = True
TALISMAN_CONFIG = deepcopy(_STANDARD)
TALISMAN_CONFIG["content_security_policy"] |= {
    "img-src": ["'self'", "blob:", "data:"],
    "connect-src": ["'self'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "font-src": ["'self'", "data:"],
}
WTF_CSRF_ENABLED = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
