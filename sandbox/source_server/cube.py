"""The dense cube in which the sources keep a table: every combination of codes has a cell."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

# Marks an empty cell in an integer array; float arrays use NaN.
NULL = np.iinfo(np.int32).min

VALUE_ATTRIBUTES = ("None", "Impossible", "Confidential", "NotAvailable")


@dataclass
class Cube:
    """One table of a source.

    `dimensions` names the dimensions in cube order (periods last: row ID = C-order index over them).
    `codes[dimension]` holds the rows of that code list as the source gives them (v3: padded `Key`;
    v4: `Identifier`). `values[measure]` is an int32 (NULL = empty) or float64 (NaN = empty) array of shape
    `[len(codes[d]) for d in dimensions]`. For v4 tables `attributes[measure]` (uint8, same shape) indexes
    VALUE_ATTRIBUTES and `codes["Measure"]` lists the MeasureCodes; a measure is then no dimension of the array.
    A measure code without an array in `values` has no observations (the source has such phantom measures).
    `texts[topic]` is a String topic of a v3 table that follows from one dimension: (dimension, one padded text
    per code); as at the source it is blank in rows where the first measure is 0.
    """

    identifier: str
    host: str
    protocol: str  # "v3" or "v4"
    info: dict  # v3: the TableInfos row; v4: Properties
    dimensions: list[str]
    codes: dict[str, list[dict]]
    measures: list[str]
    values: dict[str, np.ndarray]
    data_properties: list[dict] = field(default_factory=list)  # v3 only
    attributes: dict[str, np.ndarray] | None = None  # v4 only
    texts: dict[str, tuple[str, list[str]]] = field(default_factory=dict)  # v3 only
