"""The tables that estimates are published from: `raw.vm_schatting` and `raw.vm_verschil`.

They exist from the first start on (dbt refers to them), and are kept like every raw table: a row is current while
`levering_tot` is null. Both hold the exact figures; what is `onderdrukt` must be null in every published table.

Proportions run from 0 to 1 (`p`, `se`, bounds, `verschil`); only scores (indicator with `eenheid` score) do not.

Values of the key columns:

    golf            2021, 2023, 2025 (period code 2021JJ00, ...)
    niveau          nederland, provincie, samenwerkingsgebied, politiedistrict, basisteam, gemeente
    regio_code      NL01, PV.., SG.., ... as in kern.regio; police districts and teams by the codes of the seed
                    (basisteam_gemeente.csv of the region)
    leeftijdsgroep  totaal, 15-24, 25-44, 45-64, 65+
    doelgroep       totaal, jongeren (always with 15-24), senioren (always with 65+), laaggeletterden, ondernemers
                    (both with leeftijdsgroep totaal); 25-44 and 45-64 have doelgroep totaal
    indicator_code  VM-<DELICT>-SL, -MELD, -AANG for every delict of the tree, and the other items of
                    contracts/enquete/vm_respondent.yml; age is never part of the code here
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from veiligheidsbeeld.warehouse import described
from veiligheidsbeeld.warehouse.history import Kept

ESTIMATES = "vm_schatting"
DIFFERENCES = "vm_verschil"

KEY = {
    "golf": ("smallint", "Jaar van de Veiligheidsmonitor"),
    "regio_code": ("text", "Gebied waarover geschat is"),
    "niveau": ("text", "Soort gebied: nederland tot en met gemeente"),
    "leeftijdsgroep": ("text", "Leeftijdsgroep van de respondenten (15 jaar en ouder)"),
    "doelgroep": ("text", "Doelgroep van de respondenten"),
    "indicator_code": ("text", "Indicator: delict en maat, of een ander onderwerp van de enquete"),
}
_VERSION = {
    "levering_van": ("integer", "Levering die deze schatting bracht"),
    "levering_tot": ("integer", "Levering die deze schatting verving; leeg: actueel"),
}

COLUMNS: dict[str, dict[str, tuple[str, str]]] = {
    ESTIMATES: {
        **KEY,
        "p": ("double precision", "Gewogen aandeel (0 tot 1) of gemiddelde score; leeg als niemand antwoordde"),
        "se": ("double precision", "Standaardfout, Taylor-linearisatie over de hele steekproef"),
        "n_ongewogen": ("integer", "Aantal respondenten met een geldig antwoord"),
        "sum_w": ("double precision", "Som van hun gewichten"),
        "totaal": (
            "double precision",
            "Som van de gewichten van wie ja zei: mensen, als het gewicht in mensen is",
        ),
        "se_totaal": ("double precision", "Standaardfout van dat totaal"),
        "n_eff": ("double precision", "Effectief aantal respondenten: de basis gedeeld door het designeffect"),
        "deff": ("double precision", "Designeffect: variantie gedeeld door die van een even grote aselecte steekproef"),
        "ondergrens": ("double precision", "Ondergrens van het 95%-interval"),
        "bovengrens": ("double precision", "Bovengrens van het 95%-interval"),
        "methode": (
            "text",
            "Berekening van het interval: logit, korn_graubard, exact_eenzijdig, wilson, wald, arcsinus of geen",
        ),
        "df": ("integer", "Vrijheidsgraden van het interval"),
        "pct_missing": ("double precision", "Percentage zonder geldig antwoord (weet niet, weigert, leeg)"),
        "status": ("text", "gepubliceerd, of onderdrukt omdat de basis te klein of het interval te breed is"),
        "reden": ("text", "Waarom onderdrukt"),
        "indicatief": ("boolean", "Het interval is breder dan 130% van de schatting: alleen als indicatie te lezen"),
        **_VERSION,
    },
    DIFFERENCES: {
        **KEY,
        "soort": ("text", "benchmark: tegen een ander gebied in dezelfde golf; golf: tegen een eerdere golf"),
        "tegen": ("text", "Code van het gebied, of jaar van de golf, waarmee vergeleken is"),
        "verschil": ("double precision", "Schatting min die van de vergelijking"),
        "se": ("double precision", "Standaardfout van het verschil, met de covariantie van overlappende steekproeven"),
        "df": ("integer", "Vrijheidsgraden: de kleinste van beide"),
        "ondergrens": ("double precision", "Ondergrens van het 95%-interval van het verschil"),
        "bovengrens": ("double precision", "Bovengrens van het 95%-interval van het verschil"),
        "z": ("double precision", "Verschil gedeeld door zijn standaardfout"),
        "p_waarde": ("double precision", "Tweezijdige overschrijdingskans (t-verdeling)"),
        "p_gecorrigeerd": (
            "double precision",
            "Overschrijdingskans na correctie voor het aantal verschillen dat in dezelfde golf met hetzelfde gebied of"
            " dezelfde golf getoond wordt; leeg bij een verschil dat niet getoond wordt",
        ),
        "significant": (
            "boolean",
            "Gecorrigeerde overschrijdingskans kleiner dan 5%: van wat groter dan toeval heet, is naar verwachting ten"
            " hoogste een op de twintig dat niet",
        ),
        "correctie": (
            "text",
            "Correctie voor het aantal toetsen: benjamini_hochberg; leeg zonder toets",
        ),
        "toetsen": ("integer", "Aantal verschillen waarover de correctie is gemaakt"),
        "marges_overlappen": ("boolean", "De 95%-intervallen van beide schattingen overlappen (regel van het CBS)"),
        "methode": ("text", "genest_gelineariseerd, gelineariseerd of onafhankelijk"),
        "status": ("text", "gepubliceerd, of onderdrukt omdat een van beide schattingen dat is"),
        **_VERSION,
    },
}
TITLES = {
    ESTIMATES: "Eigen schattingen uit de respondentbestanden van de Veiligheidsmonitor, met historie",
    DIFFERENCES: "Verschillen tussen eigen schattingen van de Veiligheidsmonitor, met historie",
}
KEYS = {ESTIMATES: list(KEY), DIFFERENCES: [*KEY, "soort", "tegen"]}


def kept(name: str) -> Kept:
    """One of the two tables as the merge into history asks for it."""
    keys = KEYS[name]
    compared = tuple(c for c in COLUMNS[name] if c not in keys and c not in described.HISTORY)
    return Kept(sql.Identifier("raw", name), tuple(keys), compared)


def ensure(connection: psycopg.Connection) -> None:
    """Creates both tables with keys and comments; adds columns that a newer version brought."""
    for name, columns in COLUMNS.items():
        described.ensure(
            connection,
            "raw",
            name,
            {column: kind for column, (kind, _) in columns.items()},
            title=TITLES[name],
            descriptions={column: text for column, (_, text) in columns.items()},
        )
        connection.execute(
            sql.SQL("create unique index if not exists {} on {} ({}) where levering_tot is null").format(
                sql.Identifier(f"{name}_actueel"), sql.Identifier("raw", name), described.identifiers(KEYS[name])
            )
        )
