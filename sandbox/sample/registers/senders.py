"""Who sends which register, and in which shape."""

from __future__ import annotations

from sandbox.sample.registers import bestuur, extern, leefomgeving, ondermijning
from sandbox.sample.registers.draw import Maker

MAKERS: dict[str, Maker] = {
    "meldpunt_ondermijning": ondermijning.meldpunt,
    "sluitingen": bestuur.sluitingen,
    "bibob": bestuur.bibob,
    "integrale_controles": ondermijning.controles,
    "adresonderzoek": ondermijning.adresonderzoek,
    "vergunningen": bestuur.vergunningen,
    "riec": ondermijning.riec,
    "meld_misdaad_anoniem": ondermijning.mma,
    "meldingen_openbare_ruimte": leefomgeving.openbare_ruimte,
    "boa": leefomgeving.boa,
    "huisverboden": leefomgeving.huisverboden,
    "crisismaatregelen": leefomgeving.crisismaatregelen,
    "woonoverlast": leefomgeving.woonoverlast,
    "buurtbemiddeling": leefomgeving.buurtbemiddeling,
    "woningcorporatie": leefomgeving.corporatie,
    "politie_extract": leefomgeving.politie_extract,
    "zorg_en_veiligheidshuis": leefomgeving.zvh,
    "halt": leefomgeving.halt,
    "ev_voorvallen": extern.voorvallen,
    "ev_inspecties": extern.inspecties,
}
YEARLY = ("bibob", "riec", "halt")  # counts of whole years, sent when the year is over
SINCE = {"crisismaatregelen": 2020, "boa": 2022, "beleidsdocumenten": 2012, "ev_risicobronnen": 2012}

_OWN = (
    "meldpunt_ondermijning",
    "sluitingen",
    "integrale_controles",
    "adresonderzoek",
    "vergunningen",
    "meldingen_openbare_ruimte",
    "actieplan",
    "beleidsdocumenten",
)
_TOGETHER = (
    "bibob",
    "riec",
    "meld_misdaad_anoniem",
    "boa",
    "huisverboden",
    "crisismaatregelen",
    "woonoverlast",
    "buurtbemiddeling",
    "woningcorporatie",
    "politie_extract",
    "zorg_en_veiligheidshuis",
    "halt",
)
_PARTNERSHIP = (
    "meldpunt_ondermijning",
    "sluitingen",
    "integrale_controles",
    "bibob",
    "riec",
    "meld_misdaad_anoniem",
    "politie_extract",
    "zorg_en_veiligheidshuis",
    "halt",
    "actieplan",
    "beleidsdocumenten",
)
REGIONS = {
    "GM0988": "SGWNL",
    "GM0946": "SGWNL",
    "GM1640": "SGWNL",
    "GM1883": "SGWM",
    "GM0971": "SGWM",
    "GM0888": "SGWM",
}
SENDERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(REGIONS, _OWN),
    "SGWNL": _TOGETHER,
    "SGWM": (*_TOGETHER, "ev_risicobronnen", "ev_voorvallen", "ev_inspecties"),
    "SGNL": (*_PARTNERSHIP, "adresonderzoek"),
    "SGDR": _PARTNERSHIP,
}
# What is not sent at all: it must show as not yet available, never as nought.
MISSING = {("GM0946", "meldingen_openbare_ruimte"), ("GM0971", "adresonderzoek"), ("GM0888", "vergunningen")}
# Whose file for the last whole year is spoiled (bad.py).
SPOILED = {
    ("GM1640", "vergunningen"),
    ("GM0946", "vergunningen"),
    ("GM0971", "vergunningen"),
    ("GM0988", "vergunningen"),
    ("GM1883", "integrale_controles"),
    ("GM1883", "sluitingen"),
    ("GM0888", "adresonderzoek"),
}
SPLIT = {"meldpunt_ondermijning"}  # earlier years in one file, the current year in another
SLOPPY = {("GM1640", "meldpunt_ondermijning")}
STYLE_OF = {
    "GM0988": "zaaksysteem",
    "GM0946": "excel_csv",
    "GM1640": "oud",
    "GM1883": "herhaald",
    "GM0971": "pagina",
    "GM0888": "iso",
    "SGWNL": "excel_csv",
    "SGWM": "zaaksysteem",
    "SGNL": "iso",
    "SGDR": "oud",
}
WORKBOOKS = {
    ("GM0988", "sluitingen"): "xlsx",
    ("GM1640", "actieplan"): "xlsx",
    ("GM0971", "beleidsdocumenten"): "xlsx",
    ("SGDR", "beleidsdocumenten"): "xlsx",
    ("SGNL", "riec"): "xlsx_getal",
    ("SGWM", "halt"): "xlsx_getal",
    ("SGWNL", "bibob"): "xlsx",
}
