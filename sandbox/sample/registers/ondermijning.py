"""Registers about undermining crime, as events of one municipality in one year."""

from __future__ import annotations

from datetime import timedelta

from sandbox.sample.registers.draw import SUMMER, Events, Table, counts, where
from sandbox.sample.registers.places import WEERT, Place

# Tips nationwide in thousands (published); Limburg had about 17,7 per 10.000 inhabitants in 2023.
_TIPS = {2019: 16.9, 2020: 25.8, 2021: 25.0, 2022: 18.9, 2023: 20.3, 2024: 24.0, 2025: 32.0}
_REWARDED = {"GM0946": 2.2, "GM1640": 1.3}  # Nederweert counted 51 reports in the first months of Kijk niet weg


def meldpunt(seed: int, place: Place, year: int) -> Table:
    """Reports grow since the campaign of June 2022."""
    rate = 0.55 + 0.09 * (year - 2019) + (0.55 if year >= 2022 else 0)
    e = Events(seed, "meldpunt_ondermijning", place, year, rate * _REWARDED.get(place.code, 1), SUMMER)
    signal = [d - timedelta(days=int(n)) for d, n in zip(e.days, e.rng.lognormal(0.7, 0.9, e.n), strict=True)]
    action = e.later(list(e.days), 16 - min(year - 2019, 6), 0.8, 0.86)
    closed = e.later([a or d for a, d in zip(action, e.days, strict=True)], 30, 0.7, 0.97)
    result = e.pick(
        {
            "geen_opvolging": 15,
            "politie": 30,
            "riec": 6,
            "controle": 18,
            "bestuurlijk": 9,
            "gebundeld": 10,
            "onvoldoende_info": 12,
        }
    )
    return e.table(
        zaaknummer=e.numbers("OND"),
        datum_signaal=list(signal),
        datum_ontvangst=list(e.days),
        kanaal=e.pick(
            {"meldpunt": 40, "mma": 18, "politie": 16, "intern": 14, "riec": 3, "interventieteam": 5, "overig": 4}
        ),
        melder=e.pick({"inwoner": 42, "ondernemer": 10, "medewerker": 15, "partner": 10, "anoniem": 20, None: 3}),
        thema=e.pick(
            {
                "drugs": 45,
                "mensenhandel": 4,
                "arbeidsuitbuiting": 6,
                "witwassen": 7,
                "omg": 1.5,
                "spookbewoning": 15,
                "zorgfraude": 4,
                "vastgoed": 5,
                "drugsafval": 5,
                "wapens": 2.5,
                "overig": 5,
            }
        ),
        hardheid=e.pick({"hard": 35, "zacht": 60, None: 5}),
        buurtcode=e.buurten(0.9),
        buitengebied=e.sometimes(0.28),
        datum_eerste_actie=action,
        datum_afgerond=closed,
        afdoening=where(result, (c is not None for c in closed)),
        terugkoppeling=e.sometimes(0.62),
    )


def controles(seed: int, place: Place, year: int) -> Table:
    """Actions of a few locations each; ACT! leads most of them in Noord-Limburg since 2021."""
    rate = 0.04 + 0.012 * (year - 2019)
    e = Events(seed, "integrale_controles", place, year, rate)
    sizes = [int(n) for n in e.rng.integers(1, 9, e.n)]
    because = e.pick({"signaal": 44 + 3 * (year - 2019), "themacontrole": 30, "hercontrole": 12, "willekeurig": 10})
    team = e.pick({"act": 55 if year >= 2021 else 0, "gemeentelijk": 30, "politie": 8, "omgevingsdienst": 7})
    area = e.pick({"buitengebied": 33, "bedrijventerrein": 30, "recreatiepark": 8, "woonwijk": 17, "centrum": 12})
    others = [
        "politie",
        "belastingdienst",
        "omgevingsdienst",
        "brandweer",
        "arbeidsinspectie",
        "netbeheerder",
        "duitsland",
    ]
    chance = [0.9, 0.4, 0.45, 0.35, 0.25, 0.2, 0.04]
    found: Table = {}
    for i, (name, day) in enumerate(zip(e.numbers("ACT"), e.days, strict=True)):
        partners = [o for o, c in zip(others, chance, strict=True) if e.rng.random() < c]
        for location in range(1, sizes[i] + 1):
            kind = e.rng.choice(
                [
                    "geen",
                    "vergunning",
                    "brandveiligheid",
                    "bewoning",
                    "spookbewoning",
                    "drugs",
                    "brp",
                    "milieu",
                    "arbeid",
                ],
                p=[0.42, 0.14, 0.12, 0.09, 0.06, 0.05, 0.05, 0.04, 0.03],
            )
            none = kind == "geen"
            row = {
                "gemeente": place.code,
                "actie_id": name,
                "locatie_nr": location,
                "team": team[i],
                "datum": day,
                "buurtcode": place.buurten[int(e.rng.integers(0, len(place.buurten)))],
                "gebiedstype": area[i],
                "objecttype": str(e.rng.choice(["bedrijf", "woning", "horeca", "agrarisch", "autobedrijf"])),
                "aanleiding": because[i],
                "signaal_zaaknummer": f"OND{year % 100}-{int(e.rng.integers(1, 20)):04d}"
                if because[i] == "signaal"
                else None,
                "partners": partners,
                "bevinding": [str(kind)] if none or e.rng.random() < 0.8 else [str(kind), "apv"],
                "maatregel": "geen"
                if none
                else str(
                    e.rng.choice(
                        ["waarschuwing", "last_onder_dwangsom", "boete", "overdracht", "intrekking"],
                        p=[0.45, 0.25, 0.1, 0.17, 0.03],
                    )
                ),
                "hercontrole_op": None if none or e.rng.random() < 0.5 else day + timedelta(days=42),
                "status": "afgerond",
            }
            for column, value in row.items():
                found.setdefault(column, []).append(value)
    return found


def adresonderzoek(seed: int, place: Place, year: int) -> Table:
    """Leudal visits much: 42 checks and 59 preventive visits in half of 2021 (published).

    Weert had no extra money for checks on ghost living in 2019-2022.
    """
    leudal = place.code == "GM1640"
    e = Events(seed, "adresonderzoek", place, year, 7.5 if leudal else 1.8)
    kind = e.pick({"spookburger": 34, "spookbewoning": 130 if leudal else 50, "overbewoning": 11, "briefadres": 5})
    preventive = [k == "spookbewoning" and x for k, x in zip(kind, e.sometimes(0.55), strict=True)]
    visit = e.later(list(e.days), 12, 0.6)
    again = e.later(visit, 14, 0.4, 0.3)
    done = e.later([b or a for a, b in zip(visit, again, strict=True)], 25, 0.6, 0.96)
    result = e.pick(
        {"correct": 46, "uitschrijving": 16, "inschrijving": 12, "arbeidsmigranten": 11, "leeg": 7, "geen_gehoor": 8}
    )
    table = e.table(
        onderzoek_id=e.numbers("ADR"),
        buurtcode=e.buurten(),
        gebiedstype=e.pick(
            {"buitengebied": 30, "bedrijventerrein": 6, "recreatiepark": 14, "woonwijk": 40, "centrum": 10}
        ),
        bron=e.pick({"LAA": 30, "melding": 25, "corporatie": 10, "interventieteam": 12, "TMV": 15, "gemeente": 8}),
        datum_start=list(e.days),
        soort=kind,
        bezoek_1=visit,
        bezoek_2=again,
        preventief_bezoek=preventive,
        resultaat=where(result, (d is not None for d in done)),
        datum_afgerond=done,
    )
    if place.code == WEERT and 2019 <= year <= 2022:
        keep = [k != "spookbewoning" or p for k, p in zip(kind, preventive, strict=True)]
        table = {name: [v for v, ok in zip(values, keep, strict=True) if ok] for name, values in table.items()}
    return table


def riec(seed: int, place: Place, year: int) -> Table:
    kinds = {"signaal": 0.09, "casus": 0.03, "eurieccasus": 0.006, "uitwisseling": 0.02, "interventie": 0.006}
    themes = {"drugs": 0.5, "mensenhandel": 0.12, "witwassen": 0.15, "omg": 0.05, "vastgoed": 0.08, "milieu": 0.1}
    cells = [({"soort": k, "onderwerp": t}, p * q) for k, p in kinds.items() for t, q in themes.items()]
    return counts(seed, "riec", place, year, cells, months=1, zeros=False)


def mma(seed: int, place: Place, year: int) -> Table:
    level = 1.77 * _TIPS.get(year, _TIPS[2025]) / _TIPS[2023]
    themes = {
        "drugs": 0.38,
        "hennep": 0.2,
        "wapens": 0.06,
        "witwassen": 0.06,
        "mensenhandel": 0.03,
        "fraude": 0.11,
        "geweld": 0.06,
        "vermogen": 0.06,
        "overig": 0.04,
    }
    cells = [({"onderwerp": t}, level * p) for t, p in themes.items()]
    return counts(seed, "meld_misdaad_anoniem", place, year, cells)
