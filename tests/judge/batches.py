"""Batches made by hand, as the loader leaves them: `laad.<dataset>`, a row in raw.levering, code lists in landing."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pyarrow as pa
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.places import FORMER, OTHER_PROVINCE, OTHER_UNIT, PROVINCE, TOWN, UNIT
from veiligheidsbeeld.binding.bind import MEASURE, Bound
from veiligheidsbeeld.binding.deliveries import keep
from veiligheidsbeeld.contracts.cube import PERIOD_LENGTH, CubeContract, get_cube
from veiligheidsbeeld.cubes import ddl
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

NOW = datetime.now(UTC)
REGIONS = ["NL01", OTHER_UNIT, UNIT, TOWN]
# Codes that the list knows and the batch lacks; municipalities, so that the police units stay complete.
ABSENT = [f"GM{n:04}" for n in range(40)]
_numbers = itertools.count(1)


@dataclass
class Batch:
    """Series of one dataset; `values` by (keys..., year, kind) hold one list per measure, or one list for all."""

    contract: CubeContract
    values: dict[tuple, list]
    marks: dict[tuple, list] = field(default_factory=dict)
    bound: list[Bound] = field(default_factory=list)

    def stage(self, settings: Settings, *, codes: dict[str, list[str]] | None = None, **levering: object) -> int:
        """Writes the batch and registers it as `geladen`; keyword arguments replace columns of raw.levering."""
        name = f"d{next(_numbers):06}"
        contract = self.contract
        self._write_codes(settings, name, codes or {})
        with connect(settings, "lader") as connection:
            ddl.ensure_raw(connection, contract)
            ddl.recreate_batch(connection, contract)
            columns = list(ddl.batch_columns(contract))
            insert = sql.SQL("insert into {} ({}) values ({})").format(
                sql.Identifier("laad", contract.naam),
                sql.SQL(", ").join(map(sql.Identifier, columns)),
                sql.SQL(", ").join(sql.Placeholder() * len(columns)),
            )
            for key, cells in self.values.items():
                length = PERIOD_LENGTH[key[-1]]
                arrays = cells if cells and isinstance(cells[0], list) else [cells] * len(contract.maten)
                mark = [self.marks.get(key, [None] * length)] if contract.kenmerk else []
                connection.execute(insert, [*key, *arrays, *mark, 2**length - 1, 0])
            row = {
                "dataset": contract.naam, "bron_soort": "voorbeeld", "tabel": contract.bron.tabel, "adres": "proef",
                "gewijzigd_bron": NOW - timedelta(days=3), "opgehaald_op": NOW, "landing": name, "inhoud_sha256": name,
                "rijen": sum(PERIOD_LENGTH[key[-1]] for key in self.values), "status": "geladen",
                "scope": Jsonb({"regio": None, "perioden": None}),
            } | levering  # fmt: skip
            number = connection.execute(
                sql.SQL("insert into raw.levering ({}) values ({}) returning levering_id").format(
                    sql.SQL(", ").join(map(sql.Identifier, row)), sql.SQL(", ").join(sql.Placeholder() * len(row))
                ),
                list(row.values()),
            ).fetchone()[0]
            keep(connection, contract.naam, number, self.bound)
            return number

    def _write_codes(self, settings: Settings, name: str, given: dict[str, list[str]]) -> None:
        folder = settings.landing / self.contract.naam / name
        (folder / "codes").mkdir(parents=True)
        lists = {k.bron: sorted({key[i] for key in self.values}) for i, k in enumerate(self.contract.sleutels)}
        if self.contract.regio:
            lists[self.contract.regio.bron] += ABSENT
        lists = lists | {self.contract.periode: ["2023MM01", "2023JJ00"]} | given
        for dimension, codes in lists.items():
            body = {"value": [{"Key": code, "Title": code} for code in codes]}
            packed = pa.compress(json.dumps(body).encode(), codec="zstd", asbytes=True)
            (folder / "codes" / f"{dimension}.json.zst").write_bytes(packed)
        manifest = {
            "dataset": self.contract.naam, "tabel": self.contract.bron.tabel, "protocol": self.contract.bron.protocol,
            "bron_soort": "voorbeeld", "adres": "proef", "gewijzigd": NOW.isoformat(), "versie": None, "periode": None,
            "opgehaald_op": NOW.isoformat(), "scope": {}, "delen": [], "rijen": 0, "inhoud_sha256": name,
            "codelijsten": {d: f"codes/{d}.json.zst" for d in lists}, "software": "proef",
        }  # fmt: skip
        (folder / "manifest.json").write_text(json.dumps(manifest))


def overlast() -> Batch:
    """2023 in months and year: the two units make the country, E33 and E35 make the total."""
    values = {}
    for kind, length in (("MM", 12), ("JJ", 1)):
        for region, share in zip(REGIONS, (30, 20, 10, 4), strict=True):
            each = share * 12 // length  # the months make the year
            values["E33", region, 2023, kind] = [each] * length
            values["E35", region, 2023, kind] = [2 * each] * length
            values["0.0.0", region, 2023, kind] = [3 * each] * length
    return Batch(get_cube("politie_overlast_gemeente"), values)


def misdrijven(dataset: str, regions: list[str]) -> Batch:
    """One type and one shielded type below a larger total; the shielded one has no months."""
    values = {}
    for region, share in zip(regions, (30, 20, 10, 4), strict=False):
        for kind, length in (("MM", 12), ("JJ", 1)):
            each = share * 12 // length
            values["0.0.0", region, NOW.year - 1, kind] = [10 * each] * length
            values["1.1.1", region, NOW.year - 1, kind] = [9 * each] * length
            values["1.4.1", region, NOW.year - 1, kind] = [None if kind == "MM" else share] * length
    if dataset == "politie_misdrijven_buurt":
        values = {
            key: [0 if key[0] == "1.4.1" else v for v in cells] for key, cells in values.items() if key[-1] == "MM"
        }
    return Batch(get_cube(dataset), values)


def bevolking() -> Batch:
    """Two provinces that make the country, and a municipality that did not exist that year."""
    people = {"NL01": 300.5, OTHER_PROVINCE: 100.25, PROVINCE: 200.25, TOWN: 50.0, FORMER[1]: None}
    keys = {region: ("M000352", "T001019", "T001038", "10000", region, 2023, "JJ") for region in people}
    return Batch(
        get_cube("cbs_bevolking"),
        {keys[region]: [amount] for region, amount in people.items()},
        {keys[FORMER[1]]: ["Impossible"]},
        [Bound(MEASURE, "M000352", "Bevolking op 1 januari", "gekoppeld", "1_januari", "aantal", minimum=0)],
    )


def criminaliteit() -> Batch:
    return Batch(
        get_cube("cbs_criminaliteit"),
        {("T001161", region, 2023, "JJ"): [[605], [100.0], [45.3], [150], [24.8], [85]] for region in ("NL01", TOWN)},
    )


def verdachten() -> Batch:
    """Two age groups of the country and a municipality; where the count rounds to zero there is no rate."""
    counts, small = [140, 50, 20, 30, 40, 10, 10], [20, 10, 0, 10, 0, 0, 0]
    values = {
        (age, "T001038", region, 2023, "JJ"): [[n] for n in (*numbers, *((n // 2) or None for n in numbers))]
        for age in ("10000", "52010")
        for region, numbers in (("NL01", counts), (TOWN, small))
    }
    return Batch(get_cube("cbs_verdachten"), values)


def veilig_thuis() -> Batch:
    """Counts and a percentage of the same reports in one long table: the contract is about the counts alone."""
    amounts = {
        ("X1", "NL01"): 1_275.0, ("X1", TOWN): 45.0, ("X1", FORMER[1]): None,
        ("X9", "NL01"): 31.9, ("X9", TOWN): 33.3, ("X9", FORMER[1]): None,
    }  # fmt: skip
    path = "Ontvangen meldingen > Ontvangen meldingen, totaal"
    return Batch(
        get_cube("cbs_veilig_thuis"),
        {(*key, 2023, "JJ"): [amount] for key, amount in amounts.items()},
        {(measure, FORMER[1], 2023, "JJ"): ["Impossible"] for measure in ("X1", "X9")},
        [
            Bound(MEASURE, "X1", path, "gekoppeld", "TOT", "aantal", minimum=0),
            Bound(MEASURE, "X9", path.replace(" >", " (relatief) >"), "ongebruikt", eenheid="%"),
        ],
    )


def landbouw() -> Batch:
    """Nothing but regions: the key that most tables have beside them is not there."""
    return Batch(get_cube("cbs_landbouw"), {("NL01", 2023, "JJ"): [50_634], (TOWN, 2023, "JJ"): [78]})
