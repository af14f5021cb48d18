"""What OData v3 and v4 have in common: a table with a state, code lists, a count and pages of rows."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

import msgspec

from veiligheidsbeeld.contracts.cube import MEASURE, CubeContract
from veiligheidsbeeld.errors import DeliveryRefused, SourceError, SourceRefused
from veiligheidsbeeld.extract.hosts import Address
from veiligheidsbeeld.extract.http import Client, Refused, brief
from veiligheidsbeeld.extract.pages import list_page
from veiligheidsbeeld.extract.plan import encode

T = TypeVar("T")

# Titles that are at least this much alike may be of a table and its successor.
_LIKE = 0.6
# Answers that mean "this service does not do that", after which another way is tried.
UNSUPPORTED = frozenset({400, 404, 405, 501})


@dataclass(frozen=True)
class State:
    """The table as its source describes it at one moment; two equal states mean nothing has changed."""

    gewijzigd: str
    versie: str | None
    periode: str | None
    aantal: int | None  # rows of the whole table, by the source's own statement
    facts: dict[str, str | int | None]


@dataclass(frozen=True)
class CodeList:
    """One code list: entity set, JSON (pages joined), codes with their padding, hash of the rows."""

    entity_set: str
    body: bytes
    codes: tuple[str, ...]
    sha256: str


@dataclass
class Description:
    """Metadata of a table: code lists per dimension, columns of its rows, and documents to keep."""

    lists: dict[str, CodeList]
    columns: set[str]
    documents: dict[str, bytes] = field(default_factory=dict)

    @property
    def spoken(self) -> dict[str, str]:
        """Hashes of the documents that say what columns and codes mean; addresses and moments are not among them."""
        names = [n for n in self.documents if n == "DataProperties" or n.endswith("Groups")]
        return {n: hashlib.sha256(list_page(self.documents[n])[0]).hexdigest() for n in names}


class Table(ABC):
    """One table at one source; the subclasses know the words of their protocol."""

    data_set: str  # entity set of the rows
    code_field: str  # field of a code list that holds the code
    count_name: str  # name of the source's own row count of the whole table
    cursors: tuple[str, ...]  # query options of a next link that say where the next page starts
    fixed: dict[str, str]  # query options that every request for rows carries

    def __init__(self, client: Client, address: Address, contract: CubeContract) -> None:
        self.client, self.address, self.contract = client, address, contract
        self.name = f"{contract.naam} ({contract.bron.tabel})"
        # The names that the measures have at the source now: known once the table has been described.
        self.measures = [measure.bron for measure in contract.maten]
        self._counts = True

    @abstractmethod
    async def state(self) -> State:
        """Reads the table's state; raises `SourceError` when it is not the table asked for."""

    async def describe(self) -> Description:
        """Reads code lists and metadata; `DeliveryRefused` when the columns are not the contract's."""
        description = await self.read()
        self.check(description)
        return description

    @abstractmethod
    async def read(self) -> Description:
        """Reads code lists and metadata, whatever they say."""

    @abstractmethod
    def check(self, description: Description) -> None:
        """Refuses a table whose columns are not the contract's, before any row is downloaded."""

    @property
    def keys(self) -> list[str]:
        """Source columns that identify a row: key columns, then the period. Never the row ID: it shifts."""
        rows = [key.bron for key in self.contract.sleutels if not (self.contract.wide and key.bron == MEASURE)]
        return [*rows, self.contract.periode]

    @property
    def columns(self) -> list[str]:
        """Source columns that are fetched: the contract's, and no others."""
        reason = [self.contract.kenmerk] if self.contract.kenmerk and not self.contract.wide else []
        return [*self.keys, *self.measures, *reason]

    def page_url(self, filter_text: str, cursor: tuple[tuple[str, str], ...] = ()) -> str:
        """URL of a page of rows."""
        options = {**self.fixed, "$filter": filter_text, "$select": ",".join(self.columns), **dict(cursor)}
        return self._url(self.address.feed, self.data_set, options)

    def cursor(self, link: str) -> tuple[tuple[str, str], ...]:
        """Where the next page starts. Only this is taken from a next link: its host may be an internal one."""
        found = tuple((k, v) for k, v in parse_qsl(urlsplit(link).query) if k in self.cursors)
        if not found:
            raise SourceError(
                f"{self.name}: next link {brief(link)} has none of {', '.join(self.cursors)}.",
                remedy="The source pages in an unknown way: report it to whoever maintains this project.",
            )
        return found

    async def count(self, filter_text: str) -> int | None:
        """Rows that the source says a filter has; None when it does not count on request."""
        if not self._counts:
            return None
        url = self._url(self.address.feed, f"{self.data_set}/$count", {"$filter": filter_text})
        try:
            return await self.client.get(url, _number)
        except Refused as refusal:
            if refusal.status not in UNSUPPORTED:
                raise self.failed(refusal) from refusal
            self._counts = False
            return None

    async def list_rows(self, base: str, entity_set: str, filter_text: str = "") -> bytes:
        """A whole metadata set as one JSON document: the reply itself, or its pages joined."""
        cursor: tuple[tuple[str, str], ...] = ()
        rows: list[bytes] = []
        while True:
            options = {**self.fixed, "$filter": filter_text, **dict(cursor)}
            body, inner, link = await self.fetch(self._url(base, entity_set, options), _with_list)
            if not rows and not link:
                return body
            rows.append(inner)
            if not link:
                return b'{"value":[' + b",".join(r for r in rows if r) + b"]}"
            if (following := self.cursor(link)) == cursor:
                raise self.unexpected(f"a page of {entity_set} links to itself")
            cursor = following

    async def optional_rows(self, base: str, entity_set: str) -> bytes | None:
        """`list_rows` of a set that not every table or service has; None when it is not there."""
        try:
            return await self.list_rows(base, entity_set)
        except SourceRefused as refusal:
            if refusal.status not in UNSUPPORTED:
                raise
            return None

    @abstractmethod
    async def catalogue(self) -> list[dict[str, object]]:
        """Rows of the source's catalogue; empty when it has none."""

    async def successors(self, status: object, title: object) -> bytes | None:
        """For a table that the source has stopped: its catalogue's likely successors, the likeliest first."""
        if str(status or "Regulier").strip().lower() in ("regulier", ""):
            return None
        name = str(title or "")
        others = [
            {"Identifier": row.get("Identifier"), "Title": row.get("Title")}
            for row in await self.catalogue()
            if row.get("Identifier") != self.contract.bron.tabel
            and str(row.get("Status") or row.get("OutputStatus") or "Regulier") == "Regulier"
        ]
        likeness = {str(o["Identifier"]): SequenceMatcher(None, name, str(o["Title"])).ratio() for o in others}
        others = [o for o in others if likeness[str(o["Identifier"])] > _LIKE]
        others.sort(key=lambda o: -likeness[str(o["Identifier"])])
        return msgspec.json.encode({"value": [{"Status": str(status)}, *others[:3]]})

    async def code_list(self, base: str, entity_set: str) -> CodeList:
        body = await self.list_rows(base, entity_set)
        rows = rows_of(body)
        try:
            codes = tuple(str(row[self.code_field]) for row in rows)
        except KeyError as error:
            raise self.unexpected(f"code list {entity_set} has rows without {self.code_field}") from error
        if not codes:
            raise self.unexpected(f"code list {entity_set} is empty")
        if len(set(codes)) != len(codes):
            raise self.unexpected(f"code list {entity_set} holds a code twice")
        return CodeList(entity_set, body, codes, hashlib.sha256(list_page(body)[0]).hexdigest())

    def check_columns(self, description: Description, dimensions: set[str]) -> None:
        """Refuses the table before any row is downloaded when its columns are not the contract's."""
        for column in self.columns:
            if column not in description.columns:
                raise DeliveryRefused(
                    f"{self.name} at {self.address.feed}: column {column!r} of the contract does not exist at "
                    f"the source; it has {', '.join(sorted(description.columns))}.",
                    owner=self.owner,
                    remedy=f"Ask the owner whether it was renamed, then mend contracts/{self.contract.naam}.yml.",
                )
        if extra := dimensions - set(self.keys):
            raise DeliveryRefused(
                f"{self.name} at {self.address.feed}: dimension(s) {', '.join(sorted(extra))} are not in the "
                "contract, so that its key would not be unique.",
                owner=self.owner,
                remedy=f"Add them to `sleutels` in contracts/{self.contract.naam}.yml.",
            )

    async def fetch(self, url: str, check: Callable[[bytes], T]) -> T:
        """`Client.get`, with every final refusal turned into a `SourceRefused`."""
        try:
            return await self.client.get(url, check)
        except Refused as refusal:
            raise self.failed(refusal) from refusal

    def failed(self, refusal: Refused) -> SourceRefused:
        return SourceRefused(
            f"{self.name}: {refusal}.",
            status=refusal.status,
            owner=self.owner,
            remedy="Check that the table still exists at the source (its catalogue) and that the contract's "
            "`bron` names the right table and host.",
        )

    def unexpected(self, what: str) -> SourceError:
        return SourceError(
            f"{self.name} at {self.address.feed}: {what}.",
            owner=self.owner,
            remedy="Open the address and compare it with the contract; report the fault to the source.",
        )

    @property
    def owner(self) -> str:
        who = self.contract.eigenaar
        return f"{who.organisatie} ({who.functie}, {who.contact})"

    @staticmethod
    def _url(base: str, entity_set: str, options: dict[str, str]) -> str:
        query = "&".join(f"{key}={encode(value)}" for key, value in options.items() if value)
        return f"{base}/{entity_set}?{query}" if query else f"{base}/{entity_set}"


class _Rows(msgspec.Struct):
    value: list[dict[str, object]]


def rows_of(body: bytes) -> list[dict[str, object]]:
    """The rows of a metadata document; ValueError when it is not whole."""
    return msgspec.json.decode(body, type=_Rows).value


def _with_list(body: bytes) -> tuple[bytes, bytes, str | None]:
    return body, *list_page(body)


def _number(body: bytes) -> int:
    """The plain text of a `$count` (some servers begin it with a byte order mark)."""
    return int(body.decode("utf-8-sig").strip())
