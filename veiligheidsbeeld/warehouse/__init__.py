"""The warehouse: connections per role, the books of deliveries, history, and what its tables are called."""

from veiligheidsbeeld.warehouse.connection import connect

__all__ = ["connect"]
