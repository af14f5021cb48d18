"""Border 2 for the goals: a small candidate of `ivp` that keeps every rule, and one per rule that breaks it."""

from __future__ import annotations

import pytest

from tests.places import THIRD, TOGETHER, TOWN
from veiligheidsbeeld import publish
from veiligheidsbeeld.errors import CandidateRefused
from veiligheidsbeeld.judge import validate_candidate
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

# A goal of each of two plans that hold now; a third plan has ended and need not be there.
SOUND = f"""
    drop table if exists kandidaat_ivp.doelen;
    create table kandidaat_ivp.doelen (
        plan_code text, doel_code text, regio_code text, status text, zin text, waarde double precision,
        ondergrens double precision, bovengrens double precision, bron_soort text
    );
    create unique index doelen_sleutel on kandidaat_ivp.doelen (doel_code, regio_code);
    insert into kandidaat_ivp.doelen values
        ('A', 'A-1', '{TOWN}', 'gehaald', 'Inbraken 12 in 2025 tegenover 20 in 2022: lager.', 12, 8, 16, 'voorbeeld'),
        ('A', 'A-1', '{THIRD}', 'nog_geen_data', 'Nog geen cijfers.', null, null, null, 'voorbeeld'),
        ('A', 'A-2', '{TOWN}', 'niet_meetbaar', 'Cijfers worden niet getoond.', null, null, null, 'voorbeeld'),
        ('B', 'B-1', '{TOGETHER}', 'van_koers',
            '36,5% in 2025 tegenover 32,7% in 2021: hoger.', 36.5, 34, 39, 'voorbeeld');
    comment on table kandidaat_ivp.doelen is 'Doelen';
    do $$ declare c text; begin
        for c in select column_name from information_schema.columns
            where table_schema = 'kandidaat_ivp' and table_name = 'doelen'
        loop execute format('comment on column kandidaat_ivp.doelen.%I is ''Toelichting''', c); end loop;
    end $$;
    drop table if exists intermediate.doel;
    create table intermediate.doel (plan_code text, geldig_van date, geldig_tot date);
    insert into intermediate.doel values
        ('A', '2023-01-01', null), ('B', '2023-01-01', '2999-01-01'), ('VOORBIJ', '2019-01-01', '2023-01-01'),
        ('KOMT_NOG', '2999-01-01', null);
    grant select on intermediate.doel to publicist;
"""
T = "kandidaat_ivp.doelen"
# What breaks a rule, and which rules are broken besides.
RED = {
    "stand bekend": (
        [f"update {T} set status = 'bijna' where plan_code = 'B'", f"update {T} set status = null"],
        set(),
    ),
    "stand in een zin": (
        [
            f"update {T} set zin = null where plan_code = 'B'",
            f"update {T} set zin = '' where plan_code = 'B'",
            f"update {T} set zin = ': hoger.' where plan_code = 'B'",
            f"update {T} set zin = '36,5% in 2025 tegenover' where plan_code = 'B'",
        ],
        set(),
    ),
    "stand met cijfer": (
        [
            f"update {T} set status = '{status}' where doel_code = 'A-2'"
            for status in (
                "gehaald",
                "uitgevoerd",
                "op_koers",
                "richting_goed_niet_significant",
                "geen_verandering",
                "van_koers",
            )
        ],
        set(),
    ),
    "elk plan": ([f"delete from {T} where plan_code = 'B'"], set()),
    "marge om waarde": (
        [
            f"update {T} set bovengrens = 30 where plan_code = 'B'",
            f"update {T} set ondergrens = 37 where plan_code = 'B'",
        ],
        set(),
    ),
    "soort bron genoemd": (
        [f"update {T} set bron_soort = null where plan_code = 'B'", f"update {T} set bron_soort = 'proef'"],
        set(),
    ),
    "sleutel uniek": (
        [f"drop index kandidaat_ivp.doelen_sleutel; insert into {T} select * from {T} where plan_code = 'B'"],
        set(),
    ),
}
YELLOW = {
    "kolommen toegelicht": ([f"comment on column {T}.zin is null"], set()),
    "niet leeg": ([f"delete from {T}"], {"elk plan"}),
}
CASES = [(rule, tamper, besides) for rule, (tampers, besides) in (RED | YELLOW).items() for tamper in tampers]


def judge(settings: Settings, tamper: str = ""):
    """The verdict, and the rules that were broken."""
    with connect(settings, "transform") as connection:
        connection.execute(SOUND + tamper)
    verdict = validate_candidate(settings, "ivp")
    return verdict, {rule for rule, _, passed in kept(settings) if not passed}


def kept(settings: Settings) -> list[tuple[str, str, bool]]:
    """Rule, card and outcome of every rule of the last verdict."""
    with connect(settings, "publicist") as connection:
        rows = connection.execute(
            "select verwachting, kaart, geslaagd from beheer.kwaliteit"
            " where gekeurd_op = (select max(gekeurd_op) from beheer.kwaliteit)"
        ).fetchall()
    return [(name.removeprefix("doelen: "), card, passed) for name, card, passed in rows]


def test_sound_goals_keep_every_rule_and_every_rule_is_broken_below(judged_warehouse):
    verdict, broken = judge(judged_warehouse)
    assert (verdict.red, verdict.yellow, broken) == ([], [], set())
    cards = {(rule, card) for rule, card, _ in kept(judged_warehouse)}
    assert cards == {(rule, "rood") for rule in RED} | {(rule, "geel") for rule in YELLOW}


@pytest.mark.parametrize(("rule", "tamper", "besides"), CASES)
def test_a_broken_rule_is_found(judged_warehouse, rule, tamper, besides):
    verdict, broken = judge(judged_warehouse, tamper)
    assert broken == {rule} | besides
    assert verdict.ok is not bool(broken & set(RED))
    if not verdict.ok:
        with pytest.raises(CandidateRefused, match="red card"):
            publish.publish(judged_warehouse, "ivp", force=True)
