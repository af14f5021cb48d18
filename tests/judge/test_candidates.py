"""Border 2: every rule has a candidate that breaks it and one that keeps it."""

from __future__ import annotations

import pytest

from tests.judge import marts
from tests.judge.batches import overlast
from tests.places import TOGETHER, TOWN, UNIT
from veiligheidsbeeld import publish
from veiligheidsbeeld.errors import CandidateRefused, ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.judge import validate_candidate
from veiligheidsbeeld.settings import this_day
from veiligheidsbeeld.warehouse import connect

FIGURES = "kandidaat_jeugd.indicatorwaarden"
TODAY = this_day()


@pytest.fixture(scope="module")
def filled(judged_warehouse):
    marts.fill_raw(judged_warehouse)
    return judged_warehouse


def sql(settings, statement, role="transform"):
    with connect(settings, role) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def judge(settings, tamper: str | None = None, thema: str = "jeugd"):
    """Builds, tampers, judges; returns the verdict and the broken rules as `table: rule`."""
    marts.build(settings, thema)
    if tamper:
        sql(settings, tamper.format(t=FIGURES))
    verdict = validate_candidate(settings, thema)
    rows = sql(
        settings,
        "select verwachting from beheer.kwaliteit where not geslaagd and grens = 'kandidaat'"
        " and gekeurd_op = (select max(gekeurd_op) from beheer.kwaliteit)",
        "publicist",
    )
    return verdict, {row[0] for row in rows}


def test_a_sound_candidate_keeps_every_rule(filled):
    verdict, broken = judge(filled)
    assert (verdict.red, verdict.yellow, broken) == ([], [], set())
    assert verdict.passed > 30
    # Reconciliation really compared: the mart has counts of all four regions.
    assert sql(filled, f"select count(distinct regio_code) from {FIGURES} where waarde is not null") == [(5,)]


RED = {
    "niet leeg": ("delete from {t}", None),
    "kolommen": ("alter table {t} drop column bijgewerkt_op", set()),
    "waarde leeg verklaard": (
        "update {t} set waarde = null, ondergrens = null, bovengrens = null"
        " where status_waarde = 'gepubliceerd' and maat = 'per_1000'",
        set(),
    ),
    "status_waarde bekend (waarde)": (
        f"update {{t}} set status_waarde = 'geheim' where regio_code = '{TOGETHER}'",
        set(),
    ),
    "waarde leeg bij lege status": (
        f"update {{t}} set status_waarde = 'onderdrukt' where regio_code = '{TOGETHER}' and periode_code = '2023JJ00'",
        set(),
    ),
    "waarde nul is nul": (
        f"update {{t}} set status_waarde = 'nul' where regio_code = '{TOGETHER}' and waarde > 0",
        set(),
    ),
    "waarde niet negatief": (
        f"update {{t}} set waarde = -1, ondergrens = -2 where regio_code = '{TOGETHER}' and maat = 'aantal'"
        " and waarde > 0",
        set(),
    ),
    "privacy: kleine noemer": (
        f"update {{t}} set noemer = 99 where regio_code = '{TOGETHER}' and maat = 'per_1000'",
        {"verhouding klopt"},
    ),
    "verhouding klopt": (
        f"update {{t}} set teller = teller + 1 where regio_code = '{TOGETHER}' and maat = 'per_1000'",
        set(),
    ),
    "marge om waarde": (f"update {{t}} set bovengrens = waarde - 1 where regio_code = '{TOGETHER}'", set()),
    "soort bron genoemd": ("update {t} set bron_soort = 'proef' where levering_id is null", set()),
    "soort bron": (
        f"update {{t}} set bron_soort = 'live' where regio_code = '{TOGETHER}'",
        {"bronnen gescheiden"},
    ),
    "geen toekomst": (
        f"update {{t}} set periode_code = '{TODAY.year + 1}JJ00' where regio_code = '{TOGETHER}'"
        " and periode_soort = 'jaar'",
        set(),
    ),
    "herkomst": (f"update {{t}} set levering_id = 9999 where regio_code = '{TOGETHER}' and waarde is not null", set()),
    "privacy: kleine telling": (
        "update {t} set indicator_code = 'MELD-TOT', waarde = 3, teller = 3, n = 3, ondergrens = 1, bovengrens = 9"
        f" where regio_code = '{TOGETHER}' and periode_code = '2023JJ00' and maat = 'aantal'"
        " and indicator_code = 'OVL-0.0.0'",
        set(),
    ),
    "alle niveaus": ("delete from {t} where niveau = 'gemeente'", set()),
    "aansluiting maanden": (
        f"update {{t}} set waarde = waarde + 1 where regio_code = '{TOWN}' and maat = 'aantal'"
        " and periode_code = '2023MM04' and indicator_code = 'OVL-0.0.0'",
        set(),
    ),
    "aansluiting jaren": (
        f"update {{t}} set waarde = waarde + 1 where regio_code = '{TOWN}' and maat = 'aantal'"
        " and periode_code = '2023JJ00' and indicator_code = 'OVL-0.0.0'",
        set(),
    ),
    "sleutel uniek": (
        "do $$ declare i text; begin for i in select indexrelid::regclass from pg_index"
        " where indrelid = '{t}'::regclass loop execute 'drop index ' || i; end loop; end $$;"
        f" insert into {{t}} select * from {{t}} where regio_code = '{TOGETHER}' limit 1",
        set(),
    ),
}


@pytest.mark.parametrize("rule", RED)
def test_a_red_card_stops_the_theme(filled, rule):
    tamper, besides = RED[rule]
    before = len(publish.publications(filled))
    verdict, broken = judge(filled, tamper)
    assert f"indicatorwaarden: {rule}" in broken
    assert besides is None or broken == {f"indicatorwaarden: {r}" for r in (rule, *besides)}
    assert not verdict.ok
    [sentence] = [s for s in verdict.red if f"'{rule}'" in s]
    for named in ("mart_jeugd.indicatorwaarden", "Gevonden:", "Eigenaar: data-engineering", "Te doen:"):
        assert named in sentence
    with pytest.raises(CandidateRefused, match="red card"):
        publish.publish(filled, "jeugd", force=True)
    # Listed once, though judged and then offered for publication.
    listed = publish.publications(filled)
    assert len(listed) == before + 1
    assert listed[0].status == "geweigerd" and sentence in listed[0].reden


YELLOW = {
    "kolommen toegelicht": "comment on column {t}.waarde is null",
    "periode is voorbij": (
        f"update {{t}} set periode_code = '{TODAY.year}MM{TODAY.month:02}'"
        f" where regio_code = '{TOGETHER}' and periode_code = '2023MM04'"
    ),
    "enquete naast publicatie": (
        "create temp table paar as select * from {t} where regio_code = 'NL01' and maat = 'aantal'"
        " and periode_code = '2023JJ00' limit 1; update paar set indicator_code = 'VM-ONLINE-SL', maat = 'procent',"
        " bron = '85472NED', teller = null, n = null, waarde = 16.9, ondergrens = 16.7, bovengrens = 17.2,"
        " status_waarde = 'gepubliceerd', reeks = 'vm_gepubliceerd'; insert into {t} select * from paar;"
        " update paar set waarde = 18, ondergrens = 17.8, bovengrens = 18.2, reeks = 'vm_eigen', bron = 'vm.csv';"
        " insert into {t} select * from paar; drop table paar"
    ),
}


@pytest.mark.parametrize("rule", YELLOW)
def test_a_yellow_card_lets_the_theme_through(filled, rule):
    verdict, broken = judge(filled, YELLOW[rule])
    assert broken == {f"indicatorwaarden: {rule}"}
    assert verdict.ok and len(verdict.yellow) == 1


@pytest.mark.parametrize(
    "tamper",
    [
        # Two months that changed places: same number, same sum.
        "update {t} set waarde = case periode_code when '2023MM01' then 90 else waarde end, bovengrens = 100;"
        " update {t} set waarde = 91 where regio_code = 'NL01' and maat = 'aantal' and indicator_code = 'OVL-0.0.0'"
        " and periode_code = '2023MM02'; update {t} set waarde = 89 where regio_code = 'NL01' and maat = 'aantal'"
        " and indicator_code = 'OVL-0.0.0' and periode_code = '2023MM03'",
        # A month that was lost.
        f"delete from {{t}} where regio_code = '{UNIT}' and maat = 'aantal' and periode_code = '2023MM07'",
        # A month that the source never gave.
        "update {t} set waarde = 5, status_waarde = 'gepubliceerd', levering_id = (select max(levering_id) from {t})"
        f" where regio_code = '{UNIT}' and maat = 'aantal' and periode_code = '2024MM01'",
        # A whole series that the source gave and the mart calls unavailable.
        "update {t} set waarde = null, teller = null, n = null, ondergrens = null, bovengrens = null,"
        f" status_waarde = 'nog_niet_beschikbaar' where regio_code = '{UNIT}' and indicator_code = 'OVL-E33'"
        " and periode_soort = 'maand'",
    ],
    ids=["changed places", "lost", "invented", "said to be missing"],
)
def test_months_must_be_those_of_the_source(filled, tamper):
    _, broken = judge(filled, tamper)
    assert "indicatorwaarden: aansluiting maanden" in broken


def test_small_populations_hide_the_rate_and_not_the_count(filled):
    """The sound candidate holds such rows: rates of RE01 are empty, its counts are there."""
    marts.build(filled)
    shown = sql(
        filled,
        f"select maat, bool_and(waarde is null), bool_and(teller is not null) from {FIGURES}"
        " where regio_code = 'RE01' and periode_code = '2023JJ00' group by maat order by maat",
    )
    assert shown == [("aantal", False, True), ("per_1000", True, True)]


PER_10000 = (
    "update {t} set maat = 'per_10000', waarde = 10 * waarde, ondergrens = null, bovengrens = null"
    f" where regio_code = '{TOGETHER}' and maat = 'per_1000'; "
)


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ("noemer = noemer", set()),
        ("noemer = null, teller = null", set()),
        ("teller = teller + 1", {"verhouding klopt"}),
        ("noemer = 99", {"privacy: kleine noemer", "verhouding klopt"}),
    ],
    ids=["computed", "as the source publishes it", "another numerator", "too few inhabitants"],
)
def test_a_rate_per_10_000_is_judged_as_one_per_1_000(filled, change, rules):
    tamper = f"{PER_10000} update {{t}} set {change} where maat = 'per_10000' and waarde is not null"
    _, broken = judge(filled, tamper)
    assert broken == {f"indicatorwaarden: {rule}" for rule in rules}


def test_reconciliation_reads_raw_as_the_candidate_knew_it(clean_warehouse):
    """A delivery merged after dbt ran is no mistake of the candidate."""
    first = marts.fill_raw(clean_warehouse)
    with publish.building(clean_warehouse, "jeugd"):
        marts.build(clean_warehouse)
    changed = overlast()
    changed.values = {key: [v + 1 for v in cells] for key, cells in changed.values.items()}
    later = changed.stage(clean_warehouse, status="verwerkt")
    sql(
        clean_warehouse,
        f"update raw.politie_overlast_gemeente set levering_tot = {later} where levering_van = {first};"
        "insert into raw.politie_overlast_gemeente select soort_overlast, regio, jaar, periode_soort,"
        f" geregistreerde_overlast, aanwezig, {later}, null from laad.politie_overlast_gemeente",
        "lader",
    )
    assert validate_candidate(clean_warehouse, "jeugd").ok
    # Without a stamp the candidate is taken for one of the newest state, and then it does not agree.
    marts.build(clean_warehouse)
    sql(
        clean_warehouse,
        f"update {FIGURES} set teller = teller - 1, waarde = waarde - 1, ondergrens = 0 where waarde > 1",
    )
    assert not validate_candidate(clean_warehouse, "jeugd").ok


def test_mixed_sources_are_refused(filled):
    """A sample delivery and a live one behind the same table of figures."""
    batch = overlast()
    live = batch.stage(filled, status="verwerkt", bron_soort="live")
    try:
        _, broken = judge(
            filled, f"update {{t}} set bron_soort = 'live', levering_id = {live} where regio_code = '{TOGETHER}'"
        )
        assert broken == {"indicatorwaarden: bronnen gescheiden"}
    finally:
        sql(filled, f"update raw.levering set status = 'geweigerd' where levering_id = {live}", "lader")


def test_benchmark_is_judged_too(filled):
    table = "kandidaat_jeugd.benchmark"
    _, broken = judge(filled, f"update {table} set benchmark_noemer = 99 where regio_code = '{TOWN}'")
    assert broken == {"benchmark: privacy: kleine noemer"}
    _, broken = judge(filled, f"update {table} set status_waarde = 'onderdrukt' where regio_code = '{TOWN}'")
    assert broken == {"benchmark: waarde leeg bij lege status"}


def test_other_tables_need_a_guarded_key(filled):
    _, broken = judge(
        filled,
        "create table kandidaat_jeugd.los as select 1 as jaar; comment on column kandidaat_jeugd.los.jaar is 'x'",
    )
    assert broken == {"los: sleutel uniek"}


def test_against_the_publication_before(clean_warehouse):
    """Rows lost and yearly counts changed show; a first publication has nothing to compare with."""
    marts.fill_raw(clean_warehouse)
    more = (
        f"insert into {FIGURES} select indicator_code, 'XX' || g, niveau, periode_code, periode_soort, maat, waarde,"
        " teller, noemer, ondergrens, bovengrens, n, status_waarde, bron, bron_soort, reeks, levering_id,"
        f" bijgewerkt_op from {FIGURES} cross join generate_series(1, {{}}) as g where regio_code = '{TOGETHER}'"
    )
    before = marts.published(clean_warehouse, tamper=more.format(2))
    verdict, broken = judge(clean_warehouse)
    assert broken == {"indicatorwaarden: omvang"}
    assert verdict.ok and str(before.tabellen["indicatorwaarden"]) in verdict.yellow[0].replace(".", "")
    marts.published(clean_warehouse, tamper=more.format(8))
    verdict, broken = judge(clean_warehouse)
    assert broken == {"indicatorwaarden: omvang", "indicatorwaarden: omvang gehalveerd"}
    assert not verdict.ok
    # Other code that shows less means to: that is for people to see, not to stop.
    (clean_warehouse.project / "dbt_project" / "models" / "model.sql").write_text("select 2")
    verdict, broken = judge(clean_warehouse)
    assert broken == {"indicatorwaarden: omvang", "indicatorwaarden: omvang gehalveerd"}
    assert verdict.ok
    for factor, found in ((1.05, set()), (3, {"indicatorwaarden: verandering"})):
        change = f"update {FIGURES} set waarde = waarde * {factor}, bovengrens = 999 where periode_soort = 'jaar'"
        marts.published(clean_warehouse, tamper=f"{change} and waarde > 0")
        verdict, broken = judge(clean_warehouse)
        assert broken == found
        assert verdict.ok


def test_codes_must_be_found_in_kern(clean_warehouse):
    marts.fill_raw(clean_warehouse)
    marts.published(clean_warehouse, "kern", f"delete from kandidaat_kern.regio where regio_code = '{TOGETHER}'")
    verdict, broken = judge(clean_warehouse)
    assert broken == {"indicatorwaarden: regio_code in kern"}
    assert f"bijvoorbeeld {TOGETHER}" in verdict.red[0]
    marts.published(clean_warehouse, "kern", "delete from kandidaat_kern.indicator where naam = 'E33'")
    assert judge(clean_warehouse)[1] == {"indicatorwaarden: indicator_code in kern"}
    marts.published(clean_warehouse, "kern")
    assert judge(clean_warehouse)[1] == set()


CORE = {
    "regio: gebieden hangen samen": f"update kandidaat_kern.regio set ouder_code = 'PV99' where regio_code = '{TOWN}'",
    "regio: een Nederland": ("insert into kandidaat_kern.regio values ('NL00', 'Nederland', 'nederland', null)"),
    "regio: dimensies compleet": "drop table kandidaat_kern.thema",
    "periode: kalender sluit aan": "delete from kandidaat_kern.periode where periode_code = '2023MM04'",
    "levering: leveringen compleet": "delete from kandidaat_kern.levering",
    "bevolking: inwoners leeg verklaard": "update kandidaat_kern.bevolking set inwoners_1_januari = null",
    "bevolking: inwoners niet negatief": "update kandidaat_kern.bevolking set inwoners_1_januari = -1",
    "indicator: sleutel uniek": (
        "drop index kandidaat_kern.indicator_indicator_code_idx;"
        "insert into kandidaat_kern.indicator select * from kandidaat_kern.indicator"
    ),
}


@pytest.mark.parametrize("rule", CORE)
def test_core_dimensions(filled, rule):
    verdict, broken = judge(filled, CORE[rule], "kern")
    assert rule in broken
    assert broken <= {rule, "levering: niet leeg"}
    assert not verdict.ok


def test_sound_core_dimensions(filled):
    verdict, broken = judge(filled, thema="kern")
    assert (verdict.red, verdict.yellow, broken) == ([], [], set())


def test_what_passed_can_be_published(clean_warehouse):
    marts.fill_raw(clean_warehouse)
    for thema in ("kern", "jeugd"):
        assert judge(clean_warehouse, thema=thema)[0].ok
        assert publish.publish(clean_warehouse, thema).status == "gepubliceerd"
    assert sql(clean_warehouse, "select count(*) from mart_jeugd.benchmark", "bi_lezer")[0][0] > 0


def test_nothing_to_judge(filled):
    with pytest.raises(VeiligheidsbeeldError, match="no candidate of cybercrime"):
        validate_candidate(filled, "cybercrime")
    with pytest.raises(ConfigurationError, match="Unknown theme"):
        validate_candidate(filled, "jeugdzorg")
