"""The DAG `<provider>_laden`, from contracts: extract or take, load, judge, merge.

A table of a source has tasks of its own; files go through each task together: hundreds of small ones in four tasks, not
in hundreds. Imported while DAG files are parsed, so nothing heavy on top.
"""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import DAG, AssetAlias, Param, TaskGroup, TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from veiligheidsbeeld import alerts
from veiligheidsbeeld.contracts import Contract, CubeContract, load_contracts
from veiligheidsbeeld.orchestration.factory import ANYWHERE, DEFAULTS, HEAVY_POOL, WHOLE, dataset_asset, uitkomst
from veiligheidsbeeld.orchestration.names import periods_of_backfill
from veiligheidsbeeld.settings import TIMEZONE

if TYPE_CHECKING:
    from airflow.sdk.bases.timetable import BaseTimetable

# More than the number of tables of a provider, which is what the first task of a table weighs.
FILES_FIRST = 1000


def loading_dag(provider: str, *, schedule: BaseTimetable, doc: str) -> DAG:
    """Brings every dataset of a provider into raw: tables of its source, then files that are dropped."""
    contracts = [c for c in load_contracts().values() if c.provider == provider]
    tables = [c for c in contracts if isinstance(c, CubeContract)]
    dropped = [c for c in contracts if not isinstance(c, CubeContract)]
    with DAG(
        dag_id=f"{provider}_laden",
        description=f"Load the datasets of {provider} into raw: extract or take, load, judge, merge",
        schedule=schedule,
        catchup=False,
        max_active_runs=1,
        is_paused_upon_creation=False,
        default_args=DEFAULTS,
        tags=["laden", provider, *sorted({t for c in contracts for t in c.themas})],
        params=_params(tables, dropped),
        doc_md=_doc(provider, tables, dropped, doc),
        on_failure_callback=alerts.run_failed,
        dagrun_timeout=timedelta(hours=6),
    ) as dag:
        if tables:
            _from_sources(tables, provider)
        if dropped:
            with TaskGroup(group_id=dropped[0].naam, tooltip=dropped[0].titel) if tables else nullcontext():
                _from_files(dropped, provider)
    return dag


def _from_sources(tables: list[CubeContract], provider: str) -> None:
    staged, groups = [], []
    for contract in tables:
        with TaskGroup(group_id=contract.naam, tooltip=contract.titel) as group:
            batch = _laad(contract.naam, _haal_op(contract, provider))
        staged.append(batch)
        groups.append(group)
    verdicts = _keur([c.naam for c in tables])
    staged >> verdicts
    for contract, group, batch in zip(tables, groups, staged, strict=True):
        with group:
            _verwerk(contract.naam, batch, verdicts)


def _haal_op(contract: CubeContract, provider: str):
    frequency = contract.frequentie

    @task(task_id="haal_op", pool=provider, **ANYWHERE, doc_md="Fetch what is new into landing; skips when nothing is.")
    def haal_op(dataset: str) -> dict:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.load import extract_step

        context = get_current_context()
        run, params = context["dag_run"], context["params"]
        if params["datasets"] and dataset not in params["datasets"]:
            raise AirflowSkipException(f"{dataset} is not among the datasets of this run")
        perioden = params["perioden"]
        if run.run_type == "backfill" and not perioden:
            perioden = periods_of_backfill(frequency, context["logical_date"].in_timezone(TIMEZONE))
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

    return haal_op(contract.naam)


def _laad(dataset: str, fetched):
    @task(task_id="laad", **ANYWHERE, doc_md="Copy the delivery into `laad`, refused rows to `quarantaine`.")
    def laad(dataset: str, fetched: dict) -> dict:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.load import in_landing, load_step

        settings, run_id = Settings.from_env(), get_current_context()["dag_run"].run_id
        [outcome] = load_step(settings, [in_landing(settings, dataset, fetched["landing"])], run_id=run_id)
        return outcome.detail

    return laad(dataset, fetched)


def _keur(datasets: list[str]):
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

    @task(task_id="verwerk", outlets=[asset], **ANYWHERE, doc_md="Merge the judged batch into `raw`, history kept.")
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
        [outcome] = merge_step(Settings.from_env(), [batch["levering_id"]], run_id=context["dag_run"].run_id)
        if not outcome.new:
            raise AirflowSkipException(outcome.boodschap)
        # An asset-triggered run has no date of its own: what is new travels with the event.
        context["outlet_events"][dataset_asset(dataset)].extra = outcome.detail
        return outcome.detail

    return verwerk(dataset, batch, verdicts)


def _from_files(dropped: list[Contract], provider: str) -> None:
    names = [c.naam for c in dropped]
    # A wave of respondents takes a core for a while, and comes once in two years: nobody may think that it came in.
    survey = any(c.kind == "survey" for c in dropped)
    pool: dict[str, Any] = {"pool": HEAVY_POOL} if survey else {}
    merged = _merge_files(_judge_files(_load_files(_neem_in(names, provider), names, pool), pool), provider)
    if survey:
        refused = _refusals()
        merged >> refused
        [merged, refused] >> uitkomst()


def _neem_in(names: list[str], provider: str):
    @task(task_id="neem_in", pool=provider, **WHOLE, doc_md="Take complete, unknown files into landing.")
    def neem_in(names: list[str], provider: str) -> dict:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.load import take_step

        context = get_current_context()
        params = context["params"]
        chosen = [name for name in names if name in params["datasets"]]
        if (params["datasets"] and not chosen) or params.get("gemeenten") or params.get("perioden"):
            raise AirflowSkipException("this run was asked for a choice of the published tables")
        options = {name: params[name] for name in ("leveranciers", "bestanden") if name in params}
        outcome = take_step(
            Settings.from_env(),
            provider,
            datasets=chosen,
            force=params["force"],
            run_id=context["dag_run"].run_id,
            **options,
        )
        if not outcome.new:
            raise AirflowSkipException(outcome.boodschap)
        return outcome.detail

    return neem_in(names, provider)


def _load_files(taken, names: list[str], pool: dict[str, Any]):
    @task(task_id="laad", **pool, doc_md="Read, search and mend every file that waits; bad rows to `quarantaine`.")
    def laad(taken: dict, names: list[str]) -> list[int]:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.load import load_step, pending

        settings, context = Settings.from_env(), get_current_context()
        waiting = pending(settings, context["params"]["datasets"] or names)
        outcomes = load_step(settings, waiting, run_id=context["dag_run"].run_id)
        numbers = [o.detail["levering_id"] for o in outcomes if o.new]
        if not numbers:
            raise AirflowSkipException(f"none of {len(outcomes)} files was loaded")
        return numbers

    return laad(taken, names)


def _judge_files(staged, pool: dict[str, Any]):
    @task(task_id="keur", **pool, doc_md="Great Expectations judges the batches; a red card stops that delivery alone.")
    def keur(staged: list[int]) -> list[int]:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.load import validate_step

        outcomes = validate_step(Settings.from_env(), staged, run_id=get_current_context()["dag_run"].run_id)
        passed = [o.detail["levering_id"] for o in outcomes if o.new]
        if not passed:
            raise AirflowSkipException(f"none of {len(outcomes)} deliveries passed")
        return passed

    return keur(staged)


def _merge_files(judged, provider: str):
    # Which datasets changed is known when the task has run: it gives events through this alias.
    changed = AssetAlias(name=f"{provider}_bestanden", group="dataset")

    @task(
        task_id="verwerk",
        outlets=[changed],
        # Airflow adds the weight of what comes after a task to its own: files go before tables of sources wherever both
        # wait. Theirs are the longest chains, of one task after another, and everything else waits for their end.
        priority_weight=FILES_FIRST,
        **WHOLE,
        doc_md="Merge what passed into `raw`, history kept.",
    )
    def verwerk(judged: list[int]) -> dict[str, int]:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.load import merge_step

        context = get_current_context()
        found: dict[str, int] = {}
        for outcome in merge_step(Settings.from_env(), judged, run_id=context["dag_run"].run_id):
            if outcome.new:
                dataset = outcome.detail["dataset"]
                found[dataset] = found.get(dataset, 0) + 1
        if not found:
            raise AirflowSkipException("nothing changed")
        for dataset, deliveries in found.items():
            context["outlet_events"][changed].add(dataset_asset(dataset), extra={"leveringen": deliveries})
        return found

    return verwerk(judged)


def _refusals():
    @task(
        task_id="weigeringen",
        trigger_rule=TriggerRule.ALL_DONE,
        doc_md="Fails when a wave of this run was refused, after everything else went on.",
    )
    def refusals() -> None:
        from veiligheidsbeeld.errors import DeliveryRefused
        from veiligheidsbeeld.settings import Settings

        refused = alerts.refused_files(Settings.from_env(), [get_current_context()["dag_run"].run_id])
        # Not skipped when none was: Airflow sees the end of a task that skips up to five seconds later.
        if not refused:
            return
        raise DeliveryRefused(
            f"{len(refused)} file(s) were refused: {', '.join(f'{f.subject} ({f.step})' for f in refused)}.",
            remedy="Their senders were answered and their owners told; what was known stays until a file comes anew.",
            owner="; ".join(sorted({f.owner for f in refused})),
        )

    return refusals()


def _params(tables: list[CubeContract], dropped: list[Contract]) -> dict[str, Param]:
    """What a person may ask of a run."""
    names = [c.naam for c in (*tables, *dropped)]
    texts: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
    found = {
        "datasets": Param(
            [],
            type="array",
            items={"type": "string", "enum": names},
            examples=names,
            title="Datasets",
            description="Only these datasets; empty: all of the provider.",
        )
    }
    if tables:
        found["gemeenten"] = Param(
            [],
            **texts,
            title="Gemeenten",
            description="Only these municipalities (GM1234, one per line); empty: the whole work area.",
        )
        found["perioden"] = Param(
            [],
            **texts,
            title="Perioden",
            description="Only these periods (2023MM05 or 2023JJ00, one per line); empty: all.",
        )
    else:
        found["leveranciers"] = Param(
            [],
            **texts,
            title="Leveranciers",
            description="Only files of these senders (GM1234 or the code of a partnership, one per line); empty: all.",
        )
        found["bestanden"] = Param(
            [],
            **texts,
            title="Bestanden",
            description="These files instead of the drop folder: addresses that end in <leverancier>/<bestand>.",
        )
    found["force"] = Param(
        False,
        type="boolean",
        title="Force",
        description="Fetch also what the source says is unchanged; take again what was refused, without waiting until"
        " files lie still.",
    )
    return found


_TABLES = """### Tables
| dataset | table | title | grain | frequency | owner | licence |
|---|---|---|---|---|---|---|
{rows}

`haal_op` (extract) >> `laad` (load) >> `keur` (Great Expectations, all batches of the provider in one process) >>
`verwerk` (merge). An unchanged source skips the rest. A red card or a refused delivery stops that dataset alone; what
was known stays.
"""
_FILES = """### Files
| dataset | title | grain | frequency | owner | ground | kept in raw |
|---|---|---|---|---|---|---|
{rows}

`neem_in` (take) brings each complete file once into landing; `laad` (load) reads it, searches it for personal data,
mends what can be mended without guessing and puts bad rows in quarantine; `keur` (Great Expectations) judges the
batches; `verwerk` (merge) merges them, history kept. Of a file that is refused its owner gets a message and its sender
an answer, and everything else goes on.
"""
_SURVEY = """
A row of the survey's file is a respondent, whom only the loading role can read: `verwerk` estimates each wave and only
estimates are published. `weigeringen` fails when a wave was refused: it comes once in two years, and is missed.
"""


def _doc(provider: str, tables: list[CubeContract], dropped: list[Contract], purpose: str) -> str:
    parts = [f"### Purpose\n{purpose}\n"]
    if tables:
        parts.append(_TABLES.format(rows="\n".join(_table_row(c) for c in tables)))
    if dropped:
        parts.append(_FILES.format(rows="\n".join(_file_row(c) for c in dropped)))
    if any(c.kind == "survey" for c in dropped):
        parts.append(_SURVEY)
    options = "`datasets`, `gemeenten`, `perioden` or `force`" if tables else "`datasets`, `leveranciers` or `force`"
    more = (
        f"A backfill over a range of dates reloads per run the period before its date: `airflow backfill create"
        f" --dag-id {provider}_laden --from-date 2023-01-01 --to-date 2023-12-31`."
        if tables
        else "`bestanden` names files elsewhere. The drop folder is VB_DROP (any fsspec address; default"
        " `<home>/aanlevering`)."
    )
    parts.append(
        "### Notes\nA delivery that changed something gives an event on the asset of its dataset, which starts"
        f" `marts_publiceren`.\n\n### Configuration\nTrigger with {options} for a partial reload. {more}\n"
    )
    return "\n".join(parts)


def _table_row(c: CubeContract) -> str:
    return (
        f"| `{c.naam}` | {c.bron.tabel} | {c.titel} | {c.korrel} | {c.frequentie} "
        f"| {c.eigenaar.title}, {c.eigenaar.contact} | {c.licentie} |"
    )


def _file_row(c: Contract) -> str:
    days = c.bewaartermijn.raw_dagen if c.bewaartermijn else None
    kept = f"{days} days" if days else "without limit"
    return (
        f"| `{c.naam}` | {c.titel} | {c.korrel} | {c.frequentie} | {c.eigenaar.title}, {c.eigenaar.contact} "
        f"| {c.wettelijk_kader}: {' '.join(c.grondslag.split())} | {kept} |"
    )
