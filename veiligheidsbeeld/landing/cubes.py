"""Landing: every delivery kept as it was received, immutable, with a manifest.

Layout below `<home>/landing/<dataset>/`:

    <YYYYMMDDTHHMMSSZ>-<first 8 of inhoud_sha256>/    a delivery; files are read-only
        manifest.json                                 what was asked, what came, hashes and proofs
        pages/<part>-<nnnn>.json.zst                  replies as received, zstd
        codes/<EntitySet>.json.zst                    code lists and metadata of the table
    .bezig/                                           a delivery being built; resumable, never read by others
    .beschadigd-<name>/                               a delivery that is not as it was received; was asked for again
    .gezien.json                                      the source state that proved to hold nothing new

A delivery appears by one rename of a directory that is complete and flushed: a crash leaves only `.bezig`.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path

import msgspec
import pyarrow as pa

from veiligheidsbeeld.errors import DeliveryDamaged, DeliveryRefused
from veiligheidsbeeld.landing import shared
from veiligheidsbeeld.landing.durable import MANIFEST, alone, flush_to_disk, read_manifest, write_file, write_json
from veiligheidsbeeld.settings import Settings

BUSY = ".bezig"
ASIDE = ".beschadigd-"
SEEN = ".gezien.json"
_STAMP = "%Y%m%dT%H%M%SZ"
# Level 1 packs a page of 10,000 rows some forty times in half a millisecond; higher levels gain little.
_ZSTD = pa.Codec("zstd", compression_level=1)


class Page(msgspec.Struct, frozen=True):
    """One reply: `bytes` and `sha256` of the body as received, `waarden_sha256` of its rows alone."""

    bestand: str
    rijen: int
    bytes: int
    sha256: str
    waarden_sha256: str = ""


class Part(msgspec.Struct, frozen=True):
    """A resumable share of the table; `bewijs` names the source's count that `verwacht` came from."""

    deel: str
    filter: str
    verwacht: int
    rijen: int
    paginas: list[Page]
    bewijs: str = ""


class Scope(msgspec.Struct, frozen=True):
    """The keys a delivery speaks for (trimmed codes); None: every key of that dimension."""

    regio: list[str] | None = None
    perioden: list[str] | None = None


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a delivery holds and where it came from; `keuze` is the choice that led to the scope."""

    dataset: str
    tabel: str
    protocol: str
    bron_soort: str
    adres: str
    gewijzigd: str
    versie: str | None
    periode: str | None
    opgehaald_op: str
    scope: Scope
    delen: list[Part]
    rijen: int
    codelijsten: dict[str, str]
    inhoud_sha256: str
    software: str
    codelijsten_sha256: dict[str, str] = {}
    metagegevens: dict[str, str] = {}
    bron_staat: dict[str, str | int | None] = {}
    keuze: dict[str, list[str] | str | None] = {}


class Delivery:
    """A delivery in landing; opening it reads the manifest only.

    With `settings` a file that is not here yet comes from the shared landing, where there is one.
    """

    def __init__(self, path: Path, settings: Settings | None = None) -> None:
        self.path, self._settings = Path(path), settings
        self.manifest = read_manifest(self.path, Manifest, again="extract again")

    @property
    def name(self) -> str:
        return self.path.name

    def pages(self) -> Iterator[tuple[str, bytes]]:
        """Pages in order, one in memory at a time: (file name relative to the delivery, bytes as received).

        Raises `DeliveryDamaged` when a file is not what the manifest says it was.
        """
        for page in self.page_list():
            yield page.bestand, self.read(page)

    def page_list(self) -> list[Page]:
        """All pages in order, without their bodies."""
        return [page for part in self.manifest.delen for page in part.paginas]

    def read(self, page: Page) -> bytes:
        """The body of one page; `DeliveryDamaged` when the file is not what the manifest says it was."""
        body = self._unpack(page.bestand, page.bytes)
        if hashlib.sha256(body).hexdigest() != page.sha256:
            raise self._damaged(page.bestand, "its sha256 differs from the manifest")
        return body

    def code_rows(self, dimension: str) -> list[dict]:
        """Rows of the code list of a source dimension (v3 `RegioS`, v4 `RegioSCodes`); empty when not delivered."""
        for name in (dimension, f"{dimension}Codes"):
            if name in self.manifest.codelijsten:
                return msgspec.json.decode(self.codes(name))["value"]
        return []

    def rows(self, name: str) -> list[dict]:
        """Rows of a metadata set by entity set name (`DataProperties`, `MeasureGroups`); empty when not delivered."""
        known = {*self.manifest.codelijsten, *self.manifest.metagegevens}
        return msgspec.json.decode(self.codes(name))["value"] if name in known else []

    def codes(self, name: str) -> bytes:
        """The JSON of a code list or metadata set by entity set name (`SoortMisdrijf`, `TableInfos`, ...)."""
        known = {**self.manifest.codelijsten, **self.manifest.metagegevens}
        if name not in known:
            raise KeyError(f"{name!r} is not in delivery {self.path}; it holds {', '.join(sorted(known))}")
        return self._unpack(known[name])

    def _unpack(self, file: str, size: int | None = None) -> bytes:
        if self._settings and not (self.path / file).exists():
            shared.bring(self._settings, self.path / file)
        try:
            return unpack((self.path / file).read_bytes(), size)
        except (OSError, pa.ArrowException) as error:
            raise self._damaged(file, str(error)) from error

    def _damaged(self, file: str, why: str) -> DeliveryDamaged:
        return DeliveryDamaged(
            f"Delivery {self.name} of {self.manifest.dataset}: file {self.path / file} is damaged: {why}.",
            remedy="Nothing: the delivery before it stays, and the next run asks the source again. See why the disk"
            " changed a file.",
        )


def newest_first(settings: Settings, dataset: str) -> Iterator[Delivery]:
    """Deliveries of a dataset that can be opened; each manifest is read when it is asked for."""
    return (found for name in reversed(names(settings, dataset)) if (found := opened(settings, dataset, name)))


def deliveries(settings: Settings, dataset: str) -> list[Delivery]:
    """All deliveries of a dataset that can be opened, oldest first."""
    return list(newest_first(settings, dataset))[::-1]


def opened(settings: Settings, dataset: str, name: str) -> Delivery | None:
    """A delivery, or None when its manifest cannot be read: extracting puts that aside and asks the source again."""
    try:
        return Delivery(settings.landing / dataset / name, settings)
    except DeliveryDamaged:
        return None


def names(settings: Settings, dataset: str) -> list[str]:
    """Names of all deliveries, oldest first, those that cannot be opened as well."""
    return _names(settings, settings.landing / dataset)


def put_aside(settings: Settings, dataset: str, name: str) -> Path:
    """Takes a damaged delivery out of the row, and keeps it: the source is asked again, nothing is thrown away.

    Where hosts share a landing, it comes back from the store, whole unless it is damaged there as well.
    """
    folder = settings.landing / dataset
    times = len(list(folder.glob(f"{ASIDE}{name}*")))
    aside = folder / f"{ASIDE}{name}{f'-{times + 1}' if times else ''}"
    (folder / name).rename(aside)
    flush_to_disk(folder)
    return aside


def aside(settings: Settings) -> list[Path]:
    """Damaged deliveries that were put aside, of all datasets."""
    return sorted(settings.landing.glob(f"*/{ASIDE}*"))


def find(settings: Settings, dataset: str, name: str) -> Delivery:
    """A delivery by its folder name; `DeliveryRefused` when there is none of that name, or no longer."""
    folder = settings.landing / dataset
    if name not in (known := _names(settings, folder)):
        raise DeliveryRefused(
            f"There is no delivery {name} of {dataset} in {folder}.",
            remedy=f"Choose from: {', '.join(known[-5:])}." if known else f"Run `veiligheidsbeeld extract {dataset}`.",
        )
    return Delivery(folder / name, settings)


def latest(settings: Settings, dataset: str) -> Delivery | None:
    """The newest delivery of a dataset that can be opened, or None."""
    return next(newest_first(settings, dataset), None)


def _names(settings: Settings, folder: Path) -> list[str]:
    """Names of the finished deliveries, oldest first (names sort by age)."""
    shared.look(settings, folder)
    if not folder.is_dir():
        return []
    return sorted(p.name for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))


def pack(body: bytes) -> bytes:
    """zstd level 1, in one frame that carries its own size."""
    return _ZSTD.compress(body, asbytes=True)


def unpack(packed: bytes, size: int | None = None) -> bytes:
    """The inverse of `pack`; `size` (bytes) saves a pass when it is known."""
    if size is not None:
        return _ZSTD.decompress(packed, decompressed_size=size, asbytes=True)
    with pa.CompressedInputStream(pa.BufferReader(packed), "zstd") as stream:
        return stream.read()


class Workbench:
    """The delivery under construction (`.bezig`) of one dataset; one process at a time."""

    def __init__(self, settings: Settings, dataset: str) -> None:
        self.settings, self.dataset = settings, dataset
        self.folder = settings.landing / dataset
        self.busy = self.folder / BUSY

    @contextmanager
    def locked(self) -> Iterator[Workbench]:
        """Holds the dataset for this process; the lock falls with the process, however that dies."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with alone(self.folder / ".slot", f"Dataset {self.dataset} is being extracted"):
            yield self

    def put_damaged_aside(self) -> list[Path]:
        """Puts aside the newest deliveries, as far as they cannot be opened.

        Those before one that can be opened were followed by it: years of manifests are not read at every look.
        """
        newest = reversed(_names(self.settings, self.folder))
        unread = takewhile(lambda name: opened(self.settings, self.dataset, name) is None, newest)
        return [put_aside(self.settings, self.dataset, name) for name in list(unread)]

    def begin(self, plan: bytes) -> bool:
        """Opens the workbench for `plan`; True when pages of the very same plan are there to go on with."""
        marker = self.busy / "plan.json"
        if marker.is_file() and marker.read_bytes() == plan:
            return True
        self.discard()
        (self.busy / "pages").mkdir(parents=True)
        (self.busy / "codes").mkdir()
        write_file(marker, plan)
        return False

    def discard(self) -> None:
        if self.busy.exists():
            shutil.rmtree(self.busy)

    def page_file(self, part: str, number: int) -> str:
        return f"pages/{part}-{number:04d}.json.zst"

    def put(self, file: str, body: bytes) -> None:
        """Writes one reply at once: whole under its name or not there; `complete` flushes it to disk."""
        write_file(self.busy / file, pack(body), flush=False)

    def get(self, file: str) -> bytes:
        """A reply written earlier; raises OSError or ArrowException when it is not there or not whole."""
        return unpack((self.busy / file).read_bytes())

    def drop_pages(self, part: str, start: int = 1) -> None:
        """Removes the pages of a part from number `start` on (they are fetched again)."""
        while (path := self.busy / self.page_file(part, start)).exists():
            path.unlink()
            start += 1

    def complete(self, manifest: Manifest) -> Delivery:
        """Turns the workbench into a delivery: flush everything, manifest last, then one rename."""
        kept = {p.bestand for d in manifest.delen for p in d.paginas}
        kept |= {*manifest.codelijsten.values(), *manifest.metagegevens.values()}
        for path in [p for p in self.busy.rglob("*") if p.is_file()]:
            if str(path.relative_to(self.busy)) not in kept and path.name != "plan.json":
                path.unlink()
                continue
            flush_to_disk(path)
            path.chmod(0o444)
        write_json(self.busy / MANIFEST, manifest)
        (self.busy / MANIFEST).chmod(0o444)
        (self.busy / "plan.json").unlink()
        for folder in (self.busy / "pages", self.busy / "codes", self.busy):
            flush_to_disk(folder)
        target = self.folder / self._name(manifest.inhoud_sha256)
        self.busy.rename(target)
        flush_to_disk(self.folder)
        shared.look(self.settings, self.folder)
        return Delivery(target, self.settings)

    def _name(self, sha256: str) -> str:
        """Names sort by age, also when two deliveries fall in one second or the clock was set back."""
        moment = datetime.now(UTC)
        if known := [
            *_names(self.settings, self.folder),
            *(p.name.removeprefix(ASIDE) for p in self.folder.glob(f"{ASIDE}*")),
        ]:
            newest = datetime.strptime(max(known).split("-")[0], _STAMP).replace(tzinfo=UTC)
            moment = max(moment, newest + timedelta(seconds=1))
        return f"{moment.strftime(_STAMP)}-{sha256[:8]}"

    def seen(self) -> dict:
        """What `remember_seen` kept; empty when nothing was."""
        path = self.folder / SEEN
        return msgspec.json.decode(path.read_bytes()) if path.exists() else {}

    def remember_seen(self, facts: dict) -> None:
        """Keeps the source state that was read in full and brought no new content."""
        write_file(self.folder / SEEN, msgspec.json.encode(facts))
