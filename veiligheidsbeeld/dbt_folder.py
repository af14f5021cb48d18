"""The folder that dbt is run in: the dbt project and the region's folder, side by side as links.

dbt takes seeds from its own folder only: it writes what it made of a file to the same path below its target, and a path
that leads out of the project would lead back to the file itself. Several copies can work for different regions.

What follows from contracts that the region brings (`generated`) is of that region alone. The parts of the project that
it belongs in are then folders of the home, with a link per file of the project and what was generated between them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from veiligheidsbeeld import generated
from veiligheidsbeeld.contracts.reading import own_files
from veiligheidsbeeld.region import Region

REGION = "regio"
# Beside the folder, one per state of project and contracts.
OWN = "eigen"


def dbt_folder(folder: Path, project: Path, region: Region) -> Path:
    """Makes or renews `folder`: a link per part of the dbt project of `project`, and `regio` to the region's folder."""
    source = project / "dbt_project"
    wanted = {path.name: path for path in source.iterdir() if path.name not in ("target", "logs")}
    wanted[REGION] = region.folder
    folder.mkdir(parents=True, exist_ok=True)
    made = folder.parent / OWN
    if own := _own(project, region):
        parts = sorted({name.parts[0] for name in own})
        made /= _state(source, parts, own)
        _make(made, source, parts, own)
        wanted |= {part: made / part for part in parts}
    for link in folder.iterdir():
        if link.is_symlink() and link.name not in wanted:
            link.unlink()
    for name, path in wanted.items():
        link = folder / name
        if not link.is_symlink() or link.readlink() != path:
            beside = folder / f".{name}.{os.getpid()}.{id(wanted)}"
            beside.symlink_to(path)
            beside.replace(link)
    for old in (folder.parent / OWN).glob("[!.]*"):
        if old != made:
            shutil.rmtree(old, ignore_errors=True)
    return folder


def _own(project: Path, region: Region) -> dict[Path, str]:
    """Text per file of the dbt project that is another, or new, by the contracts of the region."""
    if not own_files(region):
        return {}
    usual = generated.rendered(project)
    found = generated.rendered(project, region)
    return {p.relative_to(project / "dbt_project"): text for p, text in found.items() if usual.get(p) != text}


def _state(source: Path, parts: list[str], own: dict[Path, str]) -> str:
    """Names what such folders hold: the files of the project, and the texts of the region's own."""
    names = sorted(str(path) for part in parts for path in (source / part).rglob("*"))
    return hashlib.sha256(repr((str(source), names, sorted(own.items()))).encode()).hexdigest()[:16]


def _link(path: str, link: str) -> None:
    Path(link).symlink_to(path)


def _make(made: Path, source: Path, parts: list[str], own: dict[Path, str]) -> None:
    """Makes the folders, unless they are there; whole or not at all, because another process may be at it as well."""
    if made.is_dir():
        return
    beside = made.with_name(f".{made.name}.{os.getpid()}.{id(own)}")
    for part in parts:
        # dbt follows a link to a file, and none to a folder within a part.
        shutil.copytree(source / part, beside / part, copy_function=_link)
    for name, text in own.items():
        path = beside / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_text(text, encoding="utf-8")
    try:
        beside.rename(made)
    except OSError:
        if not made.is_dir():
            raise
        shutil.rmtree(beside)
