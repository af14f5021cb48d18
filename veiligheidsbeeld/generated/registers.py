"""What dbt must know of the register contracts: sources, SQL of the measures, and a seed of their indicators.

`python -m veiligheidsbeeld.generated.registers` writes the files; a test says when they are out of date.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from veiligheidsbeeld.contracts.families import Place, places
from veiligheidsbeeld.contracts.register import Indicator, RegisterContract, load_registers
from veiligheidsbeeld.contracts.themes import theme_codes
from veiligheidsbeeld.registers import ddl
from veiligheidsbeeld.settings import PROJECT
from veiligheidsbeeld.warehouse import comments

HEADER = "Generated from contracts/registers/ by `python -m veiligheidsbeeld.generated.registers`; do not edit."
_UNITS = {"aantal": "gevallen in het register", "kilogram": "kilogram", "uren": "uren", "procent": "procent"}
_HOW = {
    "telling": "Aantal volgens {datum}",
    "aandeel": "Aandeel in procenten, volgens {datum}",
    "p50": "Mediaan van het aantal dagen van {datum} tot {tot}",
    "p90": "90e percentiel van het aantal dagen van {datum} tot {tot}",
    "lopend": "Aantal dat loopt op de laatste dag van de periode, van {datum} tot {tot}",
    "stand": "Laatst bekende stand op de laatste dag van de periode, volgens {datum}",
    "dekking": "Aandeel in procenten van gemeenten (of organisaties) waar het op de laatste dag van de periode geldt",
}
# What retention leaves of every register.
_COUNTS = ("register_geteld", "register_telling")


def files(project: Path, registers: Mapping[str, RegisterContract]) -> dict[Path, str]:
    """Contents per file."""
    dbt = project / "dbt_project"
    return {
        dbt / "models" / "staging" / "registers" / "_registers.yml": models(registers),
        dbt / "macros" / "register_maten.sql": macros(registers),
        dbt / "seeds" / "registers" / "register_indicator.csv": seed(registers),
    }


def write(project: Path = PROJECT, folder: Path | None = None) -> list[Path]:
    """Brings the files up to date; returns those that changed."""
    registers = load_registers(folder or project / "contracts" / "registers")
    changed = []
    for path, text in files(project, registers).items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def models(registers: Mapping[str, RegisterContract]) -> str:
    """Sources and staging models with their descriptions."""
    columns = {
        "register": "register",
        "indicator_code": "indicator_code",
        "rij": "rij_register",
        "gemeente_code": "gemeente_code",
        "buurt_code": "buurt_code",
        "datum": "datum_gebeurtenis",
        "tot": "tot_gebeurtenis",
        "n": "n_gebeurtenis",
        "waarde": "waarde_gebeurtenis",
        "per": "per_gebeurtenis",
        "levering_id": "levering_id",
    }
    described = _described({c: f"{{{{ doc('{doc}') }}}}" for c, doc in columns.items()})
    document: dict[str, Any] = {
        "version": 2,
        "sources": [
            {
                "name": "raw",
                "schema": "raw",
                "description": "Leveringen met historie, gevuld door veiligheidsbeeld.cubes.",
                "config": {"meta": {"eigenaar": "data-engineering"}},
                "tables": [*(_table(c) for c in registers.values()), *map(_count_table, _COUNTS)],
            }
        ],
        "models": [
            {
                "name": f"stg_register__{c.naam}",
                "description": f"Gebeurtenissen uit het register {c.titel}: een rij per registratie en indicator.",
                "config": {"meta": {"eigenaar": f"{c.eigenaar.functie} ({c.eigenaar.organisatie})"}},
                "columns": described,
            }
            for c in registers.values()
        ],
    }
    return f"# {HEADER}\n" + yaml.dump(document, sort_keys=False, allow_unicode=True, width=110, Dumper=_Plain)


class _Plain(yaml.SafeDumper):
    """Repeated lists are written out: anchors in generated text help nobody."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _table(contract: RegisterContract) -> dict[str, Any]:
    return {
        "name": contract.naam,
        "description": f"{contract.titel}. {contract.omschrijving} Een rij: {contract.korrel}, alle versies.",
        "config": {
            "meta": {
                "eigenaar": f"{contract.eigenaar.functie} ({contract.eigenaar.organisatie})",
                "contact": contract.eigenaar.contact,
                "dataset": contract.naam,
                "wettelijk_kader": contract.wettelijk_kader,
            }
        },
        "columns": _described(ddl.descriptions(contract)),
    }


def _count_table(name: str) -> dict[str, Any]:
    title, columns = comments.of_table(f"raw.{name}")
    return {"name": name, "description": f"{title}.", "columns": _described(columns)}


def _described(columns: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "description": text} for name, text in columns.items()]


def macros(registers: Mapping[str, RegisterContract]) -> str:
    """Macros with the names of the registers and, per register, the SQL of each measure."""
    lines = [f"{{#- {HEADER} -#}}", "-- noqa: disable=LT02", "{% macro register_maten() -%}", "{%- set maten = {"]
    for contract in registers.values():
        lines.append(f"    {json.dumps(contract.naam)}: {{")
        lines.append(f'        "buurt": {json.dumps(neighbourhood(contract))},')
        lines.append('        "maten": [')
        for indicator in contract.indicatoren:
            parts = {"code": indicator.code, **expressions(indicator)}
            lines.append("            {" + ", ".join(f"{json.dumps(k)}: {_jinja(v)}" for k, v in parts.items()) + "},")
        lines += ["        ],", "    },"]
    return "\n".join([*lines, "} -%}", "{{ return(maten) }}", "{%- endmacro %}", ""])


def expressions(indicator: Indicator) -> dict[str, str]:
    """SQL over the columns of a row: whether it counts, when, how much (`waarde`) and on how many cases (`n`)."""
    teller = f"({indicator.teller})::double precision" if indicator.teller else "1"
    noemer = f"({indicator.noemer})::double precision" if indicator.noemer else "1"
    n, waarde = noemer, teller
    if indicator.berekening in ("telling", "stand") and indicator.eenheid == "aantal":
        n = teller
    if indicator.berekening in ("p50", "p90"):
        waarde = f"({indicator.tot}) - ({indicator.datum})"
    return {
        "waar": indicator.waar or "true",
        "datum": indicator.datum,
        "tot": indicator.tot or "null",
        "n": n,
        "waarde": waarde,
        "per": indicator.per or "null",
    }


def seed(registers: Mapping[str, RegisterContract]) -> str:
    """One row per indicator: what readers must know of it, and how it is computed and hidden."""
    out = io.StringIO()
    rows = [_row(c, i, place) for c in registers.values() for i, place in zip(c.indicatoren, places(c), strict=True)]
    header = list(_row(*_any(registers))) if not rows else list(rows[0])
    writer = csv.DictWriter(out, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _any(registers: Mapping[str, RegisterContract]) -> Any:
    raise ValueError("no register has an indicator")


def _row(contract: RegisterContract, indicator: Indicator, place: Place) -> dict[str, Any]:
    codes = theme_codes()
    first, *others = [codes[t] for t in indicator.themas]
    how = _HOW[indicator.berekening].format(datum=indicator.datum, tot=indicator.tot)
    condition = f", waar {indicator.waar}" if indicator.waar else ""
    return {
        "indicator_code": indicator.code,
        "register": contract.naam,
        "naam": indicator.naam,
        "definitie": f"{how}{condition}. Register: {contract.titel} ({contract.korrel}).",
        "berekening": indicator.berekening,
        "frequentie": contract.frequentie,
        "eenheid": indicator.eenheid,
        "eenheid_naam": _UNITS.get(indicator.eenheid, indicator.eenheid),
        "heeft_noemer": _bool(bool(indicator.noemer)),
        "per_organisatie": _bool(indicator.per == "organisatie"),
        "familie": place.family,
        "familie_nr": place.number,
        "familie_leden": place.size,
        "basis": _bool(place.base),
        "min_cel": contract.min_cel,
        "mart_prim": first,
        "mart_ook": ",".join(others),
        "veiligheidsthema": indicator.veiligheidsthema,
        "richting": indicator.richting,
        "inspanningsafhankelijk": _bool(indicator.inspanningsafhankelijk),
        "jeugd": _bool(indicator.doelgroep_jeugd),
        "leeftijdsgroep": indicator.leeftijdsgroep,
        "ruimtelijk_principe": indicator.ruimtelijk_principe,
        "wijk_en_buurt": _bool(indicator.wijk_en_buurt),
        "caveat": indicator.toelichting,
        "eigenaar": f"{contract.eigenaar.functie} ({contract.eigenaar.organisatie})",
    }


def neighbourhood(contract: RegisterContract) -> str:
    """SQL of the neighbourhood that a row is about."""
    return next((c.naam for c in contract.opgenomen if c.type == "buurt"), "null")


def _jinja(text: str) -> str:
    """A Jinja string literal; SQL of a contract never opens a Jinja tag."""
    if re.search(r"\{[{%#]", text):
        raise ValueError(f"SQL of a measure may not hold Jinja: {text}")
    return json.dumps(text, ensure_ascii=False)


def _bool(value: bool) -> str:
    return str(value).lower()


def _changed(paths: Iterable[Path]) -> str:
    return ", ".join(p.name for p in paths) or "all up to date"


if __name__ == "__main__":
    print(f"Registers in dbt: {_changed(write())}")
