"""Candidates made by hand, as dbt would leave them: tables of role transform, indexes, comments, a judgement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from psycopg import sql

from veiligheidsbeeld import publish, signature
from veiligheidsbeeld.publish import storage
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

THEMA = "jeugd"
COLUMNS = {"regio_code": "text", "periode_code": "text", "waarde": "double precision"}


def delivered(settings: Settings, dataset: str = "politie_overlast_gemeente") -> int:
    """A delivery that was merged: what makes the next publication differ from the last."""
    with connect(settings, "lader") as connection:
        return connection.execute(
            """
            insert into raw.levering (dataset, bron_soort, tabel, adres, opgehaald_op, landing, inhoud_sha256,
                rijen, scope, status, verwerkt_op)
            select %s, 'voorbeeld', '47021NED', 'http://127.0.0.1', now(), 'd' || count(*), 'x', 1, '{}', 'verwerkt',
                now()
            from raw.levering
            returning levering_id
            """,
            [dataset],
        ).fetchone()[0]


def build(
    settings: Settings,
    value: float,
    *,
    thema: str = THEMA,
    rows: int = 100,
    columns: dict[str, str] | None = None,
    tables: tuple[str, ...] = ("indicatorwaarden", "toelichting"),
) -> None:
    """New candidate tables whose every `waarde` is `value`."""
    columns = columns or COLUMNS
    with connect(settings, "transform") as connection:
        for table in tables:
            name = sql.Identifier(f"kandidaat_{thema}", table)
            connection.execute(sql.SQL("drop table if exists {}").format(name))
            connection.execute(
                sql.SQL("create table {} ({})").format(
                    name,
                    sql.SQL(", ").join(
                        sql.SQL("{} {}").format(sql.Identifier(n), sql.SQL(t)) for n, t in columns.items()
                    ),
                )
            )
            filled = {"regio_code": "'GM' || lpad(n::text, 4, '0')", "periode_code": "'2023JJ00'", "waarde": str(value)}
            connection.execute(
                sql.SQL("insert into {} ({}) select {} from generate_series(1, {}) as s (n)").format(
                    name,
                    sql.SQL(", ").join(map(sql.Identifier, columns)),
                    sql.SQL(", ").join(sql.SQL(filled.get(n, "null")) for n in columns),
                    sql.Literal(rows),
                )
            )
            connection.execute(sql.SQL("create index on {} (regio_code)").format(name))
            connection.execute(sql.SQL("comment on table {} is {}").format(name, sql.Literal(f"Tabel {table}")))
            for column in columns:
                comment = sql.Literal(f"Kolom {column}")
                connection.execute(
                    sql.SQL("comment on column {}.{} is {}").format(name, sql.Identifier(column), comment)
                )


def judged(settings: Settings, *, thema: str = THEMA, red: str | None = None) -> None:
    """Lays down a judgement of the candidate as it stands: green, or with one red card."""
    with connect(settings, "publicist") as connection:
        made = publish.candidate_signature(connection, settings, thema)
        connection.execute(
            """
            insert into beheer.kwaliteit (grens, onderwerp, handtekening, verwachting, kaart, geslaagd, uitleg)
            values ('kandidaat', %s, %s, 'proef', 'rood', %s, %s)
            """,
            [thema, signature.judged_as(made, signature.build_id(connection, thema)), red is None, red or "in orde"],
        )


def published(settings: Settings, value: float, **options) -> publish.Publication:
    """Delivery, candidate, judgement and publication in one go."""
    delivered(settings)
    build(settings, value, **options)
    judged(settings, thema=options.get("thema", THEMA))
    return publish.publish(settings, options.get("thema", THEMA))


def seen(settings: Settings, *, role: str = "bi_lezer", table: str = "mart_jeugd.indicatorwaarden") -> set[float]:
    """The distinct values that a reader sees."""
    with connect(settings, role) as connection:
        return {row[0] for row in connection.execute(f"select distinct waarde from {table}")}


@contextmanager
def earlier_version() -> Iterator[None]:
    """Publications in here are stored as earlier versions did: every table whole, in a partition."""
    with patch.object(storage, "FORMS", ()):
        yield
