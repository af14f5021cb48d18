"""Whether everything promised arrived: what a run that failed nowhere still has to say.

Promised is what is active: every table of a source (in a replay: every table that was recorded), every indicator of a
delivered source that a goal is measured with, every region that a goal names, and a project without warnings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from veiligheidsbeeld.binding.aliases import load_aliases
from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.contracts.register import load_registers
from veiligheidsbeeld.contracts.survey import load_survey
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.signature import CORE, GOALS
from veiligheidsbeeld.steps.marts import MARTS
from veiligheidsbeeld.warehouse import connect

# Exit code of a run that published, while not all that was promised arrived.
NOT_ALL = 3
_LISTED = 12


@dataclass(frozen=True)
class Missing:
    """One promise that was not kept, and what to do."""

    what: str
    remedy: str


def missing(settings: Settings, run_ids: Sequence[str]) -> list[Missing]:
    """Promises that are not kept now; `run_ids` are the runs whose dbt warnings count."""
    with connect(settings, "beheer") as connection:
        return [*_tables(connection), *_warnings(connection, run_ids), *_figures(settings)]


def _tables(connection: psycopg.Connection) -> Iterator[Missing]:
    merged = {d for (d,) in connection.execute("select distinct dataset from raw.levering where status = 'verwerkt'")}
    for contract in load_cubes().values():
        if contract.naam not in merged and not _unrecorded(connection, contract.naam):
            yield Missing(
                f"{contract.naam} ({contract.bron.tabel}): no figure of it was ever merged.",
                f"`veiligheidsbeeld contracts check --live {contract.naam}` says how the source differs; a refused "
                "delivery stands in quarantaine.levering.",
            )


def _unrecorded(connection: psycopg.Connection, dataset: str) -> bool:
    """A replay promises no more than was recorded."""
    row = connection.execute(
        "select detail ->> 'opgenomen' from beheer.stap where stap = 'haal_op' and onderwerp = %s"
        " order by stap_id desc limit 1",
        [dataset],
    ).fetchone()
    return row is not None and row[0] == "false"


def _warnings(connection: psycopg.Connection, run_ids: Sequence[str]) -> Iterator[Missing]:
    rows = connection.execute(
        "select distinct w.warning from beheer.stap as s"
        " cross join lateral jsonb_array_elements_text(s.detail -> 'waarschuwingen') as w (warning)"
        " where s.run_id = any(%s) and jsonb_typeof(s.detail -> 'waarschuwingen') = 'array' order by 1",
        [list(run_ids)],
    ).fetchall()
    for (warning,) in rows:
        yield Missing(f"dbt warns: {warning}", "Look at the test of that name in dbt_project and mend what it found.")


def _figures(settings: Settings) -> Iterator[Missing]:
    """Indicators that goals need and that are empty everywhere, and goals of regions that nobody knows."""
    with connect(settings, "publicist") as connection:
        published = {t for (t,) in connection.execute("select thema from beheer.publicatie_actueel").fetchall()}
        if not {GOALS, CORE} <= published:
            return
        needed = connection.execute(
            "select distinct d.indicator_code, i.familie from mart_ivp.doel_historie as d"
            " inner join kern.indicator as i on d.indicator_code = i.indicator_code where d.geldig"
        ).fetchall()
        arrived = _arrived(connection)
        codes = [code for code, family in needed if _promised(code, family, arrived)]
        empty = [code for code in sorted(codes) if not _has_figure(connection, code, published)]
        if empty:
            yield Missing(
                f"{len(empty)} indicators that goals need have no figure anywhere: {_some(empty)}.",
                "Look in beheer.koppeling and raw.codelijst whether the source still has them under these names.",
            )
        lost = connection.execute(
            "select distinct d.doel_code from mart_ivp.doel_historie as d"
            " left join kern.regio as r on d.gebied_code = r.regio_code"
            " where d.geldig and d.gebied_code is not null and r.regio_code is null order by 1"
        ).fetchall()
        if lost:
            yield Missing(
                f"{len(lost)} goals are about a region that kern.regio does not have: {_some([c for (c,) in lost])}.",
                "Correct `gebied_code` of the goal, or leave plans of another region out.",
            )


def _arrived(connection: psycopg.Connection) -> set[str]:
    """Datasets and registers of which something was merged."""
    return {d for (d,) in connection.execute("select distinct dataset from raw.levering where status = 'verwerkt'")}


def _promised(code: str, family: str, arrived: set[str]) -> bool:
    """Whether a delivered source holds the indicator; one of which nothing came promises nothing here."""
    for register in load_registers().values():
        if any(i.code == code for i in register.of_region):
            return register.naam in arrived
    here = [c.naam for c in load_cubes().values() if c.familie == family and c.naam in arrived]
    if family != "enquete":
        return bool(here)
    # Some questions are in the respondents' file alone; without it nobody promised them.
    bound = [aliases for name in here if (aliases := load_aliases(name))]
    meanings = {measure.betekent for aliases in bound for measure in aliases.maten}
    return load_survey().naam in arrived or "-".join(code.split("-")[:3]) in meanings


def _has_figure(connection: psycopg.Connection, code: str, published: set[str]) -> bool:
    """Also one that is hidden everywhere: it came."""
    for theme in MARTS:
        if theme in published and theme not in (CORE, GOALS):
            query = sql.SQL(
                "select from {} where indicator_code = %s"
                " and (waarde is not null or status_waarde = 'verborgen') limit 1"
            ).format(sql.Identifier(f"mart_{theme}", "indicatorwaarden"))
            if connection.execute(query, [code]).fetchone() is not None:
                return True
    return False


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
