"""OData v3 as dataderden.cbs.nl and opendata.cbs.nl speak it.

Two services for one table: ODataApi (at most 10,000 rows per answer) for metadata and code lists, ODataFeed
(pages of 10,000 rows with `odata.nextLink`) for rows and for the list of wijken and buurten. Atom unless
`$format=json`. Keys are blank-padded; links carry an internal host. Source: reference notes on StatLine v3.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from veiligheidsbeeld.binding import wide
from veiligheidsbeeld.binding.columns import resolve
from veiligheidsbeeld.binding.deliveries import SUCCESSORS
from veiligheidsbeeld.errors import DeliveryRefused
from veiligheidsbeeld.extract.http import Refused
from veiligheidsbeeld.extract.odata import UNSUPPORTED, Description, State, Table, rows_of
from veiligheidsbeeld.extract.plan import DETAIL_DIMENSION

_DIMENSIONS = {"Dimension", "GeoDimension", "GeoDetail", "TimeDimension"}


class TableV3(Table):
    """A table in OData v3."""

    data_set = "TypedDataSet"
    code_field = "Key"
    count_name = "RecordCount"
    cursors = ("$skip", "$skiptoken")
    fixed = {"$format": "json"}  # noqa: RUF012 - a constant

    async def state(self) -> State:
        infos, listed = await asyncio.gather(self.list_rows(self.address.api, "TableInfos"), self._catalog_row())
        rows = rows_of(infos)
        info = rows[0] if len(rows) == 1 else {}
        if info.get("Identifier") != self.contract.bron.tabel:
            raise self.unexpected(f"TableInfos describes {info.get('Identifier')!r}, not {self.contract.bron.tabel!r}")
        if not info.get("Modified"):
            raise self.unexpected("TableInfos has no Modified")
        number = listed.get("RecordCount")
        count = int(str(number)) if number is not None else None
        names = ("Modified", "MetaDataModified", "Period", "ReasonDelivery")
        facts: dict[str, str | int | None] = {n: _text(info.get(n)) for n in names}
        facts["RecordCount"] = count
        return State(str(info["Modified"]), None, facts["Period"], count, facts)  # type: ignore[arg-type]

    async def read(self) -> Description:
        documents = ("DataProperties", "TableInfos", "CategoryGroups")
        replies = await asyncio.gather(*(self.list_rows(self.address.api, name) for name in documents))
        found = Description({}, set(), dict(zip(documents, replies, strict=True)))
        rows = [row for row in rows_of(replies[0]) if row.get("Key")]  # TopicGroups have an empty Key
        found.columns |= {str(row["Key"]) for row in rows}
        info = next(iter(rows_of(replies[1])), {})
        if (stopped := await self.successors(info.get("OutputStatus"), info.get("Title"))) is not None:
            found.documents[SUCCESSORS] = stopped
        for name, kind in _dimensions(rows).items():
            # Wijken en buurten: over 17,000 rows, more than ODataApi gives.
            long = kind == "GeoDetail" or name == DETAIL_DIMENSION
            base = self.address.feed if long else self.address.api
            found.lists[name] = await self.code_list(base, name)
        return found

    def check(self, description: Description) -> None:
        properties = rows_of(description.documents["DataProperties"])
        resolved, bound = resolve(self.contract, properties)
        if double := [b for b in bound if b.oordeel == "dubbel"]:
            raise DeliveryRefused(
                f"{self.name} at {self.address.feed}: column {double[0].pad} of the contract stands there twice: "
                f"{double[0].toelichting}.",
                owner=self.owner,
                remedy=f"Keep the groups that the source has (`contracts check --live {self.contract.naam} --accept`), "
                f"or give the measure its unit in contracts/{self.contract.naam}.yml: then one is meant.",
            )
        wanted = [measure.bron for measure in resolved.maten]
        self.measures = wide.columns(self.contract, properties) if self.contract.wide else wanted
        self.check_columns(description, set(_dimensions(properties)))

    async def catalogue(self) -> list[dict[str, object]]:
        path, _, name = self.address.catalog.rpartition("/")
        rows = await self.optional_rows(path, name)
        return rows_of(rows) if rows else []

    async def _catalog_row(self) -> dict[str, object]:
        """The table's row in the catalogue, for its RecordCount; empty when the catalogue does not have it."""
        path, _, name = self.address.catalog.rpartition("/")
        options = {**self.fixed, "$filter": f"Identifier eq '{self.contract.bron.tabel}'"}
        try:
            rows = rows_of(await self.client.get(self._url(path, name, options), _whole))
        except Refused as refusal:
            if refusal.status not in UNSUPPORTED:
                raise self.failed(refusal) from refusal
            return {}
        return next((r for r in rows if r.get("Identifier") == self.contract.bron.tabel), {})


def _dimensions(properties: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """Dimensions of the table with their kinds."""
    return {str(r["Key"]): str(r["Type"]) for r in properties if r.get("Key") and r.get("Type") in _DIMENSIONS}


def _whole(body: bytes) -> bytes:
    rows_of(body)
    return body


def _text(value: object) -> str | None:
    return None if value is None else str(value)
