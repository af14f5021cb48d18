"""The drop folder: any fsspec address, read and never written. What is complete comes out, copied once and hashed.

In a folder of this machine only regular files below their sender's own folder are opened: a link may lead to anything,
and a pipe never ends.

Credentials come from the environment: of the protocol itself (AWS_*), or as fsspec reads them (FSSPEC_SFTP_PASSWORD).
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import fsspec
from fsspec.implementations.local import LocalFileSystem

from veiligheidsbeeld.errors import ConfigurationError, SourceError
from veiligheidsbeeld.files.naming import is_temporary
from veiligheidsbeeld.settings import Settings

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Found:
    """A file as it was seen: `path` is `<leverancier>/<name>`, `address` where it stands, without credentials.

    `regular` is False for a link, a pipe, a device, or a name that is no text: it is told and never opened.
    """

    path: str
    address: str
    size: int
    modified: datetime
    regular: bool = True

    @property
    def state(self) -> list[str | int]:
        """What must stay the same for the file to be the same, as JSON keeps it."""
        return [self.size, self.modified.isoformat()]


def leave(found: Found, target: Path) -> str:
    """Keeps nothing of what is refused unread; gives a digest of how it was seen, so that it is told once."""
    target.touch(mode=0o600)
    return hashlib.sha256(repr(found.state).encode()).hexdigest()


class Drop:
    """A folder with a folder per sender."""

    def __init__(self, address: str) -> None:
        self.fs, self.root = _filesystem(address)
        self.root = self.root.rstrip("/")
        self._here = type(self.fs) is LocalFileSystem

    def look(self) -> list[Found]:
        """Every file that is not a temporary one, oldest first; an absent folder is an empty one."""
        self.fs.invalidate_cache()
        try:
            if self._here:
                return sorted(self._local(Path(self.root)), key=lambda f: (f.modified, f.path))
            entries = self.fs.find(self.root, detail=True) if self.fs.exists(self.root) else {}
        except Exception as error:
            raise _unreachable(self.root, error) from error
        found = [
            self._found(path, info)
            for path, info in entries.items()
            if not any(is_temporary(part) for part in path[len(self.root) :].strip("/").split("/"))
        ]
        return sorted(found, key=lambda f: (f.modified, f.path))

    def _local(self, folder: Path) -> Iterator[Found]:
        """Everything below a folder of this machine, without following a link."""
        if not folder.is_dir():
            return
        with os.scandir(folder) as entries:
            for entry in entries:
                if is_temporary(entry.name):
                    continue
                if entry.is_dir(follow_symlinks=False) and _is_text(entry.name):
                    yield from self._local(Path(entry.path))
                else:
                    yield self._seen(entry.path, entry.stat(follow_symlinks=False))

    def _seen(self, path: str, seen: os.stat_result) -> Found:
        relative = os.path.relpath(path, self.root)
        shown = os.fsencode(relative).decode("utf-8", "backslashreplace")
        regular = stat.S_ISREG(seen.st_mode) and shown == relative and self._inside(path)
        moment = datetime.fromtimestamp(seen.st_mtime, UTC)
        return Found(shown, _shown(f"{self.fs.unstrip_protocol(self.root)}/{shown}"), seen.st_size, moment, regular)

    def _inside(self, path: str) -> bool:
        """Whether a path lies where it seems to: in the folder of its sender, by no link."""
        return os.path.realpath(path) == str(Path(os.path.realpath(self.root)) / os.path.relpath(path, self.root))

    def one(self, path: str) -> Found:
        """The file at `<leverancier>/<name>`; `ConfigurationError` when there is none."""
        full = f"{self.root}/{path}"
        try:
            if self._here:
                return self._seen(full, os.lstat(full))
            return self._found(full, self.fs.info(full))
        except FileNotFoundError as error:
            raise ConfigurationError(
                f"There is no file at {_shown(self.fs.unstrip_protocol(full))}.",
                remedy="Give the full address, with the folder of the sender: <folder>/GM1234/<register>_2025.csv.",
            ) from error

    def _found(self, path: str, info: dict[str, Any]) -> Found:
        """As another filesystem tells it: what is no file there (a link), or has no size, is not opened."""
        relative = path[len(self.root) :].strip("/")
        regular = info.get("type", "file") == "file" and info.get("size") is not None
        address, size = _shown(self.fs.unstrip_protocol(path)), int(info.get("size") or 0)
        return Found(relative, address, size, self._modified(path, info), regular)

    def _modified(self, path: str, info: dict[str, Any]) -> datetime:
        for name in ("mtime", "LastModified", "last_modified", "modified", "created"):
            if (moment := info.get(name)) is not None:
                break
        else:
            moment = self.fs.modified(path)
        if isinstance(moment, int | float):
            return datetime.fromtimestamp(moment, UTC)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def copy(self, found: Found, target: Path) -> str | None:
        """Copies a file to `target` (mode 600) and gives its sha256; None when it changed meanwhile, or is gone."""
        path = f"{self.root}/{found.path}"
        target.touch(mode=0o600)
        try:
            with self._open(path) as source, target.open("wb") as copy:
                digest, size = _pour(source, copy, found.size)
            self.fs.invalidate_cache()
            after = self.one(found.path)
        except (FileNotFoundError, ConfigurationError, _NotRegular):
            return None
        except Exception as error:
            raise _unreachable(found.address, error) from error
        return digest if after == found and size == found.size else None

    def _open(self, path: str) -> BinaryIO:
        """Opens a file; on this machine only what is still a regular one, whatever was put in its place meanwhile."""
        if not self._here:
            return self.fs.open(path, "rb")
        try:
            number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            raise _NotRegular from error
        if not stat.S_ISREG(os.fstat(number).st_mode) or not self._inside(path):
            os.close(number)
            raise _NotRegular
        return os.fdopen(number, "rb")


class _NotRegular(Exception):
    """What was seen as a file is none any more."""


def _is_text(name: str) -> bool:
    return os.fsencode(name).decode("utf-8", "backslashreplace") == name


def drop_of(settings: Settings) -> Drop:
    """The drop folder. One that was configured must be there, or a misspelt address would look like a quiet week; an
    object store is not asked, because it has no empty folders."""
    drop = Drop(settings.drop)
    if settings.environ.get("VB_DROP") and isinstance(drop.fs, LocalFileSystem) and not drop.fs.isdir(drop.root):
        raise ConfigurationError(
            f"The drop folder {settings.drop} (VB_DROP) is not there.", remedy="Make it, mount it, or correct VB_DROP."
        )
    return drop


def attached(addresses: list[str]) -> Iterator[tuple[Drop, Found]]:
    """Files named one by one: the folder that each stands in is that of its sender."""
    for address in addresses:
        folder, _, name = address.rpartition("/")
        parent, _, sender = folder.rpartition("/")
        drop = Drop(parent or "/")
        yield drop, drop.one(f"{sender}/{name}")


def _filesystem(address: str) -> tuple[Any, str]:
    try:
        return fsspec.core.url_to_fs(address)
    except ImportError as error:
        raise ConfigurationError(
            f"The drop folder {_shown(address)} needs a package that is not installed: {error}.",
            remedy="Install it beside the project (s3fs for s3://, paramiko for sftp://).",
        ) from error
    except ValueError as error:
        raise ConfigurationError(
            f"The drop folder {_shown(address)} is not an address: {error}.", remedy="Mend VB_DROP."
        ) from error
    except Exception as error:
        raise _unreachable(address, error) from error


def _pour(source: BinaryIO, target: BinaryIO, most: int) -> tuple[str, int]:
    """Copies until the end, or until more came than was seen: what still grows, or never ends, is not kept."""
    digest, size = hashlib.sha256(), 0
    while size <= most and (block := source.read(_BLOCK)):
        digest.update(block)
        size += target.write(block)
    return digest.hexdigest(), size


def _shown(address: str) -> str:
    """An address without the user and password that it may carry."""
    return re.sub(r"(?<=://)[^/@]*@", "", address)


def _unreachable(address: str, error: Exception) -> SourceError:
    return SourceError(
        f"The drop folder {_shown(address)} cannot be read: {type(error).__name__}.",
        remedy="See whether it is reachable and whether its credentials (environment) are right; the next run tries.",
    )
