"""What a client asked: path and query taken apart as the sources read them, and what it gets back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, unquote_plus

from sandbox.source_server import filters

# Path of the service of boundaries (OGC API Features).
BOUNDARIES = ["cbs", "gebiedsindelingen", "ogc", "v1"]
JSON = "application/json;charset=utf-8"


class RequestError(Exception):
    """An answer other than 200; the message is meant for the client."""

    def __init__(self, status: int, message: str) -> None:
        self.status, self.message = status, message
        super().__init__(message)


@dataclass(frozen=True)
class Reply:
    """A whole answer."""

    body: bytes
    content_type: str = JSON
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """Which service, table and entity set a path names.

    `host` is the source's host when the path starts with one; `service` is `api`, `feed`, `catalog`, `v4` or
    `features`; `written` is the service's part of the path as the client wrote it (letter case differs among clients).
    """

    service: str
    host: str | None
    written: str
    table: str | None
    entity: str
    count: bool = False

    @property
    def fault_entity(self) -> str:
        return f"{self.entity}/$count" if self.count else self.entity


def route(path: str) -> Route | None:
    """Takes a path apart; None when no service of the sources is there."""
    parts = [unquote(p) for p in path.split("/") if p]
    host = parts.pop(0).lower() if parts and "." in parts[0] else None
    count = len(parts) > 1 and parts[-1] == "$count"
    if count:
        parts.pop()
    lower = [p.lower() for p in parts[:2]]
    if parts[:4] == BOUNDARIES and len(parts) == 7 and (parts[4], parts[6]) == ("collections", "items"):
        return Route("features", host, "/".join(BOUNDARIES), None, parts[5])
    if lower == ["odata", "v1"] and len(parts) <= 5:
        rest = parts[2:]
        if rest and rest[0] == "CBS":
            rest = rest[1:]
        if len(rest) == 1 and rest[0] in ("Datasets", "Catalogs"):
            return Route("v4", host, "odata/v1/CBS", None, rest[0], count)
        if 1 <= len(rest) <= 2 and parts[2] == "CBS":
            return Route("v4", host, "odata/v1/CBS", rest[0], rest[1] if len(rest) == 2 else "", count)
        return None
    if lower and lower[0] == "odatacatalog" and len(parts) <= 2:
        return Route("catalog", host, parts[0], None, parts[1] if len(parts) == 2 else "", count)
    if len(lower) == 2 and lower[0] in ("odataapi", "odatafeed") and lower[1] == "odata" and 3 <= len(parts) <= 4:
        entity = parts[3] if len(parts) == 4 else ""
        return Route(lower[0].removeprefix("odata"), host, "/".join(parts[:2]), parts[2], entity, count)
    return None


@dataclass(frozen=True)
class Query:
    """The query options of a request; `pairs` as they came, undecoded, for next links."""

    pairs: tuple[tuple[str, str], ...]
    options: dict[str, str]

    @classmethod
    def parse(cls, raw: str) -> Query:
        pairs = [part.partition("=")[::2] for part in raw.split("&") if part]
        return cls(tuple(pairs), {unquote_plus(k): unquote_plus(v) for k, v in pairs})

    def only(self, known: Sequence[str]) -> None:
        """Refuses system options that this service does not answer, instead of ignoring them."""
        for name in self.options:
            if name.startswith("$") and name not in known:
                raise RequestError(400, f"The query option '{name}' is not supported by this service.")

    @property
    def filter(self) -> str:
        return self.options.get("$filter", "").strip()

    def number(self, name: str) -> int | None:
        """A whole number from 0, or None when the option is absent."""
        text = self.options.get(name)
        if text is None:
            return None
        if not text.strip().isdecimal():
            raise RequestError(400, f"Invalid value '{text}' for {name} query option found.")
        return int(text)

    def select(self, known: Sequence[str]) -> list[str]:
        """The chosen columns, in the order of `known`; all of them without `$select`."""
        text = self.options.get("$select", "").strip()
        wanted = [name.strip() for name in text.split(",")] if text else []
        for name in wanted:
            if name not in known and name != "*":
                raise RequestError(400, f"Could not find a property named '{name}'.")
        return list(known) if not wanted or "*" in wanted else [k for k in known if k in wanted]

    def following(self, *, skip: int, top: int | None) -> str:
        """The query string of the next page."""
        kept = [(k, v) for k, v in self.pairs if unquote_plus(k) not in ("$skip", "$top")]
        kept += [("$top", str(top))] if top is not None else []
        return "&".join(f"{k}={v}" for k, v in [*kept, ("$skip", str(skip))])


def choose_records(records: list[dict], query: Query, protocol: str) -> list[dict]:
    """Metadata records that `$filter` leaves; of an empty set the columns are not known, so nothing is checked."""
    if not query.filter or not records:
        return records
    columns = {name: name for record in records for name in record}
    expression = filters.parse(query.filter, protocol, columns)

    def test(leaf: filters.Leaf):
        return filters.test_records(leaf, [r.get(leaf.property.name) for r in records])

    hits = filters.evaluate(expression, test)
    return [record for record, hit in zip(records, hits, strict=True) if hit]


def cut_records(records: list[dict], query: Query) -> list[dict]:
    """Metadata records with the columns that `$select` chooses."""
    if "$select" not in query.options or not records:
        return records
    wanted = query.select(list({name: None for record in records for name in record}))
    return [{k: r[k] for k in wanted if k in r} for r in records]
