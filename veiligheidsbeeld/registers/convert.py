"""One column of text becomes one typed column: each distinct text is judged once, and the rows follow."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from veiligheidsbeeld.contracts.register import Column
from veiligheidsbeeld.registers import dates, numbers
from veiligheidsbeeld.registers.codes import CodeList, TownList, parse_area
from veiligheidsbeeld.registers.values import MARKS, Bad, is_moment, parse_yes_no, plain

ARROW = {
    "tekst": pa.string(),
    "code": pa.string(),
    "gemeente": pa.string(),
    "buurt": pa.string(),
    "wijk": pa.string(),
    "datum": pa.date32(),
    "geheel": pa.int32(),
    "getal": pa.float64(),
    "janee": pa.bool_(),
    "codes": pa.list_(pa.string()),
}
Parser = Callable[[str], tuple[Any, str | None]]
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass
class Converted:
    """Values per row, rows that broke a rule (position -> rule and reason), and what was mended (kind -> rows)."""

    values: pa.Array
    refused: dict[int, tuple[str, str]] = field(default_factory=dict)
    repairs: Counter[str] = field(default_factory=Counter)


def convert(
    cells: pa.DictionaryArray, column: Column, gemeenten: Mapping[str, str], *, datum1904: bool = False
) -> Converted:
    """Types a column after its contract; never raises for what a cell holds."""
    texts = pc.utf8_trim_whitespace(cells.dictionary)
    rows = np.asarray(cells.indices)
    uses = np.bincount(rows, minlength=len(texts))
    repairs: Counter[str] = Counter()
    blanks = np.asarray(pc.not_equal(texts, cells.dictionary)) & np.asarray(pc.not_equal(texts, ""))
    if trimmed := int(uses[blanks].sum()):
        repairs["spaties"] = trimmed
    values, todo = _as_they_are(texts, column)
    bad = np.zeros(len(texts), bool)
    faults: dict[int, tuple[str, str]] = {}
    if len(todo):
        mended: dict[int, Any] = {}
        left = [texts[int(at)].as_py() for at in todo] if len(todo) < 1000 else texts.take(pa.array(todo)).to_pylist()
        parse = _parser(column, left, gemeenten, datum1904)
        for at, text in zip(todo.tolist(), left, strict=True):
            if not uses[at]:
                mended[at] = None
                continue
            try:
                mended[at], kind = _judge(text, column, parse)
                if kind:
                    repairs[kind] += int(uses[at])
            except Bad as fault:
                mended[at], bad[at], faults[at] = None, True, (fault.rule, fault.reason)
        values = _put(values, todo, list(mended.values()), column)
    refused = {}
    if faults:
        for row in np.flatnonzero(bad[rows]).tolist():
            refused[row] = faults[int(rows[row])]
    typed = pa.nulls(0, ARROW[column.type]) if values is None else values
    return Converted(typed.take(cells.indices), refused, repairs)


def _as_they_are(texts: pa.StringArray, column: Column) -> tuple[pa.Array | None, np.ndarray]:
    """Texts and whole numbers that need no mending, all at once; and the positions of the rest."""
    if column.type == "tekst" and not column.waarden:
        form = rf"\A(?:{column.patroon})\z" if column.patroon else r"\A[^\s=@+\-.x*#\x00-\x1f][^\x00-\x1f\x7f]*\z"
        try:
            good = np.asarray(pc.match_substring_regex(texts, form))
        except pa.ArrowInvalid:  # a pattern that RE2 does not know
            return None, np.arange(len(texts))
        good &= ~np.asarray(pc.match_substring_regex(texts, r"\A(?:[=@+\-.xX*#].*|[0-9]{4}-[0-9]{2}-[0-9]{2}.*)\z"))
        return texts, np.flatnonzero(~good)
    if column.type == "geheel" and column.minimum is None and column.maximum is None:
        good = np.asarray(pc.match_substring_regex(texts, r"\A(?:0|[1-9][0-9]{0,8})\z"))
        zero = pc.if_else(pa.array(good), texts, "0")
        return zero.cast(pa.int32()), np.flatnonzero(~good)
    return None, np.arange(len(texts))


def _put(values: pa.Array | None, todo: np.ndarray, mended: list[Any], column: Column) -> pa.Array:
    fresh = pa.array(mended, ARROW[column.type])
    if values is None:
        return fresh
    mask = np.zeros(len(values), bool)
    mask[todo] = True
    return pc.replace_with_mask(values, pa.array(mask), fresh)


def _parser(column: Column, texts: list[str], gemeenten: Mapping[str, str], datum1904: bool) -> Parser:
    """The judge of one column; what the whole column proves about its notation goes in here."""
    kind = column.type
    if kind == "datum":
        doubt = dates.month_first(texts)
        return lambda text: dates.parse_date(text, doubt=doubt, datum1904=datum1904)
    if kind == "geheel":
        return lambda text: _ranged(numbers.parse_whole(text), column)
    if kind == "getal":
        notation = numbers.Notation.of(texts)
        return lambda text: _ranged(numbers.parse_number(text, notation), column)
    if kind == "janee":
        return parse_yes_no
    if kind == "gemeente":
        return TownList(gemeenten).find
    if kind in ("buurt", "wijk"):
        return lambda text: parse_area(text, kind)
    if kind == "codes":
        return CodeList(column).find_several
    if kind == "code" or column.waarden:
        return CodeList(column).find
    return lambda text: _text(text, column)


def _judge(text: str, column: Column, parse: Parser) -> tuple[Any, str | None]:
    text, protected = plain(text)
    if not text or (text in MARKS and text not in column.waarden):
        if text in ("x", "X") and column.type == "janee":
            raise Bad("janee", "een kruisje kan ja betekenen en ook onbekend; schrijf ja of nee")
        if column.verplicht:
            raise Bad("verplicht", "deze kolom moet gevuld zijn")
        return None, "teken_als_leeg" if text else None
    if column.type in ("tekst", "code", "codes") and is_moment(text):
        raise Bad("datum_in_tekst", "Excel heeft de inhoud in een datum veranderd; geef de kolom het type tekst")
    value, kind = parse(text)
    return value, kind or protected


def _text(text: str, column: Column) -> tuple[str, str | None]:
    if _UNSAFE.search(text):
        raise Bad("teken", "de tekst bevat onzichtbare besturingstekens")
    if column.patroon and not re.fullmatch(column.patroon, text):
        raise Bad("patroon", "de waarde heeft niet de afgesproken vorm")
    return text, None


def _ranged(found: tuple[Any, str | None], column: Column) -> tuple[Any, str | None]:
    numbers.check_range(found[0], column.minimum, column.maximum)
    return found
