"""The first page of a foreign-ministry officer: the one next action, periods, duties, stalled talks, what changed."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Cast

from agreements.actions.filing import file_of
from agreements.clocks import DUTY_RULES, OPTIONAL_CLOCKS, RULE_OF, Duty, open_duties
from agreements.lifecycle import PHASE_OF, POSSIBLE_TRACKS, Phase, Track
from agreements.models import Agreement, Milestone, ProgressUpdate, RunningClock
from agreements.models.asof import AgreementQuerySet
from agreements.record.trail import lines, without_hidden
from agreements.rules import may_take_step
from agreements.standing import Due, Office, running, stalled_words, with_facts
from tracker.models import Entry, User
from tracker.statements import Prepared

SOON = timedelta(days=7)
SHOWN = 10
RECENT = 8
DAYS_AHEAD = 5
TALKS = tuple(stage for stage, phase in PHASE_OF.items() if phase == Phase.NEGOTIATION)


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A period that runs or ran out."""

    agreement: Agreement
    due: Due
    may_act: bool

    @property
    def step(self) -> str:
        """The name of the step that stops the period."""
        return RULE_OF[self.due.clock.code].stops[0]


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A duty without a number of days: it has an age."""

    agreement: Agreement
    duty: Duty
    may_act: bool


@dataclass(frozen=True, slots=True)
class StalledLine:
    """Talks without any record for too long."""

    agreement: Agreement
    days: int
    last_said: ProgressUpdate | None
    may_act: bool

    @property
    def words(self) -> str:
        return stalled_words(self.days)


@dataclass(frozen=True, slots=True)
class Recent:
    """One audit entry about an agreement as a sentence."""

    entry: Entry
    words: str
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class DayAhead:
    """A working day and how many periods end on it."""

    day: date
    number: int
    is_today: bool


@dataclass(frozen=True, slots=True)
class Numbers:
    """The figures: they count everything the reader may see, not only what is listed."""

    overdue: int = 0
    soon: int = 0
    running: int = 0
    stalled: int = 0
    duties: int = 0

    def __add__(self, other: "Numbers") -> "Numbers":
        names = ("overdue", "soon", "running", "stalled", "duties")
        return Numbers(*(getattr(self, name) + getattr(other, name) for name in names))

    @property
    def any(self) -> bool:
        return bool(self.running or self.stalled or self.duties)


@dataclass(frozen=True, slots=True)
class Home:
    """Everything on the page. ``apart`` are the numbers of samples that do not count."""

    today: date
    numbers: Numbers
    apart: Numbers
    next: ClockLine | DutyLine | StalledLine | None
    clocks: Sequence[ClockLine]
    duties: Sequence[DutyLine]
    stalled: Sequence[StalledLine]
    stalled_after: int
    recent: Sequence[Recent]
    ahead: Sequence[DayAhead]

    @property
    def more_clocks(self) -> int:
        """Periods that run but are not listed."""
        return max(self.numbers.running + self.apart.running - len(self.clocks), 0)

    @property
    def more_duties(self) -> int:
        """Duties that are open but not listed."""
        return max(self.numbers.duties + self.apart.duties - len(self.duties), 0)

    @property
    def more_stalled(self) -> int:
        """Stalled talks that are not listed."""
        return max(self.numbers.stalled + self.apart.stalled - len(self.stalled), 0)


def home_page(*, reader: User, now: Office, with_samples: bool) -> Home:
    """What asks for this reader's attention, most urgent first; a fixed number of queries.

    Samples are listed, but their numbers stay apart unless ``with_samples``.
    """
    visible = Agreement.objects.visible_to(reader)
    clocks = RunningClock.objects.filter(agreement__in=visible)
    last = now.today - timedelta(days=now.stalled_after)
    stalled = stalled_talks(visible, today=now.today, last=last)
    duties = duty_starts(visible)
    shown = list(clocks.order_by("due_on", "agreement", "code")[:SHOWN])
    begun = duties.order_by("counted_to", "id").values_list("agreement_id", flat=True)[:SHOWN]
    with_duties = list(dict.fromkeys(begun))
    files = _files(visible, {*(row.agreement_id for row in shown), *with_duties})
    clock_lines = [line for line in (_clock_line(row, files, reader, now) for row in shown) if line]
    duty_lines = _duty_lines([files[key] for key in with_duties], reader, now)
    stalled_lines = [_stalled_line(row, reader, now) for row in _with_updates(stalled)[:SHOWN]]
    real, samples = _numbers(reader, today=now.today, last=last)
    return Home(
        today=now.today,
        numbers=real + samples if with_samples else real,
        apart=Numbers() if with_samples else samples,
        next=next_of(clock_lines, duty_lines, stalled_lines),
        clocks=clock_lines,
        duties=duty_lines,
        stalled=stalled_lines,
        stalled_after=now.stalled_after,
        recent=_recent(visible, reader),
        ahead=_ahead(clocks, now, with_samples),
    )


def next_of(
    clocks: Sequence[ClockLine], duties: Sequence[DutyLine], stalled: Sequence[StalledLine]
) -> ClockLine | DutyLine | StalledLine | None:
    """The one thing to do first: what is overdue or due soon, then open duties, stalled talks, other periods.

    Only what the reader may act on; a fictional sample never comes before a real file.
    """
    urgent = [line for line in clocks if line.due.days <= SOON.days]
    calm = [line for line in clocks if line.due.days > SOON.days]
    every: list[ClockLine | DutyLine | StalledLine] = [*urgent, *duties, *stalled, *calm]
    order = [line for line in every if line.may_act]
    return min(order, key=lambda line: line.agreement.partner.is_sample, default=None)


def stalled_talks(visible: AgreementQuerySet, *, today: date, last: date) -> AgreementQuerySet:
    """Files under negotiation without any record since the day ``last``."""
    talks = visible.filter(stage__in=TALKS, last_activity_on__lt=last)
    return talks.as_of(today).filter(phase_then=Phase.NEGOTIATION)


def duty_starts(visible: AgreementQuerySet) -> QuerySet[Milestone]:
    """The facts that began a duty still open, as :func:`agreements.clocks.open_duties` sees it, but in SQL."""
    condition = Q()
    for number in range(len(DUTY_RULES)):
        condition |= _began(number)
    return Milestone.objects.filter(condition, withdrawn_at=None, is_history=False, agreement__in=visible)


def _began(number: int) -> Q:
    """A milestone that began the duty of this rule and after which neither it nor its end is recorded."""
    rule = DUTY_RULES[number]
    natures = [nature for nature, tracks in POSSIBLE_TRACKS.items() if tracks <= rule.tracks]
    on_track = Q(agreement__track__in=rule.tracks) | Q(
        agreement__track=Track.UNDETERMINED, agreement__nature__in=natures
    )
    after = Milestone.objects.filter(
        agreement=OuterRef("agreement"),
        withdrawn_at=None,
        order__gt=OuterRef("order"),
        step__in=(*rule.after, *rule.done_by),
    )
    return Q(on_track, ~Exists(after), step__in=rule.after)


def _files(visible: AgreementQuerySet, keys: Iterable[int]) -> dict[int, Any]:
    """The agreements to be shown, with their facts. Three queries."""
    rows = with_facts(visible.filter(pk__in=list(keys)).with_rows(), None)
    return {row.pk: row for row in rows}


def _clock_line(row: RunningClock, files: dict[int, Any], reader: User, now: Office) -> ClockLine | None:
    """The period computed anew from the facts; None when it does not run any more."""
    file = files[row.agreement_id]
    found = next((due for due in running(file, file.facts, now) if due.clock.code == row.code), None)
    return ClockLine(file, found, may_take_step(reader, file)) if found else None


def _duty_lines(files: Iterable[Any], reader: User, now: Office) -> list[DutyLine]:
    lines = [
        DutyLine(file, duty, may_take_step(reader, file))
        for file in files
        for duty in open_duties(file_of(file, file.facts), today=now.today)
    ]
    return sorted(lines, key=lambda line: line.duty.since.sort_key)


def _with_updates(stalled: AgreementQuerySet) -> AgreementQuerySet:
    said = ProgressUpdate.objects.order_by("-said_on", "-id")
    rows = stalled.with_rows().order_by("last_activity_on", "number")
    return rows.prefetch_related(Prefetch("updates", queryset=said, to_attr="said"))


def _stalled_line(row: Any, reader: User, now: Office) -> StalledLine:
    days = (now.today - row.last_activity_on).days
    return StalledLine(row, days, row.said[0] if row.said else None, may_take_step(reader, row))


def _numbers(reader: User, *, today: date, last: date) -> tuple[Numbers, Numbers]:
    """Of real files and of samples. Three grouped queries, each put together once."""
    found = {False: [0, 0, 0, 0, 0], True: [0, 0, 0, 0, 0]}
    for is_sample, *numbers in _CLOCK_NUMBERS(reader=reader, today=today, soon=today + SOON):
        found[is_sample][:3] = numbers
    for is_sample, number in _STALLED_NUMBERS(reader=reader, today=today, last=last):
        found[is_sample][3] = number
    for is_sample, *numbers in _DUTY_NUMBERS(reader=reader):
        found[is_sample][4] = sum(numbers)
    return Numbers(*found[False]), Numbers(*found[True])


def _clock_numbers(reader: User, today: date, soon: date) -> Any:
    past = Q(due_on__lt=today) & ~Q(code__in=OPTIONAL_CLOCKS)
    near = Q(due_on__range=(today, soon))
    clocks = RunningClock.objects.filter(agreement__in=Agreement.objects.visible_to(reader)).order_by()
    grouped = clocks.values_list("agreement__partner__is_sample")
    return grouped.annotate(past=Count("pk", filter=past), near=Count("pk", filter=near), all=Count("pk"))


def _stalled_numbers(reader: User, today: date, last: date) -> Any:
    stalled = stalled_talks(Agreement.objects.visible_to(reader), today=today, last=last).order_by()
    return stalled.values_list("partner__is_sample").annotate(Count("pk"))


def _duty_numbers(reader: User) -> Any:
    duties = duty_starts(Agreement.objects.visible_to(reader)).order_by()
    by_rule = [Count("pk", filter=_began(number)) for number in range(len(DUTY_RULES))]
    return duties.values_list("agreement__partner__is_sample").annotate(
        **{f"rule_{number}": count for number, count in enumerate(by_rule)}
    )


_CLOCK_NUMBERS = Prepared(_clock_numbers)
_STALLED_NUMBERS = Prepared(_stalled_numbers)
_DUTY_NUMBERS = Prepared(_duty_numbers)


def _recent(visible: AgreementQuerySet, reader: User) -> list[Recent]:
    """The last entries about agreements the reader may see, without those that tell of others. At most six queries."""
    keys = visible.order_by().annotate(key=Cast("pk", CharField())).values("key")
    model = Agreement._meta.label_lower
    entries = Entry.objects.filter(about_model=model, about_id__in=keys).order_by("-id")
    latest = list(without_hidden(entries, visible, reader)[:RECENT])
    files = visible.select_related("partner").in_bulk({int(entry.about_id) for entry in latest})
    told = lines(latest, reader)
    return [Recent(line.entry, line.words, files[int(line.entry.about_id)]) for line in told]


def _ahead(clocks: QuerySet[RunningClock], now: Office, with_samples: bool) -> list[DayAhead]:
    """How many periods end on each of the next working days; an end on a rest day counts on the one before."""
    days = now.calendar.next_workdays(now.today, DAYS_AHEAD)
    ending = clocks.filter(due_on__gte=days[0], due_on__lte=days[-1])
    if not with_samples:
        ending = ending.filter(agreement__partner__is_sample=False)
    number = dict.fromkeys(days, 0)
    for due_on, count in ending.order_by().values_list("due_on").annotate(Count("pk")):
        number[days[bisect_right(days, due_on) - 1]] += count
    return [DayAhead(day, number[day], day == now.today) for day in days]
