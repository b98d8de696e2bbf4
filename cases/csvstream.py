"""The list of cases as CSV, straight from the database's own stream (COPY): nothing is gathered on the way.

Cells repeat: each is worded once, by the same functions as in any other sheet, and then only looked up. The bytes are
the same as those of :func:`tracker.sheets.csv_chunks`, which other databases use.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import CharField, Field

from cases.columns import Column, Drawing
from cases.filters import CaseFilter
from cases.models import Case, CaseQuerySet
from cases.sheets import fields_of, header, sheet_rows
from tracker.sheets import UTF8_MARK, csv_chunks, csv_line

PIECE = 64 * 1024
MOST_KEPT = 20_000
"""Cells that are remembered for one column; beyond that they are forgotten and worded anew."""
Raw = tuple[str | None, ...]


def csv_of(rows: CaseQuerySet, columns: Sequence[Column], filtered: CaseFilter) -> Iterator[bytes]:
    """The bytes of the sheet of these rows. Words are fetched now: when the bytes leave, the language is gone."""
    if connection.vendor != "postgresql":
        return csv_chunks(header(columns), sheet_rows(rows, columns, filtered))
    drawing = Drawing(filtered.reader, filtered.today, day=filtered.day)
    drawing.learn_steps()
    return _streamed(filtered.order.sorted(rows), header(columns), columns, drawing)


def _streamed(
    rows: CaseQuerySet, heads: list[str], columns: Sequence[Column], drawing: Drawing
) -> Iterator[bytes]:
    names = fields_of(columns, drawing)
    sql, values = rows.values_list(*names).query.sql_with_params()
    readers = [_field(rows, name).to_python for name in names]
    cells, first = [], 0
    for said, width in [(_number, 1), *((column.said, len(column.fields)) for column in columns)]:
        last = first + width
        cells.append((_Cells(partial(said, drawing), readers[first:last]), first, last))
        first = last
    lines = [csv_line(heads)]
    size = 0
    yield UTF8_MARK
    with connection.cursor() as cursor, cursor.copy(f"COPY ({sql}) TO STDOUT", values) as copy:
        for row in copy.rows():
            line = ",".join([kept[row[first:last]] for kept, first, last in cells])
            lines.append(line)
            size += len(line)
            if size > PIECE:
                yield _joined(lines)
                lines, size = [], 0
    yield _joined(lines)


def _joined(lines: list[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()


def _number(drawing: Drawing, number: str) -> tuple[str]:
    return (number,)


def _field(rows: CaseQuerySet, name: str) -> Field:
    """What reads the values of this name: a column of the case or of what it leads to, or an annotated one."""
    if name in rows.query.annotations:
        return getattr(rows.query.annotations[name], "output_field", CharField())
    model: Any = Case
    *way, last = name.split("__")
    for step in way:
        model = model._meta.get_field(step).related_model
    return model._meta.get_field(last)


class _Cells(dict[Raw, str]):
    """The cells of one column as CSV, by the values that they are made of as the database writes them."""

    def __init__(
        self, said: Callable[..., Sequence[object]], readers: Sequence[Callable[[Any], Any]]
    ) -> None:
        super().__init__()
        self.said, self.readers = said, readers

    def __missing__(self, raw: Raw) -> str:
        values = (read(value) for read, value in zip(self.readers, raw, strict=True))
        if len(self) >= MOST_KEPT:
            self.clear()
        cell = self[raw] = csv_line(self.said(*values))
        return cell
