"""What every type has in common: a bad value, blanks, marks for `missing`, and yes or no."""

from __future__ import annotations

import re

# CBS marks and blanks that stand for `no value`; `nihil` (-) too, for a register does not say nought with a dash.
MARKS = frozenset({".", "..", "-", "--", "–", "—", "x", "X", "*", "**"})
# What databases and programs of statistics write where there is no value.
NOTHING = frozenset({"null", "nan", "nat", "none", "<na>", "(null)"})
_YES = frozenset({"j", "ja", "1", "true", "waar", "y", "yes", "j.", "ja."})
_NO = frozenset({"n", "nee", "0", "false", "onwaar", "no", "neen", "n.", "nee."})
# `="0123"`: how exports keep a spreadsheet program from changing a text. Any other formula is refused.
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_FORMULA = re.compile(r"[=@]|[+-](?![0-9\s.,]*$)")
# A date as a spreadsheet keeps it, or as it writes it into a CSV file: 2025-02-01, 01-02-2025, 1/2/2025, 1-feb, feb-25.
MOMENT = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?"
    r"|(?:[0-2]?[0-9]|3[01])[-/.](?:[0-2]?[0-9]|3[01])[-/.](?:19|20)[0-9]{2}"
    r"|[0-9]{1,2}-(?:jan|feb|mrt|mar|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec)(?:-[0-9]{2,4})?"
    r"|(?:jan|feb|mrt|mar|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec)-[0-9]{2,4}"
)
_MOMENT = re.compile(MOMENT, re.IGNORECASE)
# 2,02501E+11: a long number of which a spreadsheet kept the first digits.
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]{1,2}", re.IGNORECASE)
_ERROR = re.compile(
    r"#(?:N/B|N/A|NB|REF!|VERW!|WAARDE!|VALUE!|DEEL/0!|DIV/0!|NAAM\?|NAME\?|GETAL!|NUM!|LEEG!|NULL!|#+)", re.IGNORECASE
)


class Bad(Exception):
    """A value that breaks a rule: its name and why, in Dutch and without the value."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(rule)
        self.rule, self.reason = rule, reason


def plain(text: str) -> tuple[str, str | None]:
    """The text without blanks around it or a wrapper that only protects it; raises `Bad` on errors and formulas."""
    if match := _TEXT_FORMULA.fullmatch(text):
        return match[1].strip(), "tekst_als_formule"
    if _ERROR.fullmatch(text):
        raise Bad("excelfout", "de cel bevat een foutmelding van Excel in plaats van een waarde")
    if _FORMULA.match(text) and text not in MARKS:
        raise Bad("formule", "de cel bevat een formule; lever alleen waarden aan")
    return text, None


def parse_yes_no(text: str) -> tuple[bool, str | None]:
    """`J`, `ja`, `1`, `true`, ...; a cross is refused before this: it is a tick as well as a mark for unknown."""
    low = text.casefold()
    if low in _YES:
        return True, None if text in ("J", "ja") else "janee_notatie"
    if low in _NO:
        return False, None if text in ("N", "nee") else "janee_notatie"
    raise Bad("janee", "hier hoort ja of nee")


def is_empty(text: str) -> bool:
    """Whether a text stands for no value: a mark of CBS, or a word of a database."""
    return text in MARKS or text.casefold() in NOTHING


def check_kept(text: str) -> None:
    """Raises `Bad` for a text of which a spreadsheet kept a date or a rounded number: what was typed is lost."""
    if _MOMENT.fullmatch(text):
        raise Bad("datum_in_tekst", "Excel heeft de inhoud in een datum veranderd; geef de kolom het type tekst")
    if _SCIENTIFIC.fullmatch(text):
        raise Bad("getal_in_tekst", "Excel heeft de inhoud tot een getal afgerond; geef de kolom het type tekst")
