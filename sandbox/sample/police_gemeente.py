"""47013NED and 47021NED: police figures per soort, region (RegioS) and period (months and years)."""

from __future__ import annotations

import numpy as np

from sandbox.sample import facts, police_codes, texts
from sandbox.sample.clock import FIRST_YEAR, Period, periods, published_on
from sandbox.sample.police import Incidents
from sandbox.sample.streams import stream
from sandbox.source_server.cube import NULL, Cube

HOST = "dataderden.cbs.nl"
# A regionale eenheid need not equal its gemeenten; the difference is booked in one large type and month.
_SHIFTED_SOORT, _SHIFTED_MONTH = "2.2.1", 6
# Share of reports that came in by internet against the level of 2012: DigiD became compulsory in 2016 and 2017,
# WhatsApp fraud could be reported from 2020.
_INTERNET_LEVEL = {2016: 0.85, 2017: 0.7, 2018: 0.75, 2019: 0.8}
_INTERNET_LATER = 0.95
_SECOND_REPORT = 0.01  # a misdrijf can have more than one aangifte


def misdrijven(incidents: Incidents, seed: int) -> Cube:
    """47013NED from 2012; months of hidden types are empty.

    Default Missing: what a region does not have at all in a calendar year is empty, months and year; in a year
    with at least one, a month without is 0. Aangiften are filled after each quarter: months of an unfinished
    quarter are empty; internetaangiften exist for some soorten only.
    """
    last = incidents.last
    found = periods(FIRST_YEAR, last, years=True)
    reports, internet = _reports(incidents, seed)
    values = {
        "GeregistreerdeMisdrijven_1": _cells(incidents, incidents.published, found, incidents.full),
        "Aangiften_2": _cells(incidents, reports, found, incidents.full),
        "Internetaangiften_3": _cells(incidents, internet, found, incidents.full * _online(incidents)),
    }
    open_quarter = [i for i, p in enumerate(found) if last.month % 3 and _same_quarter(p, last)]
    for name in ("Aangiften_2", "Internetaangiften_3"):
        values[name][:, :, open_quarter] = NULL
    title = f"Geregistreerde misdrijven en aangiften; soort misdrijf, gemeente {published_on(last).year}"
    return Cube(
        identifier="47013NED",
        host=HOST,
        protocol="v3",
        info=texts.table_info(
            "47013NED",
            title,
            "Misdrijven en aangiften per gemeente",
            catalog="Politie",
            summary="Geregistreerde misdrijven, aangiften en internetaangiften per soort misdrijf en regio",
            frequency="Permaand",
            period=f"{FIRST_YEAR}-{last.year}",
            modified=published_on(last),
            remarks="Vier soorten misdrijf hebben alleen jaarcijfers; maandcijfers van de soorten tellen "
            "daarom niet op tot het maandtotaal. Aangiften worden na elk kwartaal bijgewerkt.",
        ),
        dimensions=["SoortMisdrijf", "RegioS", "Perioden"],
        codes={
            "SoortMisdrijf": police_codes.soort_misdrijf(),
            "RegioS": police_codes.regios(),
            "Perioden": police_codes.perioden(found),
        },
        measures=list(values),
        values=values,
        data_properties=[
            *_dimensions("SoortMisdrijf", "Soort misdrijf"),
            texts.topic(3, "GeregistreerdeMisdrijven_1", "Geregistreerde misdrijven"),
            texts.topic(4, "Aangiften_2", "Aangiften"),
            texts.topic(5, "Internetaangiften_3", "Internetaangiften"),
        ],
    )


def overlast(incidents: Incidents) -> Cube:
    """47021NED from 2012; empty and zero as in 47013NED, the classes add up to the total."""
    last = incidents.last
    found = periods(FIRST_YEAR, last, years=True)
    return Cube(
        identifier="47021NED",
        host=HOST,
        protocol="v3",
        info=texts.table_info(
            "47021NED",
            f"Geregistreerde overlast; soort overlast, gemeente {published_on(last).year}",
            "Overlast per gemeente",
            catalog="Politie",
            summary="Geregistreerde overlast per soort overlast en regio",
            frequency="Permaand",
            period=f"{FIRST_YEAR}-{last.year}",
            modified=published_on(last),
        ),
        dimensions=["Overlast", "RegioS", "Perioden"],
        codes={
            "Overlast": police_codes.overlast(),
            "RegioS": police_codes.regios(),
            "Perioden": police_codes.perioden(found),
        },
        measures=["GeregistreerdeOverlast_1"],
        values={"GeregistreerdeOverlast_1": _cells(incidents, incidents.published, found, incidents.full)},
        data_properties=[
            *_dimensions("Overlast", "Overlast"),
            texts.topic(3, "GeregistreerdeOverlast_1", "Geregistreerde overlast"),
        ],
    )


def _dimensions(key: str, title: str) -> list[dict]:
    return [
        texts.dimension(0, "Dimension", key, title),
        texts.dimension(1, "GeoDimension", "RegioS", "Regio's"),
        texts.dimension(2, "TimeDimension", "Perioden", "Perioden"),
    ]


def _same_quarter(period: Period, last: Period) -> bool:
    return period.year == last.year and period.month > (last.month - 1) // 3 * 3


def by_period(counts: np.ndarray, found: list[Period]) -> np.ndarray:
    """Months [.., years, 12] laid out over `found`; a year is the sum of its months."""
    with_years = np.concatenate([counts, counts.sum(axis=-1, keepdims=True, dtype=np.int32)], axis=-1)
    flat = with_years.reshape(*counts.shape[:-2], -1)
    return flat[..., [(p.year - FIRST_YEAR) * 13 + (p.month or 13) - 1 for p in found]]


def _cells(incidents: Incidents, counts: np.ndarray, found: list[Period], reference: np.ndarray) -> np.ndarray:
    """Cube values [soorten with total, regions, periods]: roll-ups made, hidden months and absent years emptied.

    Whether a year is absent follows from the year as it ends up, so that a new month fills no earlier one.
    """
    per_gemeente = by_period(counts, found)
    whole_year = reference.sum(axis=-1)[..., [p.year - FIRST_YEAR for p in found]]
    soorten, crime = incidents.soorten, incidents.domain == "misdrijven"
    codes = [row["Key"].strip() for row in police_codes.regios()]
    out = np.empty((len(soorten) + 1, len(codes), len(found)), dtype=np.int32)
    absent = np.empty(out.shape, dtype=bool)
    members = _members(incidents.gemeenten)
    for r, code in enumerate(codes):
        chosen = members[code]
        out[1:, r] = per_gemeente[:, chosen].sum(axis=1)
        absent[1:, r] = ~whole_year[:, chosen].any(axis=1)
    absent[0] = absent[1:].all(axis=0)
    if crime and counts is incidents.published:
        _shift_units(out, soorten.index(_SHIFTED_SOORT) + 1, codes, found)
    out[0] = out[1:].sum(axis=0)
    if crime:
        months = [i for i, p in enumerate(found) if p.month]
        for soort in facts.HIDDEN:
            out[soorten.index(soort) + 1][:, months] = NULL
    out[absent] = NULL
    return out


def _members(gemeenten: tuple[str, ...]) -> dict[str, list[int]]:
    """Positions of the gemeenten that make up each region."""
    rows = facts.by_key("gemeenten", "code")
    found: dict[str, list[int]] = {facts.ABROAD: [], "NL01": list(range(len(gemeenten)))}
    for g, code in enumerate(gemeenten):
        found[code] = [g]
        for area in (rows[code]["provincie"], rows[code]["eenheid"]):
            found.setdefault(area, []).append(g)
    for landsdeel, provinces in facts.LANDSDELEN.items():
        found[landsdeel] = [g for p in provinces for g in found[p]]
    found["LDG4"] = [g for g in found["LD03"] if gemeenten[g] not in facts.FOUR_CITIES]
    found["LD99"] = found["PV99"]
    return found


def _shift_units(out: np.ndarray, soort: int, codes: list[str], found: list[Period]) -> None:
    """Lets the regionale eenheden differ from their gemeenten by what the published edition shows."""
    position = {(p.year, p.month): i for i, p in enumerate(found)}
    for row in facts.table("gebieden"):
        for year in (2022, 2023):
            shift = facts.number(row[f"verschil_{year}"])
            for month in (_SHIFTED_MONTH, 0):
                if shift and (year, _SHIFTED_MONTH) in position and (year, month) in position:
                    out[soort, codes.index(row["code"]), position[year, month]] += shift


def _online(incidents: Incidents) -> np.ndarray:
    """1 for soorten that can be reported by internet, else 0, to multiply counts with."""
    profile = facts.by_key("soort_profiel", "soort")
    return np.array([float(profile[s]["internet"]) > 0 for s in incidents.soorten], np.int32)[:, None, None, None]


def _reports(incidents: Incidents, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Aangiften and internetaangiften per soort, gemeente and month."""
    profile = facts.by_key("soort_profiel", "soort")
    chance = np.array([float(profile[s]["aangifte"]) for s in incidents.soorten])[:, None, None]
    online = np.array([float(profile[s]["internet"]) for s in incidents.soorten])[:, None, None]
    reports, internet = np.zeros_like(incidents.full), np.zeros_like(incidents.full)
    for y, year in enumerate(incidents.years):
        rng = stream(seed, "aangiften", year)
        counts = incidents.full[:, :, y]
        first = rng.binomial(counts, chance)
        reports[:, :, y] = first + rng.binomial(first, _SECOND_REPORT)
        level = _INTERNET_LEVEL.get(year, 1.0 if year < 2016 else _INTERNET_LATER)
        internet[:, :, y] = rng.binomial(first, online * level)
    return reports, internet
