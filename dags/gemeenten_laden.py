"""Daily: registers that municipalities and partnerships dropped, into raw."""

from datetime import timedelta

from airflow.sdk import DAG, CronTriggerTimetable

from veiligheidsbeeld import alerts
from veiligheidsbeeld.orchestration import registers
from veiligheidsbeeld.orchestration.factory import DEFAULTS
from veiligheidsbeeld.settings import TIMEZONE

DOC = f"""### Purpose
Brings the registers that municipalities and partnerships drop (`<leverancier>/<register>_<periode>.csv` or `.xlsx`)
into raw, so that the marts can count from them.

### Registers
{registers.doc_of_registers()}

### Notes
`neem_in` takes each complete file once into landing; `laad` reads it, searches every cell for personal data, mends
what can be mended without guessing and puts bad rows in quarantine; `keur` (Great Expectations) judges the batches;
`verwerk` merges them, history kept. A refused file is no failure of the run: its owner gets a message, its sender a
report, and everything else goes on. A changed register gives an event on its asset, which starts `marts_publiceren`.

### Configuration
The drop folder is VB_DROP (any fsspec address; default `<home>/aanlevering`). Trigger with `registers` or
`leveranciers` for some files only, `bestanden` for files elsewhere, `force` to take again what was refused before.
"""

with DAG(
    dag_id="gemeenten_laden",
    description="Load the registers of municipalities into raw: take, stage, judge, merge",
    schedule=CronTriggerTimetable("30 5 * * *", timezone=TIMEZONE),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    default_args=DEFAULTS,
    tags=["laden", "gemeenten", "registers"],
    params=registers.params(),
    doc_md=DOC,
    on_failure_callback=alerts.run_failed,
    dagrun_timeout=timedelta(hours=6),
) as dag:
    registers.verwerk(registers.keur(registers.laad(registers.neem_in())))
