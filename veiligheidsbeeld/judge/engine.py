"""Great Expectations, set up for a short-lived judge: no analytics, no progress bars, no secret in a configuration.

`Judge` keeps one context and one data source per process. Validation results and Data Docs live below
`<home>/data_docs`; only the latest judgement of a subject is kept there, because Data Docs read every stored result
again. The history is in `beheer.kwaliteit`.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import ModuleType
from typing import TYPE_CHECKING, Any

from veiligheidsbeeld import imports
from veiligheidsbeeld.errors import ProcessLost
from veiligheidsbeeld.judge.verdict import Finding
from veiligheidsbeeld.numbers import short
from veiligheidsbeeld.settings import PROJECT, Settings

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.expectations.expectation import Expectation

log = logging.getLogger(__name__)

# What a session of the judge may use. Its questions group millions of rows into few groups, which the planner cannot
# know: hashing is right where sorting and merging looks cheaper. They read every row of a candidate: going by its index
# is a visit to another page for each of them. It never writes, and never goes on for ever.
_SESSION = {
    "work_mem": "64MB",
    "hash_mem_multiplier": "8",
    "enable_mergejoin": "off",
    "enable_indexscan": "off",
    "jit": "off",
    "statement_timeout": "600s",
    "default_transaction_read_only": "on",
}


def load() -> ModuleType:
    """Imports Great Expectations and makes the folder `expectations` importable."""
    os.environ["GX_ANALYTICS_ENABLED"] = "False"
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    if str(PROJECT) not in sys.path:
        sys.path.insert(0, str(PROJECT))
    (library,) = imports.load("great_expectations")
    return library


class Judge:
    """Runs suites against tables of the warehouse as one role; use as a context manager."""

    def __init__(self, settings: Settings, role: str) -> None:
        self._gx = load()
        self.settings, self.role = settings, role
        from veiligheidsbeeld.judge import docs

        self._docs = docs
        self._context = self._gx.get_context(project_config=docs.project(settings), mode="ephemeral")
        self._sources: dict[str, Any] = {}
        self._judged: list[str] = []

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *_: object) -> None:
        for source in self._sources.values():
            source.get_engine().dispose()
            source.get_execution_engine().engine.dispose()

    def judge(
        self, subject: str, schema: str, table: str, suite: list[Expectation], *, label: str, run: str, owner: str
    ) -> list[Finding]:
        """Judges one table; Data Docs know the result as `subject` and `run`, sentences call the table `label`.

        Never raises for a rule that cannot be measured: such a rule is a finding with a red card. Raises `ProcessLost`
        when the server was lost meanwhile, or had no room: that says nothing of the figures.
        """
        with password_of(self.settings, self.role), _told_apart(label):
            asset = self._source(schema).add_table_asset(subject, table_name=table)
            batch = asset.add_batch_definition_whole_table("alles")
            expectations = self._context.suites.add(self._gx.ExpectationSuite(name=subject, expectations=suite))
            definition = self._context.validation_definitions.add(
                self._gx.ValidationDefinition(name=subject, data=batch, suite=expectations)
            )
            moment = self._gx.RunIdentifier(run_name=run, run_time=datetime.now(UTC))
            result = definition.run(result_format="SUMMARY", run_id=moment)
        self._judged.append(subject)
        return findings(label, result, owner)

    def publish_docs(self) -> None:
        """Makes the pages of what was judged; a failure is only logged: the verdicts stand in `beheer.kwaliteit`."""
        if not self._judged:
            # Asked for no page, the library makes all of them anew.
            return
        try:
            self._docs.publish(self.settings, self._context, self._judged)
        except Exception:
            log.exception("Data Docs below %s were not renewed", self._docs.folder(self.settings))

    def _source(self, schema: str) -> Any:
        if schema not in self._sources:
            k = self.settings.conninfo(self.role)
            options = " ".join(f"-c {name}={value}" for name, value in {"search_path": schema, **_SESSION}.items())
            from sqlalchemy.engine import URL

            # No password in here: whatever prints or stores a configuration cannot leak it (see `password_of`).
            address = URL.create(
                "postgresql+psycopg2",
                username=str(k["user"]),
                host=str(k["host"]),
                port=int(str(k["port"])),
                database=str(k["dbname"]),
                query={
                    "sslmode": str(k["sslmode"]),
                    "options": options,
                    "application_name": "veiligheidsbeeld:keuring",
                },
            )
            self._sources[schema] = self._context.data_sources.add_postgres(
                schema, connection_string=address.render_as_string(hide_password=False)
            )
        return self._sources[schema]


@contextmanager
def password_of(settings: Settings, role: str) -> Iterator[None]:
    """While it lasts, connections that SQLAlchemy opens as `role` get the role's password at the last moment."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    def give(_dialect: Any, _record: Any, _arguments: Any, parameters: dict[str, Any]) -> None:
        if parameters.get("user") == role:
            parameters["password"] = settings.passwords[role]

    event.listen(Engine, "do_connect", give)
    try:
        yield
    finally:
        event.remove(Engine, "do_connect", give)


def findings(label: str, result: ExpectationSuiteValidationResult, owner: str) -> list[Finding]:
    """One finding per expectation; rules that could not be measured for one and the same reason share a sentence."""
    found: list[Finding] = []
    unmeasured: dict[str, list[str]] = {}
    for one in result.results:
        config = one.expectation_config
        assert config is not None
        meta = dict(config.meta or {})
        name, card, column = meta["regel"], meta["kaart"], meta.get("kolom")
        outcome = dict(one.result or {})
        message = _exception(one.exception_info)
        observed = {"waargenomen": outcome.get("observed_value"), "voorbeeld": _example(outcome)}
        if (broken := (outcome.get("details") or {}).get("per_levering")) is not None:
            observed["per_levering"] = broken
        if message and _is_of_the_server(message):
            raise _lost(label, message)
        if message:
            unmeasured.setdefault(message, []).append(name)
            explanation = f"{label}: regel '{name}' kon niet worden beoordeeld: {message}"
            found.append(Finding(name, "rood", False, explanation, column, meta["remedie"], {"fout": message}))
        elif one.success:
            found.append(Finding(name, card, True, config.description or name, column, meta["remedie"], observed))
        else:
            explanation = sentence(label, meta, config.description or name, observed, owner)
            found.append(Finding(name, card, False, explanation, column, meta["remedie"], observed))
    return found


def sentence(label: str, meta: dict[str, Any], must: str, observed: dict[str, Any], owner: str) -> str:
    """A broken rule in one Dutch sentence: where, what must hold, what was found, whose it is, what to do."""
    where = f"{label}, kolom {meta['kolom']}" if meta.get("kolom") else label
    amount = observed["waargenomen"]
    counted = f"{short(amount)} {meta.get('eenheid', 'rijen')}" if isinstance(amount, int | float) else f"{amount}"
    example = f", bijvoorbeeld {observed['voorbeeld']}" if observed["voorbeeld"] else ""
    return (
        f"{where}: {meta['kaart']} voor regel '{meta['regel']}': {must} "
        f"Gevonden: {counted}{example}. Eigenaar: {owner}. Te doen: {meta['remedie']}"
    )


def _example(outcome: dict[str, Any]) -> str | None:
    details = outcome.get("details") or {}
    if mismatched := details.get("mismatched"):
        return "; ".join(f"{kind} {', '.join(map(str, names))}" for kind, names in mismatched.items())
    return details.get("example")


@contextmanager
def _told_apart(label: str) -> Iterator[None]:
    """Trouble of the server that Great Expectations raises before it asks anything is `ProcessLost` as well."""
    try:
        yield
    except Exception as error:
        if _is_of_the_server(str(error)):
            raise _lost(label, str(error).strip().splitlines()[0]) from error
        raise


def _lost(label: str, message: str) -> ProcessLost:
    return ProcessLost(
        f"{label} could not be judged: {message}", remedy="The next try or the next run judges it again."
    )


def _is_of_the_server(message: str) -> bool:
    """Whether SQLAlchemy's `(psycopg2.errors.DiskFull) ...` tells of the server: lost, closing, full, out of room."""
    import psycopg2

    named = re.search(r"\(psycopg2\.(?:errors\.)?(\w+)\)", message)
    if named is None:
        return False
    kind = getattr(psycopg2, named[1], None) or getattr(psycopg2.errors, named[1], None)
    return isinstance(kind, type) and issubclass(kind, psycopg2.OperationalError | psycopg2.InterfaceError)


def _exception(info: dict[str, Any]) -> str | None:
    """What the database said about an expectation: the first line, without the statement that follows it."""
    candidates = [info, *(v for v in info.values() if isinstance(v, dict))]
    for one in candidates:
        if one.get("raised_exception") and one.get("exception_message"):
            return one["exception_message"].strip().splitlines()[0]
    return None
