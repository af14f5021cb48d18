"""Text of generated files: their first line, YAML as this project writes it, and braces of a contract that are text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

MARK = "Generated from contracts/"
# Longest line that is written where it can be chosen; that of .sqlfluff.
WIDTH = 120
_JINJA = re.compile(r"\{[{%#]")


def header(origin: str) -> str:
    """First line of a file, without its comment sign; `origin` is what it follows from, below contracts/."""
    return f"{MARK}{origin} by `python -m veiligheidsbeeld.generated`."


def literal(text: str) -> str:
    """Text of a contract as dbt is to show it: its braces are no Jinja."""
    return _JINJA.sub(lambda found: f"{{{{ '{found[0]}' }}}}", text)


def document(origin: str, content: Mapping[str, Any]) -> str:
    """A YAML file for dbt in which every text stands for itself. Columns take a line each."""
    text = yaml.dump(_literal(content), sort_keys=False, allow_unicode=True, width=WIDTH, Dumper=_Dumper)
    return f"# {header(origin)}\n{text}"


def table(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows of a seed."""
    listed, out = list(rows), io.StringIO()
    writer = csv.DictWriter(out, list(listed[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return out.getvalue()


def columns(descriptions: Mapping[str, str]) -> list[dict[str, str]]:
    return [_OneLine(name=name, description=text) for name, text in descriptions.items()]


class _OneLine(dict[str, str]):
    """A mapping that is written between braces."""


class _Dumper(yaml.SafeDumper):
    """Repeated lists are written out: anchors in generated text help nobody."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(_OneLine, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data, True))


def _literal(value: Any) -> Any:
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, dict):
        return type(value)({key: _literal(part) for key, part in value.items()})
    return [_literal(part) for part in value] if isinstance(value, list) else value
