"""The step that takes a delivery back, whatever its kind: a register, a table of a source, a wave of the survey."""

from __future__ import annotations

from datetime import date

from psycopg import sql

from veiligheidsbeeld.contracts import load_contracts
from veiligheidsbeeld.contracts.cube import CubeContract
from veiligheidsbeeld.contracts.register import RegisterContract, load_registers
from veiligheidsbeeld.contracts.survey import load_survey
from veiligheidsbeeld.cubes import codelists
from veiligheidsbeeld.cubes import ddl as cube_ddl
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.registers import ddl as register_ddl
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps.step import Outcome, Report, step
from veiligheidsbeeld.survey import tables as survey_tables
from veiligheidsbeeld.warehouse import connect, retraction
from veiligheidsbeeld.warehouse import deliveries as books
from veiligheidsbeeld.warehouse.deliveries import Entry
from veiligheidsbeeld.warehouse.retraction import Kept


def retract_step(
    settings: Settings, dataset: str, number: int, *, reason: str, run_id: str | None = None, report: Report = print
) -> Outcome:
    """Restores what was known before delivery `number` of a dataset, with `reason` in the books.

    Of a register also when later files came: about what they speak for, they are believed. Of other datasets the later
    deliveries have to be taken back first, newest first. Raises `ConfigurationError` for one that does not stand.
    """
    if not reason.strip():
        raise ConfigurationError("A reason is missing.", remedy="Say why, for those who wonder: --reason '...'.")
    with step(settings, "trek_in", dataset, run_id, report) as done:
        with connect(settings, "lader") as connection:
            connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"laad.{dataset}"])
            entry = books.entry(connection, number)
            if entry.dataset != dataset:
                raise ConfigurationError(
                    f"Delivery {number} is one of {entry.dataset}, not of {dataset}.",
                    remedy="`veiligheidsbeeld status` lists the deliveries.",
                )
            register = load_registers().get(dataset)
            if register is None and (after := retraction.later(connection, entry)):
                raise ConfigurationError(
                    f"Later deliveries of {dataset} stand on this one: {', '.join(map(str, after))}.",
                    remedy="Take those back first, newest first.",
                )
            found = retraction.retract(connection, entry, _tables(entry, register), reason)
        text = (
            f"delivery {number} ({entry.file}) taken back as delivery {found['levering_id']}:"
            f" {found['vervallen']:,} rows withdrawn, {found['hersteld']:,} as they were before"
        )
        return done("gedaan", text, {"ingetrokken": number, "reden": reason, **found})


def _tables(entry: Entry, register: RegisterContract | None) -> list[Kept]:
    if register is not None:
        keys = tuple(register_ddl.key_columns(register))
        return [Kept(entry.dataset, keys, spoken=_spoken(register, entry.number), own=_own(register, entry.scope))]
    if isinstance(cube := load_contracts().get(entry.dataset), CubeContract):
        own = sql.SQL("r.dataset = {}").format(sql.Literal(entry.dataset))
        return [Kept(entry.dataset, tuple(cube_ddl.series_columns(cube))), Kept("codelijst", codelists.KEPT.keys, own)]
    survey = load_survey()
    if entry.dataset == survey.naam:
        estimates = [Kept(name, tuple(keys)) for name, keys in survey_tables.KEYS.items()]
        return [Kept(entry.dataset, ("golf", "respondent")), *estimates]
    raise ConfigurationError(f"Unknown dataset {entry.dataset!r}.", remedy="`veiligheidsbeeld datasets` lists them.")


def _own(contract: RegisterContract, scope: dict) -> sql.Composable:
    """Rows in the municipalities and period of a file that spoke for them in full."""
    return sql.SQL("({whole} and r.gemeente = any({towns}) and r.{day} >= {van} and r.{day} < {tot})").format(
        whole=sql.Literal(scope["volledig"]),
        towns=sql.Literal(scope["gemeente"]),
        day=sql.Identifier(contract.scope_datum),
        van=sql.Literal(date.fromisoformat(scope["van"])),
        tot=sql.Literal(date.fromisoformat(scope["tot"])),
    )


def _spoken(contract: RegisterContract, number: int) -> sql.Composable:
    """Rows in a municipality and period for which a later file speaks in full."""
    return sql.SQL(
        "exists (select from raw.levering as l where l.dataset = {dataset} and l.status = 'verwerkt'"
        " and l.levering_id > {number} and (l.scope ->> 'volledig')::boolean and l.scope -> 'gemeente' ? r.gemeente"
        " and r.{day} >= (l.scope ->> 'van')::date and r.{day} < (l.scope ->> 'tot')::date"
        " and not exists (select from raw.levering as t where (t.scope ->> 'trekt_in')::integer = l.levering_id))"
    ).format(dataset=sql.Literal(contract.naam), number=sql.Literal(number), day=sql.Identifier(contract.scope_datum))
