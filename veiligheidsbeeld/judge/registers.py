"""Border 1 for registers: all staged deliveries of a register in one judgement, a verdict for each."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from veiligheidsbeeld.contracts.register import RegisterContract, get_register
from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.judge import record
from veiligheidsbeeld.judge.verdict import Finding, Verdict
from veiligheidsbeeld.registers.merge import require_staged
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect
from veiligheidsbeeld.warehouse import deliveries as books

if TYPE_CHECKING:
    from expectations.rules import Rule


def validate_registers(settings: Settings, levering_ids: Iterable[int]) -> dict[int, Verdict]:
    """Judges staged deliveries and marks them `gekeurd` or `geweigerd`; refused ones go to `quarantaine.levering`.

    A delivery judged before is not judged again: its kept verdict comes back. Raises `VeiligheidsbeeldError` when
    one is unknown or no longer staged; nothing is marked then.
    """
    verdicts: dict[int, Verdict] = {}
    waiting: dict[str, dict[int, str]] = defaultdict(dict)
    with connect(settings, "lader") as connection:
        for number in sorted(set(levering_ids)):
            row = connection.execute(
                "select dataset, status, telling, tabel, scope -> 'gemeente' from raw.levering where levering_id = %s",
                [number],
            ).fetchone()
            if row is None:
                raise VeiligheidsbeeldError(
                    f"Delivery {number} is unknown.", remedy="`veiligheidsbeeld status` lists the deliveries."
                )
            dataset, status, _, file, _ = row
            stored = record.stored_verdict(connection, number, dataset) if status != "geladen" else None
            if stored is not None:
                verdicts[number] = stored
                continue
            require_staged(connection, get_register(dataset), books.entry(connection, number))
            waiting[dataset][number] = file
    if not waiting:
        return verdicts
    from veiligheidsbeeld.judge.engine import Judge

    with Judge(settings, "lader") as judge:
        from expectations import register as border

        for dataset, files in waiting.items():
            started = time.monotonic()
            contract = get_register(dataset)
            owner = f"{contract.eigenaar.functie} ({contract.eigenaar.organisatie})"
            found = judge.judge(
                f"levering_{dataset}",
                "laad",
                dataset,
                border.suite(contract, list(files)),
                label=dataset,
                run=f"levering_{min(files)}_{max(files)}",
                owner=owner,
            )
            rules = {r.name: r for r in border.rules(contract, list(files))}
            for number, file in files.items():
                own = [_of_delivery(f, number, file, rules, owner) for f in found]
                _settle(settings, contract, number, own)
                verdicts[number] = Verdict.of(dataset, own, time.monotonic() - started)
        judge.publish_docs()
    return verdicts


def _settle(settings: Settings, contract: RegisterContract, number: int, findings: list[Finding]) -> None:
    with connect(settings, "lader") as connection:
        record.keep(connection, "levering", contract.naam, findings, levering_id=number)
        record.settle_delivery(connection, contract.eigenaar, number, findings)


def _of_delivery(finding: Finding, number: int, file: str, rules: dict[str, Rule], owner: str) -> Finding:
    """What a finding over all deliveries says of one; a rule that could not be measured goes for each."""
    from veiligheidsbeeld.judge.engine import sentence

    broken = finding.observed.get("per_levering")
    if finding.passed or broken is None:
        return finding
    rule = rules[finding.rule]
    if str(number) not in broken:
        return Finding(rule.name, rule.card, True, rule.must, rule.column, rule.remedy, {"waargenomen": 0})
    amount, example = broken[str(number)]
    observed = {"waargenomen": amount, "voorbeeld": example}
    meta = {"kolom": rule.column, "kaart": rule.card, "regel": rule.name, "eenheid": rule.unit, "remedie": rule.remedy}
    words = sentence(file, meta, rule.must, observed, owner)
    return Finding(rule.name, rule.card, False, words, rule.column, rule.remedy, observed)
