"""The binding of a delivery: made from its own metadata, kept in `beheer.koppeling`, told in a file to complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, fields

import psycopg
from psycopg import sql

from veiligheidsbeeld.binding import proposal, snapshot, wide
from veiligheidsbeeld.binding.aliases import Aliases, load_aliases
from veiligheidsbeeld.binding.bind import MEASURE, Bound, Known, bind
from veiligheidsbeeld.binding.columns import resolve
from veiligheidsbeeld.binding.titles import Titled, codes_v3, codes_v4, measures_v3, measures_v4
from veiligheidsbeeld.contracts.cube import CubeContract
from veiligheidsbeeld.landing.cubes import Delivery
from veiligheidsbeeld.region import active
from veiligheidsbeeld.settings import Settings

# The document that a stopped table comes with: its status, then the likely successors.
SUCCESSORS = "Opvolgers"
TABLE = "tabel"
_COLUMNS = [f.name for f in fields(Bound)]


def own_columns(contract: CubeContract, delivery: Delivery) -> tuple[CubeContract, list[Bound]]:
    """The contract as this delivery writes it (OData v3): names of measures, width of keys; how names were found.

    Keys are padded as wide as the source likes; what is compared is what stands before the blanks.
    """
    contract = as_delivered(contract, delivery)
    served, rows = resolve(contract, delivery.rows("DataProperties"))
    if contract.bron.protocol != "odata_v3":
        return served, rows
    keys = []
    for key in served.sleutels:
        listed = [len(code["Key"]) for code in code_rows(contract, delivery, key.bron)]
        keys.append(key.model_copy(update={"breedte": max([*listed, key.breedte or 0])}))
    return served.model_copy(update={"sleutels": keys}), rows


def as_delivered(contract: CubeContract, delivery: Delivery) -> CubeContract:
    """The contract with the protocol by which this delivery came, which need not be the one it names now."""
    source = contract.bron.model_copy(update={"protocol": delivery.manifest.protocol})
    return contract.model_copy(update={"bron": source})


def code_rows(contract: CubeContract, delivery: Delivery, dimension: str) -> list[dict]:
    """Rows of the code list of a dimension of the contract."""
    if as_delivered(contract, delivery).wide and dimension == MEASURE:
        return wide.codes(delivery.rows("DataProperties"))
    return delivery.code_rows(dimension)


def bind_delivery(
    connection: psycopg.Connection, settings: Settings, contract: CubeContract, delivery: Delivery, levering_id: int
) -> list[Bound]:
    """Binds a staged delivery and keeps the result; may be repeated. Writes a file to complete where one is needed."""
    rows = judged(connection, contract, delivery, levering_id)
    keep(connection, contract.naam, levering_id, rows)
    if aliases := load_aliases(contract.naam):
        proposal.write(settings.home / proposal.FOLDER, aliases, rows)
    return rows


def judged(connection: psycopg.Connection, contract: CubeContract, delivery: Delivery, levering_id: int) -> list[Bound]:
    """How every code of a delivery binds; nothing is kept."""
    _, rows = own_columns(contract, delivery)
    rows.append(table_row(contract.bron.tabel))
    aliases = load_aliases(contract.naam)
    if aliases:
        known = known_before(connection, contract, levering_id)
        rows += bind(aliases, titled(contract, aliases, delivery), areas(), known)
    return [*rows, *stopped(contract, delivery.rows(SUCCESSORS))]


def table_row(table: str) -> Bound:
    """Whether the real table was ever seen: what is made of one that nobody saw says so."""
    seen = snapshot.verified(table)
    return Bound(TABLE, table, table, "gekoppeld", "geverifieerd" if seen else "niet_geverifieerd")


def stopped(contract: CubeContract, rows: Sequence[Mapping]) -> list[Bound]:
    """What is told of a table that the source has stopped: its status and the likely successors."""
    if not rows:
        return []
    status, *others = rows
    named = "; ".join(f"{o['Identifier']} {o['Title']}" for o in others) or "geen opvolger gevonden in de catalogus"
    return [Bound(TABLE, "", contract.bron.tabel, "gestopt", toelichting=f"{status['Status']}: {named}")]


def titled(contract: CubeContract, aliases: Aliases, delivery: Delivery) -> dict[str, list[Titled]]:
    """What the delivery has of every dimension that the aliases speak of."""
    contract = as_delivered(contract, delivery)
    if contract.wide:
        found = {MEASURE: measures_v3(delivery.rows("DataProperties"))}
    else:
        found = {MEASURE: measures_v4(delivery.rows("MeasureCodes"), delivery.rows("MeasureGroups"))}
    for dimension in (*aliases.kenmerken, *([aliases.gebieden] if aliases.gebieden else [])):
        codes = delivery.code_rows(dimension)
        if contract.bron.protocol == "odata_v4":
            found[dimension] = codes_v4(codes, delivery.rows(f"{dimension}Groups"))
        else:
            groups = [g for g in delivery.rows("CategoryGroups") if g.get("DimensionKey") in (None, dimension)]
            found[dimension] = codes_v3(codes, groups)
    return found


def keep(connection: psycopg.Connection, dataset: str, levering_id: int, rows: Sequence[Bound]) -> None:
    """Replaces what was kept of this delivery."""
    with connection.transaction():
        connection.execute("delete from beheer.koppeling where levering_id = %s", [levering_id])
        columns = sql.SQL(", ").join(map(sql.Identifier, ["levering_id", "dataset", *_COLUMNS]))
        with connection.cursor().copy(sql.SQL("copy beheer.koppeling ({}) from stdin").format(columns)) as copy:
            for row in rows:
                copy.write_row((levering_id, dataset, *astuple(row)))


def known_before(connection: psycopg.Connection, contract: CubeContract, levering_id: int) -> Known:
    """What the last merged delivery had; before the first one, what the recorded snapshot of the table has."""
    rows = connection.execute(
        """
        select k.dimensie, k.pad, k.oordeel, k.betekenis
        from beheer.koppeling as k
        where k.code <> '' and k.levering_id = (
            select max(l.levering_id) from raw.levering as l
            inner join beheer.koppeling as eerder on l.levering_id = eerder.levering_id
            where l.dataset = %s and l.status = 'verwerkt' and l.levering_id <> %s
        )
        """,
        [contract.naam, levering_id],
    ).fetchall()
    if not rows:
        recorded = snapshot.load(contract.bron.tabel)
        return Known({MEASURE: recorded.paths} if recorded and recorded.maten else {}, {})
    paths: dict[str, list[str]] = {}
    for dimension, path, *_ in rows:
        paths.setdefault(dimension, []).append(path)
    return Known(paths, {(d, meaning): path for d, path, judged, meaning in rows if judged == "gekoppeld"})


def areas() -> dict[str, str]:
    """The police areas of the region by full name, as the sources write it: basisteams (BT), districten (PD)."""
    found: dict[str, str] = {}
    for row in active().rows("basisteam_gemeente"):
        found[f"{row['basisteam_naam']} (BT)"] = row["basisteam_code"]
        found[f"{row['district_naam']} (PD)"] = row["district_code"]
    return found
