"""One extraction: state before, plan, parts side by side, proof, state after, delivery."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec
import pyarrow as pa

from veiligheidsbeeld import __version__
from veiligheidsbeeld.binding.aliases import load_aliases
from veiligheidsbeeld.contracts.cube import CubeContract
from veiligheidsbeeld.errors import SourceError
from veiligheidsbeeld.extract import plan as planning
from veiligheidsbeeld.extract.hosts import Address
from veiligheidsbeeld.extract.http import Client, Refused, Report
from veiligheidsbeeld.extract.odata import Description, State, Table
from veiligheidsbeeld.extract.pages import Ledger, Page, PageDecoder, PartError
from veiligheidsbeeld.extract.plan import PartPlan
from veiligheidsbeeld.landing import cubes as landing
from veiligheidsbeeld.landing.cubes import Delivery, Manifest, Part, Scope, Workbench
from veiligheidsbeeld.settings import Settings

# How often a table that changes, or a part that does not add up, is fetched before giving up.
ROUNDS = 3
PROGRESS_SECONDS = 5.0


@dataclass
class Extraction:
    """Everything one run of one dataset needs; `run` is the whole story."""

    settings: Settings
    contract: CubeContract
    address: Address
    client: Client
    table: Table
    workbench: Workbench
    gemeenten: list[str]
    perioden: list[str] | None
    force: bool
    report: Report
    progress: Progress = field(init=False)
    before: State = field(init=False)
    lists: dict[str, frozenset[str]] = field(init=False)

    async def run(self) -> Delivery | None:
        """The new delivery, or None when the source has nothing new for this choice."""
        self.progress = Progress(self.contract.naam, self.report)
        self.before = await self.table.state()
        if not self.force and self._known(self.before):
            self.report(f"{self.contract.naam}: unchanged at the source since {self.before.gewijzigd}.")
            return None
        problem = ""
        for attempt in range(1, ROUNDS + 1):
            if problem:
                wait = self.client.backoff * 2 ** (attempt - 2)
                self.report(f"{self.table.name}: {problem}; round {attempt} of {ROUNDS} in {wait:.1f} s.")
                await asyncio.sleep(wait)
                self.before = await self.table.state()
            description = await self.table.describe()
            self.lists = {
                name: frozenset(code.rstrip() for code in lst.codes) for name, lst in description.lists.items()
            }
            scope, parts = self._plan(description)
            self._open(self.before, parts, description)
            try:
                done = await self._fetch_parts(parts)
                problem = ""
            except PartError as error:
                problem = str(error)
            after = await self.table.state()
            if after != self.before:
                problem = f"the table was modified while it was being paged ({_difference(self.before, after)})"
                self.workbench.discard()
            if not problem:
                return self._deliver(self.before, description, scope, done)
        raise SourceError(
            f"{self.table.name} at {self.address.feed}: no consistent copy in {ROUNDS} rounds: {problem}.",
            owner=self.table.owner,
            remedy="Start again when the source is at rest; report it to the source if it stays so. "
            "The deliveries already in landing are untouched.",
        )

    # -- what is known already ------------------------------------------------------------------------------

    @property
    def _choice(self) -> dict[str, list[str] | str | None]:
        """What was chosen, independent of the source: two runs with equal choices ask for the same."""
        return {
            "gemeenten": self.gemeenten,
            "perioden": self.perioden,
            "vraag": question(self.contract, self.settings),
        }

    def _known(self, state: State) -> bool:
        """Whether landing holds this choice at this very state of the source."""
        seen = self.workbench.seen()
        last = landing.latest(self.settings, self.contract.naam)
        facts = (seen.get("bron_soort"), seen.get("bron_staat"), seen.get("keuze"))
        if last and seen.get("levering") == last.name and self._covers(*facts, state):
            return True
        for delivery in landing.newest_first(self.settings, self.contract.naam):
            manifest = delivery.manifest
            if manifest.bron_staat != state.facts:
                return False
            if self._covers(manifest.bron_soort, manifest.bron_staat, manifest.keuze, state):
                return True
        return False

    def _covers(self, kind: str | None, facts: dict | None, choice: dict | None, state: State) -> bool:
        """Whether something fetched at `facts` for `choice` says all that is asked now."""
        if kind != self.settings.bron_soort or facts != state.facts or not choice:
            return False
        asked = self._choice
        periods = choice["perioden"]
        return (
            choice["vraag"] == asked["vraag"]
            and set(self.gemeenten) <= set(choice["gemeenten"])
            and (periods is None or set(self.perioden or ["alles"]) <= set(periods))
        )

    # -- plan -----------------------------------------------------------------------------------------------

    def _plan(self, description: Description) -> tuple[Scope, list[PartPlan]]:
        lists = {key: description.lists[key].codes for key in self.table.keys}
        parts = planning.make_parts(
            self.contract,
            lists,
            self.gemeenten,
            self.perioden,
            url_length=len(self.table.page_url("")) + 40,
        )
        earlier = {
            code
            for delivery in landing.deliveries(self.settings, self.contract.naam)
            for code in delivery.manifest.scope.regio or ()
        }
        region = lists[self.contract.regio.bron] if self.contract.regio else ()
        return planning.make_scope(self.contract, region, self.gemeenten, self.perioden, earlier), parts

    def _open(self, state: State, parts: list[PartPlan], description: Description) -> None:
        """Opens the workbench; pages of an interrupted run stay only if state and questions are the same."""
        questions = {
            "adres": self.address.public,
            "staat": state.facts,
            "keuze": self._choice,
            "delen": [[p.name, p.filter] for p in parts],
            "codelijsten": {name: lst.sha256 for name, lst in description.lists.items()} | description.spoken,
        }
        if self.workbench.begin(msgspec.json.encode(questions)):
            self.report(f"{self.contract.naam}: going on with the pages of an interrupted run.")
        for code_list in description.lists.values():
            self.workbench.put(_code_file(code_list.entity_set), code_list.body)
        for name, body in description.documents.items():
            self.workbench.put(_code_file(name), body)

    # -- rows -----------------------------------------------------------------------------------------------

    async def _fetch_parts(self, plans: Sequence[PartPlan]) -> list[Part]:
        """All parts, at most `bron.gelijktijdig` at once; the first failure stops the others."""
        subject = f"{self.table.name} at {self.address.feed}"
        decoder = PageDecoder(self.table.keys, self.table.columns, subject)
        self.progress.start(len(plans))
        done: dict[str, Part] = {}
        waiting = iter(plans)

        async def work() -> None:
            for plan in waiting:
                done[plan.name] = await _PartFetch(self, plan, decoder).run()
                self.progress.part_done()

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self.contract.bron.gelijktijdig):
                    group.create_task(work())
        except ExceptionGroup as failures:
            raise _first(failures) from None
        self.progress.finish()
        return [done[plan.name] for plan in plans]

    # -- delivery -------------------------------------------------------------------------------------------

    def _deliver(self, state: State, description: Description, scope: Scope, parts: list[Part]) -> Delivery | None:
        if not (rows := sum(part.rijen for part in parts)):
            raise self.table.unexpected("not a single row for the regions and periods asked for")
        lists = {lst.entity_set: lst.sha256 for lst in description.lists.values()}
        content = _content_hash(scope, lists | description.spoken, parts)
        last = landing.latest(self.settings, self.contract.naam)
        if last and last.manifest.inhoud_sha256 == content:
            facts = {"bron_soort": self.settings.bron_soort, "bron_staat": state.facts, "keuze": self._choice}
            self.workbench.remember_seen({**facts, "levering": last.name})
            self.workbench.discard()
            self.report(f"{self.contract.naam}: fetched, but the content is that of delivery {last.name}.")
            return None
        manifest = Manifest(
            dataset=self.contract.naam,
            tabel=self.contract.bron.tabel,
            protocol=self.contract.bron.protocol,
            bron_soort=self.settings.bron_soort,
            adres=self.address.feed,
            gewijzigd=state.gewijzigd,
            versie=state.versie,
            periode=state.periode,
            opgehaald_op=datetime.now(UTC).isoformat(timespec="seconds"),
            scope=scope,
            delen=parts,
            rijen=rows,
            codelijsten={name: _code_file(name) for name in lists},
            codelijsten_sha256=lists,
            metagegevens={name: _code_file(name) for name in description.documents},
            bron_staat=state.facts,
            keuze=self._choice,
            inhoud_sha256=content,
            software=f"veiligheidsbeeld {__version__}",
        )
        delivery = self.workbench.complete(manifest)
        self.report(f"{self.contract.naam}: {rows:,} rows landed as {delivery.name}.")
        return delivery


class _PartFetch:
    """One part: pages kept from an interrupted run, then page after page, then the proof."""

    def __init__(self, extraction: Extraction, plan: PartPlan, decoder: PageDecoder) -> None:
        self.plan, self.decode = plan, decoder
        self.table, self.client = extraction.table, extraction.client
        self.workbench, self.progress = extraction.workbench, extraction.progress
        self.whole_table = extraction.before.aantal
        # Tables in OData v3 are dense cubes; only a recording may hold less than its code lists promise.
        self.dense = extraction.contract.bron.protocol == "odata_v3" and extraction.settings.bron_soort != "opname"
        self.ledger = Ledger(plan.name, plan.choices, extraction.lists)
        self.pages: list[landing.Page] = []
        self.cursor: tuple[tuple[str, str], ...] = ()
        self.ended = False

    async def run(self) -> Part:
        try:
            self._take_up()
            while not self.ended:
                page = await self._next_page()
                self.ledger.add(page.rows)
                self._store(page)
                self._advance(page)
            return await self._prove()
        except PartError:
            self.workbench.drop_pages(self.plan.name)
            raise

    async def _next_page(self) -> Page:
        url = self.table.page_url(self.plan.filter, self.cursor)
        try:
            return await self.client.get(url, self.decode)
        except Refused as refusal:
            raise self.table.failed(refusal) from refusal

    def _take_up(self) -> None:
        """Enters the whole pages of an interrupted run; the first that is not whole ends them."""
        while not self.ended:
            file = self.workbench.page_file(self.plan.name, len(self.pages) + 1)
            try:
                page = self.decode(self.workbench.get(file))
            except FileNotFoundError:
                return
            except (OSError, ValueError, pa.ArrowException):
                self.workbench.drop_pages(self.plan.name, len(self.pages) + 1)
                return
            self.ledger.add(page.rows)
            self._enter(file, page)
            self.progress.kept += 1
            self._advance(page)

    def _store(self, page: Page) -> None:
        file = self.workbench.page_file(self.plan.name, len(self.pages) + 1)
        self.workbench.put(file, page.body)
        self._enter(file, page)

    def _enter(self, file: str, page: Page) -> None:
        self.pages.append(
            landing.Page(
                bestand=file,
                rijen=len(page.rows),
                bytes=len(page.body),
                sha256=hashlib.sha256(page.body).hexdigest(),
                waarden_sha256=hashlib.sha256(page.values).hexdigest(),
            )
        )

    def _advance(self, page: Page) -> None:
        self.progress.rows_done(len(page.rows))
        if page.next_link is None:
            self.ended = True
        elif (following := self.table.cursor(page.next_link)) == self.cursor or not page.rows:
            raise PartError(self.plan.name, f"page {len(self.pages)} does not lead on")
        else:
            self.cursor = following

    async def _prove(self) -> Part:
        """Compares the rows with the source's own count; without one, with what it says of the table."""
        rows, name = self.ledger.rows, self.plan.name
        expected, proof = await self.table.count(self.plan.filter), "$count"
        if expected is None and not self.plan.filter:
            expected, proof = self.whole_table, self.table.count_name
        if expected is None:
            expected, proof = self.plan.cells, "kubus"
        if rows != expected:
            raise PartError(name, f"{rows:,} rows came, the source counts {expected:,} ({proof})")
        if not rows and self.dense:
            # The count agrees, but the filter cannot have meant to the source what it means to us.
            raise PartError(name, f"no rows, although the source's code lists have {self.plan.cells:,} cells")
        return Part(name, self.plan.filter, expected, rows, self.pages, proof)


class Progress:
    """Tells how far an extraction is, a few times a minute."""

    def __init__(self, dataset: str, report: Report) -> None:
        self.dataset, self.report = dataset, report
        self.parts = self.done = self.rows = self.kept = 0
        self.started = self.told = time.monotonic()

    def start(self, parts: int) -> None:
        self.parts, self.done, self.rows, self.kept = parts, 0, 0, 0
        self.started = self.told = time.monotonic()

    def rows_done(self, rows: int) -> None:
        self.rows += rows
        if time.monotonic() - self.told >= PROGRESS_SECONDS:
            self.told = time.monotonic()
            self._tell("so far")

    def part_done(self) -> None:
        self.done += 1

    def finish(self) -> None:
        self._tell("in all")

    def _tell(self, when: str) -> None:
        seconds = max(1e-3, time.monotonic() - self.started)
        kept = f", {self.kept} pages kept from before" if self.kept else ""
        self.report(
            f"{self.dataset}: part {self.done} of {self.parts}, {self.rows:,} rows {when} in {seconds:.1f} s "
            f"({self.rows / seconds:,.0f} rows/s){kept}."
        )


def question(contract: CubeContract, settings: Settings) -> str:
    """Names what is asked of a table, whatever is chosen of it; another contract may ask for something else."""
    source = contract.bron
    names = [key.bron for key in contract.sleutels] + [m.bron for m in contract.maten]
    if aliases := load_aliases(contract.naam):
        # Deliveries of an earlier version lack the groups that titles stand in: they are asked for once more.
        names.append("groepen")
        # Of a wide table only the columns that are named are fetched.
        names += [" > ".join(p) for alias in aliases.maten for p in alias.paths] if contract.wide else []
    asked = msgspec.json.encode([source.tabel, source.filter, source.geheel, names, settings.sources, settings.seed])
    return hashlib.sha256(asked).hexdigest()[:16]


def _content_hash(scope: Scope, lists: dict[str, str], parts: Sequence[Part]) -> str:
    """Hash of what was delivered, free of addresses, moments and row metadata."""
    pages = [[part.deel, [page.waarden_sha256 for page in part.paginas]] for part in parts]
    return hashlib.sha256(msgspec.json.encode([scope, sorted(lists.items()), pages])).hexdigest()


def _code_file(entity_set: str) -> str:
    return f"codes/{entity_set}.json.zst"


def _difference(before: State, after: State) -> str:
    """The facts that changed, for a message."""
    return ", ".join(
        f"{name} {before.facts.get(name)} became {after.facts.get(name)}"
        for name in after.facts
        if before.facts.get(name) != after.facts.get(name)
    )


def _first(failures: ExceptionGroup) -> Exception:
    """One failure to report: a final error before an inconsistency that another round may mend."""
    leaves: list[Exception] = []
    waiting: list[Exception] = [failures]
    while waiting:
        failure = waiting.pop()
        if isinstance(failure, ExceptionGroup):
            waiting.extend(failure.exceptions)
        else:
            leaves.append(failure)
    return next((leaf for leaf in leaves if not isinstance(leaf, PartError)), leaves[0])
