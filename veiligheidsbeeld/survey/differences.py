"""Differences between waves: other respondents, so variances add; waves before the break have no place here."""

from __future__ import annotations

import numpy as np
import psycopg
import pyarrow as pa
from psycopg import sql

from veiligheidsbeeld.contracts.survey import SurveyContract
from veiligheidsbeeld.survey.estimate import as_table, with_tests
from veiligheidsbeeld.survey.tables import KEY

_NUMBERS = ("p", "se", "df", "ondergrens", "bovengrens")
_PAIRS = sql.SQL(
    """
    select {sleutel}, eerder.golf, {later}, {eerder}
    from raw.vm_schatting as later
    inner join raw.vm_schatting as eerder
        on eerder.golf < later.golf and eerder.levering_tot is null and eerder.p is not null
        and (eerder.regio_code, eerder.leeftijdsgroep, eerder.doelgroep, eerder.indicator_code)
            = (later.regio_code, later.leeftijdsgroep, later.doelgroep, later.indicator_code)
    where later.levering_tot is null and later.p is not null
        and eerder.golf >= %(breuk)s and %(golf)s in (later.golf, eerder.golf)
    """
)


def between_waves(connection: psycopg.Connection, contract: SurveyContract, year: int) -> pa.Table | None:
    """Current estimates of each wave against every earlier one, for the pairs that `golf` is part of.

    None when no other wave is known.
    """
    wanted = [*_NUMBERS, "status"]
    query = _PAIRS.format(
        sleutel=_columns("later", list(KEY)), later=_columns("later", wanted), eerder=_columns("eerder", wanted)
    )
    rows = connection.execute(query, {"golf": year, "breuk": contract.breuk}).fetchall()
    if not rows:
        return None
    columns = [np.array(column, object) for column in zip(*rows, strict=True)]
    keys, rest = dict(zip(KEY, columns, strict=False)), columns[len(KEY) :]
    against, later, earlier = rest[0], _side(rest[1 : 1 + len(wanted)]), _side(rest[1 + len(wanted) :])
    differences = keys | {
        "soort": np.full(len(rows), "golf", object),
        "tegen": against.astype(str).astype(object),
        "verschil": later["p"] - earlier["p"],
        "se": np.hypot(later["se"], earlier["se"]),
        "df": np.minimum(later["df"], earlier["df"]).astype(int),
        "methode": np.full(len(rows), "onafhankelijk", object),
    }
    return as_table(with_tests(differences, later, earlier))


def _columns(alias: str, names: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(alias, name) for name in names)


def _side(columns: list[np.ndarray]) -> dict[str, np.ndarray]:
    """One side of the pairs: numbers with nan for empty, and the status."""
    numbers = {
        n: np.array([np.nan if v is None else v for v in c], float) for n, c in zip(_NUMBERS, columns, strict=False)
    }
    return numbers | {"status": columns[-1]}
