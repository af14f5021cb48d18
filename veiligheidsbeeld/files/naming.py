"""What a file speaks for, by its place and name.

`<leverancier>/<register>_<periode>[_aanvulling].<csv|xlsx>`, or for a wave of the survey
`veiligheidsmonitor/veiligheidsmonitor_<golf>.<csv|xlsx|sav>`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from veiligheidsbeeld.contracts import Contract, load_registers, load_survey
from veiligheidsbeeld.region import active, municipalities

_PERIOD = r"\d{4}(?:[km]\d{1,2})?"
_NAME = re.compile(rf"(?P<register>[a-z][a-z0-9_]*?)_(?P<van>{_PERIOD})(?:-(?P<tot>{_PERIOD}))?(?P<extra>_aanvulling)?")
_SUFFIXES = (".csv", ".xlsx")
# Desktop programs, transfers and helpful people leave these beside or before the file that is meant.
_TEMPORARY = re.compile(
    r"(?i)^[.~]|^(thumbs\.db|desktop\.ini|leesmij\.txt)$|\.(part|filepart|tmp|temp|crdownload|partial|swp|lock)$"
)
# What may be a number or address of a person in a name that was made up by hand.
_PERSONAL = re.compile(r"[^\s/]+@[^\s/]+|(?i:[a-z]{2}[\s.-]?\d{2}[\s.-]?[a-z]{4})?\d(?:[\s._-]?\d){6,}")

_SHAPE = (
    "Noem het bestand <register>_<periode>.csv of .xlsx, bijvoorbeeld meldpunt_ondermijning_2025K3.xlsx, "
    "en zet het in de map van de leverancier (GM1234)."
)


class NameRefused(Exception):
    """A file that cannot be placed; the texts are Dutch and repeat nothing of its content."""

    def __init__(self, regel: str, reden: str, remedie: str = _SHAPE) -> None:
        super().__init__(reden)
        self.regel, self.reden, self.remedie = regel, reden, remedie


@dataclass(frozen=True)
class SpeaksOfWave:
    """The wave of the survey that a file holds, whole."""

    dataset: str
    leverancier: str
    golf: int

    @property
    def scope(self) -> dict:
        return {"golf": self.golf, "volledig": True}


@dataclass(frozen=True)
class Speaks:
    """The municipalities and period (`tot` exclusive) that a file answers for; `volledig`: what it lacks is gone."""

    register: str
    leverancier: str
    gemeenten: tuple[str, ...]
    van: date
    tot: date
    volledig: bool

    @property
    def dataset(self) -> str:
        return self.register

    @property
    def scope(self) -> dict:
        """As `raw.levering.scope` keeps it."""
        return {
            "gemeente": list(self.gemeenten),
            "van": self.van.isoformat(),
            "tot": self.tot.isoformat(),
            "volledig": self.volledig,
        }


def is_temporary(name: str) -> bool:
    """Whether a name is that of a file under way, or of none at all (hidden files, editors' locks)."""
    return bool(_TEMPORARY.search(name))


def shown_name(path: str) -> str:
    """A path as it may be shown and logged: unless it is a right one, long numbers and addresses in it are hidden, and
    signs that would do something on a screen are written out."""
    try:
        speaks_for(path)
    except NameRefused:
        hidden = _PERSONAL.sub("[verborgen]", path)
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in hidden)
    return path


def is_of_survey(path: str) -> bool:
    """Whether a file lies in the folder of the survey's sender."""
    return PurePosixPath(path).parts[:1] != () and PurePosixPath(path).parts[0].lower() == load_survey().leverancier


def speaks_for(path: str) -> Speaks | SpeaksOfWave:
    """What the file at `<leverancier>/<name>` speaks for; `NameRefused` says in Dutch what is wrong with it."""
    return _wave(path) if is_of_survey(path) else speaks_of_register(path)


def _wave(path: str) -> SpeaksOfWave:
    contract = load_survey()
    sender = contract.leverancier
    found = re.fullmatch(rf"{sender}/{sender}_(\d{{4}})\.(csv|xlsx|sav)", path.lower())
    if not found:
        shape = f"Noem het bestand {sender}_<golf>.csv, .xlsx of .sav, bijvoorbeeld {sender}_2025.sav."
        raise NameRefused("bestandsnaam", "de bestandsnaam noemt geen golf", shape)
    golf = int(found[1])
    if golf < contract.breuk:
        raise NameRefused(
            "methodebreuk",
            f"golf {golf} ligt voor de nieuwe vragenlijst van {contract.breuk} en is daarmee niet te vergelijken",
            "Gebruik de gepubliceerde reeks tot en met 2019, apart.",
        )
    if golf not in contract.golven:
        known = ", ".join(map(str, contract.golven))
        raise NameRefused("golf onbekend", f"het contract kent golf {golf} niet", f"Kies uit: {known}.")
    return SpeaksOfWave(contract.naam, sender, golf)


def speaks_of_register(path: str) -> Speaks:
    """The same, of a file of a register."""
    parts = PurePosixPath(path).parts
    if len(parts) < 2:
        raise NameRefused("plaats", "het bestand staat niet in de map van een leverancier")
    if len(parts) > 2:
        raise NameRefused("plaats", "het bestand staat in een submap en niet in de map van de leverancier zelf")
    folder, name = parts
    stem, suffix = PurePosixPath(name).stem.strip().lower(), PurePosixPath(name).suffix.lower()
    if suffix not in _SUFFIXES:
        raise NameRefused("bestandssoort", "alleen .csv en .xlsx worden gelezen", "Lever het bestand als CSV of XLSX.")
    found = _NAME.fullmatch(stem)
    if not found:
        raise NameRefused("bestandsnaam", "de bestandsnaam noemt geen register met periode")
    if found["register"] not in load_registers():
        known = ", ".join(load_registers())
        raise NameRefused("register onbekend", "de bestandsnaam noemt geen bekend register", f"Kies uit: {known}.")
    first, last = _period(found["van"]), _period(found["tot"] or found["van"])
    if first is None or last is None or first[0] >= last[1]:
        raise NameRefused("periode", "de periode in de bestandsnaam bestaat niet")
    municipalities = spoken_for_by(folder.upper(), first[0], last[1])
    if not municipalities:
        raise NameRefused(
            "leverancier onbekend",
            "de map is niet die van een gemeente of samenwerkingsverband in het werkgebied",
            "Zet het bestand in de map met de code van de gemeente (GM1234) of van het samenwerkingsverband.",
        )
    return Speaks(found["register"], folder.upper(), municipalities, first[0], last[1], volledig=found["extra"] is None)


def dataset_named(path: str) -> Contract | None:
    """What a file probably is, also when its name is wrong: the survey by its folder, a register by how it begins."""
    if is_of_survey(path):
        return load_survey()
    name = PurePosixPath(path).name.lower()
    found = next((r for r in sorted(load_registers(), key=len, reverse=True) if name.startswith(r)), None)
    return load_registers()[found] if found else None


def spoken_for_by(leverancier: str, van: date, tot: date) -> tuple[str, ...]:
    """The municipalities that a sender may speak for in a period: itself, or the members of the partnership then."""
    members = [m for m in active().members if m.van < tot and m.tot > van]
    return tuple(sorted({m.gemeente for m in members if leverancier in (m.gebied, m.gemeente)}))


def senders() -> frozenset[str]:
    """Codes of all municipalities and partnerships that may ever have sent something."""
    return frozenset(code for m in active().members for code in (m.gebied, m.gemeente))


def municipality_names() -> dict[str, str]:
    """Names of the municipalities of the region, former ones included, as they write them themselves."""
    return {code: municipalities()[code].own_name for code in active().municipalities}


def _period(text: str) -> tuple[date, date] | None:
    """First day of a period and of the next one; None when there is no such period."""
    year, kind, number = int(text[:4]), text[4:5], int(text[5:] or 1)
    months = {"": 12, "k": 3, "m": 1}[kind]
    if not 1990 <= year <= 2100 or not 1 <= number <= 12 // months:
        return None
    start, end = (number - 1) * months, number * months
    return date(year, start + 1, 1), date(year + end // 12, end % 12 + 1, 1)
