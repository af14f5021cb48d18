"""Documentation that follows from the contracts: the dbt source `raw`.

Tables of registers and those that their contract measures stand beside their models (registers.py, cubes.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from veiligheidsbeeld.contracts.cube import CubeContract
from veiligheidsbeeld.cubes import ddl
from veiligheidsbeeld.generated import text
from veiligheidsbeeld.survey import tables as survey_tables
from veiligheidsbeeld.warehouse import comments, described

_FILE = "dbt_project/models/staging/_bronnen.yml"
# Tables of the books, and what retention leaves of every register.
_IN_SQL = ("levering", "codelijst", "register_geteld", "register_telling")
_FREQUENCY = {"maand": "per maand", "kwartaal": "per kwartaal", "jaar": "per jaar", "tweejaar": "per twee jaar"}
# A dataset that never came is as stale as can be; without a moment dbt would call it an error.
_LAST_MODIFIED = (
    "select coalesce(max(coalesce(l.gewijzigd_bron, l.opgehaald_op)), 'epoch') from raw.levering as l"
    " where l.status = 'verwerkt' and l.dataset = '{dataset}'"
)
_CELL_COLUMNS = {
    "periode": "periode zoals de bron hem schrijft, bijvoorbeeld 2023MM01 of 2023JJ00",
    "jaar": "kalenderjaar van de periode",
    "periode_soort": "MM maand, KW kwartaal, JJ jaar",
    "periode_nr": "volgnummer van de periode in het jaar, vanaf 1",
}


def files(cubes: Collection[CubeContract]) -> dict[str, str]:
    """Contents per file, by its path in the project."""
    return {_FILE: render_sources(cubes)}


def render_sources(contracts: Collection[CubeContract]) -> str:
    """YAML of the dbt source `raw`: one table per contract, with owner, columns and freshness.

    Freshness is judged on the source's own Modified of the last merged delivery, because a source that was
    asked yesterday and has not changed for a year is stale all the same.
    """
    tables = [dataset(c) for c in contracts if not c.reeksen]
    tables += [series(c) for c in contracts if c.schaal == "buurt"]
    tables += [_survey(name) for name in survey_tables.COLUMNS]
    tables += [_described_in_sql(name) for name in _IN_SQL]
    source = {
        "name": "raw",
        "description": "Getypeerde cellen per dataset met historie, gevuld door veiligheidsbeeld.cubes.",
        "schema": "raw",
        "config": {"meta": {"eigenaar": "data-engineering"}},
        "tables": tables,
    }
    kept = {
        "name": "beheer",
        "description": "Wat het systeem zelf bijhoudt.",
        "schema": "beheer",
        "config": {"meta": {"eigenaar": "data-engineering"}},
        "tables": [_described_in_sql("koppeling", "beheer")],
    }
    return text.document("", {"sources": [source, kept]})


def dataset(contract: CubeContract) -> dict[str, Any]:
    """One table of the source, with owner and freshness."""
    columns = {k.kolom: k.omschrijving for k in contract.sleutels} | _CELL_COLUMNS
    columns |= {m.kolom: f"{m.omschrijving} ({m.eenheid})" for m in contract.maten}
    if contract.kenmerk:
        columns["kenmerk"] = "waarom de waarde ontbreekt, volgens de bron"
    table = _table(
        f"{contract.naam}_cellen",
        f"{contract.titel}. {contract.omschrijving} Een rij per geleverde cel ({contract.korrel}), alle versies.",
        columns | described.HISTORY,
    )
    table["config"] = {
        "meta": {
            "eigenaar": contract.eigenaar.title,
            "contact": contract.eigenaar.contact,
            "dataset": contract.naam,
            "tabel": contract.bron.tabel,
            "frequentie": _FREQUENCY[contract.frequentie],
            "licentie": contract.licentie,
            "bronvermelding": contract.bronvermelding,
            "wettelijk_kader": contract.wettelijk_kader,
        },
        "loaded_at_query": _LAST_MODIFIED.format(dataset=contract.naam),
        "freshness": {"warn_after": {"count": contract.kwaliteit.versheid_dagen, "period": "day"}},
    }
    return table


def series(contract: CubeContract) -> dict[str, Any]:
    """The table itself, a row per series and year: what a model reads of which a row per cell is too much."""
    texts = ddl.COMMENTS | {k.kolom: k.omschrijving for k in contract.sleutels}
    texts |= {m.kolom: f"{m.omschrijving} ({m.eenheid}), een plaats per periode" for m in contract.maten}
    columns = {name: texts[name] for name in ddl.raw_columns(contract)}
    return _table(contract.naam, f"{contract.titel}. Een rij per reeks en jaar, alle versies.", columns)


def _survey(name: str) -> dict[str, Any]:
    columns = {column: description for column, (_, description) in survey_tables.COLUMNS[name].items()}
    return _table(name, f"{survey_tables.TITLES[name]}.", columns)


def _described_in_sql(name: str, schema: str = "raw") -> dict[str, Any]:
    title, columns = comments.of_table(f"{schema}.{name}")
    return _table(name, f"{title}.", columns)


def _table(name: str, description: str, columns: Mapping[str, str]) -> dict[str, Any]:
    return {"name": name, "description": description, "columns": text.columns(columns)}
