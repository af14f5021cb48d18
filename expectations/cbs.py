"""Border 1, what only the CBS tables promise. Source: CBS OData v4 `ValueAttribute`, table notes of 83648NED and
85655NED."""

from __future__ import annotations

from collections.abc import Iterator

from expectations.rules import Condition, literals
from veiligheidsbeeld.contracts.cube import CubeContract

# Why a value is missing, in CBS words; None (a value is there) is stored as null.
REASONS = ("Impossible", "Confidential", "NotAvailable")
# 83648NED is published rounded to 5 (checked on published figures: provinces 2014-2017, suspects included).
# 85655NED is published rounded to 10.
_KINDS_OF_SUSPECTS = ("vermogen", "vernieling", "geweld", "verkeer", "drugs", "wapens")
ROUNDED = {
    "83648NED": {"totaal_misdrijven": 5, "totaal_opgehelderd": 5, "verdachten": 5},
    "85655NED": dict.fromkeys(("totaal", *_KINDS_OF_SUSPECTS), 10),
}
# Of whom a part is counted in each kind: no kind has more of them than the total.
WITHIN_TOTAL = {"85655NED": ("totaal", _KINDS_OF_SUSPECTS)}


def conditions(contract: CubeContract) -> Iterator[Condition]:
    """An empty value says why; rounded tables are rounded; a part is no more than the whole."""
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
    total, parts = WITHIN_TOTAL.get(contract.bron.tabel, ("", ()))
    for part in parts:
        yield Condition(
            f"{part} niet boven {total}",
            "rood",
            f"{part} is nergens meer dan {total}: wie daarin telt, telt ook in het totaal.",
            "Vergelijk de kolommen van de bron met het contract; blijft het, meld het bij de eigenaar.",
            f"exists (select from unnest({part}, {total}) as c (part, whole) where c.part > c.whole)",
            part,
        )
