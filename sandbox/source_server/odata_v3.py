"""OData v3 as dataderden.cbs.nl and opendata.cbs.nl speak it: ODataApi, ODataFeed and ODataCatalog.

Follows `sources.md` section 1 (recorded behaviour). Where the behaviour is not known this is the choice made:
the error body (plain OData v3 errors, status 400), the width of untyped numbers, compact JSON, JSON only by
`$format` (an Accept header is not looked at), the cap of ODataApi on code lists too.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

import msgspec

from sandbox.source_server import filters, render
from sandbox.source_server.requests import JSON, Query, Reply, RequestError, Route, choose_records, cut_records
from sandbox.source_server.store import Store, modified
from sandbox.source_server.table import Table

API_CAP = 10_000  # rows that ODataApi is willing to give
PAGE = 10_000  # rows per page of ODataFeed
ATOM = "application/atom+xml;type=feed;charset=utf-8"
_OPTIONS = ("$filter", "$select", "$top", "$skip", "$format", "$inlinecount")
_DATA = ("TypedDataSet", "UntypedDataSet")

# Fields of a catalogue row, in the source's order.
_CATALOG = (
    "Updated", "ID", "Identifier", "Title", "ShortTitle", "ShortDescription", "Summary", "Modified",
    "MetaDataModified", "ReasonDelivery", "ExplanatoryText", "OutputStatus", "Source", "Language", "Catalog",
    "Frequency", "Period", "SummaryAndLinks", "ApiUrl", "FeedUrl", "DefaultPresentation", "DefaultSelection",
    "GraphTypes", "RecordCount", "ColumnCount", "SearchPriority",
)  # fmt: skip


@dataclass(frozen=True)
class Links:
    """How the server writes its own address: as the sources do (an internal host nobody can reach), or followable."""

    own: str  # scheme and authority that the client used
    internal: bool

    def link(self, table: Table, host: str | None, path: str) -> str:
        """An address for a link or an address field; `host` is the host part of the path that the client used."""
        if self.internal:
            return f"http://{table.host.replace('.cbs.nl', '.prod.cbsp.nl')}/{path}"
        return f"{self.own}/{f'{host}/' if host else ''}{path}"


def is_json(query: Query) -> bool:
    return "json" in query.options.get("$format", "").lower()


def error(status: int, message: str, query: Query) -> Reply:
    """An OData v3 error in the format that the client asked for."""
    if is_json(query):
        body = {"odata.error": {"code": "", "message": {"lang": "nl-NL", "value": message}}}
        return Reply(msgspec.json.encode(body), JSON, status)
    body_text = (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<m:error xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">'
        f'<m:code /><m:message xml:lang="nl-NL">{escape(message)}</m:message></m:error>'
    )
    return Reply(body_text.encode(), "application/xml;charset=utf-8", status)


def answer(store: Store, route: Route, query: Query, links: Links) -> Reply:
    """Answers a request for ODataApi, ODataFeed or ODataCatalog; `RequestError` when it cannot."""
    query.only(_OPTIONS)
    wanted = query.options.get("$format", "atom").lower()
    if not is_json(query) and "atom" not in wanted and "xml" not in wanted:
        raise RequestError(415, f"Unsupported media type requested: '{wanted}'.")
    try:
        if route.service == "catalog":
            return _catalog(store, route, query, links)
        table = _table(store, route)
        if not route.entity:
            return _service_document(table, route, query, links)
        if route.entity in _DATA:
            return _data(table, route, query, links)
        records = [store.info(table)] if route.entity == "TableInfos" else table.entities.get(route.entity)
        if records is None:
            raise RequestError(404, f"Resource not found for the segment '{route.entity}'.")
        return _records(table, route, query, links, records)
    except filters.FilterError as fault:
        raise RequestError(400, f"The query specified in the URI is not valid. {fault}") from fault


def _table(store: Store, route: Route) -> Table:
    if route.table is not None and route.table in store:
        table = store.table(route.table)
        if table.protocol == "v3" and route.host in (None, table.host):
            return table
    raise RequestError(404, f"Table '{route.table}' does not exist.")


def _entity_sets(table: Table) -> list[str]:
    first = ["TableInfos", "UntypedDataSet", "TypedDataSet", "DataProperties", "CategoryGroups"]
    known = {*table.entities, "TableInfos", *(_DATA if table.has_rows else ())}
    return [n for n in first if n in known] + [n for n in table.entities if n not in first]


def _base(table: Table, route: Route) -> str:
    return f"https://{table.host}/{route.written}/{table.identifier}"


def _service_document(table: Table, route: Route, query: Query, links: Links) -> Reply:
    base = _base(table, route)
    if not links.internal:
        base = links.link(table, route.host, f"{route.written}/{table.identifier}")
    names = _entity_sets(table)
    if is_json(query):
        sets = [{"name": n, "url": f"{base}/{n}"} for n in names]
        return Reply(msgspec.json.encode({"odata.metadata": f"{base}/$metadata", "value": sets}))
    sets_xml = "".join(f'<collection href="{n}"><atom:title>{n}</atom:title></collection>' for n in names)
    body = (
        f'<?xml version="1.0" encoding="utf-8"?><service xml:base="{escape(base)}/"'
        ' xmlns="http://www.w3.org/2007/app" xmlns:atom="http://www.w3.org/2005/Atom">'
        f"<workspace><atom:title>Default</atom:title>{sets_xml}</workspace></service>"
    )
    return Reply(body.encode(), "application/atomsvc+xml;charset=utf-8")


def _window(query: Query, route: Route, total: int) -> tuple[int, int, int | None]:
    """First row, number of rows on this page, and what is left of `$top` after it."""
    top, skip = query.number("$top"), query.number("$skip")
    if route.service == "api":
        if skip is not None:
            raise RequestError(400, "The query option '$skip' is only supported by ODataFeed.")
        wanted = total if top is None else min(top, total)
        if wanted > API_CAP:
            raise RequestError(
                400,
                f"The result has {wanted} rows; ODataApi gives at most {API_CAP}. Use a filter or ODataFeed.",
            )
        return 0, wanted, None
    start = min(skip or 0, total)
    wanted = total - start if top is None else min(top, total - start)
    rows = min(PAGE, wanted)
    return start, rows, None if top is None else top - rows


def _counted(query: Query, total: int) -> int | None:
    mode = query.options.get("$inlinecount", "none")
    if mode not in ("allpages", "none"):
        raise RequestError(400, f"Invalid value '{mode}' for $inlinecount query option found.")
    return total if mode == "allpages" else None


def _finish(table: Table, route: Route, query: Query, links: Links, entries: bytes, window: tuple, total: int) -> Reply:
    """Wraps rendered rows into a JSON or Atom reply with count and next link."""
    start, rows, top = window
    path = f"{route.written}/{table.identifier}/{route.entity}"
    following = None
    if start + rows < total and rows == PAGE and top != 0:
        following = links.link(table, route.host, f"{path}?{query.following(skip=start + rows, top=top)}")
    count, base = _counted(query, total), _base(table, route)
    if is_json(query):
        metadata = f"{base}/$metadata#Cbs.OData.WebAPI.{route.entity}"
        counted = f'"odata.count":"{count}",' if count is not None else ""
        more = b"" if following is None else b',"odata.nextLink":' + msgspec.json.encode(following)
        head = f'{{"odata.metadata":"{metadata}",{counted}"value":['
        return Reply(b"".join([head.encode(), entries, b"]", more, b"}"]))
    feed = render.atom_feed(
        entries,
        base=f"http://{table.host}/{route.written}/{table.identifier}",
        address=f"{base}/{route.entity}",
        entity=route.entity,
        updated=modified(table).isoformat(),
        count=count,
        following=following,
    )
    return Reply(feed, ATOM)


def _data(table: Table, route: Route, query: Query, links: Links) -> Reply:
    if not table.has_rows:
        raise RequestError(404, f"{table.identifier}: {route.entity} was not recorded.")
    selection = table.select(query.filter)
    if route.count:
        return Reply(str(selection.count).encode(), "text/plain;charset=utf-8")
    window = _window(query, route, selection.count)
    columns = [table.own_names[n] for n in query.select(list(table.own_names))]
    untyped = route.entity == "UntypedDataSet"
    if is_json(query):
        renderer = table.keep(("json", untyped, *columns), lambda: render.json_rows(table, columns, untyped=untyped))
    else:
        address = f"{_base(table, route)}/{route.entity}"
        renderer = table.keep(
            ("atom", address, *columns),
            lambda: render.atom_rows(
                table, columns, address=address, updated=modified(table).isoformat(), untyped=untyped
            ),
        )
    entries = renderer(selection, window[0], window[1])
    return _finish(table, route, query, links, entries, window, selection.count)


def _records(table: Table, route: Route, query: Query, links: Links, records: list[dict]) -> Reply:
    records = choose_records(records, query, "v3")
    if route.count:
        return Reply(str(len(records)).encode(), "text/plain;charset=utf-8")
    window = _window(query, route, len(records))
    page = cut_records(records[window[0] : window[0] + window[1]], query)
    if is_json(query):
        entries = msgspec.json.encode(page)[1:-1]
    else:
        entries = render.atom_records(
            page, address=f"{_base(table, route)}/{route.entity}", updated=modified(table).isoformat()
        )
    return _finish(table, route, query, links, entries, window, len(records))


def _catalog(store: Store, route: Route, query: Query, links: Links) -> Reply:
    if route.entity != "Tables":
        raise RequestError(404, f"Resource not found for the segment '{route.entity}'.")
    identifiers = store.identifiers
    if query.filter:
        expression = filters.parse(query.filter, "v3", {name: name for name in _CATALOG})
        if filters.properties(expression) == {"Identifier"}:
            # So that asking for one table does not load all of them.
            named = [{"Identifier": i} for i in identifiers]
            identifiers = [r["Identifier"] for r in choose_records(named, query, "v3")]
    tables = [t for t in map(store.table, identifiers) if t.protocol == "v3" and route.host in (None, t.host)]
    rows = [_catalog_row(store, t, number, route, links) for number, t in enumerate(tables)]
    rows = choose_records(rows, query, "v3")
    if route.count:
        return Reply(str(len(rows)).encode(), "text/plain;charset=utf-8")
    rows = cut_records(rows[query.number("$skip") or 0 :][: query.number("$top")], query)
    host = route.host or "opendata.cbs.nl"
    base = f"https://{host}/{route.written}"
    if is_json(query):
        return Reply(msgspec.json.encode({"odata.metadata": f"{base}/$metadata#Tables", "value": rows}))
    updated = max((modified(t).isoformat() for t in tables), default="1970-01-01T00:00:00Z")
    feed = render.atom_feed(
        render.atom_records(rows, address=f"{base}/Tables", updated=updated),
        base=base,
        address=f"{base}/Tables",
        entity="Tables",
        updated=updated,
        count=None,
        following=None,
    )
    return Reply(feed, ATOM)


def _catalog_row(store: Store, table: Table, number: int, route: Route, links: Links) -> dict:
    info = store.info(table)
    row = {name: info.get(name) for name in _CATALOG}
    return row | {
        "ID": number,
        "Updated": info["Modified"],
        "Identifier": table.identifier,
        "SummaryAndLinks": info.get("Summary"),
        "ApiUrl": links.link(table, route.host, f"ODataApi/odata/{table.identifier}"),
        "FeedUrl": links.link(table, route.host, f"ODataFeed/odata/{table.identifier}"),
        "RecordCount": table.rows.count,
        "ColumnCount": len(table.columns),
    }
