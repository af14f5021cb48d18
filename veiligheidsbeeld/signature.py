"""What a publication was made of: the deliveries in raw and the code that worked on them.

Equal signatures mean equal marts, so nothing needs to be built or published. A candidate is stamped with the state
of raw *before* dbt began to read it: a delivery that is merged meanwhile then makes the next run build again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from veiligheidsbeeld import __version__
from veiligheidsbeeld.contracts import load_contracts
from veiligheidsbeeld.contracts.reading import own_files
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

CORE = "kern"
# The mart of the goals, which rests on every dataset, and the code beside dbt that works on it.
GOALS, GOALS_CODE = "ivp", "veiligheidsbeeld/goals"
# The dbt selection that builds what all themes are built from, the shared dimensions included.
BASE = "basis"
_CODE = ("models", "seeds", "macros", "dbt_project.yml")


@dataclass(frozen=True)
class Signature:
    """Deliveries (ids in raw.levering, ascending) and code version a mart is made of."""

    thema: str
    leveringen: tuple[int, ...]
    code_versie: str

    @property
    def value(self) -> str:
        """sha256 over the parts: what `beheer.publicatie.handtekening` holds."""
        return _digest(self.thema, self.code_versie, *self.leveringen)


def current_signature(settings: Settings, thema: str) -> Signature:
    """The signature that a mart built at this moment would have."""
    with connect(settings, "publicist") as connection:
        return Signature(thema, _deliveries(connection, thema), code_version(settings, thema))


def candidate_signature(connection: psycopg.Connection, settings: Settings, thema: str) -> Signature:
    """The signature of the candidate that stands in `kandidaat_<thema>`, as `building` stamped it.

    A candidate without a stamp that fits (built by hand) is taken to be made of what is in raw now.
    """
    deliveries, code = _deliveries(connection, thema), code_version(settings, thema)
    stamp = _stamp(connection, BASE if thema == CORE else thema)
    if stamp and stamp.build is not None and stamp.build == build_id(connection, thema):
        deliveries = tuple(i for i in deliveries if i in stamp.deliveries)
        code = stamp.code
    return Signature(thema, deliveries, code)


@contextmanager
def building(settings: Settings, *selections: str) -> Iterator[set[str]]:
    """Wraps the dbt run of selections (`basis`, or themes) and stamps what it made.

    A run that raises leaves no stamp, nor does a selection that is put into the set that this gives. A theme is built
    from what `basis` made, so it carries the deliveries of that build.
    """
    with connect(settings, "transform") as connection:
        for selection in selections:
            base = _stamp(connection, BASE) if selection != BASE else None
            known = sorted(base.deliveries) if base and base.build else list(_deliveries(connection, CORE))
            connection.execute(
                """
                insert into beheer.kandidaat (selectie, leveringen, code_versie) values (%s, %s, %s)
                on conflict (selectie) do update
                set leveringen = excluded.leveringen, code_versie = excluded.code_versie, bouw = null
                """,
                [selection, known, code_version(settings, CORE if selection == BASE else selection)],
            )
    refused: set[str] = set()
    yield refused
    with connect(settings, "transform") as connection:
        for selection in set(selections) - refused:
            connection.execute(
                "update beheer.kandidaat set bouw = %s, gebouwd_op = clock_timestamp() where selectie = %s",
                [build_id(connection, CORE if selection == BASE else selection), selection],
            )


def build_id(connection: psycopg.Connection, thema: str) -> str | None:
    """Names this build of the candidate: dbt makes new tables at every build, so their oids tell builds apart."""
    rows = connection.execute(
        """
        select c.relname, c.oid::bigint
        from pg_class as c
        where c.relnamespace = to_regnamespace(%s) and c.relkind = 'r'
        order by c.relname
        """,
        [f"kandidaat_{thema}"],
    ).fetchall()
    return _digest(*(part for row in rows for part in row))[:16] if rows else None


def judged_as(signature: Signature, build: str | None) -> str:
    """What `beheer.kwaliteit.handtekening` holds for a candidate: what it was made of, and which build it is."""
    return f"{signature.value}/{build}"


def code_version(settings: Settings, thema: str) -> str:
    """Package version and a hash of everything in dbt project and region that can change this theme's marts."""
    project, region = settings.project, settings.region
    root = project / "dbt_project"
    digest = hashlib.sha256()
    marts = root / "models" / "marts"
    for path in sorted(p for name in _CODE for p in _files(root / name)):
        if marts in path.parents and path.relative_to(marts).parts[0] not in (thema, path.name):
            continue
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    for path in [*sorted(region.folder.rglob("*.csv")), *own_files(region)]:
        digest.update(str(path.relative_to(region.folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    if thema == GOALS and (project / GOALS_CODE).is_dir():
        for path in sorted((project / GOALS_CODE).glob("*.py")):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{__version__}+{digest.hexdigest()[:12]}"


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file() and not p.name.startswith(".")]


def _deliveries(connection: psycopg.Connection, thema: str) -> tuple[int, ...]:
    """Merged deliveries of the theme's datasets that changed something in raw."""
    datasets = [name for name, c in load_contracts().items() if thema in (CORE, GOALS) or thema in c.serves]
    rows = connection.execute(
        """
        select levering_id from raw.levering
        where status = 'verwerkt' and dataset = any (%s)
            and not (
                telling ?& array['nieuw', 'gewijzigd', 'vervallen']
                and (telling ->> 'nieuw')::bigint + (telling ->> 'gewijzigd')::bigint
                    + (telling ->> 'vervallen')::bigint + coalesce((telling ->> 'codes')::bigint, 0)
                    + coalesce((telling ->> 'dekking')::bigint, 0) = 0
            )
        order by levering_id
        """,
        [datasets],
    ).fetchall()
    return tuple(row[0] for row in rows)


@dataclass(frozen=True)
class _Stamp:
    deliveries: frozenset[int]
    code: str
    build: str | None


def _stamp(connection: psycopg.Connection, selection: str) -> _Stamp | None:
    row = connection.execute(
        "select leveringen, code_versie, bouw from beheer.kandidaat where selectie = %s", [selection]
    ).fetchone()
    return _Stamp(frozenset(row[0]), row[1], row[2]) if row else None


def _digest(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()
