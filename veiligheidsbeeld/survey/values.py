"""What a word of a respondent file means: by the file's own label first, by its form second, and never by a guess.

Each function here looks at the whole column, and gives the function that reads one word: a value, None for a missing
one, or the `Bad` that it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

from veiligheidsbeeld.contracts.survey import Column, SurveyContract
from veiligheidsbeeld.files.cells import normal
from veiligheidsbeeld.refusals import FileRefused
from veiligheidsbeeld.registers.codes import TownList
from veiligheidsbeeld.registers.numbers import Notation, parse_number
from veiligheidsbeeld.registers.values import Bad
from veiligheidsbeeld.survey.read import Words

INVALID = Bad("waarde", "het antwoord, de code of het getal staat niet in het contract")
_MISSING = None
Reader = Callable[[str], object]

_WHOLE = re.compile(r"0*(\d{1,6})(?:[.,]0+)?")
_FLOAT = re.compile(r"(\d+)[.,]0+")
_FRACTION = re.compile(r"0[.,]\d+")
_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?e[+-]?\d{1,2}", re.IGNORECASE)
_NO_LIMIT = 10**6
_YEARS = r"(?:\s*(?:jaar|jr\.?))?"
_UP_TO = r"(?:t\s*/\s*m|tot\s+en\s+met)"
# Forms of an age or a band of ages; each gives the first and the last year of it (None: without limit).
_AGES: tuple[tuple[re.Pattern[str], Callable[[int, int], tuple[int | None, int | None]]], ...] = tuple(
    (re.compile(form + _YEARS), bounds)
    for form, bounds in (
        (r"(\d+)(?:[.,]0+)?", lambda a, _: (a, a)),
        (rf"(\d+){_YEARS}\s*(?:-|–|—|{_UP_TO})\s*(\d+)", lambda a, b: (a, b)),
        (rf"(\d+){_YEARS}\s*tot\s*(\d+)", lambda a, b: (a, b - 1)),
        (rf"(\d+){_YEARS}\s*(?:\+|-?\s*plus|(?:of|en)\s+(?:ouder|meer)|e\.?o\.?)", lambda a, _: (a, None)),
        (r"(?:>=|≥|vanaf)\s*(\d+)", lambda a, _: (a, None)),
        (r"(?:>|ouder\s+dan)\s*(\d+)", lambda a, _: (a + 1, None)),
        (rf"(?:<=|≤|{_UP_TO})\s*(\d+)", lambda a, _: (None, a)),
        (r"(?:<|jonger\s+dan|tot|onder(?:\s+de)?)\s*(\d+)", lambda a, _: (None, a - 1)),
        (rf"(\d+){_YEARS}\s*(?:(?:of|en)\s+jonger)", lambda a, _: (None, a)),
    )
)


def whole(word: str) -> int | None:
    """A whole number as programs write codes: `1`, `1.0`, `1,00`."""
    match = _WHOLE.fullmatch(word)
    return int(match[1]) if match else None


def identities(words: Words) -> Reader:
    """Words as they are; numbers that a program wrote as `1.0` throughout are the numbers 1, 2, 3."""
    if all(_FLOAT.fullmatch(word) for word in words.filled):
        return lambda word: _FLOAT.sub(r"\1", word)
    return str


def codes(column: Column, contract: SurveyContract, words: Words) -> Reader:
    """Codes of the contract. A label goes before the number; where labels number otherwise, a number alone is none."""
    answers = contract.antwoorden
    known = column.waarden or {answer.code: answer.namen for answer in answers.every}
    names = {normal(name): code for code, listed in known.items() for name in listed}
    nothing = {normal(name) for name in contract.zonder_waarde}
    if column.waarden:
        nothing |= {normal(name) for answer in (answers.weet_niet, answers.weigert) for name in answer.namen}
    labels = _by_number(words.labels)
    renumbered = any(names.get(normal(label), whole(word)) != whole(word) for word, label in words.labels.items())

    def read(word: str) -> object:
        number = whole(word)
        told = normal(labels.get(number, "") if number is not None else words.labels.get(word, ""))
        code = names.get(told or normal(word))
        if code is None and not told and not renumbered:
            code = number
        if code in known:
            return code
        if (told or normal(word)) in nothing or word in words.missing:
            return _MISSING
        return INVALID

    return read


def age_bands(contract: SurveyContract, words: Words) -> Reader:
    """Bands of the contract from years, or from bands that lie within one and together fill it.

    A top code is read as its label says (`90 jaar of ouder`); a column of bands that leaves a part of a contract's band
    to none of its own is another division of ages, and refused.
    """
    nothing = {
        normal(name)
        for names in (contract.zonder_waarde, contract.antwoorden.weet_niet.namen, contract.antwoorden.weigert.namen)
        for name in names
    }
    labels = _by_number(words.labels)

    def told(word: str) -> str:
        number = whole(word)
        return labels.get(number, word) if number is not None else words.labels.get(word, word)

    read = {word: _ages(told(word), contract) for word in words.words}
    declared = [_ages(label, contract) for label in words.labels.values()]
    bands = [ages for ages in (*read.values(), *declared) if ages and ages[0] != ages[1]]
    years = any(ages and ages[0] == ages[1] for ages in read.values())
    fits = {ages: _band(ages, contract) for ages in (*read.values(), *bands) if ages}
    _check_division(contract, bands, fits, years=years)

    def band(word: str) -> object:
        ages = read.get(word)
        if ages:
            return fits[ages] or INVALID
        return _MISSING if normal(told(word)) in nothing or word in words.missing else INVALID

    return band


def _check_division(
    contract: SurveyContract,
    bands: list[tuple[int, int]],
    fits: Mapping[tuple[int, int], str | None],
    *,
    years: bool,
) -> None:
    across = [ages for ages in bands if fits[ages] is None and ages[1] >= contract.minimum_leeftijd]
    lacking = []
    for name, (low, high) in contract.leeftijdsgroepen.items():
        inside = sorted({ages for ages in bands if fits[ages] == name})
        reached = low
        for first, last in inside:
            reached = max(reached, last + 1) if first <= reached else reached
        if inside and not years and reached <= high:
            lacking.append(name)
    if across or lacking:
        shown = ", ".join(contract.leeftijdsgroepen)
        raise FileRefused(
            "leeftijdsklassen",
            "De leeftijdsklassen van het bestand passen niet in die van het contract: "
            + "; ".join(
                [f"{a} tot en met {b} valt in meer dan een klasse of in geen" for a, b in sorted(set(across))]
                + [f"{name} is niet helemaal gevuld" for name in lacking]
            )
            + ".",
            remedie=f"Lever de leeftijd in jaren, of in klassen die passen binnen {shown}.",
            eigenaar=contract.eigenaar.functie,
        )


def _ages(text: str, contract: SurveyContract) -> tuple[int, int] | None:
    """First and last year of an age or a band; None for a text that is neither."""
    plain = re.sub(r"\s+", " ", text.strip().casefold())
    for form, bounds in _AGES:
        if match := form.fullmatch(plain):
            numbers = [int(n) for n in match.groups() if n is not None]
            low, high = bounds(numbers[0], numbers[-1])
            oldest = max(high for _, high in contract.leeftijdsgroepen.values())
            return (contract.minimum_leeftijd if low is None else low), (oldest if high is None else high)
    return None


def _band(ages: tuple[int, int], contract: SurveyContract) -> str | None:
    return next((n for n, (low, high) in contract.leeftijdsgroepen.items() if low <= ages[0] <= ages[1] <= high), None)


def municipalities(known: Mapping[str, str], contract: SurveyContract, words: Words) -> Reader:
    """Codes of the statistics office. Where the file labels its numbers with names, the names must be those of the
    numbers; if they are not, the numbers are the file's own and only the names count."""
    towns = TownList(known)
    nothing = {normal(name) for name in contract.zonder_waarde}
    labels = {w: label for w, label in words.labels.items() if normal(label) not in nothing and not _code(label)}
    named = {word: code for word, label in labels.items() if (code := _town(towns, label))}
    own = [word for word, code in named.items() if _code(word) != code]
    if labels and not named:
        raise FileRefused(
            "gemeente_onbekend",
            "De labels noemen geen gemeente van het werkgebied, dus is niet te zien wat de nummers betekenen.",
            remedie="Gebruik de gemeentecodes van het CBS (GM gevolgd door vier cijfers).",
            eigenaar=contract.eigenaar.functie,
        )

    def read(word: str) -> object:
        label = words.labels.get(word)
        if word in words.missing or (label and normal(label) in nothing):
            return _MISSING
        if own:
            return named.get(word) or (_code(label) if label else None) or INVALID
        return (_code(label) if label else None) or _code(word) or _town(towns, word) or INVALID

    return read


def _code(word: str) -> str | None:
    match = re.fullmatch(r"(?:GM)?\s*0*(\d{1,4})(?:[.,]0+)?", word.strip().upper())
    return f"GM{int(match[1]):04d}" if match else None


def _town(towns: TownList, text: str) -> str | None:
    try:
        return towns.find(text)[0]
    except Bad:
        return None


def weights(words: Words) -> Reader:
    """Numbers above nought. One column has one notation, and some word of it must show which: `2.0983` or `0,984`, for
    `1.476` beside 978 is two numbers. Where none does, such a word is neither."""
    notation = Notation.of(words.filled)
    fractions = {word[1] for word in words.filled if _FRACTION.fullmatch(word)}
    point, comma = notation.point or "." in fractions, notation.comma or "," in fractions
    decimal = None if point == comma else re.compile(rf"\d+{'[.]' if point else ','}\d+")

    def read(word: str) -> object:
        try:
            if words.numeric or _SCIENTIFIC.fullmatch(word) or (decimal and decimal.fullmatch(word)):
                weight = float(word.replace(",", "."))
            elif _EITHER.fullmatch(word):
                return Bad("getal_dubbelzinnig", "de punt of komma kan hier duizendtallen of decimalen scheiden")
            else:
                weight, _ = parse_number(word, notation)
        except ValueError:
            return INVALID
        except Bad as fault:
            return fault
        return of_number(weight)

    return read


def of_number(weight: float) -> object:
    """A weight that is a number already."""
    return weight if math.isfinite(weight) and weight > 0 else INVALID


def _by_number(labels: Mapping[str, str]) -> dict[int, str]:
    """Labels by the number that they belong to, however the number is written."""
    return {number: label for word, label in labels.items() if (number := whole(word)) is not None}
