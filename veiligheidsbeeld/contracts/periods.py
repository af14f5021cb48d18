"""Kinds of period in a source's code list: months, quarters, years, and what else a source may have."""

from __future__ import annotations

import re
from collections.abc import Iterable

from veiligheidsbeeld.contracts.cube import PERIOD_LENGTH, CubeContract
from veiligheidsbeeld.errors import DeliveryRefused

_NAMED = {"HJ": "half-year", "SJ": "season or school year", "dag": "day"}


def kind(code: str) -> str:
    """`2023MM01` is of kind MM, `2025HJ01` of HJ; eight digits are a day (`dag`)."""
    code = code.strip()
    if re.fullmatch(r"\d{8}", code):
        return "dag"
    return code[4:6] if re.fullmatch(r"\d{4}\w{2}\d\d", code) else code[4:] or code


def wanted(contract: CubeContract, codes: Iterable[str]) -> list[str]:
    """The codes of the periods to load, in their order; `DeliveryRefused` names the kinds that nobody decided about."""
    listed = list(codes)
    strange: dict[str, str] = {}
    for code in listed:
        if kind(code) not in PERIOD_LENGTH and kind(code) not in contract.zonder_perioden:
            strange.setdefault(kind(code), code.strip())
    if strange:
        names = ", ".join(f"{k} ({_NAMED.get(k, 'unknown')}; such as {code})" for k, code in strange.items())
        raise DeliveryRefused(
            f"{contract.naam} ({contract.bron.tabel}): the source has periods of an unknown kind: {names}.",
            owner=contract.eigenaar.title,
            remedy=f"Leave them out: `zonder_perioden: [{', '.join(strange)}]` in contracts/{contract.naam}.yml. "
            "Months (MM), quarters (KW) and years (JJ) are loaded.",
        )
    return [code for code in listed if kind(code) not in contract.zonder_perioden]
