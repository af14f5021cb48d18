"""raw -> candidate marts: one dbt process per selection of `dbt_project/selectors.yml`.

What dbt writes for itself (compiled SQL, partial parse, logs) stays below `settings.home`. Unit tests are left out:
they test the code, not the data, and run in `make test`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from psycopg import sql

from veiligheidsbeeld import forkserver, signature
from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.cubes import ddl
from veiligheidsbeeld.errors import ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.goals import tables as tabellen
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

BASE = signature.BASE
OWNER = "data-engineering"
# Longest list of failures, and longest message of one, that an exception spells out; the log has all.
_MAX_NAMED, _MAX_MESSAGE = 8, 600
_FAILED = {"error", "fail", "runtime error", "partial success"}

Report = Callable[[str], None]


@dataclass(frozen=True)
class NodeTiming:
    """One model, seed or test of a run: seconds it took, rows it wrote (tests: rows that failed)."""

    name: str
    kind: str
    status: str
    seconds: float
    rows: int | None


@dataclass(frozen=True)
class TransformReport:
    """What one dbt run did: wall seconds in all, nodes from slow to fast, warnings in words."""

    selector: str
    seconds: float
    nodes: tuple[NodeTiming, ...]
    warnings: tuple[str, ...]

    @property
    def rows(self) -> dict[str, int]:
        """Rows per table that was written."""
        return {n.name: n.rows for n in self.nodes if n.kind == "model" and n.rows is not None and n.rows >= 0}


def transform(
    settings: Settings,
    selector: str,
    *,
    vars: Mapping[str, Any] | None = None,
    full_refresh: bool = False,
    report: Report = lambda line: None,
) -> TransformReport:
    """Builds and tests a selection: `basis` first, then the themes in any order.

    `vars` overrides variables of dbt_project.yml: with `peilmoment` (ISO 8601) the figures are rebuilt as they were
    known then, in schemas `peilmoment_*`, from which nothing is published. Raises `VeiligheidsbeeldError` that names
    every failed model and test, whose it is and what to do; the candidates that failed must not be published.
    """
    given = dict(vars or {})
    _check(settings, selector, given)
    _ensure_sources(settings)
    looking_back = bool(given.get("peilmoment"))
    if looking_back:
        _ensure_moment_schemas(settings)
    stamped = nullcontext() if looking_back else signature.building(settings, selector)
    with _alone(settings, selector), stamped:
        started = time.monotonic()
        target = _target(settings, f"{selector}@" if given else selector)
        code, tail = _run(settings, _command(settings, selector, target, given, full_refresh), report)
        results = _results(target)
        _raise_for(settings, selector, target, code, tail, results)
        return _report(selector, time.monotonic() - started, results)


def selectors(settings: Settings) -> list[str]:
    """Names of the selections that can be built."""
    text = (settings.project / "dbt_project" / "selectors.yml").read_text(encoding="utf-8")
    return [s["name"] for s in yaml.safe_load(text)["selectors"]]


def dbt_environment(settings: Settings) -> dict[str, str]:
    """Environment of a dbt process: the connection of profiles.yml, the password as a secret that dbt masks."""
    known = settings.conninfo("transform")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("VB_PASSWORD_", "DBT_"))}
    return kept | {
        "VB_PG_HOST": str(known["host"]),
        "VB_PG_PORT": str(known["port"]),
        "VB_PG_DATABASE": str(known["dbname"]),
        "VB_PG_SSLMODE": str(known["sslmode"]),
        "DBT_ENV_SECRET_PASSWORD": str(known["password"]),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "PYTHONUNBUFFERED": "1",
    }


def _check(settings: Settings, selector: str, given: Mapping[str, Any]) -> None:
    known = selectors(settings)
    if selector not in known:
        raise ConfigurationError(f"Unknown selection {selector!r}.", remedy=f"Choose one of: {', '.join(known)}.")
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
    elif selector != BASE:
        _check_base(settings, selector)


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


def _check_base(settings: Settings, selector: str) -> None:
    with connect(settings, "transform") as connection:
        found = connection.execute("select 1 from beheer.kandidaat where selectie = %s", [BASE]).fetchone()
    if found is None:
        raise ConfigurationError(
            f"{selector} is built from `{BASE}`, which was never built here.",
            remedy=f"Build that first: `veiligheidsbeeld transform {BASE} {selector}`.",
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


def _ensure_moment_schemas(settings: Settings) -> None:
    """Schemas for looking back, beside those of the build that counts; open to the pipeline only."""
    themes = [name for name in selectors(settings) if name != BASE]
    with connect(settings, "beheer") as connection:
        for name in ("staging", "intermediate", *(f"kandidaat_{t}" for t in (signature.CORE, *themes))):
            schema = sql.Identifier(f"peilmoment_{name}")
            connection.execute(sql.SQL("create schema if not exists {}").format(schema))
            connection.execute(sql.SQL("grant usage, create on schema {} to transform").format(schema))
    with connect(settings, "transform") as connection:
        tabellen.ensure(connection, "peilmoment_intermediate")


@contextmanager
def _alone(settings: Settings, selector: str) -> Iterator[None]:
    """One run per selection, and `basis` with no other: themes read what it replaces.

    The locks belong to the session, so a killed run lets go of them; its dbt process ends with it (dbt_process.py).
    """
    with connect(settings, "transform", autocommit=True) as connection:
        mode = "" if selector == BASE else "_shared"
        connection.execute(f"select pg_advisory_lock{mode}(hashtext('veiligheidsbeeld.transform'))")
        connection.execute("select pg_advisory_lock(hashtext(%s))", [f"veiligheidsbeeld.transform.{selector}"])
        yield


def _target(settings: Settings, selector: str) -> Path:
    """Folder for dbt's own files, per selection, so that themes can be built side by side.

    It takes over what another selection parsed last: reading the project anew costs seconds. Runs with variables of
    their own (a name with @) parse for themselves.
    """
    folder = settings.home / "dbt" / selector
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run_results.json").unlink(missing_ok=True)
    parsed = folder / "partial_parse.msgpack"
    others = sorted(folder.parent.glob("*[!@]/partial_parse.msgpack"), key=lambda p: p.stat().st_mtime)
    if others and others[-1] != parsed:
        shutil.copy2(others[-1], parsed)
    return folder


def _command(
    settings: Settings, selector: str, target: Path, given: Mapping[str, Any], full_refresh: bool
) -> list[str]:
    command = ["build", "--selector", selector]
    command += ["--exclude-resource-type", "unit_test", "--exclude-resource-type", "exposure"]
    if given:
        command += ["--vars", json.dumps(dict(given))]
    return dbt_command(settings, selector, target, command + (["--full-refresh"] if full_refresh else []))


def dbt_command(settings: Settings, name: str, target: Path, arguments: list[str]) -> list[str]:
    """Arguments of a dbt process; `name` is the folder of its log."""
    project = str(settings.project / "dbt_project")
    command = ["--log-path", str(settings.home / "logs" / "dbt" / name), "--log-level-file", "info", "--no-use-colors"]
    return [*command, *arguments, "--project-dir", project, "--profiles-dir", project, "--target-path", str(target)]


def dbt_process(settings: Settings, command: list[str], output: int) -> forkserver.Forked | subprocess.Popen[str]:
    """Starts dbt with these arguments, as role `transform`; it ends with this process."""
    module = "veiligheidsbeeld.dbt_process"
    return forkserver.start(settings, module, *command, environment=dbt_environment(settings), output=output)


def _run(settings: Settings, command: list[str], report: Report) -> tuple[int, str]:
    """Runs dbt, passing on its lines as they come; returns its exit code and last lines."""
    tail: deque[str] = deque(maxlen=40)
    with dbt_process(settings, command, subprocess.PIPE) as process:
        try:
            for line in process.stdout:  # type: ignore[union-attr]
                tail.append(line.rstrip())
                report(line.rstrip())
            process.wait()
        except BaseException:
            process.terminate()
            raise
    return process.wait(), "\n".join(tail)


def _results(target: Path) -> list[dict[str, Any]]:
    path = target / "run_results.json"
    return json.loads(path.read_text(encoding="utf-8"))["results"] if path.exists() else []


def _raise_for(
    settings: Settings, selector: str, target: Path, code: int, tail: str, results: list[dict[str, Any]]
) -> None:
    failed = [r for r in results if r["status"] in _FAILED]
    if code == 0 and not failed:
        return
    log = settings.home / "logs" / "dbt" / selector / "dbt.log"
    if not failed:
        raise VeiligheidsbeeldError(
            f"dbt could not build {selector} (exit code {code}):\n{tail}",
            remedy=f"Mend what it says; the whole log is {log}.",
            owner=OWNER,
        )
    nodes = _manifest(target)
    described = [_describe(r, nodes) for r in failed[:_MAX_NAMED]]
    more = f"\n- and {len(failed) - _MAX_NAMED} more" if len(failed) > _MAX_NAMED else ""
    owners = sorted({owner for r in failed for owner in _owners(r["unique_id"], nodes)} or {OWNER})
    compiled = next((r["unique_id"] for r in failed if r["unique_id"].startswith("test.")), None)
    query = nodes.get(compiled or "", {}).get("compiled_path")
    raise VeiligheidsbeeldError(
        f"dbt refused {selector}: {len(failed)} of {len(results)} failed.\n" + "\n".join(described) + more,
        remedy=(f"Run the query of a failed test to see the rows ({query}); " if query else "")
        + f"mend the source or the model and run `veiligheidsbeeld transform {selector}`. Log: {log}.",
        owner=", ".join(owners),
    )


def _manifest(target: Path) -> dict[str, dict[str, Any]]:
    path = target / "manifest.json"
    if not path.exists():
        return {}
    manifest = json.loads(path.read_text(encoding="utf-8"))
    return manifest["nodes"] | manifest["sources"]


def _describe(result: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> str:
    node = nodes.get(result["unique_id"], {})
    kind = result["unique_id"].split(".", 1)[0]
    about = node.get("description") or ""
    if result.get("failures"):
        what = f"{result['failures']} rows break the rule"
    else:
        what = " ".join((result.get("message") or "no message").split())[:_MAX_MESSAGE]
    return f"- {kind} {_name(result['unique_id'], node)}: {what}" + (f" ({about.strip()})" if about else "")


def _owners(unique_id: str, nodes: dict[str, dict[str, Any]]) -> set[str]:
    """Whose a node is: its own `eigenaar`; for a test those of what it reads, back to the sources it reads directly."""
    node = nodes.get(unique_id, {})
    own = node.get("config", {}).get("meta", {}).get("eigenaar")
    if own and node.get("resource_type") != "test":
        return {own}
    return {owner for parent in node.get("depends_on", {}).get("nodes", []) for owner in _owners(parent, nodes)}


def _name(unique_id: str, node: Mapping[str, Any]) -> str:
    """`kandidaat_jeugd.benchmark` for a model of a mart, else the name in the project."""
    if node.get("resource_type") == "model":
        return f"{node['schema']}.{node['alias']}"
    return node.get("name") or unique_id.split(".")[2]


def _report(selector: str, seconds: float, results: list[dict[str, Any]]) -> TransformReport:
    nodes = [
        NodeTiming(
            name=r["unique_id"].split(".")[2],
            kind=r["unique_id"].split(".")[0],
            status=r["status"],
            seconds=round(r["execution_time"], 3),
            rows=r.get("failures")
            if r["unique_id"].startswith("test.")
            else r["adapter_response"].get("rows_affected"),
        )
        for r in results
    ]
    warnings = [f"{r['unique_id'].split('.')[2]}: {r.get('message')}" for r in results if r["status"] == "warn"]
    return TransformReport(selector, round(seconds, 3), tuple(sorted(nodes, key=lambda n: -n.seconds)), tuple(warnings))
