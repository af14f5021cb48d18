"""The sentence of a goal in a region, in Dutch: the figure, what it is held against, and how sure that is.

A goal is a row of `int_doelstatus`, with the words for the area it is held against and who has not done it yet. What
stands in the way of a verdict goes first; of a verdict everything it rests on is said. No sentence is ever empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from veiligheidsbeeld.numbers import number, short

Goal = Mapping[str, Any]

# Below so many cases a percentage says more than it carries: numbers are given instead.
FEW = 20
EFFORT = "Het aantal hangt af van de inzet van opsporing en toezicht en zegt op zichzelf niet of het doel gehaald is."
_HIDDEN = {
    "verborgen": "wordt niet getoond, om kleine aantallen te beschermen",
    "onderdrukt": "wordt niet getoond: te klein of te onzeker",
    "niet_gepubliceerd_op_niveau": "is voor dit gebied niet gepubliceerd",
}
_UNITS = {"kilogram": " kg", "uren": " uur", "euro": " euro"}
_NO_VERDICT = ("niet_meetbaar", "nog_geen_data")


def in_unit(value: float, unit: str) -> str:
    """With as many decimals as the measure is read in: counts whole, means of counts and percentages one."""
    if unit == "per_1000":
        return f"{number(value, 2)} per 1.000"
    if unit == "procent":
        return f"{number(value, 1)}%"
    text = short(value)
    if unit == "dagen":
        return f"{text} {'dag' if text == '1' else 'dagen'}"
    return text + _UNITS.get(unit, "")


def said(goal: Goal, value: float) -> str:
    """A figure of this goal; of a share of few cases no percentage. Its counts are not for readers (decision 0034)."""
    if not (goal["weinig_zaken"] and goal["maat"] == "procent"):
        return in_unit(value, goal["maat"])
    if value in (0, 100):
        return "alle" if value else "geen"
    tenths = int(number(value / 10))
    return f"{'minder' if tenths == 0 else 'meer' if tenths == 10 else 'ongeveer'} {_of_ten(tenths)}"


def _of_ten(tenths: int) -> str:
    return f"dan {min(max(tenths, 1), 9)} van de 10" if tenths in (0, 10) else f"{tenths} van de 10"


def sentence(goal: Goal) -> str:
    """The whole sentence; the first reason that there is no verdict, or the verdict with all it rests on."""
    if goal["onzeker"] and (goal["meer_standen"] or goal["status"] not in _NO_VERDICT):
        return f"{_ends(goal)}: {_worst_case(goal)}.{_ground(goal)}{_newer(goal)}"
    if why := _without_verdict(goal):
        return f"{why}.{'' if _is_hidden(goal) else _newer(goal)}"
    shown = f"{head(goal)}{against(goal)}{outcome(goal)}"
    if goal["status"] == "niet_meetbaar":
        why = "Het plan zegt niet of meer of minder beter is." if goal["teken"] == 0 else EFFORT
        return f"{shown}{'' if goal['teken'] == 0 else certainty(goal)}. {why}{_newer(goal)}"
    return f"{shown}{certainty(goal)}.{_both_means(goal)}{_ground(goal)}{outlook(goal)}{_newer(goal)}"


def _without_verdict(goal: Goal) -> str:
    """Why nothing can be said of this goal, without the full stop; empty when something can."""
    status, known = goal["status"], goal["waarde"] is not None
    if (goal["te_oud"] or _is_hidden(goal)) and not goal["trendbreuk"] and goal["verborgen_label"]:
        return f"{_name(goal)}: het cijfer over {goal['verborgen_label']} {reason(goal['verborgen_status'])}"
    if status == "nog_geen_data":
        if not known:
            return f"Nog geen cijfers over dit doel ({_name(goal)})"
        if goal["peildatum"] < goal["vanaf"]:
            return f"{head(goal)}; nog geen cijfers van na het begin van het plan"
        if goal["te_oud"]:
            return f"{head(goal)}; nog geen cijfers van na de nulmeting"
        if goal["referentie"] is not None:
            return f"{head(goal)}{against(goal)}; nog geen eerder cijfer om het tempo aan af te meten"
        return f"{head(goal)}; nog niets om mee te vergelijken: {_missing_reference(goal)}"
    if goal["trendbreuk"]:
        return f"{head(goal)}; niet vergelijkbaar met de nulmeting. {goal['trendbreuk'].rstrip('.')}"
    if goal["status_referentie"] == "niet_uitgevoerd":
        year = f" in {goal['aanduiding']}" if goal["aanduiding"] else ""
        return f"{head(goal)}; er is geen nulmeting: niet uitgevoerd{year}"
    if status == "niet_meetbaar":
        if goal["zelfde_reeks"] is False or goal["status_referentie"] == "niet_vergelijkbaar":
            return f"{head(goal)}; niet vergelijkbaar met {goal['aanduiding'] or 'eerder'}: de telwijze is veranderd"
        if goal["referentie"] is None and goal["vergelijking"] is None:
            return f"{head(goal)}; het plan noemt geen norm of nulmeting"
        if goal["referentie"] is None:
            return f"{head(goal)}; niet te vergelijken: {_missing_reference(goal)}"
    if goal["regel"] == "telling" and goal["vergelijking"] is None:
        return f"{head(goal)}{'; het plan noemt geen aantal' if goal['waarde'] else ': nog niet uitgevoerd'}"
    return ""


def _is_hidden(goal: Goal) -> bool:
    """Whether the figure itself is not shown and only its ends are known."""
    return goal["waarde"] is None and goal["minste"] is not None


def _ends(goal: Goal) -> str:
    """What is known of a figure and its baseline where one of them is hidden, or a range."""
    ends = f"tussen {short(goal['minste'] or 0)} en {short(goal['meeste'] or 0)}"
    if _is_hidden(goal):
        shown = f"{_name(goal)}: het cijfer over {goal['label']} {reason(goal['verborgen_status'])}, en ligt {ends}"
    elif goal["minste"] is not None:
        shown = f"{_name(goal)} ligt in {goal['label']} {ends}"
    else:
        shown = head(goal)
    if goal["tegen"] != "nulmeting" or goal["nul_minste"] is None:
        return f"{shown}{against(goal)}"
    single = goal["nulmeting"] in ("jaar", "r12m")
    low, high = (short(x) if single else number(x, 1) for x in (goal["nul_minste"], goal["nul_meeste"]))
    per_year = "" if single else "gemiddeld per jaar in "
    return f"{shown}; de nulmeting ({per_year}{goal['aanduiding']}) ligt tussen {low} en {high}"


def _worst_case(goal: Goal) -> str:
    """The verdict that holds for all that the hidden figures can be, or that there is none."""
    status, tested = goal["status"], goal["toets"] != "geen"
    side = "hoger" if goal["teken"] > 0 else "lager"
    if status == "gehaald" and goal["richting"] == "niet_hoger":
        return "ook in het ongunstigste geval niet hoger, of niet meer dan door toeval"
    if status == "gehaald" and goal["tegen"] == "nulmeting":
        return f"ook in het ongunstigste geval {side}{', en dat is meer dan toeval' if tested else ''}"
    if status == "richting_goed_niet_significant" and goal["zeker_significant"] is None:
        return f"in elk geval {side}; of dat meer is dan toeval, hangt af van wat niet getoond wordt"
    return {
        "gehaald": "ook in het ongunstigste geval gehaald",
        "richting_goed_niet_significant": f"in elk geval {side}, en niet meer dan door toeval",
        "geen_verandering": "in elk geval geen verandering die meer is dan toeval" if tested else "in elk geval gelijk",
        "op_koers": "ook in het ongunstigste geval op koers",
        "van_koers": "ook in het gunstigste geval van koers",
        "uitgevoerd": "in elk geval uitgevoerd",
    }.get(status, "dat laat meer dan een stand toe")


def reason(status: str | None, *, several: bool = False) -> str:
    """Why there is no figure; of a mean over `several` years some may be known."""
    return _HIDDEN.get(status or "", "is niet volledig bekend" if several else "is nog niet bekend")


def _missing_reference(goal: Goal) -> str:
    """What lacks to compare with, and why: never the baseline when it is the benchmark."""
    if goal["vergelijking"] == "benchmark":
        fixed = goal["benchmark_modus"].startswith("vast")
        period = goal["benchmark_modus"][-4:] if fixed else goal["label"]
        return f"het cijfer van {_area(goal)} over {period} {reason(goal['status_referentie'])}"
    several = goal["nulmeting"] not in ("jaar", "r12m")
    period = "" if several or not goal["nulmeting_jaar"] else f" ({goal['nulmeting_jaar']})"
    why = reason(goal["status_referentie"], several=several)
    if goal["maat"] == "dagen" and goal["status_referentie"] not in _HIDDEN:
        why += ", of te veel zaken hebben geen einde"
    return f"de nulmeting{period} {why}"


def _name(goal: Goal) -> str:
    return goal["indicator_naam"] or goal["indicator_code"]


def _area(goal: Goal) -> str:
    return goal["tegen_naam"] or goal["tegen_code"] or goal["benchmark_gebied"]


def _everybody(goal: Goal) -> bool:
    """Whether a share counts organisations, so few that their number says it better than a percentage."""
    return goal["regel"] == "dekking" and goal["teller"] is not None and goal["noemer"] is not None


def head(goal: Goal) -> str:
    """The figure, with its interval where it has one, and its period; a survey beside its benchmark needs no period."""
    value, period = goal["waarde"], f" in {goal['label']}" if goal["label"] else ""
    if goal["regel"] == "mijlpaal":
        return f"{goal['naam']}: {_milestone(goal)}{period if value is not None else ''}"
    if value is None:
        return f"{_name(goal)}: nog geen cijfer"
    if _everybody(goal):
        kind = "organisaties" if goal["per"] == "organisatie" else "gemeenten"
        share = "" if goal["noemer"] < FEW else f" ({in_unit(value, goal['maat'])})"
        lacking = f"; niet: {goal['ontbreekt']}" if goal["ontbreekt"] else ""
        return f"{_name(goal)}: {goal['teller']} van de {goal['noemer']} {kind}{share}{period}{lacking}"
    bounds = ""
    if goal["toets"] == "interval" and None not in (goal["ondergrens"], goal["bovengrens"]):
        bounds = f" ({number(goal['ondergrens'], 1)}-{number(goal['bovengrens'], 1)})"
    if goal["toets"] == "interval" and goal["tegen"] == "benchmark":
        period = ""
    open_still = goal["zonder_einde_pct"]
    still = f" ({number(open_still, 1)}% loopt nog)" if open_still else ""
    return f"{_name(goal)} {said(goal, value)}{bounds}{period}{still}"


def _milestone(goal: Goal) -> str:
    value = goal["waarde"]
    if value is None:
        return "nog geen cijfer"
    if value in (0, 100):
        return "gereed" if value else "nog niet gereed"
    return "deels gereed" if goal["weinig_zaken"] else f"voor {number(value, 1)}% gereed"


def against(goal: Goal) -> str:
    """What the figure is held against."""
    reference = goal["referentie"]
    if reference is None:
        return ""
    level = said(goal, reference)
    if goal["tegen"] == "benchmark":
        fixed = f" in {goal['benchmark_modus'][-4:]}" if goal["benchmark_modus"].startswith("vast") else ""
        return f" tegenover {level} in {_area(goal)}{fixed}"
    if goal["tegen"] == "nulmeting":
        if goal["nulmeting"] in ("jaar", "r12m"):
            return f" tegenover {level} in {goal['aanduiding']}"
        mean = number(reference, 1) if goal["maat"] == "aantal" else level
        return f" tegenover gemiddeld {mean} per jaar in {goal['aanduiding']}"
    if goal["regel"] == "mijlpaal":
        return f"; de termijn is {goal['aanduiding']}"
    if goal["regel"] == "telling" and reference <= 1:
        enough = "" if goal["waarde"] else ", ten minste 1 is genoeg"
        return f"; het plan noemt geen aantal{enough}"
    if _everybody(goal) and reference == 100 and goal["noemer"] < FEW:
        level = f"alle {goal['noemer']}"
    return f"; het doel is {level} op {goal['aanduiding']}"


def outcome(goal: Goal) -> str:
    """The difference: in percents of enough cases, else in numbers; against a benchmark on which side."""
    gap, percent, low = goal["verschil"], goal["verschil_pct"], goal["verschil_pct_onder"]
    if gap is None or goal["tegen"] == "streefwaarde":
        return ""
    if goal["tegen"] == "nulmeting" and gap == 0:
        return ": gelijk"
    if goal["tegen"] == "benchmark" and (low is None or not goal["waarde"] or not percent or _few(goal)):
        return f": {'' if goal['beter'] else 'nog niet '}{_side(goal)}"
    nearly = ", vrijwel gelijk" if goal["vrijwel_gelijk"] else ""
    higher = "hoger" if gap > 0 else "lager"
    if goal["maat"] == "dagen":
        return f": {in_unit(abs(gap), 'dagen')} {'langer' if gap > 0 else 'korter'}{nearly}"
    if goal["maat"] == "procent" and goal["weinig_zaken"]:
        return f": {higher}{nearly}"
    if goal["maat"] == "procent" and goal["toets"] != "interval":
        return f": {number(abs(gap), 1)} procentpunt {higher}{nearly}"
    if _few(goal):
        size = f"{in_unit(abs(gap), 'aantal')} " if goal["maat"] == "aantal" else ""
        return f": {size}{('meer' if gap > 0 else 'minder') if size else higher}{_rounding(goal, nearly)}"
    if goal["waarde"] and percent and low is not None:
        bounds = f"{number(low, 1)}% tot {number(goal['verschil_pct_boven'], 1)}%"
        return f": {number(abs(percent), 1)}% {higher} ({bounds}){nearly}"
    size = "" if goal["toets"] != "geen" or percent is None else f"{number(abs(percent), 1)}% "
    return f": {size}{higher}{_rounding(goal, nearly)}"


def _few(goal: Goal) -> bool:
    """Whether one of both sides rests on too few cases for a percentage; of a rate among as many inhabitants."""
    least = min(goal["waarde"], goal["referentie"])
    if goal["maat"] == "per_1000" and goal["noemer"]:
        return least * goal["noemer"] / 1000 < FEW
    return goal["maat"] == "aantal" and least < FEW


def _rounding(goal: Goal, nearly: str) -> str:
    return ", wat afronding kan zijn" if goal["toets"] == "geen" and goal["binnen_afronding"] else nearly


def _side(goal: Goal) -> str:
    where = "op" if goal["regel"] == "naar_benchmark" else "onder" if goal["teken"] < 0 else "boven"
    adjective = f"{goal['bijvoeglijk']} gemiddelde" if goal["bijvoeglijk"] else f"gemiddelde van {_area(goal)}"
    return f"{where} het {adjective}"


def certainty(goal: Goal) -> str:
    """Whether the difference can be chance; of equal figures, and of what a target asks, nothing need be said."""
    if not goal["verschil"] or (goal["toets"] == "geen" and goal["tegen"] == "streefwaarde"):
        return ""
    if goal["toets"] == "geen" and goal["afronding"] is not None:
        return f"; niet op toeval getoetst: de bron rondt af op {goal['afronding']}"
    if goal["toets"] == "geen" or goal["significant"] is None:
        return "; niet op toeval getoetst"
    return "; verschil significant" if goal["significant"] else "; verschil niet significant"


def _both_means(goal: Goal) -> str:
    """The mean as the plan prints it, where it gives another direction than the mean per day that is used."""
    if not goal["gedrukt_anders"]:
        return ""
    printed = number(goal["gedrukt"], 2 if goal["maat"] == "per_1000" else 1)
    higher = "hoger" if goal["waarde"] > goal["gedrukt"] else "lager"
    return f" Tegenover het gemiddelde zoals het plan het drukt ({printed}) is het {higher}."


def _ground(goal: Goal) -> str:
    """What the plan itself does not say."""
    if goal["nulmeting_grond"] != "aanname" or goal["tegen"] not in ("nulmeting", "benchmark"):
        return ""
    return f" De {'nulmeting' if goal['tegen'] == 'nulmeting' else 'vergelijking'} is een aanname."


def outlook(goal: Goal) -> str:
    """What is expected at the horizon, whether the status rests on it, and on what else it rests."""
    return f"{_expected(goal)}{_course(goal)}{_way(goal)}"


def _expected(goal: Goal) -> str:
    if goal["verwacht"] is None or goal["status"] in _NO_VERDICT or goal["horizon"] <= goal["peildatum"]:
        return ""
    bounds = f"80%: {number(goal['onder_80'])}-{number(goal['boven_80'])}"
    return (
        f" Verwacht in de twaalf maanden tot en met {goal['horizon']:%d-%m-%Y}: {number(goal['verwacht'])} ({bounds})."
    )


def _course(goal: Goal) -> str:
    if goal["significant"] or goal["tegen"] != "nulmeting" or goal["koers"] is None:
        return ""
    course = {"op_koers": "op koers", "van_koers": "van koers"}.get(goal["status"])
    return f" Met 80% zekerheid {course}." if course else ""


def _way(goal: Goal) -> str:
    """What a status rests on that the difference does not show: the figure before, or where it was at the baseline."""
    if goal["status"] not in ("op_koers", "van_koers", "geen_verandering", "richting_goed_niet_significant"):
        return ""
    if goal["tegen"] == "benchmark" and not goal["beter"] and goal["vooruit"]:
        return f" In {goal['nul_aanduiding']} was het {said(goal, goal['nul_waarde'])}."
    if goal["toets"] != "geen" or goal["verschil"] == 0 or goal["regel"] == "mijlpaal":
        return ""
    if goal["horizon"] <= goal["peildatum"]:
        return " De termijn is voorbij."
    if goal["waarde_vorig"] is None:
        return ""
    same = " ook" if goal["waarde_vorig"] == goal["waarde"] else ""
    counted = _everybody(goal) and goal["teller_vorig"] is not None and goal["noemer"] < FEW
    before = str(goal["teller_vorig"]) if counted else said(goal, goal["waarde_vorig"])
    pace = ""
    if goal["status"] == "op_koers":
        pace = ": in dat tempo op tijd gehaald"
    elif goal["status"] == "van_koers" and goal["beter_dan_vorig"]:
        pace = ": in dat tempo niet op tijd gehaald"
    return f" {_when_before(goal)}{same} {before}{pace}."


def _when_before(goal: Goal) -> str:
    """A year before only when it is one."""
    days = (goal["peildatum"] - goal["datum_vorig"]).days
    return "Een jaar eerder" if 365 <= days <= 366 else f"In {goal['label_vorig']}"


def _newer(goal: Goal) -> str:
    """Newer figures that readers do not get to see."""
    if not goal["verborgen_label"] or goal["te_oud"] or (_is_hidden(goal) and goal["verborgen_label"] == goal["label"]):
        return ""
    return f" Het cijfer over {goal['verborgen_label']} {reason(goal['verborgen_status'])}."
