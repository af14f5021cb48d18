"""What the sender of a file should look at although it was taken: sentences in Dutch, without values."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow.compute as pc

from veiligheidsbeeld.contracts.register import RegisterContract
from veiligheidsbeeld.refusals import Reading, Remark, Scope

SHORT_ROWS = Remark(
    "korte rijen",
    "Rijen eindigen voor de laatste kolom; wat ontbreekt is als leeg gelezen. Lever elke rij met evenveel cellen.",
)

CUT_OFF = Remark(
    "zonder regeleinde",
    "Het bestand eindigt zonder regeleinde: van de laatste cel kan het einde ontbreken. Ga na of de laatste rij klopt,"
    " of lever het bestand met een regeleinde achter elke rij.",
)


# Where programs stop: the last row of a worksheet (with headings above it), and round numbers of rows.
_LIMITS = {65_535, 1_048_575} | {digit * 10**power for power in range(3, 7) for digit in (1, 2, 5)}


def unproven(column: str, rows: int) -> Remark:
    return Remark(
        "datum zonder bewijs",
        f"Uit niets blijkt of in kolom {column} dag en maand op hun plaats staan ({rows} rijen); zij zijn gelezen"
        " zoals zij er staan, de dag voor de maand. Schrijf overal dd-mm-jjjj.",
    )


def late(column: str, rows: int) -> Remark:
    return Remark(
        "middernacht elders",
        f"Alle tijdstippen in kolom {column} zijn middernacht op een andere klok dan de Nederlandse ({rows} rijen met"
        " gevolg); dan is de gelezen dag misschien een dag te vroeg. Schrijf alleen de dag.",
    )


def concealed(column: str, rows: int) -> Remark:
    return Remark(
        "getal verborgen",
        f"In kolom {column} staat in {rows} rijen een teken (. - x *) in plaats van een getal. Die rijen tellen daar"
        " niet mee, zodat sommen te laag zijn als er iets was. Lever het getal, ook als dat nul is.",
    )


def hidden(rows: int, total: int, sheet: str) -> Remark:
    return Remark(
        "verborgen rijen",
        f"{rows} van de {total} rijen van werkblad {sheet} zijn verborgen, bijvoorbeeld door een filter; zij zijn wel"
        " gelezen. Hoort dat niet, lever dan alleen de bedoelde rijen.",
    )


def of_reading(reading: Reading, contract: RegisterContract, gemeenten: Mapping[str, str], scope: Scope) -> None:
    """Adds what only the whole file tells: columns and municipalities it says nothing of, and whether it withdraws."""
    keys = reading.refused_keys
    if scope.volledig and keys is not None and keys.num_rows:
        names = {*contract.sleutel, "gemeente"}
        blank = [pc.is_null(keys[name]) for name in sorted(names)]
        unread = sum(any(row) for row in zip(*(b.to_pylist() for b in blank), strict=True))
        if unread:
            reading.remarks.append(
                Remark(
                    "niets ingetrokken",
                    f"Van {unread} geweigerde rijen is de sleutel niet te lezen. Daarom is niets ingetrokken: wat"
                    " eerder bekend was en in dit bestand ontbreekt, telt nog mee. Herstel de genoemde rijen.",
                )
            )
    if reading.rows in _LIMITS:
        reading.remarks.append(
            Remark(
                "grens van een export",
                f"Het bestand heeft precies {reading.rows} rijen, een aantal waarbij programma's stoppen. Ga na of de"
                " export alles bevat, of lever het register in kortere perioden.",
            )
        )
    absent = [c.naam for c in contract.opgenomen if c.naam in reading.zonder]
    if absent:
        reading.remarks.append(
            Remark(
                "kolom ontbreekt",
                f"Het bestand heeft geen kolom {', '.join(absent)}; wat daaruit volgt, is over deze periode niet"
                " beschikbaar (en niet nul).",
                kaart=False,
            )
        )
    silent = sorted(name for code, name in gemeenten.items() if code not in reading.genoemd)
    if silent and scope.volledig:
        reading.remarks.append(
            Remark(
                "gemeente zonder rijen",
                f"Het bestand zegt niets over {', '.join(silent)}. Is daar niets gebeurd, noem de gemeente dan in een"
                " rij waarin alleen de kolom gemeente is gevuld.",
                kaart=False,
            )
        )
