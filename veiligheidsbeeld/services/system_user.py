"""Who runs the embedded PostgreSQL: oneself, or as root an unprivileged system user made for it."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from veiligheidsbeeld.errors import VeiligheidsbeeldError

NAME = "veiligheidsbeeld"


@dataclass(frozen=True)
class ServerUser:
    """The operating-system user of the server; `switch` is false when that is the caller itself."""

    name: str
    uid: int
    gid: int
    switch: bool

    def popen_arguments(self) -> dict:
        """Arguments for `subprocess` that start a child as this user, with nothing of root's groups or secrets."""
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": os.environ.get("TZ", "UTC")}
        if not self.switch:
            return {"env": environment}
        return {"env": environment, "user": self.uid, "group": self.gid, "extra_groups": [], "umask": 0o077}

    def own(self, *paths: Path) -> None:
        if self.switch:
            for path in paths:
                os.chown(path, self.uid, self.gid)

    def make_reachable(self, path: Path, report: Callable[[str], None]) -> None:
        """Lets this user reach `path`: adds o+x to the directories above it that need it, and tells so.

        An executable that the installer made private (umask 077) becomes readable with the files beside it.
        """
        if not self.switch:
            return
        for directory in reversed(path.resolve().parents):
            if not self._may(directory.stat(), stat.S_IXOTH):
                directory.chmod(directory.stat().st_mode | stat.S_IXOTH)
                report(f"{directory}: made passable for user {self.name} (chmod o+x), PostgreSQL does not run as root")
        if path.is_file() and not self._may(path.stat(), stat.S_IXOTH | stat.S_IROTH):
            package = path.parents[2]
            report(f"{package}: made readable for user {self.name} (chmod -R o+rX)")
            for root in (package, package.with_name(package.name + ".libs")):
                for entry in (root, *root.rglob("*")):
                    mode = entry.stat().st_mode
                    wanted = stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
                    entry.chmod(mode | wanted)

    def _may(self, found: os.stat_result, bits: int) -> bool:
        if found.st_uid == self.uid:
            bits <<= 6
        elif found.st_gid == self.gid:
            bits <<= 3
        return found.st_mode & bits == bits


def server_user() -> ServerUser:
    """The user for the server; as root the system user `veiligheidsbeeld` (made when missing), else `nobody`."""
    if os.geteuid() != 0:
        return ServerUser(str(os.geteuid()), os.geteuid(), os.getegid(), switch=False)
    for name in (NAME, "nobody"):
        if found := _lookup(name) or (name == NAME and _create(name)) or None:
            return ServerUser(name, found.pw_uid, found.pw_gid, switch=True)
    raise VeiligheidsbeeldError(
        "PostgreSQL does not run as root and no unprivileged user could be made.",
        remedy=f"Make one (`useradd --system {NAME}`), or run as an ordinary user.",
    )


def _lookup(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _create(name: str) -> pwd.struct_passwd | None:
    program = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is None:
        return None
    command = [program, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    command += ["--shell", "/usr/sbin/nologin", name]
    for _ in range(20):
        # Another copy may be making the same user: then useradd finds its file locked, or the user there.
        subprocess.run(command, capture_output=True, check=False)
        if found := _lookup(name):
            return found
        time.sleep(0.1)
    return None
