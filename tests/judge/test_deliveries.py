"""Border 1: every rule has a batch that breaks it and one that keeps it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest

from tests.judge.batches import (
    NOW,
    REGIONS,
    Batch,
    bevolking,
    criminaliteit,
    landbouw,
    misdrijven,
    overlast,
    veilig_thuis,
    verdachten,
)
from tests.places import BUURT_1, PROVINCE, TOWN, WIJK_1
from veiligheidsbeeld.contracts.cube import PERIOD_LENGTH, load_cubes
from veiligheidsbeeld.errors import ProcessLost, VeiligheidsbeeldError, may_pass
from veiligheidsbeeld.judge import validate_candidates, validate_deliveries
from veiligheidsbeeld.warehouse import connect

NEIGHBOURHOODS = ["NL00", TOWN, WIJK_1, BUURT_1]
KINDS = {
    "overlast": overlast,
    "misdrijven": lambda: misdrijven("politie_misdrijven_gemeente", REGIONS),
    "buurt": lambda: misdrijven("politie_misdrijven_buurt", NEIGHBOURHOODS),
    "bevolking": bevolking,
    "criminaliteit": criminaliteit,
    "verdachten": verdachten,
    "veilig_thuis": veilig_thuis,
    "landbouw": landbouw,
}


def sql(settings, statement, values=None, role="lader"):
    with connect(settings, role) as connection:
        cursor = connection.execute(statement, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def outcomes(settings, levering_id: int) -> dict[str, tuple[bool, str, object]]:
    """Per rule: kept, card, what was observed."""
    rows = sql(
        settings,
        "select verwachting, geslaagd, kaart, waargenomen -> 'waargenomen' from beheer.kwaliteit"
        " where levering_id = %s",
        [levering_id],
    )
    return {rule: (passed, card, observed) for rule, passed, card, observed in rows}


def judge(settings, batch, tamper: str | None = None, **levering):
    """Stages, tampers with the staged rows, judges; returns the verdict and the broken rules."""
    levering_id = batch.stage(settings, **levering)
    if tamper:
        for statement in tamper.split(";"):
            sql(settings, statement.format(t=f"laad.{batch.contract.naam}"))
    verdict = validate_deliveries(settings, [levering_id])[levering_id]
    broken = {rule for rule, (passed, _, _) in outcomes(settings, levering_id).items() if not passed}
    return levering_id, verdict, broken


@pytest.mark.parametrize("kind", KINDS)
def test_a_sound_batch_keeps_every_rule(judged_warehouse, kind):
    batch = KINDS[kind]()
    levering_id, verdict, broken = judge(judged_warehouse, batch)
    assert (verdict.red, verdict.yellow, broken) == ([], [], set())
    kept = outcomes(judged_warehouse, levering_id)
    assert verdict.passed == len(kept) > 15
    assert sql(judged_warehouse, "select status, reden from raw.levering where levering_id = %s", [levering_id]) == [
        ("gekeurd", None)
    ]
    # The totals were really compared: null would say that there was nothing to compare, as for the municipalities of
    # which most were not delivered.
    assert kept.pop("optelling: gemeenten tellen op tot Nederland", (True, "rood", None)) == (True, "rood", None)
    totals = [observed for rule, (_, _, observed) in kept.items() if rule.startswith(("optelling:", "soorten niet"))]
    assert totals == [0] * len(totals)
    assert totals or kind in ("criminaliteit", "verdachten", "veilig_thuis", "landbouw")


@pytest.mark.parametrize("dataset", sorted(name for name, cube in load_cubes().items() if cube.reeksen))
def test_every_rule_of_a_contract_that_was_added_can_be_asked(judged_warehouse, dataset):
    """Whatever keys, measures and types it has: a rule that cannot be measured refuses every delivery."""
    contract = load_cubes()[dataset]
    keys = ["NL01" if key.rol == "regio" else "T1" for key in contract.sleutels]
    values = {(*keys, 2023, kind): [[5] * PERIOD_LENGTH[kind] for _ in contract.maten] for kind in contract.periodes}
    _, verdict, _ = judge(judged_warehouse, Batch(contract, values))
    assert not [told for told in (*verdict.red, *verdict.yellow) if "kon niet worden beoordeeld" in told]


YEAR, MONTH = NOW.year, NOW.month
RED = {
    "kolommen": ("overlast", "alter table {t} add column extra text", set()),
    "kolomtypen": (
        "overlast",
        "drop view {t}_cellen; alter table {t} alter column geregistreerde_overlast type bigint[]",
        set(),
    ),
    "sleutel gevuld": (
        "overlast",
        f"update {{t}} set soort_overlast = '' where soort_overlast = 'E33' and regio = '{TOWN}'",
        {"codelijst soort_overlast", "vorm soort_overlast"},
    ),
    "lengte geregistreerde_overlast": (
        "overlast",
        "update {t} set geregistreerde_overlast = geregistreerde_overlast[1:11]"
        f" where regio = '{TOWN}' and periode_soort = 'MM'",
        set(),
    ),
    "minimum geregistreerde_overlast": (
        "overlast",
        f"update {{t}} set geregistreerde_overlast[1] = -1 where soort_overlast = '0.0.0' and regio = '{TOWN}'"
        f"; update {{t}} set geregistreerde_overlast[1] = -9 where soort_overlast = 'E33' and regio = '{TOWN}'",
        {"optelling: soorten tellen op tot totaal"},
    ),
    "geen toekomst": ("overlast", f"update {{t}} set jaar = {YEAR + 1} where periode_soort = 'MM'", set()),
    "sleutel uniek": (
        "overlast",
        f"insert into {{t}} select * from {{t}} where regio = '{TOWN}' and soort_overlast = '0.0.0'",
        {"volledig"},
    ),
    "codelijst soort_overlast": (
        "overlast",
        "update {t} set soort_overlast = 'E38' where soort_overlast = 'E35'",
        set(),
    ),
    "volledig": ("overlast", f"delete from {{t}} where regio = '{TOWN}' and periode_soort = 'JJ'", set()),
    "optelling: eenheden tellen op tot Nederland": (
        "overlast",
        "update {t} set geregistreerde_overlast[3] = geregistreerde_overlast[3] + 1"
        " where regio = 'RE01' and soort_overlast = '0.0.0' and periode_soort = 'MM'",
        {"optelling: soorten tellen op tot totaal"},
    ),
    "optelling: soorten tellen op tot totaal": (
        "overlast",
        "update {t} set geregistreerde_overlast[3] = 1"
        f" where regio = '{TOWN}' and soort_overlast = 'E33' and periode_soort = 'MM'",
        set(),
    ),
    "soorten niet meer dan totaal": (
        "misdrijven",
        "update {t} set aangiften[5] = 1000"
        f" where regio = '{TOWN}' and soort_misdrijf = '1.1.1' and periode_soort = 'MM'",
        set(),
    ),
    "afgeschermd geregistreerde_misdrijven": (
        "buurt",
        f"update {{t}} set geregistreerde_misdrijven[5] = 1 where regio = '{BUURT_1}' and soort_misdrijf = '1.4.1'",
        set(),
    ),
    "leeg met reden": ("bevolking", "update {t} set kenmerk = array[null]::text[]", set()),
    "bekende redenen": ("bevolking", "update {t} set kenmerk = array['Mislaid'] where kenmerk <> array[null]", set()),
    "optelling: provincies tellen op tot Nederland": (
        "bevolking",
        f"update {{t}} set waarde[1] = waarde[1] + 0.5 where regio = '{PROVINCE}'",
        set(),
    ),
    # As when two columns of the source have changed places.
    "vermogen niet boven totaal": (
        "verdachten",
        f"update {{t}} set vermogen = totaal, totaal = vermogen where regio = '{TOWN}'",
        set(),
    ),
}


@pytest.mark.parametrize("rule", RED)
def test_a_red_card_refuses_the_delivery(judged_warehouse, rule):
    kind, tamper, besides = RED[rule]
    levering_id, verdict, broken = judge(judged_warehouse, KINDS[kind](), tamper)
    assert rule in broken
    cards = {name: card for name, (_, card, _) in outcomes(judged_warehouse, levering_id).items()}
    broken = {name for name in broken if cards[name] == "rood"}
    assert broken <= {rule, *besides}
    assert not verdict.ok
    status, reason = sql(
        judged_warehouse, "select status, reden from raw.levering where levering_id = %s", [levering_id]
    )[0]
    assert status == "geweigerd"
    kept_aside = sql(
        judged_warehouse,
        "select regel, reden, remedie, eigenaar from quarantaine.levering where levering_id = %s",
        [levering_id],
    )
    assert {r[0] for r in kept_aside} == broken
    [[_, sentence, remedy, owner]] = [r for r in kept_aside if r[0] == rule]
    contract = KINDS[kind]().contract
    for named in (contract.naam, rule, "rood", contract.eigenaar.functie):
        assert named in sentence
    assert sentence in reason and sentence in verdict.red
    assert remedy and owner == contract.eigenaar.functie


YELLOW = {
    "periode is voorbij": (
        "overlast",
        f"update {{t}} set jaar = {YEAR} where periode_soort = 'JJ'",
        {},
    ),
    "optelling met lege delen: eenheden tellen op tot Nederland": (
        "overlast",
        "update {t} set geregistreerde_overlast[3] = null where regio = 'RE01' and periode_soort = 'MM'",
        {},
    ),
    "versheid": ("overlast", None, {"gewijzigd_bron": NOW - timedelta(days=46)}),
    "afgeschermd aangiften": (
        "misdrijven",
        f"update {{t}} set aangiften[5] = 1 where regio = '{TOWN}' and soort_misdrijf = '1.4.1'"
        " and periode_soort = 'MM'",
        {},
    ),
    "afgerond waarde": ("veilig_thuis", f"update {{t}} set waarde[1] = 44 where regio = '{TOWN}' and maat = 'X1'", {}),
    "afgerond drugs": ("verdachten", "update {t} set drugs[1] = 5 where regio = 'NL01'", {}),
    "afgerond verdachten": ("criminaliteit", f"update {{t}} set verdachten[1] = 86 where regio = '{TOWN}'", {}),
}


@pytest.mark.parametrize("rule", YELLOW)
def test_a_yellow_card_lets_the_delivery_through(judged_warehouse, rule):
    kind, tamper, levering = YELLOW[rule]
    levering_id, verdict, broken = judge(judged_warehouse, KINDS[kind](), tamper, **levering)
    assert broken == {rule}
    assert verdict.ok and len(verdict.yellow) == 1 and rule in verdict.yellow[0]
    assert sql(judged_warehouse, "select status from raw.levering where levering_id = %s", [levering_id]) == [
        ("gekeurd",)
    ]
    assert sql(judged_warehouse, "select count(*) from quarantaine.levering where levering_id = %s", [levering_id]) == [
        (0,)
    ]


def test_an_empty_delivery_is_refused(judged_warehouse):
    _, verdict, broken = judge(judged_warehouse, overlast(), "delete from {t}", rijen=0)
    assert not verdict.ok
    assert "niet leeg" in broken


def test_codes_of_another_shape(judged_warehouse):
    """The list of the source knows the code, yet the contract does not: another classification."""
    batch = overlast()
    batch.values["0.0.0", "Titel", 2023, "JJ"] = [1]
    batch.values["E33", "Titel", 2023, "JJ"] = [1]
    _, verdict, broken = judge(judged_warehouse, batch)
    assert broken == {"vorm regio"}
    assert "bijvoorbeeld Titel" in verdict.red[0]


def test_parts_that_were_not_delivered_prove_nothing(judged_warehouse):
    """Without RE01 the police units are incomplete, so they need not make the country."""
    batch = overlast()
    full = dict(batch.values)
    batch.values = {key: cells for key, cells in full.items() if key[1] != "RE01"}
    levering_id, _, broken = judge(
        judged_warehouse, batch, codes={"RegioS": [*REGIONS, *(f"GM{n:04}" for n in range(40))]}
    )
    assert broken == set()
    assert outcomes(judged_warehouse, levering_id)["optelling: eenheden tellen op tot Nederland"] == (
        True,
        "rood",
        None,
    )


@pytest.mark.parametrize(
    ("removed", "broken"),
    [(1, set()), (3, {"omvang"}), (8, {"omvang", "omvang gehalveerd"})],
)
def test_volume_against_what_is_known(judged_warehouse, removed, broken):
    """Twelve years are known; the delivery speaks for all of them and lacks some."""
    batch = overlast()
    years = {(s, r, year, kind): cells for (s, r, _, kind), cells in batch.values.items() for year in range(2010, 2022)}
    known = overlast()
    known.values = years
    first = known.stage(judged_warehouse, status="verwerkt")
    sql(
        judged_warehouse,
        "delete from raw.politie_overlast_gemeente; insert into raw.politie_overlast_gemeente"
        " select soort_overlast, regio, jaar, periode_soort, geregistreerde_overlast, aanwezig,"
        f" {first}, null from laad.politie_overlast_gemeente",
    )
    batch.values = {key: cells for key, cells in years.items() if key[2] >= 2010 + removed}
    try:
        _, verdict, found = judge(judged_warehouse, batch)
        assert found == broken
        assert verdict.ok == ("omvang gehalveerd" not in broken)
        # The same rows, said to be all there is to say about those years: nothing is missing.
        spoken = [
            f"{y}{p}" for y in range(2010 + removed, 2022) for p in [*(f"MM{m:02}" for m in range(1, 13)), "JJ00"]
        ]
        _, _, found = judge(judged_warehouse, batch, scope=json_scope(spoken))
        assert found == set()
    finally:
        sql(judged_warehouse, "delete from raw.politie_overlast_gemeente")
        sql(judged_warehouse, "update raw.levering set status = 'geweigerd' where levering_id = %s", [first])


def json_scope(perioden):
    from psycopg.types.json import Jsonb

    return Jsonb({"regio": None, "perioden": perioden})


def test_a_source_that_went_back(judged_warehouse):
    newer = overlast().stage(judged_warehouse, status="verwerkt", gewijzigd_bron=NOW - timedelta(days=1))
    _, verdict, broken = judge(judged_warehouse, overlast(), gewijzigd_bron=NOW - timedelta(days=11))
    sql(judged_warehouse, "update raw.levering set status = 'geweigerd' where levering_id = %s", [newer])
    assert broken == {"bron niet ouder"}
    assert "10 dagen ouder" in verdict.yellow[0]


def test_a_rule_that_cannot_be_measured_is_red_and_says_why(judged_warehouse):
    _, verdict, broken = judge(
        judged_warehouse,
        overlast(),
        "drop view {t}_cellen; alter table {t} drop column geregistreerde_overlast",
    )
    assert {"kolommen", "kolomtypen", "geen toekomst"} <= broken
    assert any("kon niet worden beoordeeld" in s and "geregistreerde_overlast" in s for s in verdict.red)
    assert not any("SELECT" in s or "[SQL" in s for s in verdict.red)


def test_judging_twice_changes_nothing(judged_warehouse):
    for tamper in (None, "update {t} set geregistreerde_overlast[1] = -1 where soort_overlast = 'E33'"):
        levering_id, first, _ = judge(judged_warehouse, overlast(), tamper)
        before = sql(judged_warehouse, "select * from beheer.kwaliteit order by kwaliteit_id")
        aside = sql(judged_warehouse, "select count(*) from quarantaine.levering")
        second = validate_deliveries(judged_warehouse, [levering_id])[levering_id]
        assert (second.red, second.yellow, second.passed) == (first.red, first.yellow, first.passed)
        assert sql(judged_warehouse, "select * from beheer.kwaliteit order by kwaliteit_id") == before
        assert sql(judged_warehouse, "select count(*) from quarantaine.levering") == aside


def test_several_deliveries_in_one_go(judged_warehouse):
    good = overlast().stage(judged_warehouse)
    bad = bevolking().stage(judged_warehouse)
    sql(judged_warehouse, "update laad.cbs_bevolking set kenmerk = array[null]::text[]")
    verdicts = validate_deliveries(judged_warehouse, [good, bad])
    assert {i: v.ok for i, v in verdicts.items()} == {good: True, bad: False}
    assert {i: v.subject for i, v in verdicts.items()} == {good: "politie_overlast_gemeente", bad: "cbs_bevolking"}


def test_what_is_not_staged_is_not_judged(judged_warehouse):
    levering_id = overlast().stage(judged_warehouse)
    sql(judged_warehouse, "truncate laad.politie_overlast_gemeente")
    with pytest.raises(VeiligheidsbeeldError, match="not staged") as stopped:
        validate_deliveries(judged_warehouse, [levering_id])
    assert "load politie_overlast_gemeente" in stopped.value.remedy
    assert sql(judged_warehouse, "select status from raw.levering where levering_id = %s", [levering_id]) == [
        ("geladen",)
    ]
    with pytest.raises(VeiligheidsbeeldError, match="unknown"):
        validate_deliveries(judged_warehouse, [987654])


def test_data_docs_keep_the_latest_only_and_fetch_nothing(judged_warehouse):
    judge(judged_warehouse, overlast())
    judge(judged_warehouse, overlast(), gewijzigd_bron=NOW - timedelta(days=99))
    site = judged_warehouse.home / "data_docs" / "site"
    pages = list((site / "validations" / "levering_politie_overlast_gemeente").rglob("*.html"))
    assert len(pages) == 1
    page, index = pages[0].read_text(), (site / "index.html").read_text()
    assert "hooguit 45 dagen voor het ophalen bijgewerkt" in page
    assert pages[0].relative_to(site).as_posix() in index
    assert "doorgelaten met waarschuwing (1 geel)" in index
    for text in (page, index):
        assert "src=" not in text
        assert 'href="http' not in text
    pages[0].write_text("")
    validate_candidates(judged_warehouse, ["jeugd"])
    assert pages[0].read_text() == "", "who judged nothing makes no page anew"


def test_the_password_stands_nowhere(judged_warehouse, capfd, caplog):
    caplog.set_level("DEBUG")
    judge(judged_warehouse, overlast())
    judge(judged_warehouse, overlast(), "drop view {t}_cellen; alter table {t} drop column geregistreerde_overlast")
    secret = judged_warehouse.passwords["lader"]
    written = [p.read_bytes() for p in (judged_warehouse.home / "data_docs").rglob("*") if p.is_file()]
    assert len(written) > 3
    assert not any(secret.encode() in content for content in written)
    rows = sql(judged_warehouse, "select array_agg(k::text)::text from beheer.kwaliteit as k")
    printed = capfd.readouterr()
    assert secret not in f"{rows} {printed.out} {printed.err} {caplog.text}"


def test_as_a_process(judged_warehouse):
    """The last line is JSON; the exit code tells red from green."""

    def process(*arguments):
        environ = {
            **os.environ,
            "VB_HOME": str(judged_warehouse.home),
            "VB_PG_HOST": judged_warehouse.pg_host,
            "VB_PG_PORT": str(judged_warehouse.pg_port),
            "VB_PG_DATABASE": judged_warehouse.pg_database,
        }
        done = subprocess.run(
            [sys.executable, "-m", "veiligheidsbeeld.judge", *map(str, arguments)],
            env=environ, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        return done.returncode, json.loads(done.stdout.splitlines()[-1]) if done.stdout else None

    good, bad = overlast().stage(judged_warehouse), criminaliteit().stage(judged_warehouse)
    sql(judged_warehouse, "update laad.cbs_criminaliteit set verdachten[1] = -5")
    code, answer = process("levering", good, bad)
    assert code == 3
    assert (answer[str(good)]["ok"], answer[str(bad)]["ok"]) == (True, False)
    assert process("levering", good)[0] == 0
    code, answer = process("kandidaat", "jeugd")
    assert (code, "no candidate" in answer["jeugd"]["fout"]["wat"]) == (1, True)
    assert process("iets")[0] == 2


def test_a_server_that_is_lost_says_nothing_of_the_figures(judged_warehouse):
    """A file would be sent back to its sender for it."""
    # The session of Great Expectations ends in the middle of a question.
    trouble = (
        "case when current_setting('application_name') like '%keuring'"
        " then pg_terminate_backend(pg_backend_pid()) else true end"
    )
    batch = overlast()
    levering_id = batch.stage(judged_warehouse)
    table = f"laad.{batch.contract.naam}"
    sql(judged_warehouse, f"alter table {table} rename to echt")
    sql(judged_warehouse, f"create view {table} as select * from laad.echt where {trouble}")
    try:
        with pytest.raises(ProcessLost) as lost:
            validate_deliveries(judged_warehouse, [levering_id])
        assert may_pass(lost.value)
        assert outcomes(judged_warehouse, levering_id) == {}
        status = "select status from raw.levering where levering_id = %s"
        assert sql(judged_warehouse, status, [levering_id]) == [("geladen",)]
    finally:
        sql(judged_warehouse, f"drop view {table}")
        sql(judged_warehouse, f"alter table laad.echt rename to {batch.contract.naam}")
    assert validate_deliveries(judged_warehouse, [levering_id])[levering_id].ok
