"""What all pages of one case share: who it is, its sub-pages, and where action is required."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.models import Agreement
from agreements.rules import may_see_agreement
from cases.letters.reading import ON_ITS_WAY, UNSETTLED
from cases.lifecycle import Step, awaited
from cases.models import Case, CaseQuerySet, Competitor, LetterCase, Mention, Person, PracticeLine, Task
from cases.models import Promise as Pledged
from cases.record.clocks import has_time
from tracker.models import User

# Name, address name, words, and the annotations of `framed` that count what asks for action there.
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


def framed(cases: CaseQuerySet, reader: User, *, today: date) -> CaseQuerySet:
    """Cases with what the frame shows to this reader, counted in the same query."""
    unseen = Mention.objects.filter(
        note__case=OuterRef("pk"), note__withdrawn_at=None, person=reader, seen_at=None
    )
    on_its_way = Q(letter__status__in=ON_ITS_WAY) | Q(letter__way="in", meaning__in=UNSETTLED)
    letters = LetterCase.objects.filter(
        on_its_way, case=OuterRef("pk"), letter__secrecy__lte=reader.clearance
    )
    promises = Pledged.objects.filter(case=OuterRef("pk"))
    card = PracticeLine.objects.filter(partner=OuterRef("partner"), withdrawn_at=None)
    return (
        cases.with_rows()
        .select_related("contents")
        .annotate(
            has_card=Exists(card),
            persons_named=counted(Person.objects.filter(case=OuterRef("pk")), "case"),
            may_compete=Exists(Competitor.objects.filter(case=OuterRef("pk"))),
            promises_open=counted(promises.owed(today=today), "case"),
            promises_overdue=counted(promises.overdue(today=today), "case"),
            letters_waiting=counted(letters, "case"),
            mentions_unseen=counted(unseen, "note__case"),
            tasks_open=counted(Task.objects.filter(case=OuterRef("pk"), done_at=None), "case"),
            has_time=has_time(),
        )
    )


def counted(rows: QuerySet, owner: str) -> Coalesce:
    """How many of ``rows`` belong to the case at hand, by way of ``owner``; 0 for none."""
    return Coalesce(Subquery(rows.order_by().values(owner).annotate(n=Count("pk")).values("n")), 0)


def frame_of(case: Case, *, reader: User, today: date, current: str) -> Frame:
    """The frame for this reader with the tab ``current`` open. No query, for a case from :func:`framed`."""
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
