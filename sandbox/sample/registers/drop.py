"""Who sends which register for which period, in which shape; and the folder with all of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from sandbox.sample import clock
from sandbox.sample.registers import extern, plannen, senders
from sandbox.sample.registers.bad import Bad, bad_files
from sandbox.sample.registers.draw import Table, joined, known_by
from sandbox.sample.registers.files import STYLES, render
from sandbox.sample.registers.places import FIRST_YEAR, place
from veiligheidsbeeld.contracts.register import get_register
from veiligheidsbeeld.files.naming import spoken_for_by
from veiligheidsbeeld.settings import Settings

README = """Voorbeeldbestanden
==================
Deze map hoort bij het voorbeeld van Veiligheidsbeeld. Alle bestanden zijn gemaakt door een programma, met toeval en met
gepubliceerde landelijke cijfers als maat. Geen rij, nummer of aantal gaat over een echte zaak of persoon.
Enkele bestanden zijn met opzet fout: zij laten zien wat er bij een fout bestand gebeurt.
"""


class Span(NamedTuple):
    """Whole months from `van` up to, not including, `tot`; `naam` as in a file's name."""

    van: date
    tot: date
    naam: str


class Sent(NamedTuple):
    """A good file: where it goes, and what is in it."""

    path: str
    inhoud: bytes


def write_drop(settings: Settings, folder: Path) -> list[Path]:
    """Writes the drop folder of the sample's today into `folder`, in the order in which the files were sent.

    The same seed and today give the same bytes; a file that is there already with these bytes is left alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    end = end_of(settings)
    written = [_put(folder, "LEESMIJ.txt", README.encode())]
    written += [_put(folder, path, content) for path, content in good_files(settings.seed, end)]
    for bad in bad_of(settings.seed, end):
        written.append(_put(folder, path_of_bad(bad, end), bad.inhoud))
    return written


def end_of(settings: Settings) -> date:
    """First day that the sample does not know yet."""
    last = clock.last_month(clock.today(settings))
    return date(last.year + last.month // 12, last.month % 12 + 1, 1)


def good_files(seed: int, end: date) -> Iterator[Sent]:
    """Every file that is fit to be loaded; corrections come after what they correct."""
    for sender, registers in senders.SENDERS.items():
        for register in registers:
            if (sender, register) not in senders.MISSING:
                for span in _spans(sender, register, end):
                    rows = table(seed, sender, register, span)
                    if (sender, register) in senders.SLOPPY:
                        _slip(rows)
                    if rows.get("gemeente"):
                        style = STYLES[senders.WORKBOOKS.get((sender, register), senders.STYLE_OF[sender])]
                        yield Sent(
                            f"{sender}/{register}_{span.naam}.{style.soort}",
                            render(get_register(register), rows, style),
                        )
    yield from _corrections(seed, end)


def bad_of(seed: int, end: date) -> list[Bad]:
    """The files that must be refused, all for the last whole year."""
    year = last_whole_year(end)
    if year < FIRST_YEAR:
        return []
    span = Span(date(year, 1, 1), date(year + 1, 1, 1), f"{year}")
    return bad_files(seed, lambda register, sender: table(seed, sender, register, span))


def path_of_bad(bad: Bad, end: date) -> str:
    return f"{bad.leverancier}/{bad.register}_{last_whole_year(end)}.{bad.soort}"


def last_whole_year(end: date) -> int:
    return end.year - 1


def table(seed: int, sender: str, register: str, span: Span) -> Table:
    """The rows of a register that a sender has for a period, as it knew them at the end of it."""
    codes = spoken_for_by(sender, span.van, span.tot)
    region = senders.REGIONS.get(sender, sender)
    if register == "actieplan":
        made = [plannen.actieplan(seed, place(c), region, span.tot) for c in codes]
    elif register == "beleidsdocumenten":
        made = [plannen.beleid(seed, place(c), region, span.tot) for c in codes]
    elif register == "ev_risicobronnen":
        made = [extern.risicobronnen(seed, place(c), span.tot) for c in codes]
    else:
        years = range(span.van.year, (span.tot.year if span.tot.month > 1 else span.tot.year - 1) + 1)
        made = [senders.MAKERS[register](seed, place(c), year) for c in codes for year in years]
    return known_by(joined(made), get_register(register).scope_datum, span.tot)


def _slip(rows: Table) -> None:
    """A few rows that cannot be taken: an unknown theme, and reports that were closed before they came."""
    for i in range(20, len(rows["thema"]), 90):
        rows["thema"][i] = "nog te bepalen"
    for i in range(50, len(rows["thema"]), 130):
        rows["datum_afgerond"][i] = rows["datum_ontvangst"][i] - timedelta(days=3)


def _spans(sender: str, register: str, end: date) -> list[Span]:
    """The periods of a sender's files: all at once, whole years and the current one, or around a file that is bad."""
    first = senders.SINCE.get(register, FIRST_YEAR)
    year = last_whole_year(end)
    if (sender, register) in senders.SPOILED:
        spans = [_years(first, year - 1), _months(year + 1, end)]
    elif register in senders.YEARLY:
        spans = [_years(first, year)]
    elif register in senders.SPLIT:
        spans = [_years(first, year), _months(year + 1, end)]
    else:
        spans = [_months(first, end)]
    return [span for span in spans if span.van < span.tot]


def _years(first: int, last: int) -> Span:
    return Span(date(first, 1, 1), date(last + 1, 1, 1), f"{first}-{last}" if last > first else f"{first}")


def _months(first: int, end: date) -> Span:
    """From the start of a year to the end of the last month."""
    if end.month == 1:
        return _years(first, end.year - 1)
    last = f"{end.year}M{end.month - 1:02d}"
    start = f"{first}M01" if first == end.year else f"{first}"
    return Span(date(first, 1, 1), end, last if start == last else f"{start}-{last}")


def _corrections(seed: int, end: date) -> Iterator[Sent]:
    """A quarter sent again without three reports that were booked twice, and an addition with late closures."""
    quarter = Span(date(2024, 1, 1), date(2024, 4, 1), "2024K1")
    if end > quarter.tot:
        again = table(seed, "GM0988", "meldpunt_ondermijning", quarter)
        kept = {name: values[3:] for name, values in again.items()}
        yield Sent(
            "GM0988/meldpunt_ondermijning_2024K1.csv",
            render(get_register("meldpunt_ondermijning"), kept, STYLES["excel_csv"]),
        )
        late = table(seed, "GM1640", "meldpunt_ondermijning", Span(quarter.van, end, ""))
        at = [i for i, day in enumerate(late["datum_ontvangst"]) if day < quarter.tot]
        added = {name: [values[i] for i in at] for name, values in late.items()}
        yield Sent(
            "GM1640/meldpunt_ondermijning_2024K1_aanvulling.csv",
            render(get_register("meldpunt_ondermijning"), added, STYLES["iso"]),
        )


def _put(folder: Path, path: str, content: bytes) -> Path:
    target = folder / path
    target.parent.mkdir(exist_ok=True)
    if not target.exists() or target.read_bytes() != content:
        temporary = target.with_name(f".{target.name}")
        temporary.write_bytes(content)
        temporary.replace(target)
    return target
