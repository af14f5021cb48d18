"""What a dataset is: one YAML per dataset under `contracts/`, read, checked and given as an object.

`head` holds what every dataset says; `cube` describes a table of a source (OData), `register` a file of a municipality
or partner, `survey` the respondents' file; `measures` and `families` say what is counted, `themes` where it is shown.
Raw DDL, column types, checks, code lists, grants, docs and the DAGs are derived from these models.
"""

from __future__ import annotations

from veiligheidsbeeld.contracts.cube import CUBES, CubeContract, get_cube, load_cubes
from veiligheidsbeeld.contracts.head import Contract, Owner
from veiligheidsbeeld.contracts.reading import names_in
from veiligheidsbeeld.contracts.register import REGISTERS, RegisterContract, get_register, load_registers
from veiligheidsbeeld.contracts.survey import SURVEYS, SurveyContract, load_survey
from veiligheidsbeeld.errors import ConfigurationError

__all__ = [
    "Contract",
    "CubeContract",
    "Owner",
    "RegisterContract",
    "SurveyContract",
    "contract_names",
    "get_contract",
    "get_cube",
    "get_register",
    "load_contracts",
    "load_cubes",
    "load_dropped",
    "load_registers",
    "load_survey",
]


def load_contracts() -> dict[str, Contract]:
    """Every dataset by name: tables of sources, registers, and the survey."""
    survey = load_survey()
    return {**load_cubes(), **load_registers(), survey.naam: survey}


def load_dropped() -> dict[str, Contract]:
    """Those of them that arrive as files in the drop folder."""
    return {name: contract for name, contract in load_contracts().items() if contract.kind != "cube"}


def get_contract(name: str) -> Contract:
    """One dataset of any kind by name; `ConfigurationError` lists the known names otherwise."""
    contracts = load_contracts()
    if name not in contracts:
        raise ConfigurationError(f"Unknown dataset {name!r}.", remedy=f"Choose one of: {', '.join(contracts)}.")
    return contracts[name]


def contract_names() -> list[str]:
    """The names of `load_contracts` in its order, without reading a file: asked at every parse of a DAG."""
    return [name for folder in (CUBES, REGISTERS, SURVEYS) for name in names_in(folder)]
