"""Conditions on the rows that a chart or a list of choices is made of, in the words of Superset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def equals(column: str, value: object) -> dict[str, Any]:
    return _condition(column, "==", "EQUALS", value)


def among(column: str, values: Sequence[str]) -> dict[str, Any]:
    return _condition(column, "IN", "IN", list(values))


def contains(column: str, text: str) -> dict[str, Any]:
    return _condition(column, "LIKE", "LIKE", f"%{text}%")


def within(column: str) -> dict[str, Any]:
    """The days that the time filter of a dashboard asks for; without one, all."""
    return _condition(column, "TEMPORAL_RANGE", "TEMPORAL_RANGE", "No filter")


def _condition(column: str, operator: str, operator_id: str, value: object) -> dict[str, Any]:
    return {
        "clause": "WHERE",
        "expressionType": "SIMPLE",
        "subject": column,
        "operator": operator,
        "operatorId": operator_id,
        "comparator": value,
        "filterOptionName": f"filter_{column}",
    }
