"""The answer to the sender of a file: its report, in the folder where that sender looks."""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime
from pathlib import Path, PurePosixPath

import fsspec

from veiligheidsbeeld.contracts import load_contracts, load_survey
from veiligheidsbeeld.errors import without_values
from veiligheidsbeeld.files.naming import senders
from veiligheidsbeeld.files.report import write_report
from veiligheidsbeeld.landing.files import RegisterFile
from veiligheidsbeeld.refusals import FileRefused, Reading
from veiligheidsbeeld.settings import Settings


def answer(settings: Settings, file: RegisterFile, outcome: Reading | FileRefused) -> str:
    """Writes the report of a file to `<reports>/<leverancier>/`; gives its place, a second time replaces the first.

    A report that cannot be written does not hide what it was about: then the answer says so. Nobody is answered who
    has no folder to look in: a file that lies elsewhere than in that of a sender.
    """
    m = file.manifest
    if m.leverancier.upper() not in senders() and m.leverancier != load_survey().leverancier:
        return "nobody to answer"
    name = f"{PurePosixPath(m.bestand).stem}__{file.name.partition('-')[0]}.xlsx"
    moment = datetime.fromisoformat(m.opgehaald_op).astimezone()
    try:
        with tempfile.TemporaryDirectory(prefix="vb-report-") as folder:
            made = Path(folder) / name
            write_report(made, load_contracts().get(m.dataset), outcome, bestand=m.bestand, moment=moment)
            system, root = fsspec.core.url_to_fs(settings.reports)
            target = f"{root.rstrip('/')}/{m.leverancier}/{name}"
            system.makedirs(target.rpartition("/")[0], exist_ok=True)
            system.put_file(str(made), target)
    except Exception as error:
        print(f"(no report for {file.subject}: {without_values(error)})", file=sys.stderr)
        return f"not written: {without_values(error)}"
    return f"{m.leverancier}/{name}"
