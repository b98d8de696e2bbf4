"""The list of cases: its rows with what a reader wants to know of each, its views, and how many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agreements.addresses import Choice, address
from cases.filters import CLOSED, ME, MOST_COUNTED, NEAR, NOBODY, OPEN, OVER, CaseFilter
from cases.lifecycle import Holder, Step, awaited
from cases.models import Case
from cases.paging import page_of

# Translators: 等我轉送（外交部）
WAITING_TO_BE_FORWARDED: Promise = gettext_lazy("At Foreign Affairs")
VIEWS: tuple[tuple[Promise, dict[str, str]], ...] = (
    (gettext_lazy("All cases"), {}),
    (gettext_lazy("Mine, open"), {"officer": ME, "state": OPEN}),
    (gettext_lazy("Unassigned"), {"officer": NOBODY}),
    (gettext_lazy("Overdue"), {"due": OVER}),
    (gettext_lazy("Within 7 days"), {"due": NEAR}),
    (WAITING_TO_BE_FORWARDED, {"holder": Holder.FOREIGN_AFFAIRS.value}),
    (gettext_lazy("Closed cases"), {"state": CLOSED}),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One case with the days to its deadline and the step that is expected next."""

    case: Case
    days: int | None
    next: Step | None


@dataclass(frozen=True, slots=True)
class ListPage:
    """Everything on the page of the list."""

    rows: Sequence[Row]
    views: Sequence[Choice]
    words: str
    previous: str
    next: str

    @property
    def has_samples(self) -> bool:
        return any(row.case.partner and row.case.partner.is_sample for row in self.rows)


def row_of(case: Case, today: date) -> Row:
    """The row of a case as of today."""
    return Row(case, case.days_left(today), awaited(case.state, case.kind))


def list_page(filtered: CaseFilter, cursor: str) -> ListPage:
    """The page of the list at the cursor. Three queries, however many rows."""
    page = page_of(filtered.qs.with_rows(), cursor, filtered.address)
    if cursor and not page.rows:
        page = page_of(filtered.qs.with_rows(), "", filtered.address)
    return ListPage(
        rows=[row_of(case, filtered.today) for case in page.rows],
        views=_views(filtered),
        words=_words(filtered.counted),
        previous=page.previous,
        next=page.next,
    )


def _views(filtered: CaseFilter) -> list[Choice]:
    """The ready-made lists; the current one is that whose filters are on, and no others."""
    on = {
        name: value
        for name, value in filtered.state.items()
        if name in filtered.filters and name != "samples"
    }
    return [Choice(label, address(filtered.path, wanted), on == wanted) for label, wanted in VIEWS]


def _words(number: int) -> str:
    if number > MOST_COUNTED:
        return _("more than %(number)s cases") % {"number": f"{MOST_COUNTED:,}"}
    return ngettext("%(number)s case", "%(number)s cases", number) % {"number": number}
