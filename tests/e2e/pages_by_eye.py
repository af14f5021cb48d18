"""What must hold of the pages of a published warehouse; each check gives what is wrong, or nothing."""

from __future__ import annotations

import random
import re
from pathlib import Path

from pypdf import PdfReader

from tests.e2e import browser
from veiligheidsbeeld import pages
from veiligheidsbeeld.catalogue import write as write_catalogue
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

WORDS = {
    "onderdrukt",
    "verborgen",
    "nog niet beschikbaar",
    "niet gepubliceerd op dit niveau",
    "niet uitgevoerd",
    "niet vergelijkbaar",
}

# A month that is shortened without a dot, which its neighbour has.
UNDOTTED = re.compile(r"\b(?:jan|feb|maa|mrt|apr|jun|jul|aug|sep|okt|nov|dec) \d{4}")

# A4 within its margins (186 mm), in CSS pixels.
PAPER_WIDTH = 703
# What stands across every sheet of sample data.
SAMPLE_MARK = "VOORBEELD • GEMAAKTE CIJFERS"


def opened(folder: Path, chosen: list[str]) -> list[str]:
    """Every page opens; the chosen ones are judged by axe, looked at for charts, and photographed."""
    wrong: list[str] = []
    browser.SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with browser.browser() as started:
        page, heard = browser.listened(started)
        for path in [folder / "index.html", *sorted((folder / "regio").glob("*.html"))]:
            page.goto(path.as_uri())
            wrong += [f"{path.stem}: {date}" for date in set(UNDOTTED.findall(page.text_content("body") or ""))]
            if path.stem in chosen:
                wrong += browser.violations(page)
                drawn = browser.charts(page)
                wrong += [f"{path.stem}: empty chart {c['label']}" for c in drawn if not visible(c)]
                if path.parent.name == "regio" and len(drawn) < 15:
                    wrong.append(f"{path.stem}: only {len(drawn)} charts")
                page.screenshot(path=browser.SCREENSHOTS / f"{path.stem}.png", full_page=True)
        definition = next(iter(sorted((folder / "indicator").glob("MIS-1.1.1.html"))))
        page.goto(definition.as_uri())
        wrong += browser.violations(page)
    return wrong + heard.errors + [f"asked {address}" for address in heard.elsewhere]


def catalogue(settings: Settings, into: Path) -> list[str]:
    """Pages of the catalogue open for everyone; every table and column of readers is in the dictionary, with a text."""
    paths = [path for path in write_catalogue(settings, into) if path.suffix == ".html"]
    with browser.browser() as started:
        page, heard = browser.listened(started)
        wrong: list[str] = []
        register, dictionary = paths
        page.goto(register.as_uri())
        wrong += browser.violations(page)
        page.goto(dictionary.as_uri())
        rows = page.eval_on_selector_all(
            "tbody tr", "found => found.map(row => [...row.children].map(cell => cell.textContent.trim()))"
        )
        titles = page.eval_on_selector_all("h3", "found => found.map(h => h.textContent)")
        # Every schema is shown alike: axe takes a minute for all of them.
        page.evaluate("[...document.querySelectorAll('main section')].slice(1).forEach(one => one.remove())")
        wrong += browser.violations(page)
    with connect(settings, "bi_lezer") as reader:
        tables = reader.execute(
            "select schemaname || '.' || viewname from pg_views where schemaname = 'kern' or schemaname like 'mart_%'"
        ).fetchall()
    wrong += [f"{table} is missing" for (table,) in tables if table not in titles]
    wrong += [f"no meaning: {row}" for row in rows if not row[-1]]
    return wrong + heard.errors + [f"asked {address}" for address in heard.elsewhere]


def visible(chart: dict) -> bool:
    """A line, or at least two dots where every figure between them is hidden; and large enough to be seen."""
    return chart["width"] > 50 and (chart["length"] > 5 or chart["dots"] > 1)


def searched(folder: Path, name: str) -> list[str]:
    """The index lists everything without script, and with it finds a region by a part of its name."""
    with browser.browser() as started:
        plain = started.new_context(java_script_enabled=False).new_page()
        plain.goto((folder / "index.html").as_uri())
        everything = plain.locator("[data-naam] a:visible").count()
        regions = len(list((folder / "regio").glob("*.html")))
        page = started.new_page()
        page.goto((folder / "index.html").as_uri())
        page.get_by_label("Zoek op naam").fill(name[:4].upper())
        shown = page.locator("[data-naam] a:visible").all_inner_texts()
        page.locator("[data-naam]").get_by_role("link", name=name, exact=True).click()
        title = page.locator("h1").inner_text()
    wrong = [] if everything == regions else [f"{everything} of {regions} regions without script"]
    wrong += [f"found {other}" for other in shown if name[:4].lower() not in other.lower()]
    return wrong + ([] if title == f"Veiligheidsbeeld {name}" else [f"came at {title}"])


def cells(settings: Settings, folder: Path, region: str, number: int) -> list[str]:
    """Random figures of a page against the marts: equal within what the page rounds away."""
    with browser.browser() as started:
        page = started.new_page()
        page.goto((folder / "regio" / f"{region}.html").as_uri())
        found = browser.cells(page)
    chosen = random.Random(number).sample(found, number)
    wrong = []
    with connect(settings, "bi_lezer") as reader:
        for place, text in chosen:
            theme, indicator, code, period, measure, series = place.split("|")
            # A size class has no row of its own: it is what its municipalities are held against.
            table, area, column = ("indicatorwaarden", "regio_code", "waarde")
            if code.startswith("GK"):
                table, area, column = ("benchmark", "benchmark_code", "benchmark_waarde")
            found_there = reader.execute(
                f"select distinct {column} from mart_{theme}.{table} where indicator_code = %s and {area} = %s"
                " and periode_code = %s and reeks = %s"
                + (" and maat = %s" if table == "indicatorwaarden" else " and %s = 'per_1000'"),
                [indicator, code, period, series, measure],
            ).fetchall()
            [(value,)] = found_there
            if not says(text, value):
                wrong.append(f"{place}: the page says {text!r}, the mart {value}")
    return wrong


def says(text: str, value: float | None) -> bool:
    """Whether a text in Dutch notation stands for the value, or for its absence."""
    if value is None:
        return text in WORDS
    digits = re.sub(r"[^\d,-]", "", text.replace(".", ""))
    half_unit = 0.5 * 10 ** -len(digits.partition(",")[2])
    return bool(digits) and abs(float(digits.replace(",", ".")) - value) <= half_unit + 1e-9


def paper(settings: Settings, folder: Path, region: str, into: Path) -> list[str]:
    """On A4: at most two sheets per theme, and every goal and definition of the page is on the paper."""
    with browser.browser() as started:
        page = started.new_page()
        page.goto((folder / "regio" / f"{region}.html").as_uri())
        blocks = page.eval_on_selector_all("section.blad h2", "found => found.map(h => h.textContent)")
        # What is wider than the paper would be cut off at its edge.
        page.set_viewport_size({"width": PAPER_WIDTH, "height": 1000})
        page.emulate_media(media="print")
        width = page.evaluate("document.documentElement.scrollWidth")
        sheets = browser.printed(page, into / f"{region}.pdf")
    # The first follows what is said in short; each other begins a sheet.
    begins = [0] + [
        next(n for n, text in enumerate(sheets) if re.search(rf"(CIJFERS|^) ?{re.escape(b)}", text)) for b in blocks[1:]
    ]
    counts = dict(zip(blocks, (b - a for a, b in zip(begins, [*begins[1:], len(sheets)], strict=True)), strict=True))
    wrong = [f"{block}: {count} sheets" for block, count in counts.items() if count > 2]
    wrong += [f"{width} pixels wide, the paper has {PAPER_WIDTH}"] if width > PAPER_WIDTH else []
    # What lies beyond the edge of the paper is no text of it.
    wrong += [f"sheet {n}: its mark is cut off" for n, text in enumerate(sheets, 1) if SAMPLE_MARK not in text]
    # The command prints what the browser prints, tagged for a screen reader.
    own = PdfReader(pages.print_pages(folder / "index.html", [region]) / f"{region}.pdf")
    if len(own.pages) != len(sheets) or "/StructTreeRoot" not in own.trailer["/Root"]:
        wrong.append(f"the command printed {len(own.pages)} sheets")
    whole = " ".join(sheets).replace(" ", "")
    with connect(settings, "bi_lezer") as reader:
        sentences = reader.execute("select zin from mart_ivp.doelen where regio_code = %s", [region]).fetchall()
        rows = reader.execute("select rij from mart_ivp.resultaatafspraken where regio_code = %s", [region]).fetchall()
    texts = [text for (text,) in (*sentences, *rows)]
    return wrong + [f"not on paper: {text}" for text in texts if re.sub(r"\s+", "", text) not in whole]
