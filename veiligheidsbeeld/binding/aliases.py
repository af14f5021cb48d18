"""Alias files: what people decided that a title of a source means. One YAML per dataset, without the source's codes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import yaml
from pydantic import Field, model_validator

from veiligheidsbeeld.binding.titles import unit
from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.contracts.head import CONTRACTS, Strict
from veiligheidsbeeld.contracts.reading import own_files, own_folder, read_model
from veiligheidsbeeld.region import active

FOLDER = CONTRACTS / "koppelingen"

_HEADER = """\
# Which titles of the source stand for what. No codes of the source: those are found at load time by these titles.
# A path is the titles of the groups with the own title last; fewer titles than the source has are its end.
# Reviewed by people; `veiligheidsbeeld contracts accept <file>` brings a completed proposal in here.
"""


class Alias(Strict):
    """A path of titles and what it means; `ook` are other paths that mean the same (exactly one may be there)."""

    pad: list[str] = Field(min_length=1)
    ook: list[list[str]] = Field(default_factory=list)
    betekent: str

    @property
    def paths(self) -> list[list[str]]:
        return [self.pad, *self.ook]


class MeasureAlias(Alias):
    """A measure: its unit is part of what binds it. `schaal` is what a value is multiplied by."""

    eenheid: str
    schaal: float = 1
    verplicht: bool = True
    minimum: float | None = 0
    maximum: float | None = None

    @property
    def largest(self) -> float | None:
        """The largest value that can be: what the file says, and of a percentage no more than all."""
        return 100.0 if self.maximum is None and unit(self.eenheid) == "procent" else self.maximum


class Aliases(Strict):
    """All that is bound by title in one dataset.

    `kenmerken`: per dimension which codes stand for what; `gebieden`: the dimension whose police areas bind by title.
    """

    dataset: str
    maten: list[MeasureAlias] = Field(default_factory=list)
    kenmerken: dict[str, list[Alias]] = Field(default_factory=dict)
    gebieden: str | None = None

    @model_validator(mode="after")
    def _one_meaning(self) -> Aliases:
        every: dict[str, Sequence[Alias]] = {"Measure": self.maten, **self.kenmerken}
        for kind, aliases in every.items():
            meanings = [a.betekent for a in aliases]
            if twice := sorted({m for m in meanings if meanings.count(m) > 1}):
                raise ValueError(f"{kind}: more than one path for {', '.join(twice)}; write the others under `ook`")
        return self


def load_aliases(dataset: str, folder: Path | None = None) -> Aliases | None:
    """The aliases of a dataset: its file, or the titles in its contract; None when it is bound by columns and codes."""
    return _load((folder or _folder(dataset)) / f"{dataset}.yml")


@cache
def _load(path: Path) -> Aliases | None:
    return read_model(path, Aliases) if path.exists() else _of_contract(path.stem)


def _folder(dataset: str) -> Path:
    """Where the file of a dataset stands: beside its contract, which may be the region's."""
    region = active()
    own = any(path.stem == dataset for path in own_files(region))
    return own_folder(FOLDER, region) if own else FOLDER


def _of_contract(dataset: str) -> Aliases | None:
    """A contract that names the titles of what it measures needs no file beside it, until the source renames one."""
    contract = load_cubes().get(dataset)
    if not contract or not contract.key_with("maat"):
        return None
    return Aliases(
        dataset=dataset,
        maten=[
            MeasureAlias(pad=s.pad, betekent=s.soort, eenheid=contract.maat(s.maat).eenheid) for s in contract.reeksen
        ],
    )


def write_aliases(aliases: Aliases, folder: Path | None = None) -> Path:
    """Writes the alias file of a dataset in its one form; returns its path."""
    path = (folder or _folder(aliases.dataset)) / f"{aliases.dataset}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = aliases.model_dump(exclude_defaults=True)
    path.write_text(
        _HEADER + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None),
        encoding="utf-8",
    )
    _load.cache_clear()
    return path
