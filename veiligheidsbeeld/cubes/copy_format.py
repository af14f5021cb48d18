"""PostgreSQL's binary COPY format, for many rows at once (numpy) and for one row (struct).

Source: PostgreSQL documentation, "COPY", section "Binary Format"; arrays as `array_recv` reads them.
"""

from __future__ import annotations

import struct

import numpy as np

HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
TRAILER = struct.pack(">h", -1)

# Type name -> (OID, width in bytes) of the element types of value arrays.
_OIDS = {"integer": (23, 4), "double precision": (701, 8)}
_TEXT_OID = 25


def constant(content: bytes, times: int) -> np.ndarray:
    """The same bytes on every row, as a matrix (times, len)."""
    return np.broadcast_to(np.frombuffer(content, np.uint8), (times, len(content)))


def smallints(column: np.ndarray) -> np.ndarray:
    """Smallint field of every row, as a matrix (n, 6)."""
    field = np.zeros(column.size, np.dtype([("length", ">i4"), ("value", ">i2")]))
    field["length"], field["value"] = 2, column
    return field.view(np.uint8).reshape(column.size, -1)


def arrays(matrix: np.ndarray, kind: str) -> np.ndarray:
    """Array field of every row; a column of `matrix` is NaN (SQL null) in all rows or in none."""
    oid, width = _OIDS[kind]
    rows, length = matrix.shape
    filled = ~np.isnan(matrix[0])
    size = 20 + 4 * length + width * int(filled.sum())
    head = constant(struct.pack(">iiiiii", size, 1, int(not filled.all()), oid, length, 1), rows)
    element = np.zeros(
        (rows, int(filled.sum())), np.dtype([("n", ">i4"), ("v", ">i4" if kind == "integer" else ">f8")])
    )
    element["n"], element["v"] = width, matrix[:, filled]
    body = element.view(np.uint8).reshape(rows, -1)
    if not filled.all():
        null = constant(struct.pack(">i", -1), rows)
        step, parts, done = 4 + width, [], 0
        for has_value in filled:
            parts.append(body[:, done * step : (done + 1) * step] if has_value else null)
            done += int(has_value)
        body = np.concatenate(parts, axis=1)
    return np.concatenate([head, body], axis=1)


def array(values: np.ndarray, kind: str) -> bytes:
    """Array field with NaN as SQL null."""
    oid, width = _OIDS[kind]
    code = ">ii" if kind == "integer" else ">id"
    cast = int if kind == "integer" else float
    elements = [struct.pack(">i", -1) if v != v else struct.pack(code, width, cast(v)) for v in values.tolist()]
    body = struct.pack(">iiiii", 1, int(np.isnan(values).any()), oid, len(elements), 1) + b"".join(elements)
    return struct.pack(">i", len(body)) + body


def text(value: str) -> bytes:
    encoded = value.encode()
    return struct.pack(">i", len(encoded)) + encoded


def text_array(values: list[str | None]) -> bytes:
    elements = b"".join(struct.pack(">i", -1) if v is None else text(v) for v in values)
    body = struct.pack(">iiiii", 1, int(None in values), _TEXT_OID, len(values), 1) + elements
    return struct.pack(">i", len(body)) + body
