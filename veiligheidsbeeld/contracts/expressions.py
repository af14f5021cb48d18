"""A measure of a register as SQL over the columns of a row: for dbt, and for retention, which counts before rows go."""

from __future__ import annotations

import re

from veiligheidsbeeld.contracts.measures import VALUE, both
from veiligheidsbeeld.contracts.register import Indicator, RegisterContract


def expressions(indicator: Indicator) -> dict[str, str]:
    """SQL per part: for which measure a row counts and whether, when, how much (`waarde`), on how many cases (`n`)."""
    n, waarde = indicator.noemer or "1", indicator.teller or "1"
    if indicator.berekening in ("telling", "stand") and indicator.eenheid == "aantal":
        n = waarde
    if indicator.berekening in ("p50", "p90"):
        # What has not ended yet lasts for ever: it is followed up to the last day that is known of.
        waarde = f"coalesce((({indicator.tot}) - ({indicator.datum}))::double precision, 'infinity')"
    column = indicator.per_row[0] if indicator.per_row else None
    return {
        "code": _code(indicator.code, column),
        "waar": both(indicator.waar, f"{column} is not null") if column else indicator.waar or "true",
        "datum": indicator.datum,
        "tot": indicator.tot or "null",
        "n": n,
        "waarde": waarde,
        "per": indicator.per or "null",
    }


def _code(code: str, column: str | None) -> str:
    """A code as it stands, or made of the value that the row has in that column."""
    before, _, after = code.partition(VALUE)
    value = f"upper(replace({column}, '_', ''))" if column else ""
    return " || ".join(part for part in (f"'{before}'", value, f"'{after}'" if after else "") if part)


def neighbourhood(contract: RegisterContract) -> str:
    """SQL of the neighbourhood that a row is about."""
    return next((c.naam for c in contract.opgenomen if c.type == "buurt"), "null")


def columns_used(contract: RegisterContract, indicator: Indicator) -> list[str]:
    """Columns that a file may lack and from which the measure follows: without them it is not known.

    A measure that says what it takes instead (`coalesce(organisatie, '')`) does without.
    """
    whole = re.sub(r"'[^']*'", "", " ".join(expressions(indicator).values()))
    words = set(re.findall(r"[a-z_][a-z0-9_]*", re.sub(r"coalesce\(\s*\w+\s*,", "", whole)))
    return [c.naam for c in contract.opgenomen if not c.verplicht and not c.aanwezig and c.naam in words]
