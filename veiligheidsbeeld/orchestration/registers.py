"""Tasks of `gemeenten_laden` and `bewaartermijnen`; imported while DAG files are parsed, so nothing heavy on top.

All registers go through each task together: hundreds of small files in four tasks, not in hundreds.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import AssetAlias, Param, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from veiligheidsbeeld.contracts.register import RegisterContract, load_registers
from veiligheidsbeeld.orchestration.factory import WHOLE, dataset_asset

# Which registers changed is known when the task has run: it gives events through this alias.
CHANGED = AssetAlias(name="registers", group="dataset")
POOL = "gemeenten"


def neem_in():
    @task(
        task_id="neem_in",
        pool=POOL,
        **WHOLE,
        doc_md="Take complete, unknown files into landing.",
    )
    def neem_in() -> dict:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.registers import registers_take_step

        context = get_current_context()
        chosen = {name: context["params"][name] for name in ("registers", "leveranciers", "bestanden", "force")}
        outcome = registers_take_step(Settings.from_env(), **chosen, run_id=context["dag_run"].run_id)
        if not outcome.new:
            raise AirflowSkipException(outcome.boodschap)
        return outcome.detail

    return neem_in()


def laad(taken):
    @task(
        task_id="laad",
        doc_md="Read, search and mend every file that waits; bad rows to `quarantaine`.",
    )
    def laad(taken: dict) -> list[int]:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.registers import registers_stage_step

        context = get_current_context()
        outcomes = registers_stage_step(
            Settings.from_env(), registers=context["params"]["registers"], run_id=context["dag_run"].run_id
        )
        numbers = [o.detail["levering_id"] for o in outcomes if o.new]
        if not numbers:
            raise AirflowSkipException(f"none of {len(outcomes)} files was loaded")
        return numbers

    return laad(taken)


def keur(staged):
    @task(
        task_id="keur",
        doc_md="Great Expectations judges the batches; a red card stops that delivery alone.",
    )
    def keur(staged: list[int]) -> list[int]:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.registers import registers_validate_step

        run_id = get_current_context()["dag_run"].run_id
        outcomes = registers_validate_step(Settings.from_env(), staged, run_id=run_id)
        passed = [o.detail["levering_id"] for o in outcomes if o.new]
        if not passed:
            raise AirflowSkipException(f"none of {len(outcomes)} deliveries passed")
        return passed

    return keur(staged)


def verwerk(judged):
    @task(
        task_id="verwerk",
        outlets=[CHANGED],
        **WHOLE,
        doc_md="Merge what passed into `raw`, history kept.",
    )
    def verwerk(judged: list[int]) -> dict[str, int]:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.registers import registers_merge_step

        context = get_current_context()
        changed: dict[str, int] = {}
        for outcome in registers_merge_step(Settings.from_env(), judged, run_id=context["dag_run"].run_id):
            if outcome.new:
                dataset = outcome.detail["dataset"]
                changed[dataset] = changed.get(dataset, 0) + 1
        if not changed:
            raise AirflowSkipException("nothing changed")
        for dataset, deliveries in changed.items():
            context["outlet_events"][CHANGED].add(dataset_asset(dataset), extra={"leveringen": deliveries})
        return changed

    return verwerk(judged)


def vernietig():
    @task(task_id="vernietig", pool=POOL, doc_md="Destroy files and rows past their term, and list them.")
    def vernietig() -> int:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.registers import retention_step

        context = get_current_context()
        outcome = retention_step(
            Settings.from_env(), dry_run=context["params"]["dry_run"], run_id=context["dag_run"].run_id
        )
        return outcome.detail["aantal"]

    return vernietig()


def params() -> dict[str, Param]:
    """What a person may ask of a run of `gemeenten_laden`."""
    names = list(load_registers())
    texts: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
    return {
        "registers": Param(
            [],
            type="array",
            items={"type": "string", "enum": names},
            examples=names,
            title="Registers",
            description="Only these registers; empty: all.",
        ),
        "leveranciers": Param(
            [],
            **texts,
            title="Leveranciers",
            description="Only files of these senders (GM1234 or the code of a partnership, one per line); empty: all.",
        ),
        "bestanden": Param(
            [],
            **texts,
            title="Bestanden",
            description="These files instead of the drop folder: addresses that end in <leverancier>/<bestand>.",
        ),
        "force": Param(
            False,
            type="boolean",
            title="Force",
            description="Take also what was refused before, and do not wait until files lie still.",
        ),
    }


def doc_of_registers() -> str:
    """The registers as a table, from their contracts."""
    rows = "\n".join(_row(c) for c in load_registers().values())
    return f"""| register | title | grain | frequency | owner | legal framework | kept in raw |
|---|---|---|---|---|---|---|
{rows}"""


def _row(c: RegisterContract) -> str:
    days = c.bewaartermijn.raw_dagen
    return (
        f"| `{c.naam}` | {c.titel} | {c.korrel} | {c.frequentie} | {c.eigenaar.functie} ({c.eigenaar.organisatie}), "
        f"{c.eigenaar.contact} | {c.wettelijk_kader} | {f'{days} days' if days else 'without limit'} |"
    )
