"""Configuration: every path, port, credential and choice of region, from the environment with working defaults.

Environment variables are `VB_<FIELD>` in capitals (`VB_HOME`, `VB_SOURCES`, ...). Passwords that are not
given are made once and kept, mode 600, in `<home>/secrets.json`; nothing secret stands in code or argv. VB_HOME
defaults to `var/<kind of source>`.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.region import PROJECT, SETTING, Region, absolute, active, remembered

# Homes of this clone, one per kind of source (unless VB_HOME says otherwise).
HOMES = PROJECT / "var"

# Days and months are those of the Netherlands, wherever the machine stands.
TIMEZONE = "Europe/Amsterdam"
# Database roles, from the least to the most powerful. `beheer` owns the schemas; the others get grants only.
ROLES = ("bi_lezer", "analist", "lader", "transform", "publicist", "bewaker", "beheer")
SAMPLES = ("default", "full")

_Number = TypeVar("_Number", int, float)


def this_day() -> date:
    """The day that it is in the Netherlands; near midnight a machine's own may be another, and another month."""
    return datetime.now(ZoneInfo(TIMEZONE)).date()


@dataclass(frozen=True)
class Settings:
    """All settings of one copy of the system; `Settings.from_env()` is the only constructor in use."""

    home: Path
    sources: str  # "sample", "live" or the path of a folder of recordings
    sample: str  # "default" or "full"
    seed: int
    pg_host: str
    pg_port: int | None  # None: embedded server picks a free port and keeps it
    pg_database: str
    source_url: str | None  # base of the source server; None: the real hosts
    project: Path = PROJECT
    environ: dict[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def from_env(cls, environ: dict[str, str] | None = None) -> Settings:
        env = dict(os.environ if environ is None else environ)
        asked = env.get("VB_SOURCES") or env.get("SOURCES")
        size = env.get("VB_SAMPLE") or env.get("SAMPLE")
        if asked and asked not in ("sample", "live") and not Path(asked).is_dir():
            raise ConfigurationError(
                f"SOURCES={asked!r} is neither 'sample', 'live' nor an existing folder.",
                remedy="Give SOURCES=live, leave it out for sample data, or name a folder of recordings.",
            )
        if size and size not in SAMPLES:
            raise ConfigurationError(
                f"SAMPLE={size!r} is no size of sample.", remedy=f"Use SAMPLE={' or SAMPLE='.join(SAMPLES)}."
            )
        home = Path(env.get("VB_HOME") or _default_home(asked, size)).resolve()
        state = _read_json(home / "state.json")
        if region := env.get(SETTING) or (remembered(kept) if (kept := state.get("regio")) else None):
            env[SETTING] = absolute(region)
        # Services are started in the clone, wherever the command stood.
        for name in ("VB_DROP", "VB_REPORTS", "VB_LANDING", "SSL_CERT_FILE"):
            if (place := env.get(name)) and "://" not in place:
                env[name] = str(Path(place).resolve())
        if environ is None:
            os.environ.update(env)
        sources = asked or state.get("sources") or "sample"
        return cls(
            home=home,
            sources=sources if sources in ("sample", "live") else str(Path(sources).resolve()),
            sample=size or state.get("sample") or "default",
            seed=_number(env, "VB_SEED", 2026),
            pg_host=env.get("VB_PG_HOST") or "127.0.0.1",
            pg_port=_number(env, "VB_PG_PORT", 0) or state.get("pg_port"),
            pg_database=env.get("VB_PG_DATABASE") or "veiligheidsbeeld",
            source_url=env.get("VB_SOURCE_URL") or (None if sources == "live" else state.get("source_url")),
            environ=env,
        )

    def homes(self) -> list[Path]:
        """Every home of this clone that exists, the one of these settings included."""
        found = {path.parent for path in HOMES.glob("*/secrets.json")} | {self.home}
        return sorted(home for home in found if (home / "secrets.json").exists())

    def use(self) -> None:
        """Keeps what this home is for, and makes it the one that is meant when none is named."""
        self.remember(sources=self.sources, sample=self.sample, regio=self.region.known_as)
        if self.home.parent == HOMES:
            (HOMES / "last.json").write_text(json.dumps({"home": str(self.home)}))

    @property
    def bron_soort(self) -> str:
        """Kind of source that every delivery is marked with: `voorbeeld`, `opname` or `live`."""
        return {"sample": "voorbeeld", "live": "live"}.get(self.sources, "opname")

    @property
    def region(self) -> Region:
        """The region that this copy works for (VB_REGIO, or what its home was made for)."""
        return active(self.environ)

    @property
    def landing(self) -> Path:
        return self.home / "landing"

    @property
    def drop(self) -> str:
        """Folder in which municipalities put their registers: any fsspec address (VB_DROP)."""
        return self.environ.get("VB_DROP") or str(self.home / "aanlevering")

    @property
    def drop_rest(self) -> float:
        """Seconds that a dropped file must lie untouched before it is taken (VB_DROP_RUST)."""
        made_here = self.sources == "sample" and not self.environ.get("VB_DROP")
        return self.number("VB_DROP_RUST", 0.0 if made_here else 60.0)

    @property
    def reports(self) -> str:
        """Folder in which senders find the report of their files: any fsspec address (VB_REPORTS)."""
        return self.environ.get("VB_REPORTS") or str(self.home / "terugmelding")

    def number(self, name: str, default: _Number) -> _Number:
        """The number that the environment gives under this name; whole when the default is."""
        return _number(self.environ, name, default)

    @property
    def state_file(self) -> Path:
        """Facts that outlive a process: ports and addresses chosen at the first start."""
        return self.home / "state.json"

    def known(self) -> dict:
        """The facts remembered so far."""
        return _read_json(self.state_file)

    def remember(self, **facts: object) -> None:
        """Adds facts to the state file (atomically)."""
        self.home.mkdir(parents=True, exist_ok=True)
        merged = {**_read_json(self.state_file), **facts}
        temporary = self.state_file.with_suffix(".tmp")
        temporary.write_text(json.dumps(merged, indent=1, sort_keys=True))
        temporary.replace(self.state_file)

    @cached_property
    def passwords(self) -> dict[str, str]:
        """Password per database role; from `VB_PASSWORD_<ROLE>` or made once and kept in `secrets.json`."""
        given = {r: p for r in (*ROLES, "airflow", "postgres") if (p := self.environ.get(f"VB_PASSWORD_{r.upper()}"))}
        wanted = {*ROLES, "airflow", "postgres"} - given.keys()
        return {**given, **{role: self.secret(f"password_{role}") for role in wanted}}

    def secret(self, name: str) -> str:
        """A secret by name: from `VB_<NAME>`, else made at first use and kept with mode 600."""
        if value := self.environ.get(f"VB_{name.upper()}"):
            return value
        path = self.home / "secrets.json"
        known = _read_json(path)
        if name not in known:
            self.home.mkdir(parents=True, exist_ok=True)
            known[name] = secrets.token_urlsafe(24)
            temporary = path.with_suffix(f".{os.getpid()}")
            temporary.touch(mode=0o600)
            temporary.write_text(json.dumps(known, indent=1, sort_keys=True))
            temporary.replace(path)
        return known[name]

    def conninfo(self, role: str, *, database: str | None = None) -> dict[str, Any]:
        """Connection keywords for psycopg as `role`; a dict, so that no password is ever in a string."""
        if self.pg_port is None:
            raise ConfigurationError(
                "The warehouse's port is unknown: no server has been started and VB_PG_PORT is not set.",
                remedy="Run `make up` (embedded server) or set VB_PG_HOST and VB_PG_PORT.",
            )
        return {
            "host": self.pg_host,
            "port": self.pg_port,
            "dbname": database or self.pg_database,
            "user": role,
            "password": self.passwords[role],
            "sslmode": self.environ.get("VB_PG_SSLMODE", "prefer"),
        }


def _default_home(sources: str | None, size: str | None) -> Path:
    """A home per kind of source, so that synthetic and real figures never meet; unasked: the one used last."""
    if sources is None and size is None:
        last = _read_json(HOMES / "last.json").get("home")
        return Path(last) if last and Path(last).is_dir() else HOMES / "sample"
    if sources in (None, "sample"):
        return HOMES / ("sample" if size in (None, "default") else f"sample-{size}")
    return HOMES / ("live" if sources == "live" else f"replay-{Path(str(sources)).resolve().name}")


def _number(environ: dict[str, str], name: str, default: _Number) -> _Number:
    given = environ.get(name)
    try:
        return type(default)(given) if given else default
    except ValueError as error:
        kind = "whole number" if isinstance(default, int) else "number"
        raise ConfigurationError(
            f"{name}={given!r} is not a {kind}.", remedy=f"Correct {name}, or leave it out."
        ) from error


def _read_json(path: Path) -> dict:
    try:
        return json.loads(path.read_text()) if path.exists() else {}
    except ValueError as error:
        raise ConfigurationError(
            f"{path} cannot be read: {error}.", remedy="Restore it from a backup, or begin anew in another VB_HOME."
        ) from error
