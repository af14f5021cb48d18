"""Small tables in the shape of the sources' own, for tests of the source server."""

from __future__ import annotations

import numpy as np

from sandbox.source_server.cube import NULL, VALUE_ATTRIBUTES, Cube
from tests.places import BUURT_1, BUURT_2, FORMER, PROVINCE, THIRD, TOWN, UNIT, WIJK_1

SOORTEN = ["0.0.0 ", "1.1.1 ", "1.4.1 ", "2.6.10"]
REGIOS = ["NL01  ", f"{PROVINCE}  ", TOWN, THIRD, f"{UNIT}  ", "RE11  "]
WIJKEN = ["NL00      ", f"{TOWN}    ", f"{WIJK_1}  ", BUURT_1, BUURT_2]


def months(first: int, last: int, *, years: bool = False) -> list[str]:
    """Period codes of whole years, with the year after its months if asked for."""
    codes = []
    for year in range(first, last + 1):
        codes += [f"{year}MM{month:02}" for month in range(1, 13)]
        codes += [f"{year}JJ00"] if years else []
    return codes


def _list(keys: list[str], **extra: str) -> list[dict]:
    return [{"Key": k, "Title": f"titel {k.strip()}", "Description": "", **extra} for k in keys]


def _properties(dimensions: dict[str, str], topics: list[tuple[str, str]]) -> list[dict]:
    rows = [{"odata.type": f"Cbs.OData.{kind}", "Key": key, "Type": kind} for key, kind in dimensions.items()]
    rows += [{"odata.type": "Cbs.OData.Topic", "Key": key, "Type": "Topic", "Datatype": kind} for key, kind in topics]
    return [{"ID": i, "Position": i, "ParentID": None, **row} for i, row in enumerate(rows)]


def gemeente() -> Cube:
    """47013NED in small: months and years, three measures, 1.4.1 without months, aangiften unknown in 2024.

    Regionale eenheden add up to Nederland; values are small numbers that follow from the place in the cube.
    """
    perioden = months(2023, 2024, years=True)
    shape = (len(SOORTEN), len(REGIOS), len(perioden))
    misdrijven = (np.arange(np.prod(shape)).reshape(shape) % 23 + 3).astype(np.int32)
    misdrijven[:, 0] = misdrijven[:, 4] + misdrijven[:, 5]
    year = [i for i, p in enumerate(perioden) if "JJ" in p]
    misdrijven[2] = NULL
    misdrijven[2][:, year] = 7
    misdrijven[0, 0, 0] = 101_793
    aangiften = misdrijven.copy()
    aangiften[:, :, 13:] = NULL
    return Cube(
        identifier="47013NED",
        host="dataderden.cbs.nl",
        protocol="v3",
        info={
            "ID": 0,
            "Title": "Geregistreerde misdrijven; proef",
            "Identifier": "47013NED",
            "Modified": "2025-01-15T02:00:00",
            "Catalog": "Politie",
            "Period": "2023-2024",
            "ShortDescription": "Een & ander < proef",
        },
        dimensions=["SoortMisdrijf", "RegioS", "Perioden"],
        codes={
            "SoortMisdrijf": _list(SOORTEN),
            "RegioS": _list(REGIOS),
            "Perioden": _list(perioden, Status="Definitief"),
        },
        measures=["GeregistreerdeMisdrijven_1", "Aangiften_2"],
        values={"GeregistreerdeMisdrijven_1": misdrijven, "Aangiften_2": aangiften},
        data_properties=_properties(
            {"SoortMisdrijf": "Dimension", "RegioS": "GeoDimension", "Perioden": "TimeDimension"},
            [("GeregistreerdeMisdrijven_1", "Long"), ("Aangiften_2", "Long")],
        ),
    )


def buurt(*, regions: int = 0) -> Cube:
    """47022NED in small, with String topics; `regions` adds so many buurten, for tables of several pages."""
    wijken = WIJKEN + [f"BU{TOWN[2:]}{i:04}" for i in range(200, 200 + regions)]
    perioden = months(2023, 2024)
    shape = (len(SOORTEN), len(wijken), len(perioden))
    values = (np.arange(np.prod(shape)).reshape(shape) % 5).astype(np.int32)
    values[2] = NULL
    return Cube(
        identifier="47022NED",
        host="dataderden.cbs.nl",
        protocol="v3",
        info={"ID": 0, "Title": "Misdrijven per buurt", "Identifier": "47022NED", "Modified": "2023-05-15T02:00:00"}
        | {"Catalog": "Politie", "ShortDescription": ""},
        dimensions=["SoortMisdrijf", "WijkenEnBuurten", "Perioden"],
        codes={
            "SoortMisdrijf": _list(SOORTEN),
            "WijkenEnBuurten": [
                {"Key": k, "Title": f"Buurt {k}", "Description": "", "Municipality": TOWN}
                | {"DetailRegionCode": k.strip()}
                for k in wijken
            ],
            "Perioden": _list(perioden),
        },
        measures=["GeregistreerdeMisdrijven_1"],
        values={"GeregistreerdeMisdrijven_1": values},
        data_properties=_properties(
            {"SoortMisdrijf": "Dimension", "WijkenEnBuurten": "GeoDetail", "Perioden": "TimeDimension"},
            [("GeregistreerdeMisdrijven_1", "Long"), ("SoortRegio_2", "String")],
        ),
        texts={
            "SoortRegio_2": ("WijkenEnBuurten", ["Land    ", "Gemeente", "Wijk    ", *["Buurt   "] * (regions + 2)])
        },
    )


def criminaliteit() -> Cube:
    """83648NED in small: a table of CBS with a measure that has decimals."""
    regios, perioden = ["NL01  ", TOWN], ["2022JJ00", "2023JJ00"]
    return Cube(
        identifier="83648NED",
        host="opendata.cbs.nl",
        protocol="v3",
        info={"ID": 0, "Title": "Geregistreerde criminaliteit", "Identifier": "83648NED"}
        | {"Modified": "2024-03-01T02:00:00", "Catalog": "CBS", "ShortDescription": ""},
        dimensions=["SoortMisdrijf", "RegioS", "Perioden"],
        codes={"SoortMisdrijf": _list(["T001161"]), "RegioS": _list(regios), "Perioden": _list(perioden)},
        measures=["TotaalGeregistreerdeMisdrijven_1", "GeregistreerdeMisdrijvenPer1000Inw_3"],
        values={
            "TotaalGeregistreerdeMisdrijven_1": np.array([[[808030, 820505], [2410, NULL]]], np.int32),
            "GeregistreerdeMisdrijvenPer1000Inw_3": np.array([[[46.0, 47.5], [48.1, np.nan]]]),
        },
    )


def bevolking(*, ages: int = 3) -> Cube:
    """03759ned in small: two observed measures, a phantom one, and values that are impossible."""
    regios, perioden = ["NL01", PROVINCE, TOWN, FORMER[1]], ["2018JJ00", "2019JJ00"]
    leeftijden = ["10000", *[str(10010 + 10 * i) for i in range(ages - 1)]]
    shape = (len(leeftijden), len(regios), len(perioden))
    first = np.arange(np.prod(shape), dtype=float).reshape(shape) + 1000
    attributes = np.zeros(shape, np.uint8)
    first[:, 3, 1] = np.nan
    attributes[:, 3, 1] = VALUE_ATTRIBUTES.index("Impossible")

    def listed(codes: list[str]) -> list[dict]:
        return [
            {"Identifier": c, "Index": i, "Title": f"titel {c}", "Description": "", "DimensionGroupId": None}
            for i, c in enumerate(codes, 1)
        ]

    return Cube(
        identifier="03759ned",
        host="datasets.cbs.nl",
        protocol="v4",
        info={
            "Identifier": "03759ned",
            "Title": "Bevolking; proef",
            "Description": "Proef.",
            "Modified": "2026-06-23T00:00:00+02:00",
            "Version": "202606230000",
            "ObservationsModified": "2026-06-23T00:00:00+02:00",
        },
        dimensions=["Leeftijd", "RegioS", "Perioden"],
        codes={
            "Leeftijd": listed(leeftijden),
            "RegioS": listed(regios),
            "Perioden": [{**r, "Status": "Definitief"} for r in listed(perioden)],
            "Measure": listed(["M000352", "M000999", "M000365"]),
        },
        measures=["M000352", "M000365"],
        values={"M000352": first, "M000365": first + 0.5},
        attributes={"M000352": attributes, "M000365": attributes},
    )


def all_tables() -> dict[str, Cube]:
    return {c.identifier: c for c in (gemeente(), buurt(), criminaliteit(), bevolking())}
