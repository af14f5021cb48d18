"""What somebody sees in Superset who has the role of one region: the codes of regions per table, as JSON.

    as_reader.py <folder of regions.py> GM0080      # with the Python and the environment of Superset

Asks by the ways of Superset itself. The role and its only reader, whose password nobody knows, are gone afterwards.
"""

import json
import os
import sys


def main(folder: str, code: str) -> None:
    sys.path.insert(0, folder)
    os.environ["SUPERSET_CONFIG_PATH"] = f"{folder}/superset_config.py"
    from superset.app import create_app

    app = create_app()
    with app.app_context(), app.test_request_context():
        print(json.dumps(seen(code)))


def seen(code: str) -> dict[str, list[str]]:
    from superset import db, security_manager
    from superset.connectors.sqla.models import RowLevelSecurityFilter

    import regions  # type: ignore[import-not-found]

    name = f"proef {os.getpid()}"
    regions.apply(name, [code])
    role = security_manager.find_role(name)
    reader = security_manager.add_user(
        name, "Proef", "Lezer", f"{os.getpid()}@example.invalid", [security_manager.find_role("Gamma"), role],
        os.urandom(20).hex(),
    )  # fmt: skip
    try:
        return _asked(reader)
    finally:
        rule = db.session.query(RowLevelSecurityFilter).filter_by(name=name).one()
        for one in (rule, reader, role):
            db.session.delete(one)
        db.session.commit()


def _asked(reader: object) -> dict[str, list[str]]:
    from superset import db, security_manager
    from superset.connectors.sqla.models import SqlaTable
    from superset.utils.core import override_user

    query = dict.fromkeys(("granularity", "from_dttm", "to_dttm"))
    query |= {"columns": ["regio_code"], "metrics": ["rijen"], "is_timeseries": False, "row_limit": 1000}
    found = {}
    for table in db.session.query(SqlaTable).all():
        with override_user(reader):
            security_manager.raise_for_access(datasource=table)
            if "regio_code" in table.column_names:
                found[table.table_name] = sorted(table.query(dict(query)).df["regio_code"])
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
