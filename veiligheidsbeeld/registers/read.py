"""A register file and its contract become a typed table with findings; pure: nothing is written anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from veiligheidsbeeld.registers.contract import RegisterContract
from veiligheidsbeeld.registers.findings import Reading, Scope


def read_register(
    path: Path,
    contract: RegisterContract,
    *,
    gemeenten: Mapping[str, str],
    scope: Scope,
    anderen: Iterable[RegisterContract] | None = None,
) -> Reading:
    """Reads, scans and mends one local file (CSV or XLSX, by its extension).

    `gemeenten` are the municipalities that the sender may speak for (GM0988 -> Weert); a row of another one is refused,
    as is a row outside `scope`. `anderen` are contracts among which a wrong file under a right name is recognised (by
    default all of the project). The contract's `regels` are SQL and not applied here: the database does that.

    Raises `PersonalDataFound` (before anything else that needs the cells) and `FileRefused`; no other exception for
    whatever the file holds.
    """
    raise NotImplementedError
