"""What is asked, as the overview of a case shows it, with what follows once everything is settled."""

from collections.abc import Sequence
from dataclasses import dataclass

from cases.items import reply_step
from cases.lifecycle import Step
from cases.models import AssistanceItem, Case
from cases.rules import may_change
from tracker.models import User


@dataclass(frozen=True, slots=True)
class ItemsPanel:
    """The section. ``reply`` is the step that is due since everything is settled, for those who record it."""

    rows: Sequence[AssistanceItem]
    settled: int
    may_settle: bool
    reply: Step | None


def items_panel(case: Case, *, reader: User) -> ItemsPanel:
    """What is asked, for this reader. One query."""
    rows = list(case.items.all())
    may_settle = case.is_open and may_change(reader, case)
    return ItemsPanel(
        rows=rows,
        settled=sum(item.state != AssistanceItem.Progress.OPEN for item in rows),
        may_settle=may_settle,
        reply=reply_step(case, rows) if may_settle else None,
    )
