"""What all pages of one case share: who it is, its sub-pages, and where action is required."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.models import Agreement
from agreements.rules import may_see_agreement
from cases.lifecycle import Step, awaited
from cases.models import Case, CaseQuerySet
from tracker.models import User
from tracker.statements import Prepared

# Name, address name, words, and the counts of `count_for` that say what asks for action there.
TABS: tuple[tuple[str, str, Promise, tuple[str, ...]], ...] = (
    ("overview", "cases:detail", pgettext_lazy("tab of a case", "Overview"), ()),
    ("contents", "cases:contents", _("Contents of the letter"), ()),
    ("persons", "cases:persons", pgettext_lazy("tab of a case", "Persons"), ()),
    # Translators: 往來文書
    ("letters", "cases:letters", _("Correspondence"), ("letters_waiting",)),
    ("promises", "cases:promises", pgettext_lazy("tab of a case", "Promises"), ("promises_overdue",)),
    ("related", "cases:related", pgettext_lazy("tab of a case", "Related"), ("competition_waiting",)),
    ("documents", "cases:documents", _("Documents"), ()),
    ("work", "cases:work", _("Notes and tasks"), ("mentions_unseen", "tasks_open")),
    ("history", "cases:history", _("History of the record"), ()),
)


@dataclass(frozen=True, slots=True)
class Tab:
    """One sub-page; ``badge`` is how many things ask for action there, 0 for none."""

    label: str | Promise
    url: str
    badge: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands above every page of the case. ``agreement`` is None where the reader may not see it."""

    tabs: tuple[Tab, ...]
    agreement: Agreement | None
    next: Step | None
    days: int | None
    is_on_hold: bool


def framed(*, number: str, reader: User) -> CaseQuerySet:
    """The registered case of this number with what the frame shows, if the reader may see it.

    :func:`cases.record.counts.count_for` adds the numbers.
    """
    seen = Case.objects.registered().visible_to(reader).filter(number=number)
    return seen.with_rows().select_related("contents").order_by()


FRAMED = Prepared(framed)


def frame_of(case: Case, *, reader: User, today: date, current: str) -> Frame:
    """The frame for this reader with the tab ``current`` open. No query, for a case that was counted."""
    agreement = case.agreement
    return Frame(
        tabs=tuple(
            Tab(
                label,
                reverse(name, args=[case.number]),
                sum(getattr(case, badge, 0) for badge in badges),
                key == current,
            )
            for key, name, label, badges in TABS
        ),
        agreement=agreement if agreement is None or may_see_agreement(reader, agreement) else None,
        next=awaited(case.state, case.kind),
        days=case.days_left(today),
        is_on_hold=case.is_on_hold(today),
    )
