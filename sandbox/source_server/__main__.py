"""`python -m sandbox.source_server`: the source server as a process of its own.

Prints one JSON line with its address when it is ready, and stops on SIGTERM or SIGINT with exit code 0.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from sandbox.source_server import Recordings, serve
from sandbox.source_server.cube import Cube
from sandbox.source_server.table import Table
from veiligheidsbeeld.errors import ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.settings import Settings


def _keep_memory() -> None:
    """Lets glibc keep what a page needed for the next one instead of handing it back to the kernel.

    Measured: with the defaults a third of the time of a page goes to page faults. Elsewhere than on glibc
    nothing happens.
    """
    trim_threshold, mmap_threshold = -1, -3  # names in malloc.h
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(trim_threshold, 256 << 20)
        libc.mallopt(mmap_threshold, 32 << 20)


def _tables(settings: Settings) -> Mapping[str, Cube | Table]:
    if settings.sources == "live":
        raise ConfigurationError(
            "SOURCES=live: the real sources need no source server.", remedy="Leave SOURCES out, or name a folder."
        )
    if settings.sources != "sample":
        return Recordings(Path(settings.sources))
    from sandbox import sample

    return sample.cubes(settings)


def _layers(settings: Settings) -> Mapping[str, list[dict]]:
    """Boundaries: the sample has outlines of its own, and no recording holds any."""
    if settings.sources != "sample":
        return {}
    from sandbox.sample import outlines

    return outlines.layers()


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.source_server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 (default) takes a free one")
    parser.add_argument("--sources", help="'sample' or a folder of recordings (default: SOURCES or VB_SOURCES)")
    parser.add_argument("--home", help="folder that keeps the changes made to the data (default: VB_HOME)")
    parser.add_argument(
        "--internal-hosts",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="write the sources' internal host names into links, as the sources do; "
        "--no-internal-hosts for clients that follow links literally",
    )
    given = parser.parse_args(argv)
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(message)s")
    _keep_memory()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        settings = Settings.from_env(_environ(given))
        state = settings.home / "bronserver" / f"wijzigingen_{settings.bron_soort}.json"
        with serve(
            _tables(settings),
            given.port,
            kind=settings.bron_soort,
            internal_hosts=given.internal_hosts,
            state=state,
            layers=_layers(settings),
        ) as server:
            print(json.dumps({"url": server.url, "bron_soort": server.store.kind}), flush=True)
            stop.wait()
    except OSError as error:
        what = f"The source server cannot listen on port {given.port}: {error.strerror}."
        print(f"{what} Remedy: Give another --port, or 0 for a free one.", file=sys.stderr)
        return 1
    except VeiligheidsbeeldError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _environ(given: argparse.Namespace) -> dict[str, str]:
    named = {"VB_SOURCES": given.sources, "VB_HOME": given.home}
    return {**os.environ, **{k: v for k, v in named.items() if v}}


if __name__ == "__main__":
    sys.exit(main())
