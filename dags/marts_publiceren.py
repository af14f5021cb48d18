"""On new data: build, judge and publish the mart of each theme."""

from datetime import timedelta

from airflow.sdk import DAG, AssetAny, DeadlineAlert, DeadlineReference, Param, SyncCallback

from veiligheidsbeeld import alerts
from veiligheidsbeeld.orchestration import marts
from veiligheidsbeeld.orchestration.factory import DEFAULTS, dataset_asset, uitkomst
from veiligheidsbeeld.orchestration.names import datasets
from veiligheidsbeeld.steps.marts import CORE, GOALS, MARTS, THEMES

DEADLINE = timedelta(hours=1)

DOC = """### Purpose
Turns what is new in raw into published marts, one per theme of the safety plan (IVP).

### Notes
Starts on an event of any dataset. `wacht_op_laden` waits until no loading run is under way, so that deliveries
that arrive together are published together. `basis` builds staging, intermediate and the shared dimensions,
`projecteer` looks ahead to the horizons of the plans, `bouw` builds the candidates of all themes and of `ivp` (the
goals of all plans) in one dbt run, and `keur` has Great Expectations judge them in one process, each with a verdict of
its own. Then `publiceer` per theme: one transaction. When anything was published `toon` writes the pages anew.
`uitkomst` makes the run fail when a task failed.
A theme whose build failed or that got a red card fails in its `publiceer`, keeps its previous publication and does not
stop the others. When `projecteer` fails, `ivp` alone keeps its previous publication. `kern`, the shared dimensions, is
published first. When nothing is new every task skips.

### Configuration
Trigger with `themas` for some themes only, or `force` to build also when nothing is new. A mart that is not published
an hour after its run was queued gives one message.
"""

with DAG(
    dag_id="marts_publiceren",
    description="Build, judge and publish the mart of each theme when its data is new",
    schedule=AssetAny(*(dataset_asset(dataset) for dataset in datasets())),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    default_args=DEFAULTS,
    tags=["marts", *THEMES],
    doc_md=DOC,
    params={
        "themas": Param(
            [], type="array", items={"type": "string", "enum": [*THEMES, GOALS]}, examples=[*THEMES, GOALS]
        ),
        "force": Param(False, type="boolean", description="Build also when nothing is new."),
    },
    on_failure_callback=alerts.run_failed,
    dagrun_timeout=timedelta(hours=6),
    deadline=[
        DeadlineAlert(
            reference=DeadlineReference.DAGRUN_QUEUED_AT,
            interval=DEADLINE,
            callback=SyncCallback(
                alerts.deadline_missed, kwargs={"thema": thema, "minutes": int(DEADLINE.total_seconds() // 60)}
            ),
            name=f"mart_{thema}",
        )
        for thema in MARTS
    ],
) as dag:
    basis = marts.basis(marts.wacht_op_laden())
    projected = marts.projecteer(basis)
    verdicts = marts.keur(marts.bouw(basis, projected))
    core = marts.publiceer(CORE, verdicts)
    themes = [marts.publiceer(thema, verdicts) for thema in MARTS if thema != CORE]
    core >> themes
    shown = marts.toon([core, *themes])
    [projected, core, *themes, shown] >> uitkomst()
