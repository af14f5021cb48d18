"""The sandbox as processes: sample data and source server stand beside the product, which never imports them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence

from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.settings import PROJECT, Settings

FOLDER = PROJECT / "sandbox"


def source_server(*arguments: str) -> tuple[str, ...]:
    """The command of the source server, to be run in the project's folder."""
    _present()
    return (sys.executable, "-m", "sandbox.source_server", *arguments)


def environment(settings: Settings) -> dict[str, str]:
    """The variables by which a process of the sandbox finds the same settings."""
    variables = {k: v for k, v in settings.environ.items() if not k.startswith("AIRFLOW")}
    return variables | {
        "VB_HOME": str(settings.home),
        "VB_SOURCES": settings.sources,
        "VB_SAMPLE": settings.sample,
        "VB_SEED": str(settings.seed),
        "PYTHONUNBUFFERED": "1",
    }


def ask(settings: Settings, arguments: Sequence[str]) -> None:
    """Runs `python -m sandbox ...` to its end; what it refuses is a `ConfigurationError`."""
    _present()
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", *arguments],
        cwd=PROJECT,
        env={**os.environ, **environment(settings)},
        capture_output=True,
        text=True,
    )
    if done.returncode == 0:
        return
    last = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
    try:
        said = json.loads(last[0])
    except ValueError:
        raise ConfigurationError(f"The sample could not be made: {last[0]}", remedy="See the line above.") from None
    raise ConfigurationError(said["what"], remedy=said["remedy"])


def _present() -> None:
    if not FOLDER.is_dir():
        raise ConfigurationError(
            "There is no sample data here: a server is installed without the sandbox.",
            remedy="Set SOURCES=live, or SOURCES to a folder of recorded replies.",
        )
