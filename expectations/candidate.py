# ruff: noqa: S608 (queries are composed from contracts and catalogue, values pass `literal`)
"""Border 2: a theme's candidate, as a reader would see it, before it is published.

`indicatorwaarden` is judged in full: reconciled with raw, every empty figure explained, nothing about time to come,
the privacy floor, change against what is published. The other tables of a theme show the same figures in another
shape: they are judged on what they say about single figures.
"""

from __future__ import annotations

from collections.abc import Iterator

from great_expectations.expectations.expectation import Expectation

from expectations import estimates, goals
from expectations.profile import profile_rules
from expectations.registers import privacy_floor
from expectations.rules import Condition, Rule, expectation, literal, literals, scan
from expectations.tables import Candidate, has_columns, not_empty, table_rules
from veiligheidsbeeld.contracts.cube import load_cubes

# A status that says why there is no value, and those that promise one. `niet_vergelijkbaar` may go either way: a
# figure of an older series keeps its value, a sum over a break does not exist.
EMPTY = ("onderdrukt", "verborgen", "niet_gepubliceerd_op_niveau", "nog_niet_beschikbaar", "niet_uitgevoerd")
FILLED = ("gepubliceerd", "nul")
STATUSES = (*FILLED, *EMPTY, "niet_vergelijkbaar")
# Rates are not shown below this many inhabitants.
MIN_DENOMINATOR = 100
# Measures that are rates, with what they are rates of. A rate that the source publishes itself has no denominator here.
RATES = {"per_1000": 1000, "per_10000": 10_000}
# Change of a yearly count per indicator and level against the publication before: percent, and the least count.
MAX_CHANGE, MIN_COUNT = 10, 100

FIGURES = "indicatorwaarden"
# What changed since the publication before: that nothing did is an answer, and the first one has none before it.
MAY_BE_EMPTY = {"wijzigingen"}
KEYS = {
    goals.TABLE: ("doel_code", "regio_code"),
    FIGURES: ("indicator_code", "regio_code", "periode_code", "maat", "reeks"),
    "benchmark": ("indicator_code", "regio_code", "benchmark_code", "periode_code"),
    "laatste_periode": ("indicator_code", "periode_soort"),
}
# What every theme shares, so that a dashboard made for one works on all.
SHARED_COLUMNS = (
    "indicator_code", "regio_code", "niveau", "periode_code", "periode_soort", "maat", "waarde", "teller", "noemer",
    "ondergrens", "bovengrens", "n", "status_waarde", "bron", "bron_soort", "reeks", "levering_id", "bijgewerkt_op",
)  # fmt: skip
# Columns with a figure and the column that explains it, in the tables of a theme.
EXPLAINED = (("waarde", "status_waarde"), ("aantal", "status_waarde"), ("aantal_r12m", "status_r12m"))


def suites(candidate: Candidate) -> dict[str, list[Expectation]]:
    """Expectations per table of the candidate; `indicatorwaarden` first, for it weighs most."""
    order = sorted(candidate.tables, key=lambda table: (table != FIGURES, table))
    return {table: list(_suite(candidate, table)) for table in order}


def _suite(candidate: Candidate, table: str) -> Iterator[Expectation]:
    columns = candidate.tables[table]
    # Figures of published tables are always there; a theme that stands on registers alone may have none yet.
    published = any(candidate.thema in contract.serves for contract in load_cubes().values())
    if table not in MAY_BE_EMPTY:
        yield not_empty("rood" if table == FIGURES and published else "geel")
    if table == FIGURES:
        yield has_columns(SHARED_COLUMNS, "Alle kolommen die elk thema deelt zijn er.")
    rules = [
        *table_rules(candidate, table, KEYS.get(table)),
        *scan(list(conditions(candidate, table, columns)), _example(table, columns)),
    ]
    if table == FIGURES:
        rules += [
            *profile_rules(candidate.deliveries, candidate.core),
            _change(candidate),
            privacy_floor(),
            estimates.beside_publication(),
        ]
    if table == goals.TABLE and candidate.thema == goals.MART:
        rules += [goals.every_plan()]
    yield from map(expectation, rules)


def _example(table: str, columns: tuple[str, ...]) -> str:
    named = [c for c in KEYS.get(table, columns[:3]) if c in columns]
    place = " || ' ' || ".join(f"coalesce({c}::text, '?')" for c in named)
    # The delivery leads to file, sender and owner.
    return f"{place} || coalesce(' (levering ' || levering_id || ')', '')" if "levering_id" in columns else place


def by_file(candidate: Candidate, table: str) -> dict[str, str]:
    """Rules that a file of a register can break, with the condition of a row that breaks them."""
    columns = candidate.tables[table]
    if not {"levering_id", "regio_code"} <= set(columns):
        return {}
    return {c.name: c.broken for c in conditions(candidate, table, columns) if c.by_file}


def conditions(candidate: Candidate, table: str, columns: tuple[str, ...]) -> Iterator[Condition]:
    """Rules about single figures, in one pass."""
    model = "Herstel het model; zie de regel in het rapport van dbt en bouw het thema opnieuw."
    for value, status in EXPLAINED:
        if value in columns and status in columns:
            yield from _statuses(value, status, columns, table, model)
    if "noemer" in columns and "waarde" in columns:
        yield from _denominators(columns, model)
    if {"ondergrens", "bovengrens"} <= set(columns):
        yield Condition(
            "marge om waarde",
            "rood",
            "Elk cijfer ligt tussen zijn ondergrens en bovengrens.",
            model,
            "ondergrens > waarde or bovengrens < waarde",
            "ondergrens, bovengrens",
        )
    if table == goals.TABLE:
        yield from goals.conditions()
    if "bron_soort" in columns:
        yield Condition(
            "soort bron genoemd",
            "rood",
            "Elke rij zegt of zij voorbeeld, opname of live is.",
            "Herstel het model: een voorbeeldcijfer zonder merk wordt voor echt aangezien.",
            "coalesce(bron_soort, '') not in ('voorbeeld', 'opname', 'live')",
            "bron_soort",
        )
    shown = next((value for value, _ in EXPLAINED if value in columns), None)
    if "periode_code" in columns and shown:
        yield from _periods(candidate, shown)


def _statuses(value: str, status: str, columns: tuple[str, ...], table: str, model: str) -> Iterator[Condition]:
    yield Condition(
        f"{status} bekend ({value})",
        "rood",
        f"Elk cijfer heeft een status uit de afgesproken lijst ({', '.join(STATUSES)}).",
        model,
        f"{status} is null or {status} not in ({literals(STATUSES)})",
        status,
    )
    yield Condition(
        f"{value} leeg verklaard",
        "rood",
        "Een cijfer is alleen leeg als de status zegt waarom; ontbrekend is nooit nul.",
        model,
        f"{value} is null and {status} in ({literals(FILLED)})",
        value,
    )
    yield Condition(
        f"{value} leeg bij lege status",
        "rood",
        "Een onderdrukt of ontbrekend cijfer heeft geen waarde en geen marges.",
        "Publiceer niets: hier staat een cijfer dat verborgen hoort te zijn. " + model,
        f"{status} in ({literals(EMPTY)}) and ({_filled(value, columns, table)})",
        value,
    )
    yield Condition(
        f"{value} nul is nul",
        "rood",
        "De status nul staat bij het cijfer 0 en nergens anders.",
        model,
        f"({status} = 'nul' and {value} <> 0) or ({status} = 'gepubliceerd' and {value} = 0)",
        status,
    )
    below = "Geen cijfer is lager dan nul."
    yield Condition(f"{value} niet negatief", "rood", below, model, f"{value} < 0", value, by_file=True)


def _filled(value: str, columns: tuple[str, ...], table: str) -> str:
    """Whether a row shows anything that its status hides."""
    if table == "benchmark":
        # The status is that of the comparison: one side of it may be known.
        return "verhouding is not null or verschil is not null"
    shown = [value, *(c for c in ("ondergrens", "bovengrens") if value == "waarde" and c in columns)]
    filled = " or ".join(f"{c} is not null" for c in shown)
    if value == "waarde" and {"maat", "teller", "n"} <= set(columns):
        # A rate hidden for its small population stands beside a count that is published.
        filled += " or (maat = 'aantal' and coalesce(teller, n) is not null)"
    return filled


def _denominators(columns: tuple[str, ...], model: str) -> Iterator[Condition]:
    small = [c for c in ("noemer", "benchmark_noemer") if c in columns]
    shown = "coalesce(verhouding, waarde)" if "verhouding" in columns else "waarde"
    rate = f"maat in ({literals(RATES)}) and " if "maat" in columns else ""
    scale = "1000"
    if "maat" in columns:
        scale = "case maat " + " ".join(f"when {literal(m)} then {n}" for m, n in RATES.items()) + " end"
    computed = "and (maat = 'per_1000' or noemer is not null)" if "maat" in columns else ""
    yield Condition(
        "privacy: kleine noemer",
        "rood",
        f"Een verhouding wordt niet getoond bij minder dan {MIN_DENOMINATOR} inwoners.",
        "Publiceer niets: herstel de grens in het model.",
        " or ".join(
            f"({rate}{c} < {MIN_DENOMINATOR} and {shown if c != 'noemer' else 'waarde'} is not null)" for c in small
        ),
        "waarde",
    )
    yield Condition(
        "verhouding klopt",
        "rood",
        "Een cijfer per 1.000 (of 10.000) is zoveel maal de teller gedeeld door de noemer.",
        model,
        f"{rate}waarde is not null {computed}"
        f" and not coalesce(abs(waarde - {scale}::float8 * teller / nullif(noemer, 0)) < 0.000001, false)",
        "waarde",
    )


def _periods(candidate: Candidate, value: str) -> Iterator[Condition]:
    """`periode_code` is a year, two letters and the last month (00: the whole year; after KW the quarter)."""
    this_month = candidate.today.year * 12 + candidate.today.month
    last_month = (
        "left(periode_code, 4)::integer * 12 + coalesce(nullif(right(periode_code, 2), '00'), '12')::integer"
        " * case substr(periode_code, 5, 2) when 'KW' then 3 else 1 end"
    )
    # The first comparison settles nearly every row and costs little.
    recent = f"periode_code >= '{candidate.today.year}' and {value} is not null"
    yield Condition(
        "geen toekomst",
        "rood",
        "Er zijn geen cijfers over perioden die nog moeten komen.",
        "Kijk of de bron vooruit levert of de klok verkeerd staat.",
        f"{recent} and {last_month} > {this_month}",
        "periode_code",
        by_file=True,
    )
    yield Condition(
        "periode is voorbij",
        "geel",
        "Er zijn geen cijfers over de lopende maand: die is nog niet af.",
        "Toon de lopende maand niet in vergelijkingen.",
        f"{recent} and {last_month} = {this_month}",
        "periode_code",
        by_file=True,
    )


def _change(candidate: Candidate) -> Rule:
    """Yearly counts per indicator and level against what readers see now, where both speak of as many regions."""
    counts = """
            select indicator_code, niveau, periode_code, sum(waarde) as amount, count(waarde) as n
            from {0} where maat = 'aantal' and periode_soort = 'jaar' and waarde is not null
            group by 1, 2, 3"""
    nothing = "select null::text, null::text, null::text, null::float8, null::bigint where false"
    known = counts.format(candidate.reader(FIGURES)) if candidate.published.get(FIGURES) else nothing
    return Rule(
        "verandering",
        "geel",
        f"Geen jaarcijfer per niveau wijkt meer dan {MAX_CHANGE}% af van wat nu gepubliceerd is.",
        "Vergelijk met de vorige publicatie: een herziening van de bron of een fout in het model?",
        f"""
        with now as ({counts.format("{batch}")}),
        before (indicator_code, niveau, periode_code, amount, n) as ({known}),
        changed as (
            select
                concat_ws(' ', indicator_code, niveau, periode_code)
                || ': ' || b.amount || ' werd ' || a.amount as example
            from now as a
            inner join before as b using (indicator_code, niveau, periode_code)
            where a.n = b.n and greatest(a.amount, b.amount) >= {MIN_COUNT}
                and abs(a.amount - b.amount) > b.amount * {MAX_CHANGE / 100}
        )
        select 'verandering' as rule, count(*) as amount, min(example) as example from changed
        """,
        "waarde",
        unit="jaarcijfers",
    )
