"""A small raw layer made by hand: few regions, few periods, every quirk that the models must handle."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from veiligheidsbeeld.binding.aliases import load_aliases
from veiligheidsbeeld.binding.bind import NOTHING_KNOWN, bind
from veiligheidsbeeld.binding.deliveries import areas, keep
from veiligheidsbeeld.binding.titles import Titled
from veiligheidsbeeld.contracts.cube import PERIOD_LENGTH, CubeContract, get_cube
from veiligheidsbeeld.cubes import ddl
from veiligheidsbeeld.warehouse.described import identifiers

# (keys..., period) -> values of the measures, in the contract's order.
Cells = dict[tuple[str, ...], tuple[float | None, ...]]


@dataclass
class Delivery:
    """Cells and code lists of one dataset as one delivery; `write` puts them into raw as the current state."""

    dataset: str
    cells: Cells
    codes: dict[str, dict[str, str]]
    reasons: dict[tuple[str, ...], str] = field(default_factory=dict)
    # Further fields of a code, by dimension and code.
    extras: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    merged: str = "2026-01-16 03:00:00+01"
    kind: str = "voorbeeld"

    @property
    def contract(self) -> CubeContract:
        return get_cube(self.dataset)

    def write(self, connection: psycopg.Connection) -> int:
        """Replaces what was current of the same series; returns the number of the delivery."""
        ddl.ensure_raw(connection, self.contract)
        number = self._register(connection)
        for series, positions in self._series().items():
            self._write_series(connection, number, series, positions)
        for dimension, titles in self.codes.items():
            self._write_codes(connection, number, dimension, titles)
        self._bind(connection, number)
        return number

    def _bind(self, connection: psycopg.Connection, number: int) -> None:
        """Binds the titles as loading does; a title `groep > naam` stands in a group."""
        if (aliases := load_aliases(self.dataset)) is None:
            return
        titled = {
            dimension: [Titled(code, tuple(title.partition("|")[0].split(" > ")), "%") for code, title in codes.items()]
            for dimension, codes in self.codes.items()
        }
        unit = {a.eenheid for a in aliases.maten}.pop()
        titled["Measure"] = [replace(t, unit=unit) for t in titled["Measure"]]
        rows = bind(aliases, titled, areas(), NOTHING_KNOWN)
        keep(connection, self.dataset, number, rows)

    def _register(self, connection: psycopg.Connection) -> int:
        return connection.execute(
            """
            insert into raw.levering (dataset, bron_soort, tabel, adres, gewijzigd_bron, opgehaald_op, landing,
                inhoud_sha256, rijen, scope, status, verwerkt_op)
            select %(dataset)s, %(kind)s, %(table)s, 'http://127.0.0.1', %(at)s, %(at)s, 'proef-' || count(*), 'x',
                %(rows)s, '{"regio": null, "perioden": null}', 'verwerkt', %(at)s
            from raw.levering
            returning levering_id
            """,
            {
                "dataset": self.dataset,
                "kind": self.kind,
                "table": self.contract.bron.tabel,
                "at": self.merged,
                "rows": len(self.cells),
            },
        ).fetchone()[0]

    def _series(self) -> dict[tuple[str, ...], dict[int, tuple[str, ...]]]:
        """(keys..., year, kind of period) -> position -> cell."""
        found: dict[tuple[str, ...], dict[int, tuple[str, ...]]] = defaultdict(dict)
        for cell in self.cells:
            *keys, period = cell
            year, kind, number = period[:4], period[4:6], int(period[6:])
            found[(*keys, year, kind)][max(number, 1) - 1] = cell
        return found

    def _write_series(
        self,
        connection: psycopg.Connection,
        number: int,
        series: tuple[str, ...],
        positions: dict[int, tuple[str, ...]],
    ) -> None:
        columns = [c for c in ddl.raw_columns(self.contract) if c != "levering_tot"]
        length = PERIOD_LENGTH[series[-1]]
        arrays = [
            [self.cells[positions[i]][m] if i in positions else None for i in range(length)]
            for m in range(len(self.contract.maten))
        ]
        if self.contract.kenmerk:
            arrays.append([self.reasons.get(positions.get(i, ()), "None") for i in range(length)])
        table = sql.Identifier("raw", self.dataset)
        keys = ddl.series_columns(self.contract)
        connection.execute(
            sql.SQL("update {} set levering_tot = %s where levering_tot is null and {}").format(
                table, sql.SQL(" and ").join(sql.SQL("{} = %s").format(sql.Identifier(k)) for k in keys)
            ),
            [number, *series],
        )
        mask = sum(1 << i for i in positions)
        connection.execute(
            sql.SQL("insert into {} ({}) values ({})").format(
                table,
                identifiers(columns),
                sql.SQL(", ").join(sql.Placeholder() for _ in columns),
            ),
            [*series, *arrays, mask, number],
        )

    def _write_codes(self, connection: psycopg.Connection, number: int, dimension: str, titles: dict[str, str]) -> None:
        connection.execute(
            "update raw.codelijst set levering_tot = %s where dataset = %s and dimensie = %s and levering_tot is null",
            [number, self.dataset, dimension],
        )
        for order, (code, title) in enumerate(titles.items()):
            name, _, rest = title.partition("|")
            description, _, group = rest.partition("|")
            connection.execute(
                "insert into raw.codelijst (dataset, dimensie, code, volgorde, titel, omschrijving, extra,"
                " levering_van) values (%s, %s, %s, %s, %s, %s, %s, %s)",
                [
                    self.dataset,
                    dimension,
                    code,
                    order,
                    name,
                    description.replace("\\n", "\n") or None,
                    Jsonb(({"DimensionGroupId": group} if group else {}) | self.extras.get((dimension, code), {})),
                    number,
                ],
            )


def months(first: int, last: int, *, upto: int = 12) -> list[str]:
    """Period codes of the months of the years `first` to `last`, the last year up to a month."""
    return [f"{y}MM{m:02}" for y in range(first, last + 1) for m in range(1, (upto if y == last else 12) + 1)]


def years(first: int, last: int) -> list[str]:
    return [f"{y}JJ00" for y in range(first, last + 1)]
