"""Brings all generated files up to date and says which ones changed."""

from veiligheidsbeeld.generated import write
from veiligheidsbeeld.settings import PROJECT

changed = [str(path.relative_to(PROJECT)) for path in write()]
print("\n".join(changed) or "All generated files are up to date.")
