"""Every table and column that readers see, as the database itself describes it, and what each table is made from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg

from veiligheidsbeeld.reader import marts
from veiligheidsbeeld.settings import PROJECT

_REF = re.compile(r"ref\('(\w+)'\)")
QUERY = """
    select
        n.nspname as schema, c.relname as name, obj_description(c.oid, 'pg_class') as about, a.attname as column,
        format_type(a.atttypid, a.atttypmod) as type, col_description(c.oid, a.attnum) as meaning
    from pg_class as c
    inner join pg_namespace as n on c.relnamespace = n.oid
    inner join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where (n.nspname = 'kern' or n.nspname like 'mart\\_%%') and c.relkind in ('v', 'r', 'm')
        and has_table_privilege(c.oid, 'select')
    order by n.nspname, c.relname, a.attnum
"""


@dataclass(frozen=True)
class Described:
    """A table of a reader; `columns` are name, type and meaning; `made_from` are models of dbt."""

    schema: str
    name: str
    about: str
    columns: list[tuple[str, str, str]]
    made_from: list[str]


def tables(connection: psycopg.Connection) -> list[Described]:
    """What the role of the connection may read."""
    found: dict[tuple[str, str], Described] = {}
    for row in marts.rows(connection, QUERY):
        key = (row["schema"], row["name"])
        if key not in found:
            found[key] = Described(*key, row["about"] or "", [], _made_from(*key))
        found[key].columns.append((row["column"], row["type"], row["meaning"] or ""))
    return list(found.values())


def _made_from(schema: str, name: str) -> list[str]:
    """Models that the model of this table names, read from its SQL."""
    path = _models().get(f"{schema.removeprefix('mart_')}__{name}")
    return sorted(set(_REF.findall(path.read_text(encoding="utf-8")))) if path else []


@cache
def _models() -> dict[str, Path]:
    return {path.stem: path for path in (PROJECT / "dbt_project" / "models").rglob("*.sql")}
