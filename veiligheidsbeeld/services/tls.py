"""TLS for the embedded server: a certificate by file, and from then on nobody gets in without.

The server of the wheel is built without TLS: VB_PG_BIN names the programs of one that has it. A server of your own
(VB_PG_HOST) has a configuration of its own; deploy/postgres-tls.conf shows it.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
import subprocess
from pathlib import Path

from veiligheidsbeeld.errors import ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.services.system_user import ServerUser
from veiligheidsbeeld.settings import Settings

LOOPBACK = "127.0.0.1"
_CERTIFICATE, _KEY, _ACCESS = "server.crt", "server.key", "veiligheidsbeeld_hba.conf"
# Encrypted or from this very machine, and always with the password.
_WHO = "local all all scram-sha-256\nhostssl all all all scram-sha-256\n"


def configuration(settings: Settings, data: Path, user: ServerUser, server: Path) -> dict[str, str]:
    """Settings of the server: where it listens, and with VB_PG_CERT and VB_PG_KEY its certificate.

    Certificate and key are copied to its folder at every start, so that it can read them whoever owns the originals.
    Raises `ConfigurationError` for half a certificate, a server that cannot speak TLS, or an address beyond this
    machine without one.
    """
    listen = settings.environ.get("VB_PG_LISTEN") or LOOPBACK
    given = [settings.environ.get(name) for name in ("VB_PG_CERT", "VB_PG_KEY")]
    if not any(given):
        if not _stays_here(listen):
            raise ConfigurationError(
                f"VB_PG_LISTEN={listen} opens the warehouse to other machines, without encryption.",
                remedy="Give it a certificate (VB_PG_CERT and VB_PG_KEY), or leave VB_PG_LISTEN out.",
            )
        return {"listen_addresses": listen}
    for name, path in zip((_CERTIFICATE, _KEY), given, strict=True):
        if not path or not Path(path).is_file():
            raise ConfigurationError(
                f"VB_PG_CERT and VB_PG_KEY name a certificate and its key; {path or 'one of them'} is not there.",
                remedy="Name both files (PEM), the certificate with those between it and the root behind it.",
            )
        _keep(Path(path), data / name, user)
    _can_encrypt(data, user, server)
    (data / _ACCESS).write_text(_WHO)
    user.own(data / _ACCESS)
    return {
        "listen_addresses": listen,
        "ssl": "on",
        "ssl_cert_file": _CERTIFICATE,
        "ssl_key_file": _KEY,
        "ssl_min_protocol_version": "TLSv1.2",
        "hba_file": str(data / _ACCESS),
    }


def _stays_here(listen: str) -> bool:
    def here(address: str) -> bool:
        try:
            return ipaddress.ip_address(address).is_loopback
        except ValueError:
            return address == "localhost"

    return all(here(address.strip()) for address in listen.split(","))


def _keep(path: Path, target: Path, user: ServerUser) -> None:
    target.unlink(missing_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with path.open("rb") as source, os.fdopen(descriptor, "wb") as copy:
        shutil.copyfileobj(source, copy)
    user.own(target)


def _can_encrypt(data: Path, user: ServerUser, server: Path) -> None:
    command = [str(server), "-C", "ssl_library", "-D", str(data)]
    asked = subprocess.run(command, cwd=data, capture_output=True, text=True, **user.popen_arguments())
    if asked.returncode:
        raise VeiligheidsbeeldError(
            f"{server} does not say whether it has TLS: {asked.stderr.strip()[-500:]}",
            remedy="See whether VB_PG_BIN names the programs of a PostgreSQL 18 that runs here.",
        )
    if not asked.stdout.strip():
        raise ConfigurationError(
            f"The PostgreSQL of {server.parent} is built without TLS.",
            remedy="Set VB_PG_BIN to the folder with the programs of a PostgreSQL 18 that has it (as"
            " /usr/lib/postgresql/18/bin), use a server of your own (VB_PG_HOST), or leave both settings out.",
        )
