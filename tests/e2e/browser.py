"""Pages as a browser shows them and a printer prints them: Debian's Chromium by Playwright, access judged by axe."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader

from veiligheidsbeeld.settings import PROJECT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WITHOUT = "Chromium is not installed (Debian: apt install chromium fonts-liberation)"
# By which pages are laid out; with another font their tables can be wider than paper.
FONTS = ("Source Sans 3", "Segoe UI", "Liberation Sans", "Arial", "DejaVu Sans Condensed")
WITHOUT_FONT = "no font that pages name is installed (Debian: apt install fonts-liberation)"
# What the pages looked like in this run of the tests.
SCREENSHOTS = PROJECT / "var" / "screenshots"


@dataclass
class Heard:
    """What a page said and asked while it was open."""

    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)


def has_font() -> bool:
    """Whether this machine has a font that pages name, as fontconfig says."""
    if (program := shutil.which("fc-list")) is None:
        return False
    known = subprocess.run([program, ":", "family"], capture_output=True, text=True, check=True).stdout
    return any(font in known for font in FONTS)


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Tests may run as root, for whom the sandbox does not start.
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


def listened(started: Browser) -> tuple[Page, Heard]:
    """A page of which every complaint and every request to another place is kept."""
    page, heard = started.new_page(viewport={"width": 1280, "height": 900}), Heard()
    page.on("console", lambda message: heard.errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.errors.append(str(error)))
    page.on("requestfailed", lambda request: heard.errors.append(f"not loaded: {request.url}"))
    page.on("request", lambda request: None if request.url.startswith("file:") else heard.elsewhere.append(request.url))
    return page, heard


def still(page: Page, path: Path) -> None:
    """A picture of the whole page when nothing on it moves any more (charts draw themselves in)."""
    before = b""
    for _ in range(30):
        page.wait_for_timeout(1_000)
        if (now := page.screenshot(path=path, full_page=True)) == before:
            return
        before = now
    raise AssertionError(f"{page.url} goes on moving")


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with the page that is open."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{page.url}: {v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]


def charts(page: Page) -> list[dict]:
    """Of every chart: what it is called, the length of its line, its dots and its size on the screen."""
    return page.eval_on_selector_all(
        "svg.verloop",
        "found => found.map(svg => ({label: svg.getAttribute('aria-label'), width: svg.getBoundingClientRect().width,"
        " dots: svg.querySelectorAll('circle').length,"
        " length: [...svg.querySelectorAll('.lijn')].reduce((sum, path) => sum + path.getTotalLength(), 0)}))",
    )


def cells(page: Page) -> list[tuple[str, str]]:
    """Every figure that says where it stands, and its text; the interval below it left out."""
    found = page.eval_on_selector_all(
        "[data-cel]", "found => found.map(cell => [cell.dataset.cel, cell.firstChild.textContent.trim()])"
    )
    return [(place, text) for place, text in found]


def printed(page: Page, path: Path) -> list[str]:
    """The open page on A4: the text of each sheet."""
    page.pdf(path=path, prefer_css_page_size=True, print_background=True)
    sheets = PdfReader(path).pages
    assert {(round(float(s.mediabox.width)), round(float(s.mediabox.height))) for s in sheets} == {(595, 842)}
    return [re.sub(r"\s+", " ", sheet.extract_text()) for sheet in sheets]
