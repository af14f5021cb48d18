"""The first reading of the dbt project takes ten seconds of a processor: done while loading leaves one idle."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.transform import dbt_command, dbt_process

FOLDER = "ontleed"
# Everything else goes first.
PATIENCE = 19


@contextmanager
def parsing(settings: Settings) -> Iterator[None]:
    """Parses the project beside what is done inside, unless a build before this one did; ends when both are done.

    What it leaves is what `transform` looks for. A project that cannot be parsed is no failure here: the build says it.
    """
    target = settings.home / "dbt" / FOLDER
    if any(target.parent.glob("*/partial_parse.msgpack")):
        yield
        return
    target.mkdir(parents=True, exist_ok=True)
    process = dbt_process(settings, dbt_command(settings, FOLDER, target, ["parse"]), subprocess.DEVNULL)
    try:
        psutil.Process(process.pid).nice(PATIENCE)
        yield
        process.wait()
    finally:
        process.kill()
        process.wait()
