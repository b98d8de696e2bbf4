"""Importing figures of one series: check every row first, then all or nothing as one batch, which can be undone."""

from reports.actions.importing.batches import (
    FIGURES,
    Checked,
    apply_import,
    check_again,
    check_figures,
    errors_of,
    import_at_once,
    plan_import,
    series_of,
    undo_import,
)
from reports.actions.importing.books import books_of
from reports.actions.importing.columns import COLUMNS
from reports.actions.importing.reading import FiguresFile, Row, read_figures, value_of, year_of
from reports.actions.importing.refusals import CellError, ImportRefused
from reports.actions.importing.totals import Total, other_total

__all__ = [
    "COLUMNS",
    "FIGURES",
    "CellError",
    "Checked",
    "FiguresFile",
    "ImportRefused",
    "Row",
    "Total",
    "apply_import",
    "books_of",
    "check_again",
    "check_figures",
    "errors_of",
    "import_at_once",
    "other_total",
    "plan_import",
    "read_figures",
    "series_of",
    "undo_import",
    "value_of",
    "year_of",
]
