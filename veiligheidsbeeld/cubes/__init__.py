"""From landing to raw: `stage` copies a delivery into a batch, `merge` compares it and keeps history."""

from veiligheidsbeeld.cubes.merge import MergeReport, merge
from veiligheidsbeeld.cubes.stage import StageReport, stage

__all__ = ["MergeReport", "StageReport", "merge", "stage"]
