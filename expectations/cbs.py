# ruff: noqa: S608 (queries are composed from contracts)
"""Border 1, what only the CBS tables promise. Source: CBS OData v4 `ValueAttribute`; rounding as contracts say."""

from __future__ import annotations

from collections.abc import Iterator

from expectations.rules import Condition, literals
from veiligheidsbeeld.contracts.cube import CubeContract

# Why a value is missing, in CBS words; None (a value is there) is stored as null.
REASONS = ("Impossible", "Confidential", "NotAvailable")


def conditions(contract: CubeContract, levering_id: int) -> Iterator[Condition]:
    """An empty value says why; rounded tables are rounded; a part is no more than the whole."""
    # In a long table other measures than those that the contract is about are not rounded as it says: percentages.
    by_title = contract.key_with("maat")
    meant = (
        f"""{by_title.kolom} in (
                select code from beheer.koppeling
                where levering_id = {levering_id} and dimensie = 'Measure' and betekenis is not null
            ) and """
        if by_title
        else ""
    )
    if contract.kenmerk:
        value = contract.maten[0].kolom
        yield Condition(
            "leeg met reden",
            "rood",
            "Een lege waarde heeft een reden van de bron, en alleen een lege waarde.",
            "Haal de tabel opnieuw op; blijft het, meld het bij de eigenaar.",
            f"""exists (
                select from unnest({value}, kenmerk) with ordinality as c (amount, reason, nr)
                where (aanwezig >> (c.nr::integer - 1)) & 1 = 1 and (c.amount is null) <> (c.reason is not null)
            )""",
            value,
        )
        yield Condition(
            "bekende redenen",
            "rood",
            f"De reden van een lege waarde is er een die wij kennen ({', '.join(REASONS)}).",
            "Leg vast wat de nieuwe reden betekent (status_waarde) voordat de levering verder gaat.",
            f"not (array_remove(kenmerk, null) <@ array[{literals(REASONS)}])",
            "kenmerk",
        )
    for measure in contract.maten:
        column = measure.kolom
        if measure.afronding:
            yield Condition(
                f"afgerond {column}",
                "geel",
                f"{column} is afgerond op {measure.afronding}.",
                "De bron rondt niet meer af zoals afgesproken: pas toelichting en contract aan.",
                f"{meant}exists (select from unnest({column}) as c (amount)"
                f" where c.amount::numeric % {measure.afronding} <> 0)",
                column,
            )
        if measure.binnen:
            yield Condition(
                f"{column} niet boven {measure.binnen}",
                "rood",
                f"{column} is nergens meer dan {measure.binnen}: wie daarin telt, telt ook in het totaal.",
                "Vergelijk de kolommen van de bron met het contract; blijft het, meld het bij de eigenaar.",
                f"exists (select from unnest({column}, {measure.binnen}) as c (part, whole) where c.part > c.whole)",
                column,
            )
