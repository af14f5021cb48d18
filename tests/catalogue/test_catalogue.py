"""The catalogue against what the profiles demand; mandatory properties are typed from DCAT-AP-NL 3.0 and ODCS 3.1."""

import json

import pytest
import rdflib
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF

from veiligheidsbeeld.catalogue import dcat, odcs
from veiligheidsbeeld.contracts import load_contracts
from veiligheidsbeeld.settings import Settings

VCARD = rdflib.Namespace("http://www.w3.org/2006/vcard/ns#")
MANDATORY = {
    DCAT.Catalog: {DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.contactPoint, DCAT.dataset},
    DCAT.Dataset: {
        DCTERMS.title, DCTERMS.description, DCTERMS.identifier, DCTERMS.publisher, DCTERMS.creator,
        DCTERMS.accessRights, DCAT.contactPoint, DCAT.theme,
    },
    DCAT.Distribution: {DCAT.accessURL, DCTERMS.license},
    FOAF.Agent: {FOAF.name},
    VCARD.Kind: {VCARD.fn},
}  # fmt: skip


@pytest.fixture(scope="module")
def graph():
    found = rdflib.Graph()
    text = json.dumps(dcat.catalogue(Settings.from_env({}), "https://voorbeeld.nl/"))
    found.parse(data=text, format="json-ld")
    return found


@pytest.mark.parametrize("kind", MANDATORY, ids=lambda kind: kind.rsplit("/", 1)[-1])
def test_what_the_profile_demands_is_there(graph, kind):
    nodes = set(graph.subjects(RDF.type, kind))
    assert nodes
    lacking = [(node, p) for node in nodes for p in MANDATORY[kind] if graph.value(node, p, any=True) is None]
    assert lacking == []


def test_what_is_not_open_has_no_distribution_and_says_so(graph):
    public = {d.split("/")[-1] for d in graph.subjects(DCAT.distribution) if "mart_" not in d}
    assert public == {c.naam for c in load_contracts().values() if c.wettelijk_kader == "open"}
    rights = {
        str(graph.value(d, DCTERMS.identifier)): str(graph.value(d, DCTERMS.accessRights)).rsplit("/", 1)[-1]
        for d in graph.subjects(RDF.type, DCAT.Dataset)
    }
    assert rights["sluitingen"] == "NON_PUBLIC"
    assert rights["politie_misdrijven_gemeente"] == "PUBLIC"
    assert rights["mart_jeugd"] == "RESTRICTED"


@pytest.mark.parametrize("name", list(load_contracts()))
def test_a_contract_holds_the_columns_that_enter_and_no_other(name):
    contract = load_contracts()[name]
    found = odcs.contract_of(contract)
    assert {"apiVersion", "kind", "id", "version", "status"} <= set(found)
    (table,) = found["schema"]
    assert all(p["description"] and p["logicalType"] for p in table["properties"])
    names = [p["name"] for p in table["properties"]]
    assert len(set(names)) == len(names) > 0
    kept_out = [c.naam for c in getattr(contract, "kolommen", []) if not getattr(c, "opnemen", True)]
    assert not set(kept_out) & set(names), "free text stays in landing"
