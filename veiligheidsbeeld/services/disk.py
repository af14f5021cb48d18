"""Free space of the disk that holds a home: told before it is gone, and named as the cause when it is."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from veiligheidsbeeld.errors import ProcessLost
from veiligheidsbeeld.settings import Settings

GIGABYTE = 1_000_000_000
# Below this nothing goes well: PostgreSQL stops at the first page that it cannot write.
FULL = 0.2


@dataclass(frozen=True)
class Disk:
    """Bytes free on the disk of a home, and how many are too few to go on for long (VB_DISK_FREE, in GB)."""

    free: int
    wanted: float

    @property
    def nearly_full(self) -> bool:
        return self.free < self.wanted

    @property
    def full(self) -> bool:
        return self.free < min(FULL * GIGABYTE, self.wanted)

    def __str__(self) -> str:
        return f"{self.free / GIGABYTE:.1f} GB free, {self.wanted / GIGABYTE:.1f} GB wanted (VB_DISK_FREE)"


def disk(settings: Settings) -> Disk:
    """How full the disk of the home is now."""
    return Disk(shutil.disk_usage(settings.home).free, settings.number("VB_DISK_FREE", 5.0) * GIGABYTE)


REMEDY = (
    "Make room on that disk (old backups, `docker system prune`), then run it again: what was published stays, what was"
    " received is kept, and a step that stopped half-way is done again."
)


def raise_when_full(settings: Settings) -> None:
    """Raises `ProcessLost` when the disk is full: whatever was asked of a service failed for that reason."""
    found = disk(settings)
    if found.full:
        raise ProcessLost(f"The disk of {settings.home} is full: {found}.", remedy=REMEDY)
