"""A loopback server that speaks the protocols of the open-data sources: OData v3 and v4."""
