"""What every type has in common: a bad value, blanks, marks for `missing`, and yes or no."""

from __future__ import annotations

import re

# CBS marks and blanks that stand for `no value`; `nihil` (-) too, for a register does not say nought with a dash.
MARKS = frozenset({".", "..", "-", "--", "–", "—", "x", "X", "*", "**"})
_YES = frozenset({"j", "ja", "1", "true", "waar", "y", "yes", "j.", "ja."})
_NO = frozenset({"n", "nee", "0", "false", "onwaar", "no", "neen", "n.", "nee."})
# `="0123"`: how exports keep a spreadsheet program from changing a text. Any other formula is refused.
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_FORMULA = re.compile(r"[=@]|[+-](?![0-9\s.,]*$)")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2})?")
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


def is_moment(text: str) -> bool:
    """Whether a text is a date as a spreadsheet keeps it: what was typed there is lost."""
    return bool(_MOMENT.fullmatch(text))
