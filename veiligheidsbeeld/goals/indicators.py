"""Names of all indicators that plans can be measured with, whatever measures them, and of sums of them."""

from __future__ import annotations

from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.contracts.register import load_registers
from veiligheidsbeeld.contracts.survey import load_survey
from veiligheidsbeeld.goals.plans import read_seed


def indicator_names() -> dict[str, str]:
    """Code and Dutch name of every indicator."""
    return _cubes() | _registers() | _survey() | sum_names()


def sum_names() -> dict[str, str]:
    """Sums of indicators: those of the plans, and the groups of crimes."""
    found = {r["som_code"]: r["naam"] for r in read_seed("indicator_som")}
    return found | {f"SOM-{r['groep_code']}": r["groep_naam"] for r in read_seed("misdrijfgroep")}


def origins() -> dict[str, frozenset[str]]:
    """Per indicator where its figures come from: a table that a source publishes (`open`), answers of respondents
    (`enquete`), files of registers (`register`); of a sum, those of its parts."""
    published = _published()
    found = dict.fromkeys(_cubes(), frozenset({"open"}))
    found |= dict.fromkeys(_registers(), frozenset({"register"}))
    found |= {code: frozenset({"open" if code in published else "enquete"}) for code in _survey()}
    for row in read_seed("indicator_som"):
        found[row["som_code"]] = found.get(row["som_code"], frozenset()) | found[row["indicator_code"]]
    return found | {f"SOM-{r['groep_code']}": frozenset({"open"}) for r in read_seed("misdrijfgroep")}


def _cubes() -> dict[str, str]:
    cubes = load_cubes().values()
    kinds = {f"{cube.voorvoegsel}-{k.soort}": k.naam or k.titel for cube in cubes for k in cube.soorten}
    return kinds | {i.code: i.naam for cube in cubes for i in cube.indicatoren}


def _registers() -> dict[str, str]:
    return {i.code: i.naam for register in load_registers().values() for i in register.of_region}


def _published() -> dict[str, str]:
    """What the source publishes of the survey itself."""
    measures = {m["maat"]: m["naam"] for m in read_seed("vm_maat")}
    return {
        f"VM-{delict['delict']}-{measure}": _survey_name(delict["naam"], label)
        for delict in read_seed("vm_delict")
        for measure, label in measures.items()
        if delict["blok"] != "eigen" and (measure == "BEL") == (delict["blok"] in ("beleving", "gepubliceerd"))
    }


def _survey() -> dict[str, str]:
    names = _published()
    names |= {i.code: i.name[:1].upper() + i.name[1:] for i in load_survey().indicators if i.code not in names}
    bands = {r["leeftijdsgroep"]: r["naam"] for r in read_seed("leeftijdsgroep")}
    for band in load_survey().leeftijdsgroepen:
        label = bands.get(band, f"{band} jaar").lower()
        names |= {f"{code}-{band}": f"{name} ({label})" for code, name in names.items() if code.count("-") == 2}
    return names


def _survey_name(subject: str, measure: str) -> str:
    return subject if measure == "beleving" else f"{subject}: {measure}"
