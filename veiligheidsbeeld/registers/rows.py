"""Rows of a sheet: which of them are data, and what only the row or the file as a whole can tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from veiligheidsbeeld.contracts.register import RegisterContract
from veiligheidsbeeld.files.cells import Sheet, filled, normal
from veiligheidsbeeld.files.headings import Headed, Headings, Named
from veiligheidsbeeld.refusals import Scope

_TOTAL = r"(?i)\A\s*(?:eind|sub|generaal\s*|grand\s*)?(?:totaal|totalen|total)(?:[\s:].*)?\z"
Faults = dict[int, list[tuple[str | None, str, str]]]  # row -> (column, rule, reason)

TROUBLE = {
    "formule": "de cel bevat een formule; lever alleen waarden aan",
    "excelfout": "de cel bevat een foutmelding van Excel in plaats van een waarde",
    "samengevoegd": "de cel is samengevoegd met andere; hef de samenvoeging op en vul elke cel",
    "afgebroken": "het bestand eindigt zonder regeleinde, en van deze rij kan het einde ontbreken",
    "aantal_kolommen": "de rij heeft meer of minder cellen dan er kolommen zijn",
}


DOUBLE = {
    "rij": "dezelfde sleutel staat op meer rijen met verschillende inhoud; er is er geen gekozen",
    "telling": "hetzelfde staat op meer rijen geteld; tel ze zelf op, of lever er een",
}


@dataclass(frozen=True)
class DataRows:
    """Positions of the data rows in a sheet, and what was left out by kind."""

    positions: np.ndarray
    dropped: Counter[str]


def data_rows(sheet: Sheet, headings: Headings, contract: Headed[Named]) -> DataRows:
    """Leaves out what stands above and in the headings, blank rows, repeated headings and totals."""
    length = len(sheet.numbers)
    below = np.arange(length) > headings.row
    occupied = np.zeros(length, bool)
    first = np.full(length, -1)  # position of the first column that holds something
    for position, cells in enumerate(sheet.columns):
        full = filled(cells)
        first[full & (first < 0)] = position
        occupied |= full
    repeated = _like_headings(sheet, headings, below & occupied)
    totals = below & occupied & ~repeated & _totals(sheet, headings, contract, first)
    blank = below & ~occupied
    # Blank rows after the last row are no finding: every spreadsheet has them.
    last = int(np.flatnonzero(below & occupied)[-1]) if (below & occupied).any() else -1
    dropped = Counter({"kopregel": int(repeated.sum()), "totaalrij": int(totals.sum())})
    dropped["lege_rij"] = int(blank[: last + 1].sum())
    return DataRows(np.flatnonzero(below & occupied & ~repeated & ~totals), +dropped)


def _like_headings(sheet: Sheet, headings: Headings, among: np.ndarray) -> np.ndarray:
    """Rows in which whatever is filled is the heading of its column; few values are compared after the first column."""
    left = among.copy()
    for position in sorted(range(len(sheet.columns)), key=lambda at: len(sheet.columns[at].dictionary)):
        if not left.any():
            break
        cells = sheet.columns[position]
        codes = np.asarray(cells.indices)
        wanted = np.unique(codes[left])
        heading = normal(headings.texts[position])
        texts = cells.dictionary.take(pa.array(wanted)).to_pylist()
        fitting = [
            code for code, text in zip(wanted, texts, strict=True) if not text.strip() or normal(text) == heading
        ]
        left &= np.isin(codes, fitting)
    return left


def _totals(sheet: Sheet, headings: Headings, contract: Headed[Named], first: np.ndarray) -> np.ndarray:
    """Rows that begin with `Totaal` and lack a required value; with all of them there, they are judged as data."""
    starts = np.zeros(len(first), bool)
    lacking = np.zeros(len(first), bool)
    for position, cells in enumerate(sheet.columns):
        if not len(cells.dictionary):
            continue
        told = np.asarray(pc.match_substring_regex(cells.dictionary, _TOTAL))
        if told.any():
            starts |= (first == position) & told[np.asarray(cells.indices)]
    if not starts.any():
        return starts
    for column in contract.kolommen:
        if column.verplicht and column.naam in headings.positions:
            lacking |= ~filled(sheet.columns[headings.positions[column.naam]])
    return starts & lacking


def notes(sheet: Sheet, headings: Headings, data: DataRows, faults: Faults) -> int:
    """How many rows at the end of the table are a note below it (source, filter, number of rows) and no register row.

    A note fills one or two cells, and the first is no value of its column: a row of which the end broke off is one, and
    is judged as a row.
    """
    names = {position: name for name, position in headings.positions.items()}
    marks = np.stack([filled(cells)[data.positions] for cells in sheet.columns]) if sheet.columns else None
    found = 0
    while marks is not None and found < len(data.positions):
        row = len(data.positions) - 1 - found
        full = np.flatnonzero(marks[:, row])
        column = names.get(int(full[0]))
        if len(full) > 2 or (column and column not in {name for name, _, _ in faults.get(row, [])}):
            break
        found += 1
    return found


def named_only(
    sheet: Sheet, headings: Headings, data: DataRows, table: pa.Table, gemeenten: Mapping[str, str]
) -> np.ndarray:
    """Rows of a partnership that fill the municipality and nothing else, and are the only ones of theirs: it says that
    this municipality had nothing to report."""
    none = np.zeros(len(data.positions), bool)
    place = headings.positions.get("gemeente")
    if place is None or len(gemeenten) < 2:
        return none
    lone = sum(filled(cells)[data.positions].astype(int) for cells in sheet.columns) == 1
    lone &= filled(sheet.columns[place])[data.positions]
    if lone.any():
        towns = table["gemeente"].to_pylist()
        rows = Counter(towns)
        none = np.array([one and town is not None and rows[town] == 1 for one, town in zip(lone, towns, strict=True)])
    return none


def still_to_come(table: pa.Table, contract: RegisterContract, scope: Scope) -> np.ndarray:
    """Rows about a day after the file was made, in a register that may hold plans: they tell nothing that happened."""
    if scope.gemaakt is None or not contract.kolom(contract.scope_datum).toekomst:
        return np.zeros(table.num_rows, bool)
    later = pc.greater(table[contract.scope_datum], pa.scalar(scope.gemaakt)).fill_null(False)
    return np.asarray(later.combine_chunks())


def outside(table: pa.Table, contract: RegisterContract, scope: Scope, faults: Faults) -> None:
    """Rows that the file does not speak for, and areas that lie in another municipality."""
    day = table[contract.scope_datum]
    inside = pc.and_(pc.greater_equal(day, pa.scalar(scope.van)), pc.less(day, pa.scalar(scope.tot)))
    for row in np.flatnonzero(~np.asarray(inside.fill_null(True).combine_chunks())).tolist():
        reason = f"de dag valt buiten de periode van het bestand ({scope.van:%d-%m-%Y} tot {scope.tot:%d-%m-%Y})"
        faults.setdefault(row, []).append((contract.scope_datum, "periode", reason))
    for column in contract.opgenomen:
        if column.type in ("buurt", "wijk") and column.naam in table.column_names:
            own = pc.utf8_slice_codeunits(table["gemeente"], 2, 6)
            there = pc.equal(pc.utf8_slice_codeunits(table[column.naam], 2, 6), own)
            for row in np.flatnonzero(~np.asarray(there.fill_null(True).combine_chunks())).tolist():
                reason = f"de {column.type} ligt niet in de gemeente van deze rij"
                faults.setdefault(row, []).append((column.naam, f"{column.type}_gemeente", reason))


def doubles(table: pa.Table, contract: RegisterContract, good: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Among the rows marked `good`: those equal to an earlier one, and those that contradict another with their key.

    Two equal counts are as doubtful as two different ones: they may be those of two teams.
    """
    keys = _groups(table, contract.sleutel)
    used = np.bincount(keys[good], minlength=int(keys.max(initial=0)) + 1)
    shared = np.flatnonzero(good & (used[keys] > 1))
    equal, contrary = np.zeros(len(keys), bool), np.zeros(len(keys), bool)
    if len(shared):
        part = table.take(pa.array(shared))
        whole = _groups(part, [c.naam for c in contract.opgenomen])
        _, first, inverse = np.unique(whole, return_index=True, return_inverse=True)
        repeated = (first[inverse] != np.arange(len(shared))) & (contract.detail == "rij")
        equal[shared[repeated]] = True
        kept = shared[~repeated]
        again = np.bincount(keys[kept], minlength=len(used))
        contrary[kept[again[keys[kept]] > 1]] = True
        # A double of a refused row is refused with it, for it is the same case.
        contrary[shared] |= np.isin(keys[shared], keys[contrary])
        equal &= ~contrary
    return equal, contrary


def _groups(table: pa.Table, names: list[str]) -> np.ndarray:
    """A number per row, equal where the named columns are equal (empty equals empty)."""
    combined = np.zeros(table.num_rows, np.int64)
    for name in names:
        column = table[name].combine_chunks()
        if pa.types.is_list(column.type):
            column = pa.array(["|".join(v) if v is not None else None for v in column.to_pylist()], pa.string())
        codes = column.dictionary_encode()
        each = np.asarray(codes.indices.fill_null(-1)).astype(np.int64) + 1
        combined = combined * (len(codes.dictionary) + 1) + each
        if name != names[-1] or len(names) > 1:
            combined = np.unique(combined, return_inverse=True)[1].astype(np.int64)
    return combined
