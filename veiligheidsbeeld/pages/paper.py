"""The pages as PDF, printed by Chromium where it is installed: tagged, so that a screen reader can read them too."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from veiligheidsbeeld.errors import ConfigurationError, VeiligheidsbeeldError

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
SECONDS = 120


def print_pages(index: Path, regions: Sequence[str] = ()) -> Path:
    """A PDF beside each page of a region (`regions`: codes; none: all); the folder.

    Raises `ConfigurationError` without Chromium or for an unknown region, `VeiligheidsbeeldError` when printing fails.
    """
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise ConfigurationError(
            "Chromium is not installed, and it is what prints the pages.",
            remedy="Install it (Debian: apt install chromium fonts-liberation), or print from a browser.",
        )
    folder = index.parent / "regio"
    pages = {path.stem: path for path in sorted(folder.glob("*.html"))}
    if unknown := set(regions) - set(pages):
        raise ConfigurationError(
            f"No page of {', '.join(sorted(unknown))}.", remedy=f"Pages are there of: {', '.join(pages)}."
        )
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        list(pool.map(lambda code: _print(program, pages[code]), regions or pages))
    return folder


def _print(program: str, page: Path) -> None:
    target = page.with_suffix(".pdf")
    target.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="vb-chromium-") as profile:
        # Root has no sandbox; the page is our own and asks nothing of the network.
        rights = ["--no-sandbox"] if os.geteuid() == 0 else []
        done = subprocess.run(
            [
                program, "--headless", *rights, f"--user-data-dir={profile}", "--disable-gpu", "--no-pdf-header-footer",
                f"--print-to-pdf={target}", page.as_uri(),
            ],
            capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    if not target.exists():
        raise VeiligheidsbeeldError(
            f"{page} was not printed: {done.stderr.strip()[-300:]}", remedy="Open it in a browser and print it there."
        )
