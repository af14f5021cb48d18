"""Files that lie, each from a municipality of its own, brought by the real way into the scene's warehouse."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass

from tests.dbt.register_scene import WM, WNL
from tests.dbt.scene import BEFORE
from tests.places import HEIR
from tests.registers import lies
from tests.registers.files import load, put
from veiligheidsbeeld.files.naming import municipality_names
from veiligheidsbeeld.settings import Settings

# Towns that are in the scene for something else, and those that are no more.
TAKEN = {*WNL, *WM, HEIR, *BEFORE}
# Of several members, or about the file and not its rows.
NOT_HERE = {"members_named_by_one_row"}


@dataclass(frozen=True)
class Told:
    """A lie as a town told it."""

    name: str
    gemeente: str
    lie: lies.Lie


def told() -> list[Told]:
    """One lie of each kind, of a register each from another town; the same at every call."""
    towns = defaultdict(lambda: iter(free_towns()))
    found = []
    for name in sorted(set(lies.LIES) - NOT_HERE):
        code, town = next(towns[lies.LIES[name](random.Random(name)).register])
        with lies.told_by(code, town):
            found.append(Told(name, code, lies.LIES[name](random.Random(f"{name}/mart"))))
    return found


def free_towns() -> list[tuple[str, str]]:
    return sorted((code, name) for code, name in municipality_names().items() if code not in TAKEN)


def deliver(settings: Settings) -> None:
    for one in told():
        put(settings, f"{one.gemeente}/{one.lie.register}_2025.{one.lie.kind}", one.lie.body)
    load(settings)


def truth(one: Told) -> dict[tuple[str, str], float]:
    """Figures that follow from what is true, by indicator and period: of the year and of every month."""
    found: dict[tuple[str, str], float] = defaultdict(float)
    for row in one.lie.truth:
        for code, amount in _counted(one.lie.register, row).items():
            day = row["datum_melding" if one.lie.register == "meldingen_openbare_ruimte" else "periode"]
            found[code, "2025JJ00"] += amount
            found[code, f"2025MM{day.month:02}"] += amount
    return found


def _counted(register: str, row: dict) -> Counter:
    if register == "boa":
        return Counter({"BOA-TOT": row["aantal"], "BOA-UREN": row["uren"]})
    amounts = Counter({"MOR-TOT": 1})
    if row["soort"] == "drugsafval":
        amounts |= Counter({"MOR-DRUGSAFVAL": 1})
        amounts["MOR-DRUGSAFVAL-KOSTEN"] = row["kosten"] or 0
        amounts["MOR-DRUGSAFVAL-KG"] = row["hoeveelheid_kg"] or 0
    return amounts
