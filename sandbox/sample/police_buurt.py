"""47022NED and 47024NED: police figures per soort, wijk and buurt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sandbox.sample import facts, police_codes, texts
from sandbox.sample.clock import Period, periods, published_on
from sandbox.sample.police import Incidents
from sandbox.sample.police_gemeente import HOST, by_period
from sandbox.sample.streams import stream
from sandbox.source_server.cube import NULL, Cube

_NO_PLACE = 0.004  # share of incidents whose buurt is not known: they count as "onbekend"
_PROFILES = ("wonen", "centrum", "bedrijf", "buiten", "weg")
# What a name tells about a buurt, and how much more of each profile of soorten it then gets.
_NAME_SIGNS = {
    "centrum": ("centrum", "binnenstad", "kern", "station"),
    "buiten": ("verspreide", "buitengebied", "landelijk"),
    "bedrijf": ("bedrijv", "industri", "zakelijk", "haven"),
}
_NAME_WEIGHTS = {
    "centrum": {"wonen": 1.3, "centrum": 7.0, "bedrijf": 1.5, "buiten": 0.4, "weg": 1.3},
    "buiten": {"wonen": 0.35, "centrum": 0.15, "bedrijf": 0.6, "buiten": 3.5, "weg": 1.2},
    "bedrijf": {"wonen": 0.15, "centrum": 0.4, "bedrijf": 6.0, "buiten": 1.2, "weg": 1.2},
}
_SIZE_SPREAD = 0.6


@dataclass(frozen=True)
class _Regions:
    """Positions of the regions of one detail table."""

    rows: list[dict]
    gemeenten: list[str]

    def of(self, gemeente: str, prefix: str) -> list[int]:
        return [
            i for i, row in enumerate(self.rows) if row["Municipality"] == gemeente and row["Key"].startswith(prefix)
        ]


def misdrijven(incidents: Incidents, seed: int, gemeenten: tuple[str, ...], first_year: int) -> Cube:
    """47022NED: months only; zero is 0 (Default Zero), the four hidden types are empty in every cell.

    The total includes the hidden types. Buurten add up to wijken, wijken to gemeenten; incidents without a known
    buurt are in the three "onbekend" members, so a gemeente is slightly below its figure in 47013NED.
    """
    found = periods(first_year, incidents.last, years=False)
    rows = police_codes.wijken_en_buurten(gemeenten)
    values = _cells(incidents, seed, _Regions(rows, list(gemeenten)), found)
    for soort in facts.HIDDEN:
        values[incidents.soorten.index(soort) + 1] = NULL
    return Cube(
        identifier="47022NED",
        host=HOST,
        protocol="v3",
        info=texts.table_info(
            "47022NED",
            "Geregistreerde misdrijven; soort misdrijf, wijk, buurt, maandcijfers",
            "Misdrijven per wijk en buurt per maand",
            catalog="Politie",
            summary="Geregistreerde misdrijven per soort misdrijf, wijk en buurt",
            frequency="Permaand",
            period=f"{first_year}-{incidents.last.year}",
            modified=published_on(incidents.last),
            remarks="Vier soorten misdrijf worden op dit niveau niet gepubliceerd, maar tellen mee in het totaal.",
        ),
        dimensions=["SoortMisdrijf", "WijkenEnBuurten", "Perioden"],
        codes={
            "SoortMisdrijf": police_codes.soort_misdrijf(),
            "WijkenEnBuurten": rows,
            "Perioden": police_codes.perioden(found),
        },
        measures=["GeregistreerdeMisdrijven_1"],
        values={"GeregistreerdeMisdrijven_1": values},
        data_properties=[
            *_dimensions("SoortMisdrijf", "Soort misdrijf"),
            texts.topic(3, "GeregistreerdeMisdrijven_1", "Geregistreerde misdrijven", default="Zero"),
        ],
    )


def overlast(incidents: Incidents, seed: int, gemeenten: tuple[str, ...], first_year: int) -> Cube:
    """47024NED: months and years; zero is 0 (Default Zero), the classes add up to the total."""
    found = periods(first_year, incidents.last, years=True)
    rows = police_codes.wijken_en_buurten(gemeenten)
    return Cube(
        identifier="47024NED",
        host=HOST,
        protocol="v3",
        info=texts.table_info(
            "47024NED",
            "Geregistreerde overlast; soort overlast, wijk, buurt",
            "Overlast per wijk en buurt",
            catalog="Politie",
            summary="Geregistreerde overlast per soort overlast, wijk en buurt",
            frequency="Permaand",
            period=f"{first_year}-{incidents.last.year}",
            modified=published_on(incidents.last),
        ),
        dimensions=["Overlast", "WijkenEnBuurten", "Perioden"],
        codes={
            "Overlast": police_codes.overlast(),
            "WijkenEnBuurten": rows,
            "Perioden": police_codes.perioden(found),
        },
        measures=["GeregistreerdeOverlast_1"],
        values={"GeregistreerdeOverlast_1": _cells(incidents, seed, _Regions(rows, list(gemeenten)), found)},
        data_properties=[
            *_dimensions("Overlast", "Overlast"),
            texts.topic(3, "GeregistreerdeOverlast_1", "Geregistreerde overlast", default="Zero"),
            *texts.text_topics(4, {"Gemeentenaam_2": "Gemeentenaam", "SoortRegio_3": "Soort regio"}),
        ],
        texts=police_codes.region_texts(rows),
    )


def _dimensions(key: str, title: str) -> list[dict]:
    return [
        texts.dimension(0, "Dimension", key, title),
        texts.dimension(1, "GeoDetail", "WijkenEnBuurten", "Wijken en buurten", "Wijken en buurten (indeling 2024)"),
        texts.dimension(2, "TimeDimension", "Perioden", "Perioden"),
    ]


def _cells(incidents: Incidents, seed: int, regions: _Regions, found: list[Period]) -> np.ndarray:
    """Cube values [soorten with total, regions, periods] before anything is hidden."""
    unplaced = _unplaced(incidents, seed)
    out = np.zeros((len(incidents.soorten) + 1, len(regions.rows), len(found)), dtype=np.int32)
    part = out[1:]
    part[:, 0] = by_period(incidents.published, found).sum(axis=1)
    nowhere = np.minimum(unplaced, incidents.published).sum(axis=1)
    part[:, -3:] = by_period(nowhere, found)[:, None]
    for gemeente in regions.gemeenten:
        g = incidents.gemeenten.index(gemeente)
        buurten = regions.of(gemeente, "BU")
        counts = _place(incidents, seed, g, unplaced[:, g], [regions.rows[b] for b in buurten])
        part[:, buurten] = by_period(counts, found)
        for wijk in regions.of(gemeente, "WK"):
            code = regions.rows[wijk]["Key"][2:8]
            part[:, wijk] = part[:, [b for b in buurten if regions.rows[b]["Key"][2:8] == code]].sum(axis=1)
        part[:, regions.of(gemeente, "GM")[0]] = part[:, buurten].sum(axis=1)
    out[0] = part.sum(axis=0)
    return out


def _unplaced(incidents: Incidents, seed: int) -> np.ndarray:
    """Incidents without a known buurt, shaped as `full`; all of the gemeente that is itself unknown."""
    out = np.empty_like(incidents.full)
    for y, year in enumerate(incidents.years):
        rng = stream(seed, "zonder buurt", incidents.domain, year)
        out[:, :, y] = rng.binomial(incidents.full[:, :, y], _NO_PLACE)
    unknown = incidents.gemeenten.index(facts.UNKNOWN_GEMEENTE)
    out[:, unknown] = incidents.full[:, unknown]
    return out


def _place(incidents: Incidents, seed: int, g: int, unplaced: np.ndarray, buurten: list[dict]) -> np.ndarray:
    """Incidents of one gemeente per buurt: [soorten, buurten, years, 12].

    Every incident of the whole year draws its buurt; those not yet registered are then left out, so a buurt only
    grows when late registrations come in.
    """
    gemeente = incidents.gemeenten[g]
    profile = facts.by_key("soort_profiel", "soort")
    kinds = np.array([_PROFILES.index(profile[s]["profiel"]) for s in incidents.soorten])
    weights = _weights(seed, buurten)
    placed = incidents.full[:, g] - unplaced
    registered = np.maximum(incidents.published[:, g] - unplaced, 0)
    soorten, years, months = placed.shape
    out = np.zeros((soorten, len(buurten), years, months), dtype=np.int32)
    for y, year in enumerate(incidents.years):
        rng = stream(seed, "buurt", incidents.domain, gemeente, year)
        for kind in range(len(_PROFILES)):
            chosen = np.flatnonzero(kinds == kind)
            sizes = placed[chosen, y].ravel()
            cell = np.repeat(np.arange(len(sizes)), sizes)
            where = np.searchsorted(weights[kind], rng.random(len(cell)), side="right")
            rank = np.arange(len(cell)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
            seen = rank < registered[chosen, y].ravel()[cell]
            flat = np.bincount((cell * len(buurten) + where)[seen], minlength=len(sizes) * len(buurten))
            out[chosen, :, y] = flat.reshape(len(chosen), months, len(buurten)).transpose(0, 2, 1)
    return out


def _weights(seed: int, buurten: list[dict]) -> np.ndarray:
    """Cumulative share of the buurten per profile, [profiles, buurten]; size is drawn, kind read from the name."""
    size = [stream(seed, "buurt", row["Key"]).lognormal(0, _SIZE_SPREAD) for row in buurten]
    table = np.tile(np.array(size), (len(_PROFILES), 1))
    for b, row in enumerate(buurten):
        name = row["Title"].lower()
        kind = next((k for k, signs in _NAME_SIGNS.items() if any(sign in name for sign in signs)), None)
        if kind:
            table[:, b] *= [_NAME_WEIGHTS[kind][p] for p in _PROFILES]
    shares = np.cumsum(table, axis=1)
    shares /= shares[:, -1:]
    shares[:, -1] = 1.0
    return shares
