"""Damaged files, each from a good one by a named mutation or a pair of them: all end as the mutation says."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.registers import csv_mutations, xlsx_mutations  # noqa: F401 (they register themselves)
from tests.registers.drafts import GEMEENTEN, SCOPE, Draft, draft
from tests.registers.mutations import MUTATIONS, Mutation, paired
from veiligheidsbeeld.contracts.register import load_registers
from veiligheidsbeeld.refusals import FileRefused
from veiligheidsbeeld.registers.read import read_register

# Between them they have every type of column.
CONTRACTS = ("sluitingen", "meldpunt_ondermijning", "actieplan", "integrale_controles", "vergunningen")
PAIRS = 160


def _applied(mutation: Mutation, kind: str, start: int) -> Draft:
    """The mutation on the first contract, from `start` on, that has what it needs."""
    for at in range(len(CONTRACTS)):
        made = draft(load_registers()[CONTRACTS[(start + at) % len(CONTRACTS)]], kind, start)
        try:
            mutation.apply(made)
        except StopIteration:  # no such column
            continue
        return made
    raise AssertionError(f"no contract suits {mutation.name}")


def _singles() -> list[tuple[Mutation, str, int]]:
    return [(m, kind, at) for at, m in enumerate(MUTATIONS.values()) for kind in m.kinds]


def _pairs() -> list[tuple[Mutation, str, int]]:
    """A fixed draw; the same mutations meet others as the corpus grows."""
    rng = random.Random("paren")
    found: dict[tuple[str, str], tuple[Mutation, str, int]] = {}
    while len(found) < PAIRS:
        first, second = rng.sample(list(MUTATIONS.values()), 2)
        both = paired(first, second)
        if first.group != second.group and both.kinds:
            try:
                _applied(both, both.kinds[0], len(found))
            except AssertionError:
                continue
            found[first.name, second.name] = (both, rng.choice(both.kinds), len(found))
    return list(found.values())


@pytest.mark.parametrize("name", sorted(load_registers()))
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_good_file_is_taken_whole(name: str, kind: str, tmp_path: Path) -> None:
    _check(draft(load_registers()[name], kind, 1), tmp_path)


@pytest.mark.parametrize(
    ("mutation", "kind", "start"), [pytest.param(*c, id=f"{c[0].name}-{c[1]}") for c in _singles() + _pairs()]
)
def test_a_damaged_file_ends_as_its_mutation_says(mutation: Mutation, kind: str, start: int, tmp_path: Path) -> None:
    _check(_applied(mutation, kind, start), tmp_path)


def test_the_corpus_is_large_enough() -> None:
    assert len(_singles()) + len(_pairs()) >= 150


def _check(made: Draft, folder: Path) -> None:
    path = made.write(folder)
    if made.refused_file:
        with pytest.raises(FileRefused) as refused:
            read_register(path, made.contract, gemeenten=GEMEENTEN, scope=SCOPE)
        assert refused.value.regel in made.refused_file
        assert refused.value.reden.endswith(".")
        assert refused.value.remedie
        assert refused.value.eigenaar == made.contract.eigenaar.functie
        return
    reading = read_register(path, made.contract, gemeenten=GEMEENTEN, scope=SCOPE)
    expected = {(made.number(row), column, rule) for row, column, rule in made.refused_rows}
    assert {(r.rijnummer, r.kolom, r.regel) for r in reading.refusals} == expected
    assert set(reading.repairs) == made.repairs
    kept = [row for row in made.rows if row.kept]
    assert reading.table.to_pylist() == [
        {c.naam: row.values[c.naam] for c in made.contract.opgenomen}
        | {"rijnummer": made.number(row), "werkblad": "" if made.kind == "csv" else "Register"}
        for row in kept
    ]
    assert reading.rows - reading.refused == len(kept)


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_with_changed_bytes_is_read_or_refused(kind: str, seed: int, tmp_path: Path) -> None:
    made = draft(load_registers()["sluitingen"], kind, seed)
    rng = random.Random(seed)

    def damage(body: bytes) -> bytes:
        changed = bytearray(body)
        for _ in range(rng.randrange(1, 8)):
            at = rng.randrange(len(changed))
            changed[at : at + rng.choice([0, 1, 1, 4])] = rng.randbytes(rng.choice([0, 1, 1, 4]))
        return bytes(changed)

    made.byte_hooks.append(damage)
    path = made.write(tmp_path)
    try:
        reading = read_register(path, made.contract, gemeenten=GEMEENTEN, scope=SCOPE)
    except FileRefused:
        return
    assert reading.table.num_rows == reading.rows - reading.refused
