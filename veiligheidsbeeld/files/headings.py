"""Which row of a sheet holds the headings, and which column of the contract each of them is."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from veiligheidsbeeld.contracts.register import Column, RegisterContract
from veiligheidsbeeld.files.cells import Sheet, filled, letters, normal
from veiligheidsbeeld.refusals import FileRefused

# Headings stand in the first rows, below a title or a note at most.
SEARCHED = 40


class Named(Protocol):
    """A column as a reader of tables knows it; `koppen` are its other headings."""

    @property
    def naam(self) -> str: ...
    @property
    def koppen(self) -> Sequence[str]: ...
    @property
    def verplicht(self) -> bool: ...


C = TypeVar("C", bound=Named, covariant=True)


class Headed(Protocol[C]):
    """Whatever a table can be recognised as: a register, or a wave of the survey."""

    @property
    def kolommen(self) -> Sequence[C]: ...


@dataclass(frozen=True)
class Headings:
    """The row (position in the sheet) of the headings, and the position of every column of the contract there."""

    row: int
    positions: dict[str, int]
    texts: tuple[str, ...]


def names_of(contract: Headed[C]) -> dict[str, C]:
    """Headings without case and signs -> column."""
    return {normal(name): c for c in contract.kolommen for name in (c.naam, *c.koppen)}


def required(contract: RegisterContract, *, alone: bool = False) -> list[Column]:
    """Columns without which a file says nothing: those marked so, and those of key, place and period.

    `alone`: its sender speaks for one municipality, so that the place needs no column.
    """
    always = {*contract.sleutel, contract.scope_datum, "gemeente"}
    needed = [c for c in contract.kolommen if c.verplicht or c.aanwezig or c.naam in always]
    return [c for c in needed if not (alone and c.naam == "gemeente")]


def best_row(rows: Sequence[Sequence[str]], contract: Headed[Named]) -> tuple[int, int]:
    """The row with most headings of the contract, and how many different columns it names; the first of equals."""
    names = names_of(contract)
    scores = [len({names[n].naam for text in row if (n := normal(text)) in names}) for row in rows]
    best = max(range(len(scores)), key=lambda at: (scores[at], -at), default=0)
    return best, scores[best] if scores else 0


def fit(
    rows: Sequence[Sequence[str]], contract: RegisterContract, *, alone: bool = False
) -> tuple[int, int, list[str]]:
    """Row of the headings, columns found in it, and the names of required columns that it lacks."""
    at, score = best_row(rows, contract)
    there = {normal(text) for text in rows[at]} if rows else set()
    lacking = [c.naam for c in required(contract, alone=alone) if not there & {normal(n) for n in (c.naam, *c.koppen)}]
    return at, score, lacking


def read_headings(sheet: Sheet, contract: RegisterContract) -> Headings:
    """Places every column; refuses unknown, unnamed and doubled ones (the required ones were found by `fit`)."""
    rows = sheet.top(SEARCHED)
    at, _ = best_row(rows, contract)
    names = names_of(contract)
    positions: dict[str, int] = {}
    unknown: list[str] = []
    for position, text in enumerate(rows[at]):
        column = names.get(normal(text))
        if column is None:
            if normal(text):
                unknown.append(_strange(text, contract))
            elif filled(sheet.columns[position])[at + 1 :].any():
                unknown.append(f"kolom {letters(position)} (zonder kop)")
        elif column.opnemen and column.naam in positions:
            raise FileRefused(
                "dubbele_kolom",
                f"De kolom {column.naam} staat er twee keer in (kolommen {letters(positions[column.naam])} en"
                f" {letters(position)}).",
                remedie="Laat in het bestand een van de twee kolommen staan.",
            )
        else:
            positions.setdefault(column.naam, position)
    if unknown:
        raise FileRefused(
            "onbekende_kolom",
            f"Kolommen die niet zijn afgesproken: {'; '.join(unknown)}.",
            remedie="Verwijder deze kolommen of gebruik de afgesproken naam: " + ", ".join(_named(contract)) + ".",
        )
    return Headings(at, positions, tuple(rows[at]))


def refuse_misfit(
    sheet: Sheet | None, contract: RegisterContract, others: Iterable[RegisterContract], *, alone: bool = False
) -> FileRefused:
    """Why no sheet fits the contract: nothing in it, another register, or columns that lack."""
    rows = sheet.top(SEARCHED) if sheet else []
    if not any(text.strip() for row in rows for text in row):
        return FileRefused(
            "leeg_bestand", "Het bestand bevat geen gegevens.", remedie="Exporteer het register opnieuw en lever het."
        )
    if other := other_register(rows, contract, others):
        return FileRefused(
            "ander_register",
            f"De kolommen zijn die van het register {other.titel!r}, niet van {contract.titel!r}.",
            remedie=f"Lever het bestand aan onder de naam {other.naam}_<periode>, of lever het juiste bestand.",
        )
    at, score, lacking = fit(rows, contract, alone=alone)
    if score == 0:
        return FileRefused(
            "geen_kopregel",
            f"In de eerste {SEARCHED} rijen staat geen rij met de afgesproken kolomnamen.",
            remedie=f"Zet de kolomnamen in de eerste rij: {', '.join(_named(contract))}.",
        )
    names = names_of(contract)
    strange = [_strange(t, contract) for t in rows[at] if normal(t) and normal(t) not in names]
    also = f" Niet herkend zijn: {'; '.join(strange)}." if strange else ""
    return FileRefused(
        "ontbrekende_kolom",
        f"Verplichte kolommen ontbreken: {', '.join(lacking)}.{also}",
        remedie="Voeg de kolommen toe onder de afgesproken naam.",
    )


def other_register(
    rows: Sequence[Sequence[str]], contract: RegisterContract, others: Iterable[RegisterContract]
) -> RegisterContract | None:
    """The contract that these headings fit whole and better than the expected one."""
    own = best_row(rows, contract)[1]
    better = [
        (score, c) for c in others if c.naam != contract.naam for _, score, lacking in [fit(rows, c)] if not lacking
    ]
    score, found = max(better, key=lambda pair: pair[0], default=(0, None))
    return found if score > own else None


def _named(contract: RegisterContract) -> list[str]:
    return [c.naam for c in contract.kolommen]


def _strange(text: str, contract: RegisterContract) -> str:
    """An unknown heading, cut short, and the column that it may stand for."""
    names, shown = names_of(contract), text.strip()[:60]
    close = difflib.get_close_matches(normal(shown), names, n=1, cutoff=0.7)
    return f"{shown!r} (lijkt op {names[close[0]].naam})" if close else repr(shown)
