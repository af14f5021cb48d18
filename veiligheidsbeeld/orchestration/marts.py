"""Tasks of `marts_publiceren`; imported while the DAG file is parsed, so nothing heavy on top."""

from __future__ import annotations

import time
from dataclasses import asdict

from airflow.sdk import TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from veiligheidsbeeld.orchestration.factory import HEAVY_POOL, WHOLE, mart_asset
from veiligheidsbeeld.orchestration.names import loading_dags

WAIT_SECONDS = 1800


def wacht_op_laden():
    """Waits until no loading run is queued or running, at most half an hour."""

    @task(task_id="wacht_op_laden", doc_md="Wait until the loading runs that are under way have ended.")
    def wacht_op_laden() -> None:
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
        from veiligheidsbeeld.steps.marts import MARTS, begin_marts, demand, transform_step

        context = get_current_context()
        settings, params, run = Settings.from_env(), context["params"], context["dag_run"]
        wanted = begin_marts(settings, run.run_id, again=run.run_type != "asset_triggered")
        if params["force"]:
            wanted = list(MARTS)
        if params["themas"]:
            wanted = [m for m in wanted if m == "kern" or m in params["themas"]]
        if not wanted:
            raise AirflowSkipException("every mart is built from the newest deliveries: nothing to do")
        [built] = transform_step(settings, ["basis"], run_id=run.run_id)
        demand(built)
        return wanted

    done = basis()
    upstream >> done
    return done


def projecteer(wanted):
    """Projects the goals' series; `ivp` shows it beside the status of a goal."""

    @task(task_id="projecteer", pool=HEAVY_POOL, doc_md="Projection of the goals to the horizons of the plans.")
    def projecteer(wanted: list[str]) -> bool:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.marts import GOALS, project_step

        if GOALS in wanted:
            project_step(Settings.from_env(), run_id=get_current_context()["dag_run"].run_id)
        # Not skipped when there is nothing to do: what builds after it would be skipped as well.
        return True

    return projecteer(wanted)


def bouw(wanted, projected):
    """Builds the candidates of all themes in one dbt run; gives per theme whether it may be judged."""

    @task(
        task_id="bouw",
        pool=HEAVY_POOL,
        **WHOLE,
        # A projection that failed stops the goals alone.
        trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS,
        doc_md="dbt: the candidates of all themes, with their tests; what fails stops its own theme alone.",
    )
    def bouw(wanted: list[str], projected: bool | None) -> dict:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.marts import CORE, GOALS, Outcome, transform_step

        # The shared dimensions were built by `basis`.
        found = [Outcome("bouw", m, "gedaan", "built by basis") for m in wanted if m == CORE]
        themes = [m for m in wanted if m != CORE]
        if GOALS in themes and not projected:
            themes.remove(GOALS)
            what = "The projection of the goals failed, and they are not built without it."
            detail = {"wat": what, "remedie": "See step projecteer.", "eigenaar": None}
            found.append(Outcome("bouw", GOALS, "mislukt", what, detail))
        if themes:
            found += transform_step(Settings.from_env(), themes, run_id=get_current_context()["dag_run"].run_id)
        return {o.onderwerp: asdict(o) for o in found}

    return bouw(wanted, projected)


def keur(built):
    """Judges the candidates that were built; gives per theme the outcome that publishing asks for."""

    @task(
        task_id="keur",
        pool=HEAVY_POOL,
        **WHOLE,
        doc_md="Great Expectations judges the candidates as a reader sees them; a red card stops its own theme alone."
        " A file of a register that alone explains one is taken back, and everything is built once more without it.",
    )
    def keur(built: dict) -> dict:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.at_fault import judge_without_files_at_fault

        themes = [theme for theme, outcome in built.items() if outcome["uitkomst"] == "gedaan"]
        run_id = get_current_context()["dag_run"].run_id
        judged = judge_without_files_at_fault(Settings.from_env(), themes, run_id=run_id)
        return built | {o.onderwerp: asdict(o) for o in judged}

    return keur(built)


def publiceer(thema: str, verdicts):
    """Publishes the judged candidate; gives an event on the asset of the mart."""

    @task(
        task_id=f"{thema}.publiceer",
        outlets=[mart_asset(thema)],
        **WHOLE,
        # The shared dimensions may have had nothing to publish, but they may not have been refused.
        trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS,
        doc_md="One transaction makes the candidate visible.",
    )
    def publiceer(thema: str, verdicts: dict) -> dict:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.marts import Outcome, demand, publish_step

        if thema not in verdicts:
            raise AirflowSkipException(f"{thema} is built from the newest deliveries: nothing to do")
        demand(Outcome(**verdicts[thema]))
        context = get_current_context()
        outcome = publish_step(Settings.from_env(), thema, run_id=context["dag_run"].run_id)
        if not outcome.new:
            raise AirflowSkipException(outcome.boodschap)
        context["outlet_events"][mart_asset(thema)].extra = outcome.detail
        return outcome.detail

    return publiceer(thema, verdicts)


def toon(published):
    """Writes the pages anew when anything was published, by whichever run: they never lag behind the marts."""

    @task(
        task_id="toon",
        pool=HEAVY_POOL,
        # A theme that failed keeps its previous publication, which the pages show.
        trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS,
        doc_md="The pages per municipality and partnership, of what is published now.",
    )
    def toon() -> None:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.marts import show_step

        show_step(Settings.from_env(), run_id=get_current_context()["dag_run"].run_id)

    done = toon()
    published >> done
    return done
