# ruff: noqa: S608 (queries are composed from contracts, values pass `literal`)
"""Rows of a register file against rows that are known: by their key, by what they hold, and by whose they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from expectations.rules import Rule, literal, literals
from veiligheidsbeeld.contracts.register import Column, RegisterContract
from veiligheidsbeeld.registers import ddl

# Percent of what is known that may change; below so many rows chance says nothing.
MAX_DROP, ENOUGH = 20, 20
# Rows of a kind that are expected after those of the year before; percent of an addition that may be known already.
EXPECTED, MAX_TWICE = 10, 90


def rules(contract: RegisterContract, deliveries: Sequence[int]) -> Iterator[Rule]:
    yield _of_another(contract, deliveries)
    yield from _vanished_kind(contract, deliveries)
    if contract.detail == "rij":
        yield _other_days(contract, deliveries)
        yield _other_values(contract, deliveries)
        yield _other_numbers(contract, deliveries)


def same_key(contract: RegisterContract) -> str:
    """Equality that can be hashed, also where an empty part of a key equals an empty one."""
    return _same(contract, ddl.key_columns(contract))


def _same(contract: RegisterContract, names: Sequence[str]) -> str:
    one = {True: "b.{0} = r.{0}", False: "coalesce(b.{0}::text, '') = coalesce(r.{0}::text, '')"}
    return " and ".join(one[contract.kolom(name).verplicht].format(name) for name in names)


def _other_days(contract: RegisterContract, deliveries: Sequence[int]) -> Rule:
    day = contract.scope_datum
    return Rule(
        "dagen veranderd",
        "geel",
        f"Van hooguit {MAX_DROP} procent van de bekende zaken van een gemeente is de dag veranderd.",
        "Ga na of datums goed zijn opgeslagen (dag en maand niet verwisseld) en of de nummers niet opnieuw begonnen.",
        f"""
        with samen as (
            select b.levering_id, b.gemeente, count(*) as beide, count(*) filter (where b.{day} <> r.{day}) as anders
            from {{batch}} as b
            inner join raw.{contract.naam} as r on r.levering_tot is null and {same_key(contract)}
            where b.levering_id in ({literals(deliveries)}) and not b.geweigerd
            group by 1, 2 having count(*) >= {ENOUGH}
        )
        select 'dagen veranderd' as rule, levering_id as levering, max(100.0 * anders / beide) as amount,
            (array_agg(gemeente || ': bij ' || anders || ' van ' || beide || ' bekende zaken'
                order by 1.0 * anders / beide desc))[1] as example
        from samen group by levering_id
        """,
        allowed=MAX_DROP,
        unit="procent",
    )


def _other_values(contract: RegisterContract, deliveries: Sequence[int]) -> Rule:
    """What was filled and is empty now; of a day that was reached and of a sort also what is another one now."""
    columns = [c for c in contract.opgenomen if c.naam not in (*ddl.key_columns(contract), contract.scope_datum)]
    counted = ", ".join(
        f"count(r.{c.naam}) as n{i}, count(r.{c.naam}) filter (where {_lost(c)}) as v{i}" for i, c in enumerate(columns)
    )
    listed = ", ".join(f"({literal(c.naam)}, n{i}, v{i})" for i, c in enumerate(columns))
    return Rule(
        "waarden veranderd",
        "geel",
        f"Van hooguit {MAX_DROP} procent van de bekende zaken van een gemeente is een gevulde kolom nu leeg of anders.",
        "Ga na of de export deze kolom nog goed vult; de nieuwe waarden worden gebruikt en de oude blijven bewaard.",
        f"""
        with samen as (
            select b.levering_id, b.gemeente, {counted}
            from {{batch}} as b
            inner join raw.{contract.naam} as r on r.levering_tot is null and {same_key(contract)}
            where b.levering_id in ({literals(deliveries)}) and not b.geweigerd and not b.verlopen
            group by 1, 2
        )
        select 'waarden veranderd' as rule, s.levering_id as levering, max(100.0 * k.anders / k.bekend) as amount,
            (array_agg(concat(s.gemeente, ' ', k.kolom, ': bij ', k.anders, ' van ', k.bekend, ' bekende zaken')
                order by 1.0 * k.anders / k.bekend desc))[1] as example
        from samen as s
        inner join raw.levering as l on l.levering_id = s.levering_id
        cross join lateral (values {listed}) as k (kolom, bekend, anders)
        where k.bekend >= {ENOUGH} and not coalesce(l.scope -> 'zonder' ? k.kolom, false)
        group by s.levering_id
        """,
        allowed=MAX_DROP,
        unit="procent",
    )


def _lost(column: Column) -> str:
    fixed = (column.type == "datum" and not column.toekomst) or (column.type == "code" and column.verplicht)
    return f"b.{column.naam} is distinct from r.{column.naam}" if fixed else f"b.{column.naam} is null"


def _other_numbers(contract: RegisterContract, deliveries: Sequence[int]) -> Rule:
    """Cases of an addition that are known already, under another number."""
    day, keys = contract.scope_datum, {*ddl.key_columns(contract), contract.scope_datum}
    content = [c.naam for c in contract.opgenomen if c.naam not in keys]
    alike = " and ".join(f"r.{name} is not distinct from b.{name}" for name in content) or "true"
    return Rule(
        "bekend onder een ander nummer",
        "geel",
        f"Van de nieuwe zaken van een aanvulling is hooguit {MAX_TWICE} procent gelijk aan een bekende zaak.",
        "Ga na of de nummers anders zijn opgeschreven dan eerder; dan telt elke zaak dubbel. Lever de periode opnieuw.",
        f"""
        with nieuw as (
            select b.*
            from {{batch}} as b
            inner join raw.levering as l on l.levering_id = b.levering_id and not (l.scope ->> 'volledig')::boolean
            where b.levering_id in ({literals(deliveries)}) and not b.geweigerd and not b.verlopen and not exists (
                select from raw.{contract.naam} as r where r.levering_tot is null and {same_key(contract)}
            )
        ),
        dubbel as (
            select b.levering_id, b.gemeente, count(distinct (b.werkblad, b.rijnummer)) as dubbel
            from nieuw as b
            inner join raw.{contract.naam} as r
                on r.levering_tot is null and r.gemeente = b.gemeente and r.{day} = b.{day} and {alike}
            group by 1, 2
        ),
        samen as (
            select n.levering_id, n.gemeente, n.nieuw, d.dubbel
            from (select levering_id, gemeente, count(*) as nieuw from nieuw group by 1, 2) as n
            inner join dubbel as d on d.levering_id = n.levering_id and d.gemeente = n.gemeente
            where n.nieuw >= {ENOUGH}
        )
        select 'bekend onder een ander nummer' as rule, levering_id as levering, max(100.0 * dubbel / nieuw) as amount,
            min(gemeente || ': ' || dubbel || ' van de ' || nieuw || ' nieuwe zaken') as example
        from samen group by levering_id
        """,
        allowed=MAX_TWICE,
        unit="procent",
    )


def _of_another(contract: RegisterContract, deliveries: Sequence[int]) -> Rule:
    """A file in the folder of another municipality than the one that it was exported for, without a column for it.

    Yellow: a municipality that came from others may deliver what these once did.
    """
    fixed = [c for c in contract.opgenomen if c.naam != "gemeente" and (c.verplicht or c.naam in contract.sleutel)]
    # Small counts are the same in many places.
    counts = [c.naam for c in fixed if c.type == "geheel"] if contract.detail == "telling" else []
    weighs = " and ".join(["not b.geweigerd and not b.verlopen", *(f"b.{name} >= {EXPECTED}" for name in counts)])
    names = ", ".join(c.naam for c in fixed)
    return Rule(
        "rijen van een andere gemeente",
        "geel",
        "Hooguit de helft van de rijen van een gemeente is gelijk aan rijen van een andere gemeente.",
        "Ga na of het bestand in de map van de juiste gemeente staat. Zo niet, trek de levering in.",
        f"""
        with elders as (
            select 0 as levering_id, gemeente, {names} from raw.{contract.naam} where levering_tot is null
            union all
            select levering_id, gemeente, {names} from {{batch}} where not geweigerd and not verlopen
        ),
        gelijk as (
            select b.levering_id, b.gemeente, r.gemeente as ander, count(distinct (b.werkblad, b.rijnummer)) as n
            from {{batch}} as b
            inner join elders as r
                on r.levering_id < b.levering_id and r.gemeente <> b.gemeente
                and {_same(contract, [c.naam for c in fixed])}
            where b.levering_id in ({literals(deliveries)}) and {weighs}
            group by 1, 2, 3 having count(distinct (b.werkblad, b.rijnummer)) >= {ENOUGH}
        ),
        alle as (
            select b.levering_id, b.gemeente, count(*) as n
            from {{batch}} as b
            where {weighs} and exists (
                select from gelijk as g where g.levering_id = b.levering_id and g.gemeente = b.gemeente
            )
            group by 1, 2
        )
        select 'rijen van een andere gemeente' as rule, g.levering_id as levering, max(g.n) as amount,
            min(concat(g.gemeente, ': ', g.n, ' van de ', a.n, ' rijen zijn gelijk aan die van ', g.ander)) as example
        from gelijk as g
        inner join alle as a on a.levering_id = g.levering_id and a.gemeente = g.gemeente
        where g.n * 2 > a.n group by g.levering_id
        """,
        unit="rijen",
    )


def _vanished_kind(contract: RegisterContract, deliveries: Sequence[int]) -> Iterator[Rule]:
    """A sort of which there were rows all year, and in the file none: left out by a filter."""
    day = contract.scope_datum
    kinds = [c.naam for c in contract.opgenomen if c.type == "code" and c.verplicht]
    if not kinds:
        return
    listed = {row: ", ".join(f"({literal(name)}, {row}.{name})" for name in kinds) for row in "br"}
    yield Rule(
        "soort verdwenen",
        "geel",
        "Een soort waarvan er het jaar ervoor veel waren, komt in een bestand over daarna ook voor.",
        "Ga na of de export alle soorten bevat; wat ontbreekt, telt als nul.",
        f"""
        with bekend as (
            select l.levering_id, r.gemeente, k.kolom, k.soort,
                count(*) * least(12, extract(year from age((l.scope ->> 'tot')::date, (l.scope ->> 'van')::date)) * 12
                    + extract(month from age((l.scope ->> 'tot')::date, (l.scope ->> 'van')::date))) / 12 as verwacht
            from raw.levering as l
            inner join raw.{contract.naam} as r on l.scope -> 'gemeente' ? r.gemeente and r.levering_tot is null
                and r.{day} < (l.scope ->> 'van')::date
                and r.{day} >= (l.scope ->> 'van')::date - interval '12 months'
            cross join lateral (values {listed["r"]}) as k (kolom, soort)
            where l.levering_id in ({literals(deliveries)}) and (l.scope ->> 'volledig')::boolean
            group by l.levering_id, r.gemeente, k.kolom, k.soort
        ),
        nieuw as (
            select distinct b.levering_id, b.gemeente, k.kolom, k.soort
            from {{batch}} as b
            cross join lateral (values {listed["b"]}) as k (kolom, soort)
            where b.levering_id in ({literals(deliveries)})
        )
        select 'soort verdwenen' as rule, w.levering_id as levering, count(*) as amount,
            min(concat_ws(' ', w.gemeente, w.kolom, w.soort) || ': naar het jaar ervoor ' || round(w.verwacht)
                || ' rijen verwacht') as example
        from bekend as w
        where w.verwacht >= {EXPECTED}
            and exists (select from nieuw as n where n.levering_id = w.levering_id and n.gemeente = w.gemeente)
            and not exists (
                select from nieuw as n
                where n.levering_id = w.levering_id and n.gemeente = w.gemeente
                    and n.kolom = w.kolom and n.soort = w.soort
            )
        group by w.levering_id
        """,
        unit="soorten",
    )
