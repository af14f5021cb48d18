"""A survey table as OData v4 would answer, its topics named by what a real table is known to call them.

The names are the source's; the codes are dealt by `seed`, for nobody knows them beforehand; the figures are made up.
"""

from __future__ import annotations

import csv
import json
import random
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from sandbox.source_server import Recordings, serve
from veiligheidsbeeld.contracts.cube import CubeContract
from veiligheidsbeeld.cubes import merge, stage
from veiligheidsbeeld.extract import extract
from veiligheidsbeeld.judge import validate_deliveries
from veiligheidsbeeld.region import active
from veiligheidsbeeld.settings import Settings

# A police team of the region that its own folder writes with a stroke, and a source with spaces around it.
TEAM, TEAM_NAME = next(
    ((row["basisteam_code"], row["basisteam_naam"]) for row in active().rows("basisteam_gemeente")
     if "/" in row["basisteam_naam"]),
    ("", ""),
)  # fmt: skip
TITLES = {
    "85146NED": "Veiligheidsmonitor; kerncijfers, regio",
    "85472NED": "Slachtofferschap online criminaliteit; regio",
    "85322NED": "Slachtofferschap traditionele criminaliteit; regio",
}
# Words of a source that a template, a query, a page or a terminal would run.
HOSTILE = "Boze {{ wijken }} {% raw %} {batch} %s 'enkel' \"dubbel\"; -- [red] $naam <script>"
# The codes of 85146NED that somebody saw; of the others only the titles are known.
SEEN = {
    "VoeltZichWeleensOnveilig": "A047555",
    "DenktDatErVeelCriminaliteitInBuurt": "A047556",
    "RapportcijferVeiligheidInBuurt": "M005017",
}
# Figures of the country by the source's own column names; the names are 85146NED's, the figures are made up.
FIGURES = {
    "VoeltZichWeleensOnveilig": 33.9, "VoeltZichWeleensOnveiligInBuurt": 14.6,
    "EenOfMeerVormenVanSocialeOverlast": 12.3, "EenOfMeerVormenFysiekeVerloedering": 17.4,
    "MensenGaanPrettigMetElkaarOm": 71.2,
    "SAvondsOpStraatInBuurtOnveilig": 18.3, "ErvaartEenOfMeerVormenVanOverlast": 45.1, "RondhangendeJongeren": 8.2,
    "VerwardePersonen": 3.9, "Drugsgebruik": 6.1, "Drugshandel": 5.3, "GediscrimineerdGevoeld": 11.4,
    "AppInBuurtAanwezig": 42.6, "BuurtOfBurgerwachtInBuurtAanwezig": 8.7, "SterkeMoeilijkTeRadenWachtwoorden": 73.5,
    "WachtwoordmanagerGebruiken": 27.7, "VirusscannerGebruiken": 67.2, "UpdateUitvoerenBackUpMaken": 69.8,
    # Nobody asked for these: a mark is no percentage, and the others stand beside what is published.
    "VoeltZichVaakOnveilig": 1.8,
    "RapportcijferVeiligheidInBuurt": 7.4,
    "WachtwoordenRegelmatigVeranderen": 31.2,
}  # fmt: skip
# What they must be published as: worked out by reading the names, not the alias file.
SHOWN = {
    "VM-ONVEILIG-BEL": 33.9, "VM-BUURTONVEILIG-BEL": 14.6, "VM-SOCOVERLAST-BEL": 12.3, "VM-FYSOVERLAST-BEL": 17.4,
    "VM-COHESIE-BEL": 71.2, "VM-AVONDONVEILIG-BEL": 18.3, "VM-OVERLAST-BEL": 45.1, "VM-JONGEREN-BEL": 8.2,
    "VM-VERWARD-BEL": 3.9, "VM-DRUGSGEBRUIK-BEL": 6.1, "VM-DRUGSHANDEL-BEL": 5.3, "VM-DISCRIMINATIE-BEL": 11.4,
    "VM-BUURTAPP-BEL": 42.6, "VM-BUURTWACHT-BEL": 8.7, "VM-WACHTWOORD-BEL": 73.5, "VM-KLUIS-BEL": 27.7,
    "VM-VIRUSSCANNER-BEL": 67.2, "VM-BACKUP-BEL": 69.8,
}  # fmt: skip


def real_names(shared: Path) -> list[str]:
    """The topics of 85146NED, in its order, without the numbers that v3 puts behind them."""
    with (shared / "reference" / "live_meta" / "vm_85146NED_v3_topics.csv").open(encoding="utf-8", newline="") as file:
        return [re.sub(r"_\d+$", "", row["v3_kolom"]) for row in csv.DictReader(file)]


@dataclass
class Recording:
    """`names` are paths: groups and title with ` > ` between them; figures and units go by path, or else by title."""

    names: list[str]
    seed: int = 1
    table: str = "85146NED"
    codes: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    modified: str = "2026-03-01T00:00:00+01:00"

    def write(self, folder: Path) -> None:
        """Writes the replies as `<folder>/datasets.cbs.nl/<table>/<EntitySet>.json`."""
        place = folder / "datasets.cbs.nl" / self.table
        place.mkdir(parents=True, exist_ok=True)
        sets = self._sets()
        for name, rows in sets.items():
            (place / f"{name}.json").write_text(json.dumps({"value": rows}))
        info = {
            "Identifier": self.table, "Title": TITLES[self.table], "Status": "Regulier", "TemporalCoverage": "2025",
            "Modified": self.modified, "Version": re.sub(r"\D", "", self.modified)[:12],
            "ObservationCount": len(sets["Observations"]),
        }  # fmt: skip
        (place / "Properties.json").write_text(json.dumps(info))

    def write_v3(self, folder: Path) -> None:
        """The same table as v3 has it: a column per topic, named by its title and a number that `seed` shifts."""
        place = folder / "opendata.cbs.nl" / self.table
        place.mkdir(parents=True, exist_ok=True)
        sets = self._sets()
        kinds = {d["Identifier"]: d["Kind"] for d in sets["Dimensions"]}
        columns = {
            code["Identifier"]: f"{code['Title']}_{n}" for n, code in enumerate(sets["MeasureCodes"], 100 * self.seed)
        }
        properties = [{"ID": f"d{n}", "ParentID": None, "Key": k, "Type": t} for n, (k, t) in enumerate(kinds.items())]
        properties += [
            {"ID": g["Id"], "ParentID": g["ParentId"], "Key": "", "Type": "TopicGroup", "Title": g["Title"]}
            for g in sets["MeasureGroups"]
        ]
        properties += [
            {
                "ID": columns[c["Identifier"]], "ParentID": c["MeasureGroupId"], "Key": columns[c["Identifier"]],
                "Type": "Topic", "Title": c["Title"], "Unit": c["Unit"], "Datatype": "Double",
            }
            for c in sets["MeasureCodes"]
        ]  # fmt: skip
        rows: dict[tuple, dict] = {}
        for cell in sets["Observations"]:
            key = {d: cell[d].ljust(8 if d == "Perioden" else 7) for d in kinds} | {"Perioden": cell["Perioden"]}
            row = rows.setdefault(tuple(key.values()), {"ID": len(rows), **key})
            row[columns[cell["Measure"]]] = cell["Value"]
        replies: dict[str, list[dict]] = {
            "TableInfos": [
                {"ID": 0, "Identifier": self.table, "Title": TITLES[self.table], "Modified": self.modified[:19]}
            ],
            "DataProperties": properties,
            "CategoryGroups": [],
            "TypedDataSet": list(rows.values()),
        }
        for dimension in kinds:
            width = 8 if dimension == "Perioden" else 7
            replies[dimension] = [
                {"Key": code["Identifier"].ljust(width), "Title": code["Title"]}
                | {k: v for k, v in code.items() if k == "Status"}
                for code in sets[f"{dimension}Codes"]
            ]
        for name, value in replies.items():
            (place / f"{name}.json").write_text(json.dumps({"value": value}))

    def _sets(self) -> dict[str, list[dict]]:
        dealt = random.Random(self.seed).sample(range(1, 900_000), len(self.names))
        codes = [self.codes.get(name, f"M{n:06}") for name, n in zip(self.names, dealt, strict=True)]
        team = f"BT{random.Random(self.seed).randrange(1000, 9999)}"
        regions = {
            "NL01": "Nederland",
            "GM0363": "Amsterdam",
            team: f"{TEAM_NAME.replace('/', ' / ')} (BT)",
            "BT0001": "Vechtdal (BT)",
        }
        regions |= self.teams
        groups = list(dict.fromkeys(p[:n] for p in map(_path, self.names) for n in range(1, len(p))))
        number = {path: str(n) for n, path in enumerate(groups, 1)} | {(): None}
        sets: dict[str, list[dict]] = {
            "Dimensions": [
                {"Identifier": name, "Title": name, "Kind": kind}
                for name, kind in {"Marges": "Dimension", "RegioS": "GeoDimension", "Perioden": "TimeDimension"}.items()
            ],
            "MeasureGroups": [
                {"Id": number[p], "Index": n, "Title": p[-1], "ParentId": number[p[:-1]]}
                for n, p in enumerate(groups, 1)
            ],
            "MeasureCodes": [
                {
                    "Identifier": code, "Index": n, "Title": _path(name)[-1], "Unit": self._of(self.units, name, "%"),
                    "Decimals": 1, "MeasureGroupId": number[_path(name)[:-1]],
                }
                for n, (code, name) in enumerate(zip(codes, self.names, strict=True))
            ],
            "RegioSCodes": [{"Identifier": c, "Index": n, "Title": t} for n, (c, t) in enumerate(regions.items())],
            "MargesCodes": [
                {"Identifier": c, "Index": n, "Title": c} for n, c in enumerate(("MW00000", "MOG0095", "MBG0095"))
            ],
            "PeriodenCodes": [{"Identifier": "2025JJ00", "Index": 1, "Title": "2025", "Status": "Definitief"}],
        }  # fmt: skip
        sets["Observations"] = [
            {
                "Measure": code, "RegioS": region, "Marges": margin, "Perioden": "2025JJ00", "ValueAttribute": "None",
                "Value": None if (figure := self._of(self.figures, name, 50.0)) is None
                else figure + shift + (0 if region == "NL01" else 0.1),
                "StringValue": None,
            }
            for code, name in zip(codes, self.names, strict=True)
            for region in regions
            for margin, shift in (("MW00000", 0), ("MOG0095", -1), ("MBG0095", 1))
        ]  # fmt: skip
        for n, row in enumerate(sets["Observations"]):
            row["Id"] = n
        return sets

    @staticmethod
    def _of(given: dict, name: str, otherwise):
        return given.get(name, given.get(_path(name)[-1], otherwise))


def _path(name: str) -> tuple[str, ...]:
    return tuple(name.split(" > "))


def at_source(settings: Settings, folder: Path, url: str) -> Settings:
    """Settings that read from a server of these recordings, impatiently."""
    environ = {**settings.environ, "VB_HTTP_ATTEMPTS": "2", "VB_HTTP_BACKOFF": "0.01"}
    return replace(settings, sources=str(folder), source_url=url, environ=environ)


def bring_in(settings: Settings, folder: Path, contract: CubeContract) -> tuple[bool, str]:
    """Replays a folder of recordings up to raw: whether it passed the first border, and every card.

    Raises what extracting or staging raises.
    """
    with serve(Recordings(folder), kind="opname") as server:
        delivery = extract(at_source(settings, folder, server.url), contract, report=lambda _: None)
    assert delivery, "nothing new"
    number = stage(settings, contract, delivery).levering_id
    verdict = validate_deliveries(settings, [number])[number]
    if verdict.ok:
        merge(settings, contract, number)
    return verdict.ok, "\n".join([*verdict.red, *verdict.yellow])
