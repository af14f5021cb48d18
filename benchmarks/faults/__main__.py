"""A campaign of faults: how many were made, and what each cost.

    python -m benchmarks.faults [--n 100] [--minutes 60] [--seed 1] [--only "disk full"] [--keep FILE]
    python -m benchmarks.faults --airflow [--n 12] ...

A small world (a warehouse, a source server, one sender; on a disk of its own when this runs as root) works round after
round: a new file and restated figures become a publication. In every round something goes wrong at a random moment.
Then the same round is run again, as the scheduler or the next run would, and it is looked at:

- survived: a round ended well within three tries, and readers see the newest figures;
- lost: a file or delivery that was received and is not in landing any more;
- half: rows in raw of two files, series that are current twice, or an answer to a reader (asked without pause) that is
  not one whole publication;
- by hand: what somebody would have had to mend.

With --airflow the rounds are runs of the real scheduler, and its processes are what is killed (`scheduled`).

Exit code 1 when anything was lost, half, or needed a hand.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections import defaultdict
from pathlib import Path

from benchmarks.faults import scheduled, work
from benchmarks.faults.tally import Tally, table
from benchmarks.faults.troubles import KINDS, UPGRADED, ended
from benchmarks.faults.world import World, world
from veiligheidsbeeld.services.bootstrap import bootstrap
from veiligheidsbeeld.settings import Settings


def one(made: World, kind: str, tally: Tally) -> list[str]:
    """One round with one fault; what was wrong afterwards."""
    made.give()
    begun = time.monotonic()
    round_ = made.process(work.work)
    wrong: list[str] = []
    try:
        KINDS[kind](made, round_)
    except AssertionError as error:
        wrong.append(str(error))
        tally.half += 1
    ended(round_)
    tally.made += 1
    if half := made.half():
        tally.half += 1
        wrong += half
    said = made.heal() or made.current()
    tally.seconds.append(time.monotonic() - begun)
    if said:
        tally.by_hand += 1
        wrong.append(said)
    if lost := made.lost():
        tally.lost += len(lost)
        wrong += lost
    if again := [line for line in made.half() if line not in wrong]:
        tally.half += 1
        wrong += again
    tally.survived += not wrong
    return wrong


def campaign(count: int, minutes: float, seed: int, only: str | None, keep: Path | None) -> dict[str, Tally]:
    until = time.monotonic() + 60 * minutes
    tallies: dict[str, Tally] = defaultdict(Tally)
    with world(seed) as made:
        bootstrap(Settings.from_env(made.environment | {"VB_PG_DATABASE": UPGRADED}))
        kinds = [only] if only else [k for k in KINDS if made.own_disk or k != "disk full"]
        # The first round is whole, and tells how long one takes.
        made.give()
        if said := made.heal():
            raise SystemExit(f"no round ends well without a fault either: {said}\n{Path(made.log).read_text()}")
        begun = time.monotonic()
        made.give()
        made.heal()
        made.length = time.monotonic() - begun
        reader = made.process(work.read, made.answers)
        print(f"a round takes {made.length:.1f} s", file=sys.stderr, flush=True)
        try:
            for number in range(count):
                if time.monotonic() > until:
                    break
                kind = kinds[number % len(kinds)]
                wrong = one(made, kind, tallies[kind])
                print(f"{number + 1:4} {kind}: {'; '.join(wrong) or 'well'}", file=sys.stderr, flush=True)
        finally:
            reader.kill()
            if keep:
                shutil.copy2(made.log, keep)
    return tallies


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=600, help="stop after so many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--airflow", action="store_true", help="under the real scheduler, of which processes are killed"
    )
    parser.add_argument("--only", choices=[*KINDS, *scheduled.KINDS])
    parser.add_argument("--keep", type=Path, help="keep what the rounds said in this file")
    given = parser.parse_args()
    if given.airflow:
        tallies = scheduled.campaign(given.n, given.minutes, given.seed, given.only)
    else:
        tallies = campaign(given.n, given.minutes, given.seed, given.only, given.keep)
    print(table(tallies))
    sys.exit(any(t.lost or t.half or t.by_hand for t in tallies.values()))


if __name__ == "__main__":
    main()
