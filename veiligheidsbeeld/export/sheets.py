"""What every export says beside its rows: moment, meaning of columns and states, definitions of indicators."""

from __future__ import annotations

import psycopg

from veiligheidsbeeld.contracts.labels import labels
from veiligheidsbeeld.export.table import Column, Table, Value
from veiligheidsbeeld.goals.screen import STATUS
from veiligheidsbeeld.reader import marts, notation
from veiligheidsbeeld.reader.marts import Moment


def definitions(connection: psycopg.Connection, table: Table) -> Table:
    """What the indicators of the table mean."""
    rows = marts.rows(
        connection,
        "select indicator_code, naam, definitie, eenheid, coalesce(tabel_gemeente, ''), richting, caveat, eigenaar"
        " from kern.indicator where indicator_code = any (%s) order by 1",
        [sorted(table.indicators)],
    )
    titles = ("Indicatorcode", "Naam", "Definitie", "Eenheid", "Tabel", "Gewenste richting", "Let op", "Eigenaar")
    found = [
        [labels("richting").get(str(value), value) if key == "richting" else value for key, value in row.items()]
        for row in rows
    ]
    return Table("Definities", [Column(title, "") for title in titles], found, frozenset())


def columns(table: Table) -> Table:
    """What each column holds."""
    rows: list[list[Value]] = [[column.title, column.description] for column in table.columns]
    return Table("Kolommen", [Column("Kolom", ""), Column("Betekenis", "")], rows, frozenset())


def about(moment: Moment) -> Table:
    """When it was made, from which publication, and what the words in Status and Stand say."""
    rows: list[list[Value]] = [
        ["Gemaakt op", notation.minute(moment.made)],
        [
            "Publicatie",
            f"{moment.publication} van {moment.published}" if moment.publication else "nog geen van de doelen",
        ],
    ]
    if moment.sample:
        rows.insert(0, ["Let op", notation.SAMPLE])
    rows += [[f"Status: {notation.STATES[state]}", label] for state, label in labels("status_waarde").items()]
    rows += [[f"Stand: {words}", f"teken {sign}"] for sign, words, _ in STATUS.values()]
    return Table("Toelichting", [Column("Wat", ""), Column("Betekenis", "")], rows, frozenset())


def with_moment(table: Table, moment: Moment) -> Table:
    """The table with, in each row, when it was taken and whether it may be used: a CSV has no second sheet."""
    kind = "voorbeeldcijfers, niet gebruiken" if moment.sample else "echte cijfers"
    added = (Column("Stand van", "dag waarop dit uit de mart kwam"), Column("Soort cijfers", "voorbeeld of echt"))
    rows = [[*row, moment.made.date(), kind] for row in table.rows]
    return Table(table.name, [*table.columns, *added], rows, table.indicators)
