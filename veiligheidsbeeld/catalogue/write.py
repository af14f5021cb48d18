"""Writes the catalogue: `dcat.jsonld`, `odcs/`, `verwerkingsregister.html` and `.csv`, `gegevenswoordenboek.html`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import yaml

from veiligheidsbeeld import pages
from veiligheidsbeeld.catalogue import dcat, dictionary, odcs
from veiligheidsbeeld.contracts import load_contracts
from veiligheidsbeeld.contracts.head import Contract
from veiligheidsbeeld.export.table import Column, Table
from veiligheidsbeeld.export.write import write_csv
from veiligheidsbeeld.reader import notation
from veiligheidsbeeld.reader.marts import moment, reading
from veiligheidsbeeld.settings import Settings

# Begins the address of everything in the catalogue; a portal wants https.
SETTING, DEFAULT = "VB_CATALOGUE", "urn:veiligheidsbeeld:"


def folder(settings: Settings) -> Path:
    """Where the catalogue stands, unless the caller has another place."""
    return settings.home / "catalogus"


def write(settings: Settings, target: Path | None = None) -> list[Path]:
    """All of it; the paths. Raises `ConfigurationError` while nothing is published."""
    target = target or folder(settings)
    (target / "odcs").mkdir(parents=True, exist_ok=True)
    base = settings.environ.get(SETTING) or DEFAULT
    portal = target / "dcat.jsonld"
    portal.write_text(json.dumps(dcat.catalogue(settings, base), indent=1, ensure_ascii=False), encoding="utf-8")
    for contract in load_contracts().values():
        path = target / "odcs" / f"{contract.naam}.odcs.yaml"
        text = yaml.safe_dump(odcs.contract_of(contract), sort_keys=False, allow_unicode=True, width=110)
        path.write_text(text, encoding="utf-8")
    processing = _processing()
    write_csv(processing, target / "verwerkingsregister.csv")
    with reading(settings) as connection:
        described, now = dictionary.tables(connection), moment(connection, datetime.now(UTC))
    contents: dict[str, dict[str, object]] = {
        "verwerkingsregister": {"table": processing},
        "gegevenswoordenboek": {"tables": described},
    }
    templates = pages.templates(__package__)
    for name, content in contents.items():
        text = templates.get_template(f"{name}.html.j2").render(moment=now, root="", **content)
        (target / f"{name}.html").write_text(text, encoding="utf-8")
    return [
        portal,
        target / "odcs",
        *(target / f"{name}.html" for name in contents),
        target / "verwerkingsregister.csv",
    ]


def _processing() -> Table:
    """The processing of personal data (AVG article 30): what is kept of whom, why, how long and by whom it is read."""
    titles = {
        "Verwerking": "naam van het register", "Omschrijving": "", "Eigenaar": "wie ervoor instaat",
        "Wettelijk kader": "", "Grondslag": "", "Doel": "", "Gegevens": "kolommen die worden bewaard",
        "Ontvangers": "", "Bewaartermijn bestanden": "", "Bewaartermijn rijen": "", "DPIA": "",
    }  # fmt: skip
    rows = [_processed(c) for c in load_contracts().values() if c.wettelijk_kader != "open"]
    return Table("verwerkingsregister", [Column(t, text) for t, text in titles.items()], rows, frozenset())


def _processed(contract: Contract) -> list:
    kept = [c.omschrijving for c in getattr(contract, "kolommen", []) if getattr(c, "opnemen", True)]
    term = contract.bewaartermijn
    days = f"{term.raw_dagen} dagen" if term and term.raw_dagen else "onbeperkt, als aantallen"
    done = f" op {notation.day(contract.dpia.vastgesteld_op)}" if contract.dpia.vastgesteld_op else ""
    return [
        contract.titel, contract.omschrijving, contract.eigenaar.title, contract.wettelijk_kader, contract.grondslag,
        contract.doel, "; ".join(kept), "lezers van de marts zien alleen aantallen waarin kleine verborgen zijn",
        f"{term.landing_dagen} dagen" if term else "onbeperkt", days, contract.dpia.status.replace("_", " ") + done,
    ]  # fmt: skip
