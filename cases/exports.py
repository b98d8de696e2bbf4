"""Cases as data for scripts: where each stood on a day, with counts; the same rows as any list."""

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from agreements.models.asof import end_of
from cases.lifecycle import CLOSED, HOLDER_OF, Basis, Direction, Kind, State
from cases.models import Case, CaseEvent, CaseQuerySet, Extension, Promise
from cases.timing import due_day, fact_of, facts_of
from tracker.models import Entry
from tracker.preferences import counting_rules
from tracker.workdays import Calendar


def case_report(cases: CaseQuerySet, as_of: date, *, state: str = "") -> dict[str, Any]:
    """Counts and items of ``cases`` as of a day; a case that did not exist yet is left out. Six queries.

    ``state`` limits them to those that were in it then. ``due_on`` is computed from what had happened by that day,
    and from the deadline that was recorded at its end.
    ``requested_on`` of an outgoing case that has not been sent is the day on which it was taken up.
    """
    rows, deadlines = _as_they_stood(cases, as_of), _deadlines_changed_since(as_of)
    calendar, roll = counting_rules()
    items = [
        case_data(_with_its_deadline(case, deadlines), as_of, calendar=calendar, roll=roll)
        for case in (rows.filter(Q(("state_then", state))) if state else rows)
    ]
    return {
        "as_of": as_of.isoformat(),
        "cases": len(items),
        "by_state": _counts(items, "state", State.values),
        "by_direction": _counts(items, "direction", Direction.values),
        "by_kind": _counts(items, "kind", Kind.values),
        "by_basis": _counts(items, "basis", Basis.values),
        "items": items,
    }


def _as_they_stood(cases: CaseQuerySet, as_of: date) -> QuerySet[Case]:
    """The cases of that day with the steps, the approved extensions and the promises of which their clocks knew then."""
    events = CaseEvent.objects.filter(happened_on__lte=as_of).order_by("order")
    extensions = Extension.objects.filter(is_approved=True, decided_at__lt=end_of(as_of))
    promises = Promise.objects.filter(withdrawn_at=None, given_on__lte=as_of, due_on__isnull=False)
    rows = cases.as_of(as_of).select_related("partner", "agreement").order_by("requested_on", "id")
    return rows.prefetch_related(
        Prefetch("events", events), Prefetch("extensions", extensions), Prefetch("promises", promises)
    )


def _deadlines_changed_since(as_of: date) -> dict[int, date | None]:
    """By case, the deadline that stood at the end of the day, where it was changed later: the history keeps it."""
    changes = Entry.objects.filter(
        about_model=Case._meta.label_lower,
        verb="case.amend",
        at__gte=end_of(as_of),
        details__has_key="deadline_was",
    )
    told = changes.order_by("-id").values_list(
        "about_id", "details"
    )  # the first change after the day comes last
    days = {int(key): details["deadline_was"] for key, details in told}
    return {key: date.fromisoformat(day) if day else None for key, day in days.items()}


def _with_its_deadline(case: Case, deadlines: dict[int, date | None]) -> Case:
    case.deadline = deadlines.get(case.pk, case.deadline)
    return case


def case_data(case: Case, as_of: date, *, calendar: Calendar, roll: bool) -> dict[str, Any]:
    """One case as scripts read it; it comes from :func:`_as_they_stood`. What is unknown or nobody's is null."""
    state: str = case.state_then  # type: ignore[attr-defined]
    assert case.partner is not None and case.requested_on is not None and case.received_on is not None  # noqa: S101
    due_on = _due_then(case, state, as_of, calendar, roll)
    return {
        "number": case.number,
        "partner": case.partner.code,
        "kind": case.kind,
        "direction": case.direction,
        "state": state,
        "basis": case.basis,
        "agreement": case.agreement.number if case.agreement else None,
        "requested_on": case.requested_on.isoformat(),
        "received_on": case.received_on.isoformat(),
        "due_on": due_on.isoformat() if due_on else None,
        "holder": HOLDER_OF[state] or None,
    }


def _due_then(case: Case, state: str, as_of: date, calendar: Calendar, roll: bool) -> date | None:
    """The nearest due day as the facts of that day give it; none for a case that was closed then."""
    if state in CLOSED:
        return None
    facts = facts_of(
        case,
        events=[fact_of(event) for event in case.events.all()],
        extensions=case.extensions.all(),
        promises=case.promises.all(),
    )
    pledges = tuple(
        replace(one, kept_on=None) if one.kept_on and one.kept_on > as_of else one for one in facts.pledges
    )
    return due_day(replace(facts, state=state, pledges=pledges), calendar=calendar, roll=roll)[0]


def _counts(items: list[dict[str, Any]], name: str, values: list[str]) -> dict[str, int]:
    found = Counter(item[name] for item in items)
    return {value: found[value] for value in values}
