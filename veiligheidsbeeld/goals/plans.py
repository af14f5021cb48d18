"""The register of plans as it stands in the seeds: points, goals, and what each is measured with."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.region import active
from veiligheidsbeeld.settings import PROJECT

SEEDS = PROJECT / "dbt_project" / "seeds"

# Ways in which a point can be accounted for, in the order of the reports.
HOE_GEMETEN = ("doel", "indicator", "activiteit", "mijlpaal", "dimensie", "bestuursfeit", "niet_meetbaar")

Row = dict[str, str]


def read_seed(name: str, region: Path | None = None) -> list[Row]:
    """Rows of one seed, of the region (the active one unless another folder is given) or of the dbt project."""
    found = [*(region or active().folder).rglob(f"{name}.csv"), *SEEDS.rglob(f"{name}.csv")]
    if not found:
        raise ConfigurationError(
            f"There is no seed {name} in the region or the dbt project.",
            remedy="See what `veiligheidsbeeld region check` says of the region.",
        )
    with found[0].open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@dataclass(frozen=True)
class PlanRegister:
    """Seeds of plans, read when they are asked for."""

    folder: Path | None = None

    @cached_property
    def plans(self) -> dict[str, Row]:
        return {r["plan_code"]: r for r in read_seed("plan", self.folder)}

    @cached_property
    def items(self) -> dict[str, Row]:
        return {r["planitem_id"]: r for r in read_seed("planitem", self.folder)}

    @cached_property
    def goals(self) -> list[Row]:
        """All versions of all goals, the earlier ones too."""
        return read_seed("doel", self.folder)

    @cached_property
    def _links(self) -> dict[str, list[Row]]:
        names = ("doel", "planitem_indicator", "planitem_register", "partner_planitem", "voetnoot", "gebeurtenis")
        return {name: read_seed(name, self.folder) for name in (*names, "ambitie", "externe_prioriteit")}

    def of(self, item: str, seed: str) -> list[Row]:
        """Rows of a seed that belong to a point."""
        return [r for r in self._links[seed] if r["planitem_id"] == item]

    def item(self, item: str) -> Row:
        if item not in self.items:
            letters = ", ".join(f"{p['item_letter']} ({p['korte_naam']})" for p in self.plans.values())
            raise ConfigurationError(
                f"Unknown point {item!r}.",
                remedy=f"Give a letter of a plan and a number, such as W86. Letters: {letters}.",
            )
        return self.items[item]

    def items_of(self, plan: str) -> list[Row]:
        return [i for i in self.items.values() if i["plan_code"] == plan]

    def counts(self) -> dict[str, dict[str, int]]:
        """Points per plan and way of measuring."""
        return {
            plan: {how: sum(i["hoe_gemeten"] == how for i in self.items_of(plan)) for how in HOE_GEMETEN}
            for plan in self.plans
        }
