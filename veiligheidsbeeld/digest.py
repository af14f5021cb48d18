"""After a publication of the goals: one message in Dutch per plan and per owner of data, as a file always.

The files stand in `<home>/berichten/<publication>/`. They are sent as well, with apprise (mail, Teams, Mattermost and
many more), to the addresses in VB_DIGEST, and those of a plan to VB_DIGEST_<PLAN> too; addresses hold secrets and are
never written down.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import psycopg

from veiligheidsbeeld.contracts import load_contracts
from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.goals.screen import OFF_COURSE, STATUS
from veiligheidsbeeld.reader import marts, notation
from veiligheidsbeeld.reader.marts import Moment, Row, moment
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

SETTING = "VB_DIGEST"
# How the sentence of a goal says that its figure is hidden.
_HIDDEN = "niet getoond"
GOALS = """
    select plan_code, plan_naam, doel_code, doel, regio_code, regio_naam, hele_gebied, status, zin
    from mart_ivp.doelen
    order by plan_naam, hele_gebied desc, doel, regio_naam
"""
CHANGES = """
    select plan_code, doel_code, regio_code, doel, status_was, status_is, reden
    from mart_ivp.wijzigingen
    where soort = 'doel' and status_was is distinct from status_is
    order by doel, regio_code
"""
BEFORE = """
    select max(aangemaakt_op) from beheer.publicatie
    where thema = 'ivp' and status = 'gepubliceerd' and publicatie_nr < %s
"""
DELIVERED = """
    select dataset, count(*) from raw.levering
    where status = 'verwerkt' and (%(since)s::timestamptz is null or verwerkt_op > %(since)s)
    group by 1 order by 1
"""
REFUSED = """
    select distinct on (onderwerp) onderwerp, detail
    from beheer.stap
    where uitkomst = 'geweigerd' and detail ? 'bestand'
        and (%(since)s::timestamptz is null or geeindigd_op > %(since)s)
    order by onderwerp, stap_id desc
"""


@dataclass(frozen=True)
class Message:
    """What one reader is told; `plan` is empty in a message to an owner of data."""

    name: str
    plan: str
    title: str
    text: str


def tell(settings: Settings) -> list[Path]:
    """Writes the messages about what is published now, and sends them where an address is set; the files.

    Telling never undoes what was published: what goes wrong is printed.
    """
    try:
        found, number = _messages(settings)
        folder = settings.home / "berichten" / str(number)
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / f"{message.name}.txt" for message in found]
        for path, message in zip(paths, found, strict=True):
            path.write_text(f"{message.title}\n\n{message.text}\n", encoding="utf-8")
            _send(settings, message)
    except (VeiligheidsbeeldError, psycopg.Error, OSError) as error:
        print(f"The digest could not be made: {error}", flush=True)
        return []
    return paths


def _messages(settings: Settings) -> tuple[list[Message], int]:
    # Not `reading`: the goals may be the first that is published.
    with connect(settings, marts.ROLE) as connection:
        now = moment(connection, datetime.now(UTC))
        goals, changes = (marts.rows(connection, query) for query in (GOALS, CHANGES))
    with connect(settings, "publicist") as connection:
        row = connection.execute(BEFORE, [now.publication]).fetchone()
        since = {"since": row[0] if row else None}
        delivered = connection.execute(DELIVERED, since).fetchall()
        refused = connection.execute(REFUSED, since).fetchall()
    plans = [
        _of_plan(settings, now, list(rows), [c for c in changes if c["plan_code"] == code])
        for (code, _), rows in groupby(goals, key=lambda r: (r["plan_code"], r["plan_naam"]))
    ]
    return [*plans, *_of_owners(now, delivered, refused)], now.publication or 0


def _of_plan(settings: Settings, now: Moment, goals: Sequence[Row], changes: Sequence[Row]) -> Message:
    first = goals[0]
    by_key = {(g["doel_code"], g["regio_code"]): g for g in goals}
    counts = Counter(g["status"] for g in goals if g["hele_gebied"])
    standing = ", ".join(f"{counts[status]} {words}" for status, (_, words, _) in STATUS.items() if counts[status])
    off = [c for c in changes if c["status_is"] == OFF_COURSE]
    parts = [
        f"Doelen van het hele gebied: {standing}.",
        _part("Van koers geraakt", [_told(by_key.get((c["doel_code"], c["regio_code"])), c) for c in off]),
        _part("Een andere stand", [_change(by_key, c) for c in changes if c not in off]),
        _part(
            "Nu van koers",
            [f"{g['doel']}: {g['zin']}" for g in goals if g["status"] == OFF_COURSE and g["hele_gebied"]],
        ),
        _part(
            "Niet getoond, om kleine aantallen te beschermen",
            [f"{g['doel']}, {g['regio_naam']}" for g in goals if _HIDDEN in g["zin"] and g["hele_gebied"]],
        ),
        f"Alles staat op de pagina's: {settings.home / 'paginas' / 'index.html'}",
    ]
    return Message(f"plan_{first['plan_code']}", first["plan_code"], _title(now, first["plan_naam"]), _body(now, parts))


def _of_owners(
    now: Moment, delivered: Sequence[tuple[str, int]], refused: Sequence[tuple[str, dict]]
) -> Iterator[Message]:
    owner = {name: contract.eigenaar.title for name, contract in load_contracts().items()}
    functions = {contract.eigenaar.functie: contract.eigenaar.title for contract in load_contracts().values()}
    came, stopped = defaultdict(list), defaultdict(list)
    for dataset, number in delivered:
        came[owner.get(dataset, dataset)].append(f"{dataset}: {number}")
    for file, detail in refused:
        told = f"{file}: {detail['wat']} Te doen: {detail['remedie']}"
        stopped[functions.get(detail["eigenaar"], detail["eigenaar"])].append(told)
    for name in sorted({*came, *stopped}):
        parts = [_part("Nieuwe leveringen", came[name]), _part("Geweigerde bestanden", stopped[name])]
        yield Message(f"eigenaar_{_slug(name)}", "", _title(now, name), _body(now, parts))


def _title(now: Moment, whom: str) -> str:
    return f"Veiligheidsbeeld, publicatie {now.publication} van {notation.day(now.made)}: {whom}"


def _body(now: Moment, parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in ([notation.SAMPLE, *parts] if now.sample else parts) if part)


def _part(title: str, lines: Sequence[str]) -> str:
    return "\n".join([f"{title} ({len(lines)})", *(f"- {line}" for line in lines)]) if lines else ""


def _told(goal: Row | None, change: Row) -> str:
    return f"{goal['doel']}, {goal['regio_naam']}: {goal['zin']}" if goal else change["doel"]


def _change(goals: dict[tuple[str, str], Row], change: Row) -> str:
    goal = goals.get((change["doel_code"], change["regio_code"]))
    was, now = (
        STATUS[s][1] if s in STATUS else "niet in het plan" for s in (change["status_was"], change["status_is"])
    )
    reason = f" ({change['reden']})" if change["reden"] else ""
    return f"{change['doel']}{', ' + goal['regio_naam'] if goal else ''}: van {was} naar {now}{reason}"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _send(settings: Settings, message: Message) -> None:
    names = [SETTING, *([f"{SETTING}_{message.plan}"] if message.plan else [])]
    addresses = [address for name in names for address in settings.environ.get(name, "").split()]
    if not addresses:
        return
    import apprise

    service = apprise.Apprise()
    if unknown := [number for number, address in enumerate(addresses, 1) if not service.add(address)]:
        print(
            f"Address {', '.join(map(str, unknown))} of {' and '.join(names)} is not one that apprise knows", flush=True
        )
    if len(service) and not service.notify(title=message.title, body=message.text):
        print(f"{message.name} could not be sent to every address of {' or '.join(names)}", flush=True)
