"""Where data went, as events of OpenLineage: a run per step of the books, and one per model that dbt built.

Written here and not by its client, whose import costs every step a quarter of a second (docs/decisions/0031). They are
appended to a file per day in `<home>/logs/openlineage`, or sent to the address in VB_OPENLINEAGE (with the key in
VB_OPENLINEAGE_KEY, where it asks for one). Telling never stops a step: what goes wrong is printed.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from veiligheidsbeeld.contracts import load_contracts
from veiligheidsbeeld.settings import Settings

if TYPE_CHECKING:
    from veiligheidsbeeld.dbt import Node

NAMESPACE = "veiligheidsbeeld"
PRODUCER = f"urn:{NAMESPACE}"
SECONDS = 5.0
_SPEC = "https://openlineage.io/spec"
# Runs of Airflow are known to tasks by this.
_DAG = "AIRFLOW_CTX_DAG_ID"

Place = tuple[str, str]


@dataclass(frozen=True)
class Told:
    """One run of one job, about `of` (a file, of a job for a register); `error` is empty when it ended well, `rows` are
    those written where known."""

    job: str
    started: datetime
    ended: datetime
    error: str = ""
    inputs: Sequence[Place] = ()
    outputs: Sequence[Place] = ()
    rows: int | None = None
    of: str = ""


def table(settings: Settings, schema: str, name: str) -> Place:
    """A table by the names that OpenLineage gives them; cells of a table of a source are that table."""
    server = f"postgres://{settings.pg_host}:{settings.pg_port}"
    return server, f"{settings.pg_database}.{schema}.{name.removesuffix('_cellen') if schema == 'raw' else name}"


def of_step(
    settings: Settings, stap: str, subject: str, detail: dict, started: datetime, ended: datetime, error: str
) -> Told:
    """A step of the books; the files of a register are runs of one job."""
    read, written = _places(settings, stap, subject, detail)
    return Told(f"{stap}.{_dataset(subject) or subject}", started, ended, error, read, written, of=subject)


def _places(settings: Settings, stap: str, subject: str, detail: dict) -> tuple[list[Place], list[Place]]:
    """What a step reads and writes; nothing where that is not tables or files."""
    from veiligheidsbeeld.extract.hosts import HOSTS

    if stap == "publiceer":
        names = sorted(detail.get("tabellen", {}))
        shown = "kern" if subject == "kern" else f"mart_{subject}"
        return [table(settings, f"kandidaat_{subject}", n) for n in names], [table(settings, shown, n) for n in names]
    if stap == "projecteer":
        return [], [table(settings, "intermediate", name) for name in sorted(detail.get("rijen", {}))]
    dataset = _dataset(subject)
    if dataset is None:
        return [], []
    landing = ("file", str(settings.landing / dataset))
    batch, kept = (table(settings, schema, dataset) for schema in ("laad", "raw"))
    source = getattr(load_contracts()[dataset], "bron", None)
    return {
        "haal_op": ([(f"https://{HOSTS[source.host]}", source.tabel)] if source else [], [landing]),
        "laad": ([landing], [batch]),
        "keur_levering": ([batch], []),
        "verwerk": ([batch], [kept]),
    }.get(stap, ([], []))


def of_model(settings: Settings, node: Node) -> Told:
    """A model that dbt built: from the tables that it names to its own."""

    def places(relations: Iterable[str]) -> list[Place]:
        return [table(settings, *relation.split(".", 1)) for relation in relations]

    ended = datetime.fromisoformat(node.ended)
    return Told(
        f"dbt.{node.name}",
        ended - timedelta(seconds=node.seconds),
        ended,
        node.message if node.failed else "",
        places(node.reads),
        places([node.relation]),
        node.rows if node.rows is not None and node.rows >= 0 else None,
    )


def tell(settings: Settings, run_id: str, runs: Iterable[Told]) -> None:
    """Appends or sends the events of these runs, which belong to a run of the scheduler or of somebody's command."""
    try:
        events = [event for run in runs for event in _events(run, run_id)]
        if address := settings.environ.get("VB_OPENLINEAGE"):
            _send(settings, address, events)
        else:
            _append(settings, events)
    except Exception as error:
        print(f"(no OpenLineage events: {error})", file=sys.stderr)


def _dataset(subject: str) -> str | None:
    """The dataset that a step is about: itself, or that of a file by its name."""
    known = load_contracts()
    if subject in known:
        return subject
    stem = PurePosixPath(subject).stem
    return max((name for name in known if stem.startswith(f"{name}_")), key=len, default=None)


def _append(settings: Settings, events: Sequence[dict]) -> None:
    folder = settings.home / "logs" / "openlineage"
    folder.mkdir(parents=True, exist_ok=True)
    # In one piece: steps beside this one write to the same file.
    text = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events)
    with (folder / f"{datetime.now(UTC):%Y-%m-%d}.jsonl").open("ab", buffering=0) as file:
        file.write(text.encode())


def _send(settings: Settings, address: str, events: Sequence[dict]) -> None:
    import httpx

    key = settings.environ.get("VB_OPENLINEAGE_KEY")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    with httpx.Client(base_url=address, headers=headers, timeout=SECONDS) as client:
        for event in events:
            client.post("/api/v1/lineage", json=event).raise_for_status()


def _events(run: Told, run_id: str) -> Iterator[dict]:
    """The two events that the standard asks of every run: that it began, and how it ended."""
    caller = os.environ.get(_DAG, "cli")
    above = {"run": {"runId": _identity(caller, run_id)}, "job": {"namespace": NAMESPACE, "name": caller}}
    facets = {"parent": _facet("1-2-0/ParentRunFacet", **above)}
    counted = _facet("1-0-2/OutputStatisticsOutputDatasetFacet", rowCount=run.rows)
    written = {} if run.rows is None else {"outputFacets": {"outputStatistics": counted}}
    wrong = {"errorMessage": _facet("1-0-1/ErrorMessageRunFacet", message=run.error, programmingLanguage="PYTHON")}
    common = {
        "producer": PRODUCER,
        "schemaURL": f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "job": {"namespace": NAMESPACE, "name": run.job},
        "inputs": [{"namespace": place, "name": name} for place, name in run.inputs],
        "outputs": [{"namespace": place, "name": name, **written} for place, name in run.outputs],
    }
    this = {"runId": _identity(run.job, run.of, run_id, run.started.isoformat()), "facets": facets}
    yield {**common, "eventType": "START", "eventTime": run.started.isoformat(), "run": this}
    if run.error:
        this = {**this, "facets": facets | wrong}
    last = "FAIL" if run.error else "COMPLETE"
    yield {**common, "eventType": last, "eventTime": run.ended.isoformat(), "run": this}


def _facet(kind: str, **content: object) -> dict:
    name = kind.partition("/")[2]
    return {"_producer": PRODUCER, "_schemaURL": f"{_SPEC}/facets/{kind}.json#/$defs/{name}", **content}


def _identity(*parts: str) -> str:
    """The same for the same run, whichever process tells of it."""
    return str(uuid5(NAMESPACE_URL, "/".join((NAMESPACE, *parts))))
