"""`contracts check --live`: what the sources say now, against contracts, aliases and snapshots; and what they said,
kept for others (`extract --record`)."""

from __future__ import annotations

from pathlib import Path

from veiligheidsbeeld.binding import snapshot
from veiligheidsbeeld.cli.base import console, each, report
from veiligheidsbeeld.contracts.cube import get_cube, load_cubes
from veiligheidsbeeld.extract.live import Look, Plan, look
from veiligheidsbeeld.extract.live import accept as keep
from veiligheidsbeeld.extract.record import record_delivery
from veiligheidsbeeld.extract.record import record_metadata as ask
from veiligheidsbeeld.landing.cubes import latest
from veiligheidsbeeld.services import lifecycle
from veiligheidsbeeld.settings import Settings


def check(datasets: list[str] | None, *, plan: bool, accept: bool) -> bool:
    """Looks at the tables one by one and prints what differs; False when a load of one would break."""
    settings = Settings.from_env()
    contracts = [get_cube(name) for name in datasets] if datasets else list(load_cubes().values())
    looks = []
    with lifecycle.sources(settings) as settings:
        for contract in contracts:
            looks.append(look(settings, contract))
            _show(looks[-1], plan=plan)
            if accept:
                kept = keep(looks[-1])
                console.print("  kept as snapshot" if kept else "  not kept: the real source was seen, this is not it")
    broken = [one.dataset for one in looks if one.breaks]
    count = sum(len(one.differences) for one in looks)
    console.print(f"{len(looks)} tables, {count} differences; a load would break: {', '.join(broken) or 'none'}.")
    if plan and (plans := [one.plan for one in looks if one.plan]):
        total = Plan(
            sum(p.cells for p in plans), sum(p.requests for p in plans), sum(p.minutes for p in plans),
            sum(p.gigabytes for p in plans),
        )  # fmt: skip
        console.print(f"A first load of {len(plans)} tables: {_words(total)}.")
    return not broken


def record_metadata(datasets: list[str], folder: Path) -> None:
    """Keeps what the sources say of these tables, also of those that a load would refuse."""
    with lifecycle.sources(Settings.from_env()) as settings:
        each(datasets, lambda d: report(f"{d}: metadata in {ask(settings, get_cube(d), folder, report=report)}"))


def record_rows(settings: Settings, datasets: list[str], folder: Path) -> None:
    """Keeps the rows of the newest delivery of each table, with the metadata that came with it."""
    for dataset in datasets:
        if delivery := latest(settings, dataset):
            place = record_delivery(get_cube(dataset), delivery, folder)
            report(f"{dataset}: {delivery.manifest.rijen:,} rows of {delivery.name} in {place}")


def _show(found: Look, *, plan: bool) -> None:
    state = "" if snapshot.verified(found.tabel) else ", niet_geverifieerd (the real table was never seen)"
    console.print(f"{found.dataset} ({found.tabel}): {len(found.differences)} differences{state}", markup=False)
    for difference in found.differences:
        console.print(f"  {'BREAKS  ' if difference.breaks else 'differs '} {difference.what}", markup=False)
    if plan and found.plan:
        console.print(f"  first load: {_words(found.plan)}")


def _words(plan: Plan) -> str:
    return (
        f"{plan.cells:,} cells, {plan.requests:,} requests, about {plan.minutes:,.0f} minutes, "
        f"{plan.gigabytes:,.2f} GB of answers"
    )
