"""The dbt project as text: it parses without a warning, everything is described, marts keep their contract."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from veiligheidsbeeld import dictionary, generated
from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.contracts.themes import theme_names
from veiligheidsbeeld.settings import PROJECT

DBT = PROJECT / "dbt_project"
THEMES = theme_names()


def seed(name: str) -> list[dict[str, str]]:
    with (DBT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def nodes(manifest: dict, kind: str) -> list[dict]:
    return [n for n in manifest["nodes"].values() if n["resource_type"] == kind]


def is_mart(node: dict) -> bool:
    return "marts" in node["fqn"]


def test_parses_without_warning_or_deprecation(parsed):
    assert not re.search(r"warn|deprecat", parsed[0], re.IGNORECASE), parsed[0]


def test_generated_files_follow_the_contracts():
    wanted = generated.rendered()
    stale = [path.name for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    assert stale + generated.left_over(PROJECT, wanted) == [], "run `python -m veiligheidsbeeld.generated`"


def test_sources_have_owner_and_freshness(manifest):
    sources = {s["name"]: s for s in manifest["sources"].values()}
    for name, contract in load_cubes().items():
        source = sources[f"{name}_cellen"]
        assert contract.eigenaar.organisatie in source["config"]["meta"]["eigenaar"]
        assert source["freshness"]["warn_after"] == {"count": contract.kwaliteit.versheid_dagen, "period": "day"}
        assert f"'{name}'" in source["config"]["loaded_at_query"]


def test_every_relation_and_column_is_described(manifest):
    silent = []
    for node in [*nodes(manifest, "model"), *nodes(manifest, "seed"), *manifest["sources"].values()]:
        silent += [node["name"]] if not node["description"].strip() else []
        known = dictionary.texts(PROJECT, node["original_file_path"])
        columns = {name: column["description"].strip() or known.get(name) for name, column in node["columns"].items()}
        silent += [f"{node['name']}.{name}" for name, text in columns.items() if not text]
    silent += [e["name"] for e in manifest["exposures"].values() if not e["description"].strip()]
    assert silent == []


def test_nothing_is_said_that_the_name_says(manifest):
    """A description equal to that of the doc block of the name belongs in no YAML."""
    said = []
    for node in [*nodes(manifest, "model"), *nodes(manifest, "seed")]:
        known = dictionary.texts(PROJECT, node["original_file_path"])
        said += [
            f"{node['name']}.{name}"
            for name, column in node["columns"].items()
            if column["description"].strip() == known.get(name)
        ]
    assert said == []


def test_every_doc_block_is_of_use(manifest):
    yaml_text = "".join(path.read_text("utf-8") for path in DBT.rglob("*.yml"))
    sql_text = "".join(
        path.read_text("utf-8") for place in ("models", "macros") for path in (DBT / place).rglob("*.sql")
    )
    words = set(re.findall(r"\w+", sql_text)) | {c for n in nodes(manifest, "seed") for c in seed_columns(n)}
    blocks = [d["name"] for d in manifest["docs"].values() if d["package_name"] == "veiligheidsbeeld"]
    idle = [b for b in blocks if f"doc('{b}')" not in yaml_text and b.rpartition("__")[2] not in words]
    assert idle == []


def seed_columns(node: dict) -> list[str]:
    return next(csv.reader((Path(node["root_path"]) / node["original_file_path"]).open(encoding="utf-8", newline="")))


def test_there_is_not_much_more_yaml_than_sql():
    """1.9 lines of YAML per line of SQL before columns were described by their name."""
    lines = {
        kind: sum(len(p.read_text("utf-8").splitlines()) for p in (DBT / "models").rglob(f"*.{kind}"))
        for kind in ("yml", "sql")
    }
    assert lines["yml"] <= 1.3 * lines["sql"], lines


def test_marts_enforce_their_contract_and_guard_their_key(manifest):
    marts = [n for n in nodes(manifest, "model") if is_mart(n)]
    assert {n["schema"] for n in marts} == {f"kandidaat_{t}" for t in (*THEMES, "kern", "ivp")}
    for mart in marts:
        assert mart["config"]["contract"]["enforced"], mart["name"]
        assert all(c["data_type"] for c in mart["columns"].values()), mart["name"]
        assert any(i.get("unique") for i in mart["config"]["indexes"]), mart["name"]


def test_core_tables_are_alike_in_every_theme(manifest):
    for table in ("indicatorwaarden", "benchmark"):
        shapes = [
            {c["name"]: (c["data_type"], c["description"], c["constraints"]) for c in n["columns"].values()}
            for n in nodes(manifest, "model")
            if n["alias"] == table and is_mart(n)
        ]
        # Externe veiligheid has registers only, and no police figures to compare.
        assert len(shapes) == len(THEMES) - (table == "benchmark")
        assert all(shape == shapes[0] for shape in shapes)


def test_every_mart_is_of_use_to_somebody(manifest):
    # What every theme has alike is of use by being alike: tools that open one open all.
    alike = ("indicatorwaarden", "benchmark")
    used = {parent for e in manifest["exposures"].values() for parent in e["depends_on"]["nodes"]}
    marts = {n["unique_id"] for n in nodes(manifest, "model") if is_mart(n) and "kern" not in n["fqn"]}
    marts -= {n["unique_id"] for n in nodes(manifest, "model") if n["alias"] in alike}
    assert marts <= used


def test_marts_never_read_each_other_nor_kern(manifest):
    """A candidate may be published, and so moved away, before the next theme is built."""
    marts = {n["unique_id"] for n in nodes(manifest, "model") if is_mart(n)}
    for node in nodes(manifest, "model"):
        assert not marts & set(node["depends_on"]["nodes"]), node["name"]
    for test in nodes(manifest, "test"):
        read = marts & set(test["depends_on"]["nodes"])
        assert len({n.split(".")[2].split("__")[0] for n in read}) <= 1, f"{test['name']} reads {read}"


def test_every_calculation_has_a_unit_test(manifest):
    tested = {u["model"] for u in manifest["unit_tests"].values()}
    calculating = {
        n["name"]
        for n in nodes(manifest, "model")
        if re.search(r"\b(sum|count|max|min)\s*\(|over \(|recursive", n["raw_code"]) and not is_mart(n)
    }
    # Names taken over from a code list or a seed: no calculation.
    chosen = {"int_regio_code", "int_werkgebied", "int_dekking_verwacht"}
    # What is rendered from contracts of tables has two forms, with a reason for an empty cell (v4) and without (v3).
    rendered = {n["name"] for n in nodes(manifest, "model") if "/staging/kubussen/" in n["original_file_path"]}
    assert {"stg_cbs__verdachten", "stg_cbs__veilig_thuis"} <= rendered & tested
    assert calculating - tested - chosen - rendered == set()


def test_indicators_of_registers_are_read_as_the_region_has_them(manifest):
    """The seed has a row for all programmes and places together; which there are is for the region's lists to say."""
    seed_node = "seed.veiligheidsbeeld.register_indicator"
    readers = {
        n["name"]
        for n in manifest["nodes"].values()
        if n["resource_type"] == "model" and seed_node in n["depends_on"]["nodes"]
    }
    assert readers == {"int_register_indicator"}


def test_every_soort_is_an_indicator():
    expected = {("misdrijven", r["soort"]) for r in seed("soort_misdrijf")}
    expected |= {("overlast", r["soort"]) for r in seed("soort_overlast")}
    assert len(expected) == 59 + 9
    assert {(r["familie"], r["soort"]) for r in seed("indicator_kenmerk")} == expected


def test_breaks_name_known_soorten():
    known = {r["soort"] for r in seed("soort_misdrijf")}
    known |= {r["indicator_code"] for r in seed("registers/register_indicator")}
    for row in seed("breuk"):
        assert row["soorten"] == "*" or set(row["soorten"].split(",")) <= known, row["breuk_code"]


@pytest.mark.shared
def test_soorten_agree_with_the_reference(shared: Path):
    with (shared / "reference" / "crime_codes.csv").open(encoding="utf-8") as stream:
        reference = {r["soort"]: r for r in csv.DictReader(stream, delimiter=";")}
    for row in seed("soort_misdrijf"):
        expected = reference.pop(row["soort"])
        assert row["mk_codes"] == expected["mk_codes"].replace("*", "")
        assert (row["mart_prim"], row["mart_ook"], row["inspanning"]) == (
            expected["mart_prim"],
            expected["mart_ook"],
            expected["insp"],
        )
    assert reference == {}
