# ruff: noqa: S608 (queries are composed from contracts, values pass `literal`)
"""Border 1: how a delivery was bound (`beheer.koppeling`), and its values per measure.

What the source no longer calls as people reviewed it stops the delivery: nothing is bound by guessing.
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.rules import Rule, literal
from veiligheidsbeeld.binding.aliases import load_aliases
from veiligheidsbeeld.contracts.cube import CubeContract

_COMPLETE = (
    "Vul koppelingen/{0}.yml aan (in de map van deze installatie) en neem aan: `veiligheidsbeeld contracts accept`."
)
_LOOK = "Kijk in koppelingen/{0}.yml of het nieuwe nodig is; zo niet, dan hoeft er niets."


def rules(contract: CubeContract, levering_id: int) -> Iterator[Rule]:
    """Rules about the binding of one delivery; red where a required path is gone, double, or in another unit."""
    aliased = literal(load_aliases(contract.naam) is not None)
    query = f"""
        with judged as (select * from beheer.koppeling where levering_id = {levering_id}),
        earlier as (
            select dimensie, code, betekenis from beheer.koppeling
            where levering_id = (
                select max(l.levering_id) from raw.levering as l
                inner join beheer.koppeling as k on l.levering_id = k.levering_id
                where l.dataset = {literal(contract.naam)} and l.status = 'verwerkt' and l.levering_id <> {levering_id}
            )
        ),
        moved as (
            select j.pad from judged as j
            inner join earlier as e on j.dimensie = e.dimensie and j.code = e.code
            inner join raw.levering as l on j.levering_id = l.levering_id
            where j.betekenis is distinct from e.betekenis and jsonb_typeof(l.scope -> 'perioden') = 'array'
        )
        select r.rule, r.amount, r.example
        from (select count(*) as n from (select from {{batch}} limit 1) as one) as b
        cross join lateral (
            select
                count(*) filter (where oordeel = 'ontbreekt') as absent,
                string_agg(pad, '; ' order by pad) filter (where oordeel = 'ontbreekt') as absent_example,
                count(distinct betekenis) filter (where oordeel = 'dubbel') as double,
                string_agg(pad, '; ' order by pad) filter (where oordeel = 'dubbel') as double_example,
                count(*) filter (where oordeel = 'eenheid') as unit,
                string_agg(pad || ' (' || toelichting || ')', '; ' order by pad) filter (where oordeel = 'eenheid')
                    as unit_example,
                count(*) filter (where oordeel = 'eenheid_onbekend') as no_unit,
                min(pad) filter (where oordeel = 'eenheid_onbekend') as no_unit_example,
                count(*) filter (where oordeel = 'nieuw') as fresh,
                string_agg(pad, '; ' order by pad) filter (where oordeel = 'nieuw') as fresh_example,
                count(*) filter (where oordeel = 'verdwenen') as gone,
                string_agg(pad, '; ' order by pad) filter (where oordeel = 'verdwenen') as gone_example,
                count(*) filter (where oordeel = 'gestopt') as stopped,
                min(toelichting) filter (where oordeel = 'gestopt') as stopped_example,
                case when {aliased} or count(*) filter (where code <> '' and dimensie <> 'tabel') > 0
                    then (count(*) filter (
                        where oordeel in ('gekoppeld', 'eenheid_onbekend', 'eenheid') and dimensie <> 'tabel'
                    ) = 0)::integer
                end as nothing
            from judged
        ) as j
        cross join lateral (select count(*) as moved, min(pad) as moved_example from moved) as m
        cross join lateral (values
            ('koppeling: niets gekoppeld', j.nothing, null),
            ('koppeling: ontbreekt', j.absent, left(j.absent_example, 300)),
            ('koppeling: dubbel', j.double, left(j.double_example, 300)),
            ('koppeling: eenheid', j.unit, left(j.unit_example, 300)),
            ('koppeling: andere betekenis', m.moved, m.moved_example),
            ('koppeling: eenheid onbekend', j.no_unit, j.no_unit_example),
            ('koppeling: nieuw', j.fresh, left(j.fresh_example, 300)),
            ('koppeling: tabel gestopt', j.stopped, j.stopped_example),
            ('koppeling: verdwenen', j.gone, left(j.gone_example, 300))
        ) as r (rule, amount, example)
        """
    complete, look = _COMPLETE.format(contract.naam), _LOOK.format(contract.naam)
    unit = (
        "Ga na wat de bron nu telt. Klopt de nieuwe eenheid, pas dan `eenheid` en `schaal` in de koppeling of het "
        "contract aan."
    )
    successor = "Zet de opvolger in `bron.tabel` van het contract, en controleer met `contracts check --live`."
    whole = f"Haal de tabel in haar geheel op: `veiligheidsbeeld extract {contract.naam} --force`."
    for name, card, must, remedy in (
        ("niets gekoppeld", "rood", "Ten minste een maat van de bron staat voor iets dat wij kennen.", complete),
        ("ontbreekt", "rood", "Elke titel die nodig is staat bij de bron.", complete),
        ("dubbel", "rood", "Elke titel die nodig is wijst een maat of code van de bron aan.", complete),
        ("eenheid", "rood", "Elke maat staat in de eenheid die bij de koppeling hoort.", unit),
        ("andere betekenis", "rood", "Een levering van enkele perioden heeft de codes van de vorige levering.", whole),
        ("eenheid onbekend", "geel", "De bron noemt van elke gekoppelde maat de eenheid.", unit),
        ("nieuw", "geel", "De bron heeft geen titels die er eerder niet waren.", look),
        ("tabel gestopt", "geel", "De bron werkt de tabel nog bij.", successor),
        ("verdwenen", "geel", "Wat de bron eerder had, heeft zij nog.", look),
    ):
        yield Rule(f"koppeling: {name}", card, must, remedy, query, unit="titels")  # type: ignore[arg-type]
    if load_aliases(contract.naam) and contract.kenmerk:
        yield _range(contract, levering_id)


def _range(contract: CubeContract, levering_id: int) -> Rule:
    """Limits of a long table stand with each measure: a percentage ends at 100, a count does not."""
    measure = next(key.kolom for key in contract.sleutels if key.bron == "Measure")
    (value,) = (m.kolom for m in contract.maten)
    return Rule(
        "bereik per maat",
        "rood",
        "Elke waarde ligt binnen wat haar maat kan zijn.",
        "De bron levert een onmogelijke waarde of een andere maat: meld het bij de eigenaar.",
        f"""
        select
            'bereik per maat' as rule, count(*) as amount,
            min(k.pad || ' ' || b.jaar || ': ' || v.waarde) as example
        from {{batch}} as b
        inner join beheer.koppeling as k
            on k.levering_id = {levering_id} and k.dimensie = 'Measure' and k.code = b.{measure}
        cross join lateral unnest(b.{value}) as v (waarde)
        where v.waarde < k.minimum or v.waarde > k.maximum
        """,
        value,
        unit="waarden",
    )
