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
# Two made-up squares, called as CBS/PDOK call municipalities, and one of a municipality elsewhere.
CODES = ("GM0988", "GM0946", "GM0599")


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
    """The layer holds the municipalities of the region with their figures; GDAL opens it where it is installed."""
    square = [[[5.7, 51.2], [5.8, 51.2], [5.8, 51.3], [5.7, 51.2]]]
    features = [
        {"type": "Feature", "properties": {"statcode": c}, "geometry": {"type": "Polygon", "coordinates": square}}
        for c in CODES
    ]
    boundaries = folder / "grenzen.geojson"
    boundaries.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    path = connect.layer(settings, folder, "leefomgeving", boundaries)
    found = {f["properties"]["statcode"]: f["properties"] for f in json.loads(path.read_text())["features"]}
    wrong = [] if set(found) == {"GM0988", "GM0946"} else [f"{set(found)}"]
    if not isinstance(found["GM0988"].get("MIS-1.1.1"), float):
        wrong.append(f"{found['GM0988']}")
    if shutil.which("ogrinfo"):
        told = subprocess.run(["ogrinfo", "-so", "-al", path], capture_output=True, text=True, check=True).stdout
        wrong += [] if "Feature Count: 2" in told and "MIS-1.1.1: Real" in told else [told]
    table = connect.layer(settings, folder, "leefomgeving")
    return wrong + ([] if table.read_text().startswith("statcode,naam") else ["no table"])


def _secrets(settings: Settings, text: str) -> list[str]:
    return [f"password of {role}" for role, word in settings.passwords.items() if word in text]
