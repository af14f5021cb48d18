"""The client against real sockets: what it survives, what it says, and when it gives up."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.extract.scripted import Answer, scripted
from veiligheidsbeeld import __version__
from veiligheidsbeeld.errors import SourceError
from veiligheidsbeeld.extract.http import Client, Refused, Slots
from veiligheidsbeeld.settings import Settings

WHOLE = json.dumps({"value": list(range(1000))}).encode()


def fetch(tmp_path: Path, url: str, said: list[str] | None = None, **environ: str) -> dict:
    env = {"VB_HOME": str(tmp_path), "VB_HTTP_BACKOFF": "0.02", "VB_HTTP_ATTEMPTS": "3", **environ}
    settings = Settings.from_env(env)
    report: Callable[[str], None] = (said if said is not None else []).append

    async def run() -> dict:
        async with Client(settings, dataset="proef", provider="politie", concurrent=2, report=report) as client:
            return await client.get(url, json.loads)

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Answer(b"oops", 500), "HTTP 500"),
        (Answer(b"", 503), "HTTP 503"),
        (Answer(b"", 429), "HTTP 429"),
        (Answer(reset=True), "connection failed"),
        (Answer(WHOLE[:700], announced=len(WHOLE)), "connection failed"),
        (Answer(WHOLE[:700]), "not whole"),
        (Answer(b"<html>onderhoud</html>"), "not whole"),
        (Answer(b""), "not whole"),
    ],
    ids=["500", "503", "429", "reset", "cut short", "truncated json with 200", "html with 200", "empty"],
)
def test_survives_one_fault_and_says_what_it_waits_for(tmp_path: Path, fault: Answer, told: str) -> None:
    said: list[str] = []
    with scripted(lambda _, number: fault if number == 1 else Answer(WHOLE)) as source:
        assert fetch(tmp_path, source.url + "/x", said) == json.loads(WHOLE)
        assert len(source.paths) == 2
    assert len(said) == 1
    assert told in said[0]
    assert "attempt 2 of 3" in said[0]
    assert source.url in said[0]


def test_gives_up_with_dataset_address_and_remedy(tmp_path: Path) -> None:
    with scripted(lambda *_: Answer(b"", 500)) as source, pytest.raises(SourceError) as failure:
        fetch(tmp_path, source.url + "/47013NED")
    assert len(source.paths) == 3
    assert "proef" in failure.value.what
    assert f"{source.url}/47013NED" in failure.value.what
    assert "Start the same step again" in failure.value.remedy


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_honoured(tmp_path: Path, form: str) -> None:
    def answer(_: str, number: int) -> Answer:
        if number > 1:
            return Answer(WHOLE)
        moment = datetime.now(UTC) + timedelta(seconds=2)
        return Answer(b"", 503, {"Retry-After": "1" if form == "seconds" else format_datetime(moment, usegmt=True)})

    said: list[str] = []
    with scripted(answer) as source:
        start = time.monotonic()
        fetch(tmp_path, source.url, said)
        # A date has whole seconds: of the two that were asked for at least one remains.
        assert time.monotonic() - start >= 0.95
    assert "Retry-After" in said[0]


def test_a_wait_of_an_hour_ends_the_run_at_once(tmp_path: Path) -> None:
    with scripted(lambda *_: Answer(b"", 503, {"Retry-After": "3600"})) as source:
        with pytest.raises(SourceError, match="asks to wait 3,600 s"):
            fetch(tmp_path, source.url)
        assert len(source.paths) == 1


def test_a_body_that_stalls_is_abandoned(tmp_path: Path) -> None:
    with scripted(lambda _, n: Answer(WHOLE, pause=30 if n == 1 else 0)) as source:
        start = time.monotonic()
        assert fetch(tmp_path, source.url, VB_HTTP_TIMEOUT="0.3") == json.loads(WHOLE)
        assert time.monotonic() - start < 15


@pytest.mark.parametrize("status", [302, 400, 403, 404, 501])
def test_final_statuses_are_not_repeated(tmp_path: Path, status: int) -> None:
    with scripted(lambda *_: Answer(b"nee", status, {"Location": "http://elders.example/"})) as source:
        with pytest.raises(Refused, match=str(status)):
            fetch(tmp_path, source.url)
        assert len(source.paths) == 1


def test_says_who_it_is_and_no_more(tmp_path: Path) -> None:
    with scripted(lambda *_: Answer(WHOLE)) as source:
        fetch(tmp_path, source.url)
    sent = {name: value for name, value in source.headers[0].items() if name not in ("Host", "Accept", "Connection")}
    assert sent == {"User-Agent": f"veiligheidsbeeld/{__version__}", "Accept-Encoding": "identity"}


def test_live_sources_may_compress_and_a_cut_stream_is_noticed(tmp_path: Path) -> None:
    packed = gzip.compress(WHOLE)
    coded = {"Content-Encoding": "gzip"}
    said: list[str] = []
    answers = {1: Answer(packed[:-20], headers=coded), 2: Answer(packed, headers=coded)}
    with scripted(lambda _, number: answers[number]) as source:
        assert fetch(tmp_path, source.url, said, VB_SOURCES="live") == json.loads(WHOLE)
    assert source.headers[0]["Accept-Encoding"] == "gzip"
    assert len(said) == 1


def test_slots_bound_the_requests_of_a_provider_over_clients(tmp_path: Path) -> None:
    under_way = most = 0

    async def work(slots: Slots) -> None:
        nonlocal under_way, most
        for _ in range(5):
            async with slots.one():
                under_way += 1
                most = max(most, under_way)
                await asyncio.sleep(0.005)
                under_way -= 1

    async def run() -> None:
        # Every worker has Slots of its own, as processes have; only the files are shared.
        await asyncio.gather(*(work(Slots(tmp_path, "politie", 2)) for _ in range(6)))

    asyncio.run(run())
    assert most == 2
