"""One column of text becomes one typed column: each distinct text is judged once, and the rows follow."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from veiligheidsbeeld.contracts.register import Column
from veiligheidsbeeld.registers import dates, numbers
from veiligheidsbeeld.registers.codes import CodeList, TownList, parse_area
from veiligheidsbeeld.registers.values import (
    MARKS,
    MOMENT,
    NOTHING,
    Bad,
    check_kept,
    is_empty,
    parse_yes_no,
    plain,
)

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
# Whole numbers as programs write them that know no others: 988.0.
_FLOAT = re.compile(r"([0-9]+)[.,]0+")
# A day further ahead than this many years is no plan or term, but a filler for none (31-12-2099).
_PLANNED = 25
_CODED = ("gemeente", "buurt", "wijk", "code", "codes", "janee")
# Texts that a spreadsheet or database may have made of something else are looked at one by one.
_CHANGED = rf"(?i)\A(?:{MOMENT}|{'|'.join(map(re.escape, sorted(NOTHING)))}|[0-9](?:[.,][0-9]+)?e\+[0-9]+)\z"
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass
class Converted:
    """Values per row, rows that broke a rule (position -> rule and reason), and what was mended (kind -> rows).

    `unproven`: rows of which day and month may be swapped, without anything in the column that shows it; `late`: rows
    of which the day may be the one before; `concealed`: rows with a mark where a number is hidden.
    """

    values: pa.Array
    refused: dict[int, tuple[str, str]] = field(default_factory=dict)
    repairs: Counter[str] = field(default_factory=Counter)
    unproven: int = 0
    late: int = 0
    concealed: int = 0


@dataclass(frozen=True)
class Known:
    """What is known of a column beside its contract: `grain` when it holds periods, `gemaakt` the last day on which
    its file can have been made, `datum1904` how its serials count, `typed` which distinct texts were number cells."""

    grain: dates.Grain | None = None
    gemaakt: date | None = None
    datum1904: bool = False
    typed: np.ndarray | None = None


def convert(
    cells: pa.DictionaryArray,
    column: Column,
    gemeenten: Mapping[str, str],
    known: Known = Known(),
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
    unproven = late = concealed = 0
    if len(todo):
        mended: dict[int, Any] = {}
        left = [texts[int(at)].as_py() for at in todo] if len(todo) < 1000 else texts.take(pa.array(todo)).to_pylist()
        typed = np.zeros(len(texts), bool) if known.typed is None or column.type != "getal" else known.typed
        used = [text for at, text in zip(todo.tolist(), left, strict=True) if uses[at] and not typed[at]]
        doubt = _doubt(column, used, known)
        elsewhere = dates.midnights_elsewhere(used) if column.type == "datum" else set()
        parse = _parser(column, used, gemeenten, known, doubt)
        for at, text in zip(todo.tolist(), left, strict=True):
            if not uses[at]:
                mended[at] = None
                continue
            try:
                mended[at], kind = _judge(text, column, _number_cell(column) if typed[at] else parse)
                if kind:
                    repairs[kind] += int(uses[at])
                if doubt.unproven and dates.unproven(text, doubt, known.grain, datum1904=known.datum1904):
                    unproven += int(uses[at])
                if text in elsewhere:
                    late += int(uses[at])
                if column.type in ("geheel", "getal") and text in MARKS:
                    concealed += int(uses[at])
            except Bad as fault:
                mended[at], bad[at], faults[at] = None, True, (fault.rule, fault.reason)
        values = _put(values, todo, list(mended.values()), column)
    refused = {}
    if faults:
        for row in np.flatnonzero(bad[rows]).tolist():
            refused[row] = faults[int(rows[row])]
    typed_values = pa.nulls(0, ARROW[column.type]) if values is None else values
    return Converted(typed_values.take(cells.indices), refused, repairs, unproven, late, concealed)


def _as_they_are(texts: pa.StringArray, column: Column) -> tuple[pa.Array | None, np.ndarray]:
    """Texts and whole numbers that need no mending, all at once; and the positions of the rest."""
    if column.type == "tekst" and not column.waarden:
        form = rf"\A(?:{column.patroon})\z" if column.patroon else r"\A[^\s=@+\-.x*#\x00-\x1f][^\x00-\x1f\x7f]*\z"
        try:
            good = np.asarray(pc.match_substring_regex(texts, form))
        except pa.ArrowInvalid:  # a pattern that RE2 does not know
            return None, np.arange(len(texts))
        good &= ~np.asarray(pc.match_substring_regex(texts, r"\A[=@+\-.xX*#].*\z"))
        good &= ~np.asarray(pc.match_substring_regex(texts, _CHANGED))
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


def _doubt(column: Column, texts: list[str], known: Known) -> dates.Doubt:
    return dates.Doubt.of(texts, known.grain, datum1904=known.datum1904) if column.type == "datum" else dates.NO_DOUBT


def _parser(column: Column, texts: list[str], gemeenten: Mapping[str, str], known: Known, doubt: dates.Doubt) -> Parser:
    """The judge of one column; what the whole column proves about its notation goes in here."""
    kind = column.type
    if kind == "datum":
        return lambda text: _happened(
            dates.parse_date(text, doubt=doubt, datum1904=known.datum1904, grain=known.grain), column, known.gemaakt
        )
    notation = numbers.Notation.of(texts) if kind in ("geheel", "getal") else numbers.Notation()
    if kind == "geheel":
        return lambda text: _ranged(numbers.parse_whole(text, notation), column)
    if kind == "getal":
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


def _number_cell(column: Column) -> Parser:
    """What a number of a spreadsheet means is no question of notation."""
    return lambda text: _ranged((float(text.replace(",", ".")), None), column)


def _happened(found: tuple[date, str | None], column: Column, gemaakt: date | None) -> tuple[date, str | None]:
    if gemaakt and found[0] > gemaakt and not column.toekomst:
        raise Bad("toekomst", "deze dag lag nog in de toekomst; laat de cel leeg als het nog niet is gebeurd")
    if gemaakt and found[0].year > gemaakt.year + _PLANNED:
        raise Bad("toekomst", "deze dag ligt zo ver vooruit dat zij een opvulling lijkt; laat de cel leeg")
    return found


def _judge(text: str, column: Column, parse: Parser) -> tuple[Any, str | None]:
    text, protected = plain(text)
    if not text or (is_empty(text) and text not in column.waarden):
        if text in ("x", "X") and column.type == "janee":
            raise Bad("janee", "een kruisje kan ja betekenen en ook onbekend; schrijf ja of nee")
        if column.verplicht:
            raise Bad("verplicht", "deze kolom moet gevuld zijn")
        return None, "teken_als_leeg" if text else None
    if column.type in ("tekst", "code", "codes"):
        check_kept(text)
    if column.type in _CODED and (match := _FLOAT.fullmatch(text)):
        text, protected = match[1], "code_als_getal"
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
