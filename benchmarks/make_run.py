"""Where the time of `make run` goes: a first and a second run in a new home, as the command itself reports it.

python -m benchmarks.make_run [--runs 1] [--markdown FILE]
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

_LINE = re.compile(r"^(services|Airflow start-up|tasks|scheduling gaps|stopping|total of this command)\s+([\d.]+)\s*$")


def run(home: Path) -> dict[str, float]:
    """One `veiligheidsbeeld run`; seconds per part."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("VB_", "SOURCES", "SAMPLE"))}
    done = subprocess.run(
        [sys.executable, "-m", "veiligheidsbeeld", "run"],
        env=clean | {"VB_HOME": str(home)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True,
    )  # fmt: skip
    return {m[1]: float(m[2]) for line in done.stdout.splitlines() if (m := _LINE.match(line))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--markdown", type=Path)
    given = parser.parse_args()
    first: dict[str, list[float]] = {}
    second: dict[str, list[float]] = {}
    for _ in range(given.runs):
        home = Path(tempfile.mkdtemp(prefix="vb-bench-"))
        home.chmod(0o755)
        try:
            for kept in (first, second):
                for part, seconds in run(home).items():
                    kept.setdefault(part, []).append(seconds)
        finally:
            shutil.rmtree(home, ignore_errors=True)
    lines = [
        f"Default sample; n = {given.runs}; median seconds (installing packages not counted).",
        "",
        "| part | first run | second run |",
        "|---|---:|---:|",
        *(f"| {p} | {statistics.median(first[p]):.1f} | {statistics.median(second[p]):.1f} |" for p in first),
    ]
    print("\n".join(lines))
    if given.markdown:
        given.markdown.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
