# ruff: noqa: S608 (queries are composed from the contract, values pass `literal`)
"""Border 1 for a wave of the survey, before it becomes current. Examples never show a respondent: counts suffice."""

from __future__ import annotations

from collections.abc import Iterator

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from expectations.rules import SEVERITY, Condition, Rule, expectation, literal, literals, scan
from veiligheidsbeeld.contracts.survey import SurveyContract
from veiligheidsbeeld.survey.areas import COUNTRY, areas
from veiligheidsbeeld.survey.stage import column_types

# A weight so far above the mean lets one respondent speak for a region.
_HEAVY = 50
_ASK = "Vraag de leverancier om een hersteld bestand."


def suite(contract: SurveyContract, year: int) -> list[Expectation]:
    """All expectations of one staged wave."""
    return [*_structure(contract), *(expectation(rule) for rule in rules(contract, year))]


def rules(contract: SurveyContract, year: int) -> list[Rule]:
    """Everything that the contract promises of a wave."""
    return [
        *scan(list(_rows(contract, year)), literal(f"golf {year}")),
        _unique(),
        _size(contract, year),
        _weight(),
        _coverage(contract),
    ]


def _structure(contract: SurveyContract) -> Iterator[Expectation]:
    yield gxe.ExpectTableColumnsToMatchSet(
        column_set=list(column_types(contract)),
        exact_match=True,
        severity=SEVERITY["rood"],
        description="De golf heeft precies de kolommen van het contract.",
        meta={"regel": "kolommen", "kaart": "rood", "kolom": None, "remedie": "Laad de golf opnieuw."},
    )
    yield gxe.ExpectTableRowCountToBeBetween(
        min_value=1,
        severity=SEVERITY["rood"],
        description="De golf heeft respondenten.",
        meta={"regel": "niet leeg", "kaart": "rood", "kolom": None, "remedie": _ASK},
    )


def _rows(contract: SurveyContract, year: int) -> Iterator[Condition]:
    a = contract.antwoorden
    ja, nee = a.ja.code, a.nee.code
    known = literals(one.code for one in a.every)
    yield Condition("golf", "rood", f"Elke respondent hoort bij golf {year}.", _ASK, f"golf is distinct from {year}")
    yield Condition(
        "gewicht", "rood", "Elk gewicht is groter dan nul.", _ASK, "gewicht is null or gewicht <= 0", "gewicht"
    )
    yield Condition(
        "gemeente", "rood", "Elke gemeente heeft een code.", _ASK,
        "gemeente_code is null or gemeente_code !~ '^GM[0-9]+$'", "gemeente_code",
    )  # fmt: skip
    yield Condition(
        "leeftijdsgroep", "rood", "Elke respondent valt in een leeftijdsgroep van het contract.", _ASK,
        f"leeftijdsgroep is null or leeftijdsgroep not in ({literals(contract.leeftijdsgroepen)})", "leeftijdsgroep",
    )  # fmt: skip
    strange = " or ".join(f"{k} not in ({known})" for k in contract.answer_columns)
    yield Condition("antwoorden", "rood", "Elk antwoord is een code van het contract.", _ASK, strange)
    for measure in contract.maten.values():
        if measure.noemer == "slachtoffers":
            lone = " or ".join(
                f"({measure.voorvoegsel}_{d.kolom} in ({ja}, {nee}) and sl_{d.kolom} is distinct from {ja})"
                for d in contract.delicten
            )
            yield Condition(
                f"{measure.voorvoegsel} alleen van slachtoffers", "geel",
                f"Alleen slachtoffers antwoorden op {measure.naam}; andere antwoorden tellen niet mee.", _ASK, lone,
            )  # fmt: skip
        split = " or ".join(
            f"({measure.voorvoegsel}_{d.kolom} = {ja} and {measure.voorvoegsel}_{parent.kolom} = {nee})"
            for d in contract.delicten
            for parent in contract.delicten
            if d.ouder == parent.code
        )
        yield Condition(
            f"{measure.voorvoegsel} groep en delen", "geel",
            f"Wie ja zegt bij een delict, zegt bij de groep geen nee ({measure.naam}).", _ASK, split,
        )  # fmt: skip


def _unique() -> Rule:
    return Rule(
        "respondent uniek",
        "rood",
        "Elke respondent komt een keer voor.",
        _ASK,
        """
        with twice as (select respondent from {batch} group by respondent having count(*) > 1)
        select 'respondent uniek' as rule, count(*) as amount, null as example from twice
        """,
        "respondent",
    )


def _size(contract: SurveyContract, year: int) -> Rule:
    return Rule(
        "omvang gehalveerd",
        "rood",
        "De golf heeft ten minste de helft van de respondenten die er al bekend zijn.",
        "Vraag de leverancier of het bestand volledig is.",
        f"""
        with bekend as (
            select count(*) as n from raw.{contract.naam} where golf = {year} and levering_tot is null
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


def _coverage(contract: SurveyContract) -> Rule:
    rule = contract.dekking
    members = ", ".join(
        f"({literal(area.code)}, {literal(town)})" for area in areas() for town in sorted(area.municipalities)
    )
    return Rule(
        "dekking",
        "geel",
        "De golf dekt elk gebied waarover geschat wordt; wat zij niet dekt, krijgt geen schatting.",
        "Niets, als het bestand van een deel van het werkgebied is; vraag anders om het volledige bestand.",
        f"""
        with telling as (select gemeente_code, count(*) as n from {{batch}} group by gemeente_code),
        gebied (gebied_code, gemeente_code) as (values {members}),
        ongedekt as (
            select g.gebied_code
            from gebied as g
            left join telling as t using (gemeente_code)
            where g.gebied_code <> g.gemeente_code
            group by g.gebied_code
            having min(coalesce(t.n, 0)) < {rule.min_per_gemeente}
            union all
            select {literal(COUNTRY)} where (select count(*) from telling) < {rule.gemeenten_nederland}
        )
        select 'dekking' as rule, count(*) as amount, string_agg(gebied_code, ', ' order by gebied_code) as example
        from ongedekt
        """,
        "gemeente_code",
        unit="gebieden",
    )


def _weight() -> Rule:
    return Rule(
        "gewicht niet overheersend",
        "geel",
        f"Geen gewicht is meer dan {_HEAVY} keer het gemiddelde.",
        "Ga na of het eindgewicht is geleverd en niet een tussengewicht.",
        f"""
        with gemiddeld as (select avg(gewicht) as w from {{batch}})
        select 'gewicht niet overheersend' as rule,
            (select count(*) from {{batch}} where gewicht > {_HEAVY} * (select w from gemiddeld)) as amount,
            null as example
        from gemiddeld
        """,
        "gewicht",
        unit="respondenten",
    )
