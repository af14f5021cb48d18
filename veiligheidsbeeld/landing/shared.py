"""A landing that hosts share: a store behind the landing of each of them (`VB_LANDING`, any address that fsspec knows).

Every host works in its own landing. A delivery goes up when it is complete, its manifest last: in the store it is there
when its manifest is. What another host brought comes down, its manifest when deliveries are listed and the rest when it
is read. Both are done again until they are done, so a host that dies in between leaves nothing half.

Only replies of sources are shared. Dropped files may hold personal data until they were searched: one host takes them.

Credentials come from the environment, as for the drop folder (AWS_*, AWS_ENDPOINT_URL).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from veiligheidsbeeld.errors import ConfigurationError, SourceError
from veiligheidsbeeld.landing.durable import MANIFEST, write_file
from veiligheidsbeeld.settings import Settings

SETTING = "VB_LANDING"


def look(settings: Settings, folder: Path) -> None:
    """Deliveries of a dataset (its folder in landing) are known here and in the store alike."""
    with _store(settings) as store:
        if store is None:
            return
        here, there = _complete(folder), set(store.deliveries(folder))
        for name in there - here:
            store.down(folder / name / MANIFEST)
        for name in here - there:
            store.up(folder / name)


def bring(settings: Settings, file: Path) -> None:
    """A file of a delivery that another host brought; nothing when there is no store, or it is not in it."""
    with _store(settings) as store:
        if store is not None:
            store.down(file)


class _Store:
    def __init__(self, fs: Any, root: str, landing: Path, *, of_folders: bool) -> None:
        self.fs, self.root, self.landing, self.of_folders = fs, root.rstrip("/"), landing, of_folders

    def deliveries(self, folder: Path) -> Iterator[str]:
        """Names of those that are complete."""
        self.fs.invalidate_cache()
        for path in self.fs.glob(f"{self._at(folder)}/*/{MANIFEST}"):
            yield path.split("/")[-2]

    def up(self, delivery: Path) -> None:
        files = [path for path in delivery.rglob("*") if path.is_file()]
        # A folder has to be there, an address that is misspelt not to be made: neither store nor mount.
        if self.of_folders and self.fs.isdir(self.root):
            for folder in {path.parent for path in files}:
                self.fs.makedirs(self._at(folder), exist_ok=True)
        for path in sorted(files, key=lambda p: (p.name == MANIFEST, p)):
            self.fs.put_file(str(path), self._at(path))

    def down(self, file: Path) -> None:
        try:
            content = self.fs.cat_file(self._at(file))
        except FileNotFoundError:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        write_file(file, content)
        file.chmod(0o444)

    def _at(self, path: Path) -> str:
        return f"{self.root}/{path.relative_to(self.landing).as_posix()}"


def _complete(folder: Path) -> set[str]:
    return {path.parent.name for path in folder.glob(f"*/{MANIFEST}") if not path.parent.name.startswith(".")}


@contextmanager
def _store(settings: Settings) -> Iterator[_Store | None]:
    """The store, if there is one; what goes wrong with it is told with its address."""
    address = settings.environ.get(SETTING)
    if not address:
        yield None
        return
    import fsspec  # a moment that only those pay who have such a store
    from fsspec.implementations.local import LocalFileSystem

    try:
        fs, root = fsspec.core.url_to_fs(address)
        yield _Store(fs, root, settings.landing, of_folders=isinstance(fs, LocalFileSystem))
    except (ImportError, ValueError) as error:
        raise ConfigurationError(
            f"The shared landing {address} ({SETTING}) cannot be used: {error}.",
            remedy="Correct the address, or install what it needs (s3fs for s3://).",
        ) from error
    except Exception as error:
        raise SourceError(
            f"The shared landing {address} ({SETTING}) cannot be reached: {type(error).__name__}: {error}.",
            remedy="See whether it is there and whether its credentials (environment) are right, then run again.",
        ) from error
