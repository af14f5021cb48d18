"""Files that must be refused, one for each reason that a sender is most likely to meet."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sandbox.sample.registers.draw import Table
from sandbox.sample.registers.files import STYLES, render
from sandbox.sample.streams import stream
from veiligheidsbeeld.contracts.register import get_register


class Bad(NamedTuple):
    """A file that is refused: sender, register in its name, ending, the rule that refuses it, and its bytes."""

    leverancier: str
    register: str
    soort: str
    regel: str
    inhoud: bytes


def bad_files(seed: int, made: Callable[[str, str], Table]) -> list[Bad]:
    """`made` gives a good table of a register and sender, for the period of the file, to be spoiled."""

    def text(sender: str, register: str, style: str = "excel_csv") -> str:
        return render(get_register(register), made(register, sender), STYLES[style]).decode("utf-8-sig")

    permits = render(get_register("vergunningen"), _with_note(made("vergunningen", "GM1640"), seed), STYLES["xlsx"])
    named = text("GM0946", "vergunningen").splitlines()
    named = [line + (";Naam aanvrager" if i == 0 else ";onbekend") for i, line in enumerate(named)]
    checks = {k: v for k, v in made("integrale_controles", "GM1883").items() if k != "aanleiding"}
    wrong = text("GM0888", "vergunningen", "iso")
    broken = made("sluitingen", "GM1883")
    broken["maatregel"] = ["onbekend" if i % 3 == 0 else m for i, m in enumerate(broken["maatregel"])]
    lacking = render(get_register("integrale_controles"), checks, STYLES["xlsx"])
    unclear = render(get_register("sluitingen"), broken, STYLES["excel_csv"])
    return [
        Bad("GM1640", "vergunningen", "xlsx", "bsn", permits),
        Bad("GM0946", "vergunningen", "csv", "onbekende_kolom", "\n".join(named).encode("utf-8-sig")),
        Bad("GM1883", "integrale_controles", "xlsx", "ontbrekende_kolom", lacking),
        Bad("GM0888", "adresonderzoek", "csv", "ander_register", wrong.encode()),
        Bad("GM1883", "sluitingen", "csv", "te_veel_fouten", unclear),
        Bad("GM0971", "vergunningen", "xlsx", "zipbom", _bomb()),
        Bad("GM0988", "vergunningen", "csv", "leeg_bestand", b""),
        Bad("GM0988", "meldpunt", "csv", "register onbekend", wrong.encode()),
    ]


def _with_note(table: Table, seed: int) -> Table:
    """A number that only looks like a person's: made from the 11-proef, in a remark."""
    notes = [""] * len(table["gemeente"])
    notes[len(notes) // 2] = f"aanvrager bekend onder nummer {invented_bsn(seed)}"
    return {**table, "toelichting": notes}


def invented_bsn(seed: int) -> str:
    """Nine digits that pass the 11-proef, in the range from which no BSN is given (they begin with 99)."""
    rng = stream(seed, "register", "geen bsn")
    while True:
        digits = [9, 9, *(int(d) for d in rng.integers(0, 10, 6))]
        last = int(np.dot(digits, range(9, 1, -1))) % 11
        if last < 10:
            return "".join(map(str, [*digits, last]))


def _bomb() -> bytes:
    """A workbook of some hundred kilobytes that unpacks to eighty megabytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name in ("[Content_Types].xml", "xl/workbook.xml"):
            package.writestr(zipfile.ZipInfo(name), b"<x/>")
        package.writestr(zipfile.ZipInfo("xl/worksheets/sheet1.xml"), b" " * (80 << 20), zipfile.ZIP_DEFLATED)
    return file.getvalue()
