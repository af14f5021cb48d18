"""What an analyst types in R or Python; the password comes from the environment."""

from __future__ import annotations

from veiligheidsbeeld.reader.marts import ROLE
from veiligheidsbeeld.settings import Settings

_QUERY = (
    "select eind_datum, regio, aantal, per_1000, status from mart_leefomgeving.cijfers"
    " where indicator_code = 'MIS-1.1.1' and regio_code = 'NL01' and periode_soort = 'jaar' order by 1"
)
_PYTHON = """\
import os
import pandas as pd
import sqlalchemy as sa

url = sa.URL.create("postgresql+psycopg", "{role}", os.environ["PGPASSWORD"], "{host}", {port}, "{database}")
cijfers = pd.read_sql(sa.text("{query}"), sa.create_engine(url))
print(cijfers)
"""
_R = """\
library(DBI)
verbinding <- dbConnect(RPostgres::Postgres(), host = "{host}", port = {port}, dbname = "{database}",
                        user = "{role}", password = Sys.getenv("PGPASSWORD"), bigint = "numeric")
cijfers <- dbGetQuery(verbinding, "{query}")
print(cijfers)
dbDisconnect(verbinding)
"""
LINES = {"python": _PYTHON, "r": _R}


def lines(settings: Settings, language: str) -> str:
    """Lines that read one series and print it."""
    facts = {"host": settings.pg_host, "port": settings.pg_port, "database": settings.pg_database}
    return LINES[language].format(role=ROLE, query=_QUERY, **facts)
