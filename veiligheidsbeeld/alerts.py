"""One message per failed run or missed deadline: what failed, whose it is, what to do.

The message goes to the log, to a file in `<home>/meldingen`, and to VB_ALERT_WEBHOOK (a JSON body with `text`)
when that is set. Imported while DAG files are parsed: keep the imports light.
"""

from __future__ import annotations

import json
import os
import re
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from veiligheidsbeeld.settings import Settings

OWNER = "data-engineering"
# The task that only says that another one failed.
OUTCOME = "uitkomst"


@dataclass(frozen=True)
class Failure:
    """One thing that failed: `subject` (dataset or theme), `step`, and what is known about it."""

    subject: str
    step: str
    what: str
    owner: str
    remedy: str


# Last word of each step in the run: a try that failed and was mended by the next one is no failure. Neither is a
# file that was refused: its owner and sender were told when it happened.
_FAILED_STEPS = """
    select distinct on (onderwerp, stap) onderwerp, stap, uitkomst, boodschap, detail
    from beheer.stap
    where run_id = any(%s) and not (uitkomst = 'geweigerd' and detail ? 'bestand')
    order by onderwerp, stap, stap_id desc
"""
_REFUSED_FILES = """
    select distinct on (onderwerp) onderwerp, stap, boodschap, detail
    from beheer.stap
    where run_id = any(%s) and uitkomst = 'geweigerd' and detail ? 'bestand'
    order by onderwerp, stap_id desc
"""


def failures(
    settings: Settings, run_ids: list[str], failed_tasks: Iterable[tuple[str, str, str]] = ()
) -> list[Failure]:
    """What went wrong in these runs, one entry per subject and step.

    `failed_tasks` are (dag, run, task) ids: what those left unsaid in `beheer.stap` (a fault outside a step, a
    killed process) is taken from their logs.
    """
    from veiligheidsbeeld.warehouse import connect

    with connect(settings, "beheer") as connection:
        rows = connection.execute(_FAILED_STEPS, [run_ids]).fetchall()
    found = [
        Failure(
            subject,
            step,
            detail.get("wat") or text,
            detail.get("eigenaar") or OWNER,
            detail.get("remedie") or "See the log of the task; run it again when the cause is gone.",
        )
        for subject, step, result, text, detail in rows
        if result in ("geweigerd", "mislukt")
    ]
    told = {f.subject for f in found}
    for dag_id, run_id, task_id in failed_tasks:
        subject, _, step = task_id.rpartition(".")
        if step != OUTCOME and (subject or task_id) not in told:
            told.add(subject or task_id)
            what = last_error(settings, dag_id, run_id, task_id)
            remedy = (
                f"See {task_logs(settings, dag_id, run_id, task_id)}; a step that was killed is repaired by a next run."
            )
            found.append(Failure(subject or dag_id, step, what, OWNER, remedy))
    return found


def refused_files(settings: Settings, run_ids: list[str]) -> list[Failure]:
    """Files that these runs refused: an everyday event, with a reason (Dutch) and an owner."""
    from veiligheidsbeeld.warehouse import connect

    with connect(settings, "beheer") as connection:
        rows = connection.execute(_REFUSED_FILES, [run_ids]).fetchall()
    return [Failure(file, d["regel"], d["wat"], d["eigenaar"], d["remedie"]) for file, _, _, d in rows]


def task_logs(settings: Settings, dag_id: str, run_id: str, task_id: str) -> Path:
    """Folder with a log per try of a task."""
    return settings.home / "airflow" / "logs" / f"dag_id={dag_id}" / f"run_id={run_id}" / f"task_id={task_id}"


def last_error(settings: Settings, dag_id: str, run_id: str, task_id: str) -> str:
    """The last exception in the log of a task, in one line."""
    tries = sorted(task_logs(settings, dag_id, run_id, task_id).glob("attempt=*.log"), key=lambda p: p.stat().st_mtime)
    lines = tries[-1].read_text(encoding="utf-8", errors="replace").splitlines() if tries else []
    for line in reversed(lines):
        try:
            detail = json.loads(line).get("error_detail")
        except (ValueError, AttributeError):
            continue
        if detail:
            return f"{detail[0]['exc_type']}: {detail[0]['exc_value']}"
    return "the task ended without saying why (killed?)"


def compose(title: str, found: list[Failure], *, footer: str = "") -> str:
    """The message: a title and a numbered list."""
    lines = [title]
    for number, failure in enumerate(found, 1):
        lines += [
            f"{number}. {failure.subject}, step {failure.step}: {failure.what}",
            f"   Owner: {failure.owner}",
            f"   What to do: {failure.remedy}",
        ]
    return "\n".join([*lines, *([footer] if footer else [])])


def compose_refused(found: list[Failure]) -> str:
    """The message about files that were refused, in Dutch: it goes to those who answer for the data."""
    one = "bestand is" if len(found) == 1 else "bestanden zijn"
    lines = [f"{len(found)} {one} geweigerd; wat bekend was blijft staan"]
    for number, failure in enumerate(found, 1):
        lines += [
            f"{number}. {failure.subject}, stap {failure.step}: {failure.what}",
            f"   Eigenaar: {failure.owner}",
            f"   Te doen: {failure.remedy}",
        ]
    return "\n".join(lines)


def run_failed(context: Mapping) -> None:
    """Failure callback of a DAG: called once per failed run, by the DAG processor."""
    settings = Settings.from_env()
    dag_id, run_id = context["dag"].dag_id, context["run_id"]
    failed: list[tuple[str, str, str]] = []
    if "ti" in context:
        states = context["ti"].get_task_states(dag_id=dag_id, run_ids=[run_id]).get(run_id, {})
        failed = [(dag_id, run_id, task) for task, state in sorted(states.items()) if state == "failed"]
    found = failures(settings, [run_id], failed)
    footer = "What was published before stays as it was; everything else of this run went on."
    send(settings, f"{dag_id}__{run_id}", compose(f"{dag_id} failed (run {run_id})", found, footer=footer))


def deadline_missed(thema: str, minutes: int, context: Mapping | None = None) -> None:
    """Deadline callback of a mart: silent when the mart itself was published in time."""
    from veiligheidsbeeld.warehouse import connect

    settings = Settings.from_env()
    run = (context or {}).get("dag_run") or {}
    run_id = run.get("dag_run_id") or run.get("run_id") or "unknown"
    with connect(settings, "beheer") as connection:
        done = connection.execute(
            "select exists (select from beheer.stap where run_id = %s and stap = 'publiceer' and onderwerp = %s"
            " and uitkomst in ('gedaan', 'niets_nieuws'))",
            [run_id, thema],
        ).fetchone()
    if done == (True,):
        return
    failure = Failure(
        thema,
        "publiceer",
        f"the mart was not published within {minutes} minutes after its run was queued",
        OWNER,
        "Open the run in Airflow: see which task waits or fails. The previous publication is still there.",
    )
    title = f"deadline of mart {thema} missed (run {run_id})"
    send(settings, f"deadline_{thema}__{run_id}", compose(title, [failure]))


def send(settings: Settings, name: str, text: str) -> Path:
    """Writes the message where people look; the file it is kept in. A dead webhook does not raise."""
    print(text, flush=True)
    folder = settings.home / "meldingen"
    folder.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    path = folder / f"{stamp}__{re.sub(r'[^A-Za-z0-9_.-]+', '_', name)}.txt"
    path.write_text(text + "\n", encoding="utf-8")
    if address := os.environ.get("VB_ALERT_WEBHOOK"):
        if not address.startswith(("https://", "http://")):
            print("VB_ALERT_WEBHOOK is not an http(s) address: no message sent", flush=True)
            return path
        body = json.dumps({"text": text}).encode()
        request = urllib.request.Request(address, body, {"Content-Type": "application/json"})  # noqa: S310
        try:
            urllib.request.urlopen(request, timeout=10).close()  # noqa: S310
        except OSError as error:
            print(f"The message could not be sent to VB_ALERT_WEBHOOK: {error}", flush=True)
    return path
