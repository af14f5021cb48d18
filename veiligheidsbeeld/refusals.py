"""What reading a register file can end in: a typed table with what was mended and refused, or a refused file.

Nothing here ever holds the value of a cell: a refusal says where and which rule, in Dutch, for the owner.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from veiligheidsbeeld.errors import DeliveryRefused


@dataclass(frozen=True)
class Scope:
    """The period that a file speaks for: `van` up to, not including, `tot`, by the contract's `scope_datum`.

    `volledig`: what the file lacks is not there, so that a file without rows says that nothing happened. `gemaakt`: the
    last day on which the file can have been made; what lies after it cannot have happened (None: not known).
    """

    van: date
    tot: date
    volledig: bool = True
    gemaakt: date | None = None


@dataclass(frozen=True)
class RowRefusal:
    """A row that stays outside raw: where it stands, which rule it broke, in words for its owner; never its values."""

    bestand: str
    werkblad: str  # empty for CSV
    rijnummer: int  # as a spreadsheet program numbers it: 1 is the first record of the file
    kolom: str | None  # name in the contract; None: the row as a whole
    regel: str
    reden: str


@dataclass(frozen=True)
class Remark:
    """What the sender should look at although the file was taken: a rule and a Dutch sentence, without values.

    `kaart`: whether border 1 shows it as a yellow card; otherwise it stands in the answer to the sender alone.
    """

    regel: str
    tekst: str
    kaart: bool = True


@dataclass(frozen=True)
class PersonalDatum:
    """A place that holds personal data: `soort` is bsn, e-mail, telefoon, iban or kenteken; never the value itself."""

    werkblad: str  # empty for CSV; `werkblad 2` when the name of the sheet is itself the trouble
    rijnummer: int | None  # None: not in a cell (file name, sheet name, comment, ...: see `plaats`)
    plaats: str  # `kolom C` or `kolom C (zaaknummer)`; or bestandsnaam, naam van het werkblad, opmerking, ...
    soort: str


@dataclass
class Reading:
    """A file that was read.

    `table` holds the good rows: the columns of `contract.opgenomen` in their types, then `rijnummer` (int32) and
    `werkblad` (text). `repairs` counts what was mended by (column, kind); the column is empty for whole rows
    (`totaalrij`, `kopregel`, `dubbele_rij`) and for the file (`tekenset`). `rows` counts the data rows that were
    judged (totals, repeated headings and identical rows are no data), `refused` the refused ones among them.
    """

    bestand: str
    table: pa.Table
    rows: int
    refused: int = 0
    refused_keys: pa.Table | None = None  # key and place of the refused rows: what is known of them stays as it is
    refusals: list[RowRefusal] = field(default_factory=list)
    repairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    remarks: list[Remark] = field(default_factory=list)
    zonder: set[str] = field(default_factory=set)  # columns of the contract that the file does not have
    genoemd: set[str] = field(default_factory=set)  # municipalities with a row, also a refused one, or named with none
    werkbladen: list[str] = field(default_factory=list)  # sheets that were read
    niet_gelezen: list[str] = field(default_factory=list)  # sheets scanned but not read: hidden, or no register


class FileRefused(DeliveryRefused):
    """A file that is refused as a whole: `regel` (for counting), `reden` and `remedie` (Dutch, for its sender).

    `refusals` lists rows when rows are the reason (at most `MAX_LISTED`). `gescand` is False when the file was refused
    before its cells could be searched for personal data: it must then be kept as if it held some.
    """

    MAX_LISTED = 10_000
    labels = ("Eigenaar", "Te doen")

    def __init__(
        self,
        regel: str,
        reden: str,
        *,
        remedie: str,
        eigenaar: str | None = None,
        bestand: str = "",
        refusals: Sequence[RowRefusal] = (),
        gescand: bool = True,
    ) -> None:
        super().__init__(reden, remedy=remedie, owner=eigenaar)
        self.regel, self.reden, self.remedie, self.eigenaar = regel, reden, remedie, eigenaar
        self.bestand, self.refusals, self.gescand = bestand, list(refusals), gescand

    @property
    def rows(self) -> list[RowRefusal]:
        """The places in the file that are the reason, as quarantine lists them."""
        return self.refusals


class PersonalDataFound(FileRefused):
    """The file holds personal data: `vondsten` names the places (at most `MAX_LISTED`) and `aantal` how many."""

    def __init__(
        self, vondsten: Sequence[PersonalDatum], aantal: int, *, bestand: str, eigenaar: str | None = None
    ) -> None:
        kinds = ", ".join(f"{n} keer {kind}" for kind, n in Counter(v.soort for v in vondsten).items())
        super().__init__(
            "persoonsgegevens",
            f"Het bestand bevat persoonsgegevens ({kinds}) en is niet ingelezen.",
            remedie="Verwijder de genoemde gegevens uit het bestand en lever het opnieuw aan.",
            eigenaar=eigenaar,
            bestand=bestand,
        )
        self.vondsten, self.aantal = list(vondsten)[: self.MAX_LISTED], aantal

    @property
    def rows(self) -> list[RowRefusal]:
        return [
            RowRefusal(self.bestand, v.werkblad, v.rijnummer or 0, v.plaats, self.regel, f"hier staat een {v.soort}")
            for v in self.vondsten
        ]
