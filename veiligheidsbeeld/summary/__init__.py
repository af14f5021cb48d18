"""What `run`, `up` and `status` show: progress while it works, and afterwards what came of it and where to look."""

from __future__ import annotations

import os
import shlex
import time
from collections import Counter
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from veiligheidsbeeld import alerts, documentation, pages
from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.fit import Heading, fitted
from veiligheidsbeeld.goals import screen as scherm
from veiligheidsbeeld.goals import standing as stand
from veiligheidsbeeld.orchestration.names import datasets
from veiligheidsbeeld.services import airflow, postgres
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps.marts import GOALS, MARTS
from veiligheidsbeeld.summary import promised
from veiligheidsbeeld.summary.files import show_files
from veiligheidsbeeld.summary.promised import Missing
from veiligheidsbeeld.warehouse import connect

if TYPE_CHECKING:
    from pathlib import Path

    from veiligheidsbeeld.goals.standing import Change, Stand
    from veiligheidsbeeld.services.airflow import Task
    from veiligheidsbeeld.services.run import Result

MARKS = {
    "voorbeeld": "SAMPLE DATA: synthetic figures, calibrated to published totals. Not for use.",
    "opname": "RECORDED DATA: real figures from recorded replies; what was not recorded is absent.",
    "live": "LIVE DATA: fetched from the sources.",
}
STYLES = {"success": "green", "failed": "red", "up_for_retry": "yellow"}
# The last word of each step in these runs.
STEPS = """
    select distinct on (stap, onderwerp) stap, onderwerp, uitkomst, boodschap, detail
    from beheer.stap
    where run_id = any(%s)
    order by stap, onderwerp, stap_id desc
"""
# The newest of each dataset; of the survey the newest of each wave.
DELIVERIES = """
    select distinct on (dataset, scope ->> 'golf')
        concat_ws(' ', dataset, scope ->> 'golf'), levering_id, status, rijen, opgehaald_op, coalesce(reden, ''),
        dataset
    from raw.levering
    order by dataset, scope ->> 'golf', levering_id desc
"""
PUBLISHED = """
    select a.thema, p.publicatie_nr, a.sinds, p.tabellen
    from beheer.publicatie_actueel as a
    inner join beheer.publicatie as p on a.publicatie_nr = p.publicatie_nr
"""
REFUSED = """
    select distinct on (p.thema) p.thema, p.publicatie_nr, p.reden
    from beheer.publicatie as p
    order by p.thema, p.publicatie_nr desc
"""


class Screen:
    """Progress on the console: lines always, and on a terminal what is at work now."""

    def __init__(self, console: Console, settings: Settings) -> None:
        self.console, self.settings = console, settings
        self.began = time.monotonic()
        self.steps: list[tuple] = []
        self.published: list[tuple] = []
        self.goals: list[Stand] = []
        self.changes: list[Change] = []
        self.missing: list[Missing] = []
        self.pages: Path | None = None
        self._status = console.status("starting") if console.is_terminal else None

    def __enter__(self) -> Screen:
        mark = MARKS[self.settings.bron_soort]
        self.console.print(f"[bold]Veiligheidsbeeld[/]  {escape(mark)}")
        self.console.print(f"           home {self.settings.home}")
        if self._status:
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status:
            self._status.stop()

    def line(self, text: str, style: str = "") -> None:
        self.console.print(f"[dim]{time.monotonic() - self.began:6.1f}[/]  {escape(text)}", style=style)

    def task(self, task: Task) -> None:
        """Tells of a task that ended; one that was skipped without starting is not worth a line."""
        seconds = (task.ended - task.started).total_seconds() if task.started and task.ended else 0.0
        if task.state not in STYLES and not (task.state == "skipped" and seconds > 0.05):
            return
        words = {"success": "done", "skipped": "nothing new", "up_for_retry": "failed, will be tried again"}
        state = words.get(task.state or "", task.state or "")
        self.line(f"{task.dag_id:<16}  {task.task_id:<38} {state} ({seconds:.1f} s)", STYLES.get(task.state or "", ""))

    def busy(self, tasks: list[str]) -> None:
        if self._status:
            self._status.update(", ".join(tasks) or "waiting for the scheduler")

    def collect(self, result: Result) -> None:
        """Reads what the summary tells, while the warehouse is still there."""
        with connect(result.settings, "beheer") as connection:
            self.steps = connection.execute(STEPS, [result.run_ids]).fetchall()
            self.published = connection.execute(PUBLISHED).fetchall()
        self.goals = stand.published(result.settings)
        if any(row[:3] == ("publiceer", GOALS, "gedaan") for row in self.steps):
            self.changes = stand.changed(result.settings)
        index = pages.folder(result.settings) / "index.html"
        self.pages = index if index.exists() else None
        if result.ok and (found := [*self.missing, *promised.missing(result.settings, result.run_ids)]):
            self.missing = found
            lines = [f"{n}. {m.what}\n   What to do: {m.remedy}" for n, m in enumerate(found, 1)]
            alerts.send(result.settings, "not_all_arrived", "\n".join(["Not all that was promised arrived.", *lines]))

    def exit_code(self, result: Result) -> int:
        """0: all green; 1: something failed or got a red card; 3: published, but not all that was promised arrived."""
        return 1 if not result.ok else promised.NOT_ALL if self.missing else 0

    def summary(self, result: Result) -> None:
        """What was loaded, judged and published, where the time went, where to look."""
        steps = {(stap, subject): (result_, text, detail) for stap, subject, result_, text, detail in self.steps}
        self._heading("Loaded", MARKS[result.settings.bron_soort])
        _show_loaded(self.console, steps)
        show_files(self.console, steps)
        self._heading("Judged", _judged_in_words(steps))
        _show_cards(self.console, steps)
        self._heading("Published")
        self.console.print(_published(self.console, steps, self.published))
        if not any(outcome == "gedaan" and stap == "publiceer" for (stap, _), (outcome, *_) in steps.items()):
            words = "nothing new: what is published stays as it was" if result.ok else "no new publication"
            self.console.print(words)
        self._heading("Time", _time_in_words(result))
        if self.goals:
            self._heading("Goals of the plans", "what is off course, or changed with this publication")
            scherm.show_course(self.console, self.goals, self.changes)
        self._heading("Where to look")
        for name, place in places(result.settings, up=result.up, index=self.pages):
            # The terminal folds what is too long, so that it is copied whole.
            self.console.print(f"{name:<13} [default]{escape(place)}[/]", soft_wrap=True)
        if result.ok and not self.missing:
            self.console.print("\n[bold green]All green.[/]")
            return
        if result.ok:
            self._heading("Not all that was promised arrived")
            for one in self.missing:
                self.console.print(one.what, style="yellow", markup=False)
                self.console.print(f"   What to do: {one.remedy}", markup=False)
            self.console.print("[bold yellow]Published, and not green.[/] What arrived is visible; this did not.")
            return
        self.console.print()
        for failure in result.failures:
            self.console.print(f"{failure.subject}, {failure.step}: {failure.what}", style="red", markup=False)
            self.console.print(f"   Owner: {failure.owner}", markup=False)
            self.console.print(f"   What to do: {failure.remedy}", markup=False)
        self.console.print("[bold red]Red.[/] What was published before stays as it was.")

    def _heading(self, title: str, remark: str = "") -> None:
        text = f"\n[bold]{title}[/]" + (f"   {escape(remark)}" if remark else "")
        self.console.print(text, soft_wrap=not self.console.is_terminal)


def _show_loaded(console: Console, steps: dict) -> None:
    """Tables of sources of which something came or went wrong; the others are counted."""
    headings = [
        Heading("dataset"), Heading("cells", 4, number=True), Heading("series", 5, number=True),
        Heading("new", 1, number=True), Heading("changed", 2, number=True), Heading("withdrawn", 3, number=True),
        Heading("equal", 6, number=True), Heading("quarantine", number=True), Heading(""),
    ]  # fmt: skip
    rows, still = [], Counter[str]()
    for dataset in load_cubes():
        batch = steps.get(("laad", dataset), (None, "", {}))[2]
        outcome, _, merged = steps.get(("verwerk", dataset), (None, "", {}))
        remark = "" if outcome == "gedaan" else _remark(steps, dataset)
        if remark and not remark.startswith("["):
            still[remark] += 1
            continue
        counts = [merged.get(k) for k in ("nieuw", "gewijzigd", "vervallen", "gelijk")]
        row = [batch.get("cells"), batch.get("rows"), *counts, batch.get("refused")]
        rows.append([dataset, *(f"{n:,}" if n is not None else "" for n in row), remark])
    if rows:
        console.print(fitted(console, headings, rows))
    for remark, number in still.items():
        console.print(f"{number} tables of sources: {remark}")


def _remark(steps: dict, dataset: str) -> str:
    for stap in ("verwerk", "keur_levering", "laad", "haal_op"):
        outcome, _, detail = steps.get((stap, dataset), (None, "", {}))
        if outcome in ("geweigerd", "mislukt"):
            return f"[red]{'refused' if outcome == 'geweigerd' else 'failed'} at {stap}[/]"
        if outcome == "niets_nieuws":
            return "nothing new" if detail.get("opgenomen", True) else "not among the recordings or the sample"
    return "not asked for"


def _verdicts(steps: dict) -> list[tuple[str, str, dict]]:
    """Border, subject and verdict of all that was judged."""
    borders = {"keur_levering": "delivery", "keur": "candidate"}
    return [
        (borders[name], subject, detail)
        for (name, subject), (_, _, detail) in steps.items()
        if name in borders and "passed" in detail
    ]


def _judged_in_words(steps: dict) -> str:
    found = _verdicts(steps)
    if not found:
        return "nothing"
    numbers = Counter(border for border, *_ in found)
    told = [f"{n} {'deliveries' if border == 'delivery' else 'candidates'}" for border, n in numbers.items()]
    cards = {card: sum(len(detail.get(card, [])) for *_, detail in found) for card in ("yellow", "red")}
    held = sum(detail["passed"] for *_, detail in found)
    return f"{', '.join(told)}: {held:,} rules held, {cards['yellow']} yellow cards, {cards['red']} red cards"


def _show_cards(console: Console, steps: dict) -> None:
    """A line per card."""
    for border, subject, detail in _verdicts(steps):
        for card, style in (("red", "red"), ("yellow", "yellow")):
            for words in detail.get(card, []):
                console.print(
                    f"[{style}]{card}[/]  {border} {escape(subject)}: {escape(words)}",
                    soft_wrap=not console.is_terminal,
                )


def _published(console: Console, steps: dict, published: Iterable[tuple]) -> Table:
    headings = [
        Heading("theme"), Heading("publication", number=True), Heading("rows", 2, number=True),
        Heading("tables", 3, number=True), Heading(""),
    ]  # fmt: skip
    current = {thema: (nr, since, tabellen) for thema, nr, since, tabellen in published}
    rows = []
    for thema in MARTS:
        outcome = steps.get(("publiceer", thema), (None, "", {}))[0]
        nr, _, tabellen = current.get(thema, (None, None, {}))
        bad = next(
            (s for s in ("publiceer", "keur", "bouw") if steps.get((s, thema), ("",))[0] in ("geweigerd", "mislukt")),
            None,
        )
        remark = f"[red]stopped at {bad}; the previous publication stays[/]" if bad else ""
        remark = remark or ("new" if outcome == "gedaan" else "unchanged" if nr else "never published")
        number = sum(tabellen.values()) if tabellen else 0
        rows.append([thema, str(nr or ""), f"{number:,}", str(len(tabellen)), remark])
    return fitted(console, headings, rows)


def _time_in_words(result: Result) -> str:
    from veiligheidsbeeld.services.run import split

    parts = split(result)
    if install := os.environ.get("VB_INSTALL_SECONDS"):
        parts = {"install (packages)": float(install), **parts}
    told = ", ".join(f"{part} {seconds:.1f} s" for part, seconds in parts.items())
    return f"{result.clock.total:.1f} s: {told}"


def places(settings: Settings, *, up: bool, index: Path | None) -> list[tuple[str, str]]:
    """Where to look: addresses, paths that exist and commands that work, each with what is there."""
    env = "" if settings.home.parent.name == "var" else f"VB_HOME={shlex.quote(str(settings.home))} "
    command = f"{env}.venv/bin/veiligheidsbeeld"
    address = f"postgresql://analist@{settings.pg_host}:{settings.pg_port}/{settings.pg_database}"
    found = [("pages (Dutch)", str(index))] if index else []
    found += [("goals", f"{command} goals"), ("files", f"{command} export doelen")]
    found += [("warehouse", f"{command} psql -c '\\dv mart_*.*'")]
    if up:
        found.append(("connection", f"{address}  (roles analist, bi_lezer; passwords: {settings.home}/secrets.json)"))
        if socket := postgres.socket_directory(settings):
            found.append(("socket", f"{socket} (same port)"))
        number = airflow.port(settings)
        found.append(("Airflow", f"http://127.0.0.1:{number}  (user {airflow.USER}, password: airflow_password there)"))
    else:
        found.append(("connection", f"{address}  (after `make up`)"))
    if (told := settings.home / "berichten").exists():
        found.append(("messages", str(told)))
    found.append(("data docs", str(settings.home / "data_docs" / "site" / "index.html")))
    made = documentation.folder(settings) / "dbt.html"
    found.append(("dbt docs", str(made) if made.exists() else f"{command} docs"))
    return [*found, ("logs", str(settings.home / "logs")), ("of tasks", str(airflow.home(settings) / "logs"))]


def show_status(console: Console, settings: Settings) -> None:
    """Deliveries, publications and services of this copy."""
    from veiligheidsbeeld.services.processes import Supervisor

    console.print(f"[bold]Home[/] {settings.home}\n{MARKS[settings.bron_soort]}")
    with connect(settings, "beheer") as connection:
        deliveries = connection.execute(DELIVERIES).fetchall()
        published = connection.execute(PUBLISHED).fetchall()
        refused = {t: (nr, reason) for t, nr, reason in connection.execute(REFUSED).fetchall() if reason}
    console.print("\n[bold]Deliveries[/]")
    headings = [
        Heading("dataset"), Heading("delivery", 3, number=True), Heading("status"), Heading("cells", 2, number=True),
        Heading("fetched"), Heading("", 1, folds=True),
    ]  # fmt: skip
    rows, styles = [], []
    for dataset in datasets():
        found = [row for row in deliveries if row[-1] == dataset]
        for name, number, state, cells, fetched, reason, _ in found:
            moment = f"{fetched.astimezone():%Y-%m-%d %H:%M}"
            rows.append([name, str(number), state, f"{cells:,}", moment, escape(reason)])
            styles.append("red" if state == "geweigerd" else "")
        if not found:
            rows.append([dataset, "", "never", "", "", ""])
            styles.append("")
    console.print(fitted(console, headings, rows, styles))
    console.print("\n[bold]Publications[/]")
    headings = [
        Heading("theme"), Heading("publication", 2, number=True), Heading("since"), Heading("rows", 3, number=True),
        Heading("", 1, folds=True),
    ]  # fmt: skip
    rows = []
    current = {row[0]: row for row in published}
    for thema in MARTS:
        _, nr, since, tabellen = current.get(thema, (thema, None, None, {}))
        moment = f"{since.astimezone():%Y-%m-%d %H:%M}" if since else "never"
        last, reason = refused.get(thema, (None, ""))
        remark = f"[red]candidate refused: {escape(reason)}[/]" if last and last != nr else ""
        if thema == GOALS and not nr and not remark:
            remark = "mart_<theme>.doelen come with its first publication"
        rows.append([thema, str(nr or ""), moment, f"{sum(tabellen.values()):,}", remark])
    console.print(fitted(console, headings, rows))
    console.print("\n[bold]Services[/]")
    running = Supervisor(settings).known()
    for name, child in running.items():
        console.print(f"  {name} (process {child.process.pid})")
    server = postgres.postmaster(settings)
    console.print(
        f"  PostgreSQL on {settings.pg_host}:{settings.pg_port}" + (f" (process {server.pid})" if server else "")
    )
    if "api-server" in running:
        console.print(f"  Airflow on http://127.0.0.1:{airflow.port(settings)}")
