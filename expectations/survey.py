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
# Below so many respondents chance says nothing; percent of them who may have a twin; percent points that the share of
# an answer may differ from what is known of it.
_ENOUGH, _TWINS, _SHIFT = 100, 95, 30
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
        _weighted(),
        _twins(contract),
        _answers(contract),
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


def _weighted() -> Rule:
    return Rule(
        "gewogen",
        "geel",
        "De gewichten van een golf verschillen.",
        "Ga na of het eindgewicht is geleverd: met overal hetzelfde gewicht zijn de schattingen niet gewogen.",
        f"""
        select 'gewogen' as rule,
            case when count(*) >= {_ENOUGH} and max(gewicht) - min(gewicht) <= 1e-9 * max(gewicht) then count(*) end
                as amount,
            'elk gewicht is ' || min(gewicht) as example
        from {{batch}}
        """,
        "gewicht",
        unit="respondenten",
    )


def _twins(contract: SurveyContract) -> Rule:
    """A file that holds everybody twice, under two numbers: its intervals would be too narrow."""
    same = ", ".join(name for name in column_types(contract) if name not in ("respondent", "levering_id"))
    return Rule(
        "dubbele antwoorden",
        "geel",
        f"Van hooguit {_TWINS} procent van de respondenten staan dezelfde antwoorden, leeftijd en gewicht er nog eens.",
        "Ga na of het bestand niet twee keer hetzelfde bevat, onder andere nummers.",
        f"""
        with gelijk as (select count(*) as n from {{batch}} group by {same})
        select 'dubbele antwoorden' as rule,
            case when sum(n) >= {_ENOUGH} then 100.0 * coalesce(sum(n) filter (where n > 1), 0) / sum(n) end as amount,
            null as example
        from gelijk
        """,
        allowed=_TWINS,
        unit="procent",
    )


def _answers(contract: SurveyContract) -> Rule:
    """Answers against those that are known, of this wave or others: codes that were swapped, a question left out."""
    ja, nee = contract.antwoorden.ja.code, contract.antwoorden.nee.code
    columns = list(contract.answer_columns)
    counted = ", ".join(
        f"count(*) filter (where {c} = {ja}) as j{i}, count(*) filter (where {c} in ({ja}, {nee})) as n{i}"
        for i, c in enumerate(columns)
    )
    listed = ", ".join(f"({literal(c)}, g.j{i}, g.n{i}, b.j{i}, b.n{i})" for i, c in enumerate(columns))
    shares = "100.0 * k.ja / nullif(k.n, 0)", "100.0 * k.ja_bekend / k.n_bekend"
    return Rule(
        "antwoorden verschuiven",
        "geel",
        f"Het aandeel ja op een vraag ligt hooguit {_SHIFT} procentpunt van wat bekend is, en de vraag is gesteld.",
        "Ga na of de codes van ja en nee dezelfde zijn als eerder, en of de vraag in het bestand zit.",
        f"""
        with geleverd as (select {counted} from {{batch}}),
        bekend as (select {counted} from raw.{contract.naam} where levering_tot is null)
        select 'antwoorden verschuiven' as rule, count(*) as amount,
            min(concat(k.vraag, ': ', coalesce(round({shares[0]})::text || '% ja', 'geen antwoorden'), ', bekend ',
                round({shares[1]}), '% ja')) as example
        from geleverd as g
        cross join bekend as b
        cross join lateral (values {listed}) as k (vraag, ja, n, ja_bekend, n_bekend)
        where k.n_bekend >= {_ENOUGH}
            and (k.n = 0 or (k.n >= {_ENOUGH} and abs({shares[0]} - {shares[1]}) > {_SHIFT}))
        """,
        unit="vragen",
    )
