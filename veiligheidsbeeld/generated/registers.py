"""What dbt is told of the register contracts: a staging model and its YAML per register, and a seed of all measures."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from veiligheidsbeeld.contracts.expressions import columns_used, expressions, neighbourhood
from veiligheidsbeeld.contracts.families import Place, places, whole
from veiligheidsbeeld.contracts.measures import VALUE, both
from veiligheidsbeeld.contracts.register import MEASURED_LISTS, Indicator, RegisterContract
from veiligheidsbeeld.contracts.themes import theme_codes
from veiligheidsbeeld.generated import text
from veiligheidsbeeld.registers import ddl
from veiligheidsbeeld.registers.counts import SUMMED

_STAGING = "dbt_project/models/staging/registers"
_UNITS = {"aantal": "gevallen in het register", "kilogram": "kilogram", "uren": "uren", "procent": "procent"}
_HOW = {
    "telling": "Aantal volgens {datum}",
    "aandeel": "Aandeel in procenten, volgens {datum}",
    "p50": "Mediaan van het aantal dagen van {datum} tot {tot}; wat nog loopt telt mee (Kaplan-Meier)",
    "p90": "90e percentiel van het aantal dagen van {datum} tot {tot}; wat nog loopt telt mee (Kaplan-Meier)",
    "lopend": "Aantal dat loopt op de laatste dag van de periode, van {datum} tot {tot}",
    "stand": "Laatst bekende stand op de laatste dag van de periode, volgens {datum}",
    "dekking": "Aandeel in procenten van gemeenten (of organisaties) waar het op de laatste dag van de periode geldt",
}
_MODEL = """\
-- {header}
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{{{ source('raw', '{name}') }}}} as rij
    where {{{{ bekend('rij') }}}}
)

select
    '{name}' as register,
    maat.indicator_code,
    rijen.levering_van || ' ' || coalesce(rijen.werkblad, '') || ' ' || rijen.rijnummer || ' ' || rijen.bestand as rij,
    rijen.gemeente as gemeente_code,
    {neighbourhood}::text as buurt_code,
    maat.datum::date as datum,
    maat.tot::date as tot,
    maat.n::double precision as n,
    maat.waarde::double precision as waarde,
    maat.per::text as per,
    rijen.levering_van as levering_id
from rijen
cross join lateral (
    values
{measures}
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
"""
_NAMES = """\
{{#- {header} -#}}
{{#- Names of the registers that have a contract. -#}}
{{% macro registers() -%}}
    {{{{ return([
{names}
    ]) }}}}
{{%- endmacro %}}
"""


def files(registers: Collection[RegisterContract]) -> dict[str, str]:
    """Contents per file, by its path in the project."""
    found = {
        "dbt_project/macros/registers.sql": names(registers),
        "dbt_project/seeds/registers/register_indicator.csv": seed(registers),
    }
    for contract in registers:
        found[f"{_STAGING}/stg_register__{contract.naam}.sql"] = model(contract)
        found[f"{_STAGING}/stg_register__{contract.naam}.yml"] = description(contract)
    return found


def names(registers: Collection[RegisterContract]) -> str:
    """A macro that lists the registers, for the model that takes them all together."""
    listed = "\n".join(f"        '{contract.naam}'," for contract in registers)
    return _NAMES.format(header=text.header("registers/"), names=listed)


def model(contract: RegisterContract) -> str:
    """SQL of a register: its current rows, crossed with its measures."""
    return _MODEL.format(
        header=text.header(f"registers/{contract.naam}.yml"),
        name=contract.naam,
        neighbourhood=f"rijen.{place}" if (place := neighbourhood(contract)) != "null" else place,
        measures=",\n".join(_measure(indicator) for indicator in contract.indicatoren),
    )


def description(contract: RegisterContract) -> str:
    """YAML beside the model: the source with its owner and ground, and the model."""
    owner = contract.eigenaar.title
    source = {
        "name": contract.naam,
        "description": f"{contract.titel}. {contract.omschrijving} Een rij: {contract.korrel}, alle versies.",
        "config": {
            "meta": {
                "eigenaar": owner,
                "contact": contract.eigenaar.contact,
                "dataset": contract.naam,
                "wettelijk_kader": contract.wettelijk_kader,
            }
        },
        "columns": text.columns(ddl.descriptions(contract)),
    }
    staging = {
        "name": f"stg_register__{contract.naam}",
        "description": f"Gebeurtenissen uit het register {contract.titel}: een rij per registratie en indicator.",
        "config": {"meta": {"eigenaar": owner}},
    }
    content = {"sources": [{"name": "raw", "tables": [source]}], "models": [staging]}
    return text.document(f"registers/{contract.naam}.yml", content)


def _measure(indicator: Indicator) -> str:
    """A row of values: on one line when it fits, else with its condition on lines of its own."""
    part = {name: text.literal(" ".join(sql.split())) for name, sql in expressions(indicator).items()}
    values = [f"{part[name]}," for name in ("code", "datum", "tot", "n", "waarde", "per")]
    if len(line := f"    ({' '.join(values)} {part['waar']})") < text.WIDTH:
        return line
    # Broken before `and` and `or`, never inside a text between quotes.
    condition = re.split(r" (?=(?:and|or) (?:[^']*'[^']*')*[^']*$)", part["waar"])
    return "\n".join(["    (", *_lines(values), *_lines(condition), "    )"])


def _lines(words: Iterable[str]) -> Iterator[str]:
    """The words on as few lines as hold them."""
    line = ""
    for word in words:
        if line and len(line) + len(word) + 9 >= text.WIDTH:
            yield f"        {line}"
            line = ""
        line = f"{line} {word}".lstrip()
    yield f"        {line}"


def seed(registers: Collection[RegisterContract]) -> str:
    """One row per indicator: what readers must know of it, and how it is computed and hidden."""
    return text.table(_row(c, i, place) for c in registers for i, place in zip(c.indicatoren, places(c), strict=True))


def _row(contract: RegisterContract, indicator: Indicator, place: Place) -> dict[str, Any]:
    codes = theme_codes()
    first, *others = [codes[t] for t in indicator.themas]
    how = _HOW[indicator.berekening].format(datum=indicator.datum, tot=indicator.tot)
    followed = f", van zaken die {indicator.volgtijd} dagen gevolgd zijn" if indicator.volgtijd else ""
    column, word = indicator.per_row or ("", "")
    where = both(indicator.waar, f"{column} = '{VALUE}'") if column else indicator.waar
    condition = f", waar {where}" if where else ""
    of_list, value = (str(contract.kolom(column).waarden_uit), "") if column else _of_region(contract, indicator)
    return {
        "indicator_code": indicator.code,
        "register": contract.naam,
        "naam": indicator.naam,
        "definitie": f"{how}{followed}{condition}.{_unseen(contract, indicator)} Register: {contract.titel}"
        f" ({contract.korrel}).",
        "berekening": indicator.berekening,
        "frequentie": contract.frequentie,
        "eenheid": indicator.eenheid,
        "eenheid_naam": _UNITS.get(indicator.eenheid, indicator.eenheid),
        "heeft_noemer": _bool(bool(indicator.noemer)),
        "per_organisatie": _bool(indicator.per == "organisatie"),
        "volgtijd": indicator.volgtijd or "",
        "familie": place.family,
        "familie_nr": place.number,
        "familie_leden": place.size,
        "indeling": place.division or "",
        "basis": _bool(place.base),
        "geheel": whole(contract, indicator) or "",
        "min_cel": contract.minimum(indicator),
        "eigen": _bool(contract.own_counts),
        "per_gebied": _bool(contract.per_area(indicator, place.base)),
        "mart_prim": first,
        "mart_ook": ",".join(others),
        "veiligheidsthema": indicator.veiligheidsthema,
        "richting": indicator.richting,
        "inspanningsafhankelijk": _bool(indicator.inspanningsafhankelijk),
        "jeugd": _bool(indicator.doelgroep_jeugd),
        "leeftijdsgroep": indicator.leeftijdsgroep,
        "ruimtelijk_principe": indicator.ruimtelijk_principe,
        "wijk_en_buurt": _bool(indicator.wijk_en_buurt),
        "regiolijst": of_list,
        "regiomaat": word,
        "regiowaarde": value,
        "kolommen": ",".join(columns_used(contract, indicator)),
        "buurtkolom": next((c.naam for c in contract.opgenomen if c.type == "buurt"), ""),
        "caveat": indicator.toelichting,
        "eigenaar": contract.eigenaar.title,
    }


def _unseen(contract: RegisterContract, indicator: Indicator) -> str:
    """Which cases a measure misses that follows them to a later day than that of the period of a file."""
    if indicator.berekening == "lopend":
        term = contract.bewaartermijn.raw_dagen
        older = f", of ouder dan {term} dagen (bewaartermijn)," if term else ""
    elif indicator.berekening in SUMMED and indicator.datum != contract.scope_datum:
        older = ""
    else:
        return ""
    return f" Zaken van voor de eerste aangeleverde maand{older} tellen niet mee."


def _of_region(contract: RegisterContract, indicator: Indicator) -> tuple[str, str]:
    """The list of the region and the one value of it that an indicator is about: without it there, it is not shown."""
    lists = {c.naam: c.waarden_uit for c in contract.kolommen if c.waarden_uit in MEASURED_LISTS}
    named = [(str(seed), v) for c, seed in lists.items() for v in re.findall(rf"\b{c} = '(\w+)'", indicator.waar or "")]
    return named[0] if len(named) == 1 else ("", "")


def _bool(value: bool) -> str:
    return str(value).lower()
