"""The answer to the sender of a file: its report, in the folder where that sender looks."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path, PurePosixPath

import fsspec

from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.registers.contract import RegisterContract
from veiligheidsbeeld.registers.findings import FileRefused, Reading
from veiligheidsbeeld.registers.land import RegisterFile
from veiligheidsbeeld.registers.report import write_report
from veiligheidsbeeld.settings import Settings


def answer(settings: Settings, contract: RegisterContract, file: RegisterFile, outcome: Reading | FileRefused) -> str:
    """Writes the report of a file to `<reports>/<leverancier>/`; gives its place; a second time replaces the first."""
    m = file.manifest
    name = f"{PurePosixPath(m.bestand).stem}__{file.name.partition('-')[0]}.xlsx"
    with tempfile.TemporaryDirectory(prefix="vb-report-") as folder:
        made = Path(folder) / name
        write_report(
            made, contract, outcome, bestand=m.bestand, moment=datetime.fromisoformat(m.opgehaald_op).astimezone()
        )
        try:
            system, root = fsspec.core.url_to_fs(settings.reports)
            target = f"{root.rstrip('/')}/{m.leverancier}/{name}"
            system.makedirs(target.rpartition("/")[0], exist_ok=True)
            system.put_file(str(made), target)
        except Exception as error:
            raise VeiligheidsbeeldError(
                f"The report of {file.subject} could not be written: {type(error).__name__}.",
                remedy="See whether VB_REPORTS is reachable and may be written; `load` writes it again.",
            ) from error
    return f"{m.leverancier}/{name}"
