"""An Arrow table into PostgreSQL: written as CSV by Arrow itself, copied as it comes; nothing per row in Python."""

from __future__ import annotations

from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from psycopg import sql

from veiligheidsbeeld.warehouse.described import identifiers

_OPTIONS = pa.csv.WriteOptions(include_header=False, batch_size=65_536, quoting_style="needed")


def copy_in(connection: psycopg.Connection, table: sql.Identifier, rows: pa.Table) -> None:
    """Copies the rows into the columns of the same names. Null stays null and empty text empty text."""
    flat = pa.table({name: _text_of_list(rows[name]) for name in rows.column_names})
    statement = sql.SQL("copy {} ({}) from stdin (format csv)").format(table, identifiers(rows.column_names))
    with connection.cursor().copy(statement) as copy, pa.PythonFile(_Sink(copy), mode="w") as sink:
        pa.csv.write_csv(flat, sink, _OPTIONS)


class _Sink:
    """What Arrow needs of a file to write to."""

    closed = False

    def __init__(self, copy: psycopg.Copy) -> None:
        self._copy = copy

    def write(self, block: Any) -> int:
        self._copy.write(bytes(block))
        return len(block)

    def flush(self) -> None: ...

    def close(self) -> None: ...


def _text_of_list(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Lists of codes as PostgreSQL writes an array of text; other columns as they are."""
    if not pa.types.is_list(column.type):
        return column
    joined = pc.binary_join(column, '","')
    filled = pc.binary_join_element_wise('{"', joined, '"}', "")
    return pc.if_else(pc.equal(pc.list_value_length(column), 0), pa.scalar("{}"), filled)
