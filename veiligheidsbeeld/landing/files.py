"""Landing of dropped files: kept as they came, read-only, with a manifest; what may hold personal data is closed.

Below `<home>/landing/`, one folder per file, `<area>/<dataset>/<moment>-<first 8 of sha256>/`:

    .wacht/       taken, not yet searched for personal data; closed (0700)
    .             <dataset>/: searched and clean: a delivery like every other
    .enquete/     searched, of a survey: a row is a person, also without a name in it; closed
    .geweigerd/   refused, searched and clean, or never opened; closed
    .afgesloten/  refused because of personal data, or before the search could be done; closed

A file changes area by one rename of its folder. What was refused has its reason beside it (`weigering.json`), so
that a process that dies between the two leaves enough to tell the warehouse later.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from veiligheidsbeeld import __version__
from veiligheidsbeeld.contracts import load_registers, load_survey
from veiligheidsbeeld.errors import ConfigurationError, DeliveryRefused
from veiligheidsbeeld.landing.durable import MANIFEST, alone, flush_to_disk, read_manifest, write_file, write_json
from veiligheidsbeeld.settings import Settings

WAITING, CLEAN, PRIVATE, REFUSED, CLOSED = ".wacht", "", ".enquete", ".geweigerd", ".afgesloten"
# Where a file stands that was not refused, and where one may be at all.
KEPT = (WAITING, CLEAN, PRIVATE)
ASIDE = (REFUSED, CLOSED)
UNKNOWN = "onbekend"
REASON = "weigering.json"
_GONE = "vernietigd.json"


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What came, from whom, and what it speaks for (`scope` as `raw.levering` has it; None: the name says nothing)."""

    dataset: str
    leverancier: str
    bestand: str
    adres: str
    bron_soort: str
    gewijzigd: str
    opgehaald_op: str
    bytes: int
    inhoud_sha256: str
    scope: dict | None
    software: str = f"veiligheidsbeeld {__version__}"

    @property
    def subject(self) -> str:
        return f"{self.leverancier}/{self.bestand}"


class Reason(msgspec.Struct, frozen=True):
    """Why a file was refused, in Dutch; without any value of the file."""

    regel: str
    reden: str
    remedie: str
    eigenaar: str


class RegisterFile:
    """A file in landing; opening it reads the manifest only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.manifest = read_manifest(path, Manifest, again="have the file taken again")

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def file(self) -> Path:
        return self.path / f"bestand{Path(self.manifest.bestand).suffix.lower()}"

    @property
    def subject(self) -> str:
        """As people name it: `GM1234/meldpunt_ondermijning_2025.csv`."""
        return self.manifest.subject

    @property
    def area(self) -> str:
        parent = self.path.parent.parent.name
        return parent if parent in (WAITING, PRIVATE, REFUSED, CLOSED) else CLEAN

    @property
    def reason(self) -> Reason | None:
        path = self.path / REASON
        return msgspec.json.decode(path.read_bytes(), type=Reason) if path.exists() else None

    def same_question(self, other: Manifest) -> bool:
        """Whether this file was to say the same as another: the same scope, or where that is unknown the same name."""
        if other.scope is None or self.manifest.scope is None:
            return self.manifest.subject == other.subject
        return self.manifest.leverancier == other.leverancier and self.manifest.scope == other.scope

    def destroy(self, rule: str, today: str) -> None:
        """Removes the content; the manifest stays, so that what was here and its hash remain known."""
        self.path.chmod(0o700)
        write_file(self.path / _GONE, msgspec.json.encode({"regel": rule, "datum": today}))
        self.file.unlink(missing_ok=True)

    @property
    def destroyed(self) -> bool:
        return (self.path / _GONE).exists()

    @property
    def destroyed_by(self) -> str:
        """The rule by which the content was destroyed."""
        return msgspec.json.decode((self.path / _GONE).read_bytes())["regel"]


@contextmanager
def locked(settings: Settings, *providers: str) -> Iterator[None]:
    """One process at a time takes and moves files of a provider; the lock falls with the process, however that dies."""
    folder = _closed(settings.landing / WAITING)
    with ExitStack() as stack:
        for provider in providers:
            stack.enter_context(alone(folder / f".slot-{provider}", f"Files of {provider} are being taken"))
        yield


def arrival(settings: Settings, provider: str) -> Path:
    """Where a file may be copied to before it is known what it is; a closed folder, emptied at every call."""
    clear(settings, provider)
    return _closed(_closed(settings.landing / WAITING) / f".bezig-{provider}")


def clear(settings: Settings, provider: str) -> None:
    """Removes what was copied and not kept."""
    shutil.rmtree(settings.landing / WAITING / f".bezig-{provider}", ignore_errors=True)


def keep(settings: Settings, arrived: Path, manifest: Manifest, reason: Reason | None) -> RegisterFile:
    """Gives an arrived file its folder and manifest: waiting to be read, or refused for `reason`."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    name = f"{moment}{_mark(manifest.inhoud_sha256)}"
    work = arrived.parent
    arrived.rename(work / f"bestand{Path(manifest.bestand).suffix.lower()}")
    if reason:
        write_json(work / REASON, reason)
    write_json(work / MANIFEST, manifest)
    for path in work.iterdir():
        path.chmod(0o400)
        flush_to_disk(path)
    return RegisterFile(_move(settings, work, REFUSED if reason else WAITING, manifest.dataset, name))


def alike(settings: Settings, manifest: Manifest, areas: tuple[str, ...]) -> list[RegisterFile]:
    """Files in these areas with the same content, of the same dataset."""
    mark = _mark(manifest.inhoud_sha256)
    found = files(settings, manifest.dataset, areas, wanted=lambda _, name: name.endswith(mark))
    return [file for file in found if file.manifest.inhoud_sha256 == manifest.inhoud_sha256]


def _mark(sha256: str) -> str:
    """The end of a folder's name, by which content is found without opening every manifest."""
    return f"-{sha256[:8]}"


def admit(settings: Settings, file: RegisterFile, *, private: bool = False) -> RegisterFile:
    """A file that was searched and found clean becomes readable; one that is `private` stays closed."""
    area = PRIVATE if private else CLEAN
    if file.area == area:
        return file
    for path in file.path.iterdir():
        path.chmod(0o400 if private else 0o444)
    file.path.chmod(0o700 if private else 0o755)
    return RegisterFile(_move(settings, file.path, area, file.manifest.dataset, file.name))


def refuse(settings: Settings, file: RegisterFile, reason: Reason, *, closed: bool) -> RegisterFile:
    """Puts a file aside with its reason; `closed` when it holds personal data, or may."""
    file.path.chmod(0o700)
    for path in file.path.iterdir():
        path.chmod(0o600)
    write_json(file.path / REASON, reason)
    return RegisterFile(_move(settings, file.path, CLOSED if closed else REFUSED, file.manifest.dataset, file.name))


def files(
    settings: Settings,
    dataset: str | None = None,
    areas: tuple[str, ...] = (CLEAN,),
    *,
    wanted: Callable[[str, str], bool] = lambda dataset, name: True,
) -> list[RegisterFile]:
    """Files in these areas, oldest first; of one dataset, or of all and of those that no dataset claims.

    `wanted` chooses by dataset and name: what is not wanted is not opened, however many years of it there are. One
    whose manifest cannot be read is told and passed over (`damaged`): it does not hold up those of other senders.
    """
    found = []
    for path in _folders(settings, dataset, areas):
        if not wanted(path.parent.name, path.name):
            continue
        try:
            found.append(RegisterFile(path))
        except DeliveryRefused as error:
            print(f"(passed over: {error})", file=sys.stderr)
    return found


def damaged(settings: Settings) -> list[DeliveryRefused]:
    """Of every file in landing whose manifest cannot be read: which, why, and what to do."""
    found = []
    for path in _folders(settings, None, (*KEPT, *ASIDE)):
        try:
            RegisterFile(path)
        except DeliveryRefused as error:
            found.append(error)
    return found


def _folders(settings: Settings, dataset: str | None, areas: tuple[str, ...]) -> list[Path]:
    names = [dataset] if dataset else [*load_registers(), load_survey().naam, UNKNOWN]
    folders = [settings.landing / area / name for area in areas for name in names]
    paths = [p for folder in folders if folder.is_dir() for p in folder.iterdir() if not p.name.startswith(".")]
    return sorted(paths, key=lambda p: p.name)


def find(settings: Settings, dataset: str, name: str) -> RegisterFile:
    """The file of a delivery, wherever it stands; `ConfigurationError` when its folder is not in landing."""
    places = (settings.landing / area / dataset / name for area in (*KEPT, *ASIDE))
    if path := next((p for p in places if p.is_dir()), None):
        return RegisterFile(path)
    raise ConfigurationError(
        f"{dataset}: delivery {name} is not in landing ({settings.landing}).",
        remedy="Restore the folder from a backup, or have the file sent again.",
    )


def _move(settings: Settings, folder: Path, area: str, dataset: str, name: str) -> Path:
    parent = settings.landing / area / dataset
    if area:
        _closed(settings.landing / area)
        _closed(parent)
    parent.mkdir(parents=True, exist_ok=True)
    folder.rename(parent / name)
    flush_to_disk(parent)
    return parent / name


def _closed(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder
