"""Registers of external safety around Chemelot: sources of risk, incidents, inspections."""

from __future__ import annotations

from datetime import date

from sandbox.sample.registers.draw import Events, Table
from sandbox.sample.registers.places import Place
from sandbox.sample.streams import stream

_SITES = {
    "GM1883": {"chemelot": 4, "emplacement_sittard": 1, "spoor": 1, "overig": 2},
    "GM0971": {"haven_stein": 3, "chemelot": 2, "buisleiding": 1},
    "GM0888": {"luchthaven": 2, "weg": 1},
}


def risicobronnen(seed: int, place: Place, end: date) -> Table:
    rng = stream(seed, "register", "ev_risicobronnen", place.code)
    kinds = {
        "chemelot": "seveso_hoog",
        "haven_stein": "opslag",
        "luchthaven": "opslag",
        "buisleiding": "buisleiding",
        "spoor": "transport",
        "weg": "transport",
        "emplacement_sittard": "transport",
    }
    rows = [site for site, many in _SITES[place.code].items() for _ in range(many)]
    starts = [date(int(rng.integers(2012, 2019)), 1 + i % 12, 1) for i in range(len(rows))]
    return {
        "gemeente": [place.code] * len(rows),
        "bron_id": [f"REV{place.code[2:]}-{i:02d}" for i in range(1, len(rows) + 1)],
        "locatie": rows,
        "soort": [kinds.get(site, "lpg") for site in rows],
        "datum_start": starts,
        "datum_einde": [date(2023, 7, 1) if site == "overig" and i % 2 else None for i, site in enumerate(rows)],
    }


def voorvallen(seed: int, place: Place, year: int) -> Table:
    e = Events(seed, "ev_voorvallen", place, year, {"GM1883": 0.22, "GM0971": 0.2, "GM0888": 0.1}[place.code])
    return e.table(
        voorval_id=e.numbers("VV"),
        locatie=e.pick(dict(_SITES[place.code])),
        datum=list(e.days),
        soort=e.pick({"vrijkomen_stof": 50, "geur": 18, "geluid": 10, "brand": 8, "bodem_water": 8, "overig": 6}),
        ernst=e.pick({"beperkt": 88, "aanzienlijk": 10, "ernstig": 2}),
        gemeld_binnen_30_minuten=e.sometimes(0.86),
        effect_buiten_terrein=e.sometimes(0.15),
    )


def inspecties(seed: int, place: Place, year: int) -> Table:
    e = Events(seed, "ev_inspecties", place, year, {"GM1883": 0.3, "GM0971": 0.35, "GM0888": 0.2}[place.code])
    faults = [int(x) for x in e.rng.poisson(0.9, e.n)]
    mended = e.later(list(e.days), 45, 0.5)
    return e.table(
        inspectie_id=e.numbers("INS"),
        locatie=e.pick(dict(_SITES[place.code])),
        datum=list(e.days),
        soort=e.pick({"seveso": 35, "milieu": 50, "transport": 8, "hercontrole": 7}),
        overtredingen=faults,
        ernstige_overtredingen=[int(e.rng.binomial(f, 0.12)) for f in faults],
        hersteld_op=[d if f else None for d, f in zip(mended, faults, strict=True)],
    )
