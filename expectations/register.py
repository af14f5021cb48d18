# ruff: noqa: S608 (queries are composed from contracts, values pass `literal`)
"""Border 1 for registers: staged deliveries of one register, judged together, each answered for by itself.

The batch is `laad.<register>`; it may hold deliveries of many senders. A rule names the deliveries that break it, so
that a red card stops those and no others. Examples are row numbers, never values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import great_expectations.expectations as gxe
from great_expectations.core.result_format import ResultFormat
from great_expectations.expectations.expectation import Expectation

from expectations.rules import SEVERITY, Condition, ExpectRuleToHold, Rule, expectation, literal, literals
from veiligheidsbeeld.contracts.register import Column, RegisterContract
from veiligheidsbeeld.registers import ddl

# Against what is known over the same municipalities and period; below this many rows, chance says nothing.
MAX_DROP, HALVED, ENOUGH = 20, 50, 20
_SHAPES = {"gemeente": r"^GM\d{4}$", "wijk": r"^WK\d{6}$", "buurt": r"^BU\d{8}$"}
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
        _nothing(contract, deliveries),
        *_volume(contract, deliveries),
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
        # Through `str.format` and SQLAlchemy's text, where braces and single colons mean something.
        condition = re.sub(r"(?<!:):(?=\w)", r"\\:", rule.voorwaarde.replace("{", "{{").replace("}", "}}"))
        yield Condition(
            f"regel {rule.naam}",
            "rood",
            f"Geen rij breekt contractregel {rule.naam}: {rule.uitleg}.",
            _REREAD,
            f"({condition}) is false",
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


def _volume(contract: RegisterContract, deliveries: Sequence[int]) -> Iterator[Rule]:
    """Rows delivered against rows known, inside what a full delivery speaks for."""
    query = f"""
        with delivered as (
            select levering_id, count(*) as aantal from {{batch}} as b inner join raw.levering as l using (levering_id)
            where b.levering_id in ({literals(deliveries)}) and not b.verlopen group by levering_id
        ),
        known as (
            select l.levering_id, count(*) as aantal
            from raw.levering as l
            inner join raw.{contract.naam} as r
                on l.scope -> 'gemeente' ? r.gemeente
                and r.{contract.scope_datum} >= (l.scope ->> 'van')::date
                and r.{contract.scope_datum} < (l.scope ->> 'tot')::date
            where r.levering_tot is null and (l.scope ->> 'volledig')::boolean
                and l.levering_id in ({literals(deliveries)})
            group by l.levering_id
        )
        select v.rule, k.levering_id as levering,
            round(100.0 * (k.aantal - coalesce(d.aantal, 0)) / k.aantal, 1) as amount,
            coalesce(d.aantal, 0) || ' rijen, bekend waren er ' || k.aantal as example
        from known as k
        left join delivered as d on d.levering_id = k.levering_id
        cross join (values ('omvang'), ('omvang gehalveerd')) as v (rule)
        where k.aantal >= {ENOUGH}
        """
    yield Rule(
        "omvang",
        "geel",
        f"Een bestand heeft hooguit {MAX_DROP} procent minder rijen dan er over zijn gemeenten en periode bekend zijn.",
        "Ga na of de export volledig is; wat ontbreekt, vervalt.",
        query,
        allowed=MAX_DROP,
        unit="procent minder rijen",
    )
    yield Rule(
        "omvang gehalveerd",
        "rood",
        "Een bestand heeft ten minste de helft van de rijen die er over zijn gemeenten en periode bekend zijn.",
        "Lever het volledige register, of lever nieuwe rijen als <register>_<periode>_aanvulling.",
        query,
        allowed=HALVED,
        unit="procent minder rijen",
    )
