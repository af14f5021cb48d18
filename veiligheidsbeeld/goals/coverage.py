"""How every point of every plan is measured, or why not: on the screen and as the page plannen-dekking.md.

`veiligheidsbeeld goals --write` brings the page up to date; a test says when it is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from veiligheidsbeeld.goals.indicators import indicator_names, origins
from veiligheidsbeeld.goals.plans import HOE_GEMETEN, PlanRegister, Row, read_seed
from veiligheidsbeeld.region import PROJECT, active

PAGE = "plannen-dekking.md"

_HOW = {
    "doel": "een regel met een status: gehaald, uitgevoerd, op koers, van koers en zo verder",
    "indicator": "een cijfer zonder eigen doel",
    "activiteit": "geteld in een register",
    "mijlpaal": "de stand van een document, afspraak of project",
    "dimensie": "een indeling of lijst, geen cijfer",
    "bestuursfeit": "een afspraak of rol, geen cijfer",
    "niet_meetbaar": "niet te meten, met de reden en wat er nodig is",
}
_ORIGINS = {
    "open": "open data",
    "enquete": "respondenten",
    "register": "registerbestanden",
    "meer": "meer dan een hiervan",
}
_GROUND = {
    "duiding": "een duiding: het getal zelf staat niet in de tekst",
    "aanname": "een aanname: het plan noemt het niet",
}
_KIND = {"niet_uitgevoerd": "niet uitgevoerd", "trendbreuk": "trendbreuk"}


def table(register: PlanRegister) -> list[list[str]]:
    """Counts per plan and way of measuring, with the sum below."""
    counts = register.counts()
    rows = [
        [register.plans[plan]["korte_naam"], *(str(count[how]) for how in HOE_GEMETEN), str(sum(count.values()))]
        for plan, count in counts.items()
    ]
    sums = [sum(count[how] for count in counts.values()) for how in HOE_GEMETEN]
    return [*rows, ["Totaal", *map(str, sums), str(sum(sums))]]


def fully(register: PlanRegister) -> list[list[str]]:
    """Of the points that can be measured in full: per plan where their figures come from, with the sum below."""
    known = origins()
    counts = {plan: Counter(origin_of(register, i, known) for i in _full(register, plan)) for plan in register.plans}
    rows = [[register.plans[plan]["korte_naam"], *_numbers(count)] for plan, count in counts.items()]
    return [*rows, ["Totaal", *_numbers(sum(counts.values(), Counter()))]]


def _full(register: PlanRegister, plan: str) -> list[str]:
    return [i["planitem_id"] for i in register.items_of(plan) if i["meetbaarheid"] == "geheel"]


def origin_of(register: PlanRegister, item: str, known: dict[str, frozenset[str]]) -> str:
    """Where all that measures a point comes from."""
    measures = [link for link in register.of(item, "planitem_indicator") if link["rol"] == "meet"]
    codes = [row["indicator_code"] for row in (*register.of(item, "doel"), *measures)]
    found = {origin for code in codes for origin in known[code]}
    found |= {"register"} if register.of(item, "planitem_register") else set()
    return found.pop() if len(found) == 1 else "meer"


def _numbers(count: Counter[str]) -> list[str]:
    return [*(str(count[origin]) for origin in _ORIGINS), str(count.total())]


def details(register: PlanRegister, item_id: str, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Label and text of all that is known about a point."""
    item = register.item(item_id)
    yield "Gemeten als", f"{item['hoe_gemeten']} ({item['meetbaarheid']} meetbaar)"
    for goal in register.of(item_id, "doel"):
        yield "Doel", _goal(goal, names)
    for link in register.of(item_id, "planitem_indicator"):
        note = f". {link['toelichting']}" if link["toelichting"] else ""
        yield "Indicator", f"{names[link['indicator_code']]} ({link['indicator_code']}), {link['rol']}{note}"
    for link in register.of(item_id, "planitem_register"):
        rows = f", {link['kolom']} {link['waarde']}" if link["kolom"] else ""
        yield "Register", f"{link['register']}{rows}: {link['telt']}"
    for footnote in register.of(item_id, "voetnoot"):
        yield "Voetnoot", f"{_KIND[footnote['soort']]}, {footnote['indicator_code']}: {footnote['tekst']}"
    for event in register.of(item_id, "gebeurtenis"):
        yield "Gebeurtenis", f"{event['naam']}: {event['tekst']}"
    for ambition in register.of(item_id, "ambitie"):
        yield "Ambitie", ambition["tekst"]
    for priority in register.of(item_id, "externe_prioriteit"):
        yield "Prioriteit", f"{priority['instantie']}: {priority['naam']}"
    if item["verwijzing"]:
        yield "Staat in", item["verwijzing"].replace(",", ", ")
    if item["reden"]:
        yield ("Let op" if item["hoe_gemeten"] != "niet_meetbaar" else "Waarom niet"), item["reden"]
    if item["wat_nodig"]:
        yield "Nodig", item["wat_nodig"]


def _goal(goal: Row, names: dict[str, str]) -> str:
    parts = [
        f"{goal['naam']} ({goal['doel_code']}): {names[goal['indicator_code']]}, {goal['richting'].replace('_', ' ')}"
    ]
    if goal["nulmeting"] != "geen":
        parts.append(f"tegenover {_baseline(goal)}")
    if goal["benchmark_gebied"]:
        parts.append(f"vergeleken met {goal['benchmark_gebied']} ({goal['benchmark_modus'].replace('_', ' ')})")
    if goal["streefwaarde"]:
        parts.append(f"streefwaarde {goal['streefwaarde']} ({goal['maat']})")
    if goal["nulmeting_grond"] not in ("plan", ""):
        parts.append(_GROUND[goal["nulmeting_grond"]])
    if goal["geldig_tot"]:
        parts.append(f"gold van {_day(goal['geldig_van'])} tot {_day(goal['geldig_tot'])}")
    return ", ".join(parts)


def _baseline(goal: Row) -> str:
    year = goal["nulmeting_jaar"]
    single = {"jaar": year, "r12m": f"de twaalf maanden tot en met december {year}"}
    if goal["nulmeting"] in single:
        return single[goal["nulmeting"]]
    (period,) = [p for p in read_seed("nulmeting_periode") if p["nulmeting"] == goal["nulmeting"]]
    return f"het gemiddelde van {period['van'][:4]} tot en met {period['tot'][:4]}"


def _day(iso: str) -> str:
    return "-".join(reversed(iso.split("-")))


def render(register: PlanRegister | None = None) -> str:
    """The page: counts, and a section per plan with every point."""
    register = register or PlanRegister()
    names = indicator_names()
    areas = {r["gebied_code"]: r["gebied_naam"] for r in read_seed("gebied_gemeente")}
    header = ["Plan", *(how.replace("_", " ") for how in HOE_GEMETEN), "samen"]
    lines = [
        "# Dekking van de plannen",
        "",
        "Gemaakt uit `plannen` van de regio door `veiligheidsbeeld goals --write`; niet met de hand",
        "wijzigen. Elk punt van elk plan staat hier met hoe het gemeten wordt, of waarom niet.",
        "",
        *(f"- **{how.replace('_', ' ')}**: {text}" for how, text in _HOW.items()),
        "",
        *_markdown_table([header, *table(register)]),
        "",
        "## Waar komt het vandaan",
        "",
        "Van de punten die geheel te meten zijn: hoeveel rusten op tabellen die een bron publiceert (open data), op",
        "antwoorden van respondenten, op bestanden van registers die gemeenten en partners moeten leveren, of op meer",
        "dan een daarvan.",
        "",
        *_markdown_table([["Plan", *_ORIGINS.values(), "samen"], *fully(register)]),
    ]
    for code, plan in register.plans.items():
        lines += ["", f"## {plan['naam']}", ""]
        lines += [
            f"{areas[plan['gebied_code']]}, {_day(plan['van'])} tot en met {_day(plan['tot'])}. {plan['toelichting']}"
        ]
        for item in register.items_of(code):
            lines += ["", f"### {item['planitem_id']} {item['naam']}", "", item["omschrijving"], ""]
            lines += [f"- {label}: {text}" for label, text in details(register, item["planitem_id"], names)]
    return "\n".join(lines) + "\n"


def _markdown_table(rows: list[list[str]]) -> list[str]:
    header, *body = [f"| {' | '.join(row)} |" for row in rows]
    return [header, f"|---|{'---:|' * (len(rows[0]) - 1)}", *body]


def page() -> Path:
    """Where the page stands: of the example among the documentation, of another region in its folder."""
    region = active()
    return (PROJECT / "docs" if region.head.voorbeeld else region.folder) / PAGE


def write_page() -> bool:
    """Brings the page up to date; returns whether anything changed."""
    path, text = page(), render()
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True
