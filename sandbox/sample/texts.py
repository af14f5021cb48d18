"""Descriptions of sample tables in the fields of the sources, each marked as synthetic."""

from __future__ import annotations

import datetime

MARK = "VOORBEELDGEGEVENS (synthetisch)"
_NOTE = (
    f"{MARK}: de cellen zijn gegenereerd uit een startgetal en geijkt op gepubliceerde totalen. "
    "Gebruik ze niet als cijfers over een gebied."
)


def table_info(
    identifier: str,
    title: str,
    short_title: str,
    *,
    catalog: str,
    summary: str,
    frequency: str,
    period: str,
    modified: datetime.date,
    remarks: str = "",
) -> dict:
    """One TableInfos row (OData v3) with the columns the sources have."""
    source = "politie" if catalog == "Politie" else "CBS"
    stamp = f"{modified.isoformat()}T02:00:00"
    text = f"{_NOTE}\n\n{remarks}".strip()
    return {
        "ID": 0,
        "Title": title,
        "ShortTitle": short_title,
        "Identifier": identifier,
        "Summary": f"{MARK}\n{summary}",
        "Modified": stamp,
        "ReasonDelivery": "Actualisering",
        "ExplanatoryText": "",
        "Language": "nl",
        "Catalog": catalog,
        "Frequency": frequency,
        "Period": period,
        "ShortDescription": f"\n{text}\n",
        "Description": text,
        "DefaultPresentation": "",
        "DefaultSelection": "",
        "GraphTypes": "Table,Bar,Map",
        "OutputStatus": "Regulier",
        "Source": f"{MARK}, geijkt op cijfers van {source}",
        "MetaDataModified": stamp,
        "SearchPriority": "2",
    }


def properties(identifier: str, title: str, *, years: tuple[int, int], released: datetime.date, cells: int) -> dict:
    """The Properties singleton of an OData v4 table."""
    offset = "+02:00" if 4 <= released.month <= 10 else "+01:00"
    stamp = f"{released.isoformat()}T00:00:00{offset}"
    base = f"https://datasets.cbs.nl/odata/v1/CBS/{identifier}"
    return {
        "Identifier": identifier,
        "Title": title,
        "Description": _NOTE,
        "Language": "nl",
        "Authority": "https://standaarden.overheid.nl/owms/terms/Centraal_Bureau_voor_de_Statistiek",
        "Modified": stamp,
        "ReleaseDate": stamp,
        "ModificationDate": stamp,
        "TemporalCoverage": f"{years[0]} - {years[1]}",
        "Catalog": "CBS",
        "Publisher": "https://standaarden.overheid.nl/owms/terms/Centraal_Bureau_voor_de_Statistiek",
        "ContactPoint": "infoservice@cbs.nl",
        "Version": f"{released:%Y%m%d}0000",
        "VersionNotes": "",
        "VersionReason": "Actualisering",
        "Frequency": "Per jaar",
        "Status": "Regulier",
        "ObservationCount": cells,
        "ObservationsModified": stamp,
        "DatasetType": "Numeric",
        "GraphTypes": "Table,Map",
        "License": "https://creativecommons.org/licenses/by/4.0/",
        "Source": f"{MARK}, geijkt op cijfers van CBS.",
        "Summary": f"{MARK}\nBevolking op 1 januari en gemiddelde bevolking naar geslacht, leeftijd en regio",
        "LongDescription": _NOTE,
        "Provenance": [],
        "RelatedSources": [],
        "Distributions": [
            {"Format": "odata", "MediaType": "odata", "DownloadUrl": base, "AccessUrl": base, "Language": "nl"}
        ],
    }


def dimension(position: int, kind: str, key: str, title: str, description: str = "") -> dict:
    """A DataProperties row of a dimension; `kind` is Dimension, GeoDimension, GeoDetail or TimeDimension."""
    return {
        "odata.type": f"Cbs.OData.{kind}",
        "ID": position,
        "Position": position,
        "ParentID": None,
        "Type": kind,
        "Key": key,
        "Title": title,
        "Description": description,
        "ReleasePolicy": kind == "TimeDimension",
    }


def text_topics(position: int, names: dict[str, str]) -> list[dict]:
    """A TopicGroup (without a key, as the source has it) and the String topics in it, by key and title."""
    group = {
        "odata.type": "Cbs.OData.TopicGroup",
        "ID": position,
        "Position": None,
        "ParentID": None,
        "Type": "TopicGroup",
        "Key": "",
        "Title": "Regioaanduiding",
        "Description": "",
    }
    topics = [
        {**topic(position + i, key, title, unit="omschrijving"), "Datatype": "String", "ParentID": position}
        for i, (key, title) in enumerate(names.items(), 1)
    ]
    return [group, *topics]


def topic(
    position: int, key: str, title: str, *, unit: str = "aantal", decimals: int = 0, default: str = "Missing"
) -> dict:
    """A DataProperties row of a measure; `default` says what an absent cell means: Missing or Zero."""
    return {
        "odata.type": "Cbs.OData.Topic",
        "ID": position,
        "Position": position,
        "ParentID": None,
        "Type": "Topic",
        "Key": key,
        "Title": title,
        "Description": "",
        "ReleasePolicy": None,
        "Datatype": "Double" if decimals else "Long",
        "Unit": unit,
        "Decimals": decimals,
        "Default": default,
        "PresentationType": "Absolute",
    }
