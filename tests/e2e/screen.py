"""What commands print, as a terminal of some width shows it; and whether what they point at is there."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import shlex
import socket
import struct
import subprocess
import sys
import termios
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console

from veiligheidsbeeld.services.airflow import Run
from veiligheidsbeeld.services.lifecycle import Stopwatch
from veiligheidsbeeld.services.run import Result
from veiligheidsbeeld.settings import PROJECT, Settings
from veiligheidsbeeld.summary import Screen
from veiligheidsbeeld.warehouse import connect

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COMMAND = ".venv/bin/veiligheidsbeeld"


def on_terminal(width: int, environment: dict[str, str], *arguments: str) -> list[str]:
    """Lines that the command shows on a terminal this wide, without their colours."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "veiligheidsbeeld", *arguments],
        stdin=child, stdout=child, stderr=child, env=environment | {"TERM": "xterm-256color"}, start_new_session=True,
    )  # fmt: skip
    os.close(child)
    text = b""
    while chunk := _read(parent):
        text += chunk
    os.close(parent)
    shown = _ESCAPES.sub("", text.decode()).replace("\r", "")
    assert process.wait() == 0, shown
    return shown.splitlines()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how a terminal says that nobody writes to it any more
        return b""


def unreadable(lines: list[str], width: int) -> list[str]:
    """Lines that are wider than the terminal or cut off; one unbroken word, such as a path, may be wider."""
    return [line for line in lines if "…" in line or (len(line.rstrip()) > width and " " in line.strip())]


def end_of_run(settings: Settings, width: int) -> list[str]:
    """Lines of the summary of all runs of this home, as `run` ends with it on a terminal this wide."""
    with connect(settings, "beheer") as connection:
        found = connection.execute("select distinct run_id from beheer.stap").fetchall()
    runs = [Run("dag", number, "success", "manual") for (number,) in found]
    paper = io.StringIO()
    shown = Screen(Console(file=paper, width=width, force_terminal=True), settings)
    result = Result(settings, Stopwatch(), runs)
    shown.collect(result)
    shown.summary(result)
    return _ESCAPES.sub("", paper.getvalue()).splitlines()


def broken_pointers(output: str, environment: dict[str, str]) -> list[str]:
    """Paths that do not exist, addresses that nobody answers and commands that fail, of those under Where to look."""
    told = output.partition("Where to look\n")[2].partition("\n\n")[0].splitlines()
    assert len(told) >= 9, output
    wrong = []
    for line in told:
        place = line[13:].strip()
        words = shlex.split(place.partition("  (")[0])
        if COMMAND in words:
            arguments = words[words.index(COMMAND) + 1 :]
            # What takes long is asked whether it exists.
            arguments = arguments if arguments[0] in ("psql", "goals") else [*arguments, "--help"]
            done = subprocess.run(
                [sys.executable, "-m", "veiligheidsbeeld", *arguments],
                env=environment,
                capture_output=True,
                cwd=PROJECT,
            )
            wrong += [] if done.returncode == 0 else [f"{place}: {done.stderr.decode()}"]
        elif place.startswith("/"):
            wrong += [] if Path(words[0]).exists() else [f"{place} does not exist"]
        elif "://" in place:
            wrong += [] if _answers(words[0]) else [f"{place}: nobody answers"]
        else:
            wrong.append(f"what is {line!r}?")
    return wrong


def _answers(address: str) -> bool:
    """Whether something listens where an address points."""
    parts = urlsplit(address)
    try:
        socket.create_connection((parts.hostname, parts.port), timeout=10).close()
    except OSError:
        return False
    return True
