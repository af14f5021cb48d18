"""Python processes that begin with the slow imports done.

Great Expectations and dbt take two to four seconds of processor time to import, and one run has some twenty processes
that need them. `run` and `up` start one server that imports them once and forks for every process that is asked for
(`start`). Where no server answers, `start` begins a Python of its own: the same module, arguments and end, only later.

The server imports packages of others alone: a process has the code of its project as it is in its folder now.
See docs/decisions/0017-forkserver.md.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import struct
import subprocess
import sys
import threading
import traceback
import warnings
from importlib import import_module
from pathlib import Path
from typing import IO, NoReturn

from veiligheidsbeeld.settings import Settings

NAME = "forkserver"
PRELOADED = ("great_expectations", "dbt.cli.main", "dbt.adapters.postgres", "psycopg")
# The path of a Unix socket must fit in 108 bytes.
LONGEST_PATH = 107
_HEADER = struct.Struct("!I")


def address(settings: Settings) -> str | None:
    """Path of the server's socket; None when it would not fit in a socket address.

    VB_FORKSERVER names another, as for homes that share one.
    """
    path = os.environ.get("VB_FORKSERVER") or str(settings.home / "run" / f"{NAME}.sock")
    return path if len(os.fsencode(path)) <= LONGEST_PATH else None


class Forked:
    """A process that the server forked; what of `subprocess.Popen` its users need."""

    def __init__(self, connection: socket.socket, lifeline: int, stdout: IO[str] | None) -> None:
        self._connection, self.stdout = connection, stdout
        self._lifeline: int | None = lifeline
        self.returncode: int | None = None
        self.pid = _HEADER.unpack(_receive(connection, _HEADER.size))[0]

    def poll(self) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0.0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, negative for a signal; -9 as well when the server went down with it."""
        if self.returncode is None:
            ready = selectors.DefaultSelector()
            with ready:
                ready.register(self._connection, selectors.EVENT_READ)
                if not ready.select(timeout):
                    raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            answer = self._connection.recv(_HEADER.size)
            self.returncode = struct.unpack("!i", answer)[0] if len(answer) == _HEADER.size else -signal.SIGKILL
            self._connection.close()
            self._let_go()
        return self.returncode

    def terminate(self) -> None:
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        # The server keeps the number of an ended process from being used again until it has told that it ended.
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _let_go(self) -> None:
        if self._lifeline is not None:
            os.close(self._lifeline)
        self._lifeline = None

    def __enter__(self) -> Forked:
        return self

    def __exit__(self, *_: object) -> None:
        """As with `Popen`: who has not waited for the end does not want the rest."""
        if self.stdout:
            self.stdout.close()
        self._let_go()
        self.wait()


def start(
    settings: Settings, module: str, *arguments: str, environment: dict[str, str], output: int | None = None
) -> Forked | subprocess.Popen[str]:
    """Starts `module.main()` with `arguments` in a process that ends when this one does (see `end_with_parent`).

    `environment` is all that it gets. `output` as in `subprocess.Popen`: None for that of this process, PIPE to read it
    (errors included) from `stdout`, or DEVNULL.
    """
    request = {"module": module, "arguments": arguments, "environment": environment, "folder": str(settings.project)}
    path = address(settings)
    if path and Path(path).exists():
        with contextlib.suppress(ConnectionError, FileNotFoundError):
            return _ask(path, request, output)
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=settings.project,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        text=True,
    )


def end_with_parent() -> None:
    """Ends this process when the one that asked for it is gone: then nobody holds the other end of its input."""

    def watch() -> None:
        while sys.stdin.read(1):
            pass
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _ask(path: str, request: dict, output: int | None) -> Forked:
    with contextlib.ExitStack() as ours:
        theirs, lifeline = os.pipe()
        ours.callback(os.close, theirs)
        keep = contextlib.ExitStack()
        keep.callback(os.close, lifeline)
        stdout: IO[str] | None = None
        targets = [theirs, 1, 2] if output is None else [theirs]
        if output == subprocess.PIPE:
            reading, writing = os.pipe()
            ours.callback(os.close, writing)
            stdout = keep.enter_context(os.fdopen(reading, encoding="utf-8", errors="replace"))
            targets += [writing, writing]
        elif output == subprocess.DEVNULL:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            ours.callback(os.close, nowhere)
            targets += [nowhere, nowhere]
        with keep:
            connection = keep.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            connection.connect(path)
            body = json.dumps(request).encode()
            socket.send_fds(connection, [_HEADER.pack(len(body))], targets)
            connection.sendall(body)
            forked = Forked(connection, lifeline, stdout)
            keep.pop_all()
            return forked


def _receive(connection: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        if not (part := connection.recv(size - len(found))):
            raise ConnectionAbortedError("the fork server closed the connection")
        found += part
    return found


class Server:
    """Accepts requests on a socket that only this user can reach, forks, and tells how each process ended."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._children: dict[int, socket.socket] = {}
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        Path(path).unlink(missing_ok=True)
        before = os.umask(0o177)
        self._listener.bind(path)
        os.umask(before)
        # Who asks during the imports waits for them: that is still sooner than importing by itself.
        self._listener.listen(64)

    def serve(self) -> NoReturn:
        preload()
        wakes, woken = socket.socketpair()
        wakes.setblocking(False)
        woken.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(woken.fileno())
        ready = selectors.DefaultSelector()
        ready.register(self._listener, selectors.EVENT_READ)
        ready.register(wakes, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                if key.fileobj is self._listener:
                    self._accept()
                else:
                    with contextlib.suppress(BlockingIOError):
                        wakes.recv(4096)
            self._reap()

    def _accept(self) -> None:
        connection, _ = self._listener.accept()
        # A client that says half a request must not keep the others waiting.
        connection.settimeout(5)
        fds: list[int] = []
        try:
            header, fds, _, _ = socket.recv_fds(connection, _HEADER.size, 3)
            request = json.loads(_receive(connection, _HEADER.unpack(header)[0]))
            pid = os.fork()
            if pid == 0:
                self._leave(connection)
                _become(request, fds)
            self._children[pid] = connection
            with contextlib.suppress(OSError):
                connection.sendall(_HEADER.pack(pid))
        except (OSError, ValueError, struct.error):
            traceback.print_exc()
            connection.close()
        finally:
            for fd in fds:
                os.close(fd)

    def _leave(self, connection: socket.socket) -> None:
        """In a forked process: nothing of the server stays open."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for other in (self._listener, connection, *self._children.values()):
            other.close()

    def _reap(self) -> None:
        for pid, connection in list(self._children.items()):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                del self._children[pid]
                with contextlib.suppress(OSError), connection:
                    connection.sendall(struct.pack("!i", os.waitstatus_to_exitcode(status)))


def preload() -> None:
    """The slow imports. The collector rests meanwhile, and never looks again at what is the same for every process."""
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    # A process with threads should not fork, and numpy would start some.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    gc.disable()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for module in PRELOADED:
            import_module(module)
    gc.freeze()
    gc.enable()


def _become(request: dict, fds: list[int]) -> NoReturn:
    """The forked process: what `python -m module arguments` would have been."""
    code: object = 1
    try:
        for number, fd in enumerate(fds):
            os.dup2(fd, number)
        for fd in fds:
            os.close(fd)
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        sys.path.insert(0, request["folder"])
        for name in [m for m in sys.modules if m.partition(".")[0] == __package__]:
            del sys.modules[name]
        sys.argv = [request["module"], *request["arguments"]]
        import_module(request["module"]).main()
        code = 0
    except SystemExit as stop:
        code = stop.code
    except BaseException:
        traceback.print_exc()
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


def main() -> None:
    Server(sys.argv[1]).serve()


if __name__ == "__main__":
    main()
