"""Where the sources live: real hosts, or the source server that answers for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from veiligheidsbeeld.contracts.cube import CubeContract
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.settings import Settings

# Key in a contract (`bron.host`) -> host name of the source.
HOSTS = {
    "dataderden": "dataderden.cbs.nl",
    "opendata": "opendata.cbs.nl",
    "datasets": "datasets.cbs.nl",
}


@dataclass(frozen=True)
class Address:
    """Base addresses of one table, without a trailing slash. v4 has one service and needs no catalogue."""

    api: str
    feed: str
    catalog: str
    public: str  # the table's address at the real source, free of loopback ports: identity, not location


def address_of(settings: Settings, contract: CubeContract) -> Address:
    """The addresses of a contract's table; raises `ConfigurationError` for a live source without https."""
    host, table = HOSTS[contract.bron.host], contract.bron.tabel
    base = base_of(settings, host)
    if contract.bron.protocol == "odata_v4":
        path = f"odata/v1/CBS/{table}"
        return Address(f"{base}/{path}", f"{base}/{path}", "", f"https://{host}/{path}")
    return Address(
        api=f"{base}/ODataApi/odata/{table}",
        feed=f"{base}/ODataFeed/odata/{table}",
        catalog=f"{base}/ODataCatalog/Tables",
        public=f"https://{host}/ODataFeed/odata/{table}",
    )


def base_of(settings: Settings, host: str) -> str:
    """Where a host of a source is asked: there, or at the source server that answers for it."""
    if settings.source_url:
        _check_scheme(settings, settings.source_url)
        return f"{settings.source_url.rstrip('/')}/{host}"
    if settings.sources == "live":
        return f"https://{host}"
    raise ConfigurationError(
        f"No source server is known for SOURCES={settings.sources}, and only SOURCES=live goes to {host}.",
        remedy="Start it with `make up`, or set VB_SOURCE_URL to its address.",
    )


def _check_scheme(settings: Settings, url: str) -> None:
    """Plain http is for loopback and for the source server of the same installation, never for live data."""
    scheme = urlsplit(url).scheme
    if scheme not in ("http", "https") or (settings.sources == "live" and scheme != "https"):
        raise ConfigurationError(
            f"VB_SOURCE_URL={url!r} cannot be used with SOURCES={settings.sources}: live means https only.",
            remedy="Leave VB_SOURCE_URL out, or give an https:// address.",
        )
