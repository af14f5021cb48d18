"""The answer to the sender of a file: an XLSX workbook with what was taken, mended and refused, and why."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from veiligheidsbeeld.registers.contract import RegisterContract
from veiligheidsbeeld.registers.findings import FileRefused, Reading


def write_report(
    path: Path, contract: RegisterContract, outcome: Reading | FileRefused, *, bestand: str, moment: datetime
) -> None:
    """Writes the report (sheets Samenvatting and Rijen, Dutch); it repeats no value of the file.

    `refusals` that the database added later (the contract's `regels`) may be appended to `outcome.refusals` first.
    """
    raise NotImplementedError
