"""From a file that somebody made to the rows of a register."""

import hashlib
from datetime import date
from typing import BinaryIO

from agreements.actions.importing.reading import RegisterFile, read_table
from tracker.sheets import read_rows


def read_register(file: BinaryIO, name: str, *, today: date) -> RegisterFile:
    """Read a register file, called ``name``: CSV in UTF-8 or Big5, XLSX or ODS. Errors of rows are kept with them.

    :raises tracker.sheets.SheetError: when the file cannot be read for certain.
    :raises ImportRefused: for missing or unknown columns, or no row at all.
    """
    sheet = read_rows(file, name)
    file.seek(0)
    digest = hashlib.sha256(file.read()).hexdigest()
    return RegisterFile(name, digest, read_table(sheet.header, sheet.rows, today=today))
