"""The small world in which faults are made: a home on a disk of its own, a warehouse, a source server, a sender."""

from __future__ import annotations

import contextlib
import hashlib
import json
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from benchmarks.faults import work
from tests.registers.files import HEADINGS, case
from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.landing import cubes, files
from veiligheidsbeeld.services import postgres
from veiligheidsbeeld.services.bootstrap import bootstrap
from veiligheidsbeeld.settings import PROJECT, Settings
from veiligheidsbeeld.warehouse import connect

DISK = "3G"
# A round that heals may need to wait for what the fault left behind, never for a person.
TRIES = 3


@dataclass
class World:
    """What stands, and what was given to it."""

    home: Path
    own_disk: bool
    environment: dict[str, str]
    draw: random.Random
    settings: Settings = field(init=False)
    source: subprocess.Popen | None = None
    number: int = 0
    given: dict[str, int] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    # Seconds that a round takes.
    length: float = 5.0

    def __post_init__(self) -> None:
        self.pool = multiprocessing.get_context("forkserver")
        self.pool.set_forkserver_preload(work.PRELOAD)
        # Not on the disk that fills up.
        self.log = str(self.home.parents[1] / "faults.log")
        self.answers = str(self.home.parents[1] / "answers")

    def start(self) -> None:
        """What every command and the watch do: start what does not run."""
        self.settings = postgres.start(Settings.from_env(self.environment))
        bootstrap(self.settings)
        if self.source is None or self.source.poll() is not None:
            self._start_source()

    def _start_source(self) -> None:
        command = [sys.executable, "-m", "sandbox.source_server", "--port", self.environment.get("SOURCE_PORT", "0")]
        environment = {**os.environ, **self.environment}
        environment.pop("VB_SOURCE_URL", None)
        with (self.home / "source.log").open("a") as log:
            self.source = subprocess.Popen(
                command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self.source.stdout
        url = json.loads(self.source.stdout.readline())["url"]
        self.environment |= {"VB_SOURCE_URL": url, "SOURCE_PORT": url.rpartition(":")[2]}

    def stop(self) -> None:
        if self.source:
            self.source.terminate()
        postgres.stop(self.settings, immediately=True)

    def give(self) -> None:
        """A new file of the sender, and figures that the source restated."""
        self.number += 1
        rows = [HEADINGS, *(case(f"A-{self.number}-{n:03}", "2025-01-02") for n in range(work.ROWS))]
        body = "".join(";".join(row) + "\r\n" for row in rows).encode()
        path = Path(self.settings.drop) / f"{work.TOWNS[0]}/{work.REGISTER}_2025.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        self.given[hashlib.sha256(body).hexdigest()] = self.number
        change = {
            "soort": "herzien", "tabel": "47021NED", "aantal": 4, "zaad": self.number,
            "waar": {"RegioS": work.TOWNS, "Perioden": work.PERIODS},
        }  # fmt: skip
        self.ask("POST", "_wijziging", change)

    def ask(self, method: str, path: str, body: object = None) -> None:
        """Asks the source server for a fault or a change."""
        url = f"{self.environment['VB_SOURCE_URL']}/{path}"
        httpx.request(method, url, json=body, timeout=120, trust_env=False).raise_for_status()

    def process(self, target, *arguments: str, **more: str) -> multiprocessing.Process:
        """A process of the world, begun."""
        made = self.pool.Process(target=target, args=({**self.environment, **more}, self.log, *arguments))
        made.start()
        return made

    def heal(self) -> str:
        """Runs rounds until one ends well; what is wrong when none does. Nobody mends anything meanwhile."""
        for _ in range(TRIES):
            try:
                self.start()
            except (VeiligheidsbeeldError, OSError, ValueError) as error:
                said = str(error)
                time.sleep(1)
                continue
            healed = self.process(work.work)
            healed.join(180)
            if healed.exitcode == 0:
                return ""
            healed.kill()
            said = f"a round ended with {healed.exitcode}; see {self.log}"
        return said

    def half(self) -> list[str]:
        """What is half: in raw, or in any answer that a reader had so far."""
        wrong = []
        with contextlib.suppress(VeiligheidsbeeldError):
            try:
                work.version_in_raw(self.settings)
            except AssertionError as error:
                wrong.append(str(error))
            if not self._whole():
                wrong.append("raw holds half a delivery of the source")
        for line in Path(self.answers).read_text().splitlines() if Path(self.answers).exists() else []:
            count, *values = line.split()
            if int(count) != 2 * work.PUBLISHED or len(values) != 1 or float(values[0]) > self.number:
                wrong.append(f"a reader saw {line}")
        return wrong

    def _whole(self) -> bool:
        """Whether the figures in raw are those of one delivery, cell for cell."""
        query = f"""
            select soort_overlast, regio, periode, geregistreerde_overlast
            from raw.{work.DATASET}_cellen where levering_tot is null
        """
        with connect(self.settings, "lader") as connection:
            if connection.execute("select to_regclass(%s)", [f"raw.{work.DATASET}_cellen"]).fetchone() == (None,):
                return True
            current = {tuple(row) for row in connection.execute(query)}
        if not current:
            return True
        for delivery in reversed(cubes.deliveries(self.settings, work.DATASET)):
            rows = [row for _, body in delivery.pages() for row in json.loads(body)["value"]]
            keys = ("Overlast", "RegioS", "Perioden")
            if current == {(*(row[key].strip() for key in keys), row["GeregistreerdeOverlast_1"]) for row in rows}:
                return True
        return False

    def lost(self) -> list[str]:
        """What was given and is nowhere: a file of the sender, or a delivery of the source that was there before."""
        there = {f.manifest.inhoud_sha256 for f in files.files(self.settings, areas=(*files.KEPT, *files.ASIDE))}
        # A file that was overwritten in the drop folder before it was taken was never received.
        last = max(self.given, key=lambda digest: self.given[digest])
        wrong = [f"file {self.given[last]} is not in landing"] if last not in there else []
        gone = {digest for digest in self.seen if digest in self.given} - there
        deliveries = {d.manifest.inhoud_sha256 for d in cubes.deliveries(self.settings, work.DATASET)}
        gone |= {digest for digest in self.seen if digest not in self.given} - deliveries
        self.seen |= deliveries | (there & self.given.keys())
        return wrong + [f"{digest} was in landing and is not" for digest in sorted(gone)]

    def current(self) -> str:
        """What is not up to date once a round ended well."""
        with connect(self.settings, "bi_lezer") as connection:
            shown = connection.execute(f"select distinct waarde from mart_{work.THEME}.indicatorwaarden").fetchall()
        return "" if shown == [(float(self.number),)] else f"readers see {shown} and not {self.number}"


@contextlib.contextmanager
def world(seed: int) -> Iterator[World]:
    """A world on a disk of its own where this machine can make one (as root, by a loop device)."""
    place = Path(tempfile.mkdtemp(prefix="vb-faults-"))
    place.chmod(0o755)
    image, home = place / "disk.img", place / "home"
    home.mkdir()
    own_disk = _mount(image, home)
    try:
        (home / "vb").mkdir(mode=0o755)
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("VB_", "SOURCES", "SAMPLE"))}
        environment = clean | {
            "VB_HOME": str(home / "vb"), "VB_DISK_FREE": "0.1", "VB_HTTP_BACKOFF": "0.05", "VB_HTTP_ATTEMPTS": "3",
            "VB_HTTP_TIMEOUT": "5", "VB_DROP_RUST": "0",
        }  # fmt: skip
        made = World(home / "vb", own_disk, environment, random.Random(seed))
        try:
            made.start()
            yield made
        finally:
            made.stop()
            for child in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    if "benchmarks" in " ".join(child.cmdline()) or "multiprocessing" in " ".join(child.cmdline()):
                        child.terminate()
    finally:
        if own_disk:
            subprocess.run(["umount", "--lazy", str(home)], check=False)
        shutil.rmtree(place, ignore_errors=True)


def _mount(image: Path, home: Path) -> bool:
    if os.geteuid() != 0:
        return False
    commands = [
        ["truncate", "--size", DISK, str(image)],
        ["mkfs.ext4", "-q", "-F", "-m", "0", str(image)],
        ["mount", "-o", "loop", str(image), str(home)],
    ]
    return all(subprocess.run(command, capture_output=True, check=False).returncode == 0 for command in commands)
