"""A table as the server holds it: code lists and rows, dense (a cube) or sparse (a recording), never changed in place.

A change makes a new `Table`; requests under way keep the one they started with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, TypeVar

import numpy as np

from sandbox.source_server import filters
from sandbox.source_server.cube import NULL, VALUE_ATTRIBUTES, Cube

# Rows looked at together while a filter over several columns is evaluated: bounds memory.
_CHUNK = 1 << 18
_KEPT = 32  # selections and renderers per table

T = TypeVar("T")

ID = {"v3": "ID", "v4": "Id"}
KEY = {"v3": "Key", "v4": "Identifier"}


def empty_cells(values: np.ndarray) -> np.ndarray:
    """Where a measure holds nothing."""
    return np.isnan(values) if values.dtype.kind == "f" else values == NULL


class CubePage:
    """Some rows of a cube, by position; everything is computed at most once."""

    def __init__(self, rows: CubeRows, at: np.ndarray) -> None:
        self._rows, self._cube = rows, rows.cube
        self._codes: dict[str, np.ndarray] = {}
        self.cells = np.zeros(len(at), np.int64)  # flat (C order) cell numbers within the whole cube
        rest, stride = at, 1
        for name, axis in zip(reversed(rows.names), reversed(rows.axes), strict=True):
            outer = rest // max(len(axis), 1)
            self._codes[name] = axis[rest - outer * len(axis)]
            rest = outer
            if name != "Measure":
                self.cells += self._codes[name] * stride
                stride *= len(self._cube.codes[name])

    @property
    def ids(self) -> np.ndarray:
        if self._cube.protocol == "v3":
            return self.cells
        return self.cells * len(self._cube.codes["Measure"]) + self._codes["Measure"]

    def codes(self, column: str) -> np.ndarray:
        codes = self._codes[column]
        if odd := self._rows.odd.get(column):
            codes = codes.copy()
            for where in np.flatnonzero(np.isin(self.cells, np.fromiter(odd, np.int64))):
                codes[where] = odd[int(self.cells[where])]
        return codes

    def numbers(self, measure: str) -> np.ndarray:
        if self._cube.protocol == "v3":
            return self._cube.values[measure].reshape(-1)[self.cells]
        values = self._by_measure(self._cube.values, np.float64)
        return values

    def texts(self, topic: str) -> tuple[Sequence[str | None], np.ndarray]:
        """The texts that occur, and per row which of them."""
        if topic == "StringValue":
            return [None], np.zeros(len(self.cells), np.intp)
        if topic == "ValueAttribute":
            if self._cube.attributes is None:
                missing = VALUE_ATTRIBUTES.index("NotAvailable")
                return VALUE_ATTRIBUTES, np.where(np.isnan(self.numbers("Value")), missing, 0)
            return VALUE_ATTRIBUTES, self._by_measure(self._cube.attributes, np.intp)
        dimension, texts = self._cube.texts[topic]
        nothing = self.numbers(self._cube.measures[0]) == 0
        return [*texts, " " * max(map(len, texts))], np.where(nothing, len(texts), self._codes[dimension])

    def _by_measure(self, arrays: dict[str, np.ndarray], kind: type) -> np.ndarray:
        result: np.ndarray = np.empty(len(self.cells), kind)
        for number in np.unique(self._codes["Measure"]):
            here = self._codes["Measure"] == number
            values = arrays[self._cube.codes["Measure"][number]["Identifier"]].reshape(-1)[self.cells[here]]
            result[here] = np.where(empty_cells(values), np.nan, values) if kind is np.float64 else values
        return result


@dataclass(frozen=True)
class CubeRows:
    """Rows of a dense cube, or of the sub-cube of chosen codes per dimension (`axes`).

    A v4 cube has `Measure` as an extra, innermost axis. `odd[dimension]` maps flat cells to a code index that
    the rows show instead of their own; filters still look at their own.
    """

    cube: Cube
    axes: tuple[np.ndarray, ...]
    odd: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def whole(cls, cube: Cube, odd: dict[str, dict[int, int]] | None = None) -> CubeRows:
        axes = [np.arange(len(cube.codes[d])) for d in cube.dimensions]
        if cube.protocol == "v4":
            observed = [i for i, c in enumerate(cube.codes["Measure"]) if c["Identifier"] in cube.values]
            axes.append(np.array(observed, np.int64))
        return cls(cube, tuple(axes), odd or {})

    @cached_property
    def names(self) -> list[str]:
        return [*self.cube.dimensions, *(["Measure"] if self.cube.protocol == "v4" else [])]

    @cached_property
    def count(self) -> int:
        return int(np.prod([len(a) for a in self.axes], dtype=np.int64))

    def page(self, at: np.ndarray) -> CubePage:
        return CubePage(self, at)

    def narrow(self, kept: dict[str, np.ndarray]) -> CubeRows:
        """The rows whose codes are marked true, per dimension."""
        axes = [a[kept[n][a]] if n in kept else a for n, a in zip(self.names, self.axes, strict=True)]
        return CubeRows(self.cube, tuple(axes), self.odd)


@dataclass(frozen=True)
class SparseRows:
    """Rows as they were recorded, column by column: code indexes, numbers, text indexes.

    `shown` holds code columns that differ from those which filters look at (codes that are in no code list).
    """

    ids: np.ndarray
    code_columns: dict[str, np.ndarray]
    number_columns: dict[str, np.ndarray]
    text_columns: dict[str, tuple[list[str | None], np.ndarray]]
    shown: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.ids)

    def page(self, at: np.ndarray) -> SparseRows:
        return SparseRows(
            self.ids[at],
            {k: v[at] for k, v in self.code_columns.items()},
            {k: v[at] for k, v in self.number_columns.items()},
            {k: (texts, v[at]) for k, (texts, v) in self.text_columns.items()},
            {k: v[at] for k, v in self.shown.items()},
        )

    def narrow(self, kept: dict[str, np.ndarray]) -> SparseRows:
        """The rows whose codes are marked true, per dimension."""
        mask = np.ones(self.count, bool)
        for column, codes in kept.items():
            mask &= codes[self.code_columns[column]]
        return self.page(np.flatnonzero(mask))

    def codes(self, column: str) -> np.ndarray:
        return self.shown[column] if column in self.shown else self.code_columns[column]

    def numbers(self, measure: str) -> np.ndarray:
        return self.number_columns[measure]

    def texts(self, topic: str) -> tuple[Sequence[str | None], np.ndarray]:
        """The texts that occur, and per row which of them."""
        return self.text_columns[topic]


Rows = CubeRows | SparseRows
Page = CubePage | SparseRows


class Selection:
    """The rows that satisfy a filter: counted, and given by position, in bounded memory."""

    def __init__(self, table: Table, expression: filters.Expression | None) -> None:
        self._table = table
        kept: dict[str, np.ndarray] = {}
        self._rest: list[filters.Expression] = []
        for part in filters.conjuncts(expression):
            names = filters.properties(part)
            name = next(iter(names))
            if len(names) == 1 and name in table.key_columns:
                # One column: the code list decides, no row needs to be looked at.
                mask = filters.evaluate(part, partial(table.test_code, name))
                kept[name] = kept[name] & mask if name in kept else mask
            else:
                self._rest.append(part)
        self.rows: Rows = table.rows.narrow(kept) if kept else table.rows
        self._last: tuple[int, np.ndarray] | None = None
        self._ends: np.ndarray | None = None
        self.count = self.rows.count
        if self._rest:
            chunks = range(-(-self.rows.count // _CHUNK))
            self._ends = np.cumsum([len(self._hits(chunk)) for chunk in chunks], dtype=np.int64)
            self.count = int(self._ends[-1]) if len(chunks) else 0

    def page(self, start: int, length: int) -> Page:
        """Rows `start` .. `start + length - 1` of the selection (fewer at its end)."""
        return self.rows.page(self._positions(start, max(0, min(length, self.count - start))))

    def _positions(self, start: int, length: int) -> np.ndarray:
        if self._ends is None:
            return np.arange(start, start + length)
        found, chunk = [np.arange(0)], int(np.searchsorted(self._ends, start, side="right"))
        while length > 0:
            hits = self._hits(chunk)
            part = hits[start - int(self._ends[chunk]) + len(hits) :][:length]
            found.append(part)
            start, length, chunk = start + len(part), length - len(part), chunk + 1
        return np.concatenate(found)

    def _hits(self, chunk: int) -> np.ndarray:
        last = self._last
        if last and last[0] == chunk:
            return last[1]
        at = np.arange(chunk * _CHUNK, min((chunk + 1) * _CHUNK, self.rows.count))
        page = self.rows.page(at)
        mask = np.ones(len(at), bool)
        for part in self._rest:
            mask &= filters.evaluate(part, lambda leaf: self._test(leaf, page))
        self._last = (chunk, at[mask])
        return at[mask]

    def _test(self, leaf: filters.Leaf, page: Page) -> np.ndarray:
        name = leaf.property.name
        if name in self._table.key_columns:
            return self._table.test_code(name, leaf)[page.codes(name)]
        if name == ID[self._table.protocol]:
            return filters.test_numbers(leaf, page.ids, None)
        if name in self._table.text_columns:
            texts, codes = page.texts(name)
            return filters.test_records(leaf, list(texts))[codes]
        values = page.numbers(name)
        return filters.test_numbers(leaf, values, empty_cells(values))


@dataclass(frozen=True)
class OddCell:
    """A cell whose row shows `code` in `column` instead of the code it is filed under; filters see the latter."""

    keys: tuple[str, ...]  # codes in the order of `Table.dimensions`
    column: str
    code: str


@dataclass(frozen=True, eq=False)
class Table:
    """A table at one moment. `info` is the TableInfos row (v3) or Properties (v4) without the server's marks.

    `entities` holds the other entity sets as lists of records (code lists under the dimension's name for v3,
    `<dimension>Codes` and `MeasureCodes` for v4). `odd_codes` are codes that rows show and no code list has.
    `renamed` and `dropped` tell which columns of the data set are served under another name, or not at all.
    """

    identifier: str
    host: str
    protocol: str
    info: dict
    dimensions: list[str]
    topics: list[str]  # v3: measures and String topics in the order of the columns
    entities: dict[str, list[dict]]
    rows: Rows
    number_types: dict[str, str]  # Edm type per numeric topic
    text_columns: frozenset[str] = frozenset()
    odd_codes: dict[str, list[str]] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()
    odd_cells: tuple[OddCell, ...] = ()
    has_rows: bool = True  # False: a recording of metadata only

    @cached_property
    def key_columns(self) -> list[str]:
        """Columns that hold codes: the dimensions, and `Measure` for v4."""
        return [*(["Measure"] if self.protocol == "v4" else []), *self.dimensions]

    @cached_property
    def keys(self) -> dict[str, list[str]]:
        """Per key column the codes of its code list, as the source writes them."""
        key = KEY[self.protocol]
        return {c: [r[key] for r in self.entities.get(self.code_list(c), [])] for c in self.key_columns}

    @cached_property
    def vocabulary(self) -> dict[str, list[str]]:
        """Per key column all codes that rows can show: those of the code list, then the odd ones."""
        return {c: [*self.keys[c], *self.odd_codes.get(c, [])] for c in self.key_columns}

    def code_list(self, column: str) -> str:
        """Name of the entity set that lists the codes of a key column."""
        return column if self.protocol == "v3" else f"{column}Codes"

    @cached_property
    def columns(self) -> list[str]:
        """Columns of the data set in the source's order, under the table's own names."""
        if self.protocol == "v3":
            every = ["ID", *self.dimensions, *self.topics]
        else:
            every = ["Id", "Measure", "ValueAttribute", "Value", "StringValue", *self.dimensions]
        return [c for c in every if c not in self.dropped]

    def shown(self, column: str) -> str:
        """The name under which a column is served."""
        return self.renamed.get(column, column)

    @cached_property
    def own_names(self) -> dict[str, str]:
        """Served name to the table's own name."""
        return {self.shown(c): c for c in self.columns}

    def test_code(self, column: str, leaf: filters.Leaf) -> np.ndarray:
        """Which codes of a key column's vocabulary satisfy the leaf."""
        return filters.test_texts(leaf, self.vocabulary[column])

    def with_odd_cells(self) -> Table:
        """The table whose rows show `odd_cells`; to be called after every change of rows or code lists."""
        if not self.odd_cells:
            return self
        odd_codes = {c: list(codes) for c, codes in self.odd_codes.items()}
        for cell in self.odd_cells:
            codes = odd_codes.setdefault(cell.column, [])
            if cell.code not in codes and cell.code not in self.keys[cell.column]:
                codes.append(cell.code)
        table = replace(self, odd_codes=odd_codes)
        index = {c: {code: i for i, code in enumerate(codes)} for c, codes in table.vocabulary.items()}
        if isinstance(self.rows, SparseRows):
            shown = {c: self.rows.code_columns[c].copy() for c in {cell.column for cell in self.odd_cells}}
            for cell in self.odd_cells:
                for row in self.find_rows(cell.keys):
                    shown[cell.column][row] = index[cell.column][cell.code]
            return replace(table, rows=replace(self.rows, shown=shown))
        shape = [len(self.keys[d]) for d in self.dimensions]
        odd: dict[str, dict[int, int]] = {}
        for cell in self.odd_cells:
            place = [index[d].get(code, -1) for d, code in zip(self.dimensions, cell.keys, strict=True)]
            if all(0 <= p < n for p, n in zip(place, shape, strict=True)):  # the cell may have gone since
                flat = int(np.ravel_multi_index(place, shape))
                odd.setdefault(cell.column, {})[flat] = index[cell.column][cell.code]
        return replace(table, rows=replace(self.rows, odd=odd))

    def find_rows(self, keys: tuple[str, ...]) -> np.ndarray:
        """Positions of the recorded rows with these codes (in the order of `dimensions`)."""
        mask = np.ones(self.rows.count, bool)
        columns = self.rows.code_columns if isinstance(self.rows, SparseRows) else {}
        for dimension, code in zip(self.dimensions, keys, strict=True):
            known = self.vocabulary[dimension]
            mask &= columns[dimension] == (known.index(code) if code in known else -1)
        return np.flatnonzero(mask)

    def select(self, text: str | None) -> Selection:
        """The rows that a `$filter` (decoded text, served names) leaves; `FilterError` if it is not valid."""

        def make() -> Selection:
            return Selection(self, filters.parse(text, self.protocol, self.own_names) if text else None)

        return self.keep(("select", text or ""), make)

    def keep(self, key: tuple, make: Callable[[], T]) -> T:
        """What `make` gives, made once and kept as long as the table (and not too many others) is there."""
        if (found := self._kept.get(key)) is None:
            found = self._kept[key] = make()
            while len(self._kept) > _KEPT:
                self._kept.pop(next(iter(self._kept)), None)
        return found

    @cached_property
    def _kept(self) -> dict[tuple, Any]:
        return {}


def from_cube(cube: Cube) -> Table:
    """The table that a cube describes."""
    rows = CubeRows.whole(cube)
    if cube.protocol == "v4":
        return Table(
            identifier=cube.identifier,
            host=cube.host,
            protocol="v4",
            info={**cube.info, "ObservationCount": rows.count},
            dimensions=cube.dimensions,
            topics=[],
            entities=_v4_entities(cube),
            rows=rows,
            number_types={"Value": "Edm.Double"},
            text_columns=frozenset({"ValueAttribute", "StringValue"}),
        )
    known = {*cube.measures, *cube.texts}
    described = [p["Key"] for p in cube.data_properties if p.get("Key") in known]
    return Table(
        identifier=cube.identifier,
        host=cube.host,
        protocol="v3",
        info=cube.info,
        dimensions=cube.dimensions,
        topics=described + [t for t in (*cube.measures, *cube.texts) if t not in described],
        entities={
            "DataProperties": cube.data_properties,
            "CategoryGroups": cube.codes.get("CategoryGroups", []),
            **{d: cube.codes[d] for d in cube.dimensions},
        },
        rows=rows,
        number_types={m: "Edm.Double" if cube.values[m].dtype.kind == "f" else "Edm.Int32" for m in cube.measures},
        text_columns=frozenset(cube.texts),
    )


def _v4_entities(cube: Cube) -> dict[str, list[dict]]:
    entities = {
        "Dimensions": cube.codes.get("Dimensions") or list(_v4_dimensions(cube)),
        "MeasureCodes": cube.codes["Measure"],
        "MeasureGroups": cube.codes.get("MeasureGroups", []),
    }
    for dimension in cube.dimensions:
        entities[f"{dimension}Codes"] = cube.codes[dimension]
        entities[f"{dimension}Groups"] = cube.codes.get(f"{dimension}Groups", [])
    return entities


def _v4_dimensions(cube: Cube) -> Iterator[dict]:
    kinds = {"Perioden": "TimeDimension", "RegioS": "GeoDimension"}
    base = f"https://{cube.host}/odata/v1/CBS/{cube.identifier}"
    for name in cube.dimensions:
        kind, groups = kinds.get(name, "Dimension"), bool(cube.codes.get(f"{name}Groups"))
        yield {
            **({"@odata.type": f"#Cbs.Ccb.Models.{kind}"} if kind != "Dimension" else {}),
            "Identifier": name,
            "Title": name,
            "Description": "",
            "MapYear": None,
            "ReleasePolicy": None,
            "Kind": kind,
            "ContainsGroups": groups,
            "ContainsCodes": True,
            "CodesUrl": f"{base}/{name}Codes",
            "GroupsUrl": f"{base}/{name}Groups" if groups else None,
        }
