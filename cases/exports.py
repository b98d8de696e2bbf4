"""Cases as data for scripts: where each stood on a day, with counts; the same rows as any list."""

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Q

from cases.lifecycle import HOLDER_OF, Basis, Direction, Kind, State
from cases.models import Case, CaseQuerySet


def case_report(cases: CaseQuerySet, as_of: date, *, state: str = "") -> dict[str, Any]:
    """Counts and items of ``cases`` as of a day; a case that did not exist yet is left out. One query.

    ``state`` limits them to those that were in it then.

    ``requested_on`` of an outgoing case that has not been sent is the day on which it was taken up.
    """
    rows = cases.as_of(as_of).select_related("partner", "agreement").order_by("requested_on", "id")
    items = [case_data(case) for case in (rows.filter(Q(("state_then", state))) if state else rows)]
    return {
        "as_of": as_of.isoformat(),
        "cases": len(items),
        "by_state": _counts(items, "state", State.values),
        "by_direction": _counts(items, "direction", Direction.values),
        "by_kind": _counts(items, "kind", Kind.values),
        "by_basis": _counts(items, "basis", Basis.values),
        "items": items,
    }


def case_data(case: Case) -> dict[str, Any]:
    """One case as scripts read it; it carries ``state_then``. What is unknown or nobody's is null."""
    state: str = case.state_then  # type: ignore[attr-defined]
    assert case.partner is not None and case.requested_on is not None and case.received_on is not None  # noqa: S101
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
        "due_on": case.due_on.isoformat() if case.due_on else None,
        "holder": HOLDER_OF[state] or None,
    }


def _counts(items: list[dict[str, Any]], name: str, values: list[str]) -> dict[str, int]:
    found = Counter(item[name] for item in items)
    return {value: found[value] for value in values}
