"""Registers about the neighbourhood, youth and care: events, and counts where persons are concerned."""

from __future__ import annotations

from datetime import timedelta

from sandbox.sample.registers.draw import FLAT, SUMMER, WINTER, Events, Table, counts, parts, where
from sandbox.sample.registers.places import Place

# Dumped drug waste nationwide (politie, published); Limburg had 61 in 2021. Municipalities count two fifths more.
_WASTE = {2019: 190, 2020: 178, 2021: 208, 2022: 155, 2023: 191}
_COVID = {2020: 1.35, 2021: 1.25}


def openbare_ruimte(seed: int, place: Place, year: int) -> Table:
    e = Events(seed, "meldingen_openbare_ruimte", place, year, 14.0, SUMMER)
    kind = e.pick(
        {
            "afval": 30,
            "graffiti": 3,
            "vernieling": 6,
            "verlichting": 14,
            "groen": 16,
            "wegen": 13,
            "parkeren": 5,
            "hond": 4,
            "jeugd": 3,
            "geluid": 2,
            "drugsafval": 0.55 * _WASTE.get(year, 190) / 190,
            "autowrak": 1,
            "overig": 3,
        }
    )
    waste = [k == "drugsafval" for k in kind]
    done = e.later(list(e.days), 6, 0.9, 0.97)
    return e.table(
        meldingsnummer=e.numbers("MOR"),
        soort=kind,
        datum_melding=list(e.days),
        datum_afgerond=done,
        uiterste_datum=[d + timedelta(days=14) for d in e.days],
        buurtcode=e.buurten(0.97),
        buitengebied=e.sometimes(0.2),
        anoniem=e.sometimes(0.25),
        hoeveelheid_kg=where([round(float(x), 1) for x in e.rng.lognormal(5.2, 0.8, e.n)], waste),
        kosten=where([round(float(x), 2) for x in e.rng.lognormal(8.0, 0.5, e.n)], waste),
        subsidie=where([round(float(x), 2) for x in e.rng.lognormal(7.2, 0.5, e.n)], waste),
    )


def boa(seed: int, place: Place, year: int) -> Table:
    topics = {
        "parkeren": 9.0,
        "afval": 3.0,
        "jeugd": 1.2,
        "alcohol": 0.4,
        "hond": 0.8,
        "overlast": 2.2,
        "evenement": 0.3,
        "ondermijning": 0.15,
    }
    kinds = {"waarneming": 0.35, "waarschuwing": 0.25, "controle": 0.2, "proces_verbaal": 0.2}
    cells = [
        ({"onderwerp": t, "soort": k, "minderjarig": young}, p * q * (0.5 if t in ("jeugd", "alcohol") else 1.0))
        for t, p in topics.items()
        for k, q in kinds.items()
        for young in ((False, True) if t in ("jeugd", "alcohol") else (False,))
    ]
    cells.append(({"onderwerp": "jeugd", "soort": "halt", "minderjarig": True}, 0.06))
    table = counts(seed, "boa", place, year, cells, zeros=False)
    table["uren"] = [round(0.75 * n, 1) for n in table["aantal"]]
    return table


def huisverboden(seed: int, place: Place, year: int) -> Table:
    table = counts(seed, "huisverboden", place, year, [({}, 0.16)], season=WINTER)
    key = f"wth {place.code} {year}"
    for name, share in {"verlengd": 0.45, "met_minderjarigen": 0.55, "overtreden": 0.12, "hulptraject": 0.85}.items():
        table[name] = parts(seed, key, table, name, share)
    return table


def crisismaatregelen(seed: int, place: Place, year: int) -> Table:
    """The law came in 2020."""
    rates = {"crisismaatregel": 0.46, "verkennend_onderzoek": 0.5, "melding_niet_acuut": 0.7, "zorgmachtiging": 0.55}
    growth = 1 + 0.04 * (year - 2020)
    return counts(seed, "crisismaatregelen", place, year, [({"soort": s}, r * growth) for s, r in rates.items()])


def woonoverlast(seed: int, place: Place, year: int) -> Table:
    e = Events(seed, "woonoverlast", place, year, 0.7 * _COVID.get(year, 1.0))
    warned = e.later(list(e.days), 35, 0.5, 0.35)
    told = e.later(warned, 50, 0.5, 0.2)
    closed = e.later([b or a or d for a, b, d in zip(warned, told, e.days, strict=True)], 90, 0.6, 0.95)
    result = e.pick({"opgelost": 35, "verbeterd": 28, "niet_opgelost": 17, "verhuizing": 12, "overgedragen": 8})
    return e.table(
        dossiernummer=e.numbers("WO"),
        buurtcode=e.buurten(),
        datum_start=list(e.days),
        bron=e.pick({"bewoner": 40, "politie": 22, "corporatie": 22, "gemeente": 8, "wijkteam": 8}),
        soort=e.pick(
            {
                "geluid": 44,
                "vervuiling": 14,
                "intimidatie": 14,
                "drugs": 10,
                "dieren": 6,
                "verward_gedrag": 8,
                "overig": 4,
            }
        ),
        eigendom=e.pick({"huur_corporatie": 58, "huur_particulier": 14, "koop": 25, None: 3}),
        waarschuwing_op=warned,
        gedragsaanwijzing_op=told,
        dwangsom=where([500.0] * e.n, (t is not None for t in told)),
        datum_afgesloten=closed,
        resultaat=where(result, (c is not None for c in closed)),
    )


def buurtbemiddeling(seed: int, place: Place, year: int) -> Table:
    """About 1,1 case per 1.000 inhabitants nationwide, seventy per cent of which end well."""
    e = Events(seed, "buurtbemiddeling", place, year, 1.1 * _COVID.get(year, 1.0), SUMMER)
    done = e.later(list(e.days), 40, 0.5, 0.98)
    outcome = e.pick({"opgelost": 47, "verbeterd": 19, "niet_opgelost": 26, "afgewezen": 5, "coaching": 3})
    return e.table(
        zaaknummer=e.numbers("BB"),
        buurtcode=e.buurten(),
        datum_aanmelding=list(e.days),
        aanmelder=e.pick({"bewoner": 40, "politie": 22, "corporatie": 26, "gemeente": 8, "overig": 4}),
        probleem=e.pick(
            {"geluid": 45, "tuin": 16, "pesten": 14, "dieren": 8, "parkeren": 6, "vuil": 5, "kinderen": 3, "overig": 3}
        ),
        uitkomst=where(outcome, (d is not None for d in done)),
        datum_einde=done,
    )


def corporatie(seed: int, place: Place, year: int) -> Table:
    e = Events(seed, "woningcorporatie", place, year, 2.6, SUMMER)
    return e.table(
        meldingsnummer=e.numbers("CM"),
        corporatie=e.pick({"CORP01": 60, "CORP02": 40}),
        buurtcode=e.buurten(0.95),
        datum_melding=list(e.days),
        soort=e.pick(
            {
                "GEL": 25,
                "RUZ": 17,
                "VUI": 9,
                "HAN": 9,
                "PSY": 7,
                "DIE": 6,
                "STA": 5,
                "KLI": 4,
                "DRU": 4,
                "AGR": 4,
                "VER": 3,
                "ONR": 2,
                "HEN": 1,
                "VAN": 2,
                "ONV": 1,
                "BED": 0.5,
                "ONG": 0.5,
            }
        ),
        datum_afgerond=e.later(list(e.days), 25, 0.7, 0.96),
    )


def politie_extract(seed: int, place: Place, year: int) -> Table:
    """Quarrels were most frequent in 2020 and 2021."""
    waste = 0.055 * _WASTE.get(year, 190) / 208
    covid = _COVID.get(year, 1.0)
    rates = {
        "witwassen": 0.09,
        "sexting": 0.12,
        "grooming": 0.02,
        "drugsafval": waste,
        "criminele_uitbuiting": 0.01,
        "arbeidsuitbuiting": 0.01,
        "zorgfraude": 0.01,
        "onlinehandel": 2.0,
        "identiteitsfraude": 0.4,
        "vastgoedfraude": 0.01,
        "afpersing": 0.1,
        "heling": 0.15,
        "geweld_tegen_gezag": 0.45,
        "burenruzie": 3.4 * covid,
        "ruzie_twist": 5.2 * covid,
        "incident_school": 0.3,
        "aanhouding_drugs": 0.5,
        "drugsmelding": 1.3,
    }
    table = counts(seed, "politie_extract", place, year, [({"klasse": k}, r) for k, r in rates.items()], season=FLAT)
    share = parts(seed, f"polx {place.code} {year}", table, "opgevolgd", min(0.9, 0.58 + 0.04 * (year - 2019)))
    table["opgevolgd"] = where(share, (k == "drugsmelding" for k in table["klasse"]))
    return table


def zvh(seed: int, place: Place, year: int) -> Table:
    kinds = {
        ("pga", "casus"): 0.16,
        ("complex", "proces"): 0.2,
        ("radicalisering", "advies"): 0.01,
        ("huiselijk_geweld", "casus"): 0.12,
        ("nazorg", "advies"): 0.25,
        ("jeugdgroep", "groep"): 0.012,
        ("ondermijning", "casus"): 0.02,
    }
    cells = [({"casustype": k, "regie": r}, p) for (k, r), p in kinds.items()]
    table = counts(seed, "zorg_en_veiligheidshuis", place, year, cells, months=4, name="instroom")
    key = f"zvh {place.code} {year}"
    table["uitstroom"] = parts(seed, key, table, "uitstroom", 0.9, "instroom")
    table["lopend"] = [2 * n + 1 for n in table["instroom"]]
    table["jonger_dan_27"] = parts(seed, key, table, "jonger_dan_27", 0.4, "instroom")
    table["dader_en_slachtoffer"] = parts(seed, key, table, "dader_en_slachtoffer", 0.3, "instroom")
    table["groepsscans"] = where(
        parts(seed, key, table, "groepsscans", 0.5, "instroom"), (k == "groep" for k in table["regie"])
    )
    return table


def halt(seed: int, place: Place, year: int) -> Table:
    """About nine in 1.000 of those aged 12 to 17, who are some six per cent of the inhabitants."""
    kinds = {
        "vermogen": 0.3,
        "vernieling": 0.14,
        "geweld": 0.14,
        "vuurwerk": 0.1,
        "alcohol": 0.07,
        "schoolverzuim": 0.17,
        "sexting": 0.03,
        "overig": 0.05,
    }
    cells = [({"soort": k}, 0.55 * p) for k, p in kinds.items()]
    table = counts(seed, "halt", place, year, cells, months=1, name="jongeren")
    extra = parts(seed, f"halt {place.code} {year}", table, "extra", 0.25, "jongeren")
    table["afdoeningen"] = [a + b for a, b in zip(table["jongeren"], extra, strict=True)]
    return table
