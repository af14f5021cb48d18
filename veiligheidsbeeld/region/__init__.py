"""The region that this copy works for: a folder of data (`folder`), made from the national list (`make`), checked."""

from veiligheidsbeeld.region.folder import (
    NATIONAL,
    PROJECT,
    REGIONS,
    SETTING,
    Region,
    absolute,
    active,
    known,
    municipalities,
    read,
    remembered,
)

__all__ = [
    "NATIONAL",
    "PROJECT",
    "REGIONS",
    "SETTING",
    "Region",
    "absolute",
    "active",
    "known",
    "municipalities",
    "read",
    "remembered",
]
