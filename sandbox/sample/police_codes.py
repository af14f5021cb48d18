"""Code lists of the police tables as the source pads and titles them."""

from __future__ import annotations

from sandbox.sample import facts
from sandbox.sample.clock import Period

SOORT_WIDTH, REGIO_WIDTH, DETAIL_WIDTH = 6, 6, 10
_TITLE_WIDTH = 40
_TEXTS = {"LD": "LD = Landsdeel", "PV": "PV = Provincie", "RE": "RE = Regionale eenheid"}


def soort_misdrijf() -> list[dict]:
    """The 59 soorten; titles carry the code (not that of the total), descriptions the incident codes."""
    return [
        {
            "Key": row["soort"].ljust(SOORT_WIDTH),
            "Title": row["titel"] if row["soort"] == facts.TOTAL else f"{row['soort']} {row['titel']}",
            "Description": "".join(f"{code}\n" for code in row["mk_codes"].split(",") if code),
            "CategoryGroupID": None,
        }
        for row in facts.seed_table("soort_misdrijf")
    ]


def overlast() -> list[dict]:
    """The nine overlast codes."""
    return [
        {
            "Key": row["soort"].ljust(SOORT_WIDTH),
            "Title": row["titel"],
            "Description": "" if row["soort"] == facts.TOTAL else row["omschrijving"],
            "CategoryGroupID": None,
        }
        for row in facts.seed_table("soort_overlast")
    ]


def regios() -> list[dict]:
    """Nederland, landsdelen, provincies, every gemeente by name, then the regionale eenheden."""
    areas = [(r["code"], r["naam"]) for r in facts.table("gebieden")]
    gemeenten = [(r["code"], r["naam"]) for r in facts.table("gemeenten")]
    split = next(i for i, (code, _) in enumerate(areas) if code.startswith("RE"))
    return [
        {
            "Key": code.ljust(REGIO_WIDTH),
            "Title": name,
            "Description": _TEXTS.get(code[:2], ""),
            "CategoryGroupID": None,
        }
        for code, name in (*areas[:split], *gemeenten, *areas[split:])
    ]


def perioden(found: list[Period]) -> list[dict]:
    """Periods; the police call every one of them final, also the newest."""
    return [{"Key": p.key, "Title": p.title, "Description": "", "Status": "Definitief"} for p in found]


def wijken_en_buurten(gemeenten: tuple[str, ...]) -> list[dict]:
    """Nederland, then per gemeente (by name) its wijken and buurten, then the three unknown members."""
    rows = [_detail("NL00", "Nederland", "", "")]
    names: dict[str, str] = {}
    for row in facts.table("wijken_buurten"):
        code, name = row["code"], row["naam"][:_TITLE_WIDTH]
        names[code] = name
        gemeente = f"GM{code[2:6]}"
        if gemeente not in gemeenten:
            continue
        if code.startswith("GM"):
            text = f"Gemeente '{name}' ({code})"
        elif code.startswith("WK"):
            text = f"Wijk '{name}' ({code}) is een wijk in de gemeente '{names[gemeente]}'."
        else:
            wijk = names[f"WK{code[2:8]}"]
            text = f"Buurt '{name}' ({code}) is een buurt in wijk '{wijk}' in de gemeente '{names[gemeente]}'."
        rows.append(_detail(code, name, text, gemeente))
    rows.append(_detail("GM0000", "Gemeente onbekend", "", "GM0000"))
    rows.append(_detail("WK000000", "Wijk onbekend", "", "GM0000"))
    rows.append(_detail("BU00000000", "Buurt onbekend", "", "GM0000"))
    return rows


def region_texts(rows: list[dict]) -> dict[str, tuple[str, list[str]]]:
    """The String topics of a table of wijken en buurten: name of the gemeente and kind of region, padded."""
    names = {row["Municipality"]: row["Title"] for row in rows if row["Key"].startswith("GM")}
    kinds = {"NL": "Land", "GM": "Gemeente", "WK": "Wijk", "BU": "Buurt"}
    return {
        "Gemeentenaam_2": ("WijkenEnBuurten", [names.get(r["Municipality"], "").ljust(30) for r in rows]),
        "SoortRegio_3": ("WijkenEnBuurten", [kinds[r["Key"][:2]].ljust(8) for r in rows]),
    }


def _detail(code: str, title: str, description: str, gemeente: str) -> dict:
    return {
        "Key": code.ljust(DETAIL_WIDTH),
        "Title": title,
        "Description": description,
        "Municipality": gemeente,
        "DetailRegionCode": "" if code == "NL00" else code,
    }
