"""The drop folder -> landing: waves of the survey, taken once each and kept where only this system's user can look.

Below `<home>/landing/.enquete/<tabel>/<moment>-<first 8 of sha256>/`: the file, its manifest, and `weigering.json` when
it was refused. Folders are 0700 and files 0400: a respondent file is personal data, also without a name in it.
"""

from __future__ import annotations

import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

from veiligheidsbeeld.contracts.survey import SurveyContract
from veiligheidsbeeld.files.drop import Drop, Found, drop_of
from veiligheidsbeeld.landing.durable import MANIFEST, flush_to_disk, write_json
from veiligheidsbeeld.landing.files import REASON, Manifest, Reason, RegisterFile
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

AREA = ".enquete"
_SUFFIXES = "csv|xlsx|sav"


def take(settings: Settings, contract: SurveyContract, *, force: bool = False) -> list[RegisterFile]:
    """Takes every wave that lies complete in the sender's folder and is not known yet; `force`: refused ones again."""
    taken = []
    with connect(settings, "lader") as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext('enquete.neem_in'))")
        drop = drop_of(settings)
        for found in drop.look():
            sender, _, name = found.path.partition("/")
            age = (datetime.now(UTC) - found.modified).total_seconds()
            if sender.lower() == contract.leverancier and age >= settings.drop_rest:
                file = _take(settings, contract, drop, found, name, force=force)
                taken += [file] if file else []
    return taken


def files(settings: Settings, contract: SurveyContract) -> list[RegisterFile]:
    """Files of the survey in landing, oldest first."""
    folder = settings.landing / AREA / contract.tabel
    paths = [p for p in folder.iterdir() if not p.name.startswith(".")] if folder.is_dir() else []
    return [RegisterFile(p) for p in sorted(paths, key=lambda p: p.name)]


def wave_of(file: RegisterFile) -> int:
    """The wave that a file speaks for; only of files that were not refused for their name."""
    assert file.manifest.scope is not None
    return int(file.manifest.scope["golf"])


def refuse(file: RegisterFile, reason: Reason) -> None:
    """Puts the reason of a refusal beside a file."""
    file.path.chmod(0o700)
    write_json(file.path / REASON, reason)


def _take(
    settings: Settings, contract: SurveyContract, drop: Drop, found: Found, name: str, *, force: bool
) -> RegisterFile | None:
    work = _closed(settings.landing / AREA / contract.tabel / f".bezig-{os.getpid()}")
    try:
        digest = drop.copy(found, work / "komt")
        before = [f for f in files(settings, contract) if f.manifest.inhoud_sha256 == digest]
        if digest is None or any(f.manifest.bestand == name and not (force and f.reason) for f in before):
            return None
        year, reason = _wave(contract, name)
        manifest = Manifest(
            dataset=contract.tabel,
            leverancier=contract.leverancier,
            bestand=name,
            adres=found.address,
            bron_soort=settings.bron_soort,
            gewijzigd=found.modified.isoformat(),
            opgehaald_op=datetime.now(UTC).isoformat(),
            bytes=found.size,
            inhoud_sha256=digest,
            scope={"golf": year, "volledig": True} if year else None,
        )
        (work / "komt").rename(work / f"bestand{Path(name).suffix.lower()}")
        write_json(work / MANIFEST, manifest)
        for path in work.iterdir():
            path.chmod(0o400)
            flush_to_disk(path)
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        target = work.with_name(f"{moment}-{digest[:8]}")
        work.rename(target)
        flush_to_disk(target.parent)
        file = RegisterFile(target)
        if reason:
            refuse(file, reason)
        return file
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _wave(contract: SurveyContract, name: str) -> tuple[int | None, Reason | None]:
    owner = contract.eigenaar.functie
    match = re.fullmatch(rf"{contract.leverancier}_(\d{{4}})\.({_SUFFIXES})", name.lower())
    if not match:
        folder = contract.leverancier
        shape = f"Noem het bestand {folder}_<golf>.csv, .xlsx of .sav, bijvoorbeeld {folder}_2025.sav."
        return None, Reason("bestandsnaam", "De bestandsnaam noemt geen golf.", shape, owner)
    year = int(match[1])
    if year < contract.breuk:
        why = f"Golf {year} ligt voor de nieuwe vragenlijst van {contract.breuk} en is daarmee niet te vergelijken."
        return None, Reason("methodebreuk", why, "Gebruik de gepubliceerde reeks tot en met 2019, apart.", owner)
    if year not in contract.golven:
        known = ", ".join(map(str, contract.golven))
        return None, Reason("golf onbekend", f"Het contract kent golf {year} niet.", f"Kies uit: {known}.", owner)
    return year, None


def _closed(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for one in (folder.parent.parent, folder.parent, folder):
        one.chmod(0o700)
    return folder
