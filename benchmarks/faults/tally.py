"""What came of faults, counted by kind."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field, fields


@dataclass
class Tally:
    """What came of the faults of one kind."""

    made: int = 0
    survived: int = 0
    lost: int = 0
    half: int = 0
    by_hand: int = 0
    seconds: list[float] = field(default_factory=list)


def table(tallies: dict[str, Tally]) -> str:
    lines = [
        "| fault | made | survived | lost | half | by hand | seconds until well, median | most |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    whole = Tally()
    for kind, tally in tallies.items():
        for one in fields(Tally):
            setattr(whole, one.name, getattr(whole, one.name) + getattr(tally, one.name))
        lines.append(_line(kind, tally))
    return "\n".join([*lines, _line("all", whole)])


def _line(kind: str, tally: Tally) -> str:
    middle, most = statistics.median(tally.seconds), max(tally.seconds)
    counts = (tally.made, tally.survived, tally.lost, tally.half, tally.by_hand)
    return f"| {kind} | {' | '.join(map(str, counts))} | {middle:.1f} | {most:.1f} |"
