"""The form every rule takes, and the one Great Expectations class that judges them all.

A rule says what must hold (in Dutch: analysts read it in Data Docs), how bad a breach is (red or yellow card),
what to do about it, and asks the warehouse one question. The query answers for one or more rules with rows
`(rule, amount, example)`: the rule's name, the number of breaches (or another measured amount), and one example.
Rules that share a query share its execution, because Great Expectations computes equal metrics once: twenty rules
cost one scan.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Literal

from great_expectations.compatibility import pydantic
from great_expectations.core.result_format import ResultFormat
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metadata_types import FailureSeverity
from great_expectations.render import LegacyDiagnosticRendererType, LegacyRendererType, RenderedStringTemplateContent
from great_expectations.render.renderer.renderer import renderer

from veiligheidsbeeld.numbers import short

Card = Literal["rood", "geel"]
SEVERITY: dict[str, FailureSeverity] = {"rood": FailureSeverity.CRITICAL, "geel": FailureSeverity.WARNING}


@dataclass(frozen=True)
class Rule:
    """One rule: `must` says what has to hold, `remedy` what to do when it does not (both Dutch).

    The rule holds while the measured amount is at most `allowed`; `unit` is what the amount counts.
    """

    name: str
    card: Card
    must: str
    remedy: str
    query: str
    column: str | None = None
    allowed: float = 0
    unit: str = "rijen"


@dataclass(frozen=True)
class Condition:
    """A rule about single rows: `broken` is the SQL condition of a row that breaks it.

    `by_file`: what one file of a register says can break it, and no model. Then that file is to blame.
    """

    name: str
    card: Card
    must: str
    remedy: str
    broken: str
    column: str | None = None
    by_file: bool = False


class ExpectRuleToHold(BatchExpectation):
    """Expects the query to report an amount of at most `allowed` for `rule`.

    A null amount means that there is nothing to judge (no earlier delivery, no complete parts) and passes; a rule
    that the query does not mention fails.
    """

    query: str
    rule: str
    allowed: float = 0

    metric_dependencies: ClassVar[tuple[str, ...]] = ("query.table",)
    success_keys: ClassVar[tuple[str, ...]] = ("query", "rule", "allowed")

    class Config:
        title = "Expect rule to hold"

    @pydantic.validator("query")
    def _reads_the_batch(cls, query: str) -> str:
        if "{batch}" not in query:
            raise ValueError("the query must read {batch}, else it judges something other than the batch")
        if "{batch} as" in query and " join " not in query:
            # The library gives the batch an alias of its own in a query without joins.
            raise ValueError("a query without joins cannot name {batch}")
        return query.strip().rstrip(";")

    def _validate(
        self, metrics: dict, runtime_configuration: dict | None = None, execution_engine: Any = None
    ) -> dict[str, Any]:
        found = next((row for row in metrics["query.table"] if row["rule"] == self.rule), None)
        if found is None:
            return {"success": False, "result": {"observed_value": None}}
        amount = found["amount"]
        amount = float(amount) if isinstance(amount, Decimal) else amount
        success = amount is None or amount <= self.allowed
        if self._get_result_format(runtime_configuration) == ResultFormat.BOOLEAN_ONLY:
            return {"success": success}
        return {"success": success, "result": {"observed_value": amount, "details": {"example": found["example"]}}}

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    def _prescriptive_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None, **_: Any
    ) -> list[RenderedStringTemplateContent]:
        settings = configuration or (result.expectation_config if result else None)
        text = (settings.description or settings.kwargs.get("rule", "")) if settings else ""
        return [
            RenderedStringTemplateContent(
                content_block_type="string_template", string_template={"template": "$must", "params": {"must": text}}
            )
        ]

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.OBSERVED_VALUE)
    def _diagnostic_observed_value_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None, **_: Any
    ) -> str:
        observed = (result.result or {}) if result else {}
        amount = observed.get("observed_value")
        if amount is None:
            return "niet van toepassing" if result and result.success else "niet te beoordelen"
        example = (observed.get("details") or {}).get("example")
        # Pages are made without escaping, and an example may hold any word of a source.
        return short(amount) + (f" (bijvoorbeeld {html.escape(example, quote=False)})" if example else "")


def expectation(
    rule: Rule, judged_by: type[ExpectRuleToHold] = ExpectRuleToHold, *, unit: str | None = None
) -> ExpectRuleToHold:
    """The rule as an expectation; card, column and remedy travel in its meta.

    `unit` is what the judging class counts, where that is something other than the rule's own amount.
    """
    return judged_by(
        query=rule.query,
        rule=rule.name,
        allowed=rule.allowed,
        severity=SEVERITY[rule.card],
        description=rule.must,
        meta={
            "regel": rule.name,
            "kaart": rule.card,
            "kolom": rule.column,
            "eis": rule.must,
            "remedie": rule.remedy,
            "eenheid": unit or rule.unit,
        },
    )


def scan(conditions: Sequence[Condition], example: str, *, source: str = "{batch}") -> list[Rule]:
    """Rules about rows, measured together in one pass over `source`; `example` is an SQL text that names a row."""
    measured = ",\n    ".join(
        f"count(*) filter (where {c.broken}) as a{i}, min({example}) filter (where {c.broken}) as v{i}"
        for i, c in enumerate(conditions)
    )
    listed = ",\n    ".join(f"({literal(c.name)}, s.a{i}, s.v{i})" for i, c in enumerate(conditions))
    query = (
        f"with s as (\n    select\n    {measured}\n    from {source}\n)\n"
        f"select r.rule, r.amount, r.example\nfrom s\n"
        f"cross join lateral (values\n    {listed}\n) as r (rule, amount, example)"
    )
    return [Rule(c.name, c.card, c.must, c.remedy, query, c.column) for c in conditions]


def literal(value: object) -> str:
    """An SQL literal that survives `str.format` (braces) and SQLAlchemy's text (colons), through which queries go."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    quoted = str(value).replace("'", "''")
    return "'" + quoted.replace("{", "{{").replace("}", "}}").replace(":", "\\:") + "'"


def literals(values: Iterable[object]) -> str:
    """Literals joined by commas, for `in (...)`."""
    return ", ".join(literal(v) for v in values)
