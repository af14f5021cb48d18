"""What a dataset is: one YAML per dataset under `contracts/`, of the product or of the region, read, checked and given
as an object.

`head` holds what every dataset says; `cube` describes a table of a source (OData), `register` a file of a municipality
or partner, `survey` the respondents' file; `measures` and `families` say what is counted, `themes` where it is shown.
Raw DDL, column types, checks, code lists, grants, docs and the DAGs are derived from these models.
"""

from __future__ import annotations

from veiligheidsbeeld.contracts.cube import CubeContract, get_cube, load_cubes
from veiligheidsbeeld.contracts.head import Contract, Owner
from veiligheidsbeeld.contracts.reading import CUBES, REGISTERS, SURVEYS, names_in, own_files, with_own
from veiligheidsbeeld.contracts.register import RegisterContract, get_register, load_registers
from veiligheidsbeeld.contracts.survey import SurveyContract, load_survey
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.region import active

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
    """Every dataset by name: tables of sources, registers, and the survey; those that the region brings with them."""
    survey, cubes, registers = load_survey(), load_cubes(), load_registers()
    if own := [path.stem for path in own_files(active())]:
        _refuse_taken(own, cubes, registers, survey)
    return {**cubes, **registers, survey.naam: survey}


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
    return names_in(*with_own(CUBES), *with_own(REGISTERS), SURVEYS)


def _refuse_taken(
    own: list[str], cubes: dict[str, CubeContract], registers: dict[str, RegisterContract], survey: SurveyContract
) -> None:
    """Contracts of the region of which one has the name of another, or an indicator the code of one of another kind."""
    codes = {i.code: survey.naam for i in survey.indicators}
    for name, cube in cubes.items():
        codes |= dict.fromkeys([i.code for i in cube.indicatoren], name)
        codes |= dict.fromkeys([f"{cube.voorvoegsel}-{kind.soort}" for kind in cube.soorten], name)
    twice = [f"the name {name} twice" for name in cubes.keys() & registers.keys()]
    for name, register in registers.items():
        both = sorted({i.code for i in register.indicatoren} & codes.keys())
        twice += [f"the indicator {code} in {name} and in {codes[code]}" for code in both]
    if twice:
        raise ConfigurationError(
            f"The contracts of the region ({', '.join(own)}) leave {'; '.join(twice)}.",
            remedy="Give the contract of the region, and each of its indicators, a name of its own.",
        )
