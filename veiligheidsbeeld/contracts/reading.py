"""A YAML file becomes a contract, or is refused by name: which file, which field, and what to do.

Contracts stand in folders of the product, and in those of the same names in the folder of a region
(`own_folder`): what a region measures that nobody else does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from veiligheidsbeeld.contracts.head import CONTRACTS, Contract, Strict
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.region import Region, active

# Every DAG parse and every task reads contracts; written in C the reader takes a ninth of the time.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What somebody was to fill in. Jinja as well: texts of a contract reach the dbt project, which would run it.
_MARK = re.compile(r"<[A-Za-z][^<>]*>|\bTODO\b|\{[{%#]")
# Where contracts stand, by kind: tables of sources, registers, the survey. A region has the first two of its own.
CUBES, REGISTERS, SURVEYS = CONTRACTS, CONTRACTS / "registers", CONTRACTS / "enquete"
# Tables of raw that are of no contract (a test compares them with the database).
BOOKS = frozenset({"codelijst", "levering", "register_geteld", "register_telling", "vm_schatting", "vm_verschil"})
_UNKNOWN = "is not a field of a contract of this kind: remove it, or correct its name"

_Strict = TypeVar("_Strict", bound=Strict)
_Model = TypeVar("_Model", bound=Contract)


def read_contract(path: Path, model: type[_Model]) -> _Model:
    """One contract of any kind; raises `ConfigurationError` naming file and every field that is wrong."""
    contract = read_model(path, model)
    if path.stem != contract.naam:
        raise _refused(path, [f"naam: is {contract.naam!r}, and must be the name of the file"])
    return contract


def read_model(path: Path, model: type[_Strict]) -> _Strict:
    """A YAML file as a model, refused by file and field when it is not one."""
    try:
        content = yaml.load(path.read_bytes(), Loader=_LOADER)  # noqa: S506 - both are safe
    except yaml.YAMLError as error:
        raise _refused(path, [_where(error, path)]) from error
    if issubclass(model, Contract) and (marks := _marks(content)):
        raise _refused(path, marks)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise _refused(path, [_fault(e["type"], e["loc"], e["msg"]) for e in error.errors()]) from error


def own_folder(folder: Path, region: Region) -> Path:
    """Where the region has its own of what stands in that folder of the product."""
    return region.folder / CONTRACTS.name / folder.relative_to(CONTRACTS)


def own_files(region: Region) -> list[Path]:
    """The contracts that a region brings."""
    return [path for folder in (CUBES, REGISTERS) for path in sorted(own_folder(folder, region).glob("*.yml"))]


def with_own(folder: Path) -> tuple[Path, Path]:
    """A folder of the product, and that of the active region."""
    return folder, own_folder(folder, active())


def names_in(*folders: Path) -> list[str]:
    """The contracts of folders as `read_contracts` names them, without reading one."""
    return [path.stem for folder in folders for path in sorted(folder.glob("*.yml"))]


def read_contracts(folders: tuple[Path, ...], model: type[_Model]) -> dict[str, _Model]:
    """All contracts of the folders by name, sorted in each. After the first they are a region's: none has a name that
    the product has."""
    found: dict[str, _Model] = {}
    for number, folder in enumerate(folders):
        for path in sorted(folder.glob("*.yml")):
            if number:
                _fits(path)
            found[path.stem] = read_contract(path, model)
    return found


def strays(region: Region) -> list[Path]:
    """What stands among the contracts of a region and is read as none."""
    folder = own_folder(CONTRACTS, region)
    read = {*own_files(region), *(folder / "koppelingen").glob("*.yml")}
    return sorted(path for path in folder.rglob("*") if path.suffix in (".yml", ".yaml") and path not in read)


def _fits(path: Path) -> None:
    """Refuses a contract of a region that takes a name of the product, or stands in the folder of another kind."""
    if path.parent.name == CONTRACTS.name and re.search(rb"^kolommen:", path.read_bytes(), re.MULTILINE):
        raise ConfigurationError(
            f"{path} is the contract of a register, among those of tables.",
            remedy=f"Move it to {path.parent.name}/{REGISTERS.name}/ of the region.",
        )
    taken = {p.stem: p for folder in (CUBES, REGISTERS, SURVEYS) for p in folder.glob("*.yml")}
    other = taken.get(path.stem.removesuffix("_cellen"))
    if other or path.stem in BOOKS:
        whose = f"the contract {other}" if other else f"the table raw.{path.stem}"
        raise ConfigurationError(
            f"{path}: the name {path.stem} is that of {whose}.",
            remedy="Give the contract of the region a name of its own, as `naam` and as the name of the file.",
        )


def _refused(path: Path, faults: list[str]) -> ConfigurationError:
    where = f"{path.parent.name}/{path.name}" if CONTRACTS in path.parents else path
    return ConfigurationError(
        f"Contract {path.name} is not valid: {'; '.join(faults)}.",
        remedy=f"Mend {'this field' if len(faults) == 1 else 'these fields'} of {where}.",
    )


def _fault(kind: str, location: tuple[int | str, ...], message: str) -> str:
    field = ".".join(map(str, location)) or "the contract"
    return f"{field}: {_UNKNOWN if kind == 'extra_forbidden' else message.removeprefix('Value error, ')}"


def _where(error: yaml.YAMLError, path: Path) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return f"no YAML ({error})"
    line = path.read_text(encoding="utf-8", errors="replace").splitlines()[mark.line : mark.line + 1]
    field = (line[0].split(":")[0].strip(" -{") if line else "") or "the contract"
    todo = "a mark that still has to be filled in" if line and _MARK.search(line[0]) else getattr(error, "problem", "")
    return f"{field} (line {mark.line + 1}): {todo or 'no YAML'}"


def _marks(content: Any) -> list[str]:
    """Only in what people write themselves: titles of a source may hold anything, and reach nothing that runs them."""
    return [f"{at}: {text!r} still has to be filled in" for at, text in _texts(content) if _MARK.search(text)]


def _texts(content: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Every text with the path of its field."""
    if isinstance(content, str):
        yield at or "the contract", content
    elif isinstance(content, dict):
        for key, value in content.items():
            yield from _texts(value, f"{at}.{key}".lstrip("."))
    elif isinstance(content, list):
        for number, value in enumerate(content):
            yield from _texts(value, f"{at}.{number}")
