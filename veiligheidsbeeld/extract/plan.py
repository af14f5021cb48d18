"""What is asked of a table: the work area (which regions), the periods, and the parts it is fetched in.

A part is a filter that the source can answer by itself; parts do not overlap, and each is proven complete
on its own. Filters enumerate padded keys: OData v3 knows no `in`, and period codes (MM, KW, JJ) do not sort.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from veiligheidsbeeld.contracts import periods
from veiligheidsbeeld.contracts.cube import CubeContract
from veiligheidsbeeld.errors import ConfigurationError, DeliveryRefused
from veiligheidsbeeld.landing.cubes import Scope
from veiligheidsbeeld.region import municipalities
from veiligheidsbeeld.settings import Settings

AGGREGATES = ("NL", "LD", "PV", "RE")
# Source dimension of the tables that go down to wijken and buurten; its national row is NL00.
DETAIL_DIMENSION = "WijkenEnBuurten"
NATIONAL = "NL00"
# Servers and proxies commonly refuse request lines of 8 kB.
MAX_URL = 7000
# A table without `deel_per` is cut along its regions into parts of about this many cells.
CELLS_PER_PART = 50_000


@dataclass(frozen=True)
class Choice:
    """What a part asks of one dimension: codes as the source writes them, and how the filter says it."""

    dimension: str
    codes: tuple[str, ...]
    filtered: bool = True
    gemeente: str | None = None  # four digits: by position in the code instead of one by one

    @property
    def filter(self) -> str:
        if self.gemeente:
            return f"substring({self.dimension},2,4) eq '{self.gemeente}'"
        return " or ".join(f"{self.dimension} eq '{_quoted(code)}'" for code in self.codes)

    def allows(self, code: str) -> bool:
        """Whether the filter lets a code through that is not among `codes`."""
        return not self.filtered or (self.gemeente is not None and code[2:6] == self.gemeente)


@dataclass(frozen=True)
class PartPlan:
    """One part: its name (also in file names) and its choice per key column of the source."""

    name: str
    choices: dict[str, Choice]

    @property
    def filter(self) -> str:
        """The OData filter; empty when the part is the whole table."""
        return " and ".join(f"({c.filter})" for c in self.choices.values() if c.filtered)

    @property
    def cells(self) -> int:
        """Cells of the dense cube of the codes asked for."""
        cells = 1
        for choice in self.choices.values():
            cells *= len(choice.codes)
        return cells


def gemeenten_of_area(settings: Settings) -> list[str]:
    """Codes of the gemeenten for which figures are fetched: those of the region, or of the whole country."""
    region = settings.region
    return sorted(municipalities()) if region.head.gemeenten == "land" else region.municipalities


def chosen_gemeenten(settings: Settings, contract: CubeContract, asked: Sequence[str] | None) -> list[str]:
    """The gemeenten to fetch: `asked`, else what the settings say for this kind of table."""
    if not asked and not is_detail(contract):
        return gemeenten_of_area(settings)
    if not asked and settings.sample == "full":
        return settings.region.municipalities
    return _of_the_region(settings, asked or detail_gemeenten(settings))


def detail_gemeenten(settings: Settings) -> list[str]:
    """The gemeenten whose wijken and buurten are fetched: VB_DETAIL_GEMEENTEN, else what the region says."""
    given = settings.environ.get("VB_DETAIL_GEMEENTEN")
    return _of_the_region(settings, given.split(",") if given else settings.region.head.detail)


def _of_the_region(settings: Settings, asked: Sequence[str]) -> list[str]:
    codes = sorted({code.strip() for code in asked if code.strip()})
    if unknown := sorted(set(codes) - set(settings.region.municipalities)):
        raise ConfigurationError(
            f"Not gemeenten of the region {settings.region.head.naam}: {', '.join(unknown)}.",
            remedy="Write codes as GM and four digits, separated by commas (VB_DETAIL_GEMEENTEN or --gemeente); "
            f"the region is {settings.region.folder}, and another is chosen with VB_REGIO.",
        )
    return codes


def is_detail(contract: CubeContract) -> bool:
    """Whether the table goes down to wijken and buurten."""
    return contract.regio is not None and contract.regio.bron == DETAIL_DIMENSION


def make_scope(
    contract: CubeContract,
    codes: Iterable[str],
    gemeenten: Sequence[str],
    perioden: Sequence[str] | None,
    earlier: Iterable[str],
) -> Scope:
    """The keys this delivery speaks for, trimmed and sorted.

    `earlier`: region codes of former deliveries. Those inside the choice belong to the scope although the
    source's list no longer has them (a re-division), so that their figures count as withdrawn.
    """
    if not contract.regio or contract.bron.geheel:
        return Scope(regio=None, perioden=sorted(perioden) if perioden else None)
    asked = {c.rstrip() for c in codes if in_area(contract, c.rstrip(), gemeenten)}
    gone = {c for c in earlier if in_area(contract, c, gemeenten)}
    return Scope(regio=sorted(asked | gone | set(gemeenten)), perioden=sorted(perioden) if perioden else None)


def in_area(contract: CubeContract, code: str, gemeenten: Sequence[str]) -> bool:
    """Whether a trimmed region code is asked for."""
    if is_detail(contract):
        return code == NATIONAL or f"GM{code[2:6]}" in gemeenten
    return code in gemeenten or code.startswith(AGGREGATES)


def make_parts(
    contract: CubeContract,
    lists: Mapping[str, Sequence[str]],
    gemeenten: Sequence[str],
    perioden: Sequence[str] | None,
    *,
    url_length: int,
) -> list[PartPlan]:
    """The parts, in a fixed order. `lists`: per key column the source's codes with their padding.

    `url_length` is what a page's URL takes without its filter. Raises `DeliveryRefused` when the contract
    asks for codes that the source does not have.
    """
    base: dict[str, Choice] = {}
    for dimension, codes in lists.items():
        if dimension in contract.bron.filter:
            base[dimension] = Choice(dimension, _find(contract, dimension, codes, contract.bron.filter[dimension]))
        elif dimension == contract.periode and perioden:
            base[dimension] = Choice(dimension, _find(contract, dimension, codes, perioden))
        elif dimension == contract.periode:
            kept = tuple(periods.wanted(contract, codes))
            base[dimension] = Choice(dimension, kept, filtered=len(kept) < len(codes))
        elif contract.regio and dimension == contract.regio.bron and not contract.bron.geheel:
            inside = tuple(c for c in codes if in_area(contract, c.rstrip(), gemeenten))
            if not inside:
                raise DeliveryRefused(
                    f"{contract.naam}: the code list {dimension} of {contract.bron.tabel} has none of the "
                    f"regions asked for ({', '.join(gemeenten[:5])}, ...).",
                    owner=_owner(contract),
                    remedy="Check the municipalities of the region (VB_REGIO) and VB_DETAIL_GEMEENTEN.",
                )
            base[dimension] = Choice(dimension, inside, filtered=len(inside) < len(codes))
        else:
            base[dimension] = Choice(dimension, tuple(codes), filtered=False)
    parts = []
    for part in _cut(contract, base):
        parts += _fit(part, url_length)
    return parts


def _cut(contract: CubeContract, base: dict[str, Choice]) -> list[PartPlan]:
    per, region = contract.bron.deel_per, contract.regio.bron if contract.regio else ""
    if per == region and is_detail(contract):
        return _by_gemeente(base, region)
    if per:
        return [PartPlan(code.rstrip(), {**base, per: Choice(per, (code,))}) for code in base[per].codes]
    whole = PartPlan("geheel", base)
    if whole.cells <= CELLS_PER_PART or not region or contract.bron.geheel:
        return [whole]
    codes = base[region].codes
    size = max(1, CELLS_PER_PART * len(codes) // whole.cells)
    return [
        PartPlan(f"regio-{n:03d}", {**base, region: Choice(region, codes[start : start + size])})
        for n, start in enumerate(range(0, len(codes), size), 1)
    ]


def _by_gemeente(base: dict[str, Choice], region: str) -> list[PartPlan]:
    """NL00 by itself, then a part per gemeente, as the portal asks for it: digits 3 to 6 of the code."""
    groups: dict[str, list[str]] = {}
    for code in base[region].codes:
        groups.setdefault(NATIONAL if code.rstrip() == NATIONAL else f"GM{code[2:6]}", []).append(code)
    return [
        PartPlan(
            name,
            {
                **base,
                region: Choice(region, tuple(codes), gemeente=None if name == NATIONAL else name[2:]),
            },
        )
        for name, codes in sorted(groups.items(), key=lambda item: (item[0] != NATIONAL, item[0]))
    ]


def _fit(part: PartPlan, url_length: int) -> list[PartPlan]:
    """Halves the longest enumeration until every URL is short enough."""
    if url_length + len(encode(part.filter)) <= MAX_URL:
        return [part]
    longest = max(part.choices.values(), key=lambda c: len(encode(c.filter)) if c.filtered else 0)
    if len(longest.codes) < 2 or longest.gemeente:
        return [part]
    middle = len(longest.codes) // 2
    halves = (longest.codes[:middle], longest.codes[middle:])
    return [
        piece
        for suffix, codes in zip("ab", halves, strict=True)
        for piece in _fit(
            PartPlan(
                f"{part.name}-{suffix}",
                {**part.choices, longest.dimension: Choice(longest.dimension, codes)},
            ),
            url_length,
        )
    ]


def encode(text: str) -> str:
    """Percent-encoding for a query value; what OData needs readable stays readable."""
    return quote(text, safe="()',:")


def _quoted(code: str) -> str:
    return code.replace("'", "''")


def _find(contract: CubeContract, dimension: str, codes: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """The padded codes of `wanted`, in the order of the source's list."""
    known = {code.rstrip(): code for code in codes}
    if missing := [w for w in wanted if w.rstrip() not in known]:
        raise DeliveryRefused(
            f"{contract.naam}: the code list {dimension} of {contract.bron.tabel} does not have "
            f"{', '.join(missing[:5])}; it runs from {codes[0].rstrip()} to {codes[-1].rstrip()}.",
            owner=_owner(contract),
            remedy="Correct the codes asked for, or the filter in the contract.",
        )
    chosen = {w.rstrip() for w in wanted}
    return tuple(code for trimmed, code in known.items() if trimmed in chosen)


def _owner(contract: CubeContract) -> str:
    return f"{contract.eigenaar.organisatie} ({contract.eigenaar.functie}, {contract.eigenaar.contact})"
