"""What columns mean: a column of which dbt says nothing has the text of the doc block of its name.

Doc blocks stand in the `.md` files of `dbt_project/models`. Those in `models` itself hold for everything, those in a
folder for the models of that folder, and go before. dbt wants the names of all blocks to differ: what stands before
`__` is there for that, and `doel__waarde` describes `waarde`. What is said in YAML goes before all.

dbt knows no such rule; it would have every column of every model declared, to say again what its name says already.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

_BLOCK = re.compile(r"\{% docs (\w+) %\}(.*?)\{% enddocs %\}", re.DOTALL)


def texts(project: Path, file: str) -> dict[str, str]:
    """Description per column name for the model or seed in that file, a path below `dbt_project`."""
    models = project / "dbt_project" / "models"
    folders = [models, *(f for f in reversed((models.parent / file).parents) if models in f.parents)]
    return {name: text for folder in folders for name, text in blocks(folder).items()}


def describe(connection: psycopg.Connection, project: Path, files: Mapping[str, str]) -> list[str]:
    """Puts the texts on columns without one; `files` gives the file per relation (`schema.name`).

    Returns the columns that have no text anywhere.
    """
    silent = connection.execute(
        """
        select a.attrelid::regclass::text, n.nspname || '.' || c.relname, a.attname
        from pg_attribute as a
        inner join pg_class as c on a.attrelid = c.oid
        inner join pg_namespace as n on c.relnamespace = n.oid
        where n.nspname || '.' || c.relname = any(%s) and a.attnum > 0 and not a.attisdropped
            and coalesce(col_description(a.attrelid, a.attnum), '') = ''
        """,
        [list(files)],
    ).fetchall()
    known = [(relation, name, column, texts(project, files[name]).get(column)) for relation, name, column in silent]
    comment = sql.SQL("comment on column {}.{} is {}")
    with connection.pipeline():
        for relation, _, column, text in known:
            if text:
                connection.execute(comment.format(sql.SQL(relation), sql.Identifier(column), sql.Literal(text)))
    return [f"{name}.{column}" for _, name, column, text in known if not text]


def complete(project: Path, manifest: dict[str, Any], catalog: dict[str, Any]) -> None:
    """The same for the documentation that dbt generates: texts in its manifest for the columns of its catalog."""
    for name, found in catalog["nodes"].items():
        node = manifest["nodes"][name]
        known = texts(project, node["original_file_path"])
        for column in found["columns"]:
            said = node["columns"].setdefault(column, {"name": column, "description": "", "meta": {}, "tags": []})
            said["description"] = said["description"] or known.get(column, "")


@cache
def blocks(folder: Path) -> dict[str, str]:
    """The doc blocks of a folder: text per name, without what stands before `__`."""
    found = [_BLOCK.findall(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.md"))]
    return {name.rpartition("__")[2]: text.strip() for named in found for name, text in named}
