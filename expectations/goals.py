"""Border 2 for goals: no goal without a status and a sentence, and no plan left out."""

from __future__ import annotations

from collections.abc import Iterator

from expectations.rules import Condition, Rule, literals

MART, TABLE = "ivp", "doelen"
STATUSES = (
    "gehaald",
    "uitgevoerd",
    "op_koers",
    "richting_goed_niet_significant",
    "geen_verandering",
    "van_koers",
    "niet_meetbaar",
    "nog_geen_data",
)
_REMEDY = (
    "Herstel de stand (model int_doelstatus) of de zin (veiligheidsbeeld/goals/sentences.py): een doel zonder antwoord"
    " mag niet gepubliceerd worden."
)


def conditions() -> Iterator[Condition]:
    """Rules about single goals."""
    yield Condition(
        "stand bekend",
        "rood",
        f"Elk doel heeft een stand uit de afgesproken lijst ({', '.join(STATUSES)}).",
        _REMEDY,
        f"coalesce(status, '') not in ({literals(STATUSES)})",
        "status",
    )
    yield Condition(
        "stand in een zin",
        "rood",
        "Bij elke stand staat een hele zin.",
        _REMEDY,
        "coalesce(zin, '') !~ '^[[:alnum:]].*[.]$'",
        "zin",
    )
    yield Condition(
        "stand met cijfer",
        "rood",
        "Een doel zonder cijfer, of grenzen ervan, is nog_geen_data of niet_meetbaar: ontbrekend is nooit gehaald"
        " of gemist.",
        _REMEDY,
        "waarde is null and ondergrens is null and status not in ('nog_geen_data', 'niet_meetbaar')",
        "status",
    )


def every_plan() -> Rule:
    """Every plan that has a goal in force has rows."""
    return Rule(
        "elk plan",
        "rood",
        "Elk plan met doelen die nu gelden staat in de tabel.",
        "Ga na waarom de doelen van het plan vervallen zijn: een gebied zonder gemeenten, of een verkeerde code.",
        """
        with missing as (
            select d.plan_code from intermediate.doel as d
            where d.geldig_van <= current_date and (d.geldig_tot is null or d.geldig_tot > current_date)
            except
            select plan_code from {batch}
        )
        select 'elk plan' as rule, count(*) as amount, min(plan_code) as example from missing
        """,
        "plan_code",
        unit="plannen",
    )
