"""Marks of cases that wait for their yearly review, that are overdue, or that somebody asked to lower."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from agreements.reviews import MarkPage, page_of, waiting
from cases.models import Access, Case, CaseQuerySet
from cases.rules import held_among, may_review_marks
from tracker.models import User

SHOWN = 100
"""So many openings in an emergency stand on their page, the newest."""


def marked_cases(reader: User, *, today: date) -> QuerySet[Case]:
    """Restricted and sealed cases that the reader sees whose mark waits: for its review, after its day, or to be lowered."""
    return waiting(_reviewed(reader), today=today)


def _reviewed(reader: User) -> CaseQuerySet:
    """The mark of a case whose contents were destroyed stays as it is."""
    return Case.objects.registered().visible_to(reader).filter(destroyed_at=None)


def case_marks(reader: User, *, today: date, asked: str = "") -> MarkPage:
    """A page of them, those with a request first. Four queries."""
    return page_of(
        _reviewed(reader).select_related("partner", "officer"),
        reader,
        name=lambda case: case.listed_name,
        reviewed=lambda user, cases: held_among(user, cases) if may_review_marks(user) else (),
        today=today,
        asked=asked,
    )


def marks_due(reader: User, *, today: date) -> int | None:
    """How many marks of cases wait on their page; None for who reviews none. At most one query."""
    return marked_cases(reader, today=today).order_by().count() if may_review_marks(reader) else None


@dataclass(frozen=True, slots=True)
class EmergencyRow:
    """One opening in an emergency; ``case`` is None where the reader may not see which case it was."""

    access: Access
    case: Case | None


def emergencies(reader: User) -> Sequence[EmergencyRow]:
    """Who opened a sealed case, when, until when and why, newest first; the case where the reader sees it. Two queries."""
    rows = list(
        Access.objects.filter(kind=Access.Kind.EMERGENCY)
        .select_related("person")
        .order_by("-given_at", "-id")[:SHOWN]
    )
    seen = Case.objects.visible_to(reader).in_bulk([row.case_id for row in rows])
    return [EmergencyRow(row, seen.get(row.case_id)) for row in rows]
