"""A certificate on the embedded server: nobody gets in without, and who checks it gets in."""

import os
import stat
import subprocess
from pathlib import Path

import psycopg
import pytest

from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.services import postgres
from veiligheidsbeeld.services.bootstrap import bootstrap
from veiligheidsbeeld.settings import Settings


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of our own making for this machine, and its key."""
    return made(tmp_path_factory.mktemp("tls"))


def made(folder: Path) -> tuple[Path, Path]:
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", names, "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "cert.pem", folder / "key.pem"


def settings_of(home: Path, **environment: str) -> Settings:
    return Settings.from_env({"VB_HOME": str(home), **environment})


def test_the_server_of_the_wheel_says_that_it_cannot(home_factory, certificate, monkeypatch):
    monkeypatch.delenv("VB_PG_BIN", raising=False)
    cert, key = map(str, certificate)
    with pytest.raises(ConfigurationError, match="built without TLS") as refused:
        postgres.start(settings_of(home_factory(), VB_PG_CERT=cert, VB_PG_KEY=key))
    assert "VB_PG_BIN" in refused.value.remedy


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"VB_PG_LISTEN": "0.0.0.0"}, "without encryption"),
        ({"VB_PG_LISTEN": "127.0.0.1,warehouse.example"}, "without encryption"),
        ({"VB_PG_CERT": "/nowhere/cert.pem", "VB_PG_KEY": "/nowhere/key.pem"}, "is not there"),
        ({"VB_PG_CERT": "/dev/null"}, "is not there"),
    ],
)
def test_half_a_protection_is_none(home_factory, given, told):
    home = home_factory()
    with pytest.raises(ConfigurationError, match=told):
        postgres.start(settings_of(home, **given))
    assert postgres.postmaster(settings_of(home)) is None


# A PostgreSQL 18 with TLS: what VB_PG_BIN names, or Debian's own place. The one of the wheel has none.
WITH_TLS = Path(os.environ.get("VB_PG_BIN") or "/usr/lib/postgresql/18/bin")


@pytest.mark.skipif(not (WITH_TLS / "initdb").exists(), reason=f"no PostgreSQL 18 with TLS in {WITH_TLS} (VB_PG_BIN)")
def test_with_a_certificate_nobody_gets_in_without(home_factory, certificate, monkeypatch, tmp_path):
    monkeypatch.setenv("VB_PG_BIN", str(WITH_TLS))
    cert, key = certificate
    home = home_factory()
    given = {"VB_PG_CERT": str(cert), "VB_PG_KEY": str(key)}
    started = postgres.start(settings_of(home, **given))
    try:
        bootstrap(started)  # every role of the pipeline, by TLS without being told
        known = started.conninfo("bi_lezer") | {"host": "localhost", "hostaddr": "127.0.0.1"}
        with pytest.raises(psycopg.OperationalError, match="no encryption"):
            psycopg.connect(**{**known, "sslmode": "disable"})
        with psycopg.connect(**{**known, "sslmode": "verify-full", "sslrootcert": str(cert)}) as connection:
            assert connection.pgconn.ssl_in_use
            (version,) = connection.execute("select version from pg_stat_ssl where pid = pg_backend_pid()").fetchone()
        assert version in ("TLSv1.2", "TLSv1.3")
        with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
            psycopg.connect(**{**known, "sslmode": "verify-full", "sslrootcert": str(made(tmp_path)[0])})
        with pytest.raises(psycopg.OperationalError, match="does not match host name"):
            psycopg.connect(**{**known, "host": "elders.example", "sslmode": "verify-full", "sslrootcert": str(cert)})
        assert stat.S_IMODE((postgres.data_directory(started) / "server.key").stat().st_mode) == 0o600
    finally:
        postgres.stop(started, immediately=True)
