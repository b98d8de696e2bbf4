"""From a file that somebody made to rows that are understood, whatever they are about."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import BinaryIO, Protocol

from tracker.importing.cells import in_order
from tracker.importing.columns import Column
from tracker.importing.refusals import CellError, ImportRefused
from tracker.sheets import read_rows


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was understood; ``cells`` keep what was written. An app adds what its columns mean."""

    line: int
    cells: Mapping[str, str]
    errors: tuple[CellError, ...] = field(default=(), kw_only=True)

    @property
    def key(self) -> tuple[str, ...]:
        """By what a second row about the same thing is known: the column that says so, and what stands there."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Table[R: Row]:
    """A file that could be read: its name, the digest of its bytes, and its rows."""

    name: str
    sha256: str
    rows: tuple[R, ...]


class RowReader[R: Row](Protocol):
    """Understands one row; an error leaves its cell empty in the result and is listed."""

    def __call__(self, line: int, given: Mapping[str, str], *, today: date) -> R: ...


@dataclass(frozen=True, slots=True)
class Layout[R: Row]:
    """How the files of one kind are read: their columns, the reader of a row, and how errors and refusals are worded."""

    columns: Mapping[str, Column]
    read_row: RowReader[R]
    error: type[CellError]
    refused: type[ImportRefused]

    def read_file(self, file: BinaryIO, name: str, *, today: date) -> Table[R]:
        """Read a file called ``name``: CSV in UTF-8 or Big5, XLSX or ODS. Errors of rows are kept with them.

        :raises tracker.sheets.SheetError: when the file cannot be read for certain.
        :raises ImportRefused: for missing or unknown columns, or no row at all.
        """
        sheet = read_rows(file, name)
        file.seek(0)
        digest = hashlib.sha256(file.read()).hexdigest()
        return Table(name, digest, self.read_table(sheet.header, sheet.rows, today=today))

    def read_table(
        self, header: Iterable[str], lines: Iterable[tuple[int, Mapping[str, str]]], *, today: date
    ) -> tuple[R, ...]:
        """Understand every row below ``header``.

        :raises ImportRefused: for missing or unknown columns, or no row at all.
        """
        names = list(header)
        required = [column.name for column in self.columns.values() if column.is_required]
        missing = [name for name in required if name not in names]
        unknown = [name for name in names if name not in self.columns]
        if missing:
            raise self.refused("columns_missing", columns=", ".join(missing))
        if unknown:
            raise self.refused("columns_unknown", columns=", ".join(unknown))
        rows = self.read_lines(lines, today=today)
        if not rows:
            raise self.refused("no_rows")
        return rows

    def read_lines(self, lines: Iterable[tuple[int, Mapping[str, str]]], *, today: date) -> tuple[R, ...]:
        """Understand every row, each repetition of a thing marked with the line that has it first."""
        first: dict[tuple[str, ...], int] = {}
        rows = []
        for line, cells in lines:
            row = self.read_row(line, cells, today=today)
            if all(row.key):
                if row.key in first:
                    row = self.with_errors(row, self.error(row.key[0], "twice", {"line": first[row.key]}))
                first.setdefault(row.key, line)
            rows.append(row)
        return tuple(rows)

    def with_errors(self, row: R, *more: CellError) -> R:
        """The row with more errors."""
        return replace(row, errors=in_order([*row.errors, *more], self.columns)) if more else row
