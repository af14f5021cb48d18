"""What schemas.sql says of a table and its columns, for documentation elsewhere: the text stands there once."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_SCHEMAS = Path(__file__).with_name("schemas.sql")
_COMMENT = re.compile(r"^comment on (?:table|column) ([\w.]+) is\s+'((?:[^']|'')*)';", re.MULTILINE)


def of_table(name: str) -> tuple[str, dict[str, str]]:
    """Description of the table `<schema>.<table>`, and of each column that has one, in their order."""
    texts = _texts()
    columns = {key.removeprefix(f"{name}."): text for key, text in texts.items() if key.startswith(f"{name}.")}
    return texts[name], columns


@cache
def _texts() -> dict[str, str]:
    text = _SCHEMAS.read_text(encoding="utf-8")
    return {name: comment.replace("''", "'") for name, comment in _COMMENT.findall(text)}
