"""Files for who works in a spreadsheet: Dutch CSV and XLSX, and the open figures as Parquet.

Asked as `bi_lezer`: nothing is exported that a reader may not see.
"""

from veiligheidsbeeld.export.open_figures import write_open
from veiligheidsbeeld.export.questions import QUESTIONS, figures
from veiligheidsbeeld.export.write import folder, write

__all__ = ["QUESTIONS", "figures", "folder", "write", "write_open"]
