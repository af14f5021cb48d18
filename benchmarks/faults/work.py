"""One round of the small world, as a process that may be killed: from drop folder and source to a publication.

The steps are the product's own, border 1 included. Only the candidate is made by hand (tests/publish): dbt would take a
minute a round. Its every value is the number of the file whose rows are current in raw.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from veiligheidsbeeld.region import active

DATASET, PROVIDER, REGISTER, THEME = "politie_overlast_gemeente", "gemeenten", "meldpunt_ondermijning", "ondermijning"
TOWNS, PERIODS = [active().head.detail[0]], [f"2024MM{month:02}" for month in range(1, 13)]
ROWS, PUBLISHED = 200, 2000
# What a process of the pool has read before it begins: a round costs seconds then, not the reading of libraries.
PRELOAD = [
    "benchmarks.faults.work",
    "great_expectations",
    "veiligheidsbeeld.judge",
    "veiligheidsbeeld.publish",
    "veiligheidsbeeld.steps.load",
    "veiligheidsbeeld.extract",
    "tests.publish.candidates",
]


def begin(environment: dict[str, str], log: str):
    """Settings of this process, whose words go to `log`."""
    import os

    from veiligheidsbeeld.settings import Settings

    stream = Path(log).open("a", buffering=1)  # noqa: SIM115
    os.dup2(stream.fileno(), 1)
    os.dup2(stream.fileno(), 2)
    os.environ.update(environment)
    return Settings.from_env()


def work(environment: dict[str, str], log: str) -> None:
    """Everything that waits, as far as it goes; exit code 1 when something failed."""
    from tests.publish.candidates import build, judged
    from veiligheidsbeeld.errors import VeiligheidsbeeldError
    from veiligheidsbeeld.publish import publish
    from veiligheidsbeeld.steps import load

    settings = begin(environment, log)
    print(f"--- {time.strftime('%H:%M:%S')}")
    try:
        load.take_step(settings, PROVIDER)
        load.extract_step(settings, DATASET, perioden=PERIODS, gemeenten=TOWNS)
        loaded = load.load_step(settings, load.pending(settings, [DATASET, REGISTER]))
        numbers = [o.detail["levering_id"] for o in loaded if o.new]
        passed = load.validate_step(settings, numbers) if numbers else []
        load.merge_step(settings, [o.detail["levering_id"] for o in passed if o.new])
        if (version := version_in_raw(settings)) is not None:
            build(settings, version, thema=THEME, rows=PUBLISHED)
            judged(settings, thema=THEME)
            publish(settings, THEME)
    except Exception as error:
        print(f"{type(error).__name__}: {error}")
        sys.exit(1 if isinstance(error, VeiligheidsbeeldError) else 2)


def version_in_raw(settings) -> int | None:
    """The number of the file whose rows are current; raises when they are of more than one, or not all there."""
    from veiligheidsbeeld.warehouse import connect

    with connect(settings, "lader") as connection:
        found = connection.execute(
            f"select split_part(zaaknummer, '-', 2)::int, count(*) from raw.{REGISTER}"
            " where levering_tot is null group by 1"
        ).fetchall()
    if not found:
        return None
    if len(found) > 1 or found[0][1] != ROWS:
        raise AssertionError(f"half a delivery in raw: {found}")
    return found[0][0]


def upgrade(environment: dict[str, str], log: str, folder: str) -> None:
    """The migrations of a folder, on a database of their own."""
    from veiligheidsbeeld.warehouse import connect, migrations

    settings = begin(environment, log)
    with connect(settings, "beheer") as connection:
        print(migrations.migrate(connection, Path(folder)))


def read(environment: dict[str, str], log: str, answers: str) -> None:
    """A reader who asks two tables of the theme in one statement, on and on; each new answer becomes a line."""
    import psycopg

    settings, seen = begin(environment, log), set()
    query = f"""
        select count(*), array_agg(distinct waarde) from (
            select waarde from mart_{THEME}.indicatorwaarden union all select waarde from mart_{THEME}.toelichting
        ) as beide
    """
    while True:
        try:
            with psycopg.connect(**settings.conninfo("bi_lezer"), autocommit=True, connect_timeout=3) as connection:
                while True:
                    count, values = connection.execute(query).fetchone()
                    answer = (count, *(values or ()))
                    if answer not in seen:
                        seen.add(answer)
                        with Path(answers).open("a") as file:
                            file.write(" ".join(map(str, answer)) + "\n")
                    time.sleep(0.02)
        except psycopg.Error:
            time.sleep(0.2)
