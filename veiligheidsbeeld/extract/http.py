"""Polite, patient HTTP: few connections, retries that say what they wait for, whole bodies or an error.

aiohttp was chosen by measurement (docs of the decision: benchmarks): a page of 1.1 MB costs 0.5 ms of
processor time, with httpx 2 to 3 ms.

Environment: VB_HTTP_TIMEOUT (seconds of silence; ten times as long for a whole body), VB_HTTP_ATTEMPTS,
VB_HTTP_BACKOFF (first wait in seconds), VB_MAX_CONNECTIONS (per provider, over all processes of this home).
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
from typing import Self

import aiohttp
import yarl
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt

from veiligheidsbeeld import __version__
from veiligheidsbeeld.errors import SourceError
from veiligheidsbeeld.settings import Settings

USER_AGENT = f"veiligheidsbeeld/{__version__}"
Report = Callable[[str], None]

# Answers that a later attempt may mend.
TRANSIENT_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
# Longest time a source may ask us to wait within one run; beyond it the run ends and can be resumed.
MAX_WAIT = 300.0


class Transient(Exception):  # noqa: N818 - an event to wait for, not a final error
    """This attempt failed but the next may not; `retry_after` in seconds when the source asked for it."""

    def __init__(self, why: str, retry_after: float | None = None) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class Refused(Exception):  # noqa: N818 - callers decide whether it is an error
    """The source answered with a status that repeating will not change."""

    def __init__(self, status: int, url: str, text: str) -> None:
        super().__init__(f"HTTP {status} from {url}: {text}")
        self.status, self.url = status, url


class Client:
    """All requests of one extraction of one dataset."""

    def __init__(self, settings: Settings, *, dataset: str, provider: str, report: Report) -> None:
        env = settings.environ
        self.dataset, self.report = dataset, report
        self.timeout = float(env.get("VB_HTTP_TIMEOUT") or 60)
        self.attempts = int(env.get("VB_HTTP_ATTEMPTS") or 6)
        self.backoff = float(env.get("VB_HTTP_BACKOFF") or 1)
        self.live = settings.sources == "live"
        self.slots = Slots(settings.home / "slots", provider, int(env.get("VB_MAX_CONNECTIONS") or 4))
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        # Compressed transport spares the public service; on loopback it would only cost time.
        encoding = "gzip" if self.live else "identity"
        self._session = aiohttp.ClientSession(
            headers={"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": encoding},
            timeout=aiohttp.ClientTimeout(
                total=10 * self.timeout, sock_connect=min(self.timeout, 20), sock_read=self.timeout
            ),
            trust_env=self.live,
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._session:
            await self._session.close()

    async def get[T](self, url: str, check: Callable[[bytes], T]) -> T:
        """`check(body)` of the first whole answer; `check` raises ValueError for a body that is not whole.

        Raises `SourceError` when every attempt failed and `Refused` for a status that will not change.
        """
        raise NotImplementedError
