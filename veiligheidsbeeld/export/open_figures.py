"""The open figures as Parquet with a data package beside them: what may be passed on, and who must be named."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from psycopg import sql

from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.export.write import folder
from veiligheidsbeeld.reader.marts import Moment, Row, moment, reading, rows, themes
from veiligheidsbeeld.reader.notation import SAMPLE
from veiligheidsbeeld.settings import Settings

# Columns of the file with their type in it; the database says what they mean.
TYPES = {
    "indicator_code": pa.string(),
    "regio_code": pa.string(),
    "niveau": pa.string(),
    "periode_code": pa.string(),
    "periode_soort": pa.string(),
    "maat": pa.string(),
    "waarde": pa.float64(),
    "ondergrens": pa.float64(),
    "bovengrens": pa.float64(),
    "status_waarde": pa.string(),
    "voorlopig": pa.bool_(),
    "reeks": pa.string(),
    "bron": pa.string(),
    "bron_soort": pa.string(),
}
# Bytes that are parsed at once and become a row group of the file: of small ones a hundred take a quarter more room.
_BLOCK = 1 << 25
_FRICTIONLESS = {"string": "string", "double": "number", "bool": "boolean"}


def write_open(settings: Settings, target: Path | None = None, only: Sequence[str] = ()) -> Path:
    """A Parquet file per theme (`only` these; none: all) with the figures of open sources, and `datapackage.json`.

    Gives the path of the latter.
    """
    target = target or folder(settings) / "open"
    target.mkdir(parents=True, exist_ok=True)
    sources = {cube.bron.tabel: cube for cube in load_cubes().values() if cube.wettelijk_kader == "open"}

    def write(theme: str, name: str) -> dict | None:
        path = target / f"cijfers_{theme}.parquet"
        with reading(settings) as connection:
            count = _write_theme(connection, theme, sorted(sources), path)
            return _resource(connection, theme, name, path, count) if count else None

    with reading(settings) as connection:
        now = moment(connection, datetime.now(UTC))
        chosen = {theme: name for theme, name in themes(connection).items() if not only or theme in only}
    # Reading text and packing it takes three times what making it costs the server: two themes at once.
    with ThreadPoolExecutor(2) as pool:
        resources = [made for made in pool.map(write, chosen, chosen.values()) if made]
    attributions = sorted({cube.bronvermelding for cube in sources.values()})
    package = target / "datapackage.json"
    package.write_text(json.dumps(_package(now, resources, attributions), indent=1, ensure_ascii=False), "utf-8")
    return package


def _write_theme(connection: psycopg.Connection, theme: str, sources: list[str], path: Path) -> int:
    """Rows written; no file where there are none."""
    query = sql.SQL("copy (select {} from {} where bron in ({})) to stdout with (format csv, header true)").format(
        sql.SQL(", ").join(map(sql.Identifier, TYPES)),
        sql.Identifier(f"mart_{theme}", "indicatorwaarden"),
        sql.SQL(", ").join(map(sql.Literal, sources)),
    )
    convert = pacsv.ConvertOptions(column_types=TYPES, true_values=["t"], false_values=["f"], strings_can_be_null=True)
    written = 0
    path.unlink(missing_ok=True)
    with connection.cursor() as cursor, cursor.copy(query) as copied:
        stream = io.BufferedReader(_Stream(iter(copied)), 1 << 20)
        reader = pacsv.open_csv(stream, read_options=pacsv.ReadOptions(block_size=_BLOCK), convert_options=convert)
        writer = None
        for batch in reader:
            if batch.num_rows:
                writer = writer or pq.ParquetWriter(path, batch.schema, compression="zstd")
                writer.write_batch(batch)
                written += batch.num_rows
        if writer:
            writer.close()
    return written


class _Stream(io.RawIOBase):
    """What a COPY sends, as a file that can be read."""

    def __init__(self, chunks: Iterator[bytes | memoryview]) -> None:
        self._chunks, self._left = chunks, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        while not self._left:
            try:
                self._left = memoryview(next(self._chunks))
            except StopIteration:
                return 0
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size


def _resource(connection: psycopg.Connection, theme: str, name: str, path: Path, count: int) -> dict:
    about: list[Row] = rows(
        connection,
        "select a.attname as name, col_description(a.attrelid, a.attnum) as text from pg_attribute as a"
        " where a.attrelid = to_regclass(%s) and a.attnum > 0",
        [f"mart_{theme}.indicatorwaarden"],
    )
    texts = {row["name"]: row["text"] for row in about}
    fields = [
        {"name": column, "type": _FRICTIONLESS[str(kind)], "description": texts.get(column) or ""}
        for column, kind in TYPES.items()
    ]
    return {
        "name": theme,
        "title": name,
        "path": path.name,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": path.stat().st_size,
        "rows": count,
        "schema": {
            "fields": fields,
            "primaryKey": ["indicator_code", "regio_code", "periode_code", "maat", "reeks"],
        },
    }


def _package(now: Moment, resources: list[dict], attributions: list[str]) -> dict:
    sample = f"{SAMPLE} " if now.sample else ""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "veiligheidsbeeld-open-cijfers",
        "title": "Veiligheidsbeeld: open cijfers",
        "description": f"{sample}Cijfers per thema uit open bronnen. Een leeg cijfer is geen nul: zie status_waarde.",
        "created": now.made.isoformat(timespec="seconds"),
        "version": str(now.publication or 0),
        "licenses": [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}],
        "sources": [{"title": text} for text in attributions],
        "resources": resources,
    }
