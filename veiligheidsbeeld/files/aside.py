"""A file that was refused while it was read: put aside in landing with its reason, and recorded row by row."""

from __future__ import annotations

from veiligheidsbeeld.contracts import Contract
from veiligheidsbeeld.landing import files as land
from veiligheidsbeeld.landing.files import Reason, RegisterFile
from veiligheidsbeeld.refusals import FileRefused, PersonalDataFound
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect
from veiligheidsbeeld.warehouse import deliveries as books
from veiligheidsbeeld.warehouse.deliveries import RefusedRow


def reason_of(contract: Contract, refusal: FileRefused) -> Reason:
    """As it stands beside the file."""
    return Reason(refusal.regel, refusal.reden, refusal.remedie, contract.eigenaar.functie)


def put_aside(settings: Settings, contract: Contract, file: RegisterFile, refusal: FileRefused) -> None:
    """Closed when it holds personal data, or was not searched for it; what was known stays."""
    closed = isinstance(refusal, PersonalDataFound) or not refusal.gescand
    aside = land.refuse(settings, file, reason_of(contract, refusal), closed=closed)
    with connect(settings, "lader") as connection:
        number = books.refuse_file(connection, aside)
        if number is not None:
            rows = RefusedRow.of_file(refusal.rows, aside.manifest.bestand)
            books.forget_rows(connection, number)
            books.quarantine(connection, number, contract.naam, contract.eigenaar.functie, rows)
