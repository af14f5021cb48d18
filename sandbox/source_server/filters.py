"""`$filter` of OData v3 and v4: a small parser, and an evaluator that works on code lists instead of rows.

Grammar (OData v3 URI conventions, section 10.2.3.6; OData 4.0 part 2, section 5.1.1), limited to what the
sources are known to answer: comparisons, `and`, `or`, `not`, parentheses, and a few string functions. The `in`
operator is refused, as the sources do.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

_FUNCTIONS = {
    "v3": {"startswith", "endswith", "substringof"},
    "v4": {"startswith", "endswith", "contains"},
}
_COMPARISONS: dict[str, Callable] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<sign>[(),]))"
)
_MAX_DEPTH = 100


class FilterError(ValueError):
    """The filter is not valid for this source; the message is meant for the client."""


@dataclass(frozen=True)
class Property:
    """A column, possibly cut by `substring(column, start[, length])` or folded by `tolower`/`toupper`."""

    name: str
    start: int | None = None
    length: int | None = None
    case: str | None = None

    def apply(self, value: str) -> str:
        if self.start is not None:
            end = None if self.length is None else self.start + self.length
            value = value[self.start : end]
        return getattr(value, self.case)() if self.case else value

    @property
    def plain(self) -> bool:
        return self.start is None and self.case is None


@dataclass(frozen=True)
class Comparison:
    """`property op literal`."""

    property: Property
    op: str
    value: str | float | bool | None


@dataclass(frozen=True)
class Member:
    """`property eq a or property eq b or ...`, folded so that a thousand codes cost one pass."""

    property: Property
    values: frozenset


@dataclass(frozen=True)
class Function:
    """`startswith`, `endswith`, or "holds this text" (`substringof` and `contains`)."""

    name: str
    property: Property
    text: str


@dataclass(frozen=True)
class Not:
    item: Expression


@dataclass(frozen=True)
class Combined:
    """`and` / `or` over two or more expressions."""

    op: str
    items: tuple[Expression, ...]


Leaf = Comparison | Member | Function
Expression = Leaf | Not | Combined


def parse(text: str, protocol: str, columns: Mapping[str, str]) -> Expression:
    """Parses a decoded `$filter`; `FilterError` when it is not valid or names an unknown column.

    `columns` maps the names that clients know to the names that the expression shall carry.
    """
    return _Parser(text, protocol, columns).parse()


def properties(expression: Expression) -> set[str]:
    """Names of the columns that the expression looks at."""
    if isinstance(expression, Combined):
        return set().union(*(properties(i) for i in expression.items))
    return properties(expression.item) if isinstance(expression, Not) else {expression.property.name}


def conjuncts(expression: Expression | None) -> list[Expression]:
    """The parts that must all hold."""
    if expression is None:
        return []
    if isinstance(expression, Combined) and expression.op == "and":
        return [part for item in expression.items for part in conjuncts(item)]
    return [expression]


def evaluate(expression: Expression, leaf: Callable[[Leaf], np.ndarray]) -> np.ndarray:
    """Combines the boolean arrays that `leaf` gives for the leaves."""
    if isinstance(expression, Combined):
        combine = np.logical_and if expression.op == "and" else np.logical_or
        result = evaluate(expression.items[0], leaf)
        for item in expression.items[1:]:
            result = combine(result, evaluate(item, leaf))
        return result
    return ~evaluate(expression.item, leaf) if isinstance(expression, Not) else leaf(expression)


def test_texts(leaf: Leaf, values: Sequence[str]) -> np.ndarray:
    """Which of these texts satisfy the leaf. Comparison is exact: trailing blanks count, as at the source."""
    prop = leaf.property
    texts = values if prop.plain else [prop.apply(v) for v in values]
    if isinstance(leaf, Member):
        hits = [v in leaf.values for v in texts]
    elif isinstance(leaf, Function):
        if leaf.name == "startswith":
            hits = [v.startswith(leaf.text) for v in texts]
        elif leaf.name == "endswith":
            hits = [v.endswith(leaf.text) for v in texts]
        else:
            hits = [leaf.text in v for v in texts]
    elif isinstance(leaf.value, str):
        compare = _COMPARISONS[leaf.op]
        hits = [compare(v, leaf.value) for v in texts]
    elif leaf.value is None:
        hits = [leaf.op == "ne"] * len(texts)
    else:
        raise FilterError(f"Property '{prop.name}' is a string and cannot be compared with {leaf.value}.")
    return np.array(hits, bool)


def test_numbers(leaf: Leaf, values: np.ndarray, empty: np.ndarray | None) -> np.ndarray:
    """Which of these numbers satisfy the leaf; a comparison with an empty value is false, except `ne`."""
    if isinstance(leaf, Function) or not leaf.property.plain:
        raise FilterError(f"Property '{leaf.property.name}' is a number; string functions do not apply.")
    wanted = leaf.values if isinstance(leaf, Member) else {leaf.value}
    if any(isinstance(w, str) for w in wanted):
        raise FilterError(f"Property '{leaf.property.name}' is a number and cannot be compared with a string.")
    if isinstance(leaf, Member):
        result = np.isin(values, list(leaf.values))
    elif leaf.value is None:
        nothing = np.zeros(len(values), bool) if empty is None else empty
        return nothing if leaf.op == "eq" else ~nothing
    else:
        result = _COMPARISONS[leaf.op](values, leaf.value)
        if leaf.op == "ne" and empty is not None:
            return result | empty
    return result if empty is None else result & ~empty


def test_records(leaf: Leaf, values: list) -> np.ndarray:
    """Which values of a metadata column (texts, numbers, booleans and nulls mixed) satisfy the leaf."""
    if isinstance(leaf, Member):
        return np.array([v in leaf.values for v in values], bool)
    if isinstance(leaf, Comparison) and leaf.property.plain:
        compare = _COMPARISONS[leaf.op]
        if leaf.value is None or leaf.op in ("eq", "ne"):
            return np.array([compare(v, leaf.value) for v in values], bool)
        return np.array([type(v) is type(leaf.value) and compare(v, leaf.value) for v in values], bool)
    return test_texts(leaf, [v if isinstance(v, str) else "" for v in values])


def _fold(items: list[Expression]) -> Expression:
    """`or` of equalities on one column becomes one `Member`."""
    folded: dict[Property, set] = {}
    rest: list[Expression] = []
    for item in items:
        if isinstance(item, Comparison) and item.op == "eq" and item.value is not None:
            folded.setdefault(item.property, set()).add(item.value)
        elif isinstance(item, Member):
            folded.setdefault(item.property, set()).update(item.values)
        else:
            rest.append(item)
    merged: list[Expression] = [Member(p, frozenset(v)) for p, v in folded.items()]
    return (merged + rest)[0] if len(merged) + len(rest) == 1 else Combined("or", tuple(merged + rest))


class _Parser:
    def __init__(self, text: str, protocol: str, columns: Mapping[str, str]) -> None:
        self.text, self.protocol, self.columns = text, protocol, columns
        self.tokens = self._tokens()
        self.at = 0
        self.depth = 0

    def _tokens(self) -> list[tuple[str, str]]:
        found, at, end = [], 0, len(self.text.rstrip())
        while at < end:
            match = _TOKEN.match(self.text, at)
            if not match:
                raise FilterError(f"Syntax error at position {at} in '{self.text}'.")
            found.append((match.lastgroup or "", match[match.lastgroup or 0]))
            at = match.end()
        return found

    def parse(self) -> Expression:
        result = self._or()
        if self.at < len(self.tokens):
            raise self._error()
        return result

    def _error(self) -> FilterError:
        seen = self.tokens[self.at][1] if self.at < len(self.tokens) else "the end"
        return FilterError(f"Syntax error at {seen} (token {self.at + 1}) in '{self.text}'.")

    def _peek(self) -> str | None:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else None

    def _take(self, kind: str | None = None, value: str | None = None) -> str:
        if self.at >= len(self.tokens):
            raise self._error()
        seen_kind, seen = self.tokens[self.at]
        if (kind and seen_kind != kind) or (value and seen != value):
            raise self._error()
        self.at += 1
        return seen

    def _or(self) -> Expression:
        items = [self._and()]
        while self._peek() == "or":
            self.at += 1
            items.append(self._and())
        return items[0] if len(items) == 1 else _fold(items)

    def _and(self) -> Expression:
        items = [self._unary()]
        while self._peek() == "and":
            self.at += 1
            items.append(self._unary())
        return items[0] if len(items) == 1 else Combined("and", tuple(items))

    def _unary(self) -> Expression:
        if self._peek() == "not":
            self.at += 1
            return Not(self._unary())
        if self._peek() == "(":
            self.depth += 1
            if self.depth > _MAX_DEPTH:
                raise FilterError(f"The filter nests deeper than {_MAX_DEPTH} levels.")
            self.at += 1
            inner = self._or()
            self._take("sign", ")")
            self.depth -= 1
            return inner
        return self._predicate()

    def _predicate(self) -> Expression:
        name = self._peek()
        if name in _FUNCTIONS["v3"] | _FUNCTIONS["v4"] and self._next_is_call():
            result: Expression = self._function()
            if self._peek() in ("eq", "ne"):
                same = self._take() == "eq"
                wanted = self._literal()
                if not isinstance(wanted, bool):
                    raise self._error()
                return result if wanted == same else Not(result)
            return result
        if self.at < len(self.tokens) and self.tokens[self.at][0] in ("text", "number"):
            mirrored = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}
            value, op = self._literal(), self._operator()
            return Comparison(self._property(), mirrored.get(op, op), value)
        prop = self._property()
        return Comparison(prop, self._operator(), self._literal())

    def _next_is_call(self) -> bool:
        return self.at + 1 < len(self.tokens) and self.tokens[self.at + 1][1] == "("

    def _operator(self) -> str:
        name = self._take("name")
        if name == "in":
            raise FilterError("The operator 'in' is not supported by this service.")
        if name not in _COMPARISONS:
            self.at -= 1
            raise self._error()
        return name

    def _function(self) -> Function:
        name = self._take("name")
        if name not in _FUNCTIONS[self.protocol]:
            raise FilterError(f"An unknown function with name '{name}' was found.")
        self._take("sign", "(")
        if name == "substringof":
            text = self._text()
            self._take("sign", ",")
            prop = self._property()
        else:
            prop = self._property()
            self._take("sign", ",")
            text = self._text()
        self._take("sign", ")")
        return Function(name, prop, text)

    def _property(self) -> Property:
        name = self._take("name")
        if name in ("substring", "tolower", "toupper", "trim") and self._peek() == "(":
            self._take("sign", "(")
            inner = self._property()
            if not inner.plain:
                raise FilterError("Functions within functions are not supported by this service.")
            if name == "substring":
                self._take("sign", ",")
                start, length = self._position(), None
                if self._peek() == ",":
                    self.at += 1
                    length = self._position()
                result = Property(inner.name, start, length)
            else:
                result = Property(inner.name, case={"tolower": "lower", "toupper": "upper", "trim": "strip"}[name])
            self._take("sign", ")")
            return result
        if name not in self.columns:
            raise FilterError(f"Could not find a property named '{name}'.")
        return Property(self.columns[name])

    def _position(self) -> int:
        seen = self._take("number")
        if not seen.isdecimal():
            raise FilterError(f"'{seen}' is not a position within a text.")
        return int(seen)

    def _text(self) -> str:
        return self._take("text")[1:-1].replace("''", "'")

    def _literal(self) -> str | float | bool | None:
        if self.at >= len(self.tokens):
            raise self._error()
        kind, seen = self.tokens[self.at]
        if kind == "text":
            return self._text()
        self.at += 1
        if kind == "number":
            return float(seen) if "." in seen else int(seen)
        if kind == "name" and seen in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[seen]
        self.at -= 1
        raise self._error()
