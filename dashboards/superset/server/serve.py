"""Superset in one process: brings its database up to date, imports the assets, and answers.

Its commands build the application one by one, which takes a minute each; here it is built once. What was done for these
assets, this address and this version is noted and not done again, so that a restart takes seconds.

Run with the Python of `.venv-superset`. The environment says everything: SUPERSET_HOME, SUPERSET_SECRET_KEY,
SUPERSET_ADMIN_PASSWORD, SUPERSET_BIND (`127.0.0.1:8088`), WAREHOUSE (`host:port/database`), PGPASSWORD of `bi_lezer`.
"""

from __future__ import annotations

import hashlib
import os
import sys
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
ASSETS = HERE.parent / "assets"
ADMIN = "admin"
# Where the assets say the warehouse is.
PLACE = "@localhost/veiligheidsbeeld"


def bundle() -> dict[str, str]:
    """The assets by path, with the address of this warehouse."""
    place = f"@{os.environ['WAREHOUSE']}"
    found = {str(path.relative_to(ASSETS)): path.read_text("utf-8") for path in sorted(ASSETS.rglob("*.yaml"))}
    return {path: text.replace(PLACE, place) if path.startswith("databases/") else text for path, text in found.items()}


def stamp(contents: dict[str, str]) -> str:
    """Changes with everything that an import depends on."""
    facts = [version("apache-superset"), os.environ["SUPERSET_ADMIN_PASSWORD"], Path(__file__).read_text("utf-8")]
    return hashlib.sha256("\0".join([*facts, *contents, *contents.values()]).encode()).hexdigest()


def prepare(app, contents: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    """Database, roles, the administrator, and the assets, which replace those of before."""
    import superset
    from flask_migrate import upgrade
    from superset import appbuilder, db, security_manager
    from superset.commands.importers.v1.assets import ImportAssetsCommand
    from superset.utils.core import override_user

    upgrade(directory=str(Path(superset.__file__).parent / "migrations"))
    appbuilder.add_permissions(update_perms=True)
    security_manager.sync_role_definitions()
    admin, password = security_manager.find_user(ADMIN), os.environ["SUPERSET_ADMIN_PASSWORD"]
    if admin is None:
        role = security_manager.find_role("Admin")
        admin = security_manager.add_user(ADMIN, "Beheer", "Dashboards", "beheer@example.invalid", role, password)
    else:
        security_manager.reset_password(admin.id, password)
    with override_user(admin):
        ImportAssetsCommand(contents).run()
    db.session.commit()


def main() -> None:
    empty = [name for name in ("SUPERSET_SECRET_KEY", "SUPERSET_ADMIN_PASSWORD") if not os.environ.get(name)]
    if empty:
        sys.exit(f"Give {' and '.join(empty)} a value of its own.")
    os.environ["SUPERSET_CONFIG_PATH"] = str(HERE / "superset_config.py")
    home = Path(os.environ["SUPERSET_HOME"])
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)
    from superset.app import create_app

    app = create_app()
    contents, done = bundle(), home / "imported"
    if not done.exists() or done.read_text() != stamp(contents):
        with app.app_context():
            prepare(app, contents)
        done.write_text(stamp(contents))
    serve(app)


def serve(app) -> None:  # type: ignore[no-untyped-def]
    """One worker with threads: what it waits for is the warehouse."""
    from gunicorn.app.base import BaseApplication
    from superset import db

    class Server(BaseApplication):
        def load_config(self) -> None:
            options = {"bind": os.environ["SUPERSET_BIND"], "worker_class": "gthread", "threads": 8, "timeout": 120}
            options |= {"workers": 1, "worker_tmp_dir": os.environ["SUPERSET_HOME"], "control_socket_disable": True}
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self):  # type: ignore[no-untyped-def]
            return app

    with app.app_context():
        # A connection is not shared with the worker, which is a fork of this process.
        db.session.remove()
        db.engine.dispose()
    sys.argv = sys.argv[:1]
    Server().run()


if __name__ == "__main__":
    main()
