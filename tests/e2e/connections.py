"""What programs are given to open the warehouse, used as they would use it; each check gives what is wrong."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import psycopg

from veiligheidsbeeld import connect
from veiligheidsbeeld.settings import Settings

ODC = "{urn:schemas-microsoft-com:office:odc}"


def power_bi(settings: Settings, folder: Path) -> list[str]:
    """The address in the .pbids answers the reader."""
    text = connect.power_bi(settings, folder).read_text(encoding="utf-8")
    (entry,) = json.loads(text)["connections"]
    host, port = entry["details"]["address"]["server"].split(":")
    wrong = [] if entry["details"]["protocol"] == "postgresql" else [text]
    with psycopg.connect(
        host=host, port=port, dbname=entry["details"]["address"]["database"], user="bi_lezer",
        password=settings.passwords["bi_lezer"],
    ) as reader:  # fmt: skip
        (found,) = reader.execute("select count(*) from kern.thema").fetchone()
    return wrong + ([] if found else ["nothing to read"]) + _secrets(settings, text)


def excel(settings: Settings, folder: Path) -> list[str]:
    """The .odc is well formed, and its query runs with the facts of its connection."""
    text = connect.excel(settings, folder, "jeugd").read_text(encoding="utf-8")
    page = ElementTree.fromstring(re.sub(r"<meta ([^>]*)>", r"<meta \1/>", text))
    (string,) = (e.text for e in page.iter(f"{ODC}ConnectionString"))
    (query,) = (e.text for e in page.iter(f"{ODC}CommandText"))
    facts = dict(part.split("=", 1) for part in string.split(";"))
    with psycopg.connect(
        host=facts["Server"], port=facts["Port"], dbname=facts["Database"], user=facts["Uid"],
        password=settings.passwords["bi_lezer"], sslmode=facts["SSLmode"],
    ) as reader:  # fmt: skip
        rows = reader.execute(query).fetchall()
    return ([] if rows else [f"no row: {query}"]) + _secrets(settings, text)


def python(settings: Settings) -> list[str]:
    """The lines print a series."""
    lines = connect.lines(settings, "python")
    environment = {**os.environ, "PGPASSWORD": settings.passwords["bi_lezer"]}
    done = subprocess.run([sys.executable, "-c", lines], env=environment, capture_output=True, text=True)
    years = re.findall(r"\b(20\d\d)-12-31\b", done.stdout)
    return ([] if len(years) > 8 else [done.stdout + done.stderr]) + _secrets(settings, lines)


def qgis(settings: Settings, folder: Path) -> list[str]:
    """The project names layers that are there; figures on the map are those of the mart; GDAL and QGIS open both."""
    path = connect.project(settings, folder, "leefomgeving")
    root = ElementTree.parse(path).getroot()
    layers = [(layer.findtext("datasource"), layer.find("renderer-v2")) for layer in root.iter("maplayer")]
    features = [f["properties"] for f in json.loads(path.with_suffix(".geojson").read_text())["features"]]
    wrong = [f"no file {name}" for name, _ in layers if not (folder / name).exists()]
    coloured = {r.attrib["attr"].strip('"'): [*r.iter("range")] for _, r in layers if "attr" in r.attrib}
    if "MIS-1.1.1" not in coloured or len(layers) != len(coloured) + 1:
        wrong.append(f"{sorted(coloured)}")
    for column, steps in coloured.items():
        lowest, highest = float(steps[0].attrib["lower"]), float(steps[-1].attrib["upper"])
        values = [f[column] for f in features if f.get(column) is not None]
        if (lowest, highest, len(steps)) != (min(values), max(values), 5):
            wrong.append(f"{column}: {lowest} to {highest}, of {min(values)} to {max(values)}")
    with psycopg.connect(**settings.conninfo("bi_lezer")) as reader:
        mart = reader.execute(
            "select c.regio_code, c.per_1000 from mart_leefomgeving.cijfers as c inner join kern.regio as r"
            " using (regio_code) where c.indicator_code = 'MIS-1.1.1' and c.niveau = 'gemeente' and r.werkgebied"
            " and c.periode_soort = 'r12m' and c.is_laatste"
        ).fetchall()
    shown = {f["regio_code"]: f["MIS-1.1.1"] for f in features}
    if len(shown) < 30 or shown != dict(mart):
        wrong.append(f"the map has {len(shown)} municipalities, the mart {len(mart)}")
    if shutil.which("ogrinfo"):
        command = ["ogrinfo", "-so", "-al", path.with_suffix(".geojson")]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        wrong += [] if f"Feature Count: {len(features)}" in told and "MIS-1.1.1: Real" in told else [told]
    return wrong + _in_qgis(path, len(layers), len(features)) + _secrets(settings, path.read_text())


_OPEN = """
import sys
from qgis.core import QgsApplication, QgsProject
program = QgsApplication([], False)
program.initQgis()
assert QgsProject.instance().read(sys.argv[1])
for place in QgsProject.instance().layerTreeRoot().findLayers():
    layer = place.layer()
    print(layer.isValid(), layer.featureCount(), layer.renderer().type(), layer.crs().authid())
"""


def _in_qgis(path: Path, layers: int, features: int) -> list[str]:
    """QGIS itself opens every layer, where Debian's python3-qgis is installed."""
    system, environment = "/usr/bin/python3", {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    if subprocess.run([system, "-c", "import qgis.core"], capture_output=True, check=False).returncode:
        return []
    told = subprocess.run([system, "-c", _OPEN, path], capture_output=True, text=True, env=environment, check=False)
    valid = [line for line in told.stdout.splitlines() if line.startswith(f"True {features} ")]
    kinds = sorted(line.split()[2] for line in valid)
    right = ["graduatedSymbol"] * (layers - 1) + ["singleSymbol"]
    return [] if kinds == right and all("EPSG:4326" in line for line in valid) else [told.stdout + told.stderr]


def _secrets(settings: Settings, text: str) -> list[str]:
    return [f"password of {role}" for role, word in settings.passwords.items() if word in text]
