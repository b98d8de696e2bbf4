"""Recomputing the next due day of the open cases after the calendar or a setting changed, and saying what moved."""

from datetime import date

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Prefetch

from agreements.actions.recompute import Moved
from cases.clocks import COUNTED_FROM
from cases.models import Case, CaseEvent, Extension, Promise
from cases.timing import due_day, fact_of, facts_of
from tracker import audit
from tracker.models import User
from tracker.preferences import counting_rules

AT_ONCE = 500


@transaction.atomic
def recompute_case_clocks(*, by: User, about: models.Model, today: date) -> list[Moved]:
    """Write the next due day of every open case anew that has a clock counting over the calendar; list what moved.

    ``about`` is what changed, such as a calendar exception: the audit entry tells of it.
    """
    calendar, roll = counting_rules()
    moved, changed = [], []
    for case in _affected().iterator(chunk_size=AT_ONCE):
        facts = facts_of(
            case,
            events=[fact_of(event) for event in case.read_events],  # type: ignore[attr-defined]
            extensions=case.read_extensions,  # type: ignore[attr-defined]
            promises=case.read_promises,  # type: ignore[attr-defined]
        )
        was = (case.due_on, case.due_clock)
        case.due_on, case.due_clock = due_day(facts, calendar=calendar, roll=roll)
        if (case.due_on, case.due_clock) != was:
            changed.append(case)
            if was[0] and case.due_on:
                moved.append(Moved(case.number, case.due_clock, was[0], case.due_on, case.due_on < today))
    Case.objects.bulk_update(changed, ["due_on", "due_clock"], batch_size=AT_ONCE)
    listed = [{"number": m.number, "code": m.code, "was": m.was, "now": m.now} for m in moved]
    audit.record("case.recompute", about, by=by, details={"moved": len(moved), "clocks": listed})
    return moved


def _affected() -> models.QuerySet[Case]:
    """Open cases with a step that starts a counted clock, with everything that their clocks read."""
    started = CaseEvent.objects.filter(case=OuterRef("pk"), step__in=COUNTED_FROM)
    read = (
        Prefetch("events", CaseEvent.objects.order_by("order"), "read_events"),
        Prefetch("extensions", Extension.objects.filter(is_approved=True), "read_extensions"),
        Prefetch(
            "promises", Promise.objects.filter(withdrawn_at=None, due_on__isnull=False), "read_promises"
        ),
    )
    cases = Case.objects.open().filter(Exists(started)).select_related("agreement", "partner")
    return cases.select_for_update(of=("self",), no_key=True).order_by("pk").prefetch_related(*read)
