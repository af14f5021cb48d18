"""What a judgement says."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Finding:
    """The outcome of one expectation: `explanation` is a Dutch sentence, `observed` what was measured.

    `files`: deliveries of registers that everything found stems from; none when it stems from something else as well.
    """

    rule: str
    card: str
    passed: bool
    explanation: str
    column: str | None = None
    remedy: str = ""
    observed: dict[str, Any] = field(default_factory=dict)
    files: tuple[int, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """Red and yellow cards (Dutch sentences for the owner), how many expectations held, and how long it took.

    `files`: deliveries of registers that alone explain every red card, with the sentences about each.
    """

    subject: str
    red: list[str]
    yellow: list[str]
    passed: int
    seconds: float
    files: dict[int, str] = field(default_factory=dict)

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
            _alone([f for f in findings if not f.passed and f.card == "rood"]),
        )

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"ok": self.ok}


def _alone(red: list[Finding]) -> dict[int, str]:
    """Sentences per delivery, unless a red card has another cause: then taking files away mends nothing."""
    if not all(f.files for f in red):
        return {}
    numbers = sorted({number for f in red for number in f.files})
    return {number: " ".join(f.explanation for f in red if number in f.files) for number in numbers}
