"""Run by test_integrity.py: a DAG in which a task fails and the last one goes on, with and without `uitkomst`."""

from datetime import datetime

from airflow.sdk import DAG, TriggerRule, task

from veiligheidsbeeld.orchestration.factory import uitkomst


def made(name: str, *, told: bool) -> DAG:
    with DAG(name, schedule=None, start_date=datetime(2026, 1, 1)) as dag:

        @task(retries=0)
        def breaks() -> None:
            raise ValueError("broken on purpose")

        @task(retries=0)
        def works() -> None:
            pass

        @task(retries=0, trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
        def goes_on() -> None:
            pass

        before, last = [breaks(), works()], goes_on()
        before >> last
        if told:
            [*before, last] >> uitkomst()
    return dag


without, with_it = made("without", told=False), made("with", told=True)

if __name__ == "__main__":
    found = [f"{dag.dag_id}: {dag.test().state}" for dag in (without, with_it)]
    print("\n".join(found))
