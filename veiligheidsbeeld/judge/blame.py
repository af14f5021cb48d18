"""Border 2: which files of registers a finding stems from, so that one sender stops nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import psycopg
from psycopg import sql

from veiligheidsbeeld.contracts.register import load_registers
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.judge.verdict import Finding
from veiligheidsbeeld.landing import files as land
from veiligheidsbeeld.settings import Settings

# An area has the number of one of its deliveries, which need not be the one at fault: its municipalities tell.
_BEHIND = """
    with gebroken as (
        select levering_id, bool_or(regio_code ~ '^(GM|WK|BU)') as eigen from {table}
        where {broken} group by levering_id
    )
    select g.levering_id, l.dataset, l.landing, l.tabel, g.eigen
    from gebroken as g
    left join raw.levering as l on g.levering_id = l.levering_id
    order by g.levering_id
"""


def named(
    settings: Settings,
    connection: psycopg.Connection,
    table: sql.Composable,
    findings: list[Finding],
    conditions: Mapping[str, str],
) -> list[Finding]:
    """Findings with the files that they stem from; `conditions` is that of a broken row, per rule.

    A file is named with sender, owner and remedy. `Finding.files` is filled when nothing else is behind it.
    """
    return [
        f if f.passed or f.rule not in conditions else _named(settings, connection, table, f, conditions[f.rule])
        for f in findings
    ]


def _named(
    settings: Settings, connection: psycopg.Connection, table: sql.Composable, finding: Finding, broken: str
) -> Finding:
    query = sql.SQL(_BEHIND).format(table=table, broken=sql.SQL(broken))  # type: ignore[arg-type]
    rows = connection.execute(query).fetchall()
    registers = load_registers()
    own = [(number, name, landing, file) for number, name, landing, file, here in rows if here and name in registers]
    if not own:
        return finding
    told = [
        f"Bestand: {_subject(settings, name, landing, file)} (levering {number}); eigenaar van het bestand: "
        f"{registers[name].eigenaar.title}; te doen: lever het verbeterd opnieuw aan."
        for number, name, landing, file in own
    ]
    alone = all(name in registers for _, name, *_ in rows)
    return replace(
        finding,
        explanation=" ".join([finding.explanation, *told]),
        observed=finding.observed | {"leveringen": [number for number, *_ in own]},
        files=tuple(number for number, *_ in own) if alone else (),
    )


def _subject(settings: Settings, dataset: str, landing: str, file: str) -> str:
    """Sender and file; the file alone when its folder is gone."""
    try:
        return land.find(settings, dataset, landing).subject
    except ConfigurationError:
        return file
