"""What an older warehouse needs to become this one: numbered files, each run once, all in one transaction.

What can be said as it should be (`create ... if not exists`) stands in schemas.sql; here is what only a change can say.
A file is never altered after it was released.
"""

from __future__ import annotations

from pathlib import Path

import psycopg

from veiligheidsbeeld.errors import ConfigurationError

FOLDER = Path(__file__).with_name("migrations")


def migrate(connection: psycopg.Connection, folder: Path = FOLDER) -> list[str]:
    """Runs the files that this warehouse has not had, in order; their names. As the owner of the schemas.

    The caller's transaction holds all of it: a file that fails, or a process that dies, leaves the warehouse as it was.
    Raises `ConfigurationError` when a newer version has been here.
    """
    files = {int(path.stem[:4]): path for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))}
    done = {number for (number,) in connection.execute("select nr from beheer.migratie")}
    if done and max(done) > max(files, default=0):
        raise ConfigurationError(
            f"This warehouse was changed by a newer version (step {max(done)}; known here: {max(files, default=0)}).",
            remedy="Use that version or a later one, or restore a backup that this version made.",
        )
    run = [path for number, path in files.items() if number not in done]
    for path in run:
        connection.execute(path.read_bytes())
        values = [int(path.stem[:4]), path.stem[5:]]
        connection.execute("insert into beheer.migratie (nr, naam) values (%s, %s)", values)
    return [path.stem for path in run]
