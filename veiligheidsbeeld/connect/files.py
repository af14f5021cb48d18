"""`.pbids` for Power BI and `.odc` for Excel."""

from __future__ import annotations

import json
from pathlib import Path
from xml.sax.saxutils import escape

from veiligheidsbeeld.reader.marts import ROLE
from veiligheidsbeeld.settings import Settings

# The driver's name as its Windows installer registers it (psqlODBC, 64 bit).
ODBC_DRIVER = "PostgreSQL Unicode(x64)"
_GOALS = "select plan_naam, regio_naam, doel, status, zin, waarde, peildatum from mart_{theme}.doelen"
_ODC = """\
<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns="http://www.w3.org/TR/REC-html40">
<head>
<meta http-equiv="Content-Type" content="text/x-ms-odc; charset=utf-8">
<meta name="ProgId" content="ODC.Table">
<meta name="SourceType" content="ODBC">
<title>{title}</title>
<xml id="docprops"><o:DocumentProperties><o:Description>{description}</o:Description></o:DocumentProperties></xml>
<xml id="msodc"><odc:OfficeDataConnection xmlns:odc="urn:schemas-microsoft-com:office:odc"
 xmlns="http://www.w3.org/TR/REC-html40">
<odc:Connection odc:Type="ODBC">
<odc:ConnectionString>{connection}</odc:ConnectionString>
<odc:CommandType>SQL</odc:CommandType>
<odc:CommandText>{query}</odc:CommandText>
</odc:Connection>
</odc:OfficeDataConnection></xml>
</head>
</html>
"""


def power_bi(settings: Settings, folder: Path) -> Path:
    """A file that opens Power BI Desktop on the warehouse; it asks for user and password."""
    details = {
        "protocol": "postgresql",
        "address": {"server": f"{settings.pg_host}:{settings.pg_port}", "database": settings.pg_database},
    }
    content = {"version": "0.1", "connections": [{"details": details, "options": {}, "mode": "Import"}]}
    path = folder / "veiligheidsbeeld.pbids"
    path.write_text(json.dumps(content, indent=2), encoding="utf-8")
    return path


def excel(settings: Settings, folder: Path, theme: str) -> Path:
    """A file that opens in Excel with the goals of a theme, by ODBC; the query can be changed there."""
    facts = {
        "Driver": f"{{{ODBC_DRIVER}}}",
        "Server": settings.pg_host,
        "Port": settings.pg_port,
        "Database": settings.pg_database,
        "Uid": ROLE,
        "SSLmode": settings.conninfo(ROLE)["sslmode"],
        "ReadOnly": 1,
    }
    text = _ODC.format(
        title=escape(f"Veiligheidsbeeld: doelen {theme}"),
        description=escape("Doelen van de plannen met hun stand. Zie docs/analist.md."),
        connection=escape(";".join(f"{name}={value}" for name, value in facts.items())),
        query=_GOALS.format(theme=theme),
    )
    path = folder / f"veiligheidsbeeld_{theme}.odc"
    path.write_text(text, encoding="utf-8")
    return path
