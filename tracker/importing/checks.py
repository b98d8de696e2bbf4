"""What a file would do, row by row and in sum: what is shown, kept with the batch, and compared when it is applied."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tracker.importing.outcomes import ADD, CHANGE, REFUSE, counts_of
from tracker.importing.tables import Row, Table


class Total(Protocol):
    """One control total: what the file counts beside what was counted elsewhere."""

    @property
    def adds_up(self) -> bool: ...

    @property
    def kept(self) -> dict[str, Any]:
        """Its values by name, as JSON can hold them: enough to make it anew."""


@dataclass(frozen=True, slots=True)
class RowPlan[R: Row]:
    """What one row would do. An app adds what it needs to write it, and says which thing would be changed, and how."""

    row: R
    outcome: str

    @property
    def number(self) -> str:
        """The number of the recorded thing that the row is about; "" for a new one."""
        return ""

    @property
    def changes(self) -> Sequence[Sequence[str]]:
        """What would change in it: column, what is recorded, what the file says."""
        return ()

    @property
    def kept(self) -> dict[str, Any]:
        """The plan as the batch keeps it: enough to show it, to read the row again, and to compare."""
        return {
            "line": self.row.line,
            "outcome": self.outcome,
            "cells": dict(self.row.cells),
            "number": self.number,
            "errors": [[error.column, error.code, error.params] for error in self.row.errors],
            "changes": [list(change) for change in self.changes],
        }


COMPARED = ("line", "outcome", "number", "changes")


def differs(planned: dict[str, Any], shown: dict[str, Any]) -> bool:
    """Whether a row would now do something other than what was shown of it."""
    return any(planned[part] != shown[part] for part in COMPARED)


@dataclass(frozen=True, slots=True)
class Checked[T: Total]:
    """What a file would do: one kept plan for each row, how many of each outcome, and the control totals."""

    name: str
    sha256: str
    rows: list[dict[str, Any]]
    counts: dict[str, int]
    totals: list[T]

    @property
    def has_errors(self) -> bool:
        return self.counts[REFUSE] > 0

    @property
    def has_work(self) -> bool:
        return self.counts[ADD] + self.counts[CHANGE] > 0

    @property
    def adds_up(self) -> bool:
        return all(total.adds_up for total in self.totals)

    @property
    def plan(self) -> dict[str, Any]:
        """The check as a batch keeps it, before anybody said why it does not add up."""
        totals = [total.kept for total in self.totals]
        return {"rows": self.rows, "counts": self.counts, "totals": totals, "note": ""}


def checked_of[T: Total](table: Table, kept: Iterable[dict[str, Any]], totals: list[T]) -> Checked[T]:
    """The check of a table, from what is kept of each row."""
    rows = list(kept)
    return Checked(table.name, table.sha256, rows, counts_of(rows), totals)
