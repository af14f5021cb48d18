"""Connection files for the programs that analysts use. No file holds a password: the program asks for it once."""

from veiligheidsbeeld.connect.files import excel, power_bi
from veiligheidsbeeld.connect.lines import LINES, lines
from veiligheidsbeeld.connect.qgis import project

__all__ = ["LINES", "excel", "lines", "power_bi", "project"]
