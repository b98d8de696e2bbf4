"""Importing a file, whatever it is about: read, checked row by row, shown, written all or nothing, undone as a whole.

Each row is understood with all its errors (:mod:`cells`, :mod:`tables`), planned as one of OUTCOMES (:mod:`outcomes`,
:mod:`checks`), kept as one :class:`tracker.models.ImportBatch`, applied and undone (:mod:`actions`). This package knows
nothing of what is imported. An app with an import of its own supplies:

- **columns**, each a :class:`Column`; the template file and the list of columns on the page come from them;
- **words**: subclasses of :class:`ImportRefused` (``messages`` adds not_allowed, not_allowed_undo, nothing_to_do,
  note_missing, stale, touched, and reason_missing where changes are corrections) and of :class:`CellError` (``sentences`` adds its own codes, and "twice");
- a **row**: a subclass of :class:`Row` with what its columns mean and the ``key`` by which a second row about the same
  thing is known, and the function that reads one row by means of :class:`Cells`; both go into a :class:`Layout`,
  whose ``read_file`` answers a :class:`Table`;
- a **plan** of one row: a subclass of :class:`RowPlan` with what its writer needs, and ``number`` and ``changes`` where
  a row is about something that is recorded already;
- **control totals**: a dataclass that fulfils :class:`Total`; without any, the list of them stays empty;
- a **check** that plans the rows of a table and answers :func:`checked_of`;
- **begin**, which takes the locks and answers plans and a :class:`Writer`, and **take_back**, which undoes
  (:mod:`later` says what rests on imported things); with the rights and the layout they go into one :class:`ImportKind`;
- a sentence in its history for each verb that its writer tells of;
- **pages**: an `ImportDoors` (`views/importdoors.py` of the app that has the first import) answers the views, templates
  fill the blocks of `components/import_check.html`, and :func:`checked_rows` puts the rows of a check into words;
- **tests**: a line in `tests/test_import_doors.py`.
"""

from tracker.importing.cells import Cells, in_order
from tracker.importing.checks import Checked, RowPlan, Total, checked_of
from tracker.importing.columns import Column, allowed_in, codes_of, longest, template_header, template_rows
from tracker.importing.kinds import ImportKind, Occasion, Writer
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
from tracker.importing.tables import Layout, Row, Table

__all__ = [
    "ADD",
    "CHANGE",
    "OUTCOMES",
    "OUTCOME_WORDS",
    "REFUSE",
    "SKIP",
    "CellError",
    "Cells",
    "Checked",
    "CheckedRow",
    "Column",
    "ImportKind",
    "ImportRefused",
    "Layout",
    "Occasion",
    "Problem",
    "Row",
    "RowPlan",
    "Table",
    "Total",
    "Writer",
    "allowed_in",
    "checked_of",
    "checked_rows",
    "codes_of",
    "counts_of",
    "in_order",
    "longest",
    "template_header",
    "template_rows",
]
