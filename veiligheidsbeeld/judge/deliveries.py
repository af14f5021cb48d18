"""Border 1: staged deliveries of every kind, before they are merged; a verdict for each."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import psycopg

from veiligheidsbeeld.contracts import get_contract
from veiligheidsbeeld.cubes.codelists import read_codelists
from veiligheidsbeeld.judge import record
from veiligheidsbeeld.judge.verdict import Finding, Verdict
from veiligheidsbeeld.landing import cubes as landing
from veiligheidsbeeld.registers import merge as registers
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.survey import stage as survey
from veiligheidsbeeld.warehouse import connect
from veiligheidsbeeld.warehouse import deliveries as books
from veiligheidsbeeld.warehouse.deliveries import Entry

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

    from expectations.rules import Rule

    # What must hold in a table, and those rules that say per delivery whether it does.
    Suite = tuple[list[Expectation], Mapping[str, Rule]]


class _Border:
    """How batches of a kind are judged: the table they stand in, what must hold, what sentences call them.

    `contract` is of that kind; `together`: whether all deliveries in the table are judged at once.
    """

    together = False

    def table(self, contract: Any, entry: Entry) -> str:
        return contract.naam

    def label(self, contract: Any, entry: Entry) -> str:
        return contract.naam

    def require_staged(self, connection: psycopg.Connection, contract: Any, entry: Entry) -> None:
        """Raises `VeiligheidsbeeldError` when the delivery does not stand there whole."""
        books.require_staged(connection, entry, self.table(contract, entry), owner=contract.eigenaar.title)

    def suite(self, settings: Settings, contract: Any, entries: Sequence[Entry]) -> Suite:
        raise NotImplementedError


class _Cube(_Border):
    """The newest delivery of a table stands by itself; rows may be refused, but not all of them."""

    def suite(self, settings: Settings, contract: Any, entries: Sequence[Entry]) -> Suite:
        from expectations import delivery as border

        (entry,) = entries
        self._put_codes(settings, contract, entry)
        return border.suite(contract, border.Batch(entry.number, entry.fetched)), {}

    def _put_codes(self, settings: Settings, contract: Any, entry: Entry) -> None:
        """Lays the delivered code lists beside the batch, so that SQL can compare codes."""
        lists = read_codelists(contract, landing.find(settings, contract.naam, entry.landing))
        with connect(settings, "lader") as connection:
            connection.execute("select pg_advisory_xact_lock(hashtext('laad.codelijst'))")
            connection.execute(
                "create unlogged table if not exists laad.codelijst (dataset text, dimensie text, code text)"
            )
            connection.execute("delete from laad.codelijst where dataset = %s", [contract.naam])
            with connection.cursor().copy("copy laad.codelijst from stdin") as copy:
                for dimension, codes in lists.items():
                    for code in codes:
                        copy.write_row((contract.naam, dimension, code.code))


class _Register(_Border):
    """All files of a register stand together and are judged together; each rule says of which it is broken."""

    together = True

    def require_staged(self, connection: psycopg.Connection, contract: Any, entry: Entry) -> None:
        registers.require_staged(connection, contract, entry)

    def suite(self, settings: Settings, contract: Any, entries: Sequence[Entry]) -> Suite:
        from expectations import register as border

        numbers = [entry.number for entry in entries]
        return border.suite(contract, numbers), {rule.name: rule for rule in border.rules(contract, numbers)}


class _Survey(_Border):
    """Every wave stands by itself."""

    def table(self, contract: Any, entry: Entry) -> str:
        return survey.batch_name(contract, int(entry.scope["golf"]))

    def label(self, contract: Any, entry: Entry) -> str:
        return f"{contract.naam} {entry.scope['golf']}"

    def require_staged(self, connection: psycopg.Connection, contract: Any, entry: Entry) -> None:
        owner, rows = contract.eigenaar.title, entry.counts.get("geladen", -1)
        books.require_staged(connection, entry, self.table(contract, entry), owner=owner, exactly=rows)

    def suite(self, settings: Settings, contract: Any, entries: Sequence[Entry]) -> Suite:
        from expectations import survey as border

        (entry,) = entries
        return border.suite(contract, int(entry.scope["golf"])), {}


_BORDERS: dict[str, _Border] = {"cube": _Cube(), "register": _Register(), "survey": _Survey()}


def validate_deliveries(settings: Settings, levering_ids: Iterable[int]) -> dict[int, Verdict]:
    """Judges staged deliveries and marks them `gekeurd` or `geweigerd`; refused ones go to `quarantaine.levering`.

    A delivery judged before is not judged again: its kept verdict comes back. Raises `VeiligheidsbeeldError` when
    one is unknown or no longer staged; nothing is marked then.
    """
    verdicts: dict[int, Verdict] = {}
    waiting: dict[tuple[str, str, int], list[Entry]] = defaultdict(list)
    with connect(settings, "lader") as connection:
        for number in dict.fromkeys(levering_ids):
            entry = books.entry(connection, number)
            if entry.status != "geladen" and (kept := record.stored_verdict(connection, number, entry.dataset)):
                verdicts[number] = kept
                continue
            contract = get_contract(entry.dataset)
            border = _BORDERS[contract.kind]
            border.require_staged(connection, contract, entry)
            waiting[contract.naam, border.table(contract, entry), 0 if border.together else number].append(entry)
    if not waiting:
        return verdicts
    from veiligheidsbeeld.judge.engine import Judge

    with Judge(settings, "lader") as judge:
        for (dataset, table, _), entries in waiting.items():
            started = time.monotonic()
            contract = get_contract(dataset)
            border = _BORDERS[contract.kind]
            suite, rules = border.suite(settings, contract, entries)
            found = judge.judge(
                f"levering_{table}",
                "laad",
                table,
                suite,
                label=border.label(contract, entries[0]),
                run="_".join(["levering", *(str(entry.number) for entry in (entries[0], *entries[1:][-1:]))]),
                owner=contract.eigenaar.title,
            )
            for entry in entries:
                own = [_of_delivery(f, entry, rules, contract.eigenaar.title) for f in found]
                with connect(settings, "lader") as connection:
                    record.keep(connection, "levering", dataset, own, levering_id=entry.number)
                    record.settle_delivery(connection, contract.eigenaar, entry.number, own)
                verdicts[entry.number] = Verdict.of(dataset, own, time.monotonic() - started)
        judge.publish_docs()
    return verdicts


def _of_delivery(finding: Finding, entry: Entry, rules: Mapping[str, Rule], owner: str) -> Finding:
    """What a finding over several deliveries says of one; a rule that could not be measured goes for each."""
    from veiligheidsbeeld.judge.engine import sentence

    broken = finding.observed.get("per_levering")
    if finding.passed or broken is None:
        return finding
    rule = rules[finding.rule]
    if str(entry.number) not in broken:
        return Finding(rule.name, rule.card, True, rule.must, rule.column, rule.remedy, {"waargenomen": 0})
    amount, example = broken[str(entry.number)]
    observed = {"waargenomen": amount, "voorbeeld": example}
    meta = {"kolom": rule.column, "kaart": rule.card, "regel": rule.name, "eenheid": rule.unit, "remedie": rule.remedy}
    words = sentence(entry.file, meta, rule.must, observed, owner)
    return Finding(rule.name, rule.card, False, words, rule.column, rule.remedy, observed)
