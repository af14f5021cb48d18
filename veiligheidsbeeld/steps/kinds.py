"""What the loading steps ask of a kind of dataset: what waits in landing, how it is loaded, how it is merged.

Staging differs by kind and stays with it (`cubes`, `registers`, `survey`); everything around it is in `load`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol

from veiligheidsbeeld.contracts import Contract, get_contract, get_cube
from veiligheidsbeeld.errors import DeliveryDamaged
from veiligheidsbeeld.landing import cubes as pages
from veiligheidsbeeld.landing import files as land
from veiligheidsbeeld.landing.cubes import Delivery
from veiligheidsbeeld.landing.files import RegisterFile
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect
from veiligheidsbeeld.warehouse import deliveries as books

if TYPE_CHECKING:
    from veiligheidsbeeld.refusals import Reading


@dataclass(frozen=True)
class Arrived:
    """A delivery in landing: pages of a table, or a file. `subject` is what messages call it."""

    contract: Contract
    what: Delivery | RegisterFile

    @property
    def landing(self) -> str:
        return self.what.name

    @property
    def file(self) -> RegisterFile | None:
        return self.what if isinstance(self.what, RegisterFile) else None

    @property
    def subject(self) -> str:
        return self.file.subject if self.file else self.contract.naam


@dataclass(frozen=True)
class Done:
    """What a step did: a line for people, facts for the next step, and for files what their sender is answered."""

    text: str
    facts: dict
    changed: bool = True
    reading: Reading | None = None


class Kind(Protocol):
    def waiting(self, settings: Settings, names: Collection[str]) -> list[Arrived]:
        """Deliveries of these datasets in landing that are neither in raw nor refused, oldest first."""

    def load(self, settings: Settings, arrived: Arrived) -> Done:
        """Into `laad`; raises `DeliveryRefused` (for a file `FileRefused`) when it cannot enter."""

    def merge(self, settings: Settings, contract: Any, number: int, *, again: bool) -> Done:
        """A judged delivery into raw; `again`: one that is there already, made anew."""


class Cubes:
    def waiting(self, settings: Settings, names: Collection[str]) -> list[Arrived]:
        with connect(settings, "lader") as connection:
            state = books.states(connection, names)
        return [one for name in names for one in self._waiting(settings, name, state)]

    def _waiting(self, settings: Settings, name: str, state: dict[tuple[str, str], str]) -> list[Arrived]:
        """One whose scope a newer delivery covers is left out (the newer one says it all), and so is a refused one
        that has a successor. One that cannot be opened waits for nothing: extracting asks the source again."""
        waiting: list[Delivery] = []
        for folder in reversed(pages.names(settings, name)):
            if state.get((name, folder)) == "verwerkt":
                break
            if (delivery := pages.opened(settings, name, folder)) is None:
                continue
            refused = state.get((name, delivery.name)) == "geweigerd"
            if not any(_covers(newer, delivery) for newer in waiting) and not (waiting and refused):
                waiting.append(delivery)
        return [Arrived(get_cube(name), delivery) for delivery in reversed(waiting)]

    def load(self, settings: Settings, arrived: Arrived) -> Done:
        from veiligheidsbeeld.cubes import stage

        with _kept_aside(settings, arrived.contract.naam, arrived.landing):
            found = stage(settings, arrived.contract, arrived.what)  # type: ignore[arg-type]
        text = f"delivery {found.levering_id}: {found.cells:,} cells loaded, {found.refused:,} rows to quarantine"
        return Done(text, asdict(found))

    def merge(self, settings: Settings, contract: Any, number: int, *, again: bool) -> Done:
        from veiligheidsbeeld.cubes import merge

        found = merge(settings, contract, number)
        text = f"delivery {number}: {_counts(found)} series; {found.codes:,} changes in code lists"
        return Done(text, asdict(found), found.changed)


class Dropped:
    """What files of registers and of the survey have in common."""

    def waiting(self, settings: Settings, names: Collection[str]) -> list[Arrived]:
        with connect(settings, "lader") as connection:
            state = books.states(connection, names)

        def to_load(dataset: str, name: str) -> bool:
            return dataset in names and state.get((dataset, name)) not in ("verwerkt", "geweigerd")

        return [
            Arrived(get_contract(file.manifest.dataset), file)
            for file in land.files(settings, areas=land.KEPT, wanted=to_load)
        ]


class Registers(Dropped):
    def load(self, settings: Settings, arrived: Arrived) -> Done:
        from veiligheidsbeeld.registers.stage import stage

        staged = stage(settings, arrived.contract, arrived.file)  # type: ignore[arg-type]
        found = staged.report
        mended = sum(found.hersteld.values())
        text = f"{found.geladen:,} rows loaded, {found.geweigerd:,} to quarantine, {mended:,} mended"
        return Done(text, asdict(found), reading=staged.reading)

    def merge(self, settings: Settings, contract: Any, number: int, *, again: bool) -> Done:
        from veiligheidsbeeld.registers.merge import merge

        found = merge(settings, contract, number)
        return Done(_counts(found), asdict(found), found.changed)


class Survey(Dropped):
    def load(self, settings: Settings, arrived: Arrived) -> Done:
        from veiligheidsbeeld.survey.stage import stage

        staged = stage(settings, arrived.contract, arrived.file)  # type: ignore[arg-type]
        found = staged.report
        text = f"delivery {found.levering_id}: {found.geladen:,} respondents loaded, {found.geweigerd:,} refused"
        if found.afgeleid:
            text += f"; {len(found.afgeleid)} groups of delicts derived from their parts"
        if found.niet_gevraagd:
            text += f"; not in this wave: {', '.join(found.niet_gevraagd)}"
        return Done(text, asdict(found), reading=staged.reading)

    def merge(self, settings: Settings, contract: Any, number: int, *, again: bool) -> Done:
        from veiligheidsbeeld.survey.merge import merge

        found = merge(settings, contract, number, again=again)
        if not found.schattingen:
            return Done(f"delivery {number}: wave {found.golf} is as it was known", asdict(found), changed=False)
        text = (
            f"wave {found.golf}: {found.schattingen:,} estimates of {found.respondenten:,} respondents, "
            f"{found.gepubliceerd:,} of them publishable; {found.verschillen:,} differences"
        )
        return Done(text, asdict(found), found.changed)


@contextmanager
def _kept_aside(settings: Settings, dataset: str, landing: str) -> Iterator[None]:
    """A delivery that turns out to be damaged is put aside, so that the next extract asks the source again."""
    try:
        yield
    except DeliveryDamaged:
        pages.put_aside(settings, dataset, landing)
        raise


KINDS: dict[str, Kind] = {"cube": Cubes(), "register": Registers(), "survey": Survey()}


def _covers(newer: Delivery, older: Delivery) -> bool:
    one, two = newer.manifest.scope, older.manifest.scope
    pairs = ((one.regio, two.regio), (one.perioden, two.perioden))
    return all(a is None or (b is not None and set(a) >= set(b)) for a, b in pairs)


def _counts(found: Any) -> str:
    return f"{found.nieuw:,} new, {found.gewijzigd:,} changed, {found.vervallen:,} withdrawn and {found.gelijk:,} equal"
