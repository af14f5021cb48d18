"""A register file and its contract become a typed table with findings; pure: nothing is written anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa

from veiligheidsbeeld.contracts.register import RegisterContract, load_registers
from veiligheidsbeeld.files.cells import Contents, Sheet
from veiligheidsbeeld.files.contents import read_contents
from veiligheidsbeeld.files.headings import SEARCHED, fit, other_register, read_headings, refuse_misfit, required
from veiligheidsbeeld.refusals import FileRefused, Reading, RowRefusal, Scope
from veiligheidsbeeld.registers import privacy, remarks, rows
from veiligheidsbeeld.registers.convert import ARROW, Known, convert


def read_register(
    path: Path,
    contract: RegisterContract,
    *,
    gemeenten: Mapping[str, str],
    scope: Scope,
    anderen: Iterable[RegisterContract] | None = None,
) -> Reading:
    """Reads, scans and mends one local file (CSV or XLSX, by its extension).

    `gemeenten` are the municipalities that the sender may speak for (code -> name); a row of another one is refused,
    as is a row outside `scope`. `anderen` are contracts among which a wrong file under a right name is recognised (by
    default all of the project). The contract's `regels` are SQL and not applied here: the database does that.

    Raises `PersonalDataFound` (before anything else that needs the cells) and `FileRefused`; no other exception for
    whatever the file holds.
    """
    path = Path(path)
    others = list(load_registers().values() if anderen is None else anderen)
    try:
        contents = read_contents(path, contract)
        privacy.search(contents, contract, path, gemeenten)
        return _judge(contents, contract, path.name, gemeenten, scope, others)
    except FileRefused as refusal:
        refusal.bestand = refusal.bestand or path.name
        refusal.eigenaar = refusal.owner = refusal.eigenaar or contract.eigenaar.functie
        raise


def _judge(
    contents: Contents,
    contract: RegisterContract,
    bestand: str,
    gemeenten: Mapping[str, str],
    scope: Scope,
    others: list[RegisterContract],
) -> Reading:
    alone = len(gemeenten) == 1
    chosen, passed = _choose(contents.sheets, contract, others, alone=alone)
    reading = Reading(bestand, _table([], contract), 0, niet_gelezen=[s.naam for s in passed])
    reading.repairs.update(("", kind) for kind in contents.repairs)
    if "korte_rij" in contents.repairs:
        reading.remarks.append(remarks.SHORT_ROWS)
    if "zonder_regeleinde" in contents.repairs:
        reading.remarks.append(remarks.CUT_OFF)
    tables, faults = [], rows.Faults()
    offset = 0
    for sheet in chosen:
        table, found, repairs = _read_sheet(sheet, contract, gemeenten, scope, others, reading)
        reading.werkbladen.append(sheet.naam)
        reading.repairs.update(repairs)
        faults.update({offset + row: reasons for row, reasons in found.items()})
        offset += table.num_rows
        tables.append(table)
    table = _table(tables, contract)
    if table.num_rows == 0:
        _no_rows(reading, contract, scope, passed, gemeenten)
        remarks.of_reading(reading, contract, gemeenten, scope)
        reading.table = table
        return reading
    if (to_come := rows.still_to_come(table, contract, scope)).any():
        reading.repairs["", "nog_niet_gebeurd"] = int(to_come.sum())
        table = _without(table, faults, to_come)
    rows.outside(table, contract, scope, faults)
    good = np.ones(table.num_rows, bool)
    good[list(faults)] = False
    equal, contrary = rows.doubles(table, contract, good)
    for row in np.flatnonzero(contrary).tolist():
        reason = rows.DOUBLE[contract.detail]
        faults.setdefault(row, []).append((None, "dubbele_sleutel", reason))
    if doubled := int(equal.sum()):
        reading.repairs["", "dubbele_rij"] = doubled
    reading.rows, reading.refused = table.num_rows - doubled, len(faults)
    good[list(faults)] = False
    reading.refusals = _refusals(bestand, table, faults)
    check_share(reading, contract, bestand)
    reading.table = table.filter(pa.array(good & ~equal)).combine_chunks()
    keys = dict.fromkeys([*contract.sleutel, "gemeente", "rijnummer", "werkblad"])
    reading.refused_keys = table.select(list(keys)).take(pa.array(sorted(faults), pa.int64()))
    reading.genoemd |= set(table["gemeente"].to_pylist()) - {None}
    remarks.of_reading(reading, contract, gemeenten, scope)
    return reading


def _without(table: pa.Table, faults: rows.Faults, gone: np.ndarray) -> pa.Table:
    """The table without the rows marked `gone`, which are left out and not refused; faults keep to their rows."""
    if gone.any():
        moved = np.cumsum(~gone) - 1
        kept = {int(moved[row]): found for row, found in faults.items() if not gone[row]}
        faults.clear()
        faults.update(kept)
        table = table.filter(pa.array(~gone))
    return table


def _no_rows(
    reading: Reading, contract: RegisterContract, scope: Scope, passed: list[Sheet], gemeenten: Mapping[str, str]
) -> None:
    """Headings alone say that nothing happened, unless something shows that there was more to say."""
    why = None
    if not scope.volledig:
        why = "een aanvulling zonder rijen zegt niets"
    elif len(gemeenten) > 1 and not reading.genoemd:
        why = "een samenwerkingsverband moet noemen voor welke gemeenten dat geldt"
    elif reading.repairs["", "totaalrij"]:
        why = "er staat wel een totaalrij in"
    elif any(not fit(s.top(SEARCHED), contract)[2] for s in passed):
        why = "de kolommen staan ook op een verborgen werkblad"
    if why:
        raise FileRefused(
            "alleen_kopregel",
            f"Het bestand bevat alleen een kopregel en geen rijen, en {why}.",
            remedie="Lever het register met inhoud; is er in een gemeente niets gebeurd, lever dan alleen de kolomnamen"
            " in haar map, of noem haar in een rij waarin alleen de kolom gemeente is gevuld.",
        )
    if len(gemeenten) == 1:
        reading.genoemd |= set(gemeenten)


def _choose(
    sheets: list[Sheet], contract: RegisterContract, others: list[RegisterContract], *, alone: bool
) -> tuple[list[Sheet], list[Sheet]]:
    """Visible sheets with all required headings are read; others are passed over unless they come near."""
    tops = {id(s): s.top(SEARCHED) for s in sheets}
    visible = [s for s in sheets if s.zichtbaar and any(t.strip() for row in tops[id(s)] for t in row)]
    fits = {id(s): fit(tops[id(s)], contract, alone=alone) for s in visible}
    chosen = [s for s in visible if not fits[id(s)][2]]
    half = len(required(contract, alone=alone)) / 2
    near = [s for s in visible if fits[id(s)][2] and len(fits[id(s)][2]) <= half]
    if not chosen or near:
        best = max(near or visible, key=lambda s: fits[id(s)][1], default=None)
        raise refuse_misfit(best, contract, others, alone=alone)
    return chosen, [s for s in sheets if s not in chosen]


def _read_sheet(
    sheet: Sheet,
    contract: RegisterContract,
    gemeenten: Mapping[str, str],
    scope: Scope,
    others: list[RegisterContract],
    reading: Reading,
) -> tuple[pa.Table, rows.Faults, Counter[tuple[str, str]]]:
    try:
        headings = read_headings(sheet, contract)
    except FileRefused as refusal:
        if refusal.regel == "onbekende_kolom" and other_register(sheet.top(SEARCHED), contract, others):
            raise refuse_misfit(sheet, contract, others) from None
        raise
    data = rows.data_rows(sheet, headings, contract)
    repairs = Counter({("", kind): count for kind, count in data.dropped.items()})
    numbers = sheet.numbers[data.positions]
    faults: rows.Faults = {}
    columns: dict[str, pa.Array] = {}
    take = pa.array(data.positions)
    for column in contract.opgenomen:
        position = headings.positions.get(column.naam)
        if position is None and column.type == "gemeente" and len(gemeenten) == 1:
            columns[column.naam] = pa.array([*gemeenten] * len(numbers), pa.string())
            repairs["gemeente", "gemeente_van_afzender"] = len(numbers)
            continue
        if position is None:
            columns[column.naam] = pa.nulls(len(numbers), ARROW[column.type])
            reading.zonder.add(column.naam)
            continue
        known = Known(
            grain=contract.periode_korrel if column.naam == contract.scope_datum else None,
            gemaakt=scope.gemaakt,
            datum1904=sheet.datum1904,
            typed=sheet.typed[position] if sheet.typed else None,
        )
        found = convert(sheet.columns[position].take(take), column, gemeenten, known)
        if found.unproven:
            reading.remarks.append(remarks.unproven(column.naam, found.unproven))
        if found.late:
            reading.remarks.append(remarks.late(column.naam, found.late))
        if found.concealed:
            reading.remarks.append(remarks.concealed(column.naam, found.concealed))
        columns[column.naam] = found.values
        repairs.update({(column.naam, kind): count for kind, count in found.repairs.items()})
        for row, (rule, reason) in found.refused.items():
            faults.setdefault(row, []).append((column.naam, rule, reason))
    below = rows.notes(sheet, headings, data, faults)
    if below:
        repairs["", "voetregel"] = below
    _add_troubles(sheet, headings.positions, contract, numbers[: len(numbers) - below], faults)
    if hidden := len(sheet.hidden.intersection(numbers.tolist())):
        reading.remarks.append(remarks.hidden(hidden, len(numbers), sheet.naam))
    table = pa.table(columns | {"rijnummer": pa.array(numbers, pa.int32()), "werkblad": [sheet.naam] * len(numbers)})
    named = rows.named_only(sheet, headings, data, table, gemeenten)
    named[len(numbers) - below :] = True
    reading.genoemd |= set(table["gemeente"].filter(pa.array(named)).to_pylist()) - {None}
    if nothing := int(named.sum()) - below:
        repairs["", "zonder_gevallen"] = nothing
    return _without(table, faults, named), faults, repairs


def _add_troubles(
    sheet: Sheet, positions: dict[str, int], contract: RegisterContract, numbers: np.ndarray, faults: rows.Faults
) -> None:
    """Formulas, errors, merged cells and uneven rows, in as far as they touch what would be taken."""
    names = {positions[c.naam]: c.naam for c in contract.opgenomen if c.naam in positions}
    where = {number: row for row, number in enumerate(numbers.tolist())} if sheet.troubles else {}
    for (number, at), rule in sheet.troubles.items():
        if number in where and (at is None or at in names):
            row = where[number]
            column = None if at is None else names[at]
            # What follows from the trouble (an error cell reads as empty) is not told beside it.
            faults[row] = [f for f in faults.get(row, []) if column is not None and f[0] != column]
            faults[row].append((column, rule, rows.TROUBLE[rule]))


def _table(tables: list[pa.Table], contract: RegisterContract) -> pa.Table:
    schema = pa.schema(
        [(c.naam, ARROW[c.type]) for c in contract.opgenomen] + [("rijnummer", pa.int32()), ("werkblad", pa.string())]
    )
    return pa.concat_tables([schema.empty_table(), *(t.cast(schema) for t in tables)])


def _refusals(bestand: str, table: pa.Table, faults: rows.Faults) -> list[RowRefusal]:
    at = pa.array(sorted(faults), pa.int64())
    numbers, sheets = table["rijnummer"].take(at).to_pylist(), table["werkblad"].take(at).to_pylist()
    return [
        RowRefusal(bestand, sheet, number, column, rule, reason)
        for row, number, sheet in zip(at.to_pylist(), numbers, sheets, strict=True)
        for column, rule, reason in faults[row]
    ]


def check_share(reading: Reading, contract: RegisterContract, bestand: str) -> None:
    """Refuses a file of which too many rows cannot enter."""
    if contract.te_veel_fouten(reading.refused, reading.rows):
        few = contract.vrij_quarantaine
        raise FileRefused(
            "te_veel_fouten",
            f"{reading.refused} van de {reading.rows} rijen voldoen niet; toegestaan is {contract.max_quarantaine:.0%},"
            f" of ten hoogste {few} rij{'en' if few != 1 else ''} als dat minder dan een derde is.",
            remedie="Herstel de rijen die het verslag noemt en lever het bestand opnieuw aan.",
            eigenaar=contract.eigenaar.functie,
            bestand=bestand,
            refusals=reading.refusals[: FileRefused.MAX_LISTED],
        )
