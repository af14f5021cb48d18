"""Places of the region that is chosen, by the part that they play: a test that names none holds for any region.

Read from the region's folder (VB_REGIO, or the example) and the national list. The region needs three municipalities
with wijken and buurten that work together, and a province in which others became one on 1 January 2019.
"""

from __future__ import annotations

import os
from datetime import date

from veiligheidsbeeld.region import NATIONAL, SETTING, active, municipalities, read

REGION = active()
# For settings that are made of a mapping: they know no other environment.
CHOSEN = {SETTING: os.environ[SETTING]} if os.environ.get(SETTING) else {}

TOWN, NEIGHBOUR, THIRD = REGION.head.detail[:3]
TRIO = [TOWN, NEIGHBOUR, THIRD]
TOWN_NAME, NEIGHBOUR_NAME, THIRD_NAME = (municipalities()[code].own_name for code in TRIO)
NAMES = {TOWN: TOWN_NAME, NEIGHBOUR: NEIGHBOUR_NAME, THIRD: THIRD_NAME}

# Their wijken and buurten: the codes of these are the digits of the municipality and two or four more.
WIJK_1, BUURT_1, BUURT_2 = f"WK{TOWN[2:]}01", f"BU{TOWN[2:]}0101", f"BU{TOWN[2:]}0102"

# The partnership of the three, the areas around them, and how the sources title these.
(TOGETHER,) = (
    area
    for area in {m.gebied for m in REGION.members if m.soort == "samenwerkingsgebied"}
    if {m.gemeente for m in REGION.members if m.gebied == area} == set(TRIO)
)
PROVINCE, UNIT = municipalities()[TOWN].provincie, municipalities()[TOWN].eenheid
_TITLES = {row["gebied_code"]: row["naam"] for row in read(NATIONAL / "gebied.csv")}
(PART,) = (
    row["geheel_code"]
    for row in read(NATIONAL / "regio_samenstelling.csv")
    if row["deel_code"] == PROVINCE and row["geheel_code"].startswith("LD")
)
PROVINCE_TITLE, UNIT_TITLE, PART_TITLE = (_TITLES[code] for code in (PROVINCE, UNIT, PART))

# A municipality of the province that was made of others on 1 January 2019, and those.
_MERGED = date(2019, 1, 1)
(HEIR,) = (m.code for m in municipalities().values() if m.provincie == PROVINCE and m.van == _MERGED)
FORMER = sorted(m.code for m in municipalities().values() if m.provincie == PROVINCE and m.tot == _MERGED)
HEIR_NAME = municipalities()[HEIR].own_name

# Other municipalities of the province today.
OTHERS = sorted(m.code for m in municipalities().values() if m.provincie == PROVINCE and not m.tot)
OTHERS = [code for code in OTHERS if code not in (*TRIO, HEIR)]

# The police team of the three and its district: each one code, or none where the region's folder names no teams.
_TEAMS = [row for row in REGION.rows("basisteam_gemeente") if row["gemeente_code"] == TOWN]
TEAM, DISTRICT = ([row[f"{kind}_code"] for row in _TEAMS] for kind in ("basisteam", "district"))

# Elsewhere in the country.
OTHER_UNIT = next(code for code in _TITLES if code.startswith("RE") and code != UNIT)
OTHER_PROVINCE = next(code for code in _TITLES if code.startswith("PV") and code != PROVINCE)
