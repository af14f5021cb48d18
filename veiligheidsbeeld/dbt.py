"""dbt as a process that ends with the run that started it: its memory is returned, and a kill leaves nothing behind.

`run` is the side of who asks; `python -m veiligheidsbeeld.dbt <answer> <arguments of dbt>` is the process. It answers
with what became of every node (`Node`), so that nobody needs the whole project (manifest.json) for it: describing
500 nodes costs seconds of every build.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from veiligheidsbeeld.dbt_folder import dbt_folder
from veiligheidsbeeld.errors import ConfigurationError, ProcessLost, VeiligheidsbeeldError
from veiligheidsbeeld.settings import Settings

OWNER = "data-engineering"
# What dbt read of the project, beside what else it writes for itself.
READ = "partial_parse.msgpack"
_FAILED = {"error", "fail", "runtime error", "partial success"}
# What macros/merk.sql has dbt say of a node that stays as it is.
_UNCHANGED = "(unchanged)"
# What PostgreSQL and its library say of themselves, whatever was asked.
_OF_THE_SERVER = re.compile(
    "deadlock detected|terminating connection|server closed the connection|connection already closed"
    "|database system is|could not connect"
)


@dataclass(frozen=True)
class Node:
    """One model, seed or test of a run: `relation` that was made, `file` below dbt_project, seconds it took, rows it
    wrote (tests: rows that failed).

    `marts` are the marts it belongs to: its own, or for a test those of what it reads. `owners` likewise, back to the
    sources that it reads directly. `query` is the compiled SQL of a test that failed. `reads` are the relations that a
    model names, `ended` is the moment at which it was done (ISO 8601).
    """

    name: str
    relation: str
    file: str
    kind: str
    status: str
    seconds: float
    rows: int | None
    message: str
    description: str
    marts: tuple[str, ...]
    owners: tuple[str, ...]
    query: str | None
    reads: tuple[str, ...]
    ended: str

    @property
    def failed(self) -> bool:
        return self.status in _FAILED

    @property
    def unchanged(self) -> bool:
        """Whether it stayed as an earlier run made it; of a test that it passed then."""
        return self.message.endswith(_UNCHANGED)


def environment(settings: Settings) -> dict[str, str]:
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


def log_file(settings: Settings) -> Path:
    return settings.home / "logs" / "dbt" / "dbt.log"


def run(
    settings: Settings,
    target: Path,
    arguments: list[str],
    report: Callable[[str], None],
    *,
    write_json: bool = False,
) -> list[Node]:
    """Runs dbt as role `transform`, passing on its lines as they come; `target` is the folder for its own files.

    `write_json` has it describe the whole project there (manifest.json and so on), which costs seconds.
    Raises `ProcessLost` when it or a query of it was killed and `VeiligheidsbeeldError` when it stopped before it had
    worked on a node; nodes that failed are in what it gives.
    """
    tail: deque[str] = deque(maxlen=40)
    with tempfile.TemporaryDirectory(prefix="vb-dbt-") as folder:
        answer = Path(folder) / "answer.json"
        with subprocess.Popen(
            [sys.executable, "-m", __name__, str(answer), *_command(settings, target, arguments, write_json)],
            cwd=settings.project,
            env=environment(settings),
            # The process ends when nobody holds the other end.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                for line in process.stdout or ():
                    tail.append(line.rstrip())
                    report(line.rstrip())
                code = process.wait()
            except BaseException:
                process.terminate()
                raise
        nodes = _read(answer)
    if code < 0:
        raise ProcessLost(
            f"dbt ended by signal {-code} (9: often too little memory).", remedy="The next try or run does it again."
        )
    if given_up := [node for node in nodes if node.failed and of_the_server(node.message)]:
        raise ProcessLost(
            f"The database gave {given_up[0].name} up: {given_up[0].message}", remedy="The next try builds it again."
        )
    if code and not any(node.failed for node in nodes):
        said = "\n".join(tail)
        if of_the_server(said):
            raise ProcessLost(f"The database gave dbt up:\n{said}", remedy="The next try builds it again.")
        raise VeiligheidsbeeldError(
            f"dbt could not work (exit code {code}):\n{said}",
            remedy=f"Mend what it says; the whole log is {log_file(settings)}.",
            owner=OWNER,
        )
    return nodes


def of_the_server(message: str) -> bool:
    """Whether a node failed by what happened to the server and not by what it asks: a restart, or two builders that
    dropped each other's views."""
    return _OF_THE_SERVER.search(message) is not None


def _command(settings: Settings, target: Path, arguments: list[str], write_json: bool) -> list[str]:
    project = str(dbt_folder(settings.home / "dbt" / "project", settings.project, settings.region))
    command = ["--log-path", str(log_file(settings).parent), "--log-level-file", "info", "--no-use-colors"]
    command += ["--write-json" if write_json else "--no-write-json", *arguments]
    return [*command, "--project-dir", project, "--profiles-dir", project, "--target-path", str(target)]


def _read(answer: Path) -> list[Node]:
    found = json.loads(answer.read_text(encoding="utf-8")) if answer.exists() else []
    return [Node(**one | {key: tuple(one[key]) for key in ("marts", "owners", "reads")}) for one in found]


def lineage(settings: Settings, model: str) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Schema and name of a model, of what it reads, and so on to the sources: each with the relations that read it.

    As the last build knew the project; what reads comes before what is read. Raises `ConfigurationError` when nothing
    was built in this home.
    """
    from dbt.contracts.graph.manifest import Manifest

    known = target(settings) / READ
    if not known.exists():
        raise ConfigurationError("dbt has built nothing here yet.", remedy="Run `veiligheidsbeeld transform`.")
    manifest = Manifest.from_msgpack(known.read_bytes())
    nodes = {**manifest.nodes, **manifest.sources}
    order: list[str] = []

    def parents(name: str) -> list[str]:
        return [parent for parent in getattr(nodes[name], "depends_on_nodes", ()) if parent in nodes]

    def visit(name: str) -> None:
        if name not in order:
            for parent in parents(name):
                visit(parent)
            order.append(name)

    visit(next(name for name, node in manifest.nodes.items() if node.name == model))
    relation = {name: (nodes[name].schema, nodes[name].identifier) for name in order}
    return {relation[name]: {relation[r] for r in order if name in parents(r)} for name in reversed(order)}


def target(settings: Settings) -> Path:
    """Folder of what dbt writes for itself in builds that count."""
    return settings.home / "dbt" / "bouw"


def begin_with_what_was_read(settings: Settings, other: Path) -> None:
    """Gives another folder what the last build read of the project: to read all of it anew costs longer than most work.

    dbt reads again what is another file by now, and everything when it is asked with other variables.
    """
    if (known := target(settings) / READ).exists():
        other.mkdir(parents=True, exist_ok=True)
        shutil.copy2(known, other)


def main() -> int:
    """The process: runs dbt as its own command line does and writes what became of the nodes; gives the exit code."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from dbt.cli.exceptions import ExceptionExit, ResultExit
    from dbt.cli.main import cli

    _keep_connections()
    answer, arguments = Path(sys.argv[1]), sys.argv[2:]
    # What dbtRunner does; it gives no manifest back.
    context = cli.make_context("dbt", arguments)
    context.obj = {"manifest": None, "callbacks": [], "dbt_runner_command_args": arguments}
    code = 0
    try:
        result, _ = cli.invoke(context)
    except ResultExit as stop:
        code, result = stop.exit_code, stop.result
    except ExceptionExit as stop:
        return stop.exit_code
    nodes = [_node(one, context.obj["manifest"]) for one in getattr(result, "results", [])]
    answer.with_suffix(".tmp").write_text(json.dumps([asdict(node) for node in nodes]), encoding="utf-8")
    answer.with_suffix(".tmp").replace(answer)
    return code


def _keep_connections() -> None:
    """A thread keeps its connection from node to node (docs/decisions/0036-connections-of-dbt.md).

    dbt-postgres opens one for every node: signing in, a process of the server, its catalogue read anew. What a node
    left open is rolled back, and a connection that is lost is let go of as before. The main thread, which waits for all
    nodes between its first and its last question, keeps none.
    """
    from dbt.adapters.postgres.connections import PostgresConnectionManager

    close = PostgresConnectionManager.release

    def release(manager: Any) -> None:
        connection, waits = manager.get_if_exists(), threading.current_thread() is threading.main_thread()
        if waits or connection is None or connection.state != "open" or connection.handle.closed:
            return close(manager)
        try:
            connection.handle.rollback()
        except Exception:
            return close(manager)
        connection.transaction_open = False

    PostgresConnectionManager.release = release


def _end_with_parent() -> None:
    """A build that goes on after its run was killed would fight with the next run over the same tables."""
    while sys.stdin.read(1):
        pass
    # The server rolls back what was under way.
    os._exit(1)


def _node(result: Any, manifest: Any) -> Node:
    node, test = result.node, result.node.resource_type in ("test", "unit_test")
    parents = [manifest.nodes[name] for name in node.depends_on_nodes if name in manifest.nodes] if test else [node]
    return Node(
        name=node.name,
        relation="" if test else f"{node.schema}.{node.alias}",
        file=node.original_file_path,
        kind=str(node.resource_type),
        status=str(result.status),
        seconds=round(result.execution_time, 3),
        rows=result.failures if test else result.adapter_response.get("rows_affected"),
        message=" ".join((result.message or str(result.adapter_response.get("_message", ""))).split()),
        description=(node.description or "").strip(),
        marts=tuple(sorted({parent.fqn[2] for parent in parents if parent.fqn[1:2] == ["marts"]})),
        owners=tuple(sorted(_owners(node.unique_id, manifest))),
        query=getattr(node, "compiled_path", None) if test else None,
        reads=() if test else tuple(sorted(_relations(node, manifest))),
        ended=(result.timing[-1].completed_at if result.timing else datetime.now(UTC)).isoformat(),
    )


def _relations(node: Any, manifest: Any) -> set[str]:
    """Schema and name of what a model names."""
    known = {**manifest.sources, **manifest.nodes}
    read = [known[name] for name in getattr(node, "depends_on_nodes", ()) if name in known]
    return {f"{one.schema}.{one.identifier}" for one in read}


def _owners(name: str, manifest: Any) -> set[str]:
    """Whose a node is: its own `eigenaar`; for a test those of what it reads, back to the sources."""
    node = manifest.nodes.get(name) or manifest.sources.get(name)
    if node is None:
        return set()
    own = node.config.meta.get("eigenaar")
    if own and node.resource_type != "test":
        return {own}
    return {owner for parent in getattr(node, "depends_on_nodes", ()) for owner in _owners(parent, manifest)}


if __name__ == "__main__":
    sys.exit(main())
