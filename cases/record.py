"""The page of one case, put together: its events, items, reason and history, named only as far as the reader may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from agreements.models import Agreement
from agreements.rules import may_see_agreement
from cases.basis import words_of
from cases.history import sentence
from cases.lifecycle import Step, awaited
from cases.models import AssistanceItem, Case, CaseEvent
from tracker import audit
from tracker.models import Entry, User

SHOWN = 20
"""So many entries of the history, the newest."""


@dataclass(frozen=True, slots=True)
class Told:
    """One audit entry and its sentence."""

    entry: Entry
    words: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Everything on the page. ``agreement`` is None where the reader may not see it, or there is none."""

    events: Sequence[CaseEvent]
    items: Sequence[AssistanceItem]
    history: Sequence[Told]
    agreement: Agreement | None
    reason: str
    next: Step | None
    days: int | None


def record_page(case: Case, *, reader: User, today: date) -> RecordPage:
    """What the page shows to this reader. Three queries."""
    agreement = case.agreement
    may_see = agreement is None or may_see_agreement(reader, agreement)
    return RecordPage(
        events=list(case.events.select_related("recorded_by").order_by("-order")),
        items=list(case.items.all()),
        history=[Told(entry, sentence(entry)) for entry in audit.history_of(case)[:SHOWN]],
        agreement=agreement if may_see else None,
        reason=words_of(case.basis_finding, shows_agreement=may_see and _may_be_named(case, reader)),
        next=awaited(case.state, case.kind),
        days=case.days_left(today),
    )


def _may_be_named(case: Case, reader: User) -> bool:
    """Whether the reader may see the agreement of which the kept reason speaks; it need not be the case's own."""
    key = case.basis_finding.get("agreement")
    if key is None or key == case.agreement_id:
        return True
    return Agreement.objects.visible_to(reader).filter(pk=key).exists()
