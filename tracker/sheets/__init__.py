"""Sheets: writing CSV, XLSX and ODS from rows, and reading rows from any of them.

`writing` lets no text become a formula; `reading` opens nothing before its container is checked and gives
every cell as text with the line on which it stands.
"""

from tracker.sheets.reading import Sheet, read_rows
from tracker.sheets.refusals import SheetError
from tracker.sheets.writing import (
    FORMATS,
    UTF8_MARK,
    Beside,
    csv_chunks,
    csv_line,
    csv_response,
    sheet_response,
    write_ods,
    write_xlsx,
)

__all__ = [
    "FORMATS",
    "UTF8_MARK",
    "Beside",
    "Sheet",
    "SheetError",
    "csv_chunks",
    "csv_line",
    "csv_response",
    "read_rows",
    "sheet_response",
    "write_ods",
    "write_xlsx",
]
