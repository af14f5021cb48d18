"""Makes a region's folder from codes of municipalities: filled with what the national list knows, empty beyond."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import yaml

from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.region.folder import FILE, NATIONAL, REGIONS, Municipality, columns, example, municipalities, read

# Sources begin in 2012; who is a member since then, was one as far as any figure knows.
_SINCE = "2012-01-01"
# Seeds of which some rows hold for every region, and which rows those are.
_SHARED: dict[str, Callable[[dict[str, str]], bool]] = {
    "doelgroep": lambda row: not row["plan_code"] and not row["gebied_code"],
    "programma": lambda row: row["overal"] == "true",
    "locatie": lambda row: row["overal"] == "true",
}


def make(codes: Sequence[str], name: str, folder: Path | None = None) -> Path:
    """Writes the folder of a new region and returns it; `codes` become its partnership and get wijken and buurten.

    The work area is the provinces of these municipalities. Raises `ConfigurationError` for a code that the national
    list does not have or that is no more, and for a folder that is there already.
    """
    chosen = _chosen(codes)
    slug = _slug(name)
    target = folder or REGIONS / slug
    if target.exists():
        raise ConfigurationError(f"{target} is there already.", remedy="Give another --name or --folder.")
    provinces = {m.provincie for m in chosen}
    around = [m for m in municipalities().values() if m.provincie in provinces and (not m.tot or f"{m.tot}" > _SINCE)]
    areas = {row["gebied_code"]: row for row in read(NATIONAL / "gebied.csv")}
    partnership = "SG" + re.sub(r"[^A-Z0-9]", "", slug.upper())[:6]
    rows = [
        *_members((areas[m.provincie]["naam"], m.provincie, "provincie", m) for m in around),
        *_members((areas[m.eenheid]["naam"], m.eenheid, "regionale_eenheid", m) for m in around),
        *_members((name, partnership, "samenwerkingsgebied", m) for m in chosen),
    ]
    larger = ["NL01", *sorted(provinces), *sorted({m.eenheid for m in around})]
    said = [[code, areas[code]["in_zin"], areas[code]["bijvoeglijk"]] for code in larger]

    # Where a register stands that only this region has (docs/adding-a-register.md).
    (target / "contracts" / "registers").mkdir(parents=True)
    head = {"naam": name, "detail": [m.code for m in chosen], "gemeenten": "regio"}
    (target / FILE).write_text(yaml.safe_dump(head, allow_unicode=True, sort_keys=False), encoding="utf-8")
    for path, names, kept in _forms():
        filled = {"gebied_gemeente": rows, "vergelijkingsgebied": said}.get(path.stem, kept)
        _write(target / path, names, filled)
    return target


def _chosen(codes: Sequence[str]) -> list[Municipality]:
    every = municipalities()
    wrong = [
        c if c not in every else f"{c} ({every[c].own_name}, until {every[c].tot})"
        for c in codes
        if c not in every or every[c].tot
    ]
    if wrong or not codes:
        raise ConfigurationError(
            f"Not municipalities of today: {', '.join(wrong) or 'none was named'}.",
            remedy=f"Give codes as GM and four digits, of what it is part of now: see {NATIONAL / 'gemeente.csv'}.",
        )
    return [every[c] for c in dict.fromkeys(codes)]


def _members(given: Iterable[tuple[str, str, str, Municipality]]) -> list[list[str]]:
    return [
        [code, name, kind, m.code, max(_SINCE, str(m.van or _SINCE)), str(m.tot or "")] for name, code, kind, m in given
    ]


def _forms() -> list[tuple[Path, list[str], list[list[str]]]]:
    """The seeds that every region has, with their columns and the rows that hold anywhere: as the example has them."""
    folder = example().folder
    forms = []
    for path in sorted(folder.rglob("*.csv")):
        holds = _SHARED.get(path.stem)
        kept = [[*row.values()] for row in read(path) if holds(row)] if holds else []
        forms.append((path.relative_to(folder), columns(path), kept))
    return forms


def _write(path: Path, names: list[str], rows: list[list[str]]) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not slug:
        raise ConfigurationError(f"{name!r} is no name for a region.", remedy="Give --name letters or digits.")
    return slug
