"""Tables whose contract names titles of what it measures: bound by path, and asked about where the source differs."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from sandbox.sample import series
from veiligheidsbeeld.binding import proposal
from veiligheidsbeeld.binding.aliases import load_aliases
from veiligheidsbeeld.binding.bind import MEASURE, NOTHING_KNOWN, RED, Bound, bind
from veiligheidsbeeld.binding.titles import Titled, measures_v4
from veiligheidsbeeld.contracts.cube import get_cube

REPORTS = "cbs_veilig_thuis"


def bound(dataset: str, measures: list[Titled], folder: Path | None = None) -> dict[str, Bound]:
    """What stands for what; and under its own judgement what does not."""
    aliases = load_aliases(dataset, folder) if folder else load_aliases(dataset)
    assert aliases
    rows = bind(aliases, {MEASURE: measures}, {}, NOTHING_KNOWN)
    return {row.betekenis or row.code: row for row in rows}


def at_source(dataset: str, seed: int = 1, **renamed: str) -> list[Titled]:
    codes = series.cube(get_cube(dataset).bron.tabel, seed, 2025).codes
    groups = [{**g, "Title": renamed.get(g["Title"], g["Title"])} for g in codes["MeasureGroups"]]
    return measures_v4(codes["Measure"], groups)


@pytest.mark.parametrize("dataset", [REPORTS, "cbs_jeugdreclassering"])
def test_every_series_is_bound_whatever_its_code(dataset):
    kinds = [one.soort for one in get_cube(dataset).reeksen]
    one, other = (bound(dataset, at_source(dataset, seed)) for seed in (1, 2))
    assert {one[kind].oordeel for kind in kinds} == {"gekoppeld"}
    assert [one[k].code for k in kinds] != [other[k].code for k in kinds]
    assert [one[k].pad for k in kinds] == [other[k].pad for k in kinds]


def test_a_title_that_stands_in_three_groups_is_told_by_its_path():
    """As on the page of 85361NED: "Totaal" of two kinds of report, each in numbers and in percentages."""
    found = bound(REPORTS, at_source(REPORTS))
    assert found["HER"].pad == "Ontvangen meldingen > Hermelding > Totaal"
    assert found["VERVOLG"].pad == "Ontvangen meldingen > Vervolgmelding tijdens betrokkenheid VT > Totaal"
    assert {found[kind].eenheid for kind in ("TOT", "EERSTE", "HER", "VERVOLG")} == {"aantal"}
    shares = [row for row in found.values() if row.eenheid == "%"]
    assert len(shares) == 10 and {row.oordeel for row in shares} == {"ongebruikt"}


def test_a_group_that_the_source_calls_otherwise_is_red_with_a_file_that_mends_it(tmp_path: Path):
    measures = at_source(REPORTS, Hermelding="Herhaalde melding")
    found = bound(REPORTS, measures)
    assert (found["HER"].oordeel, found["TOT"].oordeel) == ("ontbreekt", "gekoppeld") and "ontbreekt" in RED
    aliases = load_aliases(REPORTS)
    assert aliases
    file = proposal.write(tmp_path, aliases, list(found.values()))
    assert file
    asked = yaml.safe_load(file.read_text(encoding="utf-8"))
    (question,) = asked["te_koppelen"]
    assert question["betekent"] == "HER"
    right = "Ontvangen meldingen > Herhaalde melding > Totaal"
    assert right in question["kandidaten"]
    question["pad"] = right.split(" > ")
    file.write_text(yaml.safe_dump(asked), encoding="utf-8")
    accepted = tmp_path / "aangenomen"
    proposal.accept(file, [], folder=accepted)
    mended = bound(REPORTS, measures, accepted)
    assert {mended[kind].oordeel for kind in ("TOT", "EERSTE", "HER", "VERVOLG")} == {"gekoppeld"}
    assert mended["HER"].pad == right


def test_a_unit_that_differs_is_red():
    measures = [
        Titled(m.code, m.path, "x 1 000") if m.path[-1] == "Totaal begonnen trajecten" else m
        for m in at_source("cbs_jeugdreclassering")
    ]
    found = bound("cbs_jeugdreclassering", measures)
    assert (found["BEGONNEN"].oordeel, found["TOT"].oordeel) == ("eenheid", "gekoppeld")
