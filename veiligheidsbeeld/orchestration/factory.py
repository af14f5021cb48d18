"""DAGs from contracts: one per provider, the same steps for every dataset.

Parsed again and again by Airflow's DAG processor: nothing heavy is imported here, no database or source is asked,
and nothing depends on the clock, so that two parses give the same serialised DAG. What a task needs it imports
when it runs.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import (
    DAG,
    Asset,
    Param,
    RetryAction,
    RetryDecision,
    RetryPolicy,
    TaskGroup,
    TriggerRule,
    get_current_context,
    task,
)
from airflow.sdk.exceptions import AirflowSkipException

from veiligheidsbeeld import alerts
from veiligheidsbeeld.contracts.cube import CubeContract, load_cubes
from veiligheidsbeeld.orchestration.names import periods_of_backfill
from veiligheidsbeeld.settings import TIMEZONE

if TYPE_CHECKING:
    from airflow.sdk import Context
    from airflow.sdk.bases.timetable import BaseTimetable

OWNER = "data-engineering"
# A result goes to the API server as one value: Airflow would send each key of a dict by itself as well.
WHOLE: dict[str, Any] = {"multiple_outputs": False}
# What takes longest goes first, so that it is not alone at the end; Airflow adds the weights of what comes after.
FIRST = 10


class TransientOnly(RetryPolicy):
    """Another try for what may pass by itself: a source, the network, the database, a killed process.

    A verdict, a setting or a fault in the code gives the same result at every try: it fails at once.
    """

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None
    ) -> RetryDecision:
        from veiligheidsbeeld.errors import may_pass

        if may_pass(exception):
            return RetryDecision(action=RetryAction.RETRY, reason="may pass by itself")
        return RetryDecision.fail("another try would give the same result")

    def serialize(self) -> dict:
        return {}

    @classmethod
    def deserialize(cls, data: dict) -> TransientOnly:
        return cls()


DEFAULTS = {
    "owner": OWNER,
    "retries": 3,
    "retry_delay": timedelta(seconds=15),
    "retry_exponential_backoff": 2,
    "max_retry_delay": timedelta(minutes=15),
    "retry_policy": TransientOnly(),
    "execution_timeout": timedelta(hours=2),
    "depends_on_past": False,
}


def dataset_asset(dataset: str) -> Asset:
    """The raw table of a dataset; an event means that a new delivery changed it."""
    return Asset(name=dataset, uri=f"veiligheidsbeeld://raw/{dataset}", group="dataset")


def mart_asset(thema: str) -> Asset:
    """The published mart of a theme; an event means a new publication."""
    return Asset(name=f"mart_{thema}", uri=f"veiligheidsbeeld://mart/{thema}", group="mart")


def loading_dag(provider: str, *, schedule: BaseTimetable, doc: str) -> DAG:
    """The DAG `<provider>_laden`: fetch, stage, judge and merge each dataset of the provider."""
    contracts = [c for c in load_cubes().values() if c.provider == provider]
    with DAG(
        dag_id=f"{provider}_laden",
        description=f"Load the datasets of {provider} into raw: fetch, stage, judge, merge",
        schedule=schedule,
        catchup=False,
        max_active_runs=1,
        is_paused_upon_creation=False,
        default_args=DEFAULTS,
        tags=["laden", provider, *sorted({t for c in contracts for t in c.themas})],
        params=_params(contracts),
        doc_md=_doc(contracts, doc),
        on_failure_callback=alerts.run_failed,
        dagrun_timeout=timedelta(hours=6),
    ) as dag:
        staged, groups = [], []
        for contract in contracts:
            with TaskGroup(group_id=contract.naam, tooltip=contract.titel) as group:
                batch = _laad(contract.naam, _haal_op(contract.naam, provider))
            staged.append(batch)
            groups.append(group)
        verdicts = _keur([c.naam for c in contracts], provider)
        staged >> verdicts
        for contract, group, batch in zip(contracts, groups, staged, strict=True):
            with group:
                _verwerk(contract.naam, batch, verdicts)
    return dag


def _haal_op(dataset: str, provider: str):
    @task(task_id="haal_op", pool=provider, **WHOLE, doc_md="Fetch what is new into landing; skips when nothing is.")
    def haal_op(dataset: str) -> dict:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.load import extract_step

        context = get_current_context()
        run, params = context["dag_run"], context["params"]
        if params["datasets"] and dataset not in params["datasets"]:
            raise AirflowSkipException(f"{dataset} is not among the datasets of this run")
        perioden = params["perioden"]
        if run.run_type == "backfill" and not perioden:
            local = context["logical_date"].in_timezone(TIMEZONE)
            perioden = periods_of_backfill(load_cubes()[dataset].frequentie, local)
        outcome = extract_step(
            Settings.from_env(),
            dataset,
            perioden=perioden,
            gemeenten=params["gemeenten"],
            force=params["force"],
            run_id=run.run_id,
        )
        if not outcome.new:
            raise AirflowSkipException(outcome.boodschap)
        return outcome.detail

    return haal_op(dataset)


def _laad(dataset: str, fetched):
    @task(task_id="laad", **WHOLE, doc_md="Copy the delivery into `laad`, refused rows to `quarantaine`.")
    def laad(dataset: str, fetched: dict) -> dict:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.load import stage_step

        run_id = get_current_context()["dag_run"].run_id
        return stage_step(Settings.from_env(), dataset, fetched["landing"], run_id=run_id).detail

    return laad(dataset, fetched)


def _keur(datasets: list[str], provider: str):
    @task(
        task_id="keur",
        **WHOLE,
        # One process judges the batches of all datasets: importing Great Expectations costs more than judging.
        # Whatever became of the others: `all_done_min_one_success` would skip as soon as one dataset is skipped.
        trigger_rule=TriggerRule.ALL_DONE,
        doc_md="Great Expectations judges every staged batch; a red card stops that dataset alone.",
    )
    def keur(datasets: list[str]) -> dict:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.load import validate_step

        context = get_current_context()
        found = context["ti"].xcom_pull(task_ids=[f"{d}.laad" for d in datasets])
        numbers = [batch["levering_id"] for batch in found if batch]
        if not numbers:
            raise AirflowSkipException("no batch was loaded")
        outcomes = validate_step(Settings.from_env(), numbers, run_id=context["dag_run"].run_id)
        return {o.onderwerp: {"uitkomst": o.uitkomst, "boodschap": o.boodschap} | o.detail for o in outcomes}

    return keur(datasets)


def _verwerk(dataset: str, batch, verdicts):
    asset = dataset_asset(dataset)

    @task(task_id="verwerk", outlets=[asset], **WHOLE, doc_md="Merge the judged batch into `raw`, history kept.")
    def verwerk(dataset: str, batch: dict, verdicts: dict) -> dict:
        from veiligheidsbeeld.errors import DeliveryRefused
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.load import merge_step

        context = get_current_context()
        verdict = verdicts[dataset]
        if verdict["uitkomst"] != "gedaan":
            raise DeliveryRefused(
                f"{dataset}: {verdict['boodschap']}", remedy=verdict["remedie"], owner=verdict["eigenaar"]
            )
        outcome = merge_step(Settings.from_env(), dataset, batch["levering_id"], run_id=context["dag_run"].run_id)
        if not outcome.new:
            raise AirflowSkipException(outcome.boodschap)
        # An asset-triggered run has no date of its own: what is new travels with the event.
        context["outlet_events"][dataset_asset(dataset)].extra = outcome.detail
        return outcome.detail

    return verwerk(dataset, batch, verdicts)


def _params(contracts: list[CubeContract]) -> dict[str, Param]:
    names = [c.naam for c in contracts]
    codes: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
    return {
        "datasets": Param(
            [],
            type="array",
            items={"type": "string", "enum": names},
            examples=names,
            title="Datasets",
            description="Only these datasets; empty: all of the provider.",
        ),
        "gemeenten": Param(
            [],
            **codes,
            title="Gemeenten",
            description="Only these municipalities (GM1234, one per line); empty: the whole work area.",
        ),
        "perioden": Param(
            [],
            **codes,
            title="Perioden",
            description="Only these periods (2023MM05 or 2023JJ00, one per line); empty: all.",
        ),
        "force": Param(
            False,
            type="boolean",
            title="Force",
            description="Fetch also when the source says that nothing changed.",
        ),
    }


def _doc(contracts: list[CubeContract], purpose: str) -> str:
    rows = "\n".join(
        f"| `{c.naam}` | {c.bron.tabel} | {c.titel} | {c.korrel} | {c.frequentie} "
        f"| {c.eigenaar.functie} ({c.eigenaar.organisatie}), {c.eigenaar.contact} | {c.licentie} |"
        for c in contracts
    )
    return f"""### Purpose
{purpose}

### Datasets
| dataset | table | title | grain | frequency | owner | licence |
|---|---|---|---|---|---|---|
{rows}

### Notes
Per dataset: `haal_op` (extract) >> `laad` (stage) >> `keur` (Great Expectations, all batches of the provider in one
process) >> `verwerk` (merge). An unchanged source skips the rest. A red card or a refused delivery stops that dataset
alone; what was known stays. A merged delivery gives an event on the asset of its dataset, which starts
`marts_publiceren`.

### Configuration
Trigger with `datasets`, `gemeenten`, `perioden` or `force` for a partial reload. A backfill over a range of dates
reloads per run the period before its date: `airflow backfill create --dag-id {contracts[0].provider}_laden
--from-date 2023-01-01 --to-date 2023-12-31`.
"""
