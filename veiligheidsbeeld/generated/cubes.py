"""What dbt is told of the cube contracts: a list of datasets with what they measure, and a staging model per table that
is measured by its contract."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from veiligheidsbeeld.contracts.cube import CubeContract, Series, per_inhabitants
from veiligheidsbeeld.contracts.themes import theme_codes
from veiligheidsbeeld.generated import sources, text

_STAGING = "dbt_project/models/staging/kubussen"
_MODEL = """\
-- {header}
-- noqa: disable=LT02
-- Series of {table}: a row per kind, age group, region and year, as published.
with cellen as (
    select cellen.*{existed}
    from {{{{ source('raw', '{name}_cellen') }}}} as cellen
    where {{{{ bekend('cellen') }}}}
)

select
    '{name}' as dataset,
    reeks.nr,
    reeks.soort,
    {age},
    cellen.{region} as regio_code,
    cellen.jaar::integer as jaar,
    {value},
    reeks.relatief,
    {status} as status_waarde,
    {rate_status} as status_relatief,
    cellen.levering_van as levering_id
from cellen
{joins}cross join lateral (
    values
{series}
) as reeks (nr, soort, waarde, relatief)
where cellen.periode_soort = 'JJ'{where}
"""
# Without a reason of the source: a region without any figure in a year was none.
_EXISTED = ", count(cellen.{first}) over (partition by cellen.{region}, cellen.jaar) > 0 as bestond"
_AGES = """\
left join {{{{ ref('stg_leeftijdscode') }}}} as leeftijd
    on leeftijd.dataset = '{name}' and leeftijd.dimensie = '{dimension}' and cellen.{column} = leeftijd.code
"""
_BOUND = """\
inner join {{{{ ref('stg_koppeling') }}}} as koppeling
    on koppeling.dataset = '{name}' and koppeling.dimensie = '{dimension}' and cellen.{column} = koppeling.code
"""
_MACRO = """\
{{#- {header} -#}}
-- noqa: disable=all
{{#- Per dataset of a source: its table, what it should hold, its series, and the indicators that are made of them. -#}}
{{% macro datasets() -%}}
{{{{ return({{
{datasets}
}}) }}}}
{{%- endmacro %}}
"""


def files(cubes: Collection[CubeContract]) -> dict[str, str]:
    """Contents per file, by its path in the project."""
    found = {"dbt_project/macros/datasets.sql": macro(cubes)}
    found["dbt_project/seeds/indicator_kenmerk.csv"] = text.table(row for c in cubes for row in _traits(c))
    for contract in cubes:
        if contract.soorten:
            key = contract.sleutels[0].kolom
            found[f"dbt_project/seeds/{key}.csv"] = text.table(_kinds(contract))
        if contract.reeksen:
            found[f"{_STAGING}/{model_name(contract)}.sql"] = model(contract)
            found[f"{_STAGING}/{model_name(contract)}.yml"] = description(contract)
    return found


def model_name(contract: CubeContract) -> str:
    return f"stg_{contract.naam.replace('_', '__', 1)}"


def macro(cubes: Collection[CubeContract]) -> str:
    """A macro with what a contract says of its dataset, for the models that take all of them together."""
    listed = ",\n".join(f"    {json.dumps(c.naam)}: {_facts(c)}" for c in cubes)
    return _MACRO.format(header=text.header(""), datasets=listed)


def _facts(contract: CubeContract) -> str:
    facts: dict[str, Any] = {
        "tabel": contract.bron.tabel,
        "familie": contract.familie,
        "schaal": contract.schaal,
        "titel": contract.titel,
    }
    lines = [f"{json.dumps(k)}: {_jinja(v)}" for k, v in facts.items()]
    lists = {
        "niveaus": [{"niveau": n, "periode_soort": p} for n in contract.niveaus for p in contract.periodes],
        "reeksen": list(_series(contract)),
        "indicatoren": list(_indicators(contract)),
    }
    if contract.reeksen:
        lines.append(f'"model": {_jinja(model_name(contract))}')
    for name, rows in lists.items():
        listed = "".join(f"\n            {_jinja(row)}," for row in rows)
        lines.append(f"{json.dumps(name)}: [{listed}{chr(10) + '        ' if rows else ''}]")
    return "{\n        " + ",\n        ".join(lines) + "\n    }"


def _series(contract: CubeContract) -> Iterator[dict[str, Any]]:
    ages = contract.key_with("leeftijd")
    for number, series in enumerate(contract.reeksen, 1):
        measure = contract.maat(series.maat)
        yield {
            "soort": series.soort,
            "naam": series.naam,
            "volgorde": number,
            "totaal": series.totaal,
            "eenheid": measure.eenheid,
            "per": per_inhabitants(contract.maat(series.relatief)) if series.relatief else None,
            "afronding": measure.afronding,
            "leeftijd_totaal": (ages.totaal_is if ages else None) or "totaal",
        }


def _indicators(contract: CubeContract) -> Iterator[dict[str, Any]]:
    codes = theme_codes()
    for indicator in contract.indicatoren:
        first, *others = [codes[theme] for theme in indicator.themas]
        yield {
            "indicator_code": indicator.code,
            "soort": indicator.soort,
            "leeftijdsgroep": indicator.leeftijdsgroep,
            "naam": indicator.naam,
            "definitie": indicator.definitie,
            "eenheid": indicator.eenheid,
            "jeugd": indicator.doelgroep_jeugd,
            "ruimtelijk_principe": indicator.ruimtelijk_principe,
            "richting": indicator.richting,
            "inspanningsafhankelijk": indicator.inspanningsafhankelijk,
            "vng_thema": indicator.veiligheidsthema,
            "caveat": indicator.toelichting,
            "eigenaar": contract.eigenaar.title,
            "mart_prim": first,
            "mart_ook": ",".join(others) or None,
        }


def _kinds(contract: CubeContract) -> Iterator[dict[str, Any]]:
    """Codes of what a table counts, with where they are shown."""
    codes, counted = theme_codes(), any(kind.klassen for kind in contract.soorten)
    for kind in contract.soorten:
        first, *others = [codes[theme] for theme in kind.themas] or ["CTX"]
        yield {
            "soort": kind.soort,
            "titel": kind.titel,
            **({"mk_codes": ",".join(kind.klassen)} if counted else {"omschrijving": kind.omschrijving}),
            "mart_prim": first,
            "mart_ook": ",".join(others),
            **({"inspanning": int(kind.inspanningsafhankelijk)} if counted else {}),
        }


def _traits(contract: CubeContract) -> Iterator[dict[str, Any]]:
    """What does not follow from the source of the indicators that are codes of a table."""
    for kind in contract.soorten:
        yield {
            "indicator_code": f"{contract.voorvoegsel}-{kind.soort}",
            "familie": contract.familie,
            "soort": kind.soort,
            "naam_afwijkend": kind.naam,
            "richting": kind.richting,
            "ruimtelijk_principe": kind.ruimtelijk_principe,
            "leeftijdsgroep": kind.leeftijdsgroep,
            "jeugd": str(kind.doelgroep_jeugd).lower(),
            "alleen_jaar": str(kind.alleen_jaar).lower(),
            "veiligheidsthema": kind.veiligheidsthema,
            "caveat": kind.toelichting,
        }


def model(contract: CubeContract) -> str:
    """SQL of a table: its current cells, crossed with its series."""
    ages, measures = contract.key_with("leeftijd"), contract.key_with("maat")
    keys = [(ages, _AGES), (measures, _BOUND)]
    joins = "".join(t.format(name=contract.naam, dimension=k.bron, column=k.kolom) for k, t in keys if k)
    return _MODEL.format(
        header=text.header(f"{contract.naam}.yml"),
        table=contract.bron.tabel,
        name=contract.naam,
        region=contract.regio_kolom,
        existed=""
        if contract.kenmerk
        else _EXISTED.format(first=contract.reeksen[0].maat, region=contract.regio_kolom),
        age="leeftijd.leeftijdsgroep" if ages else "'totaal' as leeftijdsgroep",
        value="koppeling.schaal * reeks.waarde as waarde" if measures else "reeks.waarde",
        status=_status("reeks.waarde", contract),
        rate_status=_status("reeks.relatief", contract),
        joins=joins,
        series=",\n".join(_row(n, s) for n, s in enumerate(contract.reeksen, 1)),
        where=" and reeks.soort = koppeling.betekenis" if measures else "",
    )


def _row(number: int, series: Series) -> str:
    rate = f"cellen.{series.relatief}" if series.relatief else "null"
    return f"    ({number}, '{series.soort}', cellen.{series.maat}::double precision, {rate}::double precision)"


def _status(value: str, contract: CubeContract) -> str:
    if contract.kenmerk:
        return f"{{{{ status_van_kenmerk('{value}', 'cellen.kenmerk') }}}}"
    return f"{{{{ status_van_cel('{value}', 'not cellen.bestond') }}}}"


def description(contract: CubeContract) -> str:
    """YAML beside the model: the source with its owner and freshness, and the model."""
    staging: dict[str, Any] = {
        "name": model_name(contract),
        "description": f"{contract.titel} ({contract.bron.tabel}): een rij per soort, leeftijdsgroep, regio en jaar.",
        "config": {"meta": {"eigenaar": contract.eigenaar.title}},
    }
    if not contract.key_with("leeftijd"):
        # Ages that no indicator asks for have no group.
        staging["data_tests"] = [{"sleutel": {"arguments": {"kolommen": ["soort", "regio_code", "jaar"]}}}]
    content: Mapping[str, Any] = {
        "sources": [{"name": "raw", "tables": [sources.dataset(contract)]}],
        "models": [staging],
    }
    return text.document(f"{contract.naam}.yml", content)


def _jinja(value: Any) -> str:
    """A literal of the template language; texts of a contract hold no tag of it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)}: {_jinja(v)}" for k, v in value.items()) + "}"
    return "none" if value is None else json.dumps(value, ensure_ascii=False)
