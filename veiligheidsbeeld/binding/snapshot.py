"""What is known of each source table: its metadata as somebody saw it, kept in `contracts/metadata/<table>/`; of a
table of which the region has the contract, in that folder of the region.

A table without such a snapshot of the real source is `niet_geverifieerd`, and so is everything made from it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from veiligheidsbeeld.binding.titles import shown
from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.contracts.head import CONTRACTS, Strict
from veiligheidsbeeld.contracts.reading import own_files, own_folder
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.region import active

FOLDER = CONTRACTS / "metadata"
FILE = "metadata.json"


class SeenMeasure(Strict):
    """A measure as it was seen; what nobody saw is null. `stam`: name of the v3 column without its number."""

    code: str | None = None
    pad: list[str]
    eenheid: str | None = None
    stam: str | None = None


class SeenDimension(Strict):
    """A dimension: either its whole code list, or (regions, periods) the forms that its codes have."""

    soort: str = "Dimension"
    breedte: int | None = None
    codes: dict[str, str] | None = None
    vormen: list[str] | None = None


class Snapshot(Strict):
    """Metadata of one table at one moment.

    `zekerheid`: `opname` (recorded reply of the table), `vermeld` (stated by who read the table) or `afgeleid` (from a
    sister table, or put together from what others show of the table): the last does not verify anything.
    """

    tabel: str
    titel: str
    host: str
    protocol: Literal["odata_v3", "odata_v4"]
    zekerheid: Literal["opname", "vermeld", "afgeleid"]
    herkomst: str
    gezien: str
    status: str = "Regulier"
    maten: list[SeenMeasure] = Field(default_factory=list)
    dimensies: dict[str, SeenDimension] = Field(default_factory=dict)

    @property
    def verified(self) -> bool:
        return self.zekerheid != "afgeleid"

    @property
    def paths(self) -> list[str]:
        return [shown(m.pad) for m in self.maten]


def load(table: str, folder: Path | None = None) -> Snapshot | None:
    """The snapshot of a table, or None; `ConfigurationError` when the file is not one."""
    return _load((folder or _folder(table)) / table / FILE)


def _folder(table: str) -> Path:
    region = active()
    own = {path.stem for path in own_files(region)}
    mine = own and any(cube.bron.tabel == table for name, cube in load_cubes().items() if name in own)
    return own_folder(FOLDER, region) if mine else FOLDER


@cache
def _load(path: Path) -> Snapshot | None:
    if not path.exists():
        return None
    try:
        return Snapshot.model_validate_json(path.read_bytes())
    except ValueError as error:
        raise ConfigurationError(
            f"{path} is no snapshot: {error}.", remedy="Restore it, or accept a new one."
        ) from error


def verified(table: str) -> bool:
    """Whether the real source of this table was ever seen."""
    found = load(table)
    return found is not None and found.verified


def write(snapshot: Snapshot, folder: Path | None = None) -> Path:
    """Keeps a snapshot in its one form, a line per code, so that a difference can be read."""
    path = (folder or _folder(snapshot.tabel)) / snapshot.tabel / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    content: Mapping = snapshot.model_dump(exclude_defaults=True, exclude_none=True)
    path.write_text(_lines(content), encoding="utf-8")
    _load.cache_clear()
    return path


def _lines(content: Mapping) -> str:
    measures = content.get("maten", [])
    head = {k: v for k, v in content.items() if k != "maten"}
    text = json.dumps(head, ensure_ascii=False, indent=1)
    if not measures:
        return text + "\n"
    listed = ",\n".join("  " + json.dumps(m, ensure_ascii=False) for m in measures)
    return text[:-2] + f',\n "maten": [\n{listed}\n ]\n}}\n'
