# ruff: noqa: S608 (queries are composed from contracts, values pass `literal`)
"""Border 1: a staged batch, before it is merged into raw. Everything here follows from the contract.

The batch is `laad.<dataset>` (a row per series and year, see `veiligheidsbeeld.cubes.ddl`); it is read as series,
never as cells. The code lists of the delivery stand in `laad.codelijst` while it is judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from expectations import binding, cbs, changes, police
from expectations.rules import SEVERITY, Condition, Rule, expectation, literal, scan
from expectations.totals import rollup_rules
from veiligheidsbeeld.contracts.cube import PERIOD_LENGTH, CubeContract, Key
from veiligheidsbeeld.cubes import ddl

# A delivery that holds less than half of what it speaks for is taken for a broken one, whatever the contract says.
MAX_DROP = 0.5


@dataclass(frozen=True)
class Batch:
    """The delivery that stands in `laad.<dataset>`; `fetched` (with time zone) bounds what can have happened."""

    levering_id: int
    fetched: datetime


def suite(contract: CubeContract, batch: Batch) -> list[Expectation]:
    """All expectations of one batch, cheap structural ones first."""
    return [
        *_structure(contract),
        *(expectation(rule) for rule in rules(contract, batch)),
    ]


def rules(contract: CubeContract, batch: Batch) -> list[Rule]:
    """Everything the contract promises, as rules over the batch."""
    conditions = [
        *_rows(contract),
        *_periods(contract, batch.fetched),
        *police.conditions(contract),
        *cbs.conditions(contract, batch.levering_id),
    ]
    example = " || ' ' || ".join([*contract.key_columns, "jaar", "periode_soort"])
    return [
        _types(contract),
        *scan(conditions, example),
        _unique(contract),
        *(rule for key in contract.sleutels for rule in _codes(contract, key)),
        _complete(contract, batch),
        *binding.rules(contract, batch.levering_id),
        *changes.rules(contract, batch.levering_id),
        *_volume(contract, batch),
        *_freshness(contract, batch),
        *(rule for total in contract.kwaliteit.optellingen for rule in rollup_rules(contract, total)),
        *police.rules(contract, batch.fetched),
    ]


def _structure(contract: CubeContract) -> Iterator[Expectation]:
    columns = ddl.batch_columns(contract)
    yield gxe.ExpectTableColumnsToMatchSet(
        column_set=list(columns),
        exact_match=True,
        severity=SEVERITY["rood"],
        description="De levering heeft precies de kolommen van het contract.",
        meta=_meta("kolommen", "Vergelijk contract en levering; laad de levering daarna opnieuw."),
    )
    yield gxe.ExpectTableRowCountToBeBetween(
        min_value=1,
        severity=SEVERITY["rood"],
        description="De levering is niet leeg.",
        meta=_meta("niet leeg", "Haal de tabel opnieuw op (extract --force); blijft zij leeg, vraag het de bron."),
    )


def _meta(name: str, remedy: str) -> dict[str, str | None]:
    return {"regel": name, "kaart": "rood", "kolom": None, "remedie": remedy}


def _types(contract: CubeContract) -> Rule:
    columns = ddl.batch_columns(contract)
    actual = ", ".join(f"pg_typeof({name})::text as {name}" for name in columns)
    compared = ", ".join(f"({literal(name)}, one.{name}, {literal(kind)})" for name, kind in columns.items())
    return Rule(
        "kolomtypen",
        "rood",
        "Elke kolom heeft het type van het contract.",
        "Laad de levering opnieuw; klopt het contract niet meer met de bron, pas dan het contract aan.",
        f"""
        select
            'kolomtypen' as rule,
            count(*) as amount,
            min(c.name || ' is ' || c.actual || ' in plaats van ' || c.expected) as example
        from (select {actual} from {{batch}} limit 1) as one
        cross join lateral (values {compared}) as c (name, actual, expected)
        where c.actual <> c.expected
        """,
        unit="kolommen",
    )


def _rows(contract: CubeContract) -> Iterator[Condition]:
    """Rules every row must keep: shape of the series and range of the values."""
    reload = "Bekijk de rij in laad en de bladzijde in landing; laad opnieuw of vraag het de bron."
    empty = " or ".join(f"{c} is null or {c} = ''" for c in [*contract.key_columns, "periode_soort"])
    yield Condition(
        "sleutel gevuld", "rood", "Elke rij heeft een volledige sleutel.", reload, f"{empty} or jaar is null"
    )
    lengths = " ".join(f"when '{kind}' then {n}" for kind, n in PERIOD_LENGTH.items())
    for measure in contract.maten:
        yield Condition(
            f"lengte {measure.kolom}",
            "rood",
            f"{measure.kolom} heeft voor elke periode van het jaar een plaats.",
            reload,
            f"cardinality({measure.kolom}) is distinct from (case periode_soort {lengths} end)",
            measure.kolom,
        )
        if measure.minimum is not None:
            low = int(measure.minimum) if float(measure.minimum).is_integer() else measure.minimum
            yield Condition(
                f"minimum {measure.kolom}",
                "rood",
                f"{measure.kolom} is nergens lager dan {low}.",
                "De bron levert een onmogelijke waarde: meld het bij de eigenaar.",
                f"{low} > any({measure.kolom})",
                measure.kolom,
            )


def _periods(contract: CubeContract, fetched: datetime) -> Iterator[Condition]:
    """No figure about time to come; a yellow card for the month or year that is still running."""
    year, month = fetched.year, fetched.month
    last = {"MM": month, "KW": (month + 2) // 3, "JJ": 1}
    measures = [m.kolom for m in contract.maten]
    beyond = " or ".join(
        f"(periode_soort = '{kind}' and ({' or '.join(_filled(m, nr + 1) for m in measures)}))"
        for kind, nr in last.items()
    )
    anything = " or ".join(_filled(m, 1) for m in measures)
    yield Condition(
        "geen toekomst",
        "rood",
        "Er zijn geen cijfers over perioden die op het moment van ophalen nog moesten beginnen.",
        "De bron vult perioden vooruit of de klok staat verkeerd; vraag het de eigenaar.",
        f"jaar > {year} and ({anything}) or jaar = {year} and ({beyond})",
    )
    if contract.frequentie == "maand":
        running = " or ".join(
            f"periode_soort = '{kind}' and {m}[{nr}] is not null" for m in measures for kind, nr in last.items()
        )
        yield Condition(
            "periode is voorbij",
            "geel",
            "Er zijn geen cijfers over de maand of het jaar waarin is opgehaald: die zijn nog niet af.",
            "Gebruik de laatste periode niet in vergelijkingen; de volgende levering maakt haar af.",
            f"jaar = {year} and ({running})",
        )


def _filled(measure: str, start: int) -> str:
    """Whether the array has a value from position `start` on."""
    return f"cardinality(array_remove({measure}[{start}:12], null)) > 0"


def _unique(contract: CubeContract) -> Rule:
    keys = ", ".join(ddl.series_columns(contract))
    return Rule(
        "sleutel uniek",
        "rood",
        f"Elke combinatie van {keys} komt een keer voor.",
        "De bron herhaalt rijen: haal de tabel opnieuw op; blijft het, meld het bij de eigenaar.",
        f"""
        with twice as (
            select concat_ws(' ', {keys}) as example from {{batch}} group by {keys} having count(*) > 1
        )
        select 'sleutel uniek' as rule, count(*) as amount, min(example) as example from twice
        """,
        keys,
        unit="sleutels",
    )


def _codes(contract: CubeContract, key: Key) -> Iterator[Rule]:
    column, dimension, pattern = key.kolom, key.bron, key.patroon
    in_list, shaped = f"codelijst {column}", f"vorm {column}"
    query = f"""
        with found as (select {column} as code, count(*) as n from {{batch}} group by {column}),
        judged as (
            select
                f.code,
                c.code is not null as listed,
                f.code ~ {literal(pattern or "")} as shaped
            from found as f
            left join laad.codelijst as c
                on c.code = f.code and c.dimensie = {literal(dimension)} and c.dataset = {literal(contract.naam)}
        )
        select
            r.rule, r.amount, r.example
        from (
            select
                count(*) filter (where not listed) as unlisted,
                min(code) filter (where not listed) as unlisted_example,
                count(*) filter (where not coalesce(shaped, false)) as misshapen,
                min(code) filter (where not coalesce(shaped, false)) as misshapen_example
            from judged
        ) as j
        cross join lateral (values
            ({literal(in_list)}, j.unlisted, j.unlisted_example),
            ({literal(shaped)}, j.misshapen, j.misshapen_example)
        ) as r (rule, amount, example)
        """
    yield Rule(
        in_list,
        "rood",
        f"Elke code in {column} staat in de codelijst {dimension} van deze levering.",
        "Haal de tabel met haar codelijsten opnieuw op; blijft het, meld het bij de eigenaar.",
        query,
        column,
        unit="codes",
    )
    if pattern:
        yield Rule(
            shaped,
            "rood",
            f"Elke code in {column} heeft de vorm die het contract noemt ({pattern}).",
            "De bron gebruikt een andere indeling: pas contract en staging-model aan, of meld het bij de eigenaar.",
            query,
            column,
            unit="codes",
        )


def _complete(contract: CubeContract, batch: Batch) -> Rule:
    return Rule(
        "volledig",
        "rood",
        "Alle opgehaalde cellen zijn geladen of met reden geweigerd.",
        "Laad de levering opnieuw; de bestanden in landing zijn compleet bevonden.",
        f"""
        with loaded as (select coalesce(sum(bit_count(aanwezig::integer::bit(32))), 0) as cells from {{batch}}),
        refused as (
            select count(distinct (bestand, rijnummer)) as cells
            from quarantaine.rij where levering_id = {batch.levering_id}
        )
        select
            'volledig' as rule,
            abs(l.rijen - loaded.cells - refused.cells) as amount,
            loaded.cells || ' geladen en ' || refused.cells || ' geweigerd van ' || l.rijen as example
        from raw.levering as l
        cross join loaded
        cross join refused
        where l.levering_id = {batch.levering_id}
        """,
        unit="cellen verschil",
    )


def _volume(contract: CubeContract, batch: Batch) -> Iterator[Rule]:
    """Cells delivered against cells known, inside what the delivery speaks for."""
    among_regions = f"or r.{contract.regio_kolom} in (select code from regios)" if contract.regio else ""
    query = f"""
        with levering as (select scope from raw.levering where levering_id = {batch.levering_id}),
        bereik as (
            select left(p.code, 4)::smallint as jaar, substr(p.code, 5, 2) as periode_soort,
                bit_or(1 << greatest(right(p.code, 2)::integer - 1, 0)) as masker
            from levering as l
            cross join lateral jsonb_array_elements_text(
                case jsonb_typeof(l.scope -> 'perioden') when 'array' then l.scope -> 'perioden' else '[]' end
            ) as p (code)
            group by 1, 2
        ),
        regios as (
            select r.code
            from levering as l
            cross join lateral jsonb_array_elements_text(
                case jsonb_typeof(l.scope -> 'regio') when 'array' then l.scope -> 'regio' else '[]' end
            ) as r (code)
        ),
        known as (
            select sum(bit_count((r.aanwezig & coalesce(b.masker, 4095))::bit(32))) as cells
            from raw.{contract.naam} as r
            cross join levering as l
            left join bereik as b on b.jaar = r.jaar and b.periode_soort = r.periode_soort
            where r.levering_tot is null
                and coalesce(jsonb_typeof(l.scope -> 'perioden') = 'array', false) = (b.masker is not null)
                and (
                    (jsonb_typeof(l.scope -> 'regio') = 'array') is not true
                    {among_regions}
                )
        ),
        delivered as (select coalesce(sum(bit_count(aanwezig::integer::bit(32))), 0) as cells from {{batch}})
        select v.rule, round(100.0 * (k.cells - d.cells) / nullif(k.cells, 0), 1) as amount,
            d.cells || ' cellen, bekend waren er ' || k.cells as example
        from known as k
        cross join delivered as d
        cross join (values ('omvang'), ('omvang gehalveerd')) as v (rule)
        """
    allowed = contract.kwaliteit.max_daling
    yield Rule(
        "omvang",
        "geel",
        f"De levering heeft hooguit {allowed:.0%} minder cellen dan er over dezelfde gebieden en perioden bekend zijn.",
        "Ga na of de bron gebieden of perioden heeft ingetrokken; wat ontbreekt, vervalt.",
        query,
        allowed=100 * allowed,
        unit="procent minder cellen",
    )
    yield Rule(
        "omvang gehalveerd",
        "rood",
        "De levering heeft ten minste de helft van de cellen die er al bekend zijn.",
        "Vraag de bron of dit de bedoeling is; zo ja, laad in delen of verruim de grens.",
        query,
        allowed=100 * MAX_DROP,
        unit="procent minder cellen",
    )


def _freshness(contract: CubeContract, batch: Batch) -> Iterator[Rule]:
    query = f"""
        with levering as (
            select *, (select count(*) from (select from {{batch}} limit 1) as one) as there
            from raw.levering where levering_id = {batch.levering_id}
        ),
        vorige as (
            select max(v.gewijzigd_bron) as gewijzigd
            from raw.levering as v
            inner join levering as l on v.dataset = l.dataset and v.bron_soort = l.bron_soort
            where v.status = 'verwerkt'
        )
        select r.rule, r.amount, r.example
        from levering as l
        cross join vorige as v
        cross join lateral (values
            (
                'versheid',
                round(extract(epoch from l.opgehaald_op - l.gewijzigd_bron)::numeric / 86400, 1),
                'gewijzigd op ' || to_char(l.gewijzigd_bron, 'YYYY-MM-DD')
            ),
            (
                'bron niet ouder',
                round(extract(epoch from v.gewijzigd - l.gewijzigd_bron)::numeric / 86400, 1),
                'nu ' || to_char(l.gewijzigd_bron, 'YYYY-MM-DD') || ', eerder ' || to_char(v.gewijzigd, 'YYYY-MM-DD')
            )
        ) as r (rule, amount, example)
        """
    days = contract.kwaliteit.versheid_dagen
    yield Rule(
        "versheid",
        "geel",
        f"De bron is hooguit {days} dagen voor het ophalen bijgewerkt.",
        "Kijk of de bron een nieuwe tabel heeft aangekondigd of stilligt.",
        query,
        allowed=days,
        unit="dagen",
    )
    yield Rule(
        "bron niet ouder",
        "geel",
        "De bron is niet ouder dan bij de vorige verwerkte levering.",
        "Ga na of de bron een oude editie heeft teruggezet.",
        query,
        unit="dagen ouder",
    )
