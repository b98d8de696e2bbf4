"""The list of cases as rows of a sheet: exactly the filtered rows, with the columns that the reader sees."""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any

from django.utils.translation import gettext

from cases.columns import STATE, Column, Drawing
from cases.filters import CaseFilter
from cases.models import CaseQuerySet

CHUNK = 2000


def header(columns: Sequence[Column]) -> list[str]:
    """The names of the columns in the reader's language; a column of the page may be several of the sheet."""
    return [gettext("Case number"), *(str(head) for column in columns for head in column.sheet_heads)]


def sheet_rows(rows: CaseQuerySet, columns: Sequence[Column], filtered: CaseFilter) -> Iterator[list[Any]]:
    """One row a case in the order of the list, read in pieces; days are ISO.

    A download leaves after the request's language is gone, so the words are fetched here, before the first row.
    """
    drawing = Drawing(filtered.reader, filtered.today, day=filtered.day)
    drawing.learn_steps()
    return _rows(filtered.order.sorted(rows), columns, drawing)


def _rows(rows: CaseQuerySet, columns: Sequence[Column], drawing: Drawing) -> Iterator[list[Any]]:
    fields = fields_of(columns, drawing)
    places = list(pairwise(accumulate((len(column.fields) for column in columns), initial=1)))
    cells = [(column.said, first, last) for column, (first, last) in zip(columns, places, strict=True)]
    for values in rows.values_list(*fields).iterator(chunk_size=CHUNK):
        row = [values[0]]
        for said, first, last in cells:
            row.extend(said(drawing, *values[first:last]))
        yield row


def fields_of(columns: Sequence[Column], drawing: Drawing) -> list[str]:
    """The values that a row is made of: the number, then those of each column."""
    return ["number", *(_field(name, drawing) for column in columns for name in column.fields)]


def _field(name: str, drawing: Drawing) -> str:
    """The state as of a day has a name of its own."""
    return "state_then" if name == STATE and drawing.day else name
