"""OData v4 as datasets.cbs.nl speaks it: metadata sets, and Observations in pages of 100,000.

Follows `sources.md` section 3. An identifier in the wrong letter case gives an empty answer, not an error.
Not known, and chosen here: the error body (plain OData v4 errors), the reply to a wrong-case singleton (an empty
`value`), and that no `in` operator is answered.
"""

from __future__ import annotations

import msgspec

from sandbox.source_server import filters, render
from sandbox.source_server.requests import JSON, Query, Reply, RequestError, Route, choose_records, cut_records
from sandbox.source_server.store import Store
from sandbox.source_server.table import Table

PAGE = 100_000
_OPTIONS = ("$filter", "$select", "$top", "$skip", "$format", "$count", "$search")
_HOST = "datasets.cbs.nl"


def error(status: int, message: str) -> Reply:
    """An OData v4 error."""
    return Reply(msgspec.json.encode({"error": {"code": "", "message": message}}), JSON, status)


def answer(store: Store, route: Route, query: Query, own: str) -> Reply:
    """Answers a request below `/odata/v1/CBS`; `own` is the address (with prefix) for links."""
    query.only(_OPTIONS)
    if route.host not in (None, _HOST):
        raise RequestError(404, f"No OData v4 at {route.host}.")
    try:
        if route.table is None:
            return _catalog(store, route, query)
        table = store.table(route.table) if route.table in store else None
        if table is None or table.protocol != "v4":
            return _unknown(store, route)
        if not route.entity:
            return _service_document(table)
        if route.entity == "Properties":
            # A singleton: its fields stand beside the context.
            body = {"@odata.context": _context(table.identifier, "Properties"), **store.info(table)}
            return Reply(msgspec.json.encode(body))
        if route.entity == "Observations":
            return _observations(table, route, query, own)
        records = table.entities.get(route.entity)
        if records is None:
            raise RequestError(404, f"Resource not found for the segment '{route.entity}'.")
        return _records(_context(table.identifier, route.entity), records, route, query)
    except filters.FilterError as fault:
        raise RequestError(400, f"The query specified in the URI is not valid. {fault}") from fault


def _context(identifier: str, entity: str) -> str:
    return f"https://{_HOST}/odata/v1/CBS/{identifier}/$metadata#{entity}"


def _unknown(store: Store, route: Route) -> Reply:
    wanted = (route.table or "").lower()
    if not any(i.lower() == wanted and store.table(i).protocol == "v4" for i in store.identifiers):
        raise RequestError(404, f"Dataset '{route.table}' does not exist.")
    if route.count:
        return Reply(b"0", "text/plain;charset=utf-8")
    return Reply(msgspec.json.encode({"@odata.context": _context(route.table or "", route.entity), "value": []}))


def _service_document(table: Table) -> Reply:
    singletons = [{"name": "Properties", "kind": "Singleton", "url": "Properties"}]
    names = [*(["Observations"] if table.has_rows else []), *table.entities]
    sets = [{"name": n, "kind": "EntitySet", "url": n} for n in names]
    context = f"https://{_HOST}/odata/v1/CBS/{table.identifier}/$metadata"
    return Reply(msgspec.json.encode({"@odata.context": context, "value": [*singletons, *sets]}))


def _catalog(store: Store, route: Route, query: Query) -> Reply:
    if route.entity == "Catalogs":
        records = [{"Identifier": "CBS", "Title": "CBS"}]
    else:
        tables = (t for t in map(store.table, store.identifiers) if t.protocol == "v4")
        records = [store.info(t) for t in tables]
    return _records(f"https://{_HOST}/odata/v1/CBS/$metadata#{route.entity}", records, route, query)


def _records(context: str, records: list[dict], route: Route, query: Query) -> Reply:
    records = choose_records(records, query, "v4")
    if route.count:
        return Reply(str(len(records)).encode(), "text/plain;charset=utf-8")
    total = len(records)
    records = cut_records(records[query.number("$skip") or 0 :][: query.number("$top")], query)
    counted = {"@odata.count": total} if query.options.get("$count") == "true" else {}
    return Reply(msgspec.json.encode({"@odata.context": context, **counted, "value": records}))


def _observations(table: Table, route: Route, query: Query, own: str) -> Reply:
    if not table.has_rows:
        raise RequestError(404, f"{table.identifier}: Observations were not recorded.")
    selection = table.select(query.filter)
    if route.count:
        return Reply(str(selection.count).encode(), "text/plain;charset=utf-8")
    top, start = query.number("$top"), min(query.number("$skip") or 0, selection.count)
    wanted = selection.count - start if top is None else min(top, selection.count - start)
    rows = min(PAGE, wanted)
    columns = [table.own_names[n] for n in query.select(list(table.own_names))]
    renderer = table.keep(("json", *columns), lambda: render.json_rows(table, columns))
    parts = [f'{{"@odata.context":"{_context(table.identifier, "Observations")}",'.encode()]
    if query.options.get("$count") == "true":
        parts.append(f'"@odata.count":{selection.count},'.encode())
    parts += [b'"value":[', renderer(selection, start, rows), b"]"]
    if rows < wanted:
        left = None if top is None else top - rows
        following = query.following(skip=start + rows, top=left)
        link = f"{own}/{route.written}/{table.identifier}/Observations?{following}"
        parts.append(b',"@odata.nextLink":' + msgspec.json.encode(link))
    return Reply(b"".join([*parts, b"}"]))
