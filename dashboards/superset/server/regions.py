"""Readers who see the rows of some regions only: a role, with a rule on every table that names regions.

    regions.py "Lezers Leeuwarden" GM0080          # the role, and the codes of kern.regio that it may see

Run with the Python and the environment of `serve.py`, beside it or before it. A user gets the role beside `Gamma` in
Superset, which by itself may open no table; nobody has it yet. This keeps what dashboards show apart; what an account
of the database may read is another matter: whoever has the password of `bi_lezer` reads every published row.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

COLUMN = "regio_code"


def apply(role: str, codes: list[str]) -> list[str]:
    """Makes the role and its rule, or brings them up to date; the names of the tables that the rule holds for.

    The role may open all tables of the dashboards; those that name no region are the same for everybody.
    """
    from superset import db, security_manager
    from superset.connectors.sqla.models import RowLevelSecurityFilter, SqlaTable

    found = security_manager.add_role(role)
    known = db.session.query(SqlaTable).all()
    for table in known:
        security_manager.add_permission_role(
            found, security_manager.add_permission_view_menu("datasource_access", table.get_perm())
        )
    tables = [table for table in known if COLUMN in table.column_names]
    rule = db.session.query(RowLevelSecurityFilter).filter_by(name=role).one_or_none()
    rule = rule or RowLevelSecurityFilter(name=role, group_key=COLUMN)
    rule.filter_type, rule.roles, rule.tables = "Regular", [found], tables
    rule.clause = f"{COLUMN} in ({', '.join(repr(code) for code in codes)})"
    db.session.add(rule)
    db.session.commit()
    return sorted(table.table_name for table in tables)


def main() -> None:
    role, codes = sys.argv[1], sys.argv[2:]
    if not codes or not all(re.fullmatch(r"[A-Z]{2}[0-9A-Z-]+", code) for code in codes):
        sys.exit('Give a role and codes of regions: regions.py "Lezers Leeuwarden" GM0080')
    os.environ["SUPERSET_CONFIG_PATH"] = str(Path(__file__).with_name("superset_config.py"))
    from superset.app import create_app

    with create_app().app_context():
        print(f"{role}: {', '.join(codes)} of {', '.join(apply(role, codes))}")


if __name__ == "__main__":
    main()
