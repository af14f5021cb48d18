"""What a source does to its tables between two deliveries: months come, figures are restated, codes and columns change.

A change is a small JSON object (`Change`); applying it to a `Table` gives a new one. Everything random follows
from `zaad`, so that the same change on the same table always gives the same result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import msgspec
import numpy as np

from sandbox.source_server.cube import NULL, VALUE_ATTRIBUTES
from sandbox.source_server.table import ID, KEY, CubeRows, OddCell, SparseRows, Table, empty_cells

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
_TITLE_LENGTH = 40  # the sources cut titles of regions there
_TRIES = 2000  # per wanted cell, while looking for cells to restate


class ChangeError(ValueError):
    """The change does not fit the table; the message is meant for whoever asked for it."""


class Change(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One change. Codes may be given with or without their padding.

    soort: `maand_erbij` (the next month, with the figures of a year earlier; a table without months gets its next
    year) · `herzien` (`cellen`: objects with a code per dimension and new values per measure, or `aantal` cells
    chosen by `zaad`) · `label` (`dimensie`, `code`, `titel`) · `herindeling` (`dimensie`, `code`, `naar`: two or
    more codes that share its figures) · `code_weg` (`dimensie`, `code`) · `kolom_weg` (`kolom`) ·
    `kolom_hernoemd` (`kolom`, `naar`: one name) · `onbekende_code` (`dimensie`, `code`: shown by `aantal` rows
    chosen by `zaad`, in no code list) · `gewijzigd` (a new Modified, nothing else).
    Of metadata: `eenheid` (`kolom`, for v4 a measure's `code`, `naar`) · `breedte` (`dimensie`, `aantal`: the new width
    of its keys) · `code_erbij` (`dimensie`, `code`, `titel`: figures of the last code; v4 `Measure`: none) · `groep`
    (`titel`, `naar`: another title of a group) · `dimensie_erbij` (`dimensie`) · `gestopt` (no longer brought up to
    date) · `verhuisd` (`naar`: another host).
    `waar` (codes per dimension) limits which cells are chosen.
    """

    soort: Literal[
        "maand_erbij", "herzien", "label", "herindeling", "code_weg",
        "kolom_weg", "kolom_hernoemd", "onbekende_code", "gewijzigd",
        "eenheid", "breedte", "code_erbij", "groep", "dimensie_erbij", "gestopt", "verhuisd",
    ]  # fmt: skip
    tabel: str
    dimensie: str | None = None
    code: str | None = None
    titel: str | None = None
    kolom: str | None = None
    naar: list[str] | str = []
    cellen: list[dict[str, Any]] = []
    aantal: int | None = None
    zaad: int = 1
    waar: dict[str, list[str]] = {}
    gewijzigd: str | None = None  # the new Modified; by default the moment of the change


def apply(table: Table, change: Change) -> tuple[Table, list[dict]]:
    """The changed table, and the cells that changed (`sleutels`, `maat`, `oud`, `nieuw`) for those that name cells."""
    changed, cells = _ACTIONS[change.soort](table, change)
    return changed.with_odd_cells(), cells


# --- codes -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _NewCode:
    """A code to be added: its record, and which existing code (index) its figures come from."""

    record: dict
    source: int
    share: tuple[int, int] | None = None  # part k of n of the source's figures
    months: tuple[int, ...] = ()  # codes whose sum it is, where they have figures


def _recode(table: Table, dimension: str, order: list[int | _NewCode]) -> Table:
    """The table with another code list for one dimension: existing codes by index, and new ones."""
    records = table.entities[table.code_list(dimension)]
    listed = [records[c] if isinstance(c, int) else c.record for c in order]
    if table.protocol == "v4":
        listed = [{**r, "Index": i} if "Index" in r else r for i, r in enumerate(listed, 1)]
    entities = {**table.entities, table.code_list(dimension): listed}
    if isinstance(table.rows, CubeRows):
        changed = replace(table, entities=entities, rows=_recode_cube(table.rows, dimension, order, listed))
    else:
        changed = _recode_sparse(table, replace(table, entities=entities), dimension, order)
    if table.protocol == "v4" and isinstance(changed.rows, CubeRows):
        changed = replace(changed, info={**changed.info, "ObservationCount": changed.rows.count})
    return changed


def _recode_cube(rows: CubeRows, dimension: str, order: list[int | _NewCode], records: list[dict]) -> CubeRows:
    cube, axis = rows.cube, rows.cube.dimensions.index(dimension)
    sources = [c if isinstance(c, int) else c.source for c in order]
    values = {}
    for measure, old in cube.values.items():
        new = values[measure] = np.take(old, sources, axis=axis)
        for at, code in enumerate(order):
            if isinstance(code, _NewCode):
                where = (slice(None),) * axis + (at,)
                new[where] = _figures(code, new[where], [old.take(m, axis=axis) for m in code.months])
    attributes = cube.attributes and {m: np.take(a, sources, axis=axis) for m, a in cube.attributes.items()}
    texts = {
        topic: (of, [given[s] for s in sources] if of == dimension else given)
        for topic, (of, given) in cube.texts.items()
    }
    codes = {**cube.codes, dimension: records}
    return CubeRows.whole(replace(cube, codes=codes, values=values, attributes=attributes, texts=texts))


def _figures(code: _NewCode, values: np.ndarray, months: list[np.ndarray]) -> np.ndarray:
    missing = empty_cells(values)
    if code.share:
        part, parts = code.share
        whole = values // parts
        split = values - whole * (parts - 1) if part == 0 else whole
        return np.where(missing, values, split)
    if months:
        known = [~empty_cells(m) for m in months]
        total = sum(np.where(k, m, 0) for k, m in zip(known, months, strict=True))
        return np.where(np.any(known, axis=0), total, values).astype(values.dtype)
    return values


def _recode_sparse(old: Table, new: Table, dimension: str, order: list[int | _NewCode]) -> Table:
    rows: SparseRows = old.rows  # type: ignore[assignment]
    kept = {c for c in order if isinstance(c, int)}
    gone = [i for i in range(len(old.keys[dimension])) if i not in kept]
    column = rows.code_columns[dimension]
    parts = [rows.page(np.flatnonzero(~np.isin(column, gone)))]
    texts = {d: np.array(old.vocabulary[d], object) for d in old.key_columns}
    shown = [texts[dimension][parts[0].code_columns[dimension]]]
    for code in (c for c in order if isinstance(c, _NewCode)):
        part = rows.page(np.flatnonzero(column == code.source))
        split = replace(code, months=())
        numbers = {n: _figures(split, v, []) for n, v in part.number_columns.items()}
        parts.append(replace(part, number_columns=numbers))
        shown.append(np.full(part.count, code.record[KEY[old.protocol]], object))
    index = {d: {code: i for i, code in enumerate(new.vocabulary[d])} for d in old.key_columns}
    codes = {}
    for d in old.key_columns:
        written = shown if d == dimension else [texts[d][p.code_columns[d]] for p in parts]
        codes[d] = np.array([index[d][code] for code in np.concatenate(written)], np.intp)
    count = sum(p.count for p in parts)
    if old.protocol == "v3":  # the row ID of a dense cube; it shifts with every code that comes or goes
        ids = np.zeros(count, np.int64)
        for d in old.dimensions:
            ids = ids * len(new.keys[d]) + codes[d]
    else:
        free = int(rows.ids.max(initial=-1)) + 1
        ids = np.concatenate([parts[0].ids, np.arange(free, free + count - parts[0].count)])
    merged = SparseRows(
        ids,
        codes,
        {n: np.concatenate([p.number_columns[n] for p in parts]) for n in rows.number_columns},
        {n: (t, np.concatenate([p.text_columns[n][1] for p in parts])) for n, (t, _) in rows.text_columns.items()},
    )
    return replace(new, rows=merged.page(np.argsort(ids, kind="stable")))


def _find(table: Table, dimension: str | None, code: str | None) -> tuple[str, int]:
    if dimension not in table.key_columns:
        raise ChangeError(f"{table.identifier} has no dimension {dimension!r}; it has {table.key_columns}.")
    trimmed = [k.strip() for k in table.keys[dimension]]
    if not isinstance(code, str) or code.strip() not in trimmed:
        raise ChangeError(f"{table.identifier}: {dimension} has no code {code!r}.")
    return dimension, trimmed.index(code.strip())


def _find_own(table: Table, dimension: str | None, code: str | None) -> tuple[str, int]:
    if dimension not in table.dimensions:
        raise ChangeError(f"{table.identifier} has no dimension {dimension!r}; it has {table.dimensions}.")
    return _find(table, dimension, code)


def _pad(table: Table, dimension: str, code: str) -> str:
    keys = table.keys[dimension]
    return code.ljust(max(map(len, keys))) if table.protocol == "v3" and keys else code


def _next_period(table: Table, change: Change) -> tuple[Table, list[dict]]:
    if "Perioden" not in table.key_columns:
        raise ChangeError(f"{table.identifier} has no dimension Perioden.")
    keys = table.keys["Perioden"]
    kind = next((k for k in ("MM", "KW", "JJ") if any(key[4:6] == k for key in keys)), None)
    if kind is None:
        raise ChangeError(f"{table.identifier}: no period to go on from.")
    last = max(key for key in keys if key[4:6] == kind)
    year, number = int(last[:4]), int(last[6:])
    length = {"MM": 12, "KW": 4, "JJ": 0}[kind]
    year, number = (year + 1, min(1, length)) if number >= length else (year, number + 1)
    order: list[int | _NewCode] = list(range(len(keys)))
    order.append(_NewCode(_period_record(table, f"{year}{kind}{number:02}"), _year_before(keys, year, kind, number)))
    changed = _recode(table, "Perioden", order)
    if number == length > 0 and any(key[4:] == "JJ00" for key in keys):
        # The year is complete: tables with months and years get the year as well.
        keys = changed.keys["Perioden"]
        months = tuple(i for i, k in enumerate(keys) if k[:4] == str(year) and k[4:6] == kind)
        total = _NewCode(_period_record(table, f"{year}JJ00"), _year_before(keys, year, "JJ", 0), months=months)
        changed = _recode(changed, "Perioden", [*range(len(keys)), total])
    span = changed.info.get("Period")
    if isinstance(span, str) and "-" in span:
        changed = replace(changed, info={**changed.info, "Period": f"{span.split('-')[0]}-{year}"})
    return changed, []


def _year_before(keys: list[str], year: int, kind: str, number: int) -> int:
    wanted = f"{year - 1}{kind}{number:02}"
    return keys.index(wanted) if wanted in keys else max(i for i, k in enumerate(keys) if k[4:6] == kind)


def _period_record(table: Table, code: str) -> dict:
    year, kind, number = code[:4], code[4:6], int(code[6:])
    named = {"MM": f" {MONTHS[number - 1]}", "KW": f" {number}e kwartaal", "JJ": ""}[kind]
    like = table.entities[table.code_list("Perioden")][-1]
    return {**like, KEY[table.protocol]: code, "Title": year + named}


def _label(table: Table, change: Change) -> tuple[Table, list[dict]]:
    dimension, at = _find(table, change.dimensie, change.code)
    if not change.titel:
        raise ChangeError("label: `titel` is missing.")
    records = list(table.entities[table.code_list(dimension)])
    records[at] = {**records[at], "Title": change.titel}
    return replace(table, entities={**table.entities, table.code_list(dimension): records}), []


def _split(table: Table, change: Change) -> tuple[Table, list[dict]]:
    dimension, at = _find_own(table, change.dimensie, change.code)
    if isinstance(change.naar, str) or len(change.naar) < 2:
        raise ChangeError("herindeling: `naar` needs two codes or more.")
    old = table.entities[table.code_list(dimension)][at]
    new: list[int | _NewCode] = []
    for part, code in enumerate(change.naar):
        if code.strip() in (k.strip() for k in table.keys[dimension]):
            raise ChangeError(f"herindeling: code {code!r} exists already.")
        title = f"{str(old['Title']).strip()[: _TITLE_LENGTH - 3]} {part + 1}"
        record = {**old, KEY[table.protocol]: _pad(table, dimension, code), "Title": title}
        if "DetailRegionCode" in old:
            record["DetailRegionCode"] = code.strip()
        new.append(_NewCode(record, at, share=(part, len(change.naar))))
    count = len(table.keys[dimension])
    return _recode(table, dimension, [*range(at), *new, *range(at + 1, count)]), []


def _remove_code(table: Table, change: Change) -> tuple[Table, list[dict]]:
    dimension, at = _find_own(table, change.dimensie, change.code)
    return _recode(table, dimension, [i for i in range(len(table.keys[dimension])) if i != at]), []


# --- columns ---------------------------------------------------------------------------------------------------


def _column(table: Table, name: str | None) -> str:
    if name not in table.own_names or table.own_names[name] == ID[table.protocol]:
        raise ChangeError(f"{table.identifier} has no column {name!r} to change; it has {list(table.own_names)}.")
    return table.own_names[name]


def _described(table: Table, name: str, new: str | None) -> dict[str, list[dict]]:
    """Entities in which a column is described under another name, or not at all."""
    entities = dict(table.entities)
    if "DataProperties" in entities:
        entities["DataProperties"] = [
            {**p, "Key": new} if p.get("Key") == name else p
            for p in entities["DataProperties"]
            if new or p.get("Key") != name
        ]
    return entities


def _drop_column(table: Table, change: Change) -> tuple[Table, list[dict]]:
    own = _column(table, change.kolom)
    entities = _described(table, change.kolom or "", None)
    return replace(table, dropped=table.dropped | {own}, entities=entities), []


def _rename_column(table: Table, change: Change) -> tuple[Table, list[dict]]:
    own = _column(table, change.kolom)
    if not isinstance(change.naar, str) or not change.naar.isidentifier() or change.naar in table.own_names:
        raise ChangeError("kolom_hernoemd: `naar` needs one new column name.")
    entities = _described(table, change.kolom or "", change.naar)
    return replace(table, renamed={**table.renamed, own: change.naar}, entities=entities), []


# --- cells -----------------------------------------------------------------------------------------------------

_Cell = tuple[tuple[int, ...], str]  # code index per dimension, measure


class _Cells:
    """Reads and writes single cells of a table, dense or sparse."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.shape = [len(table.keys[d]) for d in table.dimensions]
        self.new: dict[_Cell, float | None] = {}
        self._found: dict[_Cell, int] = {}

    def read(self, cell: _Cell) -> float | None:
        """The value; None when empty. `KeyError` when a recording has no such row."""
        values, at = self._place(cell)
        return None if empty_cells(values[at : at + 1])[0] else values[at].item()

    def _place(self, cell: _Cell) -> tuple[np.ndarray, int]:
        keys, measure = cell
        rows = self.table.rows
        if isinstance(rows, CubeRows):
            return rows.cube.values[measure].reshape(-1), int(np.ravel_multi_index(keys, self.shape))
        named = measure if self.table.protocol == "v3" else "Value"
        if cell not in self._found:
            codes = tuple(self.table.keys[d][k] for d, k in zip(self.table.dimensions, keys, strict=True))
            found = self.table.find_rows(codes)
            if self.table.protocol == "v4":
                wanted = self.table.keys["Measure"].index(measure)
                found = found[rows.code_columns["Measure"][found] == wanted]
            if not len(found):
                raise KeyError(f"no row {codes}")
            self._found[cell] = int(found[0])
        return rows.number_columns[named], self._found[cell]

    def write(self) -> tuple[Table, list[dict]]:
        """The table with the `new` values, and what changed."""
        report = []
        for (keys, measure), value in self.new.items():
            codes = {d: self.table.keys[d][k] for d, k in zip(self.table.dimensions, keys, strict=True)}
            old = self.read((keys, measure))
            report.append({"sleutels": codes, "maat": measure, "oud": old, "nieuw": value})
        rows = self.table.rows
        if isinstance(rows, CubeRows):
            return replace(self.table, rows=self._cube(rows)), report
        numbers = {n: v.copy() for n, v in rows.number_columns.items()}
        texts = dict(rows.text_columns)
        for cell, value in self.new.items():
            name = cell[1] if self.table.protocol == "v3" else "Value"
            at = self._place(cell)[1]
            if isinstance(value, float) and numbers[name].dtype.kind != "f":
                raise ChangeError(f"{name} holds whole numbers; {value} is none.")
            numbers[name][at] = _stored(value, numbers[name].dtype)
            if self.table.protocol == "v4":
                _mark(texts, at, value)
        return replace(self.table, rows=replace(rows, number_columns=numbers, text_columns=texts)), report

    def _cube(self, rows: CubeRows) -> CubeRows:
        cube = rows.cube
        touched = {measure for _, measure in self.new}
        values = {m: v.copy() if m in touched else v for m, v in cube.values.items()}
        attributes = cube.attributes and {m: a.copy() if m in touched else a for m, a in cube.attributes.items()}
        for (keys, measure), value in self.new.items():
            if isinstance(value, float) and values[measure].dtype.kind != "f":
                raise ChangeError(f"{measure} holds whole numbers; {value} is none.")
            values[measure][keys] = _stored(value, values[measure].dtype)
            if attributes:
                attributes[measure][keys] = VALUE_ATTRIBUTES.index("NotAvailable") if value is None else 0
        return CubeRows.whole(replace(cube, values=values, attributes=attributes))


def _stored(value: float | None, dtype: np.dtype) -> float:
    if value is None:
        return np.nan if dtype.kind == "f" else NULL
    return value


def _mark(texts: dict[str, tuple[list, np.ndarray]], at: int, value: float | None) -> None:
    """Sets ValueAttribute of a recorded v4 row."""
    known, codes = texts["ValueAttribute"]
    wanted = "NotAvailable" if value is None else "None"
    known = known if wanted in known else [*known, wanted]
    codes = codes.copy()
    codes[at] = known.index(wanted)
    texts["ValueAttribute"] = (known, codes)


def _restate(table: Table, change: Change) -> tuple[Table, list[dict]]:
    if bool(change.cellen) == bool(change.aantal):
        raise ChangeError("herzien: give either `cellen` or `aantal`.")
    cells = _Cells(table)
    for given in change.cellen:
        keys = tuple(_find(table, d, given.get(d))[1] for d in table.dimensions)
        named = {k: v for k, v in given.items() if k not in table.key_columns}
        if table.protocol == "v4":
            named = {table.keys["Measure"][_find(table, "Measure", given.get("Measure"))[1]]: given.get("Value")}
        for name, value in named.items():
            own = table.own_names.get(name, name)
            if table.protocol == "v3" and own not in table.number_types:
                raise ChangeError(f"{table.identifier} has no measure {name!r}.")
            if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
                raise ChangeError(f"{name}: {value!r} is no number.")
            cells.new[(keys, own)] = value
            try:
                cells.read((keys, own))
            except KeyError as error:
                raise ChangeError(f"herzien: {error.args[0]} in this recording.") from error
    if change.aantal:
        _choose(cells, change)
    return cells.write()


def _choose(cells: _Cells, change: Change) -> None:
    """Moves small amounts between two categories of one region and period, so that totals still add up.

    Totals over categories and over regions stay what they were. Where a table has no pair of categories with
    figures, single cells grow.
    """
    table, random = cells.table, np.random.default_rng(change.zaad)
    allowed = _choices(table, change.waar)
    wanted = change.aantal or 0
    category = next(
        (i for i, d in enumerate(table.dimensions) if d not in _REGIONS and d != "Perioden" and len(allowed[i]) > 1),
        None,
    )
    measures = _observed(table)
    for _ in range(wanted * _TRIES):
        if len(cells.new) >= wanted:
            return
        keys = _draw(table, allowed, random)
        if keys is None:
            continue
        measure = measures[int(random.integers(len(measures)))] if table.protocol == "v4" else measures[0]
        pair: list[_Cell] = [(keys, measure)]
        if category is not None and wanted - len(cells.new) > 1:
            other = int(allowed[category][random.integers(len(allowed[category]))])
            pair.append(((*keys[:category], other, *keys[category + 1 :]), measure))
        _shift(cells, pair, random)
    raise ChangeError(f"herzien: found {len(cells.new)} of {wanted} cells with figures; widen `waar`.")


def _shift(cells: _Cells, pair: list[_Cell], random: np.random.Generator) -> None:
    try:
        found = [cells.read(c) for c in pair]
    except KeyError:
        return
    values = [v for v in found if v is not None]
    if len(set(pair)) < len(pair) or any(c in cells.new for c in pair) or len(values) < len(found) or not values[0]:
        return
    amount = min(int(random.integers(1, 4)), int(values[0]))
    if not amount:
        return
    cells.new[pair[0]] = values[0] - amount if len(pair) == 2 else values[0] + amount
    if len(pair) == 2:
        cells.new[pair[1]] = values[1] + amount


_REGIONS = ("RegioS", "WijkenEnBuurten", "Plaatsen")
_LEAVES = ("BU", "GM")


def _choices(table: Table, limits: dict[str, list[str]]) -> list[np.ndarray]:
    """Per dimension the codes (indexes) in which cells may be chosen: leaves of the hierarchy, unless told."""
    result = []
    for dimension in table.dimensions:
        keys = table.keys[dimension]
        if dimension in limits:
            chosen = [_find(table, dimension, code)[1] for code in limits[dimension]]
        elif dimension in _REGIONS:
            leaf = next((p for p in _LEAVES if any(k.startswith(p) for k in keys)), "")
            chosen = [i for i, k in enumerate(keys) if k.startswith(leaf)]
        else:
            # The first code of a classification is its total.
            chosen = list(range(1 if dimension != "Perioden" and len(keys) > 1 else 0, len(keys)))
        result.append(np.array(chosen, np.int64))
    return _recorded(table, table.rows, result, limits) if isinstance(table.rows, SparseRows) else result


def _recorded(
    table: Table, rows: SparseRows, allowed: list[np.ndarray], limits: dict[str, list[str]]
) -> list[np.ndarray]:
    """Of the codes allowed those that were recorded; where none of them was, any code that was."""
    mask = np.ones(rows.count, bool)
    for dimension, codes in zip(table.dimensions, allowed, strict=True):
        if dimension in limits:
            mask &= np.isin(rows.code_columns[dimension], codes)
    result = []
    for dimension, codes in zip(table.dimensions, allowed, strict=True):
        seen = np.unique(rows.code_columns[dimension][mask])
        seen = seen[seen < len(table.keys[dimension])]
        both = np.intersect1d(codes, seen)
        result.append(both if both.size else seen)
    return result


def _draw(table: Table, allowed: list[np.ndarray], random: np.random.Generator) -> tuple[int, ...] | None:
    """The codes of a random cell; None when the draw hit a recorded row that is not allowed."""
    if not all(len(a) for a in allowed):
        return None
    if isinstance(table.rows, CubeRows):
        return tuple(int(a[random.integers(len(a))]) for a in allowed)
    at = int(random.integers(table.rows.count))
    keys = tuple(int(table.rows.code_columns[d][at]) for d in table.dimensions)
    return keys if all(k in a for k, a in zip(keys, allowed, strict=True)) else None


def _observed(table: Table) -> list[str]:
    """Measures that have figures, the first one first."""
    if isinstance(table.rows, CubeRows):
        return [m for m in table.rows.cube.measures if m in table.rows.cube.values]
    if table.protocol == "v3":
        return list(table.rows.number_columns)
    return [table.keys["Measure"][i] for i in np.unique(table.rows.code_columns["Measure"])]


def _unknown_code(table: Table, change: Change) -> tuple[Table, list[dict]]:
    if change.dimensie not in table.dimensions or not change.code:
        raise ChangeError(f"onbekende_code: `dimensie` (one of {table.dimensions}) and `code` are needed.")
    random = np.random.default_rng(change.zaad)
    code = _pad(table, change.dimensie, change.code)
    if code in table.keys[change.dimensie]:
        raise ChangeError(f"onbekende_code: {code!r} is in the code list of {change.dimensie}.")
    allowed = _choices(table, change.waar)
    chosen: set[tuple[str, ...]] = set()
    wanted = change.aantal or 1
    for _ in range(wanted * _TRIES):
        if len(chosen) == wanted:
            break
        if keys := _draw(table, allowed, random):
            chosen.add(tuple(table.vocabulary[d][k] for d, k in zip(table.dimensions, keys, strict=True)))
    if len(chosen) < wanted:
        raise ChangeError(f"onbekende_code: found {len(chosen)} of {wanted} rows; widen `waar`.")
    odd = [OddCell(keys, change.dimensie, code) for keys in sorted(chosen)]
    report = [{"sleutels": dict(zip(table.dimensions, o.keys, strict=True)), "getoond": code} for o in odd]
    return replace(table, odd_cells=(*table.odd_cells, *odd)), report


# --- metadata ----------------------------------------------------------------------------------------------------


def _unit(table: Table, change: Change) -> tuple[Table, list[dict]]:
    entity, key = ("DataProperties", "Key") if table.protocol == "v3" else ("MeasureCodes", "Identifier")
    wanted = change.kolom if table.protocol == "v3" else change.code
    rows = table.entities[entity]
    if wanted not in [row.get(key) for row in rows] or not isinstance(change.naar, str):
        raise ChangeError(f"eenheid: {table.identifier} has no measure {wanted!r}, or `naar` is no unit.")
    changed = [{**row, "Unit": change.naar} if row.get(key) == wanted else row for row in rows]
    return replace(table, entities={**table.entities, entity: changed}), []


def _width(table: Table, change: Change) -> tuple[Table, list[dict]]:
    dimension, width = change.dimensie or "", change.aantal or 0
    if table.protocol != "v3" or dimension not in table.dimensions or width < max(map(len, table.keys[dimension])):
        raise ChangeError("breedte: needs a dimension of a v3 table and a width (`aantal`) that its keys fit in.")
    rows = [{**row, "Key": str(row["Key"]).rstrip().ljust(width)} for row in table.entities[dimension]]
    return replace(table, entities={**table.entities, dimension: rows}), []


def _add_code(table: Table, change: Change) -> tuple[Table, list[dict]]:
    dimension, code = change.dimensie or "", change.code or ""
    if dimension not in table.key_columns or not code or code in [k.strip() for k in table.keys[dimension]]:
        raise ChangeError(f"code_erbij: needs a dimension of {table.identifier} and a code that it does not have.")
    records = table.entities[table.code_list(dimension)]
    new = {**records[-1], KEY[table.protocol]: _pad(table, dimension, code), "Title": change.titel or code}
    if dimension == "Measure":
        listed = [*records, {**new, "Index": len(records) + 1}]
        return replace(table, entities={**table.entities, "MeasureCodes": listed}), []
    last = len(records) - 1
    return _recode(table, dimension, [*range(len(records)), _NewCode(new, last)]), []


def _group(table: Table, change: Change) -> tuple[Table, list[dict]]:
    entities = {
        name: [
            {**row, "Title": change.naar}
            if row.get("Title") == change.titel and (name.endswith("Groups") or row.get("Type") == "TopicGroup")
            else row
            for row in rows
        ]
        for name, rows in table.entities.items()
    }
    if entities == table.entities:
        raise ChangeError(f"groep: {table.identifier} has no group {change.titel!r}.")
    return replace(table, entities=entities), []


def _add_dimension(table: Table, change: Change) -> tuple[Table, list[dict]]:
    name = change.dimensie or ""
    if not name.isidentifier() or name in table.key_columns:
        raise ChangeError("dimensie_erbij: `dimensie` needs a new name.")
    if table.protocol == "v3":
        described = {"Key": name, "Type": "Dimension", "Title": name, "ID": 900, "Position": 900, "ParentID": None}
        added = {
            "DataProperties": [*table.entities["DataProperties"], described],
            name: [{"Key": "T1", "Title": "Totaal"}],
        }
    else:
        described = {"Identifier": name, "Title": name, "Kind": "Dimension"}
        added = {
            "Dimensions": [*table.entities["Dimensions"], described],
            f"{name}Codes": [{"Identifier": "T1", "Index": 1, "Title": "Totaal"}],
        }
    return replace(table, entities={**table.entities, **added}), []


def _stopped(table: Table, change: Change) -> tuple[Table, list[dict]]:
    field = "OutputStatus" if table.protocol == "v3" else "Status"
    return replace(table, info={**table.info, field: "Gediscontinueerd"}), []


def _moved(table: Table, change: Change) -> tuple[Table, list[dict]]:
    if not isinstance(change.naar, str) or not change.naar.endswith(".cbs.nl"):
        raise ChangeError("verhuisd: `naar` needs a host of the sources.")
    return replace(table, host=change.naar), []


_ACTIONS: dict[str, Callable[[Table, Change], tuple[Table, list[dict]]]] = {
    "maand_erbij": _next_period,
    "herzien": _restate,
    "label": _label,
    "herindeling": _split,
    "code_weg": _remove_code,
    "kolom_weg": _drop_column,
    "kolom_hernoemd": _rename_column,
    "onbekende_code": _unknown_code,
    "gewijzigd": lambda table, change: (table, []),
    "eenheid": _unit,
    "breedte": _width,
    "code_erbij": _add_code,
    "groep": _group,
    "dimensie_erbij": _add_dimension,
    "gestopt": _stopped,
    "verhuisd": _moved,
}
