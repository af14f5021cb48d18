"""Runs that a killed command left, told apart from those that the scheduler makes by the calendar."""

from datetime import UTC, datetime, timedelta

from veiligheidsbeeld.services.airflow import Run
from veiligheidsbeeld.services.run import abandoned

STARTED = datetime(2026, 11, 30, 5, 20, tzinfo=UTC)


def test_a_run_that_the_scheduler_made_at_its_start_was_not_left_by_an_earlier_command():
    """On a Monday morning the weekly DAG gets its run of 05:00 as soon as a new scheduler sees it."""
    made = Run(
        "cbs_laden", "scheduled__2026-11-30T05:00:00+00:00", "running", "scheduled", STARTED + timedelta(seconds=9)
    )
    left = Run("politie_laden", "manual__2026-11-29T21:00:00+00:00", "running", "manual", STARTED - timedelta(hours=8))
    assert abandoned([made, left], STARTED) == [left]
