"""OData v4 as datasets.cbs.nl speaks it.

One service; `Properties` is a single object, dimensions have lists `<Dimension>Codes`, the rows are
`Observations` in pages of up to 100,000. Keys are not padded. A table name in the wrong case gives an empty
answer instead of an error. Source: reference notes on CBS v4.
"""

from __future__ import annotations

import msgspec

from veiligheidsbeeld.binding.deliveries import SUCCESSORS
from veiligheidsbeeld.extract.odata import Description, State, Table, rows_of

# Columns that every numeric observation has beside its dimensions.
_FIXED_COLUMNS = {"Measure", "Value", "ValueAttribute", "StringValue"}


class TableV4(Table):
    """A table in OData v4."""

    data_set = "Observations"
    code_field = "Identifier"
    count_name = "ObservationCount"
    cursors = ("$skip", "$skiptoken")
    fixed = {}  # noqa: RUF012 - a constant; JSON is what v4 speaks

    async def state(self) -> State:
        info = await self.fetch(f"{self.address.feed}/Properties", _object)
        if not info.get("Identifier"):
            raise self.unexpected("Properties is empty: the upper and lower case of the table name matter")
        if info["Identifier"] != self.contract.bron.tabel:
            raise self.unexpected(f"Properties describes {info['Identifier']!r}, not {self.contract.bron.tabel!r}")
        if not info.get("Modified"):
            raise self.unexpected("Properties has no Modified")
        names = ("Modified", "Version", "ObservationsModified", "ObservationCount")
        facts: dict[str, str | int | None] = {n: info.get(n) for n in names}
        count = info.get("ObservationCount")
        return State(
            str(info["Modified"]),
            None if info.get("Version") is None else str(info["Version"]),
            info.get("TemporalCoverage"),
            None if count is None else int(count),
            facts,
        )

    async def read(self) -> Description:
        dimensions = await self.list_rows(self.address.feed, "Dimensions")
        names = [str(row["Identifier"]) for row in rows_of(dimensions)]
        found = Description({}, _FIXED_COLUMNS | set(names))
        properties = await self.fetch(f"{self.address.feed}/Properties", _whole)
        found.documents = {"Properties": properties, "Dimensions": dimensions}
        info = _object(properties)
        if (stopped := await self.successors(info.get("Status"), info.get("Title"))) is not None:
            found.documents[SUCCESSORS] = stopped
        for name in ("Measure", *names):
            if (groups := await self.optional_rows(self.address.feed, f"{name}Groups")) is not None:
                found.documents[f"{name}Groups"] = groups
            found.lists[name] = await self.code_list(self.address.feed, f"{name}Codes")
        return found

    def check(self, description: Description) -> None:
        self.check_columns(description, {*description.lists})

    async def catalogue(self) -> list[dict[str, object]]:
        base = self.address.feed.rsplit("/CBS/", 1)[0]
        rows = await self.optional_rows(base, "Datasets")
        return rows_of(rows) if rows else []


def _object(body: bytes) -> dict:
    return msgspec.json.decode(body, type=dict)


def _whole(body: bytes) -> bytes:
    _object(body)
    return body
