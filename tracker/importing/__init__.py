"""What every import of a file shares: its columns, the reading of its cells, and refusals in words.

The same dry run everywhere: each row of the file is understood with all its errors, planned as one of OUTCOMES, shown,
and written all or nothing as one :class:`tracker.models.ImportBatch`.
"""

from tracker.importing.cells import Cells, in_order
from tracker.importing.columns import Column, allowed_in, codes_of, longest, template_header, template_rows
from tracker.importing.outcomes import (
    ADD,
    CHANGE,
    OUTCOME_WORDS,
    OUTCOMES,
    REFUSE,
    SKIP,
    CheckedRow,
    Problem,
    checked_rows,
    counts_of,
)
from tracker.importing.refusals import CellError, ImportRefused

__all__ = [
    "ADD",
    "CHANGE",
    "OUTCOMES",
    "OUTCOME_WORDS",
    "REFUSE",
    "SKIP",
    "CellError",
    "Cells",
    "CheckedRow",
    "Column",
    "ImportRefused",
    "Problem",
    "allowed_in",
    "checked_rows",
    "codes_of",
    "counts_of",
    "in_order",
    "longest",
    "template_header",
    "template_rows",
]
