"""Wall and processor time of `veiligheidsbeeld run`, first and second, split over start-up, tasks and gaps.

Each of n repetitions starts from an empty home; nothing else should run on the machine. The time to install is that
of `scripts/install.sh` into an empty folder, downloads included (warm when the package cache is).

    python -m benchmarks.run_time [--runs 3] [--install] [--markdown FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.processors import spent
from veiligheidsbeeld.settings import PROJECT

ROUNDS = ("first run", "second run")
# Of a run as a whole: seconds on the clock, and of processors.
_WHOLE = ("total", "processors")


def run_once(home: Path) -> dict:
    """Runs the whole in `home` and gives the record that it kept, processor seconds of all its processes added."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("VB_", "SOURCES", "SAMPLE"))}
    with tempfile.TemporaryDirectory(prefix="vb-bench-") as folder:
        log = Path(folder) / "log"
        done = spent([sys.executable, "-m", "veiligheidsbeeld", "run"], clean | {"VB_HOME": str(home)}, log)
        if done.exit:
            raise SystemExit(f"the run failed:\n{log.read_text()[-4000:]}")
    return json.loads(max((home / "runs").glob("*.json")).read_text()) | {"processors": done.processors}


def install_seconds() -> float:
    folder = Path(tempfile.mkdtemp(prefix="vb-bench-"))
    started = time.monotonic()
    uv = next(line.split()[-1] for line in (PROJECT / "Makefile").read_text().splitlines() if line.startswith("UV :="))
    command = ["sh", "scripts/install.sh", str(folder / "venv"), uv, "requirements.txt"]
    subprocess.run(command, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
    seconds = time.monotonic() - started
    shutil.rmtree(folder)
    return seconds


def measure(runs: int) -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = {name: [] for name in ROUNDS}
    for number in range(runs):
        home = Path(tempfile.mkdtemp(prefix="vb-bench-"))
        home.chmod(0o755)
        try:
            for name in ROUNDS:
                found[name].append(run_once(home))
                print(f"{number + 1}/{runs} {name}: {found[name][-1]['total']:.1f} s", file=sys.stderr)
        finally:
            shutil.rmtree(home, ignore_errors=True)
    return found


def table(found: dict[str, list[dict]], install: float | None) -> str:
    """A Markdown table: median and spread (lowest to highest) in seconds."""
    lines = [f"| part | {' | '.join(found)} |", "|---|" + "---:|" * len(found)]
    parts = list(dict.fromkeys(part for records in found.values() for r in records for part in r["parts"]))
    for part in [*parts, *_WHOLE]:
        cells = []
        for records in found.values():
            values = [r[part] if part in _WHOLE else r["parts"].get(part, 0.0) for r in records]
            cells.append(f"{statistics.median(values):.1f} ({min(values):.1f}-{max(values):.1f})")
        lines.append(f"| {part} | {' | '.join(cells)} |")
    if install is not None:
        lines.append(f"| install, not in the total | {install:.1f} | 0 |")
    count = len(next(iter(found.values())))
    return "\n".join([f"Seconds, median and spread of n = {count}, {os.cpu_count()} cores.", "", *lines])


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--install", action="store_true", help="measure the installation as well")
    parser.add_argument("--markdown", type=Path, help="write the table to this file too")
    given = parser.parse_args(arguments)
    install = install_seconds() if given.install else None
    text = table(measure(given.runs), install)
    print(text)
    if given.markdown:
        given.markdown.write_text(text + "\n")


if __name__ == "__main__":
    main()
