# ruff: noqa: S608 (queries are composed from contracts, values pass `literal`)
"""Border 1: a batch against what is known, and against itself where no published roll-up says so.

A source restates quietly. What became zero, what moved more than its kind allows, months that no longer make their
year and municipalities that no longer make their unit are told with both values.
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations import known
from expectations.rules import Rule, literal
from veiligheidsbeeld.contracts.cube import CubeContract
from veiligheidsbeeld.cubes import ddl
from veiligheidsbeeld.region import municipalities

# Months and year, parts and unit: rounding and types that have no months explain this much.
_SHARE, _LEAST = 0.02, 10


def rules(contract: CubeContract, levering_id: int) -> Iterator[Rule]:
    """Rules on changes; every one holds for a first delivery, of which nothing is known."""
    yield from _against_known(contract, levering_id)
    if {"MM", "JJ"} <= set(contract.periodes):
        yield _year(contract)
    if contract.regio and contract.frequentie == "maand" and contract.schaal == "gemeente":
        yield _unit(contract)


def _against_known(contract: CubeContract, levering_id: int) -> list[Rule]:
    keys = ddl.series_columns(contract)
    same = " and ".join(f"b.{k} = r.{k}" for k in keys)
    differs = " or ".join(
        f"b.{m.kolom}::double precision[] is distinct from r.{m.kolom}::double precision[]" for m in contract.maten
    )
    values = ", ".join(
        f"({literal(m.kolom)}, r.{m.kolom}[n.nr]::double precision, b.{m.kolom}[n.nr]::double precision)"
        for m in contract.maten
    )
    kinds = [f"b.{k}" for k in contract.key_columns if not (contract.regio and k == contract.regio_kolom)]
    series = ", ".join([*kinds, "m.maat"])
    region = f"b.{contract.regio_kolom}" if contract.regio else "'NL01'"
    period = "{0}.jaar || {0}.periode_soort || ' ' || lpad(n.nr::text, 2, '0')"
    pairs = f"""
            select {levering_id} as levering, {region} as regio, concat_ws(' ', {series}) as reeks,
                {period.format("b")} as periode, b.jaar || b.periode_soort as jaar, m.was, m.wordt
            from {{batch}} as b
            inner join raw.{contract.naam} as r on r.levering_tot is null and {same}
            cross join generate_series(1, 12) as n (nr)
            cross join lateral (values {values}) as m (maat, was, wordt)
            where ({differs}) and m.was <> m.wordt"""
    positive = " + ".join(f"coalesce(k.{m.kolom}[n.nr] > 0, false)::integer" for m in contract.maten)
    # Of the years in which something fell: mostly none.
    filled = f"""
                select {levering_id} as levering, {period.format("k")} as periode, sum({positive}) as n
                from raw.{contract.naam} as k
                cross join generate_series(1, 12) as n (nr)
                where k.levering_tot is null
                    and k.jaar in (select left(v.periode, 4)::integer from gevallen as v)
                group by 2"""
    limit = known.Limit(contract.kwaliteit.min_wijziging, share=contract.kwaliteit.max_wijziging)
    return known.compared(pairs, filled, [levering_id], limit)


def _year(contract: CubeContract) -> Rule:
    """Where all twelve months and the year have a figure."""
    keys = ", ".join([*contract.key_columns, "jaar"])
    first = contract.maten[0].kolom
    total = " + ".join(f"m.{first}[{nr}]" for nr in range(1, 13))
    query = f"""
        with months as (select * from {{batch}} where periode_soort = 'MM'),
        years as (select * from {{batch}} where periode_soort = 'JJ'),
        compared as (
            select concat_ws(' ', {keys}) as series, {total} as months, y.{first}[1] as year
            from months as m inner join years as y using ({keys})
        ),
        broken as (
            select series || '\\: maanden ' || months || ', jaar ' || year as example from compared
            where abs(months - year) > greatest({_LEAST}, {_SHARE} * year)
        )
        select 'maanden en jaar' as rule, count(*) as amount, min(example) as example from broken
        """
    return Rule(
        "maanden en jaar",
        "geel",
        f"Twaalf maanden zijn samen het jaar (verschil hooguit {_SHARE:.0%}).",
        "De bron heeft maand of jaar herzien en het andere niet: vraag welk van beide geldt.",
        query,
        first,
        unit="reeksen",
    )


def _unit(contract: CubeContract) -> Rule:
    """Municipalities against the province or police unit that they lie in.

    Where all of it are in the batch they make it; where only those of the work area are, they are no more than it.
    """
    region, first = contract.regio_kolom, contract.maten[0].kolom
    keys = [k for k in contract.key_columns if k != region]
    cell = ", ".join(f"p.{name}" for name in ["whole", *keys, "jaar", "periode_soort", "nr"])
    listed = ", ".join([*keys, "jaar", "periode_soort"])
    held = ", ".join(f"({literal(whole)}, {literal(part)})" for whole, parts in wholes().items() for part in parts)
    query = f"""
        with held as (select * from (values {held}) as v (whole, part)),
        sizes as (select whole, count(*) as n from held group by whole),
        parts as (
            select h.whole, {listed}, p.nr, sum(b.{first}[p.nr]) as total, count(b.{first}[p.nr]) as filled
            from {{batch}} as b
            inner join held as h on b.{region} = h.part
            cross join generate_series(1, 12) as p (nr)
            where (b.aanwezig >> (p.nr - 1)) & 1 = 1
            group by h.whole, {listed}, p.nr
        ),
        broken as (
            select concat_ws(' ', {cell})
                || '\\: ' || p.filled || ' van ' || s.n || ' gemeenten ' || p.total || ', geheel ' || t.{first}[p.nr]
                || ', verschil ' || p.total - t.{first}[p.nr] as example
            from parts as p
            inner join sizes as s on p.whole = s.whole
            inner join {{batch}} as t on t.{region} = p.whole
                and {" and ".join(f"t.{k} = p.{k}" for k in [*keys, "jaar", "periode_soort"])}
            where case when p.filled = s.n then abs(p.total - t.{first}[p.nr]) else p.total - t.{first}[p.nr] end
                > greatest({_LEAST}, {_SHARE} * t.{first}[p.nr])
        )
        select 'gemeenten en hun eenheid' as rule, count(*) as amount, min(example) as example from broken
        """
    return Rule(
        "gemeenten en hun eenheid",
        "geel",
        "De gemeenten van een provincie of eenheid zijn er samen de som van, en een deel van hen is er niet meer dan "
        f"(verschil hooguit {_SHARE:.0%}).",
        "De bron heeft een gemeente of het geheel herzien: vraag welk van beide geldt.",
        query,
        region,
        unit="cellen",
    )


def wholes() -> dict[str, list[str]]:
    """Provinces and police units of the country with the municipalities that they have now."""
    found: dict[str, list[str]] = {}
    for town in municipalities().values():
        if town.tot is None:
            for whole in (town.provincie, town.eenheid):
                found.setdefault(whole, []).append(town.code)
    return found
