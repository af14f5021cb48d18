"""Every dashboard of a Superset that runs, as a browser shows it: `make drawn`, after `make dashboards`.

Not part of `make test`: Superset has an environment of its own, and its first start takes minutes.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, Response

from dashboards.superset.charts import Chart, of_goals, of_theme
from dashboards.superset.names import INDICATORS, labels
from tests.e2e import browser
from tests.places import TOWN
from veiligheidsbeeld.services import superset
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

# What each page tries to fetch, and the server's policy keeps from being fetched: the browser says so in its console.
COUNTER = "https://apachesuperset.gateway.scarf.sh/"
SECONDS = 120_000


@pytest.fixture(scope="module")
def settings() -> Settings:
    found = Settings.from_env()
    port = found.known().get("superset_port")
    try:
        httpx.get(f"http://127.0.0.1:{port}/health", timeout=5, trust_env=False).raise_for_status()
    except httpx.HTTPError:
        pytest.skip(f"no Superset runs for {found.home}: `make up`, then `make dashboards`")
    if not browser.CHROMIUM:
        pytest.skip(browser.WITHOUT)
    return found


def charts_of(board: str) -> list[Chart]:
    return list((of_goals() if board == "doelen" else of_theme(board)).values())


class Visit:
    """A page of somebody who has logged in, and what was said and asked while it was open."""

    def __init__(self, page: Page, settings: Settings) -> None:
        self.page, self.base = page, f"http://127.0.0.1:{settings.known()['superset_port']}"
        self.errors: list[str] = []
        self.answers: list[Response] = []
        self.maps: list[Response] = []
        page.on("console", lambda message: self._complaint(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("requestfinished", lambda request: self._elsewhere(request.url))
        page.on("response", self._answer)
        page.goto(f"{self.base}/login/")
        page.locator("input[type=password]").fill(settings.secret("superset_password"))
        page.locator("input[type=text]").first.fill(superset.USER)
        with page.expect_navigation(timeout=SECONDS):
            page.keyboard.press("Enter")

    def _complaint(self, text: str) -> None:
        if not (COUNTER in text and "Content Security Policy" in text):
            self.errors.append(text)

    def _elsewhere(self, url: str) -> None:
        if not url.startswith((self.base, "data:", "blob:")):
            self.errors.append(f"asked {url}")

    def _answer(self, response: Response) -> None:
        if response.status >= 400:
            self.errors.append(f"{response.status} {response.url}")
        if "/api/v1/chart/data" in response.url:
            self.answers.append(response)
        if "/superset/explore_json" in response.url:
            self.maps.append(response)

    def open(self, name: str) -> None:
        """Opens a dashboard, all of it in view, and waits until nothing is being drawn."""
        self.errors.clear()
        self.answers.clear()
        self.maps.clear()
        self.page.set_viewport_size({"width": 1400, "height": 4000})
        self.page.goto(f"{self.base}/superset/dashboard/{name}/")
        self.page.locator(".dashboard-markdown").first.wait_for(timeout=SECONDS)
        expected = len(charts_of(name))
        self.page.wait_for_function(
            "expected => document.querySelectorAll('[data-test-viz-type] .slice_container').length >= expected"
            " && !document.querySelector('.loading, [aria-label=Loading]')",
            arg=expected,
            timeout=SECONDS,
        )
        browser.SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        browser.still(self.page, browser.SCREENSHOTS / f"dashboard_{name}.png")

    def drawn(self, name: str) -> dict[str, int]:
        """Per chart the rows of its table, or the colours on its canvas."""
        found = self.page.locator("[data-test-viz-type]").evaluate_all(
            """charts => charts.map(chart => {
                const canvas = chart.querySelector('canvas');
                if (!canvas) return [chart.dataset.testChartName, chart.querySelectorAll('tbody tr').length];
                const context = canvas.getContext('2d');
                if (!context) return [chart.dataset.testChartName, 0];
                const dots = new Uint32Array(context
                    .getImageData(0, 0, canvas.width, canvas.height).data.buffer);
                return [chart.dataset.testChartName, new Set(dots).size];
            })"""
        )
        maps = [chart.title for chart in charts_of(name) if chart.kind.startswith("deck_")]
        return dict(found) | {title: self._shades(title) for title in maps}

    def _shades(self, title: str) -> int:
        """Colours of a map, which is drawn where the page cannot read it back: in a picture of the screen."""
        picture = self.page.locator(f'[data-test-chart-name="{title}"] canvas').first.screenshot()
        return self.page.evaluate(
            """async picture => {
                const image = new Image();
                image.src = 'data:image/png;base64,' + picture;
                await image.decode();
                const canvas = new OffscreenCanvas(image.width, image.height), context = canvas.getContext('2d');
                context.drawImage(image, 0, 0);
                const dots = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
                return new Set(dots).size;
            }""",
            b64encode(picture).decode(),
        )

    def shades(self, title: str) -> list[str]:
        """What the first cell of each row of a table is coloured with, as #rrggbb."""
        found = self.page.locator(f'[data-test-chart-name="{title}"] tbody tr td:first-child').evaluate_all(
            "cells => cells.map(cell => getComputedStyle(cell).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number))"
        )
        return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in found]

    def rows(self, title: str) -> list[dict[str, str]]:
        """The rows of a table that are on the screen, by the title of the column."""
        found = self.page.locator(f'[data-test-chart-name="{title}"]').evaluate(
            """chart => {
                const titles = [...chart.querySelectorAll('thead th')].map(cell => cell.innerText.trim());
                return [...chart.querySelectorAll('tbody tr')].map(row => Object.fromEntries(
                    [...row.querySelectorAll('td')].map((cell, place) => [titles[place], cell.innerText.trim()])));
            }"""
        )
        return list(found)


@pytest.fixture(scope="module")
def visit(settings: Settings) -> Iterator[Visit]:
    with browser.browser() as started:
        yield Visit(started.new_page(), settings)


@pytest.mark.parametrize("name", ["doelen", *INDICATORS])
def test_every_chart_is_drawn_and_nothing_is_asked_elsewhere(visit: Visit, settings: Settings, name: str):
    visit.open(name)
    assert visit.errors == []
    # A chart without rows has a picture of emptiness, without text.
    assert visit.page.locator("[role=alert], .ant-empty").all_inner_texts() == []
    drawn = visit.drawn(name)
    charts = {chart.title: chart.kind for chart in charts_of(name)}
    assert set(drawn) == set(charts)
    # A canvas on which nothing is drawn has one colour; text and lines have shades.
    least = {title: {"table": 1, "deck_geojson": 5}.get(kind, 10) for title, kind in charts.items()}
    assert [title for title, marks in drawn.items() if marks < least[title]] == []
    assert all(result["rowcount"] for answer in visit.answers for result in answer.json()["result"])
    if name in INDICATORS:
        ranking_is_that_of_the_mart(visit, settings, name)
        the_legend_says_what_the_map_shows(visit, settings, name)
        a_line_is_that_of_the_mart(visit, settings, name)
    else:
        standings_are_those_of_the_mart(visit, settings)


def test_a_reader_of_a_region_sees_that_region_in_every_table(settings: Settings):
    python = settings.project / ".venv-superset" / "bin" / "python"
    server = settings.project / "dashboards" / "superset" / "server"
    done = subprocess.run(
        [python, Path(__file__).with_name("as_reader.py"), server, TOWN],
        env=superset.environment(settings, settings.known()["superset_port"]),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert {f"{theme}_{kind}" for theme in INDICATORS for kind in ("cijfers", "kaart")} <= set(seen)
    assert {"doelen", "resultaatafspraken", "regio"} <= set(seen)
    assert {table: codes for table, codes in seen.items() if codes != [TOWN]} == {}


def a_line_is_that_of_the_mart(visit: Visit, settings: Settings, theme: str) -> None:
    """The points of a random chart over time are those of `indicatorwaarden`, from which no dashboard reads."""
    answers = [a for a in visit.answers if "eind_datum" in a.json()["result"][0]["colnames"]]
    assert len(answers) == 3
    answer = random.Random(theme).choice(answers)
    asked = {f["col"]: f["val"] for f in answer.request.post_data_json["queries"][0]["filters"]}
    [result] = answer.json()["result"]
    measure = "aantal" if "Aantal" in result["colnames"] else "per_1000"
    compared = dict.fromkeys(("Cijfer", "Aantal", "Gekozen regio"), asked["regio"]) | {"Nederland": ["Nederland"]}
    for label in compared.keys() & set(result["colnames"]):
        with connect(settings, "bi_lezer") as connection:
            known = dict(
                connection.execute(
                    f"select p.eind_datum, w.waarde from mart_{theme}.indicatorwaarden as w"
                    " inner join kern.periode as p using (periode_code) inner join kern.regio as r using (regio_code)"
                    " inner join kern.indicator as i using (indicator_code)"
                    " where i.naam = any (%s) and r.naam = any (%s)"
                    " and w.periode_soort = 'r12m' and w.maat = %s and w.niveau not in ('wijk', 'buurt', 'provincie')",
                    [asked["indicator"], compared[label], measure],
                ).fetchall()
            )
        drawn = {datetime.fromtimestamp(row["eind_datum"] / 1000, UTC).date(): row[label] for row in result["data"]}
        drawn = {day: value for day, value in drawn.items() if value is not None}
        assert len(drawn) > 12, label
        assert drawn == {day: pytest.approx(known[day]) for day in drawn}, label


def standings_are_those_of_the_mart(visit: Visit, settings: Settings) -> None:
    [result] = [r for a in visit.answers for r in a.json()["result"] if {"stand", "Doelen"} <= set(r["colnames"])]
    with connect(settings, "bi_lezer") as connection:
        known = connection.execute(
            "select status, count(*) from mart_ivp.doelen where hele_gebied group by 1 order by 1"
        ).fetchall()
    assert {row["stand"]: row["Doelen"] for row in result["data"]} == {labels("doel_status")[s]: n for s, n in known}


def newest(settings: Settings, theme: str) -> dict[str, float]:
    """Rate of the newest twelve months per municipality, from `indicatorwaarden`, from which no dashboard reads."""
    with connect(settings, "bi_lezer") as connection:
        return dict(
            connection.execute(
                f"select r.naam, w.waarde from mart_{theme}.indicatorwaarden as w"
                " inner join kern.regio as r using (regio_code) inner join kern.indicator as i using (indicator_code)"
                " where i.naam = %s and w.niveau = 'gemeente' and w.maat = 'per_1000' and w.periode_soort = 'r12m'"
                " order by w.periode_code",
                [INDICATORS[theme]],
            ).fetchall()
        )


def the_legend_says_what_the_map_shows(visit: Visit, settings: Settings, theme: str) -> None:
    """Every municipality has the colour between whose bounds its figure lies, and the legend shows that colour."""
    title = of_theme(theme)["legenda"].title
    rows, shades = visit.rows(title), visit.shades(title)
    bounds = {shade: (dutch(row["Van"]), dutch(row["Tot en met"])) for row, shade in zip(rows, shades, strict=True)}
    [answer] = visit.maps
    features = answer.json()["data"]["features"]
    assert sum(int(row["Gemeenten"]) for row in rows) == len(features) > 20
    known = newest(settings, theme)
    for feature in features:
        [name] = set(feature["extraProps"]) - {"Periode"}
        low, high = bounds[feature["properties"]["fillColor"]]
        assert known[name] is None if low is None else low - 0.005 <= known[name] <= high + 0.005, name


def dutch(text: str) -> float | None:
    return None if text == "N/A" else float(text.replace(".", "").replace(",", "."))


def ranking_is_that_of_the_mart(visit: Visit, settings: Settings, theme: str) -> None:
    """The figures on the screen are those of `indicatorwaarden`, from which the dashboard does not read."""
    rows = visit.rows(of_theme(theme)["ranglijst"].title)
    known = newest(settings, theme)
    assert len(rows) >= 10
    for row in rows:
        region, figure = row["Regio"], row["Per 1.000 inwoners"]
        assert figure == f"{known[region]:.2f}".replace(".", ","), json.dumps(row)
    figures = [float(re.sub(",", ".", row["Per 1.000 inwoners"])) for row in rows]
    assert figures == sorted(figures, reverse=True)
