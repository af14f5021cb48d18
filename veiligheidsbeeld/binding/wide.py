"""A table of OData v3 with a column per measure, read as OData v4 has it: a row per measure, under its title.

Only columns that an alias may mean are fetched and read; a survey table has hundreds of others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from veiligheidsbeeld.binding.aliases import load_aliases
from veiligheidsbeeld.binding.titles import Row, measures_v3
from veiligheidsbeeld.contracts.cube import MEASURE, CubeContract

# An empty cell of v3 does not say why it is empty: unknown, too unreliable or secret are one to it, so it is hidden.
_UNSAID = "Confidential"


def columns(contract: CubeContract, properties: Iterable[Row]) -> list[str]:
    """Columns whose title an alias of the dataset names; which of two is meant is for binding to say."""
    aliases = load_aliases(contract.naam)
    paths = [path for alias in aliases.maten for path in alias.paths] if aliases else []
    return [topic.code for topic in measures_v3(properties) if any(topic.is_called(path) for path in paths)]


def codes(properties: Iterable[Row]) -> list[dict]:
    """The columns as the code list of `Measure` that v4 would have."""
    return [{"Key": topic.code, "Title": topic.path[-1]} for topic in measures_v3(properties)]


def rows(contract: CubeContract, body: bytes, topics: Sequence[str]) -> bytes:
    """A page with a row per measure, in the words of v4; every row of the page gives `len(topics)` rows."""
    dimensions = [*(k.bron for k in contract.sleutels if k.bron != MEASURE), contract.periode]
    (value,) = (m.bron for m in contract.maten)
    found = [
        {d: row[d] for d in dimensions}
        | {MEASURE: topic, value: row[topic]}
        | ({contract.kenmerk: "None" if row[topic] is not None else _UNSAID} if contract.kenmerk else {})
        for row in msgspec.json.decode(body)["value"]
        for topic in topics
    ]
    return msgspec.json.encode({"value": found})
