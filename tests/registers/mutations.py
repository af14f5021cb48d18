"""Named damage to good files, in every format; each says how the file must end. Formats' own damage stands beside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from tests.places import TOWN, TOWN_NAME
from tests.registers.drafts import Draft, Row
from veiligheidsbeeld.contracts.register import load_registers


@dataclass(frozen=True)
class Mutation:
    """`group`: mutations of one group touch the same thing and are not paired."""

    name: str
    apply: Callable[[Draft], None]
    kinds: tuple[str, ...]
    group: str


MUTATIONS: dict[str, Mutation] = {}


def mutation(group: str = "", kinds: tuple[str, ...] = ("csv", "xlsx")) -> Callable:
    def register(function: Callable[[Draft], None]) -> Callable[[Draft], None]:
        name = function.__name__
        MUTATIONS[name] = Mutation(name, function, kinds, group or name)
        return function

    return register


def cell(
    name: str,
    types: tuple[str, ...],
    kind: str | None,
    make: Callable,
    group: str = "",
    kinds: tuple[str, ...] = ("csv", "xlsx"),
    **wanted: object,
) -> None:
    """A cell in another notation: mended, and counted as `kind` (None: as agreed, not counted)."""

    def apply(draft: Draft) -> None:
        column, row = draft.column(*types, **wanted), draft.row()
        row.cells[column.naam], row.values[column.naam] = make(row.values[column.naam], row)
        if kind:
            draft.repairs.add((column.naam, kind))

    MUTATIONS[name] = Mutation(name, apply, kinds, group or name)


def bad(name: str, types: tuple[str, ...], rule: str, make: Callable, group: str = "", **wanted) -> None:
    """A cell that cannot be mended without guessing: the row is refused."""

    def apply(draft: Draft) -> None:
        column, row = draft.column(*types, **wanted), draft.row()
        row.cells[column.naam] = make(row.values[column.naam], row)
        draft.refuse(row, column.naam, rule)

    MUTATIONS[name] = Mutation(name, apply, ("csv", "xlsx"), group or name)


def _late(day: date) -> date:
    """The same month on a day that is no month."""
    return day.replace(day=25)


_DAY = ("datum",)
cell("datum_iso", _DAY, None, lambda v, r: (f"{v:%Y-%m-%d}", v))
cell("datum_schuin", _DAY, "datum_notatie", lambda v, r: (f"25/{v.month}/{v.year}", _late(v)))
cell("datum_zonder_nul", _DAY, "datum_notatie", lambda v, r: (f"5-{v.month}-{v.year}", v.replace(day=5)))
cell("datum_punten", _DAY, "datum_notatie", lambda v, r: (f"{v:%d.%m.%Y}", v))
cell("datum_maandnaam", _DAY, "datum_notatie", lambda v, r: (f"{v.day} maart {v.year}", v.replace(month=3)))
cell("datum_aaneen", _DAY, "datum_notatie", lambda v, r: (f"{v:%Y%m%d}", v))
cell("datum_serial", _DAY, "excel_datumgetal", lambda v, r: ((v - date(1899, 12, 30)).days, v))
cell("datum_met_tijd", _DAY, "tijd_weggelaten", lambda v, r: (f"{v:%d-%m-%Y} 14:30", v))
bad("datum_amerikaans", _DAY, "datum", lambda v, r: f"{v.month}/25/{v.year}", group="amerikaans")
bad("datum_tweecijferig", _DAY, "datum", lambda v, r: f"{v:%d-%m-%y}")
bad("datum_onbestaand", _DAY, "datum", lambda v, r: "31-02-2025")
bad("datum_onzin", _DAY, "datum", lambda v, r: "vorige week")
bad("datum_opvuller", _DAY, "datum", lambda v, r: "31-12-9999")
cell("geheel_duizendtal", ("geheel",), "duizendtal", lambda v, r: ("1.234", 1234), maximum=None)
cell("geheel_met_nullen", ("geheel",), "getal_notatie", lambda v, r: (f"{v},00", v))
bad("geheel_gebroken", ("geheel",), "geheel", lambda v, r: "12,5")
bad("geheel_tekst", ("geheel",), "geheel", lambda v, r: "circa tien")
bad("geheel_dubbelzinnig", ("geheel",), "geheel", lambda v, r: "1,234")
bad("geheel_negatief", ("geheel",), "bereik", lambda v, r: "-5")
cell("getal_komma", ("getal",), None, lambda v, r: ("450,5", 450.5), "getal", maximum=None)
cell("getal_duizendtal", ("getal",), "duizendtal", lambda v, r: ("1.234,5", 1234.5), "getal", maximum=None)
cell("getal_punt", ("getal",), "decimale_punt", lambda v, r: ("450.5", 450.5), "getal", maximum=None)
cell("getal_euro", ("getal",), "valutateken", lambda v, r: ("€ 450,50", 450.5), "getal", maximum=None)
bad("getal_dubbelzinnig", ("getal",), "getal_dubbelzinnig", lambda v, r: "1.234", "getal", maximum=None)
cell("janee_woord", ("janee",), None, lambda v, r: ("ja" if v else "nee", v))
cell("janee_cijfer", ("janee",), "janee_notatie", lambda v, r: (int(v), v))
cell("janee_engels", ("janee",), "janee_notatie", lambda v, r: (str(v).lower(), v))
cell("janee_klein", ("janee",), "janee_notatie", lambda v, r: ("j" if v else "n", v))
bad("janee_kruisje", ("janee",), "janee", lambda v, r: "x")
bad("janee_misschien", ("janee",), "janee", lambda v, r: "misschien")
cell("buurt_zonder_nul", ("buurt",), "buurtcode_aangevuld", lambda v, r: _short(v, r, 0))
cell("buurt_zonder_bu", ("buurt",), "buurtcode_aangevuld", lambda v, r: (v[2:], v))
cell("buurt_zonder_nul_met_bu", ("buurt",), "buurtcode_aangevuld", lambda v, r: _short(v, r, 2))
cell("wijk_zonder_wk", ("wijk",), "wijkcode_aangevuld", lambda v, r: (v[2:], v))
bad("buurt_elders", ("buurt",), "buurt_gemeente", lambda v, r: "BU03630102")
bad("buurt_naam", ("buurt",), "buurtcode", lambda v, r: "Centrum-Noord")
cell("gemeente_nummer", ("gemeente",), "gemeente_notatie", lambda v, r: (int(v[2:]), v))
cell("gemeente_code", ("gemeente",), None, lambda v, r: (v, v))
cell("gemeente_woord", ("gemeente",), "gemeente_notatie", lambda v, r: (f"Gemeente {r.cells['gemeente'].upper()}", v))
bad("gemeente_ander", ("gemeente",), "gemeente", lambda v, r: "Amsterdam")
cell("code_hoofdletters", ("code",), "schrijfwijze_code", lambda v, r: (v.upper().replace("_", " "), v), verplicht=True)
bad("code_onbekend", ("code",), "codelijst", lambda v, r: "bestaat niet", verplicht=True)
cell("teken_punt", ("datum",), "teken_als_leeg", lambda v, r: (".", None), verplicht=False)
cell("teken_streep", ("code",), "teken_als_leeg", lambda v, r: ("-", None), verplicht=False)
cell("teken_ster", ("buurt", "wijk", "getal"), "teken_als_leeg", lambda v, r: ("*", None), verplicht=False)
cell("teken_kruis", ("buurt", "wijk", "code"), "teken_als_leeg", lambda v, r: ("x", None), verplicht=False)
bad("teken_verplicht", ("datum",), "verplicht", lambda v, r: "-", verplicht=True)
bad("leeg_verplicht", ("code",), "verplicht", lambda v, r: None, verplicht=True)
cell("spaties", ("code",), "spaties", lambda v, r: (f"  {v}\u00a0 ", v), verplicht=True)
cell(
    "tekst_als_formule",
    ("tekst", "code"),
    "tekst_als_formule",
    lambda v, r: (f'="{v}"', v),
    "",
    ("csv",),
    verplicht=True,
)
bad("fouttekst", ("code",), "excelfout", lambda v, r: "#N/B", verplicht=True)
bad("sleutel_vorm", ("tekst",), "patroon", lambda v, r: "nummer onbekend!", verplicht=True)


def _short(code: str, row: Row, prefix: int) -> tuple[str, str]:
    """The neighbourhood moved to a municipality whose number begins with a zero, and that zero lost."""
    row.cells["gemeente"], row.values["gemeente"] = TOWN_NAME, TOWN
    for name, value in row.values.items():
        if isinstance(value, str) and value.startswith(("BU", "WK")):
            row.values[name] = row.cells[name] = value[:2] + TOWN[2:] + value[6:]
    full = code[:2] + TOWN[2:] + code[6:]
    return full[:prefix] + full[3:], full


@mutation()
def buiten_periode(draft: Draft) -> None:
    row = draft.row()
    row.cells[draft.contract.scope_datum] = date(2024, 12, 31)
    draft.refuse(row, draft.contract.scope_datum, "periode")


@mutation()
def totaalrij(draft: Draft) -> None:
    draft.rows.append(Row({}, kept=False, loose=["Totaal", None, None, 123]))
    draft.repairs.add(("", "totaalrij"))


@mutation()
def subtotaal_halverwege(draft: Draft) -> None:
    draft.rows.insert(30, Row({}, kept=False, loose=[f"Subtotaal {TOWN_NAME}:"]))
    draft.repairs.add(("", "totaalrij"))


@mutation()
def kop_herhaald(draft: Draft) -> None:
    draft.rows.append(Row({}, kept=False, loose="koppen"))
    draft.repairs.add(("", "kopregel"))


@mutation()
def lege_rij(draft: Draft) -> None:
    draft.rows.insert(len(draft.rows) - 1, Row({}, kept=False, loose=[None]))
    draft.repairs.add(("", "lege_rij"))


@mutation()
def lege_rijen_onderaan(draft: Draft) -> None:
    draft.below = [[None, "  ", *[None] * (len(draft.headings) - 2)] for _ in range(3)]


@mutation()
def opnieuw_geexporteerd(draft: Draft) -> None:
    row = draft.row()
    draft.rows.append(Row(dict(row.cells), kept=False))
    draft.repairs.add(("", "dubbele_rij"))


@mutation()
def dubbele_sleutel(draft: Draft) -> None:
    row = draft.row()
    other = Row(dict(row.cells), dict(row.values))
    column = next(
        c
        for c in draft.contract.opgenomen
        if not c.verplicht and c.naam not in draft.contract.sleutel and row.values.get(c.naam) is not None
    )
    other.cells[column.naam] = None
    draft.rows.append(other)
    draft.refuse(row, None, "dubbele_sleutel")
    draft.refuse(other, None, "dubbele_sleutel")


@mutation("volgorde")
def kolommen_verplaatst(draft: Draft) -> None:
    draft.headings = dict(sorted(draft.headings.items(), reverse=True))


@mutation("koppen")
def koppen_anders_geschreven(draft: Draft) -> None:
    draft.headings = {n: f" {h.upper().replace('_', ' ')} " for n, h in draft.headings.items()}


@mutation("koppen")
def lege_kolom_erbij(draft: Draft) -> None:
    draft.headings = draft.headings | {"leeg": ""}


@mutation("koppen")
def verplichte_kolom_weg(draft: Draft) -> None:
    del draft.headings[draft.contract.scope_datum]
    draft.refused_file.add("ontbrekende_kolom")


@mutation("koppen")
def kop_hernoemd(draft: Draft) -> None:
    draft.headings["gemeente"] = "woonplaats van de melder"
    draft.refused_file.add("ontbrekende_kolom")


@mutation("koppen")
def kolom_onbekend(draft: Draft) -> None:
    draft.headings["risicoscore"] = "risicoscore"
    for row in draft.rows:
        row.cells["risicoscore"] = 7
    draft.refused_file.add("onbekende_kolom")


@mutation("koppen")
def kolom_zonder_kop(draft: Draft) -> None:
    draft.headings["naamloos"] = ""
    draft.row().cells["naamloos"] = "iets"
    draft.refused_file.add("onbekende_kolom")


@mutation("koppen")
def kolom_dubbel(draft: Draft) -> None:
    draft.headings["nogmaals"] = "Gemeente"
    draft.refused_file.add("dubbele_kolom")


@mutation("boven")
def titel_erboven(draft: Draft) -> None:
    draft.above = [["Register van de gemeente"], ["Afgedrukt op 3 januari 2026", "door de afdeling"], []]


@mutation("inhoud")
def alleen_koppen(draft: Draft) -> None:
    draft.emptied = True
    draft.refused_file.add("alleen_kopregel")  # a partnership must name whom it means


@mutation("inhoud")
def te_veel_fouten(draft: Draft) -> None:
    for row in draft.rows[: len(draft.rows) // 4]:
        row.cells[draft.contract.scope_datum] = "onbekend"
    draft.refused_file.add("te_veel_fouten")


@mutation("inhoud")
def ander_register(draft: Draft) -> None:
    other = load_registers()["woonoverlast" if draft.contract.naam != "woonoverlast" else "sluitingen"]
    draft.headings = {c.naam: c.naam for c in other.kolommen}
    draft.refused_file.add("ander_register")


def paired(first: Mutation, second: Mutation) -> Mutation:
    def apply(draft: Draft) -> None:
        first.apply(draft)
        second.apply(draft)

    kinds = tuple(k for k in first.kinds if k in second.kinds)
    return replace(first, name=f"{first.name} + {second.name}", apply=apply, kinds=kinds)
