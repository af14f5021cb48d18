"""Writers of the files that follow from contracts: dbt sources, staging models and their descriptions."""
