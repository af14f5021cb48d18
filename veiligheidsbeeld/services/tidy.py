"""What a running copy leaves behind is cleaned by age, once a day: logs, messages, Airflow's metadata.

Not what was delivered: landing and registers have terms of their own (`bewaartermijnen`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.services import airflow, postgres
from veiligheidsbeeld.services.processes import LOG_BYTES
from veiligheidsbeeld.settings import Settings

# Tasks tell Airflow of each step; what they told is kept in `beheer` as well.
KEEP_DAYS = 90
MESSAGE_DAYS = 400
# What was told: to who runs this, to plans and owners, to senders (elsewhere when VB_REPORTS says so), and of each run.
MESSAGES = ("meldingen", "berichten", "terugmelding", "runs")
_DAY = 86_400


def tidy(settings: Settings) -> list[str]:
    """Cleans what is old enough (VB_KEEP_DAYS for logs and Airflow's records); a line for each thing done.

    Raises `VeiligheidsbeeldError` when Airflow's metadata cannot be cleaned.
    """
    days = settings.number("VB_KEEP_DAYS", KEEP_DAYS)
    home = settings.home
    said = [f"{log.name}: begun anew" for log in sorted((home / "logs").glob("*.log")) if _begin_anew(log)]
    terms = {"airflow/logs": days, "logs/openlineage": days} | dict.fromkeys(MESSAGES, MESSAGE_DAYS)
    for folder, term in terms.items():
        if count := _remove_older(home / folder, time.time() - term * _DAY):
            said.append(f"{folder}: {count} files older than {term} days removed")
    _clean_metadata(settings, datetime.now(UTC) - timedelta(days=days))
    return said


def _begin_anew(log: Path) -> bool:
    """Puts a large log aside. Its writer has it open for appending, and goes on in the emptied file."""
    if log.stat().st_size <= LOG_BYTES:
        return False
    shutil.copy2(log, log.with_suffix(".log.1"))
    os.truncate(log, 0)
    return True


def _remove_older(folder: Path, moment: float) -> int:
    """Removes files below a folder that were last written before a moment, and the folders that are empty then."""
    count = 0
    for root, _, names in os.walk(folder, topdown=False):
        for path in (Path(root) / name for name in names):
            if path.lstat().st_mtime < moment:
                path.unlink()
                count += 1
        if Path(root) != folder and count and not any(Path(root).iterdir()):
            Path(root).rmdir()
    return count


def _clean_metadata(settings: Settings, moment: datetime) -> None:
    """Airflow's own command; the last run of each DAG stays."""
    variables = airflow.environment(settings) if postgres.is_embedded(settings) else None
    command = [sys.executable, "-m", "airflow", "db", "clean", "--clean-before-timestamp", moment.isoformat()]
    command += ["--skip-archive", "--error-on-cleanup-failure", "--yes"]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise VeiligheidsbeeldError(
            f"Airflow's metadata could not be cleaned: {done.stderr.strip()[-1000:]}",
            remedy="Run `airflow db clean` by hand; until then the metadata grows.",
        )
