"""The cells of a delivered table, CSV or XLSX, whatever it holds: registers and waves of the survey alike."""

from __future__ import annotations

from pathlib import Path

from veiligheidsbeeld.files.cells import Contents
from veiligheidsbeeld.files.csv_file import read_csv
from veiligheidsbeeld.files.headings import Headed, Named
from veiligheidsbeeld.files.xlsx_file import read_xlsx
from veiligheidsbeeld.refusals import FileRefused


def read_contents(path: Path, contract: Headed[Named]) -> Contents:
    """Reads by extension; the headings of the contract tell which dialect a CSV has. Raises `FileRefused`."""
    data = path.read_bytes()
    if path.stat().st_size != len(data):
        raise FileRefused(
            "verandert_nog",
            "Het bestand veranderde terwijl het werd gelezen.",
            remedie="Lever het opnieuw aan wanneer de export klaar is.",
            gescand=False,
        )
    kind = path.suffix.lower()
    if kind == ".csv":
        return read_csv(data, contract)
    if kind == ".xlsx":
        return read_xlsx(data) if data else Contents([])
    raise FileRefused(
        "verkeerd_bestandstype",
        "Alleen CSV en XLSX worden ingelezen.",
        remedie="Sla het bestand op als .xlsx (zonder macro's) of als .csv.",
        gescand=False,
    )
