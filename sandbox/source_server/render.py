"""Rows to bytes, a page at a time: every column is a block of bytes per row, a page is the blocks side by side.

Texts of code lists are encoded once per table; numbers are looked up four digits at a time. Bytes that a row
does not need are zero and are taken out at the end (no reply of an OData service holds a zero byte).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from xml.sax.saxutils import escape

import msgspec
import numpy as np

from sandbox.source_server.table import ID, Page, Selection, Table, empty_cells

Block = Callable[[Page, int], np.ndarray]

# Width of numbers in UntypedDataSet; the source pads them on the left, its width is not known.
UNTYPED_WIDTH = 10
_GROUP = 10_000
_GROUPS = 4  # numbers below 10**16

# Rows rendered in one go. Larger parts need memory that the allocator hands back to the kernel after every page:
# measured, 10,000 rows at a time spend half of the time on page faults.
_PART = 700


def _table(texts: Iterable[bytes]) -> np.ndarray:
    """Texts as the rows of a byte matrix, padded with zero bytes on the right."""
    rows = list(texts)
    width = max(map(len, rows), default=0)
    joined = b"".join(r.ljust(width, b"\0") for r in rows)
    return np.frombuffer(joined, np.uint8).reshape(len(rows), width)


# Four digits as one 32-bit word: with leading zeros, and with zero bytes instead of them.
_FULL = _table(b"%04d" % i for i in range(_GROUP)).view(np.uint32).ravel()
_LEADING = _table((b"%d" % i).rjust(4, b"\0") for i in range(_GROUP)).view(np.uint32).ravel()


def _digits(values: np.ndarray) -> np.ndarray:
    """Decimal digits of integers from 0; leading places are zero bytes."""
    rest = values.astype(np.int64)
    if not len(rest) or (largest := int(rest.max())) < _GROUP:
        return _LEADING[rest].view(np.uint8).reshape(len(rest), 4)
    groups = 2 if largest < _GROUP**2 else 3 if largest < _GROUP**3 else _GROUPS
    words = np.empty((len(rest), groups), np.uint32)
    for group in range(groups - 1, -1, -1):
        above = rest // _GROUP
        low = rest - above * _GROUP
        words[:, group] = np.where(above > 0, _FULL[low], _LEADING[low])
        if group < groups - 1:
            words[rest == 0, group] = 0
        rest = above
    return words.view(np.uint8).reshape(len(rest), groups * 4)


def _number_texts(values: np.ndarray, texts: Callable[[float], str]) -> np.ndarray:
    """Numbers through their distinct values: for fractions and negatives, which the digit table cannot do."""
    distinct, which = np.unique(values, return_inverse=True)
    return _table(texts(v).encode() for v in distinct.tolist()).take(which, axis=0)


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _numbers(values: np.ndarray, edm: str, protocol: str) -> np.ndarray:
    if values.dtype.kind == "f":
        # A v3 Double keeps its decimal point (47.0); v4 writes the whole number.
        if protocol == "v3" and edm == "Edm.Double":
            return _number_texts(values, repr)
        if not np.all(values == np.floor(values)):
            return _number_texts(values, _plain)
    if len(values) and values.min() < 0:
        return _number_texts(values, _plain)
    return _digits(values)


def _constant(text: str) -> Block:
    row = np.frombuffer(text.encode(), np.uint8)
    return lambda page, rows: np.broadcast_to(row, (rows, len(row)))


def _codes(column: str, texts: Iterable[str]) -> Block:
    fragments = _table(t.encode() for t in texts)
    return lambda page, rows: fragments.take(page.codes(column), axis=0)


def _texts(topic: str, fragment: Callable[[str | None], str]) -> Block:
    kept: list[np.ndarray] = []

    def block(page: Page, rows: int) -> np.ndarray:
        texts, which = page.texts(topic)
        if not kept:
            kept.append(_table(fragment(t).encode() for t in texts))
        return kept[0].take(which, axis=0)

    return block


def _measure(topic: str, edm: str, protocol: str, before: str, after: str, empty: str) -> Block:
    """`before` number `after`, or `empty` where there is none."""
    head, tail, nothing = (np.frombuffer(t.encode(), np.uint8) for t in (before, after, empty))

    def block(page: Page, rows: int) -> np.ndarray:
        values = page.numbers(topic)
        missing = empty_cells(values)
        any_missing = missing.any()
        digits = _numbers(np.where(missing, 0, values) if any_missing else values, edm, protocol)
        width = len(head) + digits.shape[1] + len(tail)
        result = np.zeros((rows, max(width, len(nothing) if any_missing else 0)), np.uint8)
        result[:, : len(head)] = head
        result[:, len(head) : width - len(tail)] = digits
        result[:, width - len(tail) : width] = tail
        if any_missing:
            result[missing] = np.pad(nothing, (0, result.shape[1] - len(nothing)))
        return result

    return block


def _untyped(topic: str, edm: str, before: str, after: str) -> Block:
    """A number as a text, padded with blanks on the left; `.` where there is none."""
    written = repr if edm == "Edm.Double" else _plain
    head, tail = (np.frombuffer(t.encode(), np.uint8) for t in (before, after))

    def block(page: Page, rows: int) -> np.ndarray:
        values = page.numbers(topic)
        missing = empty_cells(values)
        texts = _number_texts(np.where(missing, 0, values), lambda v: written(v).rjust(UNTYPED_WIDTH))
        body = np.zeros((rows, max(texts.shape[1], UNTYPED_WIDTH)), np.uint8)
        body[:, : texts.shape[1]] = texts
        if missing.any():
            dot = np.frombuffer(b".".rjust(UNTYPED_WIDTH), np.uint8)
            body[missing] = np.pad(dot, (0, body.shape[1] - UNTYPED_WIDTH))
        edges = (np.broadcast_to(edge, (rows, len(edge))) for edge in (head, tail))
        return np.concatenate([next(edges), body, next(edges)], axis=1)

    return block


class RowRenderer:
    """Renders rows of one table in one format."""

    def __init__(self, blocks: Sequence[Block], separator: bytes) -> None:
        self._blocks, self._separator = blocks, separator

    def __call__(self, selection: Selection, start: int, rows: int) -> bytes:
        """Rows `start` .. `start + rows - 1` of a selection, with the separator between them."""
        parts = [self._part(selection, at, min(_PART, start + rows - at)) for at in range(start, start + rows, _PART)]
        return self._separator.join(parts)

    def _part(self, selection: Selection, start: int, rows: int) -> bytes:
        page = selection.page(start, rows)
        matrix = np.concatenate([block(page, rows) for block in self._blocks], axis=1)
        joined = matrix.tobytes().translate(None, b"\0")
        return joined[: -len(self._separator)] if self._separator else joined


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()


def _json_text(before: str, text: str | None) -> str:
    return before + ("null" if text is None else _quoted(text))


def json_rows(table: Table, columns: list[str], *, untyped: bool = False) -> RowRenderer:
    """Rows as JSON objects joined by commas; `columns` are the table's own names."""
    blocks: list[Block] = []
    mark = "{"
    for column in columns:
        before, mark = f"{mark}{_quoted(table.shown(column))}:", ","
        if column == ID[table.protocol]:
            blocks += [_constant(before), lambda page, rows: _digits(page.ids)]
        elif column in table.key_columns:
            blocks.append(_codes(column, [before + _quoted(code) for code in table.vocabulary[column]]))
        elif column in table.text_columns:
            blocks.append(_texts(column, partial(_json_text, before)))
        elif untyped:
            blocks.append(_untyped(column, table.number_types[column], before + '"', '"'))
        else:
            edm = table.number_types[column]
            blocks.append(_measure(column, edm, table.protocol, before, "", before + "null"))
    blocks.append(_constant("},"))
    return RowRenderer(blocks, b",")


def xml_property(name: str, value: object, edm: str | None = None) -> str:
    """One property of an Atom entry; texts with blanks at an edge carry `xml:space`, as at the source."""
    if isinstance(value, bool):
        return f'<d:{name} m:type="Edm.Boolean">{str(value).lower()}</d:{name}>'
    if isinstance(value, (int, float)):
        kind = edm or ("Edm.Int32" if isinstance(value, int) else "Edm.Double")
        return f'<d:{name} m:type="{kind}">{value}</d:{name}>'
    if value is None:
        kind = f' m:type="{edm}"' if edm else ""
        return f'<d:{name}{kind} m:null="true" />'
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f"<d:{name}{space}>{escape(text)}</d:{name}>"


def atom_rows(table: Table, columns: list[str], *, address: str, updated: str, untyped: bool = False) -> RowRenderer:
    """Rows as Atom entries; `address` is the entity set's own address, `updated` the table's Modified."""
    blocks: list[Block] = [
        _constant(f"<entry><id>{escape(address)}("),
        lambda page, rows: _digits(page.ids),
        _constant(f')</id>{_CATEGORY}<link rel="self" href="{escape(address)}('),
        lambda page, rows: _digits(page.ids),
        _constant(f')" />{_head(updated)}'),
    ]
    for column in columns:
        name = table.shown(column)
        if column == ID[table.protocol]:
            blocks += [
                _constant(f'<d:{name} m:type="Edm.Int32">'),
                lambda page, rows: _digits(page.ids),
                _constant(f"</d:{name}>"),
            ]
        elif column in table.key_columns:
            blocks.append(_codes(column, [xml_property(name, c) for c in table.vocabulary[column]]))
        elif column in table.text_columns:
            blocks.append(_texts(column, partial(xml_property, name)))
        elif untyped:
            edm, start = table.number_types[column], f'<d:{name} xml:space="preserve">'
            blocks.append(_untyped(column, edm, start, f"</d:{name}>"))
        else:
            edm = table.number_types[column]
            empty = xml_property(name, None, edm)
            blocks.append(_measure(column, edm, "v3", f'<d:{name} m:type="{edm}">', f"</d:{name}>", empty))
    blocks.append(_constant(_TAIL))
    return RowRenderer(blocks, b"")


_CATEGORY = '<category term="Cbs.OData.TData" scheme="http://schemas.microsoft.com/ado/2007/08/dataservices/scheme" />'
_TAIL = "</m:properties></content></entry>"


def _head(updated: str) -> str:
    return (
        f'<title /><updated>{updated}</updated><author><name /></author><content type="application/xml"><m:properties>'
    )


def atom_records(records: list[dict], *, address: str, updated: str) -> bytes:
    """Metadata records (code lists, TableInfos, ...) as Atom entries; term and key in the id are not recorded."""
    entries = []
    for number, record in enumerate(records):
        key = record.get("Key", record.get("ID", number))
        own = escape(f"{address}({key!r})" if isinstance(key, str) else f"{address}({key})")
        properties = "".join(xml_property(k, v) for k, v in record.items() if not k.startswith("odata."))
        entries.append(
            f'<entry><id>{own}</id>{_CATEGORY}<link rel="self" href="{own}" />{_head(updated)}{properties}{_TAIL}'
        )
    return "".join(entries).encode()


def atom_feed(
    entries: bytes, *, base: str, address: str, entity: str, updated: str, count: int | None, following: str | None
) -> bytes:
    """A whole Atom feed around entries."""
    counted = "" if count is None else f"<m:count>{count}</m:count>"
    more = "" if following is None else f'<link rel="next" href="{escape(following)}" />'
    head = (
        f'<?xml version="1.0" encoding="utf-8"?><feed xml:base="{escape(base)}"'
        ' xmlns="http://www.w3.org/2005/Atom" xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices"'
        ' xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"'
        ' xmlns:georss="http://www.georss.org/georss" xmlns:gml="http://www.opengis.net/gml">'
        f"<id>{escape(address)}</id>"
        f'<title type="text">{entity}</title><updated>{updated}</updated>'
        f'<link rel="self" title="{entity}" href="{escape(address)}" />{counted}'
    )
    return b"".join([head.encode(), entries, more.encode(), b"</feed>"])
