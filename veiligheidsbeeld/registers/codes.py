"""Codes: values of a list with their synonyms, municipalities by code, number or name, districts and neighbourhoods."""

from __future__ import annotations

import re
from collections.abc import Mapping

from veiligheidsbeeld.contracts.register import Column
from veiligheidsbeeld.files.cells import normal
from veiligheidsbeeld.region import municipalities
from veiligheidsbeeld.registers.values import Bad

# Pattern, prefix and number of signs; since 2022 districts may have letters.
_AREA = {
    "buurt": (re.compile(r"(?:BU\s*)?([0-9]{5,8}|[0-9]{4}[0-9A-Z]{4})", re.IGNORECASE), "BU", 8),
    "wijk": (re.compile(r"(?:WK\s*)?([0-9]{3,6}|[0-9]{4}[0-9A-Z]{2})", re.IGNORECASE), "WK", 6),
}
_TOWN = re.compile(r"(?:GM\s*)?([0-9]{1,4})", re.IGNORECASE)
_PREFIX = re.compile(r"^(?:gemeente|gem\.?)\s+", re.IGNORECASE)
_SEVERAL = re.compile(r"[|,]")


class CodeList:
    """The allowed codes of a column, found by themselves or by a synonym, without case, diacritics and signs."""

    def __init__(self, column: Column) -> None:
        self.exact = {name: code for code, names in column.waarden.items() for name in (*names, code)}
        self.pattern = re.compile(column.patroon) if column.patroon else None
        self.known: dict[str, str] = {}
        for code, synonyms in column.waarden.items():
            for name in (code, *synonyms):
                self.known.setdefault(_loose(name), code)

    def find(self, text: str) -> tuple[str, str | None]:
        if text in self.exact:
            return self.exact[text], None
        code = self.known.get(_loose(text))
        if code is not None:
            return code, "schrijfwijze_code"
        if self.exact or not (self.pattern and self.pattern.fullmatch(text)):
            raise Bad("codelijst", "deze code staat niet in de afgesproken lijst")
        return text, None

    def find_several(self, text: str) -> tuple[list[str], str | None]:
        parts = [part.strip() for part in _SEVERAL.split(text) if part.strip()]
        found = [self.find(part) for part in parts]
        mended = any(kind for _, kind in found)
        return list(dict.fromkeys(code for code, _ in found)), "schrijfwijze_code" if mended else None


class TownList:
    """The municipalities that a sender may speak for."""

    def __init__(self, gemeenten: Mapping[str, str]) -> None:
        self.codes = set(gemeenten)
        self.names = {name: code for code, name in gemeenten.items()}
        self.known: dict[str, set[str]] = {}
        towns = municipalities()
        for code, name in gemeenten.items():
            others = towns[code].also if code in towns else ()
            for form in (name, re.sub(r"\s*\(.*\)", "", name), *others):
                self.known.setdefault(normal(form), set()).add(code)

    def find(self, text: str) -> tuple[str, str | None]:
        if text in self.codes:
            return text, None
        if text in self.names:
            return self.names[text], None
        if match := _TOWN.fullmatch(text):
            found = {f"GM{match[1].zfill(4)}"} & self.codes
        else:
            found = self.known.get(normal(text)) or self.known.get(normal(_PREFIX.sub("", text)), set())
        if len(found) != 1:
            raise Bad("gemeente", "deze gemeente is onbekend, of de afzender levert niet voor haar aan")
        return next(iter(found)), "gemeente_notatie"


def parse_area(text: str, kind: str) -> tuple[str, str | None]:
    """BU12340101 or WK123401; prefix and leading zeros that were lost return. Whose it is, is checked per row."""
    pattern, prefix, width = _AREA[kind]
    match = pattern.fullmatch(text)
    if not match:
        raise Bad(f"{kind}code", f"dit is geen {kind}code; schrijf {prefix} met {width} cijfers of letters")
    code = prefix + match[1].upper().zfill(width)
    if code == text:
        return code, None
    return code, f"{kind}code_aangevuld" if len(match[1]) < width or not text[:1].isalpha() else "schrijfwijze_code"


def _loose(text: str) -> str:
    """Signs count only where nothing else is left of a code (`+`, `<18` would otherwise be equal to others)."""
    return normal(text) or text.strip()
