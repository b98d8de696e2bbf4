"""How long cases are kept: the last day of a term, which term a case has, and which cases may be proposed for disposal today."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from cases.models import (
    Case,
    CaseQuerySet,
    DisposalLine,
    Hold,
    Promise,
    RetentionDefault,
    Start,
    Term,
)
from tracker.models import User

MOST = 500
"""Cases of one disposal list: it is carried out in one transaction, and one form sends all of them."""


def last_day(start: date, years: int) -> date:
    """The last day of so many years after ``start``, which itself does not count (民法第 120, 121 條).

    Where the last month lacks the day, it is the last day of that month: 2024-02-29 and one year end on 2025-02-28.
    """
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)


def counted_from(ended_on: date, start: str) -> date:
    """The day from which the years count, for what ended on a day."""
    return date(ended_on.year, 12, 31) if start == Start.YEAR_END else ended_on


@dataclass(frozen=True, slots=True)
class Told:
    """The term of a case: its own, that of its kind, or permanent because nobody has set one."""

    years: int
    start: str
    is_own: bool
    reason: str

    @property
    def label(self) -> str:
        return str(Term(self.years).label)

    @property
    def is_unknown(self) -> bool:
        return not self.is_own and not self.reason

    def ends_on(self, closed_on: date | None) -> date | None:
        """The last day of the term; None when it is permanent or has not begun."""
        if not self.years or closed_on is None:
            return None
        return last_day(counted_from(closed_on, self.start), self.years)


def defaults() -> dict[str, RetentionDefault]:
    """The ministry's terms by kind of case. One query."""
    return {row.kind: row for row in RetentionDefault.objects.all()}


def told_of(case: Case, by_kind: Mapping[str, RetentionDefault]) -> Told:
    """The term of a case. A query unless its ``retention`` was read with it."""
    own = getattr(case, "retention", None)
    if own is not None:
        return Told(own.years, own.start, True, own.reason)
    usual = by_kind.get(case.kind)
    if usual is not None:
        return Told(usual.years, usual.start, False, usual.source)
    return Told(Term.FOREVER, Start.CLOSING, False, "")


def _over(years: int, start: str, today: date) -> Q:
    """That the term of what closed is over: its last day is before ``today``."""
    if start == Start.YEAR_END:
        return Q(closed_on__lt=date(today.year - years, 1, 1))
    try:
        return Q(closed_on__lt=today.replace(year=today.year - years))
    except ValueError:  # the 29th of February: whatever closed by the 28th of that year is over
        return Q(closed_on__lt=date(today.year - years, 3, 1))


def due_cases(
    reader: User, *, today: date, by_kind: Mapping[str, RetentionDefault] | None = None
) -> CaseQuerySet:
    """Closed cases that the reader sees, whose term is over, that no hold stops and no list names yet; the oldest first.

    ``by_kind`` are the terms of ``defaults()`` where they were read already.
    """
    over = Q()
    for years in Term.values:
        for start in Start.values if years else ():
            over |= Q(retention__years=years, retention__start=start) & _over(years, start, today)
    for usual in (defaults() if by_kind is None else by_kind).values():
        if usual.years:
            over |= Q(retention=None, kind=usual.kind) & _over(usual.years, usual.start, today)
    named = DisposalLine.objects.filter(case=OuterRef("pk"), plan__dropped_at=None)
    stopped = Hold.objects.filter(case=OuterRef("pk"), lifted_at=None)
    closed = (
        Case.objects.registered()
        .visible_to(reader)
        .filter(over, closed_on__isnull=False, voided_at=None, destroyed_at=None)
    )
    found = closed.filter(~Exists(named), ~Exists(stopped)).select_related("partner", "retention")
    return found.order_by("closed_on", "id")


def owed_in(cases: Iterable[Case], *, today: date) -> set[int]:
    """The keys of those of the cases in which a promise is still owed: they stay. One query."""
    owed = Promise.objects.filter(case__in=[case.pk for case in cases]).owed(today=today)
    return set(owed.values_list("case", flat=True))


def destroyed_on(case: Case) -> DisposalLine | None:
    """The line of the list under which its contents were destroyed. One query."""
    lines = case.disposal_lines.filter(plan__carried_out_at__isnull=False)
    return lines.select_related("plan__carried_out_by").first()
