"""Calendars of deadlines (RFC 5545) as calendar programs fetch them: days and numbers, never what a case is about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from icalendar import Calendar, Event

from agreements.clocks import RULE_OF
from agreements.models import Agreement, RunningClock
from agreements.rules import may_edit
from cases.lifecycle import Holder
from cases.models import Case, CaseQuerySet, Task
from cases.rules import may_read_cases
from reports.models import Feed, Recommendation
from reports.recommendations import nearest_day
from tracker.models import User
from tracker.roles import Ministry

MOST = 500
"""So many deadlines of one sort are told, the nearest first."""
BACK = timedelta(days=90)
"""Deadlines that passed longer ago are history, and stand in the lists."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """One day by which something is to be done. ``key`` stays the same while the deadline is moved."""

    key: str
    day: date
    words: str
    url: str


def deadlines(feed: Feed, *, today: date) -> list[Deadline]:
    """What the owner of the feed has to do by when, as the owner may see it now. At most four queries."""
    owner = feed.owner
    found: list[Deadline] = []
    if may_read_cases(owner):
        found += _of_cases(feed, owner, today)
        found += _of_tasks(owner, today)
    if feed.scope == Feed.Scope.DESK or owner.ministry == Ministry.FOREIGN_AFFAIRS:
        found += _of_agreements(owner, today)
        found += _of_recommendations(owner, today)
    return sorted(found, key=lambda deadline: (deadline.day, deadline.key))


def calendar(feed: Feed, *, today: date, now: datetime, address: str) -> bytes:
    """The calendar as a file. ``address`` is the address of the site, without a slash at the end."""
    made = Calendar()
    made.add("prodid", "-//MLA Tracker//deadlines//")
    made.add("version", "2.0")
    made.add("x-wr-calname", _name(feed))
    made.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    for deadline in deadlines(feed, today=today):
        event = Event()
        event.add("uid", f"{deadline.key}@mla-tracker")
        event.add("dtstamp", now)
        event.add("dtstart", deadline.day)
        event.add("summary", deadline.words)
        event.add("url", address + deadline.url)
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
    return made.to_ical()


def _name(feed: Feed) -> str:
    whose = feed.owner.get_ministry_display() if feed.scope == Feed.Scope.DESK else str(feed.owner)
    return gettext("Deadlines: %(whose)s") % {"whose": whose}


def _near(rows: Any, today: date, field: str = "due_on") -> Any:
    return rows.filter(**{f"{field}__gte": today - BACK}).order_by(field, "pk")[:MOST]


def _of_cases(feed: Feed, owner: User, today: date) -> Iterator[Deadline]:
    rows: CaseQuerySet = Case.objects.visible_to(owner).open()
    if feed.scope == Feed.Scope.MINE:
        rows = rows.filter(officer=owner)
    elif owner.ministry == Ministry.FOREIGN_AFFAIRS:
        rows = rows.filter(holder=Holder.FOREIGN_AFFAIRS)
    for case in _near(rows.select_related("partner"), today):
        # Translators: a deadline of a case in a calendar, after its number and partner
        words = pgettext("in a calendar", "%(case)s: due") % {"case": _case_words(case)}
        yield Deadline(f"case-{case.pk}", case.due_on, words, case.get_absolute_url())


def _case_words(case: Case) -> str:
    """The number, and the partner where the case is not secret: a calendar leaves the house."""
    return (
        case.listed_name if case.is_secret or case.partner is None else f"{case.number} {case.partner.name}"
    )


def _of_tasks(owner: User, today: date) -> Iterator[Deadline]:
    rows = Task.objects.filter(assigned_to=owner, done_at=None, case__in=Case.objects.visible_to(owner))
    for task in _near(rows.select_related("case__partner"), today):
        words = pgettext("in a calendar", "%(case)s: task") % {"case": _case_words(task.case)}
        yield Deadline(f"task-{task.pk}", task.due_on, words, task.case.get_absolute_url())


def _of_agreements(owner: User, today: date) -> Iterator[Deadline]:
    seen = Agreement.objects.visible_to(owner)
    rows = RunningClock.objects.filter(agreement__in=seen).select_related("agreement__partner")
    for clock in _near(rows, today):
        if not may_edit(owner, clock.agreement):
            continue
        label: str | Promise = RULE_OF[clock.code].label
        partner = "" if clock.agreement.is_secret else f"{clock.agreement.partner.name} "
        words = f"{partner}{clock.agreement.number}: {label}"
        key = f"clock-{clock.agreement_id}-{clock.code}"
        yield Deadline(key, clock.due_on, words, clock.agreement.get_absolute_url())


def _of_recommendations(owner: User, today: date) -> Iterator[Deadline]:
    rows: Iterable[Recommendation] = Recommendation.objects.open().filter(ministry=owner.ministry)
    for row in rows:
        if nearest_day(row) is None:
            continue
        for kind, day in (("due", row.due_on), ("inner", row.inner_due_on)):
            if day is not None and day >= today - BACK:
                words = pgettext("in a calendar", "Audit recommendation %(code)s: answer due")
                key = f"recommendation-{row.pk}-{kind}"
                yield Deadline(key, day, words % {"code": row.code}, row.get_absolute_url())
