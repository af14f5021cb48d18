"""Polite, patient HTTP: few connections, retries that say what they wait for, whole bodies or an error.

aiohttp was chosen by measurement (docs/decisions): a page of 1.1 MB costs 0.5 ms of processor time, with
httpx 2 to 3 ms.

Environment: VB_HTTP_TIMEOUT (seconds of silence; ten times as long for a whole body), VB_HTTP_ATTEMPTS,
VB_HTTP_BACKOFF (first wait in seconds), VB_MAX_CONNECTIONS (per provider, over all processes of this home),
VB_REQUESTS_PER_SECOND (per extraction; none: no limit), VB_CONTACT (who asks, an address for the source; in
User-Agent). Live, HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE are heeded.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Self, TypeVar

import aiohttp
import msgspec
import yarl
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt

from veiligheidsbeeld import __version__
from veiligheidsbeeld.errors import SourceError
from veiligheidsbeeld.settings import Settings

USER_AGENT = f"veiligheidsbeeld/{__version__}"
Report = Callable[[str], None]
T = TypeVar("T")

# Answers that a later attempt may mend.
TRANSIENT_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
# Longest time a source may ask us to wait within one run; beyond it the run ends and can be resumed.
MAX_WAIT = 300.0


class Transient(Exception):
    """This attempt failed but the next may not; `retry_after` in seconds when the source asked for it."""

    def __init__(self, why: str, retry_after: float | None = None) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class Refused(Exception):
    """The source answered with a status that repeating will not change."""

    def __init__(self, status: int, url: str, text: str) -> None:
        super().__init__(f"HTTP {status} from {url}: {text}")
        self.status, self.url = status, url


class Client:
    """All requests of one extraction of one dataset."""

    def __init__(self, settings: Settings, *, dataset: str, provider: str, concurrent: int, report: Report) -> None:
        self.dataset, self.report = dataset, report
        self.timeout = settings.number("VB_HTTP_TIMEOUT", 60.0)
        contact = settings.environ.get("VB_CONTACT")
        self.agent = f"{USER_AGENT} ({contact})" if contact else USER_AGENT
        self.pace = Pace(settings.number("VB_REQUESTS_PER_SECOND", 0.0))
        self.attempts = settings.number("VB_HTTP_ATTEMPTS", 6)
        self.backoff = settings.number("VB_HTTP_BACKOFF", 1.0)
        self.live = settings.sources == "live"
        self.own = asyncio.Semaphore(concurrent)
        self.slots = Slots(settings.home / "slots", provider, settings.number("VB_MAX_CONNECTIONS", 4))
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        # Compressed transport spares the public service; on loopback it would only cost time.
        encoding = "gzip" if self.live else "identity"
        self._session = aiohttp.ClientSession(
            headers={"User-Agent": self.agent, "Accept": "application/json", "Accept-Encoding": encoding},
            timeout=aiohttp.ClientTimeout(
                total=10 * self.timeout, sock_connect=min(self.timeout, 20), sock_read=self.timeout
            ),
            trust_env=self.live,
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        # aiohttp repeats a broken request once, at once and in silence; every repeat here waits and is told.
        self._session._retry_connection = False
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._session:
            await self._session.close()

    async def get(self, url: str, check: Callable[[bytes], T]) -> T:
        """`check(body)` of the first whole answer; `check` raises ValueError for a body that is not whole.

        Raises `SourceError` when every attempt failed and `Refused` for a status that will not change.
        """

        def tell(state: RetryCallState) -> None:
            assert state.outcome and state.next_action
            self.report(
                f"{self.dataset}: {state.outcome.exception()}; waiting {state.next_action.sleep:.1f} s before "
                f"attempt {state.attempt_number + 1} of {self.attempts} at {brief(url)}"
            )

        retrying = AsyncRetrying(
            stop=stop_after_attempt(self.attempts),
            wait=self._wait,
            retry=retry_if_exception_type(Transient),
            before_sleep=tell,
            reraise=True,
        )
        try:
            return await retrying(self._once, url, check)
        except Transient as last:
            raise SourceError(
                f"{self.dataset}: no complete answer from {brief(url)} in {self.attempts} attempts; last: {last}.",
                remedy="Start the same step again later: it goes on after the last complete page. If it keeps "
                "failing, open the address in a browser and report the fault to the source.",
            ) from last

    async def _once(self, url: str, check: Callable[[bytes], T]) -> T:
        assert self._session, "use as an async context manager"
        async with self.own, self.slots.one():
            await self.pace.wait()
            try:
                # encoded=True: the source compares padded keys literally, so the URL goes out as written.
                request = self._session.get(yarl.URL(url, encoded=True), allow_redirects=False)
                async with request as response:
                    if response.status != 200:
                        await self._refuse(response, url)
                    body = await response.read()
            except TimeoutError as error:
                raise Transient(
                    f"no whole answer in time ({self.timeout:g} s of silence or {10 * self.timeout:g} s in all)"
                ) from error
            except aiohttp.ClientConnectorCertificateError as error:
                raise SourceError(
                    f"{self.dataset}: the certificate of {error.host} is not trusted: {error.certificate_error}.",
                    remedy="Behind a proxy that opens TLS, name the organisation's own CA: SSL_CERT_FILE=<file.pem>.",
                ) from error
            except (aiohttp.ClientError, OSError) as error:
                raise Transient(f"connection failed ({type(error).__name__}: {error})") from error
        if said := _said(body):
            raise Transient(f"the source answers with an error of its own: {said}")
        try:
            return check(body)
        except ValueError as error:
            raise Transient(f"the answer of {len(body):,} bytes is not whole ({error})") from error

    async def _refuse(self, response: aiohttp.ClientResponse, url: str) -> None:
        text = _one_line((await response.content.read(300)).decode("utf-8", "replace"))
        if response.status not in TRANSIENT_STATUS:
            target = f" redirect to {response.headers['Location']}" if "Location" in response.headers else ""
            raise Refused(response.status, brief(url), f"{response.reason}{target} {text}".strip())
        asked = _seconds(response.headers.get("Retry-After"))
        if asked is not None and asked > MAX_WAIT:
            raise SourceError(
                f"{self.dataset}: {brief(url)} answered {response.status} and asks to wait {asked:,.0f} s.",
                remedy=f"Start the same step again after {asked / 60:,.0f} minutes; complete pages are kept.",
            )
        wish = "" if asked is None else f", Retry-After {asked:g} s"
        raise Transient(f"HTTP {response.status} {response.reason}{wish}", asked)

    def _wait(self, state: RetryCallState) -> float:
        """Exponential back-off with jitter, never shorter than the source asked for."""
        longest = min(60.0, self.backoff * 2 ** (state.attempt_number - 1))
        error = state.outcome.exception() if state.outcome else None
        return max(getattr(error, "retry_after", None) or 0.0, random.uniform(longest / 2, longest))


class Pace:
    """At most so many requests a second, of one extraction; 0 is no limit."""

    def __init__(self, per_second: float) -> None:
        self.between, self.next = 1 / per_second if per_second > 0 else 0.0, 0.0

    async def wait(self) -> None:
        """Until the next request may go."""
        now = asyncio.get_running_loop().time()
        self.next = max(now, self.next) + self.between
        if (pause := self.next - self.between - now) > 0:
            await asyncio.sleep(pause)


class Slots:
    """At most `limit` requests under way per provider, over all processes that share a home.

    Each slot is a locked file, so that a process that dies gives its slots back by dying.
    """

    def __init__(self, folder: Path, provider: str, limit: int) -> None:
        self.files = [folder / f"{provider}-{n}" for n in range(limit)]

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        descriptor = self._try()
        while descriptor is None:
            await asyncio.sleep(random.uniform(0.002, 0.01))
            descriptor = self._try()
        try:
            yield
        finally:
            os.close(descriptor)

    def _try(self) -> int | None:
        self.files[0].parent.mkdir(parents=True, exist_ok=True)
        for file in self.files:
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return descriptor
            except OSError:
                os.close(descriptor)
        return None


def _said(body: bytes) -> str | None:
    """The source's own words, where an answer with status 200 is an error after all."""
    if not body[:64].lstrip().startswith((b'{"error"', b'{"odata.error"', b'{ "error"')):
        return None
    try:
        error = next(iter(msgspec.json.decode(body, type=dict).values()))
        message = error["message"]
        return _one_line(str(message["value"] if isinstance(message, dict) else message))
    except (msgspec.DecodeError, KeyError, TypeError, StopIteration):
        return _one_line(body[:300].decode("utf-8", "replace"))


def _one_line(said: str) -> str:
    """What a source says, as it may stand in a log or on a terminal: one line without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())


def brief(url: str) -> str:
    """A URL short enough for a message; filters can be thousands of characters long."""
    return url if len(url) <= 240 else f"{url[:200]}… ({len(url)} characters)"


def _seconds(retry_after: str | None) -> float | None:
    """`Retry-After` as seconds from now; both forms of the header, None when absent or unreadable."""
    if not retry_after:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
