# ruff: noqa: S608 (queries are composed from contracts, values pass `literal`)
"""Border 1 for registers: staged deliveries of one register, judged together, each answered for by itself.

The batch is `laad.<register>`; it may hold deliveries of many senders. A rule names the deliveries that break it, so
that a red card stops those and no others. Examples are row numbers, never values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import great_expectations.expectations as gxe
from great_expectations.core.result_format import ResultFormat
from great_expectations.expectations.expectation import Expectation

from expectations import again, known, shape
from expectations.again import ENOUGH, MAX_DROP, same_key
from expectations.rules import SEVERITY, Condition, ExpectRuleToHold, Rule, expectation, literal, literals
from veiligheidsbeeld.contracts.register import Column, RegisterContract
from veiligheidsbeeld.registers import ddl

# Against what is known over the same municipalities and period; below this many rows, chance says nothing.
HALVED = 50
# How much a known count may change, and the mean of a month or column against earlier ones.
CHANGED, OTHER_SIZE = 3, 5
_SHAPES = {"gemeente": r"^GM\d{4}$", "wijk": r"^WK\d{4}[0-9A-Z]{2}$", "buurt": r"^BU\d{4}[0-9A-Z]{4}$"}
# What the reader may have found, told as yellow cards.
REMARKS = (
    "datum zonder bewijs", "middernacht elders", "getal verborgen", "verborgen rijen", "korte rijen",
    "zonder regeleinde", "grens van een export", "niets ingetrokken",
)  # fmt: skip
_REREAD = "De levering past niet bij het contract: laad haar opnieuw, of pas het contract aan."


class ExpectRuleToHoldPerDelivery(ExpectRuleToHold):
    """Expects the query to report an amount of at most `allowed` for `rule` in every delivery (`levering`).

    `details.per_levering` lists the deliveries that break the rule: amount and example. One that the query does not
    mention has nothing to judge.
    """

    def _validate(
        self, metrics: dict, runtime_configuration: dict | None = None, execution_engine: Any = None
    ) -> dict[str, Any]:
        broken = {
            str(row["levering"]): (float(row["amount"]), row["example"])
            for row in metrics["query.table"]
            if row["rule"] == self.rule and row["amount"] is not None and row["amount"] > self.allowed
        }
        if self._get_result_format(runtime_configuration) == ResultFormat.BOOLEAN_ONLY:
            return {"success": not broken}
        result = {"observed_value": len(broken), "details": {"per_levering": broken}}
        return {"success": not broken, "result": result}


def suite(contract: RegisterContract, deliveries: Sequence[int]) -> list[Expectation]:
    """All expectations of the staged deliveries of a register."""
    columns = gxe.ExpectTableColumnsToMatchSet(
        column_set=list(ddl.batch_columns(contract)),
        exact_match=True,
        severity=SEVERITY["rood"],
        description="De levering heeft precies de kolommen van het contract.",
        meta={"regel": "kolommen", "kaart": "rood", "kolom": None, "remedie": _REREAD},
    )
    judged = (expectation(rule, ExpectRuleToHoldPerDelivery, unit="leveringen") for rule in rules(contract, deliveries))
    return [columns, *judged]


def rules(contract: RegisterContract, deliveries: Sequence[int]) -> list[Rule]:
    """Everything the contract promises, as rules over the batch."""
    conditions = [
        *(c for column in contract.opgenomen for c in _column(column)),
        *_scope(contract),
        *_contract_rules(contract),
    ]
    return [
        *_scan(conditions, deliveries),
        _unique(contract, deliveries),
        _complete(deliveries),
        _refused(contract, deliveries),
        _nothing(contract, deliveries),
        *_volume(contract, deliveries),
        *shape.rules(contract, deliveries),
        *_against_known(contract, deliveries),
        *(_remark(rule, deliveries) for rule in REMARKS),
    ]


def _column(column: Column) -> Iterator[Condition]:
    name = column.naam

    def must(rule: str, text: str, broken: str) -> Condition:
        return Condition(f"{rule} {name}", "rood", f"{name} {text}.", _REREAD, broken, name)

    if column.verplicht:
        yield must("gevuld", "is in elke rij gevuld", f"{name} is null")
    if column.waarden and column.type == "code":
        yield must("code", "is een code van het contract", f"{name} not in ({literals(column.waarden)})")
    if column.waarden and column.type == "codes":
        yield must("code", "heeft codes van het contract", f"not {name} <@ array[{literals(column.waarden)}]::text[]")
    if shape := _SHAPES.get(column.type):
        yield must("vorm", "heeft de vorm van een code", f"{name} !~ {literal(shape)}")
    if column.minimum is not None:
        yield must("minimum", f"is nergens lager dan {column.minimum:g}", f"{name} < {literal(column.minimum)}")
    if column.maximum is not None:
        yield must("maximum", f"is nergens hoger dan {column.maximum:g}", f"{name} > {literal(column.maximum)}")


def _scope(contract: RegisterContract) -> Iterator[Condition]:
    day = contract.scope_datum
    yield Condition(
        "binnen bereik",
        "rood",
        "Elke rij gaat over een gemeente en een periode waarvoor het bestand spreekt.",
        _REREAD,
        "not coalesce(scope -> 'gemeente' ? gemeente, false)"
        f" or {day} < (scope ->> 'van')::date or {day} >= (scope ->> 'tot')::date",
        day,
    )
    yield Condition(
        "geen toekomst",
        "geel",
        f"{day} ligt niet na het moment waarop het bestand is opgehaald.",
        "Ga na of deze datums kloppen; tellingen over de lopende periode kunnen nog veranderen.",
        f"{day} > opgehaald_op::date",
        day,
    )


def _contract_rules(contract: RegisterContract) -> Iterator[Condition]:
    for rule in contract.regels:
        yield Condition(
            f"regel {rule.naam}",
            "rood",
            f"Geen rij breekt contractregel {rule.naam}: {rule.uitleg}.",
            _REREAD,
            f"({shape.as_written(rule.voorwaarde)}) is false",
        )


def _rows(deliveries: Sequence[int]) -> str:
    return (
        "(select b.*, l.scope, l.opgehaald_op from {batch} as b"
        " inner join raw.levering as l on l.levering_id = b.levering_id"
        f" where b.levering_id in ({literals(deliveries)}) and not b.geweigerd and not b.verlopen) as rijen"
    )


def _scan(conditions: Sequence[Condition], deliveries: Sequence[int]) -> list[Rule]:
    """Rules about rows, measured together in one pass."""
    measured = ",\n    ".join(
        f"count(*) filter (where {c.broken}) as a{i}, min(rijnummer) filter (where {c.broken}) as v{i}"
        for i, c in enumerate(conditions)
    )
    listed = ",\n    ".join(f"({literal(c.name)}, s.a{i}, s.v{i})" for i, c in enumerate(conditions))
    query = (
        f"with s as (\n    select levering_id,\n    {measured}\n    from {_rows(deliveries)} group by levering_id\n)\n"
        f"select r.rule, s.levering_id as levering, r.amount, 'rij ' || r.example as example\nfrom s\n"
        f"cross join lateral (values\n    {listed}\n) as r (rule, amount, example)"
    )
    return [Rule(c.name, c.card, c.must, c.remedy, query, c.column) for c in conditions]


def _unique(contract: RegisterContract, deliveries: Sequence[int]) -> Rule:
    keys = ", ".join(ddl.key_columns(contract))
    return Rule(
        "sleutel uniek",
        "rood",
        f"Elke combinatie van {keys} komt in een levering een keer voor.",
        _REREAD,
        f"""
        with twice as (
            select levering_id, min(rijnummer) as rij from {_rows(deliveries)}
            group by levering_id, {keys} having count(*) > 1
        )
        select 'sleutel uniek' as rule, levering_id as levering, count(*) as amount, 'rij ' || min(rij) as example
        from twice group by levering_id
        """,
        keys,
        unit="sleutels",
    )


def _complete(deliveries: Sequence[int]) -> Rule:
    return Rule(
        "volledig",
        "rood",
        "Alle rijen van het bestand zijn geladen, met reden geweigerd, of ouder dan hun bewaartermijn.",
        "Laad de levering opnieuw.",
        f"""
        with loaded as (select levering_id, count(*) as aantal from {_rows(deliveries)} group by levering_id)
        select
            'volledig' as rule,
            l.levering_id as levering,
            abs(l.rijen - coalesce(s.aantal, 0) - (l.telling ->> 'geweigerd')::bigint
                - (l.telling ->> 'verlopen')::bigint) as amount,
            coalesce(s.aantal, 0) || ' geladen en ' || (l.telling ->> 'geweigerd') || ' geweigerd van ' || l.rijen
            as example
        from raw.levering as l
        left join loaded as s on s.levering_id = l.levering_id
        where l.levering_id in ({literals(deliveries)})
        """,
        unit="rijen verschil",
    )


def _refused(contract: RegisterContract, deliveries: Sequence[int]) -> Rule:
    """Rows in quarantine are known to be missing: figures over their periods are that much lower, and may be nought."""
    what = "de tellingen" if contract.detail == "telling" else "de zaken"
    return Rule(
        "rijen geweigerd",
        "geel",
        "Elke rij van het bestand is overgenomen.",
        "Herstel de rijen die het verslag noemt en lever het bestand opnieuw aan; tot dan zijn de cijfers te laag.",
        f"""
        select 'rijen geweigerd' as rule, l.levering_id as levering, (l.telling ->> 'geweigerd')::bigint as amount,
            {literal(what)} || ' van deze rijen ontbreken in de cijfers; de eerste is rij ' || coalesce(
                (select min(q.rijnummer) from quarantaine.rij as q where q.levering_id = l.levering_id)::text, '?'
            ) as example
        from raw.levering as l
        where l.levering_id in ({literals(deliveries)}) and (exists (select from {{batch}}) or true)
        """,
    )


def _nothing(contract: RegisterContract, deliveries: Sequence[int]) -> Rule:
    return Rule(
        "niets tegenover bekend",
        "rood",
        "Een bestand zonder rijen gaat over een periode waarvan geen rijen bekend zijn.",
        "Ga na of de export gelukt is. Is alles wat bekend was vervallen, lever dan een langere periode.",
        f"""
        select 'niets tegenover bekend' as rule, l.levering_id as levering, count(*) as amount,
            count(*) || ' rijen bekend' as example
        from raw.levering as l
        inner join raw.{contract.naam} as r
            on l.scope -> 'gemeente' ? r.gemeente
            and r.{contract.scope_datum} >= (l.scope ->> 'van')::date
            and r.{contract.scope_datum} < (l.scope ->> 'tot')::date
        where r.levering_tot is null and l.rijen = 0 and l.levering_id in ({literals(deliveries)})
            and not exists (select from {{batch}} as b where b.levering_id = l.levering_id)
        group by l.levering_id
        """,
        unit="bekende rijen",
    )


def _known_in_scope(
    contract: RegisterContract, deliveries: Sequence[int], columns: str, more: str = "", joined: str = ""
) -> str:
    """Current rows (`r`) inside what a delivery (`l`) speaks for."""
    return f"""
        select {columns}
        from raw.levering as l
        inner join raw.{contract.naam} as r
            on l.scope -> 'gemeente' ? r.gemeente
            and r.{contract.scope_datum} >= (l.scope ->> 'van')::date
            and r.{contract.scope_datum} < (l.scope ->> 'tot')::date
        {joined}
        where r.levering_tot is null and l.levering_id in ({literals(deliveries)}) {more}
        """


def _volume(contract: RegisterContract, deliveries: Sequence[int]) -> Iterator[Rule]:
    """Rows delivered against rows known, per municipality, inside what a full delivery speaks for."""
    full = "and (l.scope ->> 'volledig')::boolean group by 1, 2"
    query = f"""
        with delivered as (
            select levering_id, gemeente, count(*) as aantal from {{batch}}
            where levering_id in ({literals(deliveries)}) and not verlopen group by 1, 2
        ),
        known as ({_known_in_scope(contract, deliveries, "l.levering_id, r.gemeente, count(*) as aantal", full)}),
        least as (
            select distinct on (k.levering_id) k.levering_id, k.gemeente, k.aantal, coalesce(d.aantal, 0) as nu
            from known as k
            left join delivered as d on d.levering_id = k.levering_id and d.gemeente = k.gemeente
            where k.aantal >= {ENOUGH}
            order by k.levering_id, 1.0 * coalesce(d.aantal, 0) / k.aantal
        )
        select 'omvang gehalveerd' as rule, levering_id as levering,
            round(100.0 * (aantal - nu) / aantal, 1) as amount,
            gemeente || ': ' || nu || ' rijen, bekend waren er ' || aantal as example
        from least
        """
    yield Rule(
        "omvang gehalveerd",
        "rood",
        "Een bestand heeft per gemeente ten minste de helft van de rijen die er over zijn periode bekend zijn.",
        "Lever het volledige register, of lever nieuwe rijen als <register>_<periode>_aanvulling.",
        query,
        allowed=HALVED,
        unit="procent minder rijen",
    )


def _remark(rule: str, deliveries: Sequence[int]) -> Rule:
    return Rule(
        rule,
        "geel",
        "De lezer had bij dit bestand niets op te merken.",
        "Bevestig dat het klopt door niets te doen, of lever het bestand verbeterd opnieuw.",
        f"""
        select o.opmerking ->> 'regel' as rule, l.levering_id as levering, count(*) as amount,
            min(o.opmerking ->> 'tekst') as example
        from raw.levering as l
        cross join lateral jsonb_array_elements(coalesce(l.telling -> 'opmerkingen', '[]')) as o (opmerking)
        where l.levering_id in ({literals(deliveries)}) and (exists (select from {{batch}}) or true) group by 1, 2
        """,
        unit="keer",
    )


def _against_known(contract: RegisterContract, deliveries: Sequence[int]) -> Iterator[Rule]:
    """What the delivery says against what is known, by key, per month, per column."""
    if contract.scope_datum not in contract.sleutel:  # a count of another period is another count
        yield _moved_away(contract, deliveries)
    yield _silent(contract, deliveries)
    yield _vanished_column(contract, deliveries)
    yield known.withdrawn(_withdrawn(contract, deliveries), share=MAX_DROP, enough=ENOUGH)
    yield from again.rules(contract, deliveries)
    new, before = _series(contract, deliveries)
    # Of cases the means: how many there are is judged per municipality, and grows while a period runs.
    pairs = f"""
            select n.levering, n.regio, n.reeks, n.periode, left(n.periode, 4) as jaar, b.waarde as was,
                n.waarde as wordt
            from ({new}) as n
            inner join ({before}) as b using (levering, regio, reeks, periode)
            where n.reeks <> 'rijen'"""
    filled = "select levering, periode, count(*) as n from samen where was > 0 group by 1, 2"
    factor = CHANGED if contract.detail == "telling" else OTHER_SIZE
    yield from known.compared(pairs, filled, deliveries, known.Limit(ENOUGH, factor=factor))
    yield known.other_size(new, before, factor=OTHER_SIZE, least=ENOUGH)


def _moved_away(contract: RegisterContract, deliveries: Sequence[int]) -> Rule:
    """A known row that this file would take out of a period of which it says nothing.

    Files that wait beside it and came earlier count as known: what they hold, and that they replace.
    """
    day = contract.scope_datum
    keys = ", ".join(key for key in ddl.key_columns(contract) if key != day)
    return Rule(
        "rij uit andere periode",
        "rood",
        "Geen rij van het bestand heeft de sleutel van een bekende rij buiten de periode van het bestand.",
        "Beginnen nummers elk jaar opnieuw, zet dan het jaar in het nummer. Is de dag van een zaak verbeterd, lever dan"
        " eerst de periode opnieuw waarin zij bekend is.",
        f"""
        select 'rij uit andere periode' as rule, b.levering_id as levering, count(*) as amount,
            'rij ' || min(b.rijnummer) || ', bekend in ' || min(to_char(r.{day}, 'YYYY-MM')) as example
        from {{batch}} as b
        inner join raw.levering as l on l.levering_id = b.levering_id
        inner join (
            select 0 as levering_id, {keys}, {day} from raw.{contract.naam} where levering_tot is null
            union all
            select levering_id, {keys}, {day} from {{batch}} where not geweigerd and not verlopen
        ) as r on r.levering_id < b.levering_id and {same_key(contract)}
        where b.levering_id in ({literals(deliveries)}) and not b.geweigerd and not b.verlopen
            and (r.{day} < (l.scope ->> 'van')::date or r.{day} >= (l.scope ->> 'tot')::date)
            and not (r.levering_id = 0 and exists (
                select from raw.levering as w
                where w.dataset = l.dataset and w.status in ('geladen', 'gekeurd') and w.levering_id < l.levering_id
                    and (w.scope ->> 'volledig')::boolean and w.scope -> 'gemeente' ? r.gemeente
                    and r.{day} >= (w.scope ->> 'van')::date and r.{day} < (w.scope ->> 'tot')::date
            ))
        group by b.levering_id
        """,
    )


def _silent(contract: RegisterContract, deliveries: Sequence[int]) -> Rule:
    return Rule(
        "gemeente zonder rijen",
        "geel",
        "Van elke gemeente van de afzender waarover rijen bekend zijn, staan er rijen in het bestand.",
        "Wat bekend was, blijft staan. Is daar niets gebeurd, noem de gemeente dan in een rij waarin alleen de kolom"
        " gemeente is gevuld.",
        f"""
        with stil as (
            select l.levering_id, r.gemeente, count(*) as aantal
            from raw.levering as l
            inner join raw.{contract.naam} as r
                on l.scope -> 'zwijgt' ? r.gemeente
                and r.{contract.scope_datum} >= (l.scope ->> 'van')::date
                and r.{contract.scope_datum} < (l.scope ->> 'tot')::date
            where r.levering_tot is null and l.levering_id in ({literals(deliveries)})
                and (exists (select from {{batch}}) or true)
            group by 1, 2
        )
        select 'gemeente zonder rijen' as rule, levering_id as levering, count(*) as amount,
            min(gemeente || ': ' || aantal || ' rijen bekend, geen in dit bestand') as example
        from stil group by levering_id
        """,
        unit="gemeenten",
    )


def _vanished_column(contract: RegisterContract, deliveries: Sequence[int]) -> Rule:
    optional = [c.naam for c in contract.opgenomen if not c.verplicht and c.naam not in ddl.key_columns(contract)]
    known_rows = _known_in_scope(
        contract, deliveries, f"l.levering_id, l.scope, array[{_pairs(optional)}] as gevuld", "group by 1, 2"
    )
    return Rule(
        "kolom verdwenen",
        "geel",
        "Een kolom die over deze periode bekend is, staat ook in het bestand.",
        "Lever de kolom weer mee; anders zijn de cijfers die eruit volgen over deze periode niet beschikbaar.",
        f"""
        with bekend as ({known_rows})
        select 'kolom verdwenen' as rule, b.levering_id as levering, count(*) as amount,
            min(g.paar ->> 'kolom' || ': bekend in ' || (g.paar ->> 'aantal') || ' rijen') as example
        from bekend as b
        cross join lateral unnest(b.gevuld) as g (paar)
        where b.scope -> 'zonder' ? (g.paar ->> 'kolom') and (g.paar ->> 'aantal')::bigint > 0
            and (exists (select from {{batch}}) or true)
        group by b.levering_id
        """,
        unit="kolommen",
    )


def _pairs(columns: Sequence[str]) -> str:
    made = (f"jsonb_build_object('kolom', {literal(c)}, 'aantal', count(r.{c}))" for c in columns)
    return ", ".join(made) or "jsonb_build_object('kolom', '', 'aantal', 0)"


def _withdrawn(contract: RegisterContract, deliveries: Sequence[int]) -> str:
    columns = (
        "l.levering_id as levering, r.gemeente as regio, count(*) as bekend, count(*) - count(b.levering_id) as vervalt"
    )
    batch = f"left join {{batch}} as b on b.levering_id = l.levering_id and {same_key(contract)}"
    whole = "and (l.scope ->> 'volledig')::boolean group by 1, 2"
    return _known_in_scope(contract, deliveries, columns, whole, batch)


def _series(contract: RegisterContract, deliveries: Sequence[int]) -> tuple[str, str]:
    """New and known as series: of counts every count, of cases their number per period and the means of columns."""
    day = contract.scope_datum
    step = {"jaar": "YYYY", "kwartaal": "YYYY-Q", "maand": "YYYY-MM"}[contract.frequentie]
    columns = [c.naam for c in contract.opgenomen if c.type in ("geheel", "getal")]
    period = f"to_char({{0}}.{day}, '{step}')"
    kind = _kind(contract)
    new = f"""
        select g.levering, g.regio, concat_ws(' ', g.soort, m.reeks) as reeks, g.periode, m.waarde
        from (
            select b.levering_id as levering, b.gemeente as regio, {period.format("b")} as periode,
                {kind.format("b")} as soort, array[{_values(contract, "b", columns)}] as waarden
            from {{batch}} as b
            where b.levering_id in ({literals(deliveries)}) and not b.geweigerd and not b.verlopen
            group by 1, 2, 3, 4
        ) as g
        cross join lateral unnest(array[{literals(_names(contract, columns))}], g.waarden) as m (reeks, waarde)
        where m.waarde is not null"""
    before = f"""
        select g.levering, g.regio, concat_ws(' ', g.soort, m.reeks) as reeks, g.periode, m.waarde, g.binnen
        from (
            select l.levering_id as levering, r.gemeente as regio, {period.format("r")} as periode,
                {kind.format("r")} as soort,
                bool_or(r.{day} >= (l.scope ->> 'van')::date and r.{day} < (l.scope ->> 'tot')::date) as binnen,
                array[{_values(contract, "r", columns)}] as waarden
            from raw.levering as l
            inner join raw.{contract.naam} as r on l.scope -> 'gemeente' ? r.gemeente
            where r.levering_tot is null and l.levering_id in ({literals(deliveries)})
            group by 1, 2, 3, 4
        ) as g
        cross join lateral unnest(array[{literals(_names(contract, columns))}], g.waarden) as m (reeks, waarde)
        where m.waarde is not null"""
    return new, before


def _kind(contract: RegisterContract) -> str:
    """SQL that names what a row of a register of counts has counted."""
    keys = [key for key in ddl.key_columns(contract) if key not in ("gemeente", contract.scope_datum)]
    if contract.detail == "rij" or not keys:
        return "null::text"
    return f"concat_ws(' ', {', '.join(f'{{0}}.{key}' for key in keys)})"


def _names(contract: RegisterContract, columns: Sequence[str]) -> list[str]:
    return list(columns) if contract.detail == "telling" else ["rijen", *(f"gemiddelde {c}" for c in columns)]


def _values(contract: RegisterContract, row: str, columns: Sequence[str]) -> str:
    if contract.detail == "telling":
        return ", ".join(f"sum({row}.{c})::double precision" for c in columns)
    return ", ".join(["count(*)::double precision", *(f"avg({row}.{c})::double precision" for c in columns)])
