"""The ready-made lists of cases, the tabs within one's own, and the next case of a list after one was dealt with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from agreements.addresses import Choice, address
from cases.filters import ACTIVE, CLOSED, HELD, ME, MINE, NEAR, NOBODY, OPEN, OVER, WAITING, YES, CaseFilter
from cases.lifecycle import Holder
from cases.models import Case
from cases.rules import works_on_cases
from tracker.models import User

LONGEST_QUEUE = 300
"""Characters of an address beyond which a row's link does not carry the list that it came from."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A ready-made list: its words, the filters that make it, and whether only officers of cases have use for it."""

    label: str | Promise
    filters: Mapping[str, str]
    is_for_officers: bool = False
    needs_desk: bool = False


MY_TABS: tuple[tuple[str | Promise, Mapping[str, str]], ...] = (
    (pgettext_lazy("my cases", "Open"), {"officer": ME, "state": ACTIVE}),
    (pgettext_lazy("my cases", "On hold"), {"officer": ME, "state": HELD}),
    (pgettext_lazy("my cases", "Completed"), {"officer": ME, "state": CLOSED}),
)
QUEUES: tuple[Queue, ...] = (
    Queue(gettext_lazy("All cases"), {}),
    Queue(gettext_lazy("Mine, open"), {"officer": ME, "state": ACTIVE}, is_for_officers=True),
    Queue(
        gettext_lazy("My desk, open"), {"state": OPEN, "desk": MINE}, is_for_officers=True, needs_desk=True
    ),
    Queue(gettext_lazy("Unassigned"), {"officer": NOBODY}),
    Queue(gettext_lazy("Waiting for the other side"), {"state": WAITING}),
    Queue(gettext_lazy("On hold"), {"state": HELD}),
    Queue(gettext_lazy("Overdue"), {"due": OVER}),
    Queue(gettext_lazy("Within 7 days"), {"due": NEAR}),
    Queue(gettext_lazy("Updated since I last looked"), {"updated": YES}),
    Queue(gettext_lazy("At Foreign Affairs"), {"holder": Holder.FOREIGN_AFFAIRS.value}),
    Queue(gettext_lazy("Closed cases"), {"state": CLOSED}),
)


def queues_of(filtered: CaseFilter) -> list[Choice]:
    """The ready-made lists for this reader; the current one is that whose filters are on, and no others."""
    reader, on = filtered.reader, filtered.narrowed_by
    in_tabs = [wanted for _label, wanted in MY_TABS[1:]]
    return [
        Choice(
            queue.label,
            address(filtered.path, queue.filters),
            on == queue.filters or (queue.filters == MY_TABS[0][1] and on in in_tabs),
        )
        for queue in QUEUES
        if _has_use_for(queue, reader)
    ]


def tabs_of(filtered: CaseFilter) -> list[Choice]:
    """Open, on hold, completed: beside one's own cases only."""
    on = filtered.narrowed_by
    tabs = [Choice(label, address(filtered.path, wanted), on == wanted) for label, wanted in MY_TABS]
    return tabs if any(tab.is_current for tab in tabs) else []


def _has_use_for(queue: Queue, reader: User) -> bool:
    if queue.is_for_officers and not works_on_cases(reader):
        return False
    return bool(reader.desk) or not queue.needs_desk


def next_in(query: str, place: tuple[date, int], *, reader: User, today: date) -> Case | None:
    """The case that follows this place (a day of the list's order and a key) in the list of ``query``. Two queries."""
    filtered = CaseFilter(dict(parse_qsl(query)), reader=reader, today=today)
    following = filtered.qs.filter(filtered.order.beyond(*place))
    return filtered.order.sorted(following).exclude(pk=place[1]).first()


def place_of(query: str, case: Case) -> tuple[date, int] | None:
    """Where the case stands in the order of that list; None where that order does not know it."""
    order = CaseFilter.order_of(dict(parse_qsl(query)))
    day = getattr(case, order.day)
    return (day, case.pk) if day else None
