"""Generated cubes on disk, so that only the first start generates: arrays memory-mapped, the rest as JSON."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from sandbox.sample import facts
from sandbox.source_server.cube import Cube
from veiligheidsbeeld.binding import aliases, snapshot

_ARRAYS = ("values", "attributes")
_PLAIN = ("identifier", "host", "protocol", "info", "dimensions", "codes", "measures", "data_properties", "texts")


@cache
def fingerprint() -> str:
    """Hash of the generator and of everything it reads: a cube made by other code is made again."""
    digest = blake2b(digest_size=16)
    here = Path(__file__).parent
    seeds = [facts.SEEDS / f"soort_{kind}.csv" for kind in ("misdrijf", "overlast")]
    seeds += sorted(facts.SEEDS.glob("enquete/*.csv"))
    seeds += sorted(aliases.FOLDER.glob("*.yml")) + sorted(snapshot.FOLDER.glob("*/*.json"))
    for path in (*sorted(here.glob("*.py")), *sorted(here.glob("data/*.csv")), *seeds):
        digest.update(path.read_bytes())
    digest.update(np.__version__.encode())
    return digest.hexdigest()


def load_or_make(folder: Path, make: Callable[[], Cube]) -> Cube:
    """The cube kept in `folder`, or a new one from `make` that is kept there first (atomically)."""
    if (kept := _load(folder)) is None:
        _save(folder, make())
        kept = _load(folder)
    if kept is None:
        raise RuntimeError(f"the sample cube just written to {folder} cannot be read back")
    return kept


def _load(folder: Path) -> Cube | None:
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        if meta.pop("fingerprint") != fingerprint():
            return None
        arrays: dict[str, Any] = {
            kind: {m: np.load(folder / f"{kind}-{m}.npy", mmap_mode="r") for m in meta["measures"]}
            for kind in meta.pop("arrays")
        }
        meta["texts"] = {topic: (dimension, texts) for topic, (dimension, texts) in meta["texts"].items()}
    except (FileNotFoundError, ValueError, KeyError):  # never made, or an unfinished or foreign folder
        return None
    return Cube(**meta, **arrays)


def _save(folder: Path, cube: Cube) -> None:
    """Writes beside `folder` and renames, so that another process sees all of a cube or nothing."""
    making = folder.with_name(f".{folder.name}-{os.getpid()}")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    arrays = [kind for kind in _ARRAYS if getattr(cube, kind) is not None]
    for kind in arrays:
        for measure, array in getattr(cube, kind).items():
            np.save(making / f"{kind}-{measure}.npy", array)
    meta = {name: getattr(cube, name) for name in _PLAIN}
    (making / "meta.json").write_text(
        json.dumps({**meta, "arrays": arrays, "fingerprint": fingerprint()}, ensure_ascii=False), encoding="utf-8"
    )
    if folder.exists():
        outdated = folder.with_name(f".{folder.name}-{os.getpid()}-old")
        folder.rename(outdated)
        shutil.rmtree(outdated, ignore_errors=True)
    try:
        making.rename(folder)
    except OSError:  # another process was first; what it made is the same
        shutil.rmtree(making, ignore_errors=True)
