"""The connection, and the tables that dashboards read with the columns they use: Dutch titles, texts of the marts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboards.superset.names import VERSION, identity, labelled, theme_titles
from veiligheidsbeeld import dictionary
from veiligheidsbeeld.settings import PROJECT

CONNECTION = "warehouse"
MAP = Path(__file__).with_name("kaart.sql")

# Title per column; what is not here is not shown. A kind of value other than text stands behind it.
_FIGURES = {
    "eind_datum": ("Tot en met", "date"),
    "begin_datum": ("Vanaf", "date"),
    "periode": ("Periode", "text"),
    "periode_soort": ("Code van de soort periode", "text"),
    "is_laatste": ("Nieuwste periode", "boolean"),
    "regio_code": ("Regiocode", "text"),
    "regio": ("Regio", "text"),
    "niveau": ("Niveau", "text"),
    "gemeente": ("Gemeente", "text"),
    "provincie": ("Provincie", "text"),
    "indicator_code": ("Indicatorcode", "text"),
    "indicator": ("Indicator", "text"),
    "eenheid": ("Eenheid", "text"),
    "aantal": ("Aantal", "double precision"),
    "aantal_ondergrens": ("Aantal, ondergrens", "double precision"),
    "aantal_bovengrens": ("Aantal, bovengrens", "double precision"),
    "aantal_vorig_jaar": ("Aantal vorig jaar", "double precision"),
    "per_1000": ("Per 1.000 inwoners", "double precision"),
    "per_1000_ondergrens": ("Per 1.000, ondergrens", "double precision"),
    "per_1000_bovengrens": ("Per 1.000, bovengrens", "double precision"),
    "per_1000_vorig_jaar": ("Per 1.000 vorig jaar", "double precision"),
    "per_1000_regionale_eenheid": ("Regionale eenheid", "double precision"),
    "per_1000_provincie": ("Provincie, per 1.000", "double precision"),
    "per_1000_nederland": ("Nederland, per 1.000", "double precision"),
    "procent": ("Procent", "double precision"),
    "procent_ondergrens": ("Procent, ondergrens", "double precision"),
    "procent_bovengrens": ("Procent, bovengrens", "double precision"),
    "procent_regionale_eenheid": ("Procent, regionale eenheid", "double precision"),
    "procent_provincie": ("Procent, provincie", "double precision"),
    "procent_nederland": ("Procent, Nederland", "double precision"),
    "status": ("Wat het cijfer zegt", "text"),
    "voorlopig": ("Voorlopig", "boolean"),
    "bron": ("Bron", "text"),
    "bron_soort": ("Code van de soort bron", "text"),
}
_GOALS = {
    "plan_code": ("Plancode", "text"),
    "plan_naam": ("Plan", "text"),
    "doel_code": ("Doelcode", "text"),
    "thema": ("Themacode", "text"),
    "doel": ("Doel", "text"),
    "regio_code": ("Regiocode", "text"),
    "regio_naam": ("Naam van de regio", "text"),
    "hele_gebied": ("Hele gebied van het plan", "boolean"),
    "indicator_naam": ("Naam van de indicator", "text"),
    "status": ("Code van de stand", "text"),
    "zin": ("Waarom", "text"),
    "periode": ("Periode", "text"),
    "peildatum": ("Peildatum", "date"),
    "nulmeting": ("Nulmeting", "double precision"),
    "waarde": ("Nu", "double precision"),
    "ondergrens": ("Ondergrens", "double precision"),
    "bovengrens": ("Bovengrens", "double precision"),
    "verandering_pct": ("Verandering in %", "double precision"),
    "benchmark_waarde": ("Vergelijkingsgebied", "double precision"),
    "streefwaarde": ("Streefwaarde", "double precision"),
    "verwacht": ("Verwacht", "double precision"),
    "verwacht_onder_80": ("Verwacht, ondergrens", "double precision"),
    "verwacht_boven_80": ("Verwacht, bovengrens", "double precision"),
    "voorlopig": ("Voorlopig", "boolean"),
    "bron_soort": ("Code van de soort bron", "text"),
}
_AGREED = {
    "plan_code": ("Plancode", "text"),
    "volgorde": ("Volgorde", "smallint"),
    "regio_code": ("Regiocode", "text"),
    "regio_naam": ("Naam van de regio", "text"),
    "hoofdthema": ("Hoofdthema", "text"),
    "rij": ("Resultaatafspraak", "text"),
    "gemiddelde_gedrukt": ("Gemiddelde in het plan", "double precision"),
    "eerste_planjaar": ("Eerste planjaar", "integer"),
    "planjaar_1": ("Planjaar 1", "double precision"),
    "planjaar_2": ("Planjaar 2", "double precision"),
    "planjaar_3": ("Planjaar 3", "double precision"),
    "planjaar_4": ("Planjaar 4", "double precision"),
    "lopend_jaar": ("Lopend jaar", "text"),
    "lopend_waarde": ("Tot nu toe", "double precision"),
    "zelfde_maanden_vorig_jaar": ("Zelfde maanden vorig jaar", "double precision"),
    "verschil_pct": ("Verschil in %", "double precision"),
    "leeg_omdat": ("Leeg omdat", "text"),
    "voetnoten": ("Voetnoten", "text"),
}
_MAP = {
    "kaart": ("Kaart", "text"),
    "indicator": ("Indicator", "text"),
    "periode_soort": ("Code van de soort periode", "text"),
    "regio_code": ("Regiocode", "text"),
    "regio": ("Regio", "text"),
    "periode": ("Periode", "text"),
    "kleur": ("Kleur", "text"),
    "cijfer": ("Cijfer", "double precision"),
}
# Colour per group of the map, lightest first, by the name that its legend has; the last is for those without a figure.
SHADES = {
    "1 Laagste": "#d9e8f5",
    "2": "#a9cbe6",
    "3": "#6ea5d2",
    "4": "#3476b0",
    "5 Hoogste": "#0d4478",
    "Geen cijfer": "#e4e4e4",
}
_REGIONS = {"regio_code": ("Regiocode", "text"), "naam": ("Naam", "text"), "niveau": ("Niveau", "text")}
_REGIONS["werkgebied"] = ("In het werkgebied", "boolean")
_INDICATORS = {"indicator_code": ("Indicatorcode", "text"), "naam": ("Naam", "text"), "themas": ("Thema's", "text")}
_PERIODS = {"periode_code": ("Periodecode", "text"), "periode_soort": ("Code van de soort periode", "text")}

# Filters find a column by its name in every table: what they filter is called the same everywhere.
_KIND_OF_PERIOD = ("soort_periode", "Soort periode", labelled("periode_soort", "periode_soort"))
_KIND_OF_SOURCE = ("soort_bron", "Soort bron", labelled("bron_soort", "bron_soort"))
_PROVISIONAL = ("vast", "Voorlopig of vast", "case when voorlopig then 'Voorlopig' else 'Vast' end")


@dataclass(frozen=True)
class Dataset:
    """A table of the warehouse, or a `query`. `file` is where the texts of its columns are looked for, `derived`
    has name, title and SQL of columns that are made from others, `day` is the column of the time axis."""

    name: str
    schema: str
    table: str
    columns: dict[str, tuple[str, str]]
    derived: tuple[tuple[str, str, str], ...] = ()
    file: str = ""
    day: str | None = None
    query: str | None = None

    @property
    def uuid(self) -> str:
        return identity(f"datasets/{self.name}")

    @property
    def sql(self) -> str | None:
        """Only where the table has another name: Superset's own database wants names that differ across schemas."""
        if self.query:
            return self.query
        return None if self.name == self.table else f"select * from {self.schema}.{self.table}"  # noqa: S608 (names of this file)


def all_datasets() -> dict[str, Dataset]:
    goals = "models/intermediate/doelen/int_doelen.sql"
    status = ("stand", "Stand", labelled("status", "doel_status"))
    region = ("regio", "Regio", "regio_naam")
    found = [
        *(
            Dataset(
                f"{theme}_cijfers",
                f"mart_{theme}",
                "cijfers",
                _FIGURES,
                (_KIND_OF_PERIOD, _KIND_OF_SOURCE, _PROVISIONAL),
                day="eind_datum",
            )
            for theme in theme_titles()
        ),
        *(
            Dataset(
                f"{theme}_kaart",
                f"mart_{theme}",
                "kaart",
                _MAP,
                (_KIND_OF_PERIOD,),
                query=_map(theme),
            )
            for theme in theme_titles()
        ),
        Dataset("doelen", "mart_ivp", "doelen", _GOALS, (status, region, _KIND_OF_SOURCE, _PROVISIONAL), goals),
        Dataset("resultaatafspraken", "mart_ivp", "resultaatafspraken", _AGREED, (region,), goals),
        Dataset("regio", "kern", "regio", _REGIONS, (("regio", "Regio", "naam"),)),
        Dataset("indicator", "kern", "indicator", _INDICATORS, (("indicator", "Indicator", "naam"),)),
        Dataset("periode", "kern", "periode", _PERIODS, (_KIND_OF_PERIOD,)),
    ]
    return {dataset.name: dataset for dataset in found}


def _map(theme: str) -> str:
    """The query of the map, with the colours that its legend shows."""
    found = MAP.read_text(encoding="utf-8").replace("{mart}", f"mart_{theme}")
    for name, values in {"kleuren": SHADES.values(), "namen": SHADES}.items():
        found = found.replace(f"{{{name}}}", ", ".join(f"'{value}'" for value in values))
    return found


def files() -> dict[str, dict[str, Any]]:
    """Content per file below `assets/`, without its suffix."""
    made = {f"datasets/{CONNECTION}/{name}": _content(dataset) for name, dataset in all_datasets().items()}
    return {f"databases/{CONNECTION}": _connection(), **made}


def _connection() -> dict[str, Any]:
    return {
        "database_name": "Veiligheidsbeeld",
        # Host, port and name of the database are put in by the import; the password is asked of the environment.
        "sqlalchemy_uri": "postgresql+psycopg2://bi_lezer@localhost/veiligheidsbeeld",
        "cache_timeout": None,
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "allow_csv_upload": False,
        "extra": {},
        "uuid": identity(f"databases/{CONNECTION}"),
        "version": VERSION,
    }


def _content(dataset: Dataset) -> dict[str, Any]:
    texts = {
        **dictionary.blocks(PROJECT / "veiligheidsbeeld" / "publish" / "views"),
        **dictionary.texts(PROJECT, dataset.file or "models/marts/kern/kern__regio.sql"),
    }
    columns = [_column(n, title, kind, texts.get(n)) for n, (title, kind) in dataset.columns.items()]
    columns += [_column(n, title, "text", None, expression=sql) for n, title, sql in dataset.derived]
    count = {"metric_name": "rijen", "verbose_name": "Aantal rijen", "expression": "count(*)", "d3format": ",d"}
    return {
        "table_name": dataset.name,
        "main_dttm_col": dataset.day,
        "description": None,
        "cache_timeout": None,
        "schema": dataset.schema,
        "sql": dataset.sql,
        "filter_select_enabled": True,
        "uuid": dataset.uuid,
        "metrics": [count],
        "columns": columns,
        "version": VERSION,
        "database_uuid": identity(f"databases/{CONNECTION}"),
    }


def _column(name: str, title: str, kind: str, text: str | None, *, expression: str | None = None) -> dict[str, Any]:
    return {
        "column_name": name,
        "verbose_name": title,
        "is_dttm": kind == "date",
        "is_active": True,
        "type": kind.upper(),
        "groupby": True,
        "filterable": True,
        "expression": expression,
        "description": text,
    }
