"""Files that follow from the contracts and are kept in the repository, so that their changes can be read and reviewed.

`python -m veiligheidsbeeld.generated` writes all of them; a test says when they are out of date. A file that no
contract asks for any more is removed: it is known by the first words of its first line.
"""

from __future__ import annotations

from pathlib import Path

from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.contracts.reading import CUBES, REGISTERS, own_folder
from veiligheidsbeeld.contracts.register import load_registers
from veiligheidsbeeld.generated import cubes, registers, sources
from veiligheidsbeeld.generated.text import MARK
from veiligheidsbeeld.region import Region
from veiligheidsbeeld.settings import PROJECT

# Where a file may stand that nobody asks for any more.
_PLACES = ("dbt_project/models", "dbt_project/macros")


def rendered(project: Path = PROJECT, region: Region | None = None) -> dict[Path, str]:
    """Contents per file, from the contracts of that project; with a region, from those that it brings as well."""

    def folders(folder: Path) -> list[Path]:
        return [project / folder.relative_to(PROJECT), *([own_folder(folder, region)] if region else [])]

    tables = load_cubes(*folders(CUBES)).values()
    parts = (sources.files(tables), cubes.files(tables), registers.files(load_registers(*folders(REGISTERS)).values()))
    return {project / name: text for part in parts for name, text in part.items()}


def left_over(project: Path, wanted: dict[Path, str]) -> list[Path]:
    """Generated files that no contract asks for."""
    present = (path for place in _PLACES for path in (project / place).rglob("*") if path.is_file())
    return [path for path in present if path not in wanted and MARK in _first_line(path)]


def write(project: Path = PROJECT) -> list[Path]:
    """Brings the files up to date; returns those that were written or removed."""
    wanted = rendered(project)
    changed = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
    gone = left_over(project, wanted)
    for path in gone:
        path.unlink()
    return changed + gone


def _first_line(path: Path) -> str:
    with path.open(encoding="utf-8") as stream:
        return stream.readline()
