"""raw -> candidate marts: one dbt run builds `basis`, and one builds all themes that are asked for.

What dbt writes for itself (compiled SQL, partial parse, logs) stays below `settings.home`. Unit tests are left out:
they test the code, not the data, and run in `make test`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from psycopg import sql

from veiligheidsbeeld import dbt, dictionary, marks, signature
from veiligheidsbeeld.binding.earlier import bind_earlier
from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.contracts.themes import theme_names
from veiligheidsbeeld.cubes import ddl
from veiligheidsbeeld.errors import ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.goals import tables as tabellen
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

BASE = signature.BASE
# Longest list of failures, and longest message of one, that an exception spells out; the log has all.
_MAX_NAMED, _MAX_MESSAGE = 8, 600

Report = Callable[[str], None]


@dataclass(frozen=True)
class TransformReport:
    """What a dbt run did for one selection: wall seconds of the whole run, nodes from slow to fast, warnings."""

    selector: str
    seconds: float
    nodes: tuple[dbt.Node, ...]

    @property
    def warnings(self) -> list[str]:
        return [f"{n.name}: {n.message}" for n in self.nodes if n.status == "warn"]

    @property
    def rows(self) -> dict[str, int]:
        """Rows per table that was written."""
        return {n.name: n.rows for n in self.nodes if n.kind == "model" and n.rows is not None and n.rows >= 0}


def transform(
    settings: Settings, selector: str, *, vars: Mapping[str, Any] | None = None, report: Report = lambda line: None
) -> TransformReport:
    """Builds and tests one selection, as `build` does; raises the error that names what failed in it."""
    found = build(settings, [selector], vars=vars, report=report)[selector]
    if isinstance(found, VeiligheidsbeeldError):
        raise found
    return found


def build(
    settings: Settings,
    selectors: Sequence[str],
    *,
    vars: Mapping[str, Any] | None = None,
    report: Report = lambda line: None,
) -> dict[str, TransformReport | VeiligheidsbeeldError]:
    """Builds and tests `basis`, or after it any themes, in one dbt run; what became of each.

    The error of a theme names every failed model and test, whose it is and what to do; its candidate must not be
    published, and says nothing about the others. Raises when the run as a whole failed.
    `vars` overrides variables of dbt_project.yml: with `peilmoment` (ISO 8601) the figures are rebuilt as they were
    known then, in schemas `peilmoment_*`, from which nothing is published.
    """
    given = dict(vars or {})
    selectors = list(dict.fromkeys(selectors))
    _check(settings, selectors, given)
    _ensure_sources(settings)
    _ensure_bound(settings, report)
    _renew_statistics(settings)
    looking_back = bool(given.get("peilmoment"))
    if looking_back:
        _ensure_moment_schemas(settings)
    stamped: AbstractContextManager[set[str]] = nullcontext(set())
    if not looking_back:
        stamped = signature.building(settings, *selectors)
    with _alone(settings), stamped as refused:
        started = time.monotonic()
        marks.renew(settings)
        _drop_leftovers(settings)
        # What dbt has read of the project fits one set of variables.
        target = settings.home / "dbt" / "peilmoment" if given else dbt.target(settings)
        nodes = dbt.run(settings, target, [*_selected(selectors), *_variables(given)], report)
        _describe_columns(settings, nodes)
        seconds = round(time.monotonic() - started, 3)
        found = {s: _outcome(settings, s, seconds, nodes) for s in selectors}
        refused |= {s for s, outcome in found.items() if isinstance(outcome, VeiligheidsbeeldError)}
        if BASE in found and not refused:
            _drop_gone(settings, nodes, "peilmoment_" if looking_back else "")
        return found


def marts() -> list[str]:
    """What is built from `basis`: the themes and the goals of all plans."""
    return [*theme_names(), signature.GOALS]


def _selected(selectors: Sequence[str]) -> list[str]:
    """A test runs with the selection in which the last of what it reads is built."""
    command = ["build", "--exclude-resource-type", "unit_test", "--exclude-resource-type", "exposure"]
    if BASE in selectors:
        return [*command, "--exclude", *(f"path:models/marts/{theme}" for theme in marts())]
    chosen = (f"path:models/marts/{theme}" for theme in selectors)
    return [*command, "--indirect-selection", "buildable", "--select", *chosen]


def _variables(given: Mapping[str, Any]) -> list[str]:
    return ["--vars", json.dumps(dict(given))] if given else []


def _check(settings: Settings, selectors: Sequence[str], given: Mapping[str, Any]) -> None:
    known = [BASE, *marts()]
    for unknown in (s for s in selectors if s not in known):
        raise ConfigurationError(f"Unknown selection {unknown!r}.", remedy=f"Choose one of: {', '.join(known)}.")
    if BASE in selectors and len(selectors) > 1:
        raise ConfigurationError(f"Themes are built from `{BASE}`.", remedy="Build it first, and then the themes.")
    if moment := given.get("peilmoment"):
        try:
            aware = datetime.fromisoformat(str(moment)).tzinfo is not None
        except ValueError:
            aware = False
        if not aware:
            raise ConfigurationError(
                f"peilmoment {moment!r} is not a moment with a time zone.",
                remedy="Write it as 2026-02-01T00:00:00+01:00.",
            )
        _check_known(settings, str(moment))
    elif BASE not in selectors:
        _check_base(settings, selectors)


def _check_known(settings: Settings, moment: str) -> None:
    """Looking back takes minutes, and to before the first figures it would show nothing."""
    with connect(settings, "transform") as connection:
        (first, known) = connection.execute(
            "select min(verwerkt_op), min(verwerkt_op) <= %s::timestamptz from raw.levering where status = 'verwerkt'",
            [moment],
        ).fetchone()  # type: ignore[misc]
    if not known:
        raise ConfigurationError(
            f"Nothing was known at {moment}.",
            remedy=f"Give a moment from {first.isoformat(timespec='seconds')} on." if first else "Load figures first.",
        )


def _check_base(settings: Settings, selectors: Sequence[str]) -> None:
    with connect(settings, "transform") as connection:
        found = connection.execute("select 1 from beheer.kandidaat where selectie = %s", [BASE]).fetchone()
    if found is None:
        raise ConfigurationError(
            f"{', '.join(selectors)}: built from `{BASE}`, which was never built here.",
            remedy=f"Build that first: `veiligheidsbeeld transform {BASE} {' '.join(selectors)}`.",
        )


def _ensure_sources(settings: Settings) -> None:
    """Empty raw tables for datasets that never came, so that staging can say that they are empty."""
    with connect(settings, "lader") as connection:
        for contract in load_cubes().values():
            view = f"raw.{contract.naam}_cellen"
            if connection.execute("select to_regclass(%s) is null", [view]).fetchone() == (True,):
                ddl.ensure_raw(connection, contract)
    with connect(settings, "transform") as connection:
        tabellen.ensure(connection, "intermediate")


def _renew_statistics(settings: Settings) -> None:
    """Statistics of what was loaded since the last build: without them the planner takes it for a handful of rows.

    Autovacuum gathers them as well, minutes later.
    """
    with connect(settings, "beheer") as connection:
        changed = connection.execute(
            """
            select schemaname, relname from pg_stat_user_tables
            where (schemaname = 'raw' or (schemaname, relname) = ('beheer', 'koppeling'))
                and n_mod_since_analyze > n_live_tup / 20
            """
        ).fetchall()
        for table in changed:
            connection.execute(sql.SQL("analyze {}").format(sql.Identifier(*table)))


def _ensure_bound(settings: Settings, report: Report) -> None:
    """Deliveries of an earlier version say what their codes stand for, or the build does not begin."""
    with connect(settings, "lader") as connection:
        for dataset, number in bind_earlier(connection, settings).items():
            report(f"{dataset}: {number} deliveries of an earlier version are bound to its titles now.")


def _ensure_moment_schemas(settings: Settings) -> None:
    """Schemas for looking back, beside those of the build that counts; open to the pipeline only."""
    with connect(settings, "beheer") as connection:
        for name in ("staging", "intermediate", *(f"kandidaat_{t}" for t in (signature.CORE, *marts()))):
            schema = sql.Identifier(f"peilmoment_{name}")
            connection.execute(sql.SQL("create schema if not exists {}").format(schema))
            connection.execute(sql.SQL("grant usage, create on schema {} to transform").format(schema))
    with connect(settings, "transform") as connection:
        tabellen.ensure(connection, "peilmoment_intermediate")


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One dbt run at a time: all work in one folder, and themes read what `basis` replaces.

    The lock belongs to the session, so a killed run lets go of it; its dbt process ends with it.
    """
    with connect(settings, "transform", autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(hashtext('veiligheidsbeeld.transform'))")
        yield


def _drop_leftovers(settings: Settings) -> None:
    """What a killed build left between putting a table in place and dropping the one before it, or did not finish.

    dbt drops them when it makes that table again, which a build that leaves what did not change may never do.
    """
    _drop(settings, "relname ~ '__dbt_(tmp|backup)$'", [])


def _drop_gone(settings: Settings, nodes: Sequence[dbt.Node], prefix: str) -> None:
    """What a model of an earlier version of the project made: nobody would ever drop it, and it can be gigabytes."""
    there = [node.relation for node in nodes] + [f"{prefix}intermediate.{name}" for name in tabellen.COLUMNS]
    schemas = [f"{prefix}staging", f"{prefix}intermediate"]
    schema = "relnamespace::regnamespace::text"
    _drop(settings, f"{schema} = any(%s) and {schema} || '.' || relname <> all(%s)", [schemas, there])


def _drop(settings: Settings, condition: LiteralString, values: list[object]) -> None:
    """Tables and views that dbt, or nobody any more, needs."""
    query = sql.SQL(
        "select case relkind when 'v' then 'view' else 'table' end, oid::regclass::text from pg_class"
        " where relkind in ('r', 'v') and relowner = 'transform'::regrole and {}"
    ).format(sql.SQL(condition))
    with connect(settings, "transform") as connection:
        for kind, relation in connection.execute(query, values or None).fetchall():
            connection.execute(sql.SQL("drop {} if exists {} cascade").format(sql.SQL(kind), sql.SQL(relation)))


def _describe_columns(settings: Settings, nodes: Sequence[dbt.Node]) -> None:
    """Descriptions of the columns of which YAML says nothing; who judges a candidate names those that have none."""
    files = {n.relation: n.file for n in nodes if n.relation and n.status == "success"}
    with connect(settings, "transform") as connection:
        dictionary.describe(connection, settings.project, files)


def _outcome(
    settings: Settings, selector: str, seconds: float, nodes: Sequence[dbt.Node]
) -> TransformReport | VeiligheidsbeeldError:
    mine = [n for n in nodes if selector == BASE or selector in n.marts]
    # What was skipped follows from a failure, which may be one of another selection.
    failed = [n for n in mine if n.failed] or [n for n in mine if n.status == "skipped"]
    if not failed:
        return TransformReport(selector, seconds, tuple(sorted(mine, key=lambda n: -n.seconds)))
    more = f"\n- and {len(failed) - _MAX_NAMED} more" if len(failed) > _MAX_NAMED else ""
    query = next((n.query for n in failed if n.query), None)
    return VeiligheidsbeeldError(
        f"dbt refused {selector}: {len(failed)} of {len(mine)} failed.\n"
        + "\n".join(_described(n) for n in failed[:_MAX_NAMED])
        + more,
        remedy=(f"Run the query of a failed test to see the rows ({query}); " if query else "")
        + f"mend the source or the model and run `veiligheidsbeeld transform {selector}`."
        + f" Log: {dbt.log_file(settings)}.",
        owner=", ".join(sorted({owner for n in failed for owner in n.owners} or {dbt.OWNER})),
    )


def _described(node: dbt.Node) -> str:
    if node.kind == "test" and node.rows:
        what = f"{node.rows} rows break the rule"
    else:
        what = (node.message or "was not built, because what it reads failed")[:_MAX_MESSAGE]
    name = node.relation if node.kind == "model" else node.name
    return f"- {node.kind} {name}: {what}" + (f" ({node.description})" if node.description else "")
