"""What a judgement says."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Finding:
    """The outcome of one expectation: `explanation` is a Dutch sentence, `observed` what was measured."""

    rule: str
    card: str
    passed: bool
    explanation: str
    column: str | None = None
    remedy: str = ""
    observed: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """Red and yellow cards (Dutch sentences for the owner), how many expectations held, and how long it took."""

    subject: str
    red: list[str]
    yellow: list[str]
    passed: int
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether the subject may go on; yellow cards do not stop it."""
        return not self.red

    @classmethod
    def of(cls, subject: str, findings: list[Finding], seconds: float) -> Verdict:
        return cls(
            subject,
            [f.explanation for f in findings if not f.passed and f.card == "rood"],
            [f.explanation for f in findings if not f.passed and f.card == "geel"],
            sum(f.passed for f in findings),
            round(seconds, 2),
        )

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"ok": self.ok}
