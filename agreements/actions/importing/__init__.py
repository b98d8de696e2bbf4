"""Importing a register file: check every row first, then all or nothing as one batch, which can be undone."""

from agreements.actions.importing.batches import (
    REGISTER,
    Checked,
    apply_import,
    check_again,
    check_file,
    errors_of,
    keep_check,
    plan_import,
    undo_import,
)
from agreements.actions.importing.columns import COLUMNS, Status
from agreements.actions.importing.reading import RegisterFile, Row, read_register
from agreements.actions.importing.refusals import CellError, ImportRefused
from agreements.actions.importing.totals import Total

__all__ = [
    "COLUMNS",
    "REGISTER",
    "CellError",
    "Checked",
    "ImportRefused",
    "RegisterFile",
    "Row",
    "Status",
    "Total",
    "apply_import",
    "check_again",
    "check_file",
    "errors_of",
    "keep_check",
    "plan_import",
    "read_register",
    "undo_import",
]
