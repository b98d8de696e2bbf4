"""The practice card of a partner, read: its lines, what is stale, how long it takes, and what experience teaches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from statistics import median
from typing import Any

from django.db.models import Count, F, Max, Min, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from agreements.models import Partner
from cases.basis import day_words
from cases.lifecycle import Defect, Direction, Kind, State
from cases.models import AssistanceItem, Case, CaseEvent, PracticeLine
from cases.rules import works_on_cases
from tracker.models import User
from tracker.partialdate import PartialDate

FEW = 5
"""Below so many precedents the usual time says that it rests on few."""
NEWEST = 500
"""So many of the newest cases tell the usual time and what letters lacked."""
STALE_SHOWN = 5
REPLIED = (State.O85, State.O88, State.O71, State.O81)
"""An outgoing request has its answer: part reply, reply, transfer agreed, extradition granted."""
ANSWERED = (*REPLIED, State.O99)
SENT_BACK = ("return_for_correction", "asked_for_more")
"""The steps that say what an outgoing letter lacked."""
Topic = PracticeLine.Topic
TOPIC_OF: dict[str, Topic] = {
    Defect.AUTHORITY: Topic.AUTHORITY,
    Defect.TRANSLATION: Topic.LANGUAGE,
    Defect.FORM: Topic.FORM,
    Defect.OTHER: Topic.OTHER,
}
"""Where a line that answers a defect belongs; the other defects are about what the letter must say."""


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line with what a reader must know of its age."""

    line: PracticeLine
    is_stale: bool

    @property
    def age(self) -> str:
        """ "not verified since 113 年 3 月" for a stale line, "" else."""
        month = PartialDate(self.line.verified_on.year, self.line.verified_on.month)
        return _("not verified since %(month)s") % {"month": day_words(month)} if self.is_stale else ""


@dataclass(frozen=True, slots=True)
class Measure:
    """The lines for one kind of assistance, or for whatever is asked ("")."""

    code: str
    label: str
    lines: Sequence[CardLine]


@dataclass(frozen=True, slots=True)
class UsualTime:
    """How long replies took: the median of days from sending to the first reply, of so many precedents."""

    label: str | Promise
    days: int
    precedents: int

    @property
    def is_thin(self) -> bool:
        return self.precedents < FEW


@dataclass(frozen=True, slots=True)
class Lesson:
    """So many of our letters lacked this, and the card has no line on it: the line that would say it."""

    defect: str
    label: str
    topic: str
    letters: int

    @property
    def topic_label(self) -> str:
        return str(Topic(self.topic).label)


@dataclass(frozen=True, slots=True)
class Card:
    """The practice card of one partner, for whatever is asked or for one measure."""

    partner: Partner
    measures: Sequence[Measure]
    times: Sequence[UsualTime]
    lessons: Sequence[Lesson]
    measure: str = ""

    @property
    def lines(self) -> list[CardLine]:
        return [line for measure in self.measures for line in measure.lines]

    @property
    def stale(self) -> int:
        return sum(line.is_stale for line in self.lines)

    @property
    def gaps(self) -> list[str]:
        """Topics on which nothing is known."""
        known = {each.line.topic for each in self.lines}
        return [str(topic.label) for topic in Topic if topic not in known and topic != Topic.OTHER]


@dataclass(frozen=True, slots=True)
class StaleCard:
    """A partner whose card has lines that nobody verified for a year: a task for the desk."""

    name_zh: str
    name_en: str
    code: str
    is_sample: bool
    lines: int
    since: date

    @property
    def name(self) -> str:
        """The partner's name in the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh

    @property
    def url(self) -> str:
        return reverse("practice:card", args=[self.code])

    @property
    def age(self) -> str:
        return _("not verified since %(month)s") % {
            "month": day_words(PartialDate(self.since.year, self.since.month))
        }


def a_year_before(today: date) -> date:
    """The same day a year ago; what was verified before it is stale. 29 February becomes 28 February."""
    try:
        return today.replace(year=today.year - 1)
    except ValueError:
        return today.replace(year=today.year - 1, day=28)


def is_stale(line: PracticeLine, *, today: date) -> bool:
    """Whether more than a year has passed since somebody verified the line."""
    return line.verified_on < a_year_before(today)


def lines_in_use(partner: Partner, measures: Iterable[str] = ()) -> QuerySet[PracticeLine]:
    """The lines of the card that were not withdrawn; with ``measures`` only those that hold for one of them."""
    lines = PracticeLine.objects.filter(partner=partner, withdrawn_at=None)
    wanted = {"", *measures}
    return lines.filter(measure__in=wanted) if len(wanted) > 1 else lines


def card_of(
    partner: Partner, *, reader: User, today: date, measure: str = "", has_lessons: bool = True
) -> Card:
    """The card for this reader, whose own cases tell the times and the lessons. Three queries, or two without them."""
    rows = lines_in_use(partner, [measure] if measure else []).select_related("verified_by")
    lines = sorted(rows, key=lambda line: (line.measure, list(Topic).index(Topic(line.topic)), line.pk))
    return Card(
        partner=partner,
        measures=[
            Measure(
                code, measure_label(code), [CardLine(line, is_stale(line, today=today)) for line in group]
            )
            for code, group in groupby(lines, key=lambda line: line.measure)
        ],
        times=usual_times(partner, reader=reader, measure=measure),
        lessons=lessons_of(partner, lines, reader=reader) if has_lessons else [],
        measure=measure,
    )


def measure_label(code: str) -> str:
    """The kind of assistance in words; "" is whatever is asked."""
    return str(AssistanceItem.Kind(code).label) if code else pgettext("measure", "Whatever is asked")


def usual_times(partner: Partner, *, reader: User, measure: str = "") -> list[UsualTime]:
    """By kind of case, how long this partner's replies took in the newest cases that the reader may see. One query."""
    replies = CaseEvent.objects.filter(case=OuterRef("pk"), state__in=REPLIED).order_by("order")
    cases = _ours(partner, reader).filter(state__in=ANSWERED)
    if measure:
        cases = cases.filter(items__kind=measure)
    rows = (
        cases.order_by("-requested_on", "-id")
        .annotate(replied_on=Subquery(replies.values("happened_on")[:1]))
        .values_list("kind", "requested_on", "replied_on")[:NEWEST]
    )
    days: dict[str, list[int]] = {}
    for kind, sent_on, replied_on in rows:
        if replied_on is not None:
            days.setdefault(kind, []).append((replied_on - sent_on).days)
    return [
        UsualTime(kind.label, round(median(days[kind])), len(days[kind])) for kind in Kind if kind in days
    ]


def lessons_of(partner: Partner, lines: Iterable[PracticeLine], *, reader: User) -> list[Lesson]:
    """What our newest letters to this partner lacked and the card does not say, the most frequent first. One query.

    A defect of the contents is answered by a line that names it, or by one verified since it last happened.
    """
    newest = _ours(partner, reader).order_by("-requested_on", "-id").values("pk")[:NEWEST]
    found: Any = (
        CaseEvent.objects.filter(case__in=newest, step__in=SENT_BACK)
        .exclude(defect="")
        .order_by()
        .values("defect")
        .annotate(letters=Count("case", distinct=True), last=Max("happened_on"))
    )
    known = list(lines)
    lessons = [
        Lesson(row["defect"], str(Defect(row["defect"]).label), topic_of(row["defect"]), row["letters"])
        for row in found
        if not any(_answers(line, row["defect"], row["last"]) for line in known)
    ]
    return sorted(lessons, key=lambda lesson: (-lesson.letters, lesson.defect))


def topic_of(defect: str) -> Topic:
    """The topic of the line that would have prevented the defect."""
    return TOPIC_OF.get(defect, Topic.CONTENTS)


def stale_lines(reader: User, *, today: date) -> list[StaleCard]:
    """The cards with stale lines, the longest unverified first, for the desk that keeps them. One grouped query."""
    found = stale_cards(reader, today)
    return [] if found is None else [StaleCard(**row) for row in found]


def stale_cards(reader: User, today: date) -> Any:
    """The same as rows with the fields of a StaleCard; None for those who keep no cards."""
    if not works_on_cases(reader):
        return None
    return (
        PracticeLine.objects.filter(withdrawn_at=None, verified_on__lt=a_year_before(today))
        .order_by()
        .values(
            name_zh=F("partner__name_zh"),
            name_en=F("partner__name_en"),
            code=F("partner__code"),
            is_sample=F("partner__is_sample"),
        )
        .annotate(lines=Count("pk"), since=Min("verified_on"))
        .order_by("since", "code")[:STALE_SHOWN]
    )


def _ours(partner: Partner, reader: User) -> Any:
    return Case.objects.registered().visible_to(reader).filter(partner=partner, direction=Direction.OUT)


def _answers(line: PracticeLine, defect: str, last: date) -> bool:
    if line.topic != topic_of(defect):
        return False
    says_it = str(Defect(defect).label) in (line.text_zh + line.text_en)
    return line.topic != Topic.CONTENTS or says_it or line.verified_on >= last
