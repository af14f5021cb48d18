"""Extract: from a source's own protocol to a delivery in landing, complete and proven or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from veiligheidsbeeld.contracts.cube import CubeContract
from veiligheidsbeeld.extract.fetch import Extraction, question
from veiligheidsbeeld.extract.hosts import address_of
from veiligheidsbeeld.extract.http import Client, Report
from veiligheidsbeeld.extract.odata import Description, Table
from veiligheidsbeeld.extract.odata_v3 import TableV3
from veiligheidsbeeld.extract.odata_v4 import TableV4
from veiligheidsbeeld.extract.plan import PartPlan, chosen_gemeenten, make_parts
from veiligheidsbeeld.landing.cubes import Delivery, Workbench, latest
from veiligheidsbeeld.settings import Settings

__all__ = ["extract"]

_TABLES = {"odata_v3": TableV3, "odata_v4": TableV4}


def extract(
    settings: Settings,
    contract: CubeContract,
    *,
    perioden: Sequence[str] | None = None,
    gemeenten: Sequence[str] | None = None,
    force: bool = False,
    report: Report = print,
) -> Delivery | None:
    """Fetches what is new of one dataset into landing; None when the source has nothing new.

    `perioden` (codes as `2023MM01`) and `gemeenten` (codes as `GM1234`) narrow the choice; `force` fetches
    although the source says that nothing changed. A run that was killed goes on after its last whole page.
    Raises `SourceError` (nothing landed), `DeliveryRefused` (the table is not the contract's) or
    `ConfigurationError`.
    """
    chosen = chosen_gemeenten(settings, contract, gemeenten)
    periods = sorted(set(perioden)) if perioden else None

    async def run() -> Delivery | None:
        client, table = table_of(settings, contract, report=report)
        with Workbench(settings, contract.naam).locked() as workbench:
            for path in workbench.put_damaged_aside():
                report(f"{contract.naam}: a delivery has no readable manifest; it is kept as {path}.")
            async with client:
                return await Extraction(
                    settings, contract, table.address, client, table, workbench, chosen, periods, force, report
                ).run()

    return asyncio.run(run())


def has_news(settings: Settings, contract: CubeContract) -> bool:
    """Whether the table is in another state than when it was last read in full, or something else is asked of it now.

    Two small requests.
    """

    async def ask() -> bool:
        client, table = table_of(settings, contract, report=lambda _: None)
        async with client:
            facts = (await table.state()).facts
        last = latest(settings, contract.naam)
        seen = Workbench(settings, contract.naam).seen()
        known = [(last.manifest.bron_staat, last.manifest.keuze.get("vraag"))] if last else []
        if last and seen.get("levering") == last.name:
            known.append((seen["bron_staat"], seen["keuze"].get("vraag")))
        return (facts, question(contract, settings)) not in known

    return asyncio.run(ask())


def table_of(settings: Settings, contract: CubeContract, *, report: Report) -> tuple[Client, Table]:
    """The table of a contract at its source, and the client to be opened around whatever is asked of it."""
    client = Client(
        settings,
        dataset=contract.naam,
        provider=contract.provider,
        concurrent=contract.bron.gelijktijdig,
        report=report,
    )
    return client, _TABLES[contract.bron.protocol](client, address_of(settings, contract), contract)


def planning_of(settings: Settings, contract: CubeContract, table: Table, description: Description) -> list[PartPlan]:
    """The parts that a first load of everything would be fetched in."""
    lists = {key: description.lists[key].codes for key in table.keys}
    length = len(table.page_url("")) + 40
    return make_parts(contract, lists, chosen_gemeenten(settings, contract, None), None, url_length=length)
