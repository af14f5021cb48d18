"""Contracts of municipal registers: columns that may enter, why they may, and the measures that follow from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from veiligheidsbeeld.contracts.head import Contract, Retention, Strict
from veiligheidsbeeld.contracts.indicator import Principle, Shown, Veiligheidsthema
from veiligheidsbeeld.contracts.measures import VALUE, both, complete
from veiligheidsbeeld.contracts.reading import REGISTERS, read_contracts, with_own
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.region import active

# What a column may hold, and the PostgreSQL type that it gets in raw.
TYPES = {
    "tekst": "text",
    "code": "text",  # one of `waarden`, or after `patroon`
    "gemeente": "text",  # name or code in the file, GM1234 in raw
    "buurt": "text",  # BU12340101; a lost prefix or leading zero is mended
    "wijk": "text",
    "datum": "date",
    "geheel": "integer",
    "getal": "double precision",
    "janee": "boolean",
    "codes": "text[]",  # several of `waarden`, separated by | or , in the file
}

# Lists of the region of which a row may have measures of its own.
MEASURED_LISTS = ("programma", "locatie")


class Column(Strict):
    """One column that may enter. A column of the file that no `kop` names is unknown: the file is refused."""

    naam: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    type: Literal["tekst", "code", "gemeente", "buurt", "wijk", "datum", "geheel", "getal", "janee", "codes"]
    koppen: list[str] = Field(default_factory=list, description="other headings; compared without case and signs")
    verplicht: bool = Field(False, description="a row without a value is refused")
    aanwezig: bool = Field(False, description="a file without the column is refused; implied by `verplicht`")
    waarden: dict[str, list[str]] = Field(default_factory=dict, description="allowed codes, each with its synonyms")
    waarden_uit: Literal["organisatie", "programma", "locatie"] | None = Field(
        None, description="list of the region that holds the allowed codes and their names, instead of `waarden`"
    )
    patroon: str | None = Field(None, description="regular expression that a text or code must match in full")
    minimum: float | None = None
    maximum: float | None = None
    deel_van: str | None = Field(None, description="column of which this counts a part: what is left is a count too")
    toekomst: bool = Field(False, description="a day that may still have to come: a term, a plan")
    opnemen: bool = Field(True, description="False: known, scanned, and left in landing (free text)")
    omschrijving: str

    @model_validator(mode="after")
    def _of_the_region(self) -> Column:
        if self.waarden_uit:
            rows = active().rows(self.waarden_uit)
            for row in rows:
                others = [way for way in row.get("schrijfwijzen", "").split(";") if way]
                self.waarden[row[f"{self.waarden_uit}_code"]] = [row["naam"], *others]
        return self

    @property
    def sql_type(self) -> str:
        return TYPES[self.type]


class Rule(Strict):
    """A condition over the columns of one row, in SQL; a row for which it is false is refused."""

    naam: str
    voorwaarde: str
    uitleg: str = Field(description="Dutch sentence for the owner of the file")


class Indicator(Shown):
    """A measure over the rows of a register, derived in dbt. `teller`, `waar` and dates are SQL over its columns.

    telling   number of rows (or the sum of `teller`) with `datum` in the period
    aandeel   100 x sum of `teller` (0 or 1) / number of rows, over rows with `datum` in the period
              (with `volgtijd`: over rows that were followed for so many days)
    p50, p90  percentile of the days from `datum` to `tot` (`datum` in the period; a row without `tot` counts for as
              long as it has been seen, Kaplan-Meier)
    lopend    rows with `datum` before the end of the period and `tot` after it or empty
    stand     last known `teller` per `per` at the end of the period, summed
    dekking   100 x municipalities of the area for which `waar` held, from `datum` until `tot` (if there is one) / all
              municipalities of the area; with `per: organisatie` over municipalities and the organisations of the seed
              `organisatie`

    With `noemer` (a number, as `teller`), `aandeel` and `stand` are 100 x sum of `teller` / sum of `noemer`.
    With `voor_elke` it is one measure per row of a list of the region; {waarde} in code and name is that row.
    """

    code: str = Field(pattern=r"^[A-Z0-9]+(-([A-Z0-9]+|\{waarde\}))+$")
    berekening: Literal["telling", "aandeel", "p50", "p90", "lopend", "stand", "dekking"]
    datum: str
    tot: str | None = None
    teller: str | None = None
    noemer: str | None = None
    waar: str | None = None
    per: str | None = None
    volgtijd: int | None = Field(None, gt=0, description="days after `datum` before a row counts in an `aandeel`")
    eenheid: Literal["aantal", "procent", "dagen", "euro", "kilogram", "uren"] = "aantal"
    ruimtelijk_principe: Principle = "locatie_melding"
    wijk_en_buurt: bool = Field(False, description="whether the measure may be shown below municipality")
    each: dict[str, str] = Field(
        default_factory=dict,
        max_length=1,
        alias="voor_elke",
        description="column of a list of the region: word in `maten` of that list",
    )

    @property
    def per_row(self) -> tuple[str, str] | None:
        """The column whose list of the region has the rows that this is measured for, and the word that asks for it."""
        return next(iter(self.each.items()), None)

    @model_validator(mode="after")
    def _complete(self) -> Indicator:
        if bool(self.each) != (VALUE in self.code):
            raise ValueError(f"{self.code}: {VALUE} in the code and `voor_elke` belong together")
        needed = {"p50": self.tot, "p90": self.tot, "lopend": self.tot, "aandeel": self.teller, "dekking": self.waar}
        if self.berekening in needed and not needed[self.berekening]:
            raise ValueError(f"{self.code}: `{self.berekening}` lacks its `tot`, `teller` or `waar`")
        if self.berekening == "stand" and not (self.teller and self.per):
            raise ValueError(f"{self.code}: `stand` lacks its `teller` or `per`")
        if self.noemer and self.berekening not in ("aandeel", "stand"):
            raise ValueError(f"{self.code}: `noemer` has no meaning for `{self.berekening}`")
        return self


class Public(Strict):
    """Counts of acts of government that are public by themselves: shown whatever their number, and why that may be."""

    indicatoren: list[str] = Field(min_length=1)
    grond: str = Field(min_length=20, description="Dutch sentence: by which law or practice the act is public")


class RegisterContract(Contract):
    """A register: columns, grain, scope, measures. Without a ground it is not valid."""

    kind = "register"

    provider: Literal["gemeenten"] = "gemeenten"
    bewaartermijn: Retention
    detail: Literal["rij", "telling"] = Field(description="telling: the file itself holds counts only")
    frequentie: Literal["maand", "kwartaal", "jaar"]
    sleutel: list[str] = Field(min_length=1)
    scope_datum: str = Field(description="date column that places a row in the period that a file speaks for")
    kolommen: list[Column]
    regels: list[Rule] = Field(default_factory=list)
    veiligheidsthema: Veiligheidsthema = Field(description="VNG theme of the indicators that name none")
    indicatoren: list[Indicator] = Field(default_factory=list)
    min_cel: int = Field(5, ge=1, description="published counts from 1 to below this are hidden")
    openbaar: Public | None = None
    delen_per: Literal["gemeente", "gebied"] = Field(
        "gemeente", description="whether parts of a total are shown of municipalities, or of partnerships only"
    )
    max_quarantaine: float = Field(0.1, description="share of bad rows above which the file is refused")
    vrij_quarantaine: int = Field(3, ge=0, description="bad rows that a small file may have, if fewer than a third")

    @model_validator(mode="before")
    @classmethod
    def _measures_in_full(cls, data: object) -> object:
        return complete(data) if isinstance(data, dict) else data

    @model_validator(mode="after")
    def _columns_exist(self) -> RegisterContract:
        names = [c.naam for c in self.kolommen]
        if doubles := {n for n in names if names.count(n) > 1}:
            raise ValueError(f"columns named twice: {sorted(doubles)}")
        if missing := [n for n in (*self.sleutel, self.scope_datum, "gemeente") if n not in names]:
            raise ValueError(f"columns that are referred to but not described: {missing}")
        if missing := sorted({c.deel_van for c in self.kolommen if c.deel_van} - set(names)):
            raise ValueError(f"`deel_van` names columns that are not described: {missing}")
        if self.kolom(self.scope_datum).type != "datum":
            raise ValueError("`scope_datum` must be a date")
        codes = [i.code for i in self.indicatoren]
        if doubles := {c for c in codes if codes.count(c) > 1}:
            raise ValueError(f"indicators named twice: {sorted(doubles)}")
        counted = {i.code for i in self.indicatoren if i.berekening == "telling"}
        for indicator in self.indicatoren:
            self._fits_list(indicator)
        if self.openbaar and (unknown := set(self.openbaar.indicatoren) - counted):
            raise ValueError(f"`openbaar` names what is no count of this register: {sorted(unknown)}")
        if self.wettelijk_kader in ("Wpg", "Wgs", "Bibob") and self.detail != "telling":
            raise ValueError(f"{self.wettelijk_kader} data enters as counts only (detail: telling)")
        return self

    def _fits_list(self, indicator: Indicator) -> None:
        if not indicator.per_row:
            return
        name, _ = indicator.per_row
        if name not in [c.naam for c in self.kolommen if c.waarden_uit in MEASURED_LISTS]:
            raise ValueError(f"{indicator.code}: {name} is no column with a list of {' or '.join(MEASURED_LISTS)}")
        if self.min_cel > 1:  # how many parts a total has would differ by region: see `families`
            raise ValueError(f"{indicator.code}: `voor_elke` of a list of the region needs `min_cel: 1`")

    @property
    def of_region(self) -> list[Indicator]:
        """The measures as the active region has them: of its lists, one per row that asks for it."""
        return [found for indicator in self.indicatoren for found in self._per_row(indicator)]

    def _per_row(self, indicator: Indicator) -> Iterator[Indicator]:
        if not indicator.per_row:
            yield indicator
            return
        column, word = indicator.per_row
        seed = str(self.kolom(column).waarden_uit)
        for row in active().rows(seed):
            if word not in asked_of(seed, row):
                continue
            value = row[f"{seed}_code"]
            changed = {
                "code": indicator.code.replace(VALUE, value.replace("_", "").upper()),
                "naam": indicator.naam.replace(VALUE, row["naam"]),
                "waar": both(indicator.waar, f"{column} = '{value}'"),
                "themas": [row["thema"]] if row.get("thema") else indicator.themas,
                "veiligheidsthema": row.get("veiligheidsthema") or indicator.veiligheidsthema,
                "voor_elke": {},
            }
            try:
                yield Indicator.model_validate(indicator.model_dump(by_alias=True) | changed)
            except ValidationError as error:
                raise ConfigurationError(
                    f"{seed}.csv of the region: {value} cannot be measured: {error.errors()[0]['msg']}.",
                    remedy="Correct the row; `veiligheidsbeeld region check` says what the columns may hold.",
                ) from error

    @property
    def periode_korrel(self) -> Literal["maand", "kwartaal", "jaar"] | None:
        """The grain of `scope_datum`: counts are kept per period, whichever of its days is written; rows per day."""
        return self.frequentie if self.detail == "telling" else None

    def minimum(self, indicator: Indicator) -> int:
        """The smallest count of an indicator that is shown, beside none."""
        return 1 if self.openbaar and indicator.code in self.openbaar.indicatoren else self.min_cel

    @property
    def own_counts(self) -> bool:
        """Whether a municipality may be shown its own exact counts: they are its own data, and no law keeps them within
        a smaller circle (Wet politiegegevens, Wet Bibob, Wgs)."""
        return self.eigenaar.organisatie == "gemeente" and self.wettelijk_kader in ("AVG", "open")

    def per_area(self, indicator: Indicator, total: bool) -> bool:
        """Whether a count is shown of partnerships only: a part of a total that is not public by itself."""
        return self.delen_per == "gebied" and not total and self.minimum(indicator) > 1

    def te_veel_fouten(self, geweigerd: int, rijen: int) -> bool:
        """Whether a file has so many bad rows that it is refused. A share says little of a few rows: there a third."""
        few = geweigerd <= self.vrij_quarantaine and 3 * geweigerd < rijen
        return geweigerd > self.max_quarantaine * rijen and not few

    def kolom(self, naam: str) -> Column:
        return next(c for c in self.kolommen if c.naam == naam)

    @property
    def serves(self) -> frozenset[str]:
        return super().serves | {t for i in self.of_region for t in i.themas}

    @property
    def opgenomen(self) -> list[Column]:
        """Columns that reach raw."""
        return [c for c in self.kolommen if c.opnemen]


def asked_of(seed: str, row: Mapping[str, str]) -> list[str]:
    """The words by which a row of a list of the region asks for measures of its own."""
    if "maten" not in row:
        raise ConfigurationError(
            f"{seed}.csv of the region {active().folder} has no column maten.",
            remedy="`veiligheidsbeeld region check` says which columns the files of a region have.",
        )
    return [word for word in row["maten"].split(";") if word]


def unknown_words() -> list[str]:
    """Words in `maten` of the region's lists that no register measures by: a sentence for each."""
    offered: dict[str, set[str]] = {seed: set() for seed in MEASURED_LISTS}
    for contract in load_registers().values():
        for column, word in (i.per_row for i in contract.indicatoren if i.per_row):
            offered[str(contract.kolom(column).waarden_uit)].add(word)
    return [
        f"{seed}.csv: {row[f'{seed}_code']} asks for {word!r} in maten; there is {' and '.join(sorted(words))}"
        for seed, words in offered.items()
        for row in active().rows(seed)
        for word in asked_of(seed, row)
        if word not in words
    ]


def load_registers(*folders: Path) -> dict[str, RegisterContract]:
    """All register contracts by name: the product's and those of the active region, unless folders are given.
    `ConfigurationError` names file and field on the first fault."""
    return _read(folders or with_own(REGISTERS), active().folder)


@cache
def _read(folders: tuple[Path, ...], region: Path) -> dict[str, RegisterContract]:
    """As that region has them: its lists are values of columns."""
    registers = read_contracts(folders, RegisterContract)
    known: dict[str, str] = {}
    for name, contract in registers.items():
        codes = {i.code for i in contract.indicatoren}
        if doubles := sorted(known.keys() & codes):
            raise ConfigurationError(
                f"Contract {name}.yml repeats the indicator {doubles[0]} of {known[doubles[0]]}.",
                remedy="Give every indicator a code of its own.",
            )
        known |= dict.fromkeys(codes, name)
    return registers


def get_register(name: str) -> RegisterContract:
    """One register by name; `ConfigurationError` lists the known names otherwise."""
    registers = load_registers()
    if name not in registers:
        raise ConfigurationError(f"Unknown register {name!r}.", remedy=f"Choose one of: {', '.join(registers)}.")
    return registers[name]
