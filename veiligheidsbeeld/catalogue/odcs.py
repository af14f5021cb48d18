"""A contract in the Open Data Contract Standard 3.1: what other tools can read of ours."""

from __future__ import annotations

from typing import Any

from veiligheidsbeeld.contracts.cube import CubeContract
from veiligheidsbeeld.contracts.head import Contract
from veiligheidsbeeld.contracts.register import RegisterContract
from veiligheidsbeeld.contracts.survey import SurveyContract

# Types of a register's columns, in the words of the standard.
_TYPES = {"datum": "date", "geheel": "integer", "getal": "number", "janee": "boolean", "codes": "array"}
_FREQUENCY = {"maand": (1, "m"), "kwartaal": (3, "m"), "jaar": (1, "y"), "tweejaar": (2, "y")}


def contract_of(contract: Contract) -> dict[str, Any]:
    """The contract as the standard wants it; what it has no word for stands under `customProperties`."""
    value, unit = _FREQUENCY[contract.frequentie]
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": contract.naam,
        "name": contract.naam,
        "version": "1.0.0",
        "status": "active",
        "domain": contract.provider,
        "description": {"purpose": contract.doel, "usage": contract.omschrijving, "limitations": contract.grondslag},
        "tags": list(contract.themas),
        "schema": [
            {
                "name": contract.naam,
                "physicalName": f"raw.{contract.naam}",
                "logicalType": "object",
                "physicalType": "table",
                "description": contract.titel,
                "dataGranularityDescription": contract.korrel,
                "properties": _properties(contract),
            }
        ],
        "support": [{"channel": contract.eigenaar.title, "description": contract.eigenaar.contact}],
        "slaProperties": [{"property": "frequency", "value": value, "unit": unit}],
        "customProperties": [
            {"property": "wettelijkKader", "value": contract.wettelijk_kader},
            {"property": "licentie", "value": contract.licentie},
            {"property": "dpia", "value": contract.dpia.status},
        ],
    }


def _properties(contract: Contract) -> list[dict[str, Any]]:
    if isinstance(contract, CubeContract):
        keys = [_property(k.kolom, "string", k.omschrijving, key=n) for n, k in enumerate(contract.sleutels, 1)]
        return keys + [_property(m.kolom, "number", m.omschrijving) for m in contract.maten]
    if isinstance(contract, RegisterContract):
        kept = [c for c in contract.kolommen if c.opnemen]
        return [
            _property(
                c.naam,
                _TYPES.get(c.type, "string"),
                c.omschrijving,
                required=c.verplicht,
                key=contract.sleutel.index(c.naam) + 1 if c.naam in contract.sleutel else 0,
            )
            for c in kept
        ]
    assert isinstance(contract, SurveyContract)
    return [
        _property(c.naam, "number" if c.soort == "gewicht" else "string", c.omschrijving, required=c.verplicht)
        for c in contract.kolommen
    ]


def _property(name: str, kind: str, description: str, *, required: bool = False, key: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "logicalType": kind, "description": description, "required": required}
    if key:
        found |= {"primaryKey": True, "primaryKeyPosition": key, "required": True}
    return found
