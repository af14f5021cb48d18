"""One exception family: every failure a user can meet says what, where, whose and what to do next."""

from __future__ import annotations

import traceback


class VeiligheidsbeeldError(Exception):
    """A failure with a remedy.

    `what` names the fact (dataset, address, file, row, column, rule), `remedy` the next step,
    `owner` whose it is. The text of the exception holds all three, so that logs need nothing else, with `labels` in
    the language of its reader.
    """

    labels = ("Owner", "Remedy")

    def __init__(self, what: str, *, remedy: str, owner: str | None = None) -> None:
        self.what, self.remedy, self.owner = what, remedy, owner
        owned = f" {self.labels[0]}: {owner}." if owner else ""
        super().__init__(f"{what}{owned} {self.labels[1]}: {remedy}")

    def __reduce__(self) -> tuple:
        """By its facts: a process of a pool hands its error over to the one that waits."""
        return _rebuilt, (type(self), self.args, self.__dict__)


def _rebuilt(kind: type[VeiligheidsbeeldError], arguments: tuple, facts: dict) -> VeiligheidsbeeldError:
    error = kind.__new__(kind)
    error.args = arguments
    error.__dict__.update(facts)
    return error


class ConfigurationError(VeiligheidsbeeldError):
    """A setting or contract is missing or contradicts another."""


class SourceError(VeiligheidsbeeldError):
    """A source could not give a complete, consistent answer; nothing of it was landed as a delivery."""


class SourceRefused(SourceError):
    """A source answered with a refusal that asking again will not change; `status` is the HTTP status."""

    def __init__(self, what: str, *, remedy: str, owner: str | None = None, status: int = 0) -> None:
        super().__init__(what, remedy=remedy, owner=owner)
        self.status = status


class DeliveryRefused(VeiligheidsbeeldError):
    """A delivery broke a rule of its contract as a whole; the previous state stays."""


class DeliveryDamaged(DeliveryRefused):
    """A delivery in landing is not any more what was received."""


class CandidateRefused(VeiligheidsbeeldError):
    """A mart candidate got a red card; the publication before it stays."""


class ProcessLost(VeiligheidsbeeldError):
    """A step was stopped, or a process of its own ended by a signal; another try may do."""


_FINAL = {"veiligheidsbeeld.errors.SourceRefused"}
_TRANSIENT = {
    "veiligheidsbeeld.errors.SourceError",
    "veiligheidsbeeld.errors.ProcessLost",
    "psycopg.OperationalError",
    "builtins.OSError",
}


def may_pass(error: BaseException | None) -> bool:
    """Whether another try may do better: trouble with a source, the network, the database, a killed process.

    A verdict, a setting or a fault in the code gives the same result at every try. By name, so that nothing has
    to be imported.
    """
    while error is not None:
        kinds = {f"{c.__module__}.{c.__name__}" for c in type(error).__mro__}
        if kinds & _TRANSIENT:
            return not kinds & _FINAL
        error = error.__cause__
    return False


def without_values(error: Exception) -> str:
    """Kind and place of a fault; its own text may quote a cell."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = next((f for f in reversed(frames) if "veiligheidsbeeld" in f.filename), frames[-1])
    return f"{type(error).__name__} at {ours.filename.rpartition('/')[2]}:{ours.lineno}"
