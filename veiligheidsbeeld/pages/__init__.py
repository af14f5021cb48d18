"""A page per municipality and partnership, for who advises an alderman: static, printable, in Dutch.

Figures come from the marts alone, each with the cell it stands in and a link to its definition. Which figures matter
is data (`reader/kerncijfers.yml`).
"""

from veiligheidsbeeld.pages.paper import print_pages
from veiligheidsbeeld.pages.write import folder, templates, write

__all__ = ["folder", "print_pages", "templates", "write"]
