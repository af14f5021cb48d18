"""Rows of a page as columns, read straight from the bytes.

The cubes of OData v3 pad their keys, so every row of a page has the same layout but for the digits of its
numbers. Such a page is read as numpy columns without making one Python object per row: three times as fast
as a typed JSON decoder. Every byte that is not a value is compared with the first row's; a page with any
other layout (escapes, decimals, another order of fields) gives None and is left to the decoder.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

_ROWS = re.compile(rb'^\s*\{(?:[^\[\]{}]*,)?\s*"value"\s*:\s*\[')
_FIELD = re.compile(rb'([{,]\s*"([^"\\]+)"\s*:\s*)(?:"([^"\\]*)"|(-?\d+|null))')
_MAX_DIGITS = 10
_QUOTE, _OPEN, _CLOSE, _BACKSLASH, _MINUS, _ZERO = b'"{}\\-0'


@dataclass(frozen=True)
class Columns:
    """One array per field of the row: texts as bytes of one width, numbers as float64 (NaN = null)."""

    texts: dict[str, np.ndarray]
    numbers: dict[str, np.ndarray]


def read_columns(body: bytes, texts: Collection[str], numbers: Collection[str]) -> Columns | None:
    """The named columns of a page, or None when its rows do not all have the layout of the first."""
    start = _ROWS.match(body)
    end = body.rfind(b"]")
    if not start or end < start.end() or b"\\" in body:
        return None
    page = np.frombuffer(body, np.uint8)
    opened = np.flatnonzero(page[start.end() : end] == _OPEN) + start.end()
    closed = np.flatnonzero(page[start.end() : end] == _CLOSE) + start.end()
    if not opened.size or opened.size != closed.size:
        return None
    fields = _FIELD.findall(body[opened[0] : closed[0]])
    if not {*texts, *numbers} <= {name.decode() for _, name, _, _ in fields}:
        return None
    found = Columns({}, {})
    at = opened.copy()
    template, values_at = b"", {}
    for lead, raw_name, text, number in fields:
        name = raw_name.decode()
        template += lead
        if not number:
            if name in numbers or not text:
                return None
            values_at[name] = (len(template) + 1, len(template) + 1 + len(text))
            template += b'"' + text + b'"'
            continue
        if not _read_stretch(page, at, template, values_at, texts, found.texts):
            return None
        column = _numbers(page, at)
        if column is None or name in texts:
            return None
        if name in numbers:
            found.numbers[name] = column
        template, values_at = b"", {}
    if not _read_stretch(page, at, template, values_at, texts, found.texts):
        return None
    # Between a row's end and the next row's start stands exactly one comma.
    between = body[closed[0] + 1 : opened[1]] if opened.size > 1 else b","
    gaps_alike = opened.size == 1 or (
        between.strip() == b","
        and (opened[1:] - closed[:-1] == len(between) + 1).all()
        and _all_equal(page, closed[:-1] + 1, between)
    )
    return found if (at == closed).all() and gaps_alike else None


def _read_stretch(
    page: np.ndarray,
    at: np.ndarray,
    template: bytes,
    values_at: dict[str, tuple[int, int]],
    wanted: Collection[str],
    texts: dict[str, np.ndarray],
) -> bool:
    """Reads the stretch between two numbers on every row, from `at`, which moves behind it.

    `template` is the first row's stretch, `values_at` where texts stand in it; the `wanted` ones go to `texts`.
    False when a row differs anywhere but inside its texts, or has a quote there.
    """
    if not template:
        return True
    if int(at.max()) + len(template) > page.size:
        return False
    rows = sliding_window_view(page, len(template))[at]
    alike = (rows == np.frombuffer(template, np.uint8)).all(axis=0)
    for name, (start, end) in values_at.items():
        inside = np.ascontiguousarray(rows[:, start:end])
        alike[start:end] = not (inside == _QUOTE).any()
        if name in wanted:
            texts[name] = inside.view(f"S{end - start}").ravel()
    at += len(template)
    return bool(alike.all())


def _all_equal(page: np.ndarray, at: np.ndarray, expected: bytes) -> bool:
    return _read_stretch(page, at.copy(), expected, {}, (), {})


def _numbers(page: np.ndarray, at: np.ndarray) -> np.ndarray | None:
    """Integers (or null) that start at `at`; moves `at` behind them. None when one is something else."""
    padded = min(_MAX_DIGITS + 2, page.size)
    first = page[at]
    null = first == ord("n")
    if null.any():
        if (at[null] + 4 > page.size).any() or not _all_equal(page, at[null], b"null"):
            return None
        at[null] += 4
    negative = first == _MINUS
    at[negative] += 1
    values = np.zeros(at.size)
    running = ~null
    digits = np.zeros(at.size, np.int64)
    for _ in range(padded):
        index = np.minimum(at, page.size - 1)
        digit = page[index].astype(np.int16) - _ZERO
        running &= (digit >= 0) & (digit <= 9)
        if not running.any():
            break
        values = np.where(running, values * 10 + digit, values)
        at += running
        digits += running
    if (digits[~null] == 0).any() or (digits > _MAX_DIGITS).any():
        return None
    values[negative] *= -1
    values[null] = np.nan
    return values
