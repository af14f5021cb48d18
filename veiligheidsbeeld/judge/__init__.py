"""Judging: batches before they are merged (border 1), candidates before they are published (border 2).

The rules are in the top-level folder `expectations`; Great Expectations judges them, this package runs it and keeps
what it said: rows in `beheer.kwaliteit`, pages below `<home>/data_docs`. Importing this package is cheap; the
library itself is imported at the first judgement (3 CPU seconds), so judge several subjects in one process:
`python -m veiligheidsbeeld.judge levering 1 2 3`.
"""

from veiligheidsbeeld.judge.candidates import validate_candidate, validate_candidates
from veiligheidsbeeld.judge.deliveries import validate_deliveries
from veiligheidsbeeld.judge.verdict import Finding, Verdict

__all__ = ["Finding", "Verdict", "validate_candidate", "validate_candidates", "validate_deliveries"]
