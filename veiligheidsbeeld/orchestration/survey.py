"""Tasks of the survey's respondent files, beside the published tables in `veiligheidsmonitor_laden`.

Imported while the DAG file is parsed, so nothing heavy on top.
"""

from __future__ import annotations

from airflow.sdk import TaskGroup, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from veiligheidsbeeld.contracts.survey import load_survey
from veiligheidsbeeld.orchestration.factory import dataset_asset
from veiligheidsbeeld.orchestration.marts import HEAVY_POOL

DOC = """
### Respondent files
Waves in the drop folder (`{leverancier}/{leverancier}_<golf>.csv`, `.xlsx` or `.sav`) go their own way in `{tabel}`:
`neem_in` takes them into a closed part of landing, `laad` stages them (rows that break the contract to quarantine),
`keur` judges every wave, `schat` makes it current and estimates it. Only estimates are published; respondents can be
read by the loading role alone. Ground: {grondslag}. Owner: {functie} ({organisatie}), {contact}.
"""


def respondenten() -> None:
    """Adds the group to the DAG that is being made, and its words to the documentation."""
    contract = load_survey()
    with TaskGroup(group_id=contract.tabel, tooltip=contract.titel):
        _schat(_keur(_laad(_neem_in(contract.provider))))


def doc() -> str:
    """Words for the DAG's documentation."""
    contract = load_survey()
    return DOC.format(
        leverancier=contract.leverancier,
        tabel=contract.tabel,
        grondslag=contract.grondslag.strip(),
        **contract.eigenaar.model_dump(),
    )


def _neem_in(pool: str):
    @task(
        task_id="neem_in",
        pool=pool,
        doc_md="Take complete waves from the drop folder; skips when nothing waits.",
    )
    def neem_in() -> list[str]:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.survey import survey_take_step

        context = get_current_context()
        params = context["params"]
        if params["datasets"] or params["gemeenten"] or params["perioden"]:
            raise AirflowSkipException("this run was asked for a choice of the published tables")
        found = survey_take_step(Settings.from_env(), force=params["force"], run_id=context["dag_run"].run_id)
        if not found.new:
            raise AirflowSkipException(found.boodschap)
        return found.detail["bestanden"]

    return neem_in()


def _laad(bestanden):
    @task(
        task_id="laad",
        pool=HEAVY_POOL,
        doc_md="Stage each wave; one that is refused does not stop the others.",
    )
    def laad(bestanden: list[str]) -> list[int]:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.survey import survey_load_step

        run_id = get_current_context()["dag_run"].run_id
        outcomes = [survey_load_step(Settings.from_env(), name, run_id=run_id) for name in bestanden]
        numbers = [o.detail["levering_id"] for o in outcomes if o.new]
        if not numbers:
            raise AirflowSkipException(f"none of {len(bestanden)} waves was loaded")
        return numbers

    return laad(bestanden)


def _keur(staged):
    @task(task_id="keur", pool=HEAVY_POOL, doc_md="Great Expectations judges every staged wave.")
    def keur(staged: list[int]) -> list[int]:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.survey import survey_validate_step

        run_id = get_current_context()["dag_run"].run_id
        outcomes = survey_validate_step(Settings.from_env(), staged, run_id=run_id)
        passed = [o.detail["levering_id"] for o in outcomes if o.new]
        if not passed:
            raise AirflowSkipException(f"none of {len(outcomes)} waves passed")
        return passed

    return keur(staged)


def _schat(judged):
    asset = dataset_asset(load_survey().tabel)

    @task(
        task_id="schat",
        pool=HEAVY_POOL,
        outlets=[asset],
        doc_md="Make judged waves current and estimate them.",
    )
    def schat(judged: list[int]) -> list[int]:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.survey import survey_estimate_step

        context = get_current_context()
        run_id = context["dag_run"].run_id
        outcomes = [survey_estimate_step(Settings.from_env(), number, run_id=run_id) for number in judged]
        golven = [o.detail["golf"] for o in outcomes if o.new]
        if not golven:
            raise AirflowSkipException("every wave is as it was known")
        context["outlet_events"][asset].extra = {"golven": golven}
        return golven

    return schat(judged)
