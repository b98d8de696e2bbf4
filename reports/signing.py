"""The three boxes of a report, 擬辦, 複核 and 核定: who signed in each of them, and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy

from agreements.marks import day_words
from reports.models import Decision, FrozenReport
from reports.printing import Signing
from tracker.workdays import TAIPEI

BOXES: tuple[tuple[Decision.Kind, Promise], ...] = (
    # Translators: 擬辦
    (Decision.Kind.SUBMIT, pgettext_lazy("box to sign in", "Drafted")),
    # Translators: 複核
    (Decision.Kind.REVIEW, pgettext_lazy("box to sign in", "Reviewed")),
    # Translators: 核定
    (Decision.Kind.APPROVE, pgettext_lazy("box to sign in", "Approved")),
)
TAKEN_BACK = (Decision.Kind.RETURN, Decision.Kind.WITHDRAW)


@dataclass(frozen=True, slots=True)
class Box:
    """One box; ``decision`` is the signature that stands in it, None while it is empty."""

    title: str | Promise
    decision: Decision | None
    is_next: bool = False


def boxes_of(report: FrozenReport, decisions: Iterable[Decision]) -> list[Box]:
    """The boxes with the signatures that stand: what was sent back or taken back has none of those before."""
    standing: dict[str, Decision] = {}
    for decision in decisions:
        if decision.kind in TAKEN_BACK:
            standing.clear()
        else:
            standing[decision.kind] = decision
    waits_for = {
        FrozenReport.Status.SUBMITTED: Decision.Kind.REVIEW,
        FrozenReport.Status.REVIEWED: Decision.Kind.APPROVE,
        FrozenReport.Status.APPROVED: None,
    }.get(FrozenReport.Status(report.status), Decision.Kind.SUBMIT)
    return [Box(title, standing.get(kind), kind == waits_for) for kind, title in BOXES]


def signing_of(report: FrozenReport, kept: dict[str, Any]) -> Signing:
    """What the paper of the report says of its signatures, remarks and digest, in the active language. One query."""
    is_chinese = (get_language() or "").startswith("zh")
    decisions = report.decisions.select_related("by").order_by("pk")
    lines = [_lines(box) for box in boxes_of(report, decisions)]
    remarks = {
        one["row"]: (one["text"] or one["text_en"]) if is_chinese else (one["text_en"] or one["text"])
        for one in kept["remarks"]
    }
    return Signing(tuple(lines), remarks, report.digest, report.is_approved)


def _lines(box: Box) -> tuple[str, ...]:
    if box.decision is None:
        return (str(box.title),)
    signer = box.decision.by
    name = f"{signer.desk} {signer}".strip()
    return (str(box.title), name, gettext("%(day)s, signed") % {"day": day_words(_day(box.decision.at))})


def _day(moment: datetime) -> date:
    return moment.astimezone(TAIPEI).date()
