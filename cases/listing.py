"""The page of the list of cases: its rows as finished HTML, the ready-made and saved views, and how many rows there are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.addresses import Choice, address
from cases.columns import Column, Drawing, Table, columns_named
from cases.filters import CaseFilter
from cases.lifecycle import Step, awaited
from cases.models import Case
from cases.offered import View
from cases.paging import page_of
from cases.queues import queues_of, tabs_of, token_of
from tracker.sheets import FORMATS


@dataclass(frozen=True, slots=True)
class Row:
    """One case with the days to its deadline and the step that is expected next."""

    case: Case
    days: int | None
    next: Step | None


@dataclass(frozen=True, slots=True)
class ListPage:
    """Everything on the page of the list.

    ``every`` is the number of rows that match, when all may be chosen at once; ``here`` what the address says of the
    list, ``now`` the list as of today.
    """

    heads: SafeString
    rows: SafeString
    shown: int
    queues: Sequence[Choice]
    tabs: Sequence[Choice]
    saved: Sequence[Choice]
    view: View | None
    words: str
    previous: str
    next: str
    has_samples: bool
    every: int | None
    ticked: bool
    tick_all: str
    here: str
    now: str
    downloads: dict[str, str] = field(default_factory=dict)


def row_of(case: Case, today: date) -> Row:
    """The row of a case as of today."""
    return Row(case, case.days_left(today), awaited(case.state, case.kind))


def columns_of(filtered: CaseFilter) -> list[Column]:
    """The columns of the saved view, else those that the reader chose for the list, else the usual ones."""
    return columns_named((filtered.view.columns if filtered.view else ()) or filtered.offered.columns)


def list_page(filtered: CaseFilter, cursor: str, *, ticked: bool = False) -> ListPage:
    """The page of the list at the cursor. Two queries, however many rows."""
    rows = filtered.narrowed
    words: dict[str, Any] = {"words": filtered.words, "found": filtered.found}
    page = page_of(rows, cursor, filtered.address, order=filtered.order, **words)
    if cursor and not page.rows:
        page = page_of(rows, "", filtered.address, order=filtered.order, **words)
    drawing = Drawing(filtered.reader, filtered.today, day=filtered.day)
    table = Table(columns_of(filtered), drawing, queue=_queue(filtered), ticked=ticked)
    return ListPage(
        heads=table.head,
        rows=SafeString("\n".join(table.row(case) for case in page.rows)),
        shown=len(page.rows),
        queues=queues_of(filtered),
        tabs=tabs_of(filtered),
        saved=_saved(filtered),
        view=filtered.view,
        words=_words(filtered.counted, filtered.most),
        previous=page.previous,
        next=page.next,
        has_samples=any(case.partner and case.partner.is_sample for case in page.rows),
        every=filtered.matching,
        ticked=ticked,
        tick_all=filtered.address(page=cursor, tick="" if ticked else "1"),
        here=filtered.address().partition("?")[2],
        now=filtered.address(as_of=""),
        downloads={name: _download(filtered, name) for name in FORMATS},
    )


def _queue(filtered: CaseFilter) -> str:
    """How the address of a row says from which list it was opened."""
    token = token_of(filtered)
    return f"?{urlencode({'queue': token})}" if token else ""


def _saved(filtered: CaseFilter) -> list[Choice]:
    """The saved views that the reader sees; opening one says that it was looked at."""
    return [
        Choice(view.name, reverse("cases:view", args=[view.pk]), view is filtered.view)
        for view in filtered.offered.views
    ]


def _download(filtered: CaseFilter, format: str) -> str:
    return address(reverse("cases:export"), filtered.state, format=format)


def _words(number: int, most: int) -> str:
    if number > most:
        return _("more than %(number)s cases") % {"number": f"{most:,}"}
    return ngettext("%(number)s case", "%(number)s cases", number) % {"number": number}
