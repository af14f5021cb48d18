"""Faults on demand: which request meets which trouble, and how often."""

from __future__ import annotations

import threading
from typing import Literal

import msgspec

from sandbox.source_server.changes import Change


class Fault(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One kind of trouble for the requests that it fits.

    soort: `status` (answers `status`; 503 and 429 with `Retry-After: retry_after` seconds) · `reset` (TCP reset
    after `fractie` of the body) · `afgekapt` (200 with only `fractie` of the body; `vorm`: `eerlijk` = a
    Content-Length that fits the cut body, `lengte` = the whole body's Content-Length and then the end of the
    connection, `chunked` = chunks without the last one) · `traag` (the body in `stukken` pieces over `seconden`) ·
    `verandert` (the table is changed by `wijzigingen` before the request is answered: with `na: 3` after three
    pages).

    Fits by `tabel`, `entiteit` (`TypedDataSet`, `Perioden`, `TypedDataSet/$count`, `Tables`, ...) and `deel`
    (text within the decoded `$filter`); what is not given fits everything. The first `na` fitting requests pass,
    then `keer` are hit (null: always).
    """

    soort: Literal["status", "reset", "afgekapt", "traag", "verandert"]
    tabel: str | None = None
    entiteit: str | None = None
    deel: str | None = None
    keer: int | None = 1
    na: int = 0
    status: int = 500
    retry_after: int = 1
    fractie: float = 0.5
    vorm: Literal["eerlijk", "lengte", "chunked"] = "eerlijk"
    seconden: float = 5.0
    stukken: int = 10
    wijzigingen: list[Change] = []


class Faults:
    """The faults in force; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._active: list[tuple[Fault, list[int]]] = []  # with the number of fitting requests and of hits

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._active.append((fault, [0, 0]))

    def clear(self) -> None:
        with self._lock:
            self._active.clear()

    def describe(self) -> list[dict]:
        """The faults with the number of requests that fitted (`gezien`) and were hit (`geraakt`)."""
        with self._lock:
            return [
                {**msgspec.to_builtins(fault), "gezien": seen, "geraakt": hit} for fault, (seen, hit) in self._active
            ]

    def meet(self, table: str | None, entity: str, filter_text: str) -> Fault | None:
        """The fault that this request meets, counted; the one that was added first wins."""
        met = None
        with self._lock:
            for fault, counts in self._active:
                if (
                    (fault.tabel is not None and fault.tabel != table)
                    or (fault.entiteit is not None and fault.entiteit != entity)
                    or (fault.deel is not None and fault.deel not in filter_text)
                ):
                    continue
                counts[0] += 1
                spent = fault.keer is not None and counts[1] >= fault.keer
                if met is None and counts[0] > fault.na and not spent:
                    counts[1] += 1
                    met = fault
        return met
