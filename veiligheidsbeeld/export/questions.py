"""Which tables can be exported, and how the marts are asked for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import psycopg
from psycopg import sql

from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.export.table import Column, Table, Value
from veiligheidsbeeld.goals.screen import STATUS
from veiligheidsbeeld.reader import marts
from veiligheidsbeeld.reader.choice import KeyFigures
from veiligheidsbeeld.reader.marts import Row
from veiligheidsbeeld.reader.notation import MEASURES, STATES

REGION = Column("Regio", "naam van het gebied")
CODE = Column("Regiocode", "code van het gebied (CBS, politie of eigen)")
INDICATOR = Column("Indicator", "wat er gemeten is; definitie op het blad Definities")
INDICATOR_CODE = Column("Indicatorcode", "code van de indicator")
MEASURE = Column("Maat", "waarin de waarde is uitgedrukt")
PERIOD = Column("Periode", "waarover de waarde gaat")
VALUE = Column("Waarde", "het cijfer; leeg alleen met een reden in Status", 1)
LOWER = Column("Ondergrens", "ondergrens van de marge (95%), of van wat een verborgen cijfer kan zijn", 1)
UPPER = Column("Bovengrens", "bovengrens van de marge (95%), of van wat een verborgen cijfer kan zijn", 1)
STATE = Column("Status", "of het cijfer er is, en zo niet waarom niet")
PROVISIONAL = Column("Voorlopig", "ja: de bron kan het cijfer nog bijstellen")
SOURCE = Column("Bron", "tabel of register waaruit het cijfer komt")
NOTE = Column("Toelichting", "wat er bij dit cijfer hoort te worden gezegd")
GOALS = """
    select plan_naam, thema, doel, doel_code, regio_code, regio_naam, indicator_code, indicator_naam, maat, status, zin,
        periode, waarde, ondergrens, bovengrens, nulmeting, nulmeting_periode, streefwaarde, verandering_pct, voorlopig,
        bron
    from mart_ivp.doelen
    order by plan_naam, doel_code, regio_naam
"""
BUDGET = """
    select i.indicator_code, i.regio_code, r.naam, p.label, p.jaar,
        case when %(leeftijd)s = '' then i.waarde else 1000 * i.waarde / nullif(b.inwoners_1_januari, 0) end as waarde,
        case
            when %(leeftijd)s = '' then n.waarde else 1000 * n.waarde / nullif(nb.inwoners_1_januari, 0)
        end as nederland,
        case
            when i.waarde is null or %(leeftijd)s = '' or b.inwoners_1_januari > 0 then i.status_waarde
            else 'nog_niet_beschikbaar'
        end as status_waarde,
        i.voorlopig or coalesce(b.voorlopig, false) as voorlopig, i.bron
    from {mart} as i
    inner join kern.periode as p on i.periode_code = p.periode_code
    inner join kern.regio as r on i.regio_code = r.regio_code
    left join {mart} as n
        on i.indicator_code = n.indicator_code and i.periode_code = n.periode_code and i.maat = n.maat
        and i.reeks = n.reeks and n.niveau = 'nederland'
    left join kern.bevolking as b
        on i.regio_code = b.regio_code and p.jaar = b.jaar and b.leeftijdsgroep = %(leeftijd)s
    left join kern.bevolking as nb
        on n.regio_code = nb.regio_code and p.jaar = nb.jaar and nb.leeftijdsgroep = %(leeftijd)s
    where i.indicator_code = %(indicator)s and i.maat = %(maat)s and i.periode_soort = 'jaar' and i.niveau = 'gemeente'
        and r.werkgebied and r.geldig_tot is null
    order by r.naam, p.jaar
"""
FIGURES = """
    select i.indicator_code, i.regio_code, r.naam, i.niveau, p.label, p.begin_datum, p.eind_datum, i.maat, i.waarde,
        i.ondergrens, i.bovengrens, i.status_waarde, i.voorlopig, i.reeks, i.bron
    from {mart} as i
    inner join kern.periode as p on i.periode_code = p.periode_code
    inner join kern.regio as r on i.regio_code = r.regio_code
    where i.indicator_code = any (%(indicators)s)
        and (%(regions)s::text[] is null or i.regio_code = any (%(regions)s))
        and (%(kinds)s::text[] is null or i.periode_soort = any (%(kinds)s))
    order by i.indicator_code, i.regio_code, i.maat, p.begin_datum, p.eind_datum
"""


def goals(connection: psycopg.Connection, _: KeyFigures) -> Table:
    """Every goal of every plan with its standing."""
    columns = (
        Column("Plan", "naam van het plan"), Column("Thema", "thema van het plan"), Column("Doel", "wat het plan wil"),
        Column("Doelcode", "code van het doel"), CODE, REGION, INDICATOR_CODE, INDICATOR, MEASURE,
        Column("Stand", "of het doel gehaald is, in woorden"), Column("Waarom", "de stand in een zin"), PERIOD, VALUE,
        LOWER, UPPER, Column("Nulmeting", "waarmee het plan vergelijkt", 1),
        Column("Periode nulmeting", "waarover de nulmeting gaat"), Column("Streefwaarde", "het getal in het plan", 1),
        Column("Verandering %", "verandering in procenten", 1), PROVISIONAL, SOURCE,
    )  # fmt: skip
    rows = marts.rows(connection, GOALS)
    for row in rows:
        row["status"], row["maat"] = STATUS[row["status"]][1], MEASURES.get(row["maat"], row["maat"])
    return Table("doelen", columns, [list(row.values()) for row in rows], _codes(rows))


def agreements(connection: psycopg.Connection, _: KeyFigures) -> Table:
    """The agreed results in the shape of the plan: years before it, their mean, years of the plan."""
    rows = marts.rows(connection, f"{marts.AGREEMENTS} order by d.plan_naam, a.regio_naam, a.volgorde")
    first = {(row["eerste_basisjaar"], row["eerste_planjaar"]) for row in rows}
    base, planned = (_years([f[n] for f in first], name) for n, name in enumerate(("Basisjaar", "Planjaar")))
    columns = (
        Column("Plan", "naam van het plan"), CODE, REGION, Column("Thema", "hoofdthema in het plan"),
        Column("Afspraak", "rij van de tabel in het plan"), INDICATOR_CODE, MEASURE,
        *(Column(title, "jaar van de nulmeting; het laatste tot de dag die het plan noemt") for title in base),
        Column("Gemiddelde", "gemiddelde van de nulmeting, zoals gedrukt", 1),
        *(Column(title, "jaar van het plan") for title in planned),
        Column("Lopende periode", "maanden van het lopende jaar waarvan er cijfers zijn"),
        Column("Lopend jaar", "het cijfer over die maanden"),
        Column("Verschil %", "tegenover dezelfde maanden van de nulmeting", 1),
        Column("Leeg omdat", "waarom er cijfers ontbreken"), Column("Voetnoten", "noten van het plan"),
    )  # fmt: skip
    found = [
        [
            row["plan_naam"], row["regio_code"], row["regio_naam"], row["hoofdthema"], row["rij"],
            row["indicator_code"], MEASURES.get(row["maat"], row["maat"]),
            *(row[f"basisjaar_{n}"] for n in range(1, 5)), row["gemiddelde_gedrukt"],
            *(row[f"planjaar_{n}"] for n in range(1, 5)), row["lopend_jaar"],
            row["lopend_waarde"], row["verschil_pct"], _in_words(row["leeg_omdat"]), row["voetnoten"],
        ]
        for row in rows
    ]  # fmt: skip
    return Table("resultaatafspraken", columns, found, _codes(rows))


def budget(connection: psycopg.Connection, chosen: KeyFigures) -> Table:
    """The indicators that every municipality prints in its budget, per year, beside the Netherlands."""
    columns = (
        CODE, Column("Gemeente", "naam van de gemeente"), Column("Beleidsindicator", "zoals de begroting hem noemt"),
        INDICATOR_CODE, MEASURE, Column("Jaar", "kalenderjaar"), VALUE,
        Column("Nederland", "hetzelfde cijfer van Nederland", 1), STATE, PROVISIONAL, SOURCE, NOTE,
    )  # fmt: skip
    found: list[list[Value]] = []
    for wanted in chosen.begroting:
        query = sql.SQL(BUDGET).format(mart=_mart(connection, [wanted.indicator]))
        for row in marts.rows(connection, query, wanted.model_dump()):
            measure = f"per 1.000 inwoners van {wanted.leeftijd} jaar" if wanted.leeftijd else MEASURES[wanted.maat]
            found.append(
                [
                    row["regio_code"], row["naam"], wanted.naam, wanted.indicator, measure, row["jaar"],
                    row["waarde"], row["nederland"], STATES[row["status_waarde"]], row["voorlopig"], row["bron"],
                    wanted.toelichting,
                ]
            )  # fmt: skip
    return Table("begroting", columns, found, frozenset(w.indicator for w in chosen.begroting))


def figures(
    connection: psycopg.Connection,
    indicators: Sequence[str],
    regions: Sequence[str] | None,
    kinds: Sequence[str] | None,
) -> Table:
    """Indicators of one theme by region and period; `kinds` are jaar, kwartaal, maand, r12m or jtd."""
    columns = (
        INDICATOR_CODE, CODE, REGION, Column("Niveau", "soort gebied"), PERIOD, Column("Begin", "eerste dag"),
        Column("Einde", "laatste dag"), MEASURE, VALUE, LOWER, UPPER, STATE, PROVISIONAL,
        Column("Reeks", "meng geen reeksen: zij zijn anders gemeten"), SOURCE,
    )  # fmt: skip
    query = sql.SQL(FIGURES).format(mart=_mart(connection, indicators))
    asked = {"indicators": list(indicators), "regions": list(regions or []) or None, "kinds": list(kinds or []) or None}
    rows = marts.rows(connection, query, asked)
    for row in rows:
        row["maat"], row["status_waarde"] = MEASURES[row["maat"]], STATES[row["status_waarde"]]
    return Table("cijfers", columns, [list(row.values()) for row in rows], frozenset(indicators))


QUESTIONS: dict[str, Callable[[psycopg.Connection, KeyFigures], Table]] = {
    "doelen": goals,
    "resultaatafspraken": agreements,
    "begroting": budget,
}


def _mart(connection: psycopg.Connection, indicators: Sequence[str]) -> sql.Identifier:
    """The figures of the first published theme that has all of these indicators."""
    rows = connection.execute(
        "select indicator_code, string_to_array(themas, ', ') from kern.indicator where indicator_code = any (%s)",
        [list(indicators)],
    ).fetchall()
    if unknown := set(indicators) - {code for code, _ in rows}:
        raise ConfigurationError(
            f"No indicator {', '.join(sorted(unknown))}.", remedy="kern.indicator and the index of the pages list them."
        )
    shared = set.intersection(*(set(themes or []) for _, themes in rows))
    if theme := next((t for t in marts.themes(connection) if t in shared), None):
        return sql.Identifier(f"mart_{theme}", "indicatorwaarden")
    raise ConfigurationError(
        f"No published theme has all of {', '.join(indicators)}.", remedy="Export them one after the other."
    )


def _years(first: Sequence[int], name: str) -> list[str]:
    """Titles of four years: the years themselves when all plans agree on them."""
    known = set(first)
    return [str(min(known) + n) if len(known) == 1 else f"{name} {n + 1}" for n in range(4)]


def _in_words(reasons: str | None) -> str | None:
    for state, words in STATES.items():
        reasons = reasons and reasons.replace(f": {state}", f": {words}")
    return reasons


def _codes(rows: Sequence[Row]) -> frozenset[str]:
    return frozenset(row["indicator_code"] for row in rows if row["indicator_code"])
