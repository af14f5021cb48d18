"""What a source said, kept as the files that `SOURCES=<folder>` replays: `<host>/<table>/<EntitySet>.json`.

For who must show somebody else what the real source answers. The metadata is asked for anew and is kept also when
it is not the contract's; rows are those of a delivery in landing, which holds them as received.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path

from veiligheidsbeeld.binding.deliveries import SUCCESSORS
from veiligheidsbeeld.contracts.cube import CubeContract
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.extract import table_of
from veiligheidsbeeld.extract.hosts import HOSTS
from veiligheidsbeeld.extract.http import Report
from veiligheidsbeeld.extract.odata import Description
from veiligheidsbeeld.extract.pages import list_page
from veiligheidsbeeld.landing.cubes import Delivery
from veiligheidsbeeld.settings import Settings

_ROWS = {"odata_v3": "TypedDataSet", "odata_v4": "Observations"}


def record_metadata(settings: Settings, contract: CubeContract, folder: Path, *, report: Report = print) -> Path:
    """Asks a table's metadata and code lists and keeps the answers; returns the table's folder.

    Raises `SourceError` when the source gives none, `ConfigurationError` when the folder cannot be written.
    """

    async def ask() -> Description:
        client, table = table_of(settings, contract, report=report)
        async with client:
            return await table.read()

    found = asyncio.run(ask())
    bodies = dict(found.documents) | {one.entity_set: one.body for one in found.lists.values()}
    return _keep(folder, contract, bodies)


def record_delivery(contract: CubeContract, delivery: Delivery, folder: Path) -> Path:
    """Keeps a delivery's metadata, code lists and rows; raises as `record_metadata`, `DeliveryRefused` when damaged."""
    names = {*delivery.manifest.codelijsten, *delivery.manifest.metagegevens}
    place = _keep(folder, contract, {name: delivery.codes(name) for name in names})
    with (place / f"{_ROWS[contract.bron.protocol]}.json").open("wb") as file:
        file.write(b'{"value":[')
        for n, rows in enumerate(_rows(delivery)):
            file.write(b",\n" + rows if n else rows)
        file.write(b"]}\n")
    return place


def _rows(delivery: Delivery) -> Iterator[bytes]:
    for _, body in delivery.pages():
        rows, _ = list_page(body)
        if rows:
            yield rows


def _keep(folder: Path, contract: CubeContract, bodies: Mapping[str, bytes]) -> Path:
    place = folder / HOSTS[contract.bron.host] / contract.bron.tabel
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name, body in bodies.items():
            if name != SUCCESSORS:  # ours: what was found in the catalogue
                (place / f"{name}.json").write_bytes(body)
    except OSError as error:
        raise ConfigurationError(f"{place} cannot be written: {error}.", remedy="Name another folder.") from error
    return place
