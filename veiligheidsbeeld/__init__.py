"""Veiligheidsbeeld: a regional safety data warehouse for Dutch municipalities.

The way of the data: `extract` -> `landing` -> `load` -> (dbt) `transform` -> `validate` -> `publish`.
"""

__version__ = "0.1.0"
