"""Goals of all five plans computed by hand from the raw rows, and held against mart_ivp.doelen.

Nothing of the dbt project is used but the list of municipalities per area. Goals whose verdict rests on the projection
are not here: it has tests of its own. Of cases closed in a year some came so long before that their rows are past their
retention: the counts that are left are held against the cases that the senders had.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from math import isclose
from typing import Any

from psycopg.rows import dict_row

from tests.e2e.by_hand import (
    EIND_2026,
    EIND_2027,
    Compute,
    coverage,
    footnote,
    lead_time,
    police,
    police_benchmark,
    register_count,
    share,
    state,
    survey,
    suspects,
    undelivered,
)
from tests.e2e.ends_by_hand import within_ends
from tests.e2e.raw_rows import Raw, Row
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect


@dataclass(frozen=True)
class Goal:
    doel_code: str
    regio_code: str
    expected: Compute


MINORS, YOUNG_ADULTS = "12 tot 18 jaar", "18 tot 23 jaar"  # as the source calls them
ONVEILIG, SLACHTOFFER, AANGIFTE = "VM-ONVEILIG-BEL", "VM-ONLINE-SL", "VM-ONLINE-AANG"
PREVENTIE = {"preventie", "campagne", "bezoek", "bijeenkomst", "les", "podcast", "training"}


def prevents(r: Row) -> bool:
    return r["prioriteit"] == "ondermijning" and r["status"] in ("loopt", "gereed") and r["soort"] in PREVENTIE


def current_damocles(r: Row) -> bool:
    return r["vastgesteld_op"] >= date(2019, 1, 1) and r["voorbereidingshandelingen"] is not False


def checked_address(r: Row) -> bool:
    return r["soort"] == "spookbewoning" and not r["preventief_bezoek"]


def neighbours_quarrel(r: Row) -> bool:
    return r["klasse"] == "burenruzie"


def at_school(r: Row) -> bool:
    return r["klasse"] == "incident_school"


def dumped_waste(r: Row) -> bool:
    return r["klasse"] == "drugsafval"


def visits_farmer(r: Row) -> bool:
    return r["doelgroep"] == "agrariers" and r["soort"] == "bezoek"


def trains_boa(r: Row) -> bool:
    return r["soort"] == "training" and r["functiegroep"] in ("boa", "toezichthouder")


def trained(r: Row) -> float:
    return float(r["aantal_getraind"])


def is_campaign(r: Row) -> bool:
    return bool(r["programma"] == "kijk_niet_weg")


def about_cyber(r: Row) -> bool:
    return r["prioriteit"] == "cybercrime"


def by_signal(r: Row) -> bool:
    return bool(r["aanleiding"] == "signaal")


def first_location(r: Row) -> bool:
    return bool(r["locatie_nr"] == 1)


def done_in_eight_weeks(r: Row) -> bool:
    return bool(r["datum_afgerond"] and (r["datum_afgerond"] - r["datum_ontvangst"]).days <= 56)


def settled(r: Row) -> bool:
    return r["afdoening"] is not None


def followed_up(r: Row) -> bool:
    return r["afdoening"] not in ("geen_opvolging", "onvoldoende_info")


def anything(_: Row) -> bool:
    return True


def is_ambition(r: Row) -> bool:
    return r["soort"] == "ambitie"


def is_done(r: Row) -> bool:
    return r["status"] == "gereed"


def milestone(programma: str, horizon: date) -> Compute:
    def keep(r: Row) -> bool:
        return r["soort"] == "mijlpaal" and r["programma"] == programma

    return state(keep, "actie_id", is_done, horizon=horizon)


def actions(keep: Callable[[Row], bool], base: int | None, weight: str = "", horizon: date = EIND_2026) -> Compute:
    return register_count("actieplan", "datum_start", keep, 1, weight, base=base, horizon=horizon)


MELDPUNT = ("meldpunt_ondermijning", "datum_ontvangst")
CLOSED = ("meldpunt_ondermijning", "datum_afgerond")
CONTROLE = ("adresonderzoek", "datum_start")
DOSSIER = ("woonoverlast", "datum_start")
EXTRACT, BIBOB = ("politie_extract", "periode"), ("bibob", "periode")
GOALS = [
    Goal("WNL-MISDRIJVEN", "GM1640", police("MIS-0.0.0")),
    Goal("WNL-WONINGINBRAAK", "SGWNL", police("MIS-1.1.1")),
    Goal("WNL-WONINGINBRAAK-1000", "SGWNL", police("MIS-1.1.1", per_1000=True)),
    Goal("WNL-OVERLAST", "GM0988", police("OVL-0.0.0")),
    Goal("WNL-VERWARD", "GM0988", police("OVL-E33")),
    Goal("WNL-VERWARD", "SGWNL", police("OVL-E33")),
    Goal("WNL-WAPENS", "SGWNL", police("MIS-3.1.3", enforcement=True)),
    Goal("WNL-VEILIG", "SGWNL", police_benchmark("MIS-0.0.0", "PV31")),
    Goal("WNL-VEILIG", "GM0988", police_benchmark("MIS-0.0.0", "PV31")),
    Goal("WNL-SPOOKBEWONING", "GM0988", footnote(*CONTROLE, checked_address, "", "niet uitgevoerd, geen nul")),
    *(Goal("WNL-SIGNALEN", g, within_ends(*MELDPUNT, 1)) for g in ("SGWNL", "GM0946", "GM0988", "GM1640")),
    *(Goal("WNL-WOONOVERLAST", g, within_ends(*DOSSIER, -1, every="kwartaal")) for g in ("SGWNL", "GM0946", "GM1640")),
    *(
        Goal("WNL-SCHOOL", g, within_ends(*EXTRACT, -1, keep=at_school, weight="aantal", least=10))
        for g in ("SGWNL", "GM0988", "GM1640")
    ),
    Goal("WNL-JONGEAANWAS-12-17", "SGWNL", suspects("drugs", MINORS)),
    Goal("WNL-JONGEAANWAS-18-22", "SGWNL", suspects("drugs", YOUNG_ADULTS)),
    Goal("WNL-SAMENHANG", "SGWNL", survey("VM-COHESIE-BEL", 1)),
    Goal("WNL-UITVOERINGSPLAN", "SGWNL", coverage("uitvoeringsplan")),
    Goal("WNL-WEERBAAR", "GM0988", actions(prevents, 2022)),
    Goal("KIVWM-C", "SGWM", survey(SLACHTOFFER, -1)),
    Goal("KIVWM-C1", "SGWM", survey("VM-PREVENTIE-BEL", 1)),
    Goal("KIVWM-C1-BEREIK", "SGWM", actions(about_cyber, 2022, "bereik")),
    Goal("KIVWM-C2", "SGWM", survey("VM-ONLINE-MELD", 1)),
    Goal("KIVWM-C3", "SGWM", survey(AANGIFTE, 1, "PV31", towards=True)),
    Goal("KIVWM-C3-VAST", "SGWM", survey(AANGIFTE, 1, "PV31", fixed=True, towards=True)),
    Goal("KIVWM-C4", "SGWM", survey(SLACHTOFFER, -1, "NL01")),
    Goal("KIVWM-C4-VAST", "SGWM", survey(SLACHTOFFER, -1, "NL01", fixed=True)),
    Goal("KIVWM-J1", "SGWM", police("OVL-E35", base=2021)),
    Goal("KIVWM-J1-VERDACHTEN-12-17", "SGWM", suspects("totaal", MINORS, base=2021)),
    Goal("KIVWM-J1-VERDACHTEN-18-22", "SGWM", suspects("totaal", YOUNG_ADULTS, base=2021)),
    Goal("KIVWM-S1", "SGWM", police("OVL-E33", base=2021)),
    Goal("KIVWM-O-DRUGS", "SGWM", police("MIS-3.1.1", base=2021, enforcement=True)),
    Goal(
        "KIVWM-S2",
        "SGWM",
        register_count("politie_extract", "periode", neighbours_quarrel, -1, "aantal", base=2021, tested=True),
    ),
    *(
        Goal("KIVWM-O3", g, within_ends(*BIBOB, 1, weight="aantal", every="jaar", base=2022))
        for g in ("SGWM", "GM0888")
    ),
    Goal("KIVWM-O", "SGWM", coverage("damocles", keep=current_damocles)),
    Goal("KIVWM-E2", "SGWM", coverage("externe_veiligheid")),
    Goal("KIVWM-E-CHEMELOT", "SGWM", milestone("veiligheidsvisie_chemelot", EIND_2026)),
    Goal("KIVWM-O2-DUUR", "SGWM", lead_time(*MELDPUNT, "datum_afgerond", 2022)),
    Goal("KIVWM-O2", "SGWM", share(*MELDPUNT, anything, done_in_eight_weeks, 2022, followed=56)),
    Goal("KIVWM-O2-OPGEVOLGD", "SGWM", share(*CLOSED, settled, followed_up, 2022, sent=True)),
    Goal("RNL-OPSIGNAAL", "SGNL", share("integrale_controles", "datum", first_location, by_signal, 2022)),
    Goal("RNL-SIGNALEN", "SGNL", within_ends(*MELDPUNT, 1, base=2022)),
    *(
        Goal("RNL-DRUGSAFVAL", g, within_ends(*EXTRACT, -1, keep=dumped_waste, weight="aantal", least=10, base=2022))
        for g in ("SGNL", "GM0889", "GM0893", "GM0944")
    ),
    Goal("RNL-VOORKOMEN", "SGNL", police("MIS-3.1.1", base=2022, enforcement=True)),
    Goal("RNL-VERDACHTEN-18-22", "SGNL", suspects("totaal", YOUNG_ADULTS, base=2022)),
    Goal("RNL-VEILIGHEIDSGEVOEL", "SGNL", survey(ONVEILIG, -1)),
    Goal("RNL-PREVENTIE", "SGNL", actions(prevents, 2022)),
    Goal("RNL-SIGNALEN-SNEL", "SGNL", lead_time(*MELDPUNT, "datum_eerste_actie", 2022)),
    Goal("RNL-SIGNALEN-SNEL-P90", "SGNL", lead_time(*MELDPUNT, "datum_eerste_actie", 2022, 0.9)),
    # Over a whole year: small numbers keep some of the quarters from readers.
    Goal("RNL-DRUGSAFVAL-GEMEENTE", "SGNL", undelivered("meldingen_openbare_ruimte")),
    *(Goal("RDNL-SIGNALEREN", g, within_ends(*MELDPUNT, 1, base=2023)) for g in ("SGNL", "GM0907", "GM0944")),
    Goal("RDNL-VEILIGHEIDSGEVOEL", "SGNL", survey(ONVEILIG, -1)),
    Goal("RDNL-PREVENTIE", "SGNL", actions(prevents, 2023, horizon=EIND_2027)),
    Goal("RDNL-KIJKNIETWEG", "SGNL", actions(is_campaign, 2023, "bereik", EIND_2027)),
    Goal("RDNL-DEAL", "SGNL", milestone("regio_deal", EIND_2027)),
    Goal("RDNL-ERMWIC", "SGNL", milestone("ermwic", date(2027, 6, 30))),
    Goal("DAO-REGELGEVING", "SGDR", coverage("bibob")),
    Goal("DAO-DAMOCLES", "SGDR", coverage("damocles", keep=current_damocles)),
    Goal("DAO-MELDPUNT", "SGDR", coverage("intern_meldpunt", organisations=True)),
    Goal("DAO-MMA", "SGDR", coverage("mma", organisations=True)),
    Goal("DAO-INTENTIE", "SGDR", coverage("intentieverklaring", organisations=True)),
    Goal("DAO-TRAINING", "SGDR", state(trains_boa, "functiegroep", trained, "formatie_totaal", whole_year=True)),
    Goal("DAO-AMBITIES", "SGDR", state(is_ambition, "ambitie_id", is_done, whole_year=True)),
    Goal("DAO-BUITENGEBIED", "SGDR", actions(visits_farmer, None, "aantal")),
]
STATUSES = {
    "gehaald",
    "uitgevoerd",
    "op_koers",
    "richting_goed_niet_significant",
    "geen_verandering",
    "van_koers",
    "niet_meetbaar",
    "nog_geen_data",
}


def same(expected: Any, found: Any) -> bool:
    if isinstance(expected, str):
        return expected == found or (" " in expected and expected in (found or ""))
    if expected is None or found is None or isinstance(expected, bool | date):
        return bool(expected == found)
    return isclose(expected, found, rel_tol=1e-5, abs_tol=1e-9)


def differences(goal: Goal, raw: Raw, row: Row | None) -> Iterator[str]:
    name = f"{goal.doel_code} in {goal.regio_code}"
    if row is None:
        yield f"{name} is not in mart_ivp.doelen."
        return
    for column, value in goal.expected(raw, goal.regio_code).items():
        if not same(value, row[column]):
            yield f"{name}: {column} is {row[column]!r} in mart_ivp.doelen, and {value!r} by hand."


def check(settings: Settings) -> list[str]:
    """What mart_ivp.doelen says otherwise than the arithmetic by hand, in sentences; empty when all is well."""
    with connect(settings, "postgres") as connection:
        raw = Raw(connection, settings.seed)
        cursor = connection.cursor(row_factory=dict_row)
        mart = {(r["doel_code"], r["regio_code"]): r for r in cursor.execute("select * from mart_ivp.doelen")}
        rows = [mart.get((g.doel_code, g.regio_code)) for g in GOALS]
        found = [line for g, row in zip(GOALS, rows, strict=True) for line in differences(g, raw, row)]
    missing = STATUSES - {row["status"] for row in rows if row}
    return found + [f"No goal computed by hand is {status}." for status in sorted(missing)]
