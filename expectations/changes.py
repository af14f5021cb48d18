# ruff: noqa: S608 (queries are composed from contracts, values pass `literal`)
"""Border 1: a batch against what is known, and against itself where no published roll-up says so.

A source restates quietly. What became zero, what moved more than its kind allows, months that no longer make their
year and municipalities that no longer make their unit are told with both values.
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.rules import Rule, literal
from veiligheidsbeeld.contracts.cube import CubeContract
from veiligheidsbeeld.cubes import ddl
from veiligheidsbeeld.region import municipalities

# Zeros: a period of which this many known figures, and over a quarter, fell to zero is not restated but broken.
_FELL = 10
# Months and year, parts and unit: rounding and types that have no months explain this much.
_SHARE, _LEAST = 0.02, 10


def rules(contract: CubeContract) -> Iterator[Rule]:
    """Rules on changes; every one holds for a first delivery, of which nothing is known."""
    yield from _against_known(contract)
    if {"MM", "JJ"} <= set(contract.periodes):
        yield _year(contract)
    if contract.regio and contract.frequentie == "maand" and contract.schaal == "gemeente":
        yield _unit(contract)


def _against_known(contract: CubeContract) -> Iterator[Rule]:
    keys = ddl.series_columns(contract)
    same = " and ".join(f"b.{k} = r.{k}" for k in keys)
    differs = " or ".join(
        f"b.{m.kolom}::double precision[] is distinct from r.{m.kolom}::double precision[]" for m in contract.maten
    )
    values = ", ".join(
        f"({literal(m.kolom)}, r.{m.kolom}[n.nr]::double precision, b.{m.kolom}[n.nr]::double precision)"
        for m in contract.maten
    )
    first = contract.maten[0].kolom
    region = f"b.{contract.regio_kolom}" if contract.regio else "'NL01'"
    share, least = contract.kwaliteit.max_wijziging, contract.kwaliteit.min_wijziging
    query = f"""
        with changed as (
            select
                concat_ws(' ', {", ".join(f"b.{k}" for k in keys)}, n.nr, m.maat) as cell,
                {region} as region, b.jaar, b.periode_soort, n.nr, m.maat,
                m.oud::double precision as oud, m.nieuw::double precision as nieuw
            from {{batch}} as b
            inner join raw.{contract.naam} as r on r.levering_tot is null and {same}
            cross join generate_series(1, 12) as n (nr)
            cross join lateral (values {values}) as m (maat, oud, nieuw)
            where ({differs}) and m.oud is distinct from m.nieuw
        ),
        fallen as (
            select jaar, periode_soort, nr, count(*) as n, min(cell || '%c was ' || oud) as example from changed
            where oud > 0 and nieuw = 0 and maat = {literal(first)}
            group by jaar, periode_soort, nr having count(*) >= {_FELL}
        ),
        emptied as (
            select f.n, f.example from fallen as f
            where f.n * 4 > (
                select count(*) from raw.{contract.naam} as k
                where k.levering_tot is null and k.jaar = f.jaar and k.periode_soort = f.periode_soort
                    and k.{first}[f.nr] > 0
            )
        ),
        moved as (
            select cell || '%c bekend ' || oud || ', nu ' || nieuw as example from changed
            where oud is not null and nieuw is not null and abs(nieuw - oud) > greatest({least}, {share} * abs(oud))
        ),
        regions as (
            select region || ' ' || jaar || '%c bekend ' || round(sum(oud)::numeric, 1) || ', nu '
                || round(sum(nieuw)::numeric, 1) as example
            from changed where oud is not null and nieuw is not null
            group by region, jaar, periode_soort, maat
            having abs(sum(nieuw) - sum(oud)) > greatest(10 * {least}, {share} * abs(sum(oud)))
        )
        select v.rule, v.amount, v.example
        from (select count(*) as n from (select from {{batch}} limit 1) as one) as b
        cross join lateral (values
            ('cijfers worden nul', (select sum(n) from emptied), (select min(example) from emptied)),
            ('bekende waarde verandert', (select count(*) from moved), (select min(example) from moved)),
            ('gebied verandert', (select count(*) from regions), (select min(example) from regions))
        ) as v (rule, amount, example)
        """.replace("%c", "\\:")
    yield Rule(
        "cijfers worden nul",
        "rood",
        "Bekende cijfers van een periode worden niet voor meer dan een kwart nul.",
        "De bron heeft een periode leeg geleverd: haal de tabel opnieuw op; blijft het, meld het bij de eigenaar.",
        query,
        first,
        unit="cijfers",
    )
    yield Rule(
        "bekende waarde verandert",
        "geel",
        f"Een bekende waarde verandert niet meer dan {share:.0%} (en ten minste {least:g}).",
        "Vraag de bron naar de herziening; de nieuwe waarde wordt gebruikt en de oude blijft bewaard.",
        query,
        unit="waarden",
    )
    yield Rule(
        "gebied verandert",
        "geel",
        f"De herziene cijfers van een gebied en jaar veranderen samen niet meer dan {share:.0%}.",
        "Vraag de bron of het gebied anders is ingedeeld of herzien.",
        query,
        unit="gebieden en jaren",
    )


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
            select concat_ws(' ', p.whole, {", ".join(f"p.{k}" for k in keys)}, p.jaar, p.periode_soort, p.nr)
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
