"""Marks of cases that wait for their yearly review, that are overdue, or that somebody asked to lower."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q

from cases.models import Access, Case, CaseQuerySet
from cases.rules import may_change
from tracker.models import Lowering, User
from tracker.roles import Secrecy

A_YEAR = timedelta(days=365)
SHOWN = 100


@dataclass(frozen=True, slots=True)
class MarkRow:
    """One marked case: whether its day of declassification is past, and the request that waits, if there is one."""

    case: Case
    is_past: bool
    lowering: Lowering | None
    may_decide: bool


def marked_cases(reader: User, *, today: date) -> CaseQuerySet:
    """Restricted and sealed cases that the reader sees, whose mark was not reviewed for a year or is past its day."""
    due = Q(mark_reviewed_on=None) | Q(mark_reviewed_on__lte=today - A_YEAR) | Q(declassify_on__lte=today)
    seen = Case.objects.registered().visible_to(reader).filter(secrecy__gte=Secrecy.RESTRICTED)
    return seen.filter(due).order_by(F("mark_reviewed_on").asc(nulls_first=True), "id")


def mark_rows(reader: User, *, today: date) -> Sequence[MarkRow]:
    """The first of them, those with a request first. Three queries."""
    waiting = Lowering.objects.filter(about_model=Case._meta.label_lower, is_granted=None)
    asked = {int(row.about_id): row for row in waiting.select_related("asked_by")}
    seen = (
        Case.objects.registered().visible_to(reader).filter(pk__in=asked).select_related("partner", "officer")
    )
    due = marked_cases(reader, today=today).exclude(pk__in=asked).select_related("partner", "officer")[:SHOWN]
    return [
        MarkRow(
            case=case,
            is_past=case.declassify_on is not None and case.declassify_on <= today,
            lowering=asked.get(case.pk),
            may_decide=case.pk in asked
            and asked[case.pk].asked_by_id != reader.pk
            and may_change(reader, case),
        )
        for case in [*seen.order_by("id"), *due]
    ]


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
