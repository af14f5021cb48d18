"""Registers of decisions: closures, Bibob checks, permits, as events of one municipality in one year."""

from __future__ import annotations

from datetime import timedelta

from sandbox.sample.registers.draw import Events, Table, counts, where
from sandbox.sample.registers.places import WEERT, Place


def sluitingen(seed: int, place: Place, year: int) -> Table:
    e = Events(seed, "sluitingen", place, year, 0.15)
    seen = [d - timedelta(days=int(n)) for d, n in zip(e.days, e.rng.lognormal(4.0, 0.4, e.n), strict=True)]
    report = [d + (x - d) * f for d, x, f in zip(seen, e.days, e.rng.uniform(0.3, 0.6, e.n), strict=True)]
    measure = e.pick({"sluiting": 55, "waarschuwing": 30, "last_onder_dwangsom": 15})
    shut = [m == "sluiting" for m in measure]
    begin = where(e.later(list(e.days), 9, 0.4), shut)
    months = where(e.pick({1: 20, 3: 50, 6: 22, 12: 8}), shut)
    drug = e.pick(
        {
            "hennep": 48,
            "cocaine": 18,
            "amfetamine": 10,
            "mdma": 9,
            "heroine": 3,
            "ghb": 2,
            "versnijdingsmiddel": 6,
            "overig": 4,
        }
    )
    prepared = e.sometimes(0.08)
    return e.table(
        zaaknummer=e.numbers("DAM"),
        maatregel_nr=[1] * e.n,
        pandsoort=e.pick({"woning": 62, "lokaal": 10, "woning_en_lokaal": 4, "bedrijfspand": 17, "erf": 7}),
        buurtcode=e.buurten(),
        buitengebied=e.sometimes(0.25),
        datum_constatering=list(seen),
        datum_rapportage=list(report),
        rapportage_soort=["HIB" if d == "hennep" and x else "BR" for d, x in zip(drug, e.sometimes(0.4), strict=True)],
        lijst=["voorbereiding" if p else "II" if d == "hennep" else "I" for d, p in zip(drug, prepared, strict=True)],
        middel=drug,
        hoeveelheid=[round(float(x), 1) for x in e.rng.lognormal(5, 1, e.n)],
        eenheid=["planten" if d == "hennep" else "gram" for d in drug],
        wapens=e.sometimes(0.12),
        minderjarigen=e.sometimes(0.15),
        overtreding_nr=e.pick({1: 85, 2: 12, 3: 3}),
        datum_besluit=list(e.days),
        maatregel=measure,
        duur_maanden=months,
        datum_sluiting=begin,
        datum_heropening=[b + timedelta(days=30 * m) if b and m else None for b, m in zip(begin, months, strict=True)],
        bezwaar=e.sometimes(0.22),
        uitkomst=e.pick({"in_stand": 20, "gematigd": 3, "vernietigd": 1, None: 76}),
        kosten=where([round(float(x), 2) for x in e.rng.lognormal(7.2, 0.4, e.n)], shut),
    )


def bibob(seed: int, place: Place, year: int) -> Table:
    """The licence to run a business came in 2021; in Weert that gave a peak."""
    peak = 5.0 if year == 2021 and place.code == WEERT else 1.0
    reasons = {
        "exploitatie": 0.10 * peak if year >= 2021 else 0.03,
        "alcohol": 0.11,
        "vastgoed": 0.04,
        "omgeving": 0.03,
        "seksinrichting": 0.004,
        "subsidie": 0.008,
        "overheidsopdracht": 0.008,
    }
    depth = {"indicatorentoets": 0.70, "eigen_onderzoek": 0.26, "LBB-advies": 0.04}
    outcome = {
        "verleend": 0.74,
        "verleend_met_voorschriften": 0.09,
        "geweigerd": 0.04,
        "ingetrokken": 0.02,
        "aanvraag_ingetrokken": 0.08,
        "buiten_behandeling": 0.03,
    }
    cells = [
        ({"aanleiding": a, "diepgang": d, "uitkomst": o}, p * q * r)
        for a, p in reasons.items()
        for d, q in depth.items()
        for o, r in outcome.items()
    ]
    return counts(seed, "bibob", place, year, cells, months=1, zeros=False)


def vergunningen(seed: int, place: Place, year: int) -> Table:
    e = Events(seed, "vergunningen", place, year, 2.4 if year not in (2020, 2021) else 1.5)
    kind = e.pick(
        {
            "exploitatie": 12 if year >= 2021 else 3,
            "alcohol": 22,
            "evenement": 46,
            "seksinrichting": 0.5,
            "coffeeshop": 0.5,
            "speelautomaten": 4,
            "kamerverhuur": 9,
            "demonstratie": 4 + (year - 2019),
        }
    )
    done = e.later(list(e.days), 38, 0.5, 0.98)
    outcome = e.pick(
        {
            "verleend": 70,
            "verleend_met_voorschriften": 12,
            "geweigerd": 5,
            "ingetrokken": 2,
            "aanvraag_ingetrokken": 8,
            "buiten_behandeling": 3,
        }
    )
    return e.table(
        zaaknummer=e.numbers("VTH"),
        zaaktype=kind,
        datum_aanvraag=list(e.days),
        streefdatum=[d + timedelta(days=56) for d in e.days],
        datum_besluit=done,
        besluit=[
            None if d is None else "kennisgeving" if k == "demonstratie" else o
            for d, k, o in zip(done, kind, outcome, strict=True)
        ],
        buurtcode=e.buurten(0.8),
        bezoekers=where(
            [int(x) for x in e.rng.lognormal(5.3, 1.1, e.n)], (k in ("evenement", "demonstratie") for k in kind)
        ),
    )
