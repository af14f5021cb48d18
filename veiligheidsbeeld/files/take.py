"""The drop folder -> landing: what is complete and not known yet is taken, once; what cannot be placed is refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from veiligheidsbeeld.contracts import load_survey
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.files.drop import Drop, Found, attached, drop_of, leave
from veiligheidsbeeld.files.naming import (
    NameRefused,
    Speaks,
    SpeaksOfWave,
    dataset_named,
    is_of_survey,
    senders,
    shown_name,
    speaks_for,
)
from veiligheidsbeeld.landing import files as land
from veiligheidsbeeld.landing.durable import write_file
from veiligheidsbeeld.landing.files import Manifest, Reason, RegisterFile
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect
from veiligheidsbeeld.warehouse import deliveries as books

# The largest file that is read (VB_MAX_FILE_MB); a register of a large city over ten years has some tens of MB.
_MOST_MEGABYTES = 500
_MEGABYTE = 1_000_000
# Rules by which a file is refused without being opened.
_NOT_REGULAR, _TOO_LARGE = "geen gewoon bestand", "te groot"
_UNREAD = (_NOT_REGULAR, _TOO_LARGE)


@dataclass
class Taken:
    """What a look brought: files taken and refused, and the names of those that are known or not complete yet."""

    genomen: list[RegisterFile] = field(default_factory=list)
    geweigerd: list[RegisterFile] = field(default_factory=list)
    bekend: list[str] = field(default_factory=list)
    onaf: list[str] = field(default_factory=list)


class _Look(msgspec.Struct):
    """How a file was seen at an address, since when, and whether it was dealt with in that state."""

    state: list[str | int]
    since: str
    done: bool = False


def take(
    settings: Settings,
    provider: str,
    *,
    bestanden: Iterable[str] = (),
    datasets: Collection[str] = (),
    leveranciers: Collection[str] = (),
    force: bool = False,
) -> Taken:
    """Takes what is complete of a provider from the drop folder, or the files named by address.

    `datasets` and `leveranciers` narrow the choice; `force` takes again what was refused before.
    """
    wanted = _known_senders(settings, leveranciers)
    most = settings.number("VB_MAX_FILE_MB", _MOST_MEGABYTES)
    taken = Taken()
    with land.locked(settings, provider):
        looks = _Looks(settings, provider)
        asked = list(bestanden)
        for drop, found in attached(asked) if asked else _all(settings):
            if (provider == load_survey().provider) != is_of_survey(found.path):
                continue
            speaks, reason = _place(found, most)
            if datasets and (speaks is None or speaks.dataset not in datasets):
                continue
            if wanted and found.path.partition("/")[0].upper() not in wanted:
                continue
            if not asked and not force and not looks.ready(found, settings.drop_rest):
                if not looks.done(found):
                    taken.onaf.append(shown_name(found.path))
                continue
            _take(settings, provider, taken, drop, found, speaks, reason, force=force)
            looks.settle(found, taken)
        looks.save(prune=not asked)
        land.clear(settings, provider)
    return taken


def _known_senders(settings: Settings, codes: Collection[str]) -> set[str]:
    wanted = {code.upper() for code in codes}
    if unknown := wanted - senders():
        raise ConfigurationError(
            f"Nobody sends under {', '.join(sorted(unknown))}.",
            remedy="Give the code of a municipality or partnership of the region: "
            f"{settings.region.folder / 'gebied_gemeente.csv'}.",
        )
    return wanted


def _all(settings: Settings) -> Iterator[tuple[Drop, Found]]:
    drop = drop_of(settings)
    return ((drop, found) for found in drop.look())


def _place(found: Found, most: int) -> tuple[Speaks | SpeaksOfWave | None, Reason | None]:
    if not found.regular:
        return None, Reason(
            _NOT_REGULAR,
            "Hier staat geen gewoon bestand maar een koppeling, een apparaat, of een naam die geen tekst is.",
            "Zet het bestand zelf in de map van de leverancier, met een naam van letters en cijfers.",
            "data-engineering",
        )
    if found.size > most * _MEGABYTE:
        return None, Reason(
            _TOO_LARGE,
            f"Het bestand is {found.size / _MEGABYTE:.0f} MB; hoogstens {most} MB wordt gelezen.",
            "Lever het per jaar of kwartaal aan, of vraag de beheerder om een hogere grens.",
            "data-engineering",
        )
    try:
        return speaks_for(found.path), None
    except NameRefused as refused:
        contract = dataset_named(found.path)
        owner = contract.eigenaar.functie if contract else "data-engineering"
        return None, Reason(refused.regel, f"{refused.reden[0].upper()}{refused.reden[1:]}.", refused.remedie, owner)


def _take(
    settings: Settings,
    provider: str,
    taken: Taken,
    drop: Drop,
    found: Found,
    speaks: Speaks | SpeaksOfWave | None,
    reason: Reason | None,
    *,
    force: bool,
) -> None:
    shown = shown_name(found.path)
    arrived = land.arrival(settings, provider) / "bestand"
    digest = leave(found, arrived) if reason and reason.regel in _UNREAD else drop.copy(found, arrived)
    if digest is None:
        taken.onaf.append(shown)
        return
    manifest = _manifest(settings, found, speaks, shown, digest)
    if _known(settings, manifest, refused_too=not force):
        taken.bekend.append(shown)
    else:
        kept = land.keep(settings, arrived, manifest, reason)
        (taken.geweigerd if reason else taken.genomen).append(kept)


def _manifest(
    settings: Settings, found: Found, speaks: Speaks | SpeaksOfWave | None, shown: str, digest: str
) -> Manifest:
    """`shown` is the name as it may be shown: a wrong one may hold the number of a person."""
    sender, _, name = shown.rpartition("/")
    of_survey = load_survey().naam if is_of_survey(found.path) else land.UNKNOWN
    return Manifest(
        dataset=speaks.dataset if speaks else of_survey,
        leverancier=speaks.leverancier if speaks else sender.partition("/")[0] or name,
        bestand=name,
        adres=found.address if shown == found.path else shown,
        bron_soort=settings.bron_soort,
        gewijzigd=found.modified.isoformat(),
        opgehaald_op=datetime.now(UTC).isoformat(),
        bytes=found.size,
        inhoud_sha256=digest,
        scope=speaks.scope if speaks else None,
    )


def _known(settings: Settings, manifest: Manifest, *, refused_too: bool) -> bool:
    """Whether the same content came before to say the same, and was not taken back since.

    The same bytes for another period are news: a register without a new case exports the same file every month.
    """
    areas = (*land.KEPT, *land.ASIDE) if refused_too else land.KEPT
    same = {
        (manifest.dataset, file.name) for file in land.alike(settings, manifest, areas) if file.same_question(manifest)
    }
    if not same:
        return False
    with connect(settings, "lader") as connection:
        return bool(same - books.taken_back(connection))


class _Looks:
    """Memory of earlier looks, so that a file is not read again as long as it stays as it was."""

    def __init__(self, settings: Settings, provider: str) -> None:
        self._path = settings.landing / land.WAITING / f".gezien-{provider}.json"
        self._now = datetime.now(UTC)
        self._known: dict[str, _Look] = {}
        if self._path.exists():
            self._known = msgspec.json.decode(self._path.read_bytes(), type=dict[str, _Look])
        self._met: set[str] = set()

    def done(self, found: Found) -> bool:
        look = self._known.get(found.address)
        return look is not None and look.done and look.state == found.state

    def ready(self, found: Found, rest: float) -> bool:
        """Whether a file was left untouched long enough, by its own time or by ours, and not dealt with yet."""
        self._met.add(found.address)
        look = self._known.get(found.address)
        if look is None or look.state != found.state:
            look = self._known[found.address] = _Look(found.state, self._now.isoformat())
        untouched = max(self._now - found.modified, self._now - datetime.fromisoformat(look.since))
        return not look.done and untouched.total_seconds() >= rest

    def settle(self, found: Found, taken: Taken) -> None:
        """Remembers that a file needs no second reading, unless it changed while it was read."""
        if shown_name(found.path) not in taken.onaf:
            self._met.add(found.address)
            self._known[found.address] = _Look(found.state, self._now.isoformat(), done=True)

    def save(self, *, prune: bool) -> None:
        kept = {a: look for a, look in self._known.items() if not prune or a in self._met}
        write_file(self._path, msgspec.json.encode(kept))
        self._path.chmod(0o600)
