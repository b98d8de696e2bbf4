"""From a figure to the list of exactly the cases that it counts, as far as the filters of that list can say them."""

from collections.abc import Mapping
from datetime import date

from django.urls import reverse

from agreements.addresses import address
from cases.filters import CLOSED, COUNTED, OPEN, REQUESTS
from reports.casework.counting import ONE_DAY, Span
from reports.catalogue.shape import Cell, Parameters, Report, Row

NARROWING = ("partner", "direction", "kind")
"""Columns whose codes are those of a filter of the list."""


def cells_of(report: Report, row: Row) -> dict[str, Cell]:
    """The cells of a row by the codes of their columns."""
    return {column.code: cell for column, cell in zip(report.columns, row, strict=True)}


def case_list(asked: Parameters, cells: Mapping[str, Cell], **filters: str) -> str:
    """The list of the row's partner, direction and kind, else of those asked for, narrowed by ``filters`` on top.

    "" for the books as they stood on another day, which the list does not know.
    """
    if asked.known_on is not None:
        return ""
    narrowed = {name: str(cells.get(name) or getattr(asked, name)) for name in NARROWING}
    samples = {"samples": COUNTED} if asked.with_samples else {}
    return address(reverse("cases:list"), narrowed | samples | {"as_of": asked.as_of.isoformat()} | filters)


def requests(asked: Parameters) -> dict[str, str]:
    """Without information given of one's own accord, unless one kind is asked for."""
    return {"kind": asked.kind or REQUESTS}


def received_within(first: date, last: date) -> dict[str, str]:
    return {"received_from": first.isoformat(), "received_to": last.isoformat()}


def sent_within(first: date, last: date) -> dict[str, str]:
    return {"sent_from": first.isoformat(), "sent_to": last.isoformat()}


def closed_within(first: date, last: date) -> dict[str, str]:
    return {"state": CLOSED, "closed_from": first.isoformat(), "closed_to": last.isoformat()}


def open_on(day: date) -> dict[str, str]:
    return {"state": OPEN, "as_of": day.isoformat()}


def open_before(day: date) -> dict[str, str]:
    """Open at the end of the day before."""
    return open_on(day - ONE_DAY)


def span_of(asked: Parameters, years: int | None = None) -> Span:
    """The span that a report counts when it is asked so: five calendar years unless a day is given or it says another number."""
    return Span.of(asked.since, asked.as_of) if years is None else Span.of(asked.since, asked.as_of, years)
