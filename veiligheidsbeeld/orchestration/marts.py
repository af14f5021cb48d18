"""Tasks of `marts_publiceren`; imported while the DAG file is parsed, so nothing heavy on top."""

from __future__ import annotations

import time

from airflow.sdk import TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from veiligheidsbeeld.orchestration.factory import FIRST, WHOLE, mart_asset
from veiligheidsbeeld.orchestration.names import loading_dags

# Builds and judgements use a whole core each.
HEAVY_POOL = "zwaar"
WAIT_SECONDS = 1800
# The mart with most rows.
LARGEST = "leefomgeving"


def wacht_op_laden():
    """Waits until no loading run is queued or running, at most half an hour; reads the dbt project meanwhile."""

    @task(task_id="wacht_op_laden", doc_md="Wait until the loading runs that are under way have ended.")
    def wacht_op_laden() -> None:
        from veiligheidsbeeld.parse_ahead import parsing
        from veiligheidsbeeld.settings import Settings

        with parsing(Settings.from_env()):
            _wait_for_loading(get_current_context()["ti"])

    return wacht_op_laden()


def _wait_for_loading(ti) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while busy := [d for d in loading_dags() if ti.get_dr_count(d, states=["queued", "running"])]:
        if time.monotonic() > deadline:
            print(f"{', '.join(busy)} still at work after {WAIT_SECONDS} s: going on with what is there")
            return
        time.sleep(1)


def basis(upstream):
    """Builds staging, intermediate and `kern`; gives the marts that are to be built after it."""

    @task(task_id="basis", pool=HEAVY_POOL, doc_md="dbt: code lists, staging, intermediate, shared dimensions.")
    def basis() -> list[str]:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.marts import MARTS, begin_marts, transform_step

        context = get_current_context()
        settings, params, run = Settings.from_env(), context["params"], context["dag_run"]
        wanted = begin_marts(settings, run.run_id, again=run.run_type != "asset_triggered")
        if params["force"]:
            wanted = list(MARTS)
        if params["themas"]:
            wanted = [m for m in wanted if m == "kern" or m in params["themas"]]
        if not wanted:
            raise AirflowSkipException("every mart is built from the newest deliveries: nothing to do")
        transform_step(settings, "basis", run_id=run.run_id)
        return wanted

    done = basis()
    upstream >> done
    return done


def projecteer(wanted):
    """Projects the goals' series; `ivp` shows it beside the status of a goal."""

    @task(task_id="projecteer", pool=HEAVY_POOL, doc_md="Projection of the goals to the horizons of the plans.")
    def projecteer(wanted: list[str]) -> None:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.marts import GOALS, project_step

        _skip_unless(GOALS, wanted)
        project_step(Settings.from_env(), run_id=get_current_context()["dag_run"].run_id)

    return projecteer(wanted)


def bouw(thema: str, wanted):
    """Builds the candidate of a theme."""

    @task(
        task_id="bouw",
        pool=HEAVY_POOL,
        priority_weight=_weight(thema),
        doc_md="dbt: the candidate of this theme, with its tests.",
    )
    def bouw(thema: str, wanted: list[str]) -> None:
        _skip_unless(thema, wanted)
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.marts import transform_step

        transform_step(Settings.from_env(), thema, run_id=get_current_context()["dag_run"].run_id)

    return bouw(thema, wanted)


def keur(thema: str, wanted):
    """Judges the candidate of a theme."""

    @task(
        task_id="keur",
        pool=HEAVY_POOL,
        priority_weight=_weight(thema),
        doc_md="Great Expectations judges the candidate as a reader sees it.",
    )
    def keur(thema: str, wanted: list[str]) -> None:
        _skip_unless(thema, wanted)
        from veiligheidsbeeld.isolated import isolated
        from veiligheidsbeeld.settings import Settings

        run_id = get_current_context()["dag_run"].run_id
        isolated(Settings.from_env(), "judge_step", thema=thema, run_id=run_id)

    return keur(thema, wanted)


def publiceer(thema: str, wanted):
    """Publishes the judged candidate; gives an event on the asset of the mart."""

    @task(
        task_id="publiceer",
        outlets=[mart_asset(thema)],
        **WHOLE,
        # The shared dimensions may have had nothing to publish, but they may not have been refused.
        trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS,
        doc_md="One transaction makes the candidate visible.",
    )
    def publiceer(thema: str, wanted: list[str]) -> dict:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.marts import publish_step

        _skip_unless(thema, wanted)
        context = get_current_context()
        outcome = publish_step(Settings.from_env(), thema, run_id=context["dag_run"].run_id)
        if not outcome.new:
            raise AirflowSkipException(outcome.boodschap)
        context["outlet_events"][mart_asset(thema)].extra = outcome.detail
        return outcome.detail

    return publiceer(thema, wanted)


def _weight(thema: str) -> int:
    return FIRST if thema == LARGEST else 1


def _skip_unless(thema: str, wanted: list[str]) -> None:
    if thema not in wanted:
        raise AirflowSkipException(f"{thema} is built from the newest deliveries: nothing to do")
