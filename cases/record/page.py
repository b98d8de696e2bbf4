"""The overview of one case, put together: its events, items and reason, named only as far as the reader may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from agreements.models import Agreement
from agreements.rules import may_see_agreement
from cases.basis import words_of
from cases.models import Case, CaseEvent
from cases.notes import TaskLine, open_tasks_of
from cases.papers import Paper, papers_of
from cases.record.clocks import TimePanel, time_panel
from cases.record.contents import Missing, missing_in
from cases.record.items import ItemsPanel, items_panel
from tracker.models import User
from tracker.statements import Prepared


@dataclass(frozen=True, slots=True)
class RecordPage:
    """What the overview shows below the frame."""

    events: Sequence[CaseEvent]
    items: ItemsPanel
    reason: str
    tasks: Sequence[TaskLine]
    papers: Sequence[Paper]
    time: TimePanel
    missing: Missing


def record_page(case: Case, *, reader: User, today: date) -> RecordPage:
    """What the overview shows to this reader.

    Two queries; one more when documents are there, one when the reason names another agreement, one when tasks are open, three when stops,
    extensions or promises are there, one when the letter may still be amended and the partner has a practice card.
    """
    events = _EVENTS(case=case.pk)
    items = items_panel(case, reader=reader)
    return RecordPage(
        events=events,
        items=items,
        reason=reason_of(case, reader),
        tasks=open_tasks_of(case, today) if getattr(case, "tasks_open", True) else [],
        papers=papers_of(case, reader) if getattr(case, "has_papers", True) else [],
        time=time_panel(case, events=events, reader=reader, today=today),
        missing=missing_in(case, items.rows),
    )


def _events(*, case: int) -> QuerySet[CaseEvent]:
    return CaseEvent.objects.filter(case=case).select_related("recorded_by").order_by("-order")


_EVENTS = Prepared(_events)


def reason_of(case: Case, reader: User) -> str:
    """Why the case rests on what it does; an agreement that the reader may not see is not named."""
    agreement = case.agreement
    # Of a hidden one row-level security leaves the key alone.
    may_see = case.agreement_id is None or (agreement is not None and may_see_agreement(reader, agreement))
    return words_of(case.basis_finding, shows_agreement=may_see and _may_be_named(case, reader))


def _may_be_named(case: Case, reader: User) -> bool:
    """Whether the reader may see the agreement of which the kept reason speaks; it need not be the case's own."""
    key = case.basis_finding.get("agreement")
    if key is None or key == case.agreement_id:
        return True
    return Agreement.objects.visible_to(reader).filter(pk=key).exists()
