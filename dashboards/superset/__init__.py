"""Dashboards of Superset from one small description: `python -m dashboards.superset` brings `assets/` up to date.

The files are kept in the repository, so that a change can be read and reviewed; a test says when they are out of date.
Every asset has a UUID that follows from its name, so that an import changes what an earlier one made. The connection
has no password and no address of a copy: `server/` gives both when it starts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from dashboards.superset import boards, charts, datasets
from dashboards.superset.names import VERSION

ASSETS = Path(__file__).with_name("assets")
MARK = "# Written by `python -m dashboards.superset`.\n"


def rendered() -> dict[Path, str]:
    """Contents per file of the bundle."""
    parts: dict[str, dict[str, Any]] = {
        # The moment is asked for by the format; a fixed one keeps the files the same.
        "metadata": {"version": VERSION, "type": "assets", "timestamp": "2026-11-30T00:00:00+00:00"},
        **datasets.files(),
        **charts.files(),
        **boards.files(),
    }
    return {ASSETS / f"{name}.yaml": MARK + _yaml(content) for name, content in parts.items()}


def write() -> list[Path]:
    """Brings the files up to date; returns those that were written or removed."""
    wanted = rendered()
    changed = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
    gone = [path for path in ASSETS.rglob("*.yaml") if path not in wanted]
    for path in gone:
        path.unlink()
    return changed + gone


class _Dumper(yaml.SafeDumper):
    """Repeated parts are written out: anchors in generated text help nobody."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _yaml(content: dict[str, Any]) -> str:
    return yaml.dump(content, sort_keys=False, allow_unicode=True, width=120, Dumper=_Dumper)
