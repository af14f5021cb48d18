# ruff: noqa: S608 (values pass `literal`)
"""Border 2, what is promised of the survey: own estimates beside what the statistics office publishes."""

from __future__ import annotations

from expectations.rules import Rule, literals

# Regions for which both series are large enough to expect that they agree: the country and its provinces.
COMPARED = "regio_code = 'NL01' or regio_code like 'PV%'"
# The headline figures. Of single delicts the own sample is too small, and intervals too many, for a rule.
HEADLINES = ("VM-ONLINE-SL", "VM-ONLINE-MELD", "VM-ONLINE-AANG")


def beside_publication() -> Rule:
    """The own estimate of the country and of its provinces lies within the published bounds of the same wave."""
    return Rule(
        "enquete naast publicatie",
        "geel",
        "De eigen schatting van online criminaliteit in Nederland en provincies ligt binnen de gepubliceerde marges.",
        "Een op de twintig mag door toeval erbuiten liggen; bij meer: controleer gewichten en codes van het bestand.",
        f"""
        with enquete as (
            select * from {{batch}}
            where indicator_code in ({literals(HEADLINES)}) and ({COMPARED})
                and waarde is not null
        ),
        buiten as (
            select concat_ws(' ', e.indicator_code, e.regio_code, e.periode_code) || ': ' || round(e.waarde::numeric, 1)
                || ', gepubliceerd ' || g.ondergrens || ' tot ' || g.bovengrens as example
            from enquete as e
            inner join enquete as g using (indicator_code, regio_code, periode_code)
            where e.reeks = 'vm_eigen' and g.reeks = 'vm_gepubliceerd'
                and e.waarde not between g.ondergrens and g.bovengrens
        )
        select 'enquete naast publicatie' as rule, count(*) as amount, min(example) as example from buiten
        """,
        "waarde",
        unit="schattingen",
    )
