"""The datasets as DCAT-AP-NL 3.0, in JSON-LD.

Every mandatory property of the profile (Geonovum, december 2024) is there. What is personal or secret has no
distribution: portals may know that it exists and whose it is, and no more.
"""

from __future__ import annotations

from typing import Any

from veiligheidsbeeld.contracts import load_contracts
from veiligheidsbeeld.contracts.head import Contract, Owner
from veiligheidsbeeld.contracts.themes import load_themes
from veiligheidsbeeld.settings import Settings

Node = dict[str, Any]
_AUTHORITY = "http://publications.europa.eu/resource/authority"
# Justice, legal system and public safety: what all of it is about.
_THEME, _THEME_NAME = f"{_AUTHORITY}/data-theme/JUST", "Justitie, rechtsstelsel en openbare veiligheid"
_FREQUENCY = {"maand": "MONTHLY", "kwartaal": "QUARTERLY", "jaar": "ANNUAL", "tweejaar": "BIENNIAL"}
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}


def catalogue(settings: Settings, base: str) -> Node:
    """The catalogue; `base` begins the address of everything in it (`https://...` or `urn:...`), ending in / or :."""
    publisher = _agent(settings.region.name)
    datasets = [
        *(_mart(base, theme.thema, theme.naam, theme.omschrijving, publisher) for theme in load_themes()),
        *(_source(base, contract) for contract in load_contracts().values()),
    ]
    return {
        "@context": _CONTEXT,
        "@id": f"{base}catalogus",
        "@type": "dcat:Catalog",
        "dct:title": _dutch("Veiligheidsbeeld"),
        "dct:description": _dutch(f"Cijfers over veiligheid van {settings.region.name}, en waar zij vandaan komen."),
        "dct:publisher": publisher,
        "dcat:contactPoint": _contact(settings.region.name, "beheerder van het warehouse"),
        "dct:language": _concept("language/NLD", "dct:LinguisticSystem"),
        "dcat:themeTaxonomy": {
            "@id": f"{_AUTHORITY}/data-theme",
            "@type": "skos:ConceptScheme",
            "dct:title": _dutch("Thema's van gegevens"),
        },
        "dcat:dataset": datasets,
    }


def _mart(base: str, name: str, title: str, description: str, publisher: Node) -> Node:
    """A theme; its open figures can be exported, the rest is for readers with an account."""
    address = f"{base}dataset/mart_{name}"
    distribution = {
        "@id": f"{base}distributie/mart_{name}",
        "@type": "dcat:Distribution",
        "dct:title": _dutch(f"{title}: cijfers uit open bronnen (Parquet)"),
        "dcat:accessURL": {"@id": f"{base}open/cijfers_{name}.parquet"},
        "dct:license": _concept("licence/CC_BY_4_0", "dct:LicenseDocument"),
        "dcat:mediaType": {
            "@id": "https://www.iana.org/assignments/media-types/application/vnd.apache.parquet",
            "@type": "dct:MediaType",
        },
    }
    return {
        **_dataset(address, f"mart_{name}", title, description, "RESTRICTED"),
        "dct:publisher": publisher,
        "dct:creator": publisher,
        "dcat:contactPoint": _contact(publisher["foaf:name"], "beheerder van het warehouse"),
        "dcat:distribution": distribution,
    }


def _source(base: str, contract: Contract) -> Node:
    """A dataset as it is delivered."""
    is_open = contract.wettelijk_kader == "open"
    owner = contract.eigenaar
    node = {
        **_dataset(
            f"{base}dataset/{contract.naam}",
            contract.naam,
            contract.titel,
            contract.omschrijving,
            "PUBLIC" if is_open else "NON_PUBLIC",
        ),
        "dct:publisher": _agent(owner.organisatie),
        "dct:creator": _agent(owner.organisatie),
        "dcat:contactPoint": _contact_of(owner),
        "dct:accrualPeriodicity": _concept(f"frequency/{_FREQUENCY[contract.frequentie]}", "dct:Frequency"),
        "dcat:keyword": [_dutch(theme) for theme in contract.themas],
    }
    if is_open:
        node["dcat:distribution"] = {
            "@id": f"{base}distributie/{contract.naam}",
            "@type": "dcat:Distribution",
            "dct:title": _dutch(contract.titel),
            "dcat:accessURL": {"@id": _address(contract)},
            "dct:license": _concept("licence/CC_BY_4_0", "dct:LicenseDocument"),
        }
    return node


def _dataset(address: str, identifier: str, title: str, description: str, access: str) -> Node:
    return {
        "@id": address,
        "@type": "dcat:Dataset",
        "dct:identifier": identifier,
        "dct:title": _dutch(title),
        "dct:description": _dutch(description),
        "dct:accessRights": _concept(f"access-right/{access}", "dct:RightsStatement"),
        "dcat:theme": {"@id": _THEME, "@type": "skos:Concept", "skos:prefLabel": _dutch(_THEME_NAME)},
        "dct:language": _concept("language/NLD", "dct:LinguisticSystem"),
    }


def _address(contract: Contract) -> str:
    contact = contract.eigenaar.contact
    return contact if contact.startswith("http") else "https://data.overheid.nl"


def _contact_of(owner: Owner) -> Node:
    return _contact(owner.organisatie, owner.functie)


def _contact(organisation: str, function: str) -> Node:
    return {
        "@type": ["vcard:Kind", "vcard:Organization"],
        "vcard:fn": _dutch(f"{function}, {organisation}"),
        "vcard:organization-name": _dutch(organisation),
    }


def _agent(name: str) -> Node:
    return {"@type": "foaf:Agent", "foaf:name": name}


def _concept(path: str, kind: str) -> Node:
    return {"@id": f"{_AUTHORITY}/{path}", "@type": kind}


def _dutch(text: str) -> Node:
    return {"@value": text, "@language": "nl"}
