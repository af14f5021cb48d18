"""Recorded replies as tables: `<folder>/<host>/<table>/<EntitySet>.json`, each the body for a whole entity set.

A row that is not in a recording was not recorded: the server answers what it holds and invents nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import numpy as np

from sandbox.source_server.cube import NULL
from sandbox.source_server.table import ID, SparseRows, Table
from veiligheidsbeeld.errors import ConfigurationError

_README = "Repair the file, or give another folder; recordings are <host>/<table>/<EntitySet>.json."
_V3_DIMENSIONS = {"Dimension", "GeoDimension", "GeoDetail", "TimeDimension"}
_V3_OWN = {"TableInfos", "TypedDataSet", "UntypedDataSet", "DataProperties", "CategoryGroups"}
_V4_COLUMNS = {"Id", "Measure", "ValueAttribute", "Value", "StringValue"}


class Recordings(Mapping[str, Table]):
    """The tables in a folder by identifier; each is read when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        """Raises `ConfigurationError` when the folder holds no table, or one table twice."""
        self._folders: dict[str, Path] = {}
        for path in sorted(p for p in folder.glob("*/*") if p.is_dir() and any(p.glob("*.json"))):
            if path.name in self._folders:
                raise ConfigurationError(
                    f"Recordings {folder}: table {path.name} stands under two hosts.", remedy="Remove one."
                )
            self._folders[path.name] = path
        if not self._folders:
            raise ConfigurationError(f"Recordings {folder}: no <host>/<table>/*.json found.", remedy=_README)

    def __getitem__(self, identifier: str) -> Table:
        return load(self._folders[identifier])

    def __iter__(self) -> Iterator[str]:
        return iter(self._folders)

    def __len__(self) -> int:
        return len(self._folders)


def load(folder: Path) -> Table:
    """Reads one table; `ConfigurationError` names the file that is not a reply of a source."""
    bodies = {path.stem: _read(path) for path in sorted(folder.glob("*.json"))}
    if "Properties" in bodies:
        return _load_v4(folder, bodies)
    if "TableInfos" in bodies and bodies["TableInfos"].get("value"):
        return _load_v3(folder, bodies)
    raise ConfigurationError(f"{folder}: neither TableInfos.json (v3) nor Properties.json (v4).", remedy=_README)


def _read(path: Path) -> dict:
    try:
        body = msgspec.json.decode(path.read_bytes())
    except msgspec.DecodeError as error:
        raise ConfigurationError(f"{path} is not JSON: {error}.", remedy=_README) from error
    if not isinstance(body, dict) or ("value" not in body and path.stem != "Properties"):
        raise ConfigurationError(f"{path} is not the reply for an entity set: it has no `value`.", remedy=_README)
    return body


def _load_v3(folder: Path, bodies: dict[str, dict]) -> Table:
    entities = {n: b["value"] for n, b in bodies.items() if n not in ("TableInfos", "TypedDataSet", "UntypedDataSet")}
    properties = entities.get("DataProperties", [])
    records = bodies.get("TypedDataSet", {}).get("value", [])
    dimensions = [p["Key"] for p in properties if p.get("Type") in _V3_DIMENSIONS]
    dimensions = dimensions or [n for n in (records or [{}])[0] if n in entities and n not in _V3_OWN]
    seen = [n for n in (records or [{}])[0] if n != ID["v3"] and n not in dimensions]
    topics = seen or [p["Key"] for p in properties if p.get("Type") == "Topic" and p.get("Key")]
    return _table(folder, "v3", bodies["TableInfos"]["value"][0], dimensions, topics, entities, records)


def _load_v4(folder: Path, bodies: dict[str, dict]) -> Table:
    entities = {n: b["value"] for n, b in bodies.items() if n not in ("Properties", "Observations")}
    records = bodies.get("Observations", {}).get("value", [])
    dimensions = [d["Identifier"] for d in entities.get("Dimensions", [])]
    dimensions = dimensions or [n for n in (records or [{}])[0] if n not in _V4_COLUMNS]
    info = {k: v for k, v in bodies["Properties"].items() if not k.startswith("@odata.")}
    topics = ["ValueAttribute", "Value", "StringValue"]
    return _table(folder, "v4", info, dimensions, topics, entities, records)


def _table(folder, protocol, info, dimensions, topics, entities, records) -> Table:
    keyed = ["Measure", *dimensions] if protocol == "v4" else dimensions
    key = "Identifier" if protocol == "v4" else "Key"
    codes, odd = {}, {}
    for column in keyed:
        known = [r[key] for r in entities.get(column if protocol == "v3" else f"{column}Codes", [])]
        codes[column], odd[column] = _encode([r.get(column) or "" for r in records], known)
    numbers, texts = {}, {}
    for topic in topics:
        values = [r.get(topic) for r in records]
        is_text = topic in ("ValueAttribute", "StringValue") or any(isinstance(v, str) for v in values)
        if is_text:
            distinct = list(dict.fromkeys(values)) or [None]
            place = {t: i for i, t in enumerate(distinct)}
            texts[topic] = (distinct, np.array([place[v] for v in values], np.intp))
        else:
            numbers[topic] = _numbers(values)
    rows = SparseRows(
        np.array([r.get(ID[protocol], i) for i, r in enumerate(records)], np.int64), codes, numbers, texts
    )
    return Table(
        identifier=info["Identifier"],
        host=folder.parent.name,
        protocol=protocol,
        info=info,
        dimensions=dimensions,
        topics=topics if protocol == "v3" else [],
        entities=entities,
        rows=rows,
        number_types={n: "Edm.Double" if v.dtype.kind == "f" else "Edm.Int32" for n, v in numbers.items()},
        text_columns=frozenset(texts),
        odd_codes={c: extra for c, extra in odd.items() if extra},
        has_rows=(folder / ("TypedDataSet.json" if protocol == "v3" else "Observations.json")).exists(),
    )


def _encode(values: list[str], known: list[str]) -> tuple[np.ndarray, list[str]]:
    """Index of each code in the code list; codes that are not in it follow after."""
    place = {code: i for i, code in enumerate(known)}
    extra = [v for v in dict.fromkeys(values) if v not in place]
    place.update((code, len(known) + i) for i, code in enumerate(extra))
    return np.array([place[v] for v in values], np.intp), extra


def _numbers(values: list[float | None]) -> np.ndarray:
    if any(isinstance(v, float) for v in values):
        return np.array([np.nan if v is None else v for v in values], float)
    return np.array([NULL if v is None else v for v in values], np.int64)
