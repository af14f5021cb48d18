"""The warehouse: connections per role, schemas, roles and grants."""

from veiligheidsbeeld.warehouse.bootstrap import bootstrap
from veiligheidsbeeld.warehouse.connection import connect

__all__ = ["bootstrap", "connect"]
