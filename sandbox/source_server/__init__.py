"""A loopback server that speaks the protocols of the open-data sources: OData v3 and v4.

`serve(tables)` runs it in this process, `python -m sandbox.source_server` as a process of its own.
"""

from sandbox.source_server.app import SourceServer, serve
from sandbox.source_server.recordings import Recordings

__all__ = ["Recordings", "SourceServer", "serve"]
