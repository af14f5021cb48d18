"""Brings the assets up to date and says which ones changed."""

from dashboards.superset import write
from veiligheidsbeeld.settings import PROJECT

changed = [str(path.relative_to(PROJECT)) for path in write()]
print("\n".join(changed) or "All assets are up to date.")
