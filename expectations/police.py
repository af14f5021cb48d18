"""Border 1, what only the police tables promise. Source: table explanations of 47013NED and 47022NED."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from expectations.rules import Condition, Rule, literals
from expectations.totals import rollup_query
from veiligheidsbeeld.contracts.cube import CubeContract, Rollup, load_cubes

# Sex offences, child pornography, child prostitution and moral integrity: counted per year and per municipality only.
SHIELDED = tuple(kind.soort for cube in load_cubes().values() for kind in cube.soorten if kind.alleen_jaar)
# Years back for which types are summed against the total; older years are judged when they are first delivered.
YEARS = 2


def conditions(contract: CubeContract) -> Iterator[Condition]:
    """The shielded offences must stay shielded."""
    if contract.provider != "politie" or "soort_misdrijf" not in contract.key_columns:
        return
    local = contract.bron.tabel == "47022NED"
    shielded = f"soort_misdrijf in ({literals(SHIELDED)})"
    for measure in contract.maten:
        counted = f"{shielded} and 0 < any({measure.kolom})"
        if local:
            yield Condition(
                f"afgeschermd {measure.kolom}",
                "rood",
                "Zeden, kinderporno, kinderprostitutie en maatschappelijke integriteit staan niet per wijk of buurt.",
                "Publiceer niets uit deze levering; meld de eigenaar dat afgeschermde soorten zichtbaar zijn.",
                counted,
                measure.kolom,
            )
        else:
            yield Condition(
                f"afgeschermd {measure.kolom}",
                "geel",
                "Zeden, kinderporno, kinderprostitutie en maatschappelijke integriteit hebben geen maandcijfers.",
                "De bron publiceert meer dan voorheen: beslis of maandcijfers van deze soorten in de marts mogen.",
                f"periode_soort = 'MM' and {counted}",
                measure.kolom,
            )


def rules(contract: CubeContract, fetched: datetime) -> Iterator[Rule]:
    """The types together never exceed the total row (hidden types keep them below it)."""
    if contract.provider != "politie" or "soort_misdrijf" not in contract.key_columns:
        return
    name = "soorten niet meer dan totaal"
    rollup = Rollup(
        naam=name,
        totaal={"soort_misdrijf": "0.0.0"},
        delen={"soort_misdrijf": "^[1-9]"},
        alleen_volledig=False,
    )
    yield Rule(
        name,
        "rood",
        "De soorten misdrijf zijn samen nergens meer dan de totaalregel 0.0.0 (laatste jaren).",
        "Haal de tabel opnieuw op; blijft het, dan telt de bron dubbel: meld het bij de eigenaar.",
        rollup_query(contract, rollup, name, f"{name} (lege delen)", where=f"jaar > {fetched.year - YEARS}"),
        "soort_misdrijf",
        unit="cellen",
    )
