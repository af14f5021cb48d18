"""How landing writes and reads: a file is whole under its name or not there, and one process at a time brings it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from veiligheidsbeeld.errors import ConfigurationError, DeliveryDamaged

MANIFEST = "manifest.json"

_Manifest = TypeVar("_Manifest", bound=msgspec.Struct)


def write_file(path: Path, content: bytes, *, flush: bool = True) -> None:
    """Writes through a temporary name and a rename, so that a reader meets the whole file or none."""
    temporary = path.with_name(f"{path.name}.deel")
    with temporary.open("wb") as file:
        file.write(content)
        if flush:
            file.flush()
            os.fsync(file.fileno())
    temporary.replace(path)


def write_json(path: Path, content: msgspec.Struct) -> None:
    """The same, of what people may want to read."""
    write_file(path, msgspec.json.format(msgspec.json.encode(content), indent=1))


def flush_to_disk(path: Path) -> None:
    """A file's content, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_manifest(folder: Path, kind: type[_Manifest], *, again: str) -> _Manifest:
    """What stands beside a delivery; `DeliveryDamaged` without it. `again` says how the delivery can be had anew."""
    try:
        return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError) as error:
        raise DeliveryDamaged(
            f"The delivery in {folder} has no readable manifest: {error}.",
            remedy=f"Restore the folder from a backup, or move it away and {again} with --force.",
        ) from error


@contextmanager
def alone(slot: Path, busy: str) -> Iterator[None]:
    """Holds a lock that falls with the process, however that dies; `busy` says what another one is doing."""
    with slot.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ConfigurationError(
                f"{busy} by another process (lock {slot}).",
                remedy="Wait until that run has ended, then start again.",
            ) from error
        yield
