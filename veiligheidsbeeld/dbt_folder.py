"""The folder that dbt is run in: the dbt project and the region's folder, side by side as links.

dbt takes seeds from its own folder only: it writes what it made of a file to the same path below its target, and a path
that leads out of the project would lead back to the file itself. Several copies can work for different regions.
"""

from __future__ import annotations

import os
from pathlib import Path

from veiligheidsbeeld.region import Region

REGION = "regio"


def dbt_folder(folder: Path, project: Path, region: Region) -> Path:
    """Makes or renews `folder`: a link per part of the dbt project of `project`, and `regio` to the region's folder."""
    wanted = {path.name: path for path in (project / "dbt_project").iterdir() if path.name not in ("target", "logs")}
    wanted[REGION] = region.folder
    folder.mkdir(parents=True, exist_ok=True)
    for link in folder.iterdir():
        if link.is_symlink() and link.name not in wanted:
            link.unlink()
    for name, path in wanted.items():
        link = folder / name
        if not link.is_symlink() or link.readlink() != path:
            beside = folder / f".{name}.{os.getpid()}.{id(wanted)}"
            beside.symlink_to(path)
            beside.replace(link)
    return folder
