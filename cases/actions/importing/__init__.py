"""Importing a case log: check every row first, then all or nothing as one batch, which can be undone."""

from cases.actions.importing.batches import (
    LOG,
    Checked,
    apply_import,
    check_again,
    check_log,
    errors_of,
    import_at_once,
    plan_import,
    undo_import,
)
from cases.actions.importing.columns import COLUMNS
from cases.actions.importing.reading import LogFile, Row, read_log
from cases.actions.importing.refusals import CellError, ImportRefused
from cases.actions.importing.totals import MEASURES, Total

__all__ = [
    "COLUMNS",
    "LOG",
    "MEASURES",
    "CellError",
    "Checked",
    "ImportRefused",
    "LogFile",
    "Row",
    "Total",
    "apply_import",
    "check_again",
    "check_log",
    "errors_of",
    "import_at_once",
    "plan_import",
    "read_log",
    "undo_import",
]
