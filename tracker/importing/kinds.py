"""What an app supplies for an import of its own; everything else is done by :mod:`tracker.importing.actions`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from tracker.audit import Deed
from tracker.importing.checks import Checked, RowPlan, Total
from tracker.importing.outcomes import CHANGE
from tracker.importing.refusals import CellError
from tracker.importing.tables import Layout, Row, Table
from tracker.models import ImportBatch, User


@dataclass(frozen=True, slots=True)
class Occasion:
    """One application of a batch, or its undoing: who, which batch, at which moment, and the Taipei day.

    ``note`` says why the file does not add up, ``reason`` why it corrects what is recorded; both as they were typed.
    """

    by: User
    batch: ImportBatch
    now: datetime
    today: date
    note: str = ""
    reason: str = ""


class Writer[P: RowPlan](Protocol):
    """Writes plans and gathers what is to be told of each, how to undo it, and the numbers of new things by line."""

    deeds: list[Deed]
    undo: dict[str, dict[str, Any]]
    numbers: dict[int, str]

    def write(self, plans: Sequence[P]) -> None: ...


@dataclass(frozen=True, slots=True)
class ImportKind[R: Row, P: RowPlan, T: Total]:
    """One kind of import.

    ``begin`` takes the locks and answers the plans of rows, some at a time, and the writer of one application. The
    plans of one portion are written before those of the next are made.
    ``take_back`` undoes what a batch wrote and answers what is to be told; it raises the refusal "touched" when later
    work rests on it. What it changes in the plan of the batch, such as a list of what was left, is kept.
    With ``corrects`` a row that changes something is a correction, and applying asks for its reason.
    """

    code: str
    layout: Layout[R]
    total: Callable[..., T]
    may_import: Callable[[User], bool]
    may_undo: Callable[[User], bool]
    begin: Callable[[Sequence[R], Occasion], tuple[Iterable[Sequence[P]], Writer[P]]]
    take_back: Callable[[Occasion], list[Deed]]
    corrects: bool = False

    def checked(self, batch: ImportBatch) -> Checked[T]:
        """The check that a batch keeps."""
        plan = batch.plan
        totals = [self.total(**total) for total in plan["totals"]]
        return Checked(batch.file_name, batch.sha256, plan["rows"], plan["counts"], totals)

    def needs_reason(self, checked: Checked[T]) -> bool:
        """Whether applying the check asks why it corrects what is recorded."""
        return self.corrects and checked.counts[CHANGE] > 0

    def table(self, batch: ImportBatch, *, today: date) -> Table[R]:
        """The rows that a batch keeps, understood again from their cells."""
        lines = ((row["line"], row["cells"]) for row in batch.plan["rows"])
        return Table(batch.file_name, batch.sha256, self.layout.read_lines(lines, today=today))

    def errors_of(self, row: dict[str, Any]) -> list[CellError]:
        """The errors of a kept row, to be told in the reader's language."""
        return [self.layout.error(*error) for error in row["errors"]]
