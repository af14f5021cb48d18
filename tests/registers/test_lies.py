"""Hundreds of files that lie: each is read as the truth, refused, or carded. A wrong figure without a card fails."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.registers.lies import LIES, Lie
from veiligheidsbeeld.contracts.register import load_registers
from veiligheidsbeeld.refusals import FileRefused, Reading, Scope
from veiligheidsbeeld.registers.read import read_register

SEEDS = 10
SCOPE = Scope(date(2025, 1, 1), date(2026, 1, 1), True, date(2026, 11, 30))
# How each kind must end at least once, beside being right: so that the harness itself is seen to look.
MUST_REFUSE = {
    "opened_under_american_settings", "saved_under_american_settings", "month_before_day", "english_thousands",
    "filler_for_what_still_runs", "nul_bytes", "counts_of_two_teams", "year_day_month", "swapped_days_as_numbers",
    "swapped_days_with_the_name_of_a_month", "swapped_days_without_signs",
}  # fmt: skip
MUST_BE_RIGHT = {
    "moments_in_universal_time", "serial_numbers", "months_in_words", "codes_as_floats", "words_for_nothing",
    "lines_below_the_table", "totals_below_the_table", "separators_behind_the_headings",
    "no_column_of_municipalities", "columns_that_are_not_there", "months_by_their_name",
    "months_by_another_of_their_days", "members_named_by_one_row", "days_since_1904",
}  # fmt: skip


def read(made: Lie, folder: Path) -> Reading | FileRefused:
    path = folder / f"{made.register}_2025.{made.kind}"
    path.write_bytes(made.body)
    try:
        return read_register(path, load_registers()[made.register], gemeenten=made.sender, scope=SCOPE)
    except FileRefused as refusal:
        return refusal


def wrong(made: Lie, reading: Reading) -> list[str]:
    """What the rows say otherwise than the truth; a row that was refused says nothing."""
    names = [n for n in made.truth[0] if n not in made.absent]

    def plain(row: dict[str, Any]) -> tuple:
        return tuple(round(row[n], 6) if isinstance(row[n], float) else row[n] for n in names)

    said = Counter(plain(row) for row in reading.table.to_pylist())
    true = Counter(plain(row) for row in made.truth)
    found = [f"invented: {row}" for row in (said - true)]
    missing = sum((true - said).values())
    if missing > reading.refused:
        found.append(f"{missing} rows are missing and {reading.refused} were refused")
    if not made.absent <= reading.zonder:
        found.append(f"not known to be absent: {made.absent - reading.zonder}")
    return found


def outcome(made: Lie, folder: Path) -> str:
    found = read(made, folder)
    if isinstance(found, FileRefused):
        assert found.reden.endswith(".")
        assert found.remedie
        return "refused"
    faults = wrong(made, found)
    if not faults:
        return "right"
    assert any(r.kaart for r in found.remarks), f"wrong without a card: {faults[:3]}"
    return "carded"


@pytest.mark.parametrize("name", sorted(LIES))
def test_a_lie_is_read_as_the_truth_or_refused_or_carded(name: str, tmp_path: Path) -> None:
    ends = {outcome(LIES[name](random.Random(f"{name}/{seed}")), tmp_path) for seed in range(SEEDS)}
    if name in MUST_REFUSE:
        assert "refused" in ends
        assert "carded" not in ends
    if name in MUST_BE_RIGHT:
        assert ends == {"right"}


def test_there_are_enough_lies() -> None:
    assert len(LIES) * SEEDS >= 300
    assert {*MUST_REFUSE, *MUST_BE_RIGHT} <= set(LIES)


def test_the_harness_sees_a_wrong_figure(tmp_path: Path) -> None:
    made = LIES["serial_numbers"](random.Random(1))
    made.truth[3]["kosten"] = 1.0
    made.truth[4]["datum_melding"] = date(2025, 2, 3)
    with pytest.raises(AssertionError, match="wrong without a card"):
        outcome(made, tmp_path)
