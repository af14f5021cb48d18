"""Everything the pages show, taken from the marts in a few questions and laid out per region."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import psycopg

from veiligheidsbeeld.contracts import load_contracts
from veiligheidsbeeld.contracts.labels import labels
from veiligheidsbeeld.goals.screen import OFF_COURSE, STATUS
from veiligheidsbeeld.pages import sizes
from veiligheidsbeeld.pages.lines import Line, lines
from veiligheidsbeeld.reader import marts
from veiligheidsbeeld.reader.boundaries import Boundaries, boundaries
from veiligheidsbeeld.reader.choice import KeyFigures
from veiligheidsbeeld.reader.marts import Figure, Moment, Row
from veiligheidsbeeld.reader.notation import STATES

YEARS = 8
# How a level is called when it stands behind a name to tell two of one name apart.
_SUFFIX = re.compile(r" \([A-Z]{2}\)$")
REGIONS = """
    select r.regio_code, r.naam, r.niveau, r.provincie_code, r.grootteklasse
    from kern.regio as r
    where r.geldig_tot is null and r.werkgebied and r.niveau in ('gemeente', 'samenwerkingsgebied')
    order by r.naam
"""
AREAS = """
    select g.gebied_code, g.gemeente_code, g.gebied_soort
    from kern.gebied_gemeente as g
    where g.geldig_tot is null and g.gebied_soort in ('samenwerkingsgebied', 'provincie')
    order by g.gebied_code, g.gemeente_code
"""
GOALS = """
    select plan_code, plan_naam, coalesce(thema, '') as thema, doel_code, doel, regio_code, hele_gebied,
        indicator_code, indicator_naam, status, zin, voorlopig
    from mart_ivp.doelen
    order by plan_naam, doel_code
"""
CHANGES = "select * from mart_ivp.wijzigingen order by soort, coalesce(doel, indicator_code), regio_code"
COMPARED = """
    select regio_code, indicator_code, maat, periode_code, reeks, max(verandering_pct) as verandering_pct
    from mart_ivp.veiligheidsbeeld
    where indicator_code = any (%s)
    group by 1, 2, 3, 4, 5
"""
SOURCES = """
    select dataset, tabel,
        max(opgehaald_op::text)::date as opgehaald_op, max(gewijzigd_bron::text)::date as gewijzigd_bron
    from kern.levering
    group by 1, 2
"""


@dataclass(frozen=True)
class Region:
    """A municipality or partnership that gets a page; `compared` are the areas it is set beside, nearest first.

    `size` is the class of a municipality by its inhabitants; it is among `compared` where the marts have its figures.
    """

    code: str
    name: str
    kind: str
    compared: Sequence[str]
    members: Sequence[str] = ()
    size: str = ""
    province: str = ""


@dataclass(frozen=True)
class Theme:
    """A theme in one region."""

    code: str
    name: str
    lines: Sequence[Line]
    compared: Mapping[str, Sequence[Figure | None]]  # per indicator, beside Region.compared
    changes: Mapping[str, float | None]  # per indicator, in percent, as the mart gives it
    goals: Sequence[Row]
    missing: Sequence[str]  # chosen indicators of which the mart has no row for this region

    @property
    def years(self) -> list[int]:
        """Years of which any line has a figure."""
        return sorted({f.ends.year for line in self.lines for f in line.years})

    def remarks(self, name: Mapping[str, Row]) -> Iterator[tuple[str, str]]:
        """What is provisional, hidden, not delivered or not comparable, and which figures that are."""
        reasons = {"Voorlopig": [ln for ln in self.lines if ln.newest.provisional and ln.newest.value is not None]}
        for state, label in labels("status_waarde").items():
            if state not in ("gepubliceerd", "nul"):
                reasons[label] = [line for line in self.lines if line.newest.state == state]
        for reason, found in reasons.items():
            if found:
                yield reason, "; ".join(name[line.newest.indicator]["naam"] for line in found)
        if self.missing:
            yield "Niet in de mart voor dit gebied", "; ".join(name[c]["naam"] for c in self.missing if c in name)


@dataclass(frozen=True)
class Agreement:
    """A row of the table of agreed results, as the plan prints it."""

    row: Row

    @property
    def titles(self) -> list[str]:
        """Of the columns with figures."""
        first, planned = self.row["eerste_basisjaar"], self.row["eerste_planjaar"]
        years = [*(str(first + n) for n in range(4)), "Gemiddelde", *(str(planned + n) for n in range(4))]
        return [*years, "Lopend jaar"]

    @property
    def cells(self) -> list[tuple[float | None, int, str]]:
        """Per column the figure, its decimals, and in words why there is none."""
        row = self.row
        base = [(row[f"basisjaar_{n}"], 0, str(row["eerste_basisjaar"] + n - 1)) for n in range(1, 5)]
        plan = [(row[f"planjaar_{n}"], 0, str(row["eerste_planjaar"] + n - 1)) for n in range(1, 5)]
        mean = (row["gemiddelde_gedrukt"], 1, "gemiddelde, als gedrukt")
        found = [*base, mean, *plan, (row["lopend_waarde"], 0, row["lopend_jaar"] or "")]
        return [(value, decimals, self._why(label)) for value, decimals, label in found]

    def _why(self, label: str) -> str:
        reasons = [part.rpartition(": ") for part in (self.row["leeg_omdat"] or "").split("; ")]
        state = next((state for name, _, state in reasons if label and name.startswith(label)), "")
        return STATES.get(state, state)


@dataclass(frozen=True)
class Source:
    """Where figures of a page come from."""

    title: str
    attribution: str
    owner: str
    fetched: date | None
    changed: date | None


@dataclass(frozen=True)
class Page:
    """All of one region."""

    region: Region
    themes: Sequence[Theme]
    other_goals: Sequence[Row]
    agreements: Mapping[str, Sequence[Agreement]]
    changes: Sequence[Row]
    sources: Sequence[Source]

    @property
    def goals(self) -> list[Row]:
        return [*(g for theme in self.themes for g in theme.goals), *self.other_goals]

    @property
    def clear_changes(self) -> list[tuple[Theme, Line]]:
        """Figures whose margin does not touch that of the period before: changed by more than chance."""
        return [(theme, line) for theme in self.themes for line in theme.lines if line.clearly_changed]

    @property
    def off_course(self) -> list[Row]:
        """What an adviser is asked about first."""
        return [goal for goal in self.goals if goal["status"] == OFF_COURSE]

    @property
    def standing(self) -> Counter[str]:
        """Goals per status."""
        return Counter(goal["status"] for goal in self.goals)


@dataclass
class Collection:
    """What all pages share, and what each region has."""

    moment: Moment
    names: dict[str, str]
    themes: dict[str, str]
    indicators: dict[str, Row]
    breaks: dict[str, list[Row]]
    regions: list[Region]
    lines: dict[str, dict[tuple[str, str], Line]]  # per theme
    figures: dict[tuple[str, ...], list[Figure]]  # of larger areas
    compared: dict[tuple[str, ...], float | None]
    goals: dict[str, list[Row]] = field(default_factory=dict)
    agreements: dict[str, list[Row]] = field(default_factory=dict)
    changes: dict[str, list[Row]] = field(default_factory=dict)
    first_publication: bool = False
    sources: dict[str, Source] = field(default_factory=dict)
    chosen: KeyFigures | None = None
    boundaries: Boundaries = field(default_factory=lambda: Boundaries({}))
    of_size: dict[str, int] = field(default_factory=dict)  # municipalities in the country, per class

    def page(self, region: Region) -> Page:
        """The page of a region."""
        goals = sorted(self.goals.get(region.code, []), key=_first)
        themes = [self._theme(region, code, goals) for code in self.themes]
        used = {f.source for theme in themes for line in theme.lines for f in (line.newest, *line.years)}
        sources = {self.sources[s].title: self.sources[s] for s in sorted(used) if s in self.sources}
        return Page(
            region,
            themes,
            [g for g in goals if g["thema"] not in self.themes],
            {
                p: [Agreement(r) for r in rows]
                for p, rows in _by(self.agreements.get(region.code, []), "plan_naam").items()
            },
            self.changes.get(region.code, []),
            [sources[title] for title in sorted(sources)],
        )

    def _theme(self, region: Region, code: str, goals: Iterable[Row]) -> Theme:
        assert self.chosen is not None
        chosen = self.chosen.themas.get(code, [])
        found = [self.lines[code][i, region.code] for i in chosen if (i, region.code) in self.lines[code]]
        return Theme(
            code,
            self.themes[code],
            found,
            {ln.newest.indicator: [self._beside(ln, code, other) for other in region.compared] for ln in found},
            {ln.newest.indicator: self._change(ln) for ln in found},
            [g for g in goals if g["thema"] == code],
            [i for i in chosen if (i, region.code) not in self.lines[code]],
        )

    def _beside(self, line: Line, theme: str, other: str) -> Figure | None:
        rate = line.rate
        if rate is None:
            return None
        # The survey publishes larger areas in a series of its own: what is known there, before the same series.
        found = self.figures.get((theme, rate.indicator, other, rate.period, rate.measure), [])
        known = [f for f in found if f.value is not None] or found
        return next((f for f in known if f.series == rate.series), known[0] if known else None)

    def _change(self, line: Line) -> float | None:
        new = line.newest
        return self.compared.get((new.region, new.indicator, new.measure, new.period, new.series))


def collect(connection: psycopg.Connection, chosen: KeyFigures) -> Collection:
    """Reads all of it; figures are those that `bi_lezer` sees."""
    themes = marts.themes(connection)
    areas = marts.rows(connection, AREAS)
    names = {r["regio_code"]: _SUFFIX.sub("", r["naam"]) for r in marts.rows(connection, "select * from kern.regio")}
    classes = [f for theme in themes for f in sizes.figures(connection, theme, chosen.themas.get(theme, []))]
    regions = _regions(
        marts.rows(connection, REGIONS), areas, names, _country(connection), {figure.region for figure in classes}
    )
    codes = sorted({r.code for r in regions} | {c for r in regions for c in r.compared})
    found = {
        theme: marts.figures(
            connection, theme, indicators=chosen.themas.get(theme, []), regions=codes, years=YEARS
        )
        for theme in themes
    }  # fmt: skip
    # As in `cijfers`: one series per indicator and region.
    second = marts.second_series(connection)
    collection = Collection(
        moment=marts.moment(connection, datetime.now(UTC)),
        names=names | labels("grootte"),
        themes=themes,
        indicators={r["indicator_code"]: r for r in marts.rows(connection, "select * from kern.indicator order by 1")},
        breaks=_by(marts.rows(connection, "select * from kern.breuk order by datum"), "indicator_code"),
        regions=regions,
        lines={
            theme: lines(f for f in figures if (f.indicator, f.region, f.series) not in second)
            for theme, figures in found.items()
        },
        figures=_by_place(f for fs in (*found.values(), classes) for f in fs),
        compared={},
        sources=_sources(marts.rows(connection, SOURCES)),
        chosen=chosen,
        boundaries=boundaries(connection),
        of_size=sizes.members(connection),
    )
    if marts.has_goals(connection):
        _add_goals(collection, connection, chosen)
    return collection


def _by_place(figures: Iterable[Figure]) -> dict[tuple[str, ...], list[Figure]]:
    found: dict[tuple[str, ...], list[Figure]] = defaultdict(list)
    for f in figures:
        found[f.theme, f.indicator, f.region, f.period, f.measure].append(f)
    return found


def _add_goals(collection: Collection, connection: psycopg.Connection, chosen: KeyFigures) -> None:
    collection.goals = _by(marts.rows(connection, GOALS), "regio_code")
    agreed = f"{marts.AGREEMENTS} order by a.plan_code, a.regio_code, a.volgorde"
    collection.agreements = _by(marts.rows(connection, agreed), "regio_code")
    changes = marts.rows(connection, CHANGES)
    collection.changes = _by(changes, "regio_code")
    kept = marts.rows(connection, "select count(distinct publicatie_nr) as n from mart_ivp.doelen_historie")
    collection.first_publication = kept[0]["n"] < 2
    collection.compared = {
        (r["regio_code"], r["indicator_code"], r["maat"], r["periode_code"], r["reeks"]): r["verandering_pct"]
        for r in marts.rows(connection, COMPARED, [chosen.codes])
    }


def _regions(
    rows: Sequence[Row], areas: Sequence[Row], names: Mapping[str, str], country: str, classes: set[str]
) -> list[Region]:
    members: dict[str, list[str]] = defaultdict(list)
    partnerships: dict[str, list[str]] = defaultdict(list)
    province = {a["gemeente_code"]: a["gebied_code"] for a in areas if a["gebied_soort"] == "provincie"}
    for area in areas:
        if area["gebied_soort"] == "samenwerkingsgebied":
            members[area["gebied_code"]].append(area["gemeente_code"])
            partnerships[area["gemeente_code"]].append(area["gebied_code"])
    found = []
    for row in rows:
        code = row["regio_code"]
        inside = members.get(code, [])
        provinces = sorted({province[m] for m in inside if m in province}) or [row["provincie_code"]]
        size = f"{sizes.PREFIX}{row['grootteklasse']}" if row["grootteklasse"] else ""
        larger = [c for c in (*partnerships[code], *provinces, size if size in classes else "", country) if c]
        kind = "gemeente" if row["niveau"] == "gemeente" else "samenwerkingsgebied"
        found.append(
            Region(code, names[code], kind, larger, [names[m] for m in inside], size, row["provincie_code"] or "")
        )
    return found


def _country(connection: psycopg.Connection) -> str:
    (row,) = marts.rows(connection, "select regio_code from kern.regio where niveau = 'nederland'")
    return row["regio_code"]


def _sources(rows: Iterable[Row]) -> dict[str, Source]:
    """By what a figure calls its source: the table of a provider, a register, or the file of a wave."""
    contracts = load_contracts()
    found: dict[str, Source] = {}
    for row in rows:
        contract = contracts.get(row["dataset"])
        if contract is None:
            continue
        table = "" if contract.kind == "register" else f" ({row['tabel']})"
        for key in (row["tabel"], row["dataset"]):
            known = found.get(key)
            if known is None or (known.fetched and row["opgehaald_op"] and known.fetched < row["opgehaald_op"]):
                found[key] = Source(
                    f"{contract.titel}{table}",
                    getattr(contract, "bronvermelding", "") or "",
                    contract.eigenaar.title,
                    row["opgehaald_op"],
                    row["gewijzigd_bron"],
                )
    return found


def _first(goal: Row) -> int:
    """Goals that are off course, then those that have a standing, in its order; those without one last."""
    return -1 if goal["status"] == OFF_COURSE else list(STATUS).index(goal["status"])


def _by(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return dict(found)
