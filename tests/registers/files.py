"""Register files made by hand and put in the drop folder of a test's home, and the way from there into raw."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.places import TOWN, TOWN_NAME
from veiligheidsbeeld.contracts.register import get_register, load_registers
from veiligheidsbeeld.registers.merge import merge
from veiligheidsbeeld.registers.stage import stage
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps.kinds import Arrived
from veiligheidsbeeld.steps.load import load_step, merge_step, pending, take_step, validate_step
from veiligheidsbeeld.steps.step import Outcome
from veiligheidsbeeld.warehouse import connect

CONTRACT = get_register("meldpunt_ondermijning")
REGISTER = CONTRACT.naam
PROVIDER = CONTRACT.provider
YEAR = f"{TOWN}/{REGISTER}_2025.csv"
HEADINGS = ["zaaknummer", "gemeente", "datum_ontvangst", "kanaal", "thema", "datum_eerste_actie", "toelichting"]


def case(
    number: str, day: str, thema: str = "drugs", action: str = "", gemeente: str = TOWN_NAME, note: str = ""
) -> list:
    """One report of the meldpunt, as a row of a file."""
    return [number, gemeente, day, "meldpunt", thema, action, note]


def drop(settings: Settings, path: str, rows: Iterable[list], headings: list[str] | None = None) -> Path:
    """Writes a CSV at `<leverancier>/<name>` in the drop folder."""
    lines = [headings or HEADINGS, *rows]
    return put(settings, path, "".join(";".join(line) + "\r\n" for line in lines).encode())


def put(settings: Settings, path: str, body: bytes) -> Path:
    target = Path(settings.drop) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(body)
    return target


def load(settings: Settings) -> dict[str, list[Outcome]]:
    """Everything in the drop folder, step by step into raw; outcomes per step."""
    taken = take_step(settings, PROVIDER, run_id="proef")
    staged = load_step(settings, waiting(settings), run_id="proef")
    numbers = [o.detail["levering_id"] for o in staged if o.new]
    judged = validate_step(settings, numbers, run_id="proef") if numbers else []
    passed = [o.detail["levering_id"] for o in judged if o.new]
    merged = merge_step(settings, passed, run_id="proef")
    return {"neem_in": [taken], "laad": staged, "keur_levering": judged, "verwerk": merged}


def bring(settings: Settings, rows: Iterable[list], path: str = YEAR) -> int:
    """A file into raw, as if border 1 had nothing against it; its number."""
    drop(settings, path, rows)
    take_step(settings, PROVIDER, run_id="proef")
    (arrived,) = waiting(settings)
    number = stage(settings, CONTRACT, arrived.what).report.levering_id  # type: ignore[arg-type]
    with connect(settings, "lader") as connection:
        connection.execute("update raw.levering set status = 'gekeurd' where levering_id = %s", [number])
    merge(settings, CONTRACT, number)
    return number


def waiting(settings: Settings) -> list[Arrived]:
    """Files in landing that are to be loaded."""
    return pending(settings, load_registers())


def ask(settings: Settings, query: str, role: str = "lader") -> list[tuple]:
    with connect(settings, role) as connection:
        return connection.execute(query).fetchall()


def known(settings: Settings, gemeente: str = TOWN) -> dict[str, str]:
    """Current cases with their theme."""
    return dict(
        ask(
            settings,
            f"select zaaknummer, thema from raw.{REGISTER} where levering_tot is null and gemeente = '{gemeente}'",
        )
    )
