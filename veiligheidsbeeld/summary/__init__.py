"""What `run`, `up` and `status` show: progress while it works, and afterwards what came of it and where to look."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from veiligheidsbeeld import alerts, documentation, pages
from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.goals import screen as scherm
from veiligheidsbeeld.goals import standing as stand
from veiligheidsbeeld.orchestration.names import datasets
from veiligheidsbeeld.services import airflow, postgres
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps.marts import GOALS, MARTS
from veiligheidsbeeld.summary import promised
from veiligheidsbeeld.summary.files import show_files
from veiligheidsbeeld.warehouse import connect

if TYPE_CHECKING:
    from pathlib import Path

    from veiligheidsbeeld.goals.standing import Stand
    from veiligheidsbeeld.services.airflow import Task
    from veiligheidsbeeld.services.run import Result
    from veiligheidsbeeld.summary.promised import Missing

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
        self.pages = self._pages(result)
        if result.ok and (found := promised.missing(result.settings, result.run_ids)):
            self.missing = found
            lines = [f"{n}. {m.what}\n   What to do: {m.remedy}" for n, m in enumerate(found, 1)]
            alerts.send(result.settings, "not_all_arrived", "\n".join(["Not all that was promised arrived.", *lines]))

    def _pages(self, result: Result) -> Path | None:
        """Writes the pages when something was published; else those that are there stay."""
        index = pages.folder(result.settings) / "index.html"
        published = any(row[0] == "publiceer" and row[2] == "gedaan" for row in self.steps)
        if self.published and (published or not index.exists()):
            with result.clock.phase("pages"):
                pages.write(result.settings)
        return index if index.exists() else None

    def summary(self, result: Result) -> None:
        """What was loaded, judged and published, where the time went, where to look."""
        steps = {(stap, subject): (result_, text, detail) for stap, subject, result_, text, detail in self.steps}
        self._heading("Loaded", MARKS[result.settings.bron_soort])
        self.console.print(_loaded(steps))
        show_files(self.console, steps)
        self._heading("Judged")
        self.console.print(_judged(steps))
        self._heading("Published")
        self.console.print(_published(steps, self.published))
        if not any(outcome == "gedaan" and stap == "publiceer" for (stap, _), (outcome, *_) in steps.items()):
            words = "nothing new: what is published stays as it was" if result.ok else "no new publication"
            self.console.print(words)
        self._heading("Time")
        self.console.print(_time(result))
        if self.goals:
            self._heading("Goals of the plans", MARKS[result.settings.bron_soort])
            scherm.show(self.console, self.goals, regions=False)
        self._heading("Where to look")
        self.console.print(_where(result.settings, up=result.up, index=self.pages))
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
        self.console.print(f"\n[bold]{title}[/]" + (f"   {escape(remark)}" if remark else ""))


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        # A name that starts with # is a number.
        table.add_column(column.lstrip("#"), justify="right" if column.startswith("#") else "left", no_wrap=True)
    return table


def _loaded(steps: dict) -> Table:
    table = _table("dataset", "#cells", "#series", "#new", "#changed", "#withdrawn", "#equal", "#quarantine", "")
    for dataset in load_cubes():
        batch = steps.get(("laad", dataset), (None, "", {}))[2]
        outcome, _, merged = steps.get(("verwerk", dataset), (None, "", {}))
        counts = [merged.get(k) for k in ("nieuw", "gewijzigd", "vervallen", "gelijk")]
        row = [batch.get("cells"), batch.get("rows"), *counts, batch.get("refused")]
        remark = "" if outcome == "gedaan" else _remark(steps, dataset)
        table.add_row(dataset, *(f"{n:,}" if n is not None else "" for n in row), remark)
    return table


def _remark(steps: dict, dataset: str) -> str:
    for stap in ("verwerk", "keur_levering", "laad", "haal_op"):
        outcome, _, detail = steps.get((stap, dataset), (None, "", {}))
        if outcome in ("geweigerd", "mislukt"):
            return f"[red]{'refused' if outcome == 'geweigerd' else 'failed'} at {stap}[/]"
        if outcome == "niets_nieuws":
            return "nothing new" if detail.get("opgenomen", True) else "not among the recordings or the sample"
    return "not asked for"


def _judged(steps: dict) -> Table:
    table = _table("border", "subject", "#held", "#yellow", "#red", "")
    for stap, border in (("keur_levering", "delivery"), ("keur", "candidate")):
        for (name, subject), (_, _, detail) in steps.items():
            if name == stap and "passed" in detail:
                yellow, red = detail.get("yellow", []), detail.get("red", [])
                if "/" in subject and not yellow and not red:
                    continue  # one of many register files, and nothing to say about it
                words = escape("; ".join([*red, *yellow]))
                table.add_row(border, subject, str(detail["passed"]), str(len(yellow)), str(len(red)), _short(words))
    if not table.row_count:
        table.add_row("nothing", "", "", "", "", "")
    return table


def _short(text: str, width: int = 100) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _published(steps: dict, published: Iterable[tuple]) -> Table:
    table = _table("theme", "#publication", "#rows", "#tables", "")
    current = {thema: (nr, since, tabellen) for thema, nr, since, tabellen in published}
    for thema in MARTS:
        outcome = steps.get(("publiceer", thema), (None, "", {}))[0]
        nr, _, tabellen = current.get(thema, (None, None, {}))
        bad = next(
            (s for s in ("publiceer", "keur", "bouw") if steps.get((s, thema), ("",))[0] in ("geweigerd", "mislukt")),
            None,
        )
        remark = f"[red]stopped at {bad}; the previous publication stays[/]" if bad else ""
        remark = remark or ("new" if outcome == "gedaan" else "unchanged" if nr else "never published")
        rows = sum(tabellen.values()) if tabellen else 0
        table.add_row(thema, str(nr or ""), f"{rows:,}", str(len(tabellen)), remark)
    return table


def _time(result: Result) -> Table:
    from veiligheidsbeeld.services.run import split

    table = _table("part", "#seconds")
    if install := os.environ.get("VB_INSTALL_SECONDS"):
        table.add_row("install (packages)", f"{float(install):.1f}")
    for part, seconds in split(result).items():
        table.add_row(part, f"{seconds:.1f}")
    table.add_row("total of this command", f"{result.clock.total:.1f}")
    return table


def _where(settings: Settings, *, up: bool, index: Path | None) -> Table:
    table = _table("", "")
    if index:
        table.add_row("pages (Dutch)", str(index))
    env = "" if settings.home.parent.name == "var" else f"VB_HOME={shlex.quote(str(settings.home))} "
    table.add_row("warehouse", f"{env}.venv/bin/veiligheidsbeeld psql -c '\\dv mart_*.*'")
    address = f"postgresql://analist@{settings.pg_host}:{settings.pg_port}/{settings.pg_database}"
    if up:
        socket = postgres.socket_directory(settings)
        table.add_row("connection", f"{address}  (roles analist, bi_lezer; passwords in {settings.home}/secrets.json)")
        if socket:
            table.add_row("socket", f"{socket} (same port)")
        number = airflow.port(settings)
        table.add_row("Airflow", f"http://127.0.0.1:{number}  (user {airflow.USER}, password: airflow_password there)")
    else:
        table.add_row("connection", f"{address}  (after `make up`)")
    table.add_row("data docs", str(settings.home / "data_docs" / "site" / "index.html"))
    made = documentation.folder(settings) / "dbt.html"
    table.add_row("dbt docs", str(made) if made.exists() else f"{env}.venv/bin/veiligheidsbeeld docs  (makes {made})")
    table.add_row("logs", f"{settings.home / 'logs'}, of tasks: {airflow.home(settings) / 'logs'}")
    return table


def show_status(console: Console, settings: Settings) -> None:
    """Deliveries, publications and services of this copy."""
    from veiligheidsbeeld.services.processes import Supervisor

    console.print(f"[bold]Home[/] {settings.home}   {MARKS[settings.bron_soort]}")
    with connect(settings, "beheer") as connection:
        deliveries = connection.execute(DELIVERIES).fetchall()
        published = connection.execute(PUBLISHED).fetchall()
        refused = {t: (nr, reason) for t, nr, reason in connection.execute(REFUSED).fetchall() if reason}
    console.print("\n[bold]Deliveries[/]")
    table = _table("dataset", "#delivery", "status", "#cells", "fetched", "")
    for dataset in datasets():
        rows = [row for row in deliveries if row[-1] == dataset]
        for name, number, state, cells, fetched, reason, _ in rows:
            style = "red" if state == "geweigerd" else ""
            moment = f"{fetched.astimezone():%Y-%m-%d %H:%M}"
            table.add_row(name, str(number), state, f"{cells:,}", moment, _short(escape(reason)), style=style)
        if not rows:
            table.add_row(dataset, "", "never", "", "", "")
    console.print(table)
    console.print("\n[bold]Publications[/]")
    table = _table("theme", "#publication", "since", "#rows", "")
    current = {row[0]: row for row in published}
    for thema in MARTS:
        _, nr, since, tabellen = current.get(thema, (thema, None, None, {}))
        moment = f"{since.astimezone():%Y-%m-%d %H:%M}" if since else "never"
        last, reason = refused.get(thema, (None, ""))
        remark = f"[red]candidate refused: {_short(escape(reason))}[/]" if last and last != nr else ""
        if thema == GOALS and not nr and not remark:
            remark = "mart_<theme>.doelen come with its first publication"
        table.add_row(thema, str(nr or ""), moment, f"{sum(tabellen.values()):,}", remark)
    console.print(table)
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
