"""Border 1, what only the CBS tables promise. Source: CBS OData v4 `ValueAttribute`, table notes of 83648NED."""

from __future__ import annotations

from collections.abc import Iterator

from expectations.rules import Condition, literals
from veiligheidsbeeld.contracts import Contract

# Why a value is missing, in CBS words; None (a value is there) is stored as null.
REASONS = ("Impossible", "Confidential", "NotAvailable")
# 83648NED is published rounded to 5 (checked on published figures: provinces 2014-2017, suspects included).
ROUNDED = {"83648NED": {"totaal_misdrijven": 5, "totaal_opgehelderd": 5, "verdachten": 5}}


def conditions(contract: Contract) -> Iterator[Condition]:
    """An empty value says why; rounded tables are rounded."""
    if contract.kenmerk:
        measure = contract.maten[0].kolom
        yield Condition(
            "leeg met reden",
            "rood",
            "Een lege waarde heeft een reden van de bron, en alleen een lege waarde.",
            "Haal de tabel opnieuw op; blijft het, meld het bij de eigenaar.",
            f"""exists (
                select from unnest({measure}, kenmerk) with ordinality as c (amount, reason, nr)
                where (aanwezig >> (c.nr::integer - 1)) & 1 = 1 and (c.amount is null) <> (c.reason is not null)
            )""",
            measure,
        )
        yield Condition(
            "bekende redenen",
            "rood",
            f"De reden van een lege waarde is er een die wij kennen ({', '.join(REASONS)}).",
            "Leg vast wat de nieuwe reden betekent (status_waarde) voordat de levering verder gaat.",
            f"not (array_remove(kenmerk, null) <@ array[{literals(REASONS)}])",
            "kenmerk",
        )
    for column, step in ROUNDED.get(contract.bron.tabel, {}).items():
        yield Condition(
            f"afgerond {column}",
            "geel",
            f"{column} is afgerond op {step}.",
            "De bron rondt niet meer af zoals afgesproken: pas toelichting en contract aan.",
            f"exists (select from unnest({column}) as c (amount) where c.amount % {step} <> 0)",
            column,
        )
