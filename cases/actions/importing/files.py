"""From a file that somebody made to the rows of a case log."""

import hashlib
from datetime import date
from typing import BinaryIO

from cases.actions.importing.reading import LogFile, read_table
from tracker.sheets import read_rows


def read_log(file: BinaryIO, name: str, *, today: date) -> LogFile:
    """Read a case log, called ``name``: CSV in UTF-8 or Big5, XLSX or ODS. Errors of rows are kept with them.

    :raises tracker.sheets.SheetError: when the file cannot be read for certain.
    :raises ImportRefused: for missing or unknown columns, or no row at all.
    """
    sheet = read_rows(file, name)
    file.seek(0)
    digest = hashlib.sha256(file.read()).hexdigest()
    return LogFile(name, digest, read_table(sheet.header, sheet.rows, today=today))
