"""A YAML file becomes a contract, or is refused by name: which file, which field, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from veiligheidsbeeld.contracts.head import Contract, Strict
from veiligheidsbeeld.errors import ConfigurationError

# Every DAG parse and every task reads contracts; written in C the reader takes a ninth of the time.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What somebody was to fill in. Jinja as well: texts of a contract reach the dbt project, which would run it.
_MARK = re.compile(r"<[A-Za-z][^<>]*>|\bTODO\b|\{[{%#]")
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


def names_in(folder: Path) -> list[str]:
    """The contracts of a folder as `read_contracts` names them, without reading one."""
    return [path.stem for path in sorted(folder.glob("*.yml"))]


def read_contracts(folder: Path, model: type[_Model]) -> dict[str, _Model]:
    """All contracts of a folder by name, sorted."""
    return {path.stem: read_contract(path, model) for path in sorted(folder.glob("*.yml"))}


def _refused(path: Path, faults: list[str]) -> ConfigurationError:
    return ConfigurationError(
        f"Contract {path.name} is not valid: {'; '.join(faults)}.",
        remedy=f"Mend {'this field' if len(faults) == 1 else 'these fields'} of {path.parent.name}/{path.name}.",
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
