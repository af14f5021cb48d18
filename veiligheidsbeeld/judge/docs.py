"""Data Docs: where results and pages live, which are kept, and how they look.

The library's own pages fetch styles, scripts and images from eight other companies whenever somebody opens one.
Ours fetch nothing: the same sections in an offline frame, and an index of our own (in Dutch).
"""

from __future__ import annotations

import fcntl
import html
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.data_context.types.resource_identifiers import ValidationResultIdentifier
from great_expectations.render.view import DefaultJinjaPageView
from jinja2 import ChoiceLoader, DictLoader

from veiligheidsbeeld.settings import TIMEZONE, Settings

if TYPE_CHECKING:
    from great_expectations.data_context import AbstractDataContext

SITE = "keuringen"
_STORE = "validation_results_store"
_ZONE = ZoneInfo(TIMEZONE)

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1b1b1b; margin: 0 auto; max-width: 76rem; padding: 1rem 2rem; }
h1, h2, h3, h4, h5 { line-height: 1.25; }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; width: 100%; }
th, td { border-bottom: 1px solid #b5b5b5; padding: .4rem .75rem .4rem 0; text-align: left; vertical-align: top; }
a { color: #0b5394; }
pre { white-space: pre-wrap; }
.goed { color: #14602a; } .geel { color: #7a4b00; } .rood { color: #a40000; }
.collapse, .hide { display: none; }
"""
_PAGE = """<!DOCTYPE html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Keuring {{ page_title }}</title>
<style>{% include 'stijl.css' %}</style>
</head>
<body>
<nav><a href="{{ (4 + expectation_suite_name.count('.')) * '../' }}index.html">Alle keuringen</a></nav>
<main>
{% for section in sections %}{% set section_loop = loop %}{% include 'section.j2' %}{% endfor %}
</main>
</body>
</html>
"""


class OfflinePageView(DefaultJinjaPageView):
    """The library's page with our frame around its sections: no external styles, scripts or images."""

    def __init__(self, custom_styles_directory: str | None = None, custom_views_directory: str | None = None) -> None:
        super().__init__(custom_styles_directory, custom_views_directory)
        ours = DictLoader({"page.j2": _PAGE, "stijl.css": _STYLE})
        self.env.loader = ChoiceLoader([ours, *([self.env.loader] if self.env.loader else [])])


def folder(settings: Settings) -> Path:
    """Where results (`uitslagen`) and pages (`site`) live; open `site/index.html`."""
    return settings.home / "data_docs"


def project(settings: Settings) -> DataContextConfig:
    """A context that keeps everything in memory but results and pages."""
    defaults = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    results = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder(settings) / "uitslagen")}
    pages = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder(settings) / "site")}
    return DataContextConfig(
        store_backend_defaults=defaults,
        stores={**defaults.stores, _STORE: {"class_name": "ValidationResultsStore", "store_backend": results}},
        validation_results_store_name=_STORE,
        data_docs_sites={
            SITE: {
                "class_name": "SiteBuilder",
                "store_backend": pages,
                "show_how_to_buttons": False,
                "site_section_builders": {
                    "expectations": "None",
                    "profiling": "None",
                    "validations": {"view": {"module_name": __name__, "class_name": OfflinePageView.__name__}},
                },
            }
        },
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )


def publish(settings: Settings, context: AbstractDataContext, subjects: list[str]) -> Path:
    """Makes the pages of the subjects just judged, drops older results, writes the index; returns the index."""
    root = folder(settings)
    with _alone(root):
        for subject in subjects:
            _keep_latest(root, subject)
        store = context.validation_results_store
        fresh = [
            key
            for key in store.list_keys()
            if isinstance(key, ValidationResultIdentifier) and key.expectation_suite_identifier.name in subjects
        ]
        context.build_data_docs(site_names=[SITE], resource_identifiers=fresh, build_index=False)
        index = root / "site" / "index.html"
        temporary = index.with_suffix(".tmp")
        temporary.write_text(_index(root), encoding="utf-8")
        temporary.replace(index)
    return index


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Several themes may be judged at once; pages are made by one process at a time."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".slot").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _keep_latest(root: Path, subject: str) -> None:
    """Removes all but the newest result of a subject, and the pages that went with them."""
    # <subject>/<run name>/<moment>/...: the moment sorts by age.
    runs = sorted((root / "uitslagen" / subject).glob("*/*"), key=lambda run: run.name)
    for run in runs[:-1]:
        shutil.rmtree(run, ignore_errors=True)
    kept = {runs[-1].name} if runs else set()
    for page in (root / "site" / "validations" / subject).glob("*/*"):
        if page.name not in kept:
            shutil.rmtree(page, ignore_errors=True)


def _index(root: Path) -> str:
    rows = []
    for path in sorted((root / "uitslagen").glob("*/*/*/*.json")):
        try:
            result = json.loads(path.read_text(encoding="utf-8"))
        except (json.JSONDecodeError, FileNotFoundError):
            continue  # another process is writing or replacing it, and will make the index anew
        page = Path("validations") / path.relative_to(root / "uitslagen").with_suffix(".html")
        rows.append(_index_row(result, page))
    return (
        f'<!DOCTYPE html>\n<html lang="nl"><head><meta charset="utf-8"><title>Keuringen</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>Laatste keuring per onderwerp</h1>"
        "<p>De geschiedenis van alle keuringen staat in de tabel beheer.kwaliteit.</p>"
        "<table><thead><tr><th>Onderwerp</th><th>Uitslag</th><th>Verwachtingen</th><th>Gekeurd op</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></main></body></html>\n"
    )


def _index_row(result: dict[str, Any], page: Path) -> str:
    failed = [r for r in result["results"] if not r["success"]]
    red = sum((r["expectation_config"].get("meta") or {}).get("kaart") != "geel" for r in failed)
    card = "rood" if red else "geel" if failed else "goed"
    words = {
        "rood": f"tegengehouden ({red} rood, {len(failed) - red} geel)",
        "geel": f"doorgelaten met waarschuwing ({len(failed)} geel)",
        "goed": "doorgelaten",
    }
    moment = datetime.fromisoformat(result["meta"]["run_id"]["run_time"]).astimezone(_ZONE)
    return (
        f'<tr><td><a href="{quote(page.as_posix())}">{html.escape(result["suite_name"])}</a></td>'
        f'<td class="{card}">{words[card]}</td>'
        f"<td>{len(result['results']) - len(failed)} van {len(result['results'])}</td>"
        f"<td>{moment:%d-%m-%Y %H:%M:%S}</td></tr>"
    )
