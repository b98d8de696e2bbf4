"""What is asked, as the overview of a case shows it, with what follows once everything is settled."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from cases.items import reply_step
from cases.lifecycle import Step
from cases.models import AssistanceItem, Case
from cases.rules import may_change
from tracker.models import User
from tracker.statements import Prepared


@dataclass(frozen=True, slots=True)
class ItemsPanel:
    """The section. ``reply`` is the step that is due since everything is settled, for those who record it."""

    rows: Sequence[AssistanceItem]
    settled: int
    may_settle: bool
    reply: Step | None


def _items(*, case: int) -> QuerySet[AssistanceItem]:
    return AssistanceItem.objects.filter(case=case).order_by("position", "id")


_ITEMS = Prepared(_items)


def items_panel(case: Case, *, reader: User) -> ItemsPanel:
    """What is asked, for this reader. One query."""
    rows = _ITEMS(case=case.pk)
    may_settle = case.is_open and may_change(reader, case)
    return ItemsPanel(
        rows=rows,
        settled=sum(item.state != AssistanceItem.Progress.OPEN for item in rows),
        may_settle=may_settle,
        reply=reply_step(case, rows) if may_settle else None,
    )
