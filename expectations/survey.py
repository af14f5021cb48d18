# ruff: noqa: S608 (queries are composed from the contract, values pass `literal`)
"""Border 1 for a wave of the survey, before it becomes current. Examples never show a respondent: counts suffice."""

from __future__ import annotations

from collections.abc import Iterator

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from expectations.rules import SEVERITY, Condition, Rule, expectation, literal, literals, scan
from veiligheidsbeeld.contracts.survey import SurveyContract
from veiligheidsbeeld.survey.stage import kolommen

# A weight so far above the mean lets one respondent speak for a region.
_ZWAAR = 50
_VRAAG = "Vraag de leverancier om een hersteld bestand."


def suite(contract: SurveyContract, golf: int) -> list[Expectation]:
    """All expectations of one staged wave."""
    return [*_structure(contract), *(expectation(rule) for rule in rules(contract, golf))]


def rules(contract: SurveyContract, golf: int) -> list[Rule]:
    """Everything that the contract promises of a wave."""
    return [*scan(list(_rows(contract, golf)), literal(f"golf {golf}")), _unique(), _omvang(contract, golf), _gewicht()]


def _structure(contract: SurveyContract) -> Iterator[Expectation]:
    yield gxe.ExpectTableColumnsToMatchSet(
        column_set=list(kolommen(contract)),
        exact_match=True,
        severity=SEVERITY["rood"],
        description="De golf heeft precies de kolommen van het contract.",
        meta={"regel": "kolommen", "kaart": "rood", "kolom": None, "remedie": "Laad de golf opnieuw."},
    )
    yield gxe.ExpectTableRowCountToBeBetween(
        min_value=1,
        severity=SEVERITY["rood"],
        description="De golf heeft respondenten.",
        meta={"regel": "niet leeg", "kaart": "rood", "kolom": None, "remedie": _VRAAG},
    )


def _rows(contract: SurveyContract, golf: int) -> Iterator[Condition]:
    a = contract.antwoorden
    ja, nee = a.ja.code, a.nee.code
    known = literals(one.code for one in a.alle)
    yield Condition("golf", "rood", f"Elke respondent hoort bij golf {golf}.", _VRAAG, f"golf is distinct from {golf}")
    yield Condition(
        "gewicht", "rood", "Elk gewicht is groter dan nul.", _VRAAG, "gewicht is null or gewicht <= 0", "gewicht"
    )
    yield Condition(
        "gemeente", "rood", "Elke gemeente heeft een code.", _VRAAG,
        "gemeente_code is null or gemeente_code !~ '^GM[0-9]+$'", "gemeente_code",
    )  # fmt: skip
    yield Condition(
        "leeftijdsgroep", "rood", "Elke respondent valt in een leeftijdsgroep van het contract.", _VRAAG,
        f"leeftijdsgroep is null or leeftijdsgroep not in ({literals(contract.leeftijdsgroepen)})", "leeftijdsgroep",
    )  # fmt: skip
    strange = " or ".join(f"{k} not in ({known})" for k in contract.antwoordkolommen)
    yield Condition("antwoorden", "rood", "Elk antwoord is een code van het contract.", _VRAAG, strange)
    for maat in contract.maten.values():
        if maat.noemer == "slachtoffers":
            lone = " or ".join(
                f"({maat.voorvoegsel}_{d.kolom} in ({ja}, {nee}) and sl_{d.kolom} is distinct from {ja})"
                for d in contract.delicten
            )
            yield Condition(
                f"{maat.voorvoegsel} alleen van slachtoffers", "geel",
                f"Alleen slachtoffers antwoorden op {maat.naam}; andere antwoorden tellen niet mee.", _VRAAG, lone,
            )  # fmt: skip
        split = " or ".join(
            f"({maat.voorvoegsel}_{d.kolom} = {ja} and {maat.voorvoegsel}_{ouder.kolom} = {nee})"
            for d in contract.delicten
            for ouder in contract.delicten
            if d.ouder == ouder.code
        )
        yield Condition(
            f"{maat.voorvoegsel} groep en delen", "geel",
            f"Wie ja zegt bij een delict, zegt bij de groep geen nee ({maat.naam}).", _VRAAG, split,
        )  # fmt: skip


def _unique() -> Rule:
    return Rule(
        "respondent uniek",
        "rood",
        "Elke respondent komt een keer voor.",
        _VRAAG,
        """
        with twice as (select respondent from {batch} group by respondent having count(*) > 1)
        select 'respondent uniek' as rule, count(*) as amount, null as example from twice
        """,
        "respondent",
    )


def _omvang(contract: SurveyContract, golf: int) -> Rule:
    return Rule(
        "omvang gehalveerd",
        "rood",
        "De golf heeft ten minste de helft van de respondenten die er al bekend zijn.",
        "Vraag de leverancier of het bestand volledig is.",
        f"""
        with bekend as (
            select count(*) as n from raw.{contract.tabel} where golf = {golf} and levering_tot is null
        ),
        geleverd as (select count(*) as n from {{batch}})
        select 'omvang gehalveerd' as rule, round(100.0 * (b.n - g.n) / nullif(b.n, 0), 1) as amount,
            g.n || ' respondenten, bekend waren er ' || b.n as example
        from bekend as b
        cross join geleverd as g
        """,
        allowed=50,
        unit="procent minder respondenten",
    )


def _gewicht() -> Rule:
    return Rule(
        "gewicht niet overheersend",
        "geel",
        f"Geen gewicht is meer dan {_ZWAAR} keer het gemiddelde.",
        "Ga na of het eindgewicht is geleverd en niet een tussengewicht.",
        f"""
        with gemiddeld as (select avg(gewicht) as w from {{batch}})
        select 'gewicht niet overheersend' as rule,
            (select count(*) from {{batch}} where gewicht > {_ZWAAR} * (select w from gemiddeld)) as amount,
            null as example
        from gemiddeld
        """,
        "gewicht",
        unit="respondenten",
    )
