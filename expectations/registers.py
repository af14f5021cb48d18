# ruff: noqa: S608 (queries are composed from contracts, values pass `literal`)
"""Border 2, figures of registers: no small count is shown. The floor comes from the contracts, not from the models."""

from __future__ import annotations

from expectations.rules import Rule, literal
from veiligheidsbeeld.contracts.register import load_registers


def privacy_floor() -> Rule:
    floors = ", ".join(
        f"({literal(indicator.code)}, {contract.minimum(indicator)})"
        for contract in load_registers().values()
        for indicator in contract.indicatoren
        if contract.minimum(indicator) > 1
        and indicator.eenheid == "aantal"
        and indicator.berekening in ("telling", "lopend", "stand")
    )
    return Rule(
        "privacy: kleine telling",
        "rood",
        "Geen telling uit een register is kleiner dan de grens van haar contract, op nul na.",
        "Publiceer niets: herstel de modellen int_register_*; zie docs/decisions/0034.",
        f"""
        with grens (indicator_code, min_cel) as (values {floors})
        select 'privacy: kleine telling' as rule, count(*) as amount,
            min(concat_ws(' ', b.indicator_code, b.regio_code, b.periode_code)) as example
        from {{batch}} as b
        inner join grens as g on b.indicator_code = g.indicator_code
        where (b.maat = 'aantal' and b.waarde > 0 and b.waarde < g.min_cel) or (b.teller > 0 and b.teller < g.min_cel)
        """,
        "waarde",
        unit="cijfers",
    )
