"""Which role may do what with which table: as docs/roles.md says, and as the database itself reports."""

from __future__ import annotations

import re
from collections import defaultdict
from fnmatch import fnmatch

import psycopg

from veiligheidsbeeld.settings import PROJECT
from veiligheidsbeeld.warehouse.access import AREA_ROLES

PAGE = PROJECT / "docs" / "roles.md"
AREA = "gebied"
LETTERS = {"r": "select", "a": "insert", "w": "update", "d": "delete", "t": "truncate"}
_RIGHTS = """
    select n.nspname, c.relname, r.rolname, concat(
        case when c.relowner = r.oid then 'o' end,
        case when has_schema_privilege(r.oid, n.oid, 'usage') then {letters} end
    )
    from pg_class as c
    inner join pg_namespace as n on c.relnamespace = n.oid
    cross join pg_roles as r
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^(pg_|information_schema$)'
        and r.rolname !~ '^(pg_|postgres$)'
""".format(
    letters="concat("
    + ", ".join(
        f"case when has_table_privilege(r.oid, c.oid, '{right}')"
        + (f" or has_any_column_privilege(r.oid, c.oid, '{right}')" if right not in ("delete", "truncate") else "")
        + f" then '{letter}' end"
        for letter, right in LETTERS.items()
    )
    + ")"
)


def reported(admin: psycopg.Connection) -> dict[str, dict[str, str]]:
    """Rights by `schema.table` and role, as letters: o owner, r select, a insert, w update, d delete, t truncate."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for schema, table, role, letters in admin.execute(_RIGHTS):
        # Municipalities and partnerships have a role each, all alike.
        column = AREA if role.startswith(tuple(AREA_ROLES.values())) else role
        known = found[f"{schema}.{table}"].setdefault(column, letters)
        assert known == letters, f"{schema}.{table}: {role} has {letters}, another area {known}"
    return found


def matrix() -> list[tuple[str, dict[str, str]]]:
    """The page: rights by pattern of `schema.table`; the first pattern that fits is the table's."""
    rows = [
        [cell.strip().strip("`") for cell in line.strip("|\n").split("|")]
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if re.match(r"\| (table \||`[^`]+\.)", line)
    ]
    roles = rows[0][1:]
    return [(row[0], dict(zip(roles, row[1:], strict=True))) for row in rows[1:]]


def differences(admin: psycopg.Connection) -> tuple[list[str], set[str]]:
    """What the database reports otherwise than the page, in words; and the patterns of the page that fit a table."""
    said, used, page = [], set(), matrix()
    for table, roles in sorted(reported(admin).items()):
        pattern, wanted = next(((p, w) for p, w in page if fnmatch(table, p)), ("", {}))
        used.add(pattern)
        if roles != wanted:
            wrong = {r: (roles.get(r), wanted.get(r)) for r in roles.keys() | wanted if roles.get(r) != wanted.get(r)}
            said.append(f"{table} ({pattern or 'not on the page'}): reported, page: {wrong}")
    return said, used
