"""Pages about the dbt project, below `<home>/docs`: dbt's own, and one per rule that a unit test works out by hand.

dbt's pages cost some twenty seconds of a processor, so they are made when somebody asks (`veiligheidsbeeld docs`).
Both kinds stand by themselves: no page fetches anything.
"""

from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path
from typing import Any

import yaml

from veiligheidsbeeld import dbt, dictionary
from veiligheidsbeeld.settings import Settings

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1b1b1b; margin: 0 auto; max-width: 70rem; padding: 1rem 2rem; }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; }
th, td { border-bottom: 1px solid #b5b5b5; padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top; }
pre { white-space: pre-wrap; }
.regel { font-size: 1.2rem; max-width: 45rem; }
"""


def folder(settings: Settings) -> Path:
    """Where the pages are: `dbt.html`, and `regels/index.html`."""
    return settings.home / "docs"


def write_dbt(settings: Settings) -> Path:
    """The documentation of dbt as one page; the warehouse must run, because it says which columns there are."""
    target = settings.home / "dbt" / "docs"
    dbt.begin_with_what_was_read(settings, target)
    dbt.run(settings, target, ["docs", "generate"], lambda line: None, write_json=True)
    manifest, catalog = (json.loads((target / f"{name}.json").read_text("utf-8")) for name in ("manifest", "catalog"))
    dictionary.complete(settings.project, manifest, catalog)
    text = (target / "index.html").read_text(encoding="utf-8")
    # Where dbt's own page leaves room for them.
    for name, content in (("MANIFEST", manifest), ("CATALOG", catalog)):
        text = text.replace(f'"{name}.JSON INLINE DATA"', json.dumps(content))
    page = folder(settings) / "dbt.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(text, encoding="utf-8")
    return page


def write_rules(settings: Settings) -> Path:
    """A page in Dutch per unit test of the dbt project, to be read and printed; gives the index.

    It says what the rule is (the description of the test), then with which figures it was worked out.
    """
    pages = folder(settings) / "regels"
    shutil.rmtree(pages, ignore_errors=True)
    pages.mkdir(parents=True)
    models, tests = _described(settings.project / "dbt_project" / "models")
    links = []
    for test in sorted(tests, key=lambda t: t["name"]):
        title = test["name"].replace("_", " ")
        title = title[0].upper() + title[1:]
        (pages / f"{test['name']}.html").write_text(_page(title, _rule(test, models)), encoding="utf-8")
        links.append(f'<li><a href="{test["name"]}.html">{html.escape(title)}</a></li>')
    index = pages / "index.html"
    index.write_text(_page("Regels, uitgewerkt met de hand", f"<ul>{''.join(links)}</ul>"), encoding="utf-8")
    return index


def _described(models: Path) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Descriptions of models by their name, and the unit tests."""
    descriptions: dict[str, str] = {}
    tests: list[dict[str, Any]] = []
    for path in sorted(models.rglob("*.yml")):
        found = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        descriptions |= {m["name"]: m.get("description", "") for m in found.get("models") or []}
        tests += found.get("unit_tests") or []
    return descriptions, tests


def _rule(test: dict[str, Any], models: dict[str, str]) -> str:
    model = test["model"]
    parts = [
        f'<p class="regel">{_line(test.get("description", ""))}</p>',
        f"<p><b>{html.escape(model)}</b>: {_line(models.get(model, ''))}</p>",
    ]
    for given in test["given"]:
        [name] = re.findall(r"'([^']+)'\s*\)", given["input"]) or [given["input"]]
        parts.append(f"<h2>Gegeven: {html.escape(name)}</h2>{_table(given.get('rows'))}")
    return "".join([*parts, f"<h2>Dan geeft {html.escape(model)}</h2>", _table(test["expect"].get("rows"))])


def _line(text: str) -> str:
    return html.escape(" ".join(text.split()))


def _table(rows: list[dict[str, Any]] | str | None) -> str:
    """Rows as a table; a query as it is written."""
    if not rows:
        return "<p>Geen rijen.</p>"
    if isinstance(rows, str):
        return f"<pre>{html.escape(rows)}</pre>"
    columns = list(dict.fromkeys(column for row in rows for column in row))
    head = "".join(f"<th>{html.escape(column)}</th>" for column in columns)
    body = "".join(f"<tr>{''.join(f'<td>{_cell(row.get(c))}</td>' for c in columns)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    words = {None: "", True: "ja", False: "nee"}
    return words[value] if value is None or isinstance(value, bool) else html.escape(str(value))


def _page(title: str, body: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="nl"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>{html.escape(title)}</h1>{body}</main></body></html>\n"
    )
