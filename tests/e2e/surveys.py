"""Survey tables beside the recorded ones: real titles under codes nobody knows, and what the marts must show of them.

What is expected was worked out by reading the titles, not the alias files.
"""

from __future__ import annotations

from pathlib import Path

from tests.cubes.recording import FIGURES, HOSTILE, SEEN, SHOWN, Recording, real_names

CORE, ONLINE, TRADITIONAL = "vm_kerncijfers_regio", "vm_online_regio", "vm_traditioneel_regio"

# What residents do to protect themselves online is in the mart of cybercrime, the rest in that of leefomgeving.
PROTECTION = {code: SHOWN[code] for code in (f"VM-{c}-BEL" for c in ("WACHTWOORD", "KLUIS", "VIRUSSCANNER", "BACKUP"))}
SHOWN_CORE = {code: value for code, value in SHOWN.items() if code not in PROTECTION}

# The same three titles under each of sixteen groups, as the source has them: only the group tells them apart.
GROUPS = {
    "ONLINE": "Online criminaliteit", "FRAUDE": "Online oplichting en fraude", "AANKOOP": "Aankoopfraude",
    "VERKOOP": "Verkoopfraude", "BETAAL": "Fraude in het betalingsverkeer", "IDFRAUDE": "Identiteitsfraude",
    "PHISHING": "Phishing", "HACKEN": "Hacken", "HACKAPP": "Hacken van een apparaat",
    "HACKACC": "Hacken van een account", "INTIMIDATIE": "Online bedreiging en intimidatie",
    "BEDR": "Online bedreiging", "PEST": "Online pesten", "STALK": "Online stalking", "SHAME": "Shamesexting",
    "OVERIG": "Overige online criminaliteit",
}  # fmt: skip
ASKED = {"SL": "Slachtoffers", "MELD": "Melding", "AANG": "Aangifte bij politie"}
SHOWN_ONLINE = {
    f"VM-{group}-{asked}": 2.0 + 3 * n + 0.5 * m for n, group in enumerate(GROUPS) for m, asked in enumerate(ASKED)
}
ONLINE_FIGURES = {
    f"Slachtofferschap > {title} > {asked}": SHOWN_ONLINE[f"VM-{group}-{code}"]
    for group, title in GROUPS.items()
    for code, asked in ASKED.items()
}
TRADITIONAL_NAMES = [
    f"{group} > {title}"
    for group in ("Traditionele criminaliteit", "Geweldsdelicten", "Vermogensdelicten", "Vernieling")
    # The first is required under the name `Slachtoffers`.
    for title in ("Slachtoffer geweest", "Melding bij politie", "Aangifte bij politie")
]


def beside(recordings: Path, folder: Path) -> Path:
    """The recorded tables in a folder of their own, so that others can be put beside them."""
    for table in recordings.glob("*/*"):
        place = folder / table.parent.name
        place.mkdir(parents=True, exist_ok=True)
        if table.is_dir():
            (place / table.name).symlink_to(table)
    return folder


def as_seen(shared: Path, folder: Path) -> None:
    """The three tables as a first load finds them, the core figures under the codes that somebody saw."""
    Recording(real_names(shared), codes=SEEN, figures=FIGURES).write(folder)
    Recording(list(ONLINE_FIGURES), table="85472NED", figures=ONLINE_FIGURES).write(folder)
    Recording(TRADITIONAL_NAMES, table="85322NED").write(folder)


def renumbered(shared: Path, folder: Path) -> None:
    """A month later: the same figures, every code another, and those of the sixteen groups dealt among each other."""
    later = "2026-04-01T00:00:00+02:00"
    names = [*real_names(shared), HOSTILE]
    Recording(names, seed=2, figures=FIGURES, modified=later, teams={"BT0002": f"{HOSTILE} (BT)"}).write(folder)
    Recording(list(reversed(ONLINE_FIGURES)), table="85472NED", figures=ONLINE_FIGURES, modified=later).write(folder)
