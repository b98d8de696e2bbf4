"""What the pages of disposal show: due cases page by page with those that were ticked, the lists, the cases of one list."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.addresses import address
from agreements.paging import Paging, paging
from cases.models import Case, CaseQuerySet, DisposalLine, DisposalList
from cases.paging import Order, page_of
from cases.retention import Told, defaults, due_cases, told_of
from tracker.models import User

ROWS = 50
MOST_COUNTED = 1000
BY_CLOSING = Order("closed_on", is_descending=False)


@dataclass(frozen=True, slots=True)
class DueRow:
    """A case whose term is over, with the last day of it."""

    case: Case
    told: Told
    ended_on: date
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class DuePage:
    """A page of the due cases: ``words`` say how many there are, ``here``, ``previous`` and ``next`` are cursors.

    ``elsewhere`` are ticked rows of other pages, so that nothing is sent that the reader does not see.
    """

    rows: Sequence[DueRow]
    elsewhere: Sequence[DueRow]
    words: str
    here: str
    previous: str
    next: str
    knows_terms: bool

    @property
    def keys(self) -> list[int]:
        """The keys of all cases that the page shows."""
        return [row.case.pk for row in (*self.rows, *self.elsewhere)]


def due_page(reader: User, *, today: date, cursor: str = "", ticked: Collection[int] = ()) -> DuePage:
    """The page of due cases at the cursor. Three queries; one more while something is ticked elsewhere."""
    by_kind = defaults()
    due = due_cases(reader, today=today, by_kind=by_kind)
    page = page_of(due, cursor, _as_it_is, size=ROWS, order=BY_CLOSING, read=list)
    if cursor and not page.rows:
        cursor = ""
        page = page_of(due, cursor, _as_it_is, size=ROWS, order=BY_CLOSING, read=list)
    here = {case.pk for case in page.rows}
    others = [key for key in ticked if key not in here]

    def rows(cases: Iterable[Case]) -> list[DueRow]:
        told = [(case, told_of(case, by_kind)) for case in cases]
        ends = [(case, term, term.ends_on(case.closed_on)) for case, term in told]
        return [DueRow(case, term, end, case.pk in ticked) for case, term, end in ends if end is not None]

    return DuePage(
        rows=rows(page.rows),
        elsewhere=rows(due.filter(pk__in=others)) if others else [],
        words=_words(due, len(page.rows)),
        here=cursor,
        previous=page.previous,
        next=page.next,
        knows_terms=bool(by_kind),
    )


def _as_it_is(*, page: str) -> str:
    """Pages of a form are turned by its buttons, which send the cursor, not by addresses."""
    return page


def _words(due: CaseQuerySet, shown: int) -> str:
    number = due.order_by()[: MOST_COUNTED + 1].count()
    if number <= shown:
        return str(number)
    if number > MOST_COUNTED:
        every = _("more than %(number)s cases") % {"number": f"{MOST_COUNTED:,}"}
    else:
        every = ngettext("%(number)s case", "%(number)s cases", number) % {"number": number}
    # Translators: 每頁件數與總件數
    return _("%(shown)s of %(every)s") % {"shown": shown, "every": every}


def lists_page(reader: User, asked: str) -> tuple[list[DisposalList], Paging, int]:
    """The newest disposal lists of whose cases the reader sees every one, page by page, and which page it is. Two queries.

    They are drawn up by hand, a few a year, so that they are counted and skipped.
    """
    rows = DisposalList.objects.visible_to(reader).select_related("drawn_up_by", "approved_by")
    page = paging(lambda *, page: str(page or 1), asked, rows.count(), ROWS)
    return list(rows[page.begin : page.end]), page, page.begin // ROWS + 1


def lines_page(plan: DisposalList, path: str, asked: str) -> tuple[list[DisposalLine], Paging]:
    """The cases of a list, page by page. Two queries."""
    rows = plan.lines.select_related("case__partner").order_by("case_id")
    page = paging(lambda *, page: address(path, {}, page=page), asked, rows.count(), ROWS)
    return list(rows[page.begin : page.end]), page
