"""What a dataset is: one YAML per dataset under `contracts/`, read, checked and given as an object.

`cube` describes a table of a source (OData), `register` a file of a municipality or partner, `survey` the
respondents' file; `measures` and `families` say what is counted.
"""
