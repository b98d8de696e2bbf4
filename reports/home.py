"""The first page of supervisors of both ministries: what awaits approval, what is overdue, stalled, due, and the trend."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Prefetch, QuerySet, Sum
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from agreements.clocks import RULE_OF
from agreements.home import stalled_talks
from agreements.lifecycle import Phase
from agreements.models import Agreement, ProgressUpdate, RunningClock
from agreements.standing import stalled_words
from cases.approvals import approvals_of
from cases.filters import MOST_COUNTED
from cases.listed import numbers_of
from cases.models import Case, CaseQuerySet
from cases.worklines import Todo
from reports.factors import years_before
from reports.indicators import HELP_SEEKING
from reports.models import Figure, FrozenReport, Recommendation, WeightsVersion
from reports.queries import last_complete_year
from reports.recommendations import nearest_day
from reports.rights import reads_exactly
from reports.rules import may_approve_report, may_decide_weights
from reports.suppression import told_words
from tracker.models import User
from tracker.preferences import preference

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Late:
    """A period of an agreement or a case whose day has passed: ``who`` has it in hand."""

    name: str
    url: str
    words: str | Promise
    who: str | Promise
    due_on: date
    days: int
    is_sample: bool
    secrecy: int


@dataclass(frozen=True, slots=True)
class Overdue:
    """The first rows, real before samples, and the numbers of all of either; MOST_COUNTED + 1 stands for more."""

    lines: Sequence[Late]
    number: int
    samples: int
    url: str

    @property
    def shown(self) -> str:
        return _said(self.number)

    @property
    def shown_samples(self) -> str:
        return _said(self.samples)


@dataclass(frozen=True, slots=True)
class Stalled:
    """Talks without any record for too long, and what was said last."""

    agreement: Agreement
    days: int
    last_said: ProgressUpdate | None

    @property
    def words(self) -> str:
        return stalled_words(self.days)


@dataclass(frozen=True, slots=True)
class Trend:
    """A figure beside the same span of the year before; None is unknown. Each leads to its rows."""

    label: str | Promise
    span: str
    now: str | None
    url: str
    before: str | None
    before_url: str


@dataclass(frozen=True, slots=True)
class Home:
    """Everything on the page but drafts and digests."""

    next: Todo | None
    approvals: Sequence[Todo]
    periods: Overdue
    cases: Overdue
    stalled: Sequence[Stalled]
    stalled_number: int
    stalled_samples: int
    stalled_after: int
    audit: Sequence[Todo]
    trend: Sequence[Trend]


def home_page(*, reader: User, today: date) -> Home:
    """What asks for a supervisor, most urgent first. A fixed number of queries, thirteen at most."""
    stalled_after = int(preference("stalled_after_days"))  # type: ignore[arg-type]
    visible = Agreement.objects.visible_to(reader)
    talks = stalled_talks(visible, today=today, last=today - timedelta(days=stalled_after))
    late = overdue_clocks(reader, today=today)
    files = visible.filter(pk__in=late.values("agreement"))
    approvals, audit = _approvals(reader, today), _audit(reader, today)
    numbers = _counted(
        [
            files.real(),
            files.filter(partner__is_sample=True),
            talks.real(),
            talks.filter(partner__is_sample=True),
            *_trend_rows(reader, today),
        ]
    )
    periods = Overdue(
        [_late_period(row, today) for row in late.order_by(*_FIRST, "agreement", "code")[:SHOWN]],
        numbers[0],
        numbers[1],
        f"{reverse('agreements:board')}?view=table&pressing=overdue",
    )
    cases = _cases(reader, today)
    is_exact = reads_exactly(reader)
    return Home(
        next=min(
            [*approvals, *audit, *_as_todos([*periods.lines, *cases.lines])], key=_pressing, default=None
        ),
        approvals=approvals,
        periods=periods,
        cases=cases,
        stalled=_stalled(talks, today),
        stalled_number=numbers[2],
        stalled_samples=numbers[3],
        stalled_after=stalled_after,
        audit=audit,
        trend=_trend(numbers[4:], today, is_exact=is_exact),
    )


def _pressing(todo: Todo) -> tuple[bool, bool, int]:
    """Real before samples, what is overdue or has a day before what has none."""
    return (todo.is_sample, todo.days is None, todo.days or 0)


def _said(number: int) -> str:
    return f"{MOST_COUNTED:,}+" if number > MOST_COUNTED else f"{number:,}"


# What awaits the reader's approval.


def _approvals(reader: User, today: date) -> list[Todo]:
    """Reports to sign, weights to decide, and of cases what a supervisor of justice decides. Three queries."""
    found = []
    waiting = FrozenReport.objects.visible_to(reader).waiting().exclude(created_by=reader)
    for report in waiting.order_by(F("due_on").asc(nulls_last=True), "created_at"):
        if may_approve_report(reader, report):
            days = (report.due_on - today).days if report.due_on else None
            words = _("Read and approve the report.")
            tag, about = pgettext("to do", "Approve"), f"{report.title} ({report.get_status_display()})"
            found.append(Todo(tag, words, about, report.get_absolute_url(), report.due_on, days))
    for version in WeightsVersion.objects.proposed():
        if may_decide_weights(reader, version):
            url = reverse("reports:decide_weights", args=[version.number])
            words = _("Decide on the proposed weights.")
            about = _("Version %(number)s of the weights") % {"number": version.number}
            found.append(Todo(pgettext("to do", "Decide"), words, about, url))
    return sorted([*found, *approvals_of(reader, today=today)], key=lambda todo: todo.urgency)


def _audit(reader: User, today: date) -> list[Todo]:
    """Recommendations that the reader's ministry has still to answer by a day. One query."""
    rows = Recommendation.objects.open().filter(ministry=reader.ministry)
    found = []
    for row in rows.order_by("code"):
        if (day := nearest_day(row)) is not None:
            words = _("Answer recommendation %(code)s of the audit office.") % {"code": row.code}
            # Translators: 審計追蹤
            tag = pgettext("to do", "Audit")
            about, days = row.title_of_reader, (day - today).days
            found.append(Todo(tag, words, about, row.get_absolute_url(), day, days, row.is_sample))
    return sorted(found, key=lambda todo: todo.urgency)


# What is overdue or stalled.

_FIRST = ("agreement__partner__is_sample", "due_on")


def overdue_clocks(reader: User, *, today: date) -> QuerySet[RunningClock]:
    """Periods that ran out in agreements that the reader may see."""
    seen = RunningClock.objects.filter(agreement__in=Agreement.objects.visible_to(reader))
    return seen.overdue(today=today).select_related("agreement__partner")


def _late_period(row: RunningClock, today: date) -> Late:
    file = row.agreement
    return Late(
        name=f"{file.partner.name} {file.title}",
        url=file.get_absolute_url(),
        words=RULE_OF[row.code].label,
        who=file.lead_words,
        due_on=row.due_on,
        days=(row.due_on - today).days,
        is_sample=file.partner.is_sample,
        secrecy=file.secrecy,
    )


def _cases(reader: User, today: date) -> Overdue:
    """Overdue cases that the reader may see. At most four queries."""
    late = Case.objects.visible_to(reader).overdue(today=today)
    every, samples = numbers_of(late.order_by().values_list(F("partner__is_sample"))[: MOST_COUNTED + 1])
    number = every - samples
    if number and samples and every > MOST_COUNTED:
        number = late.real().order_by()[: MOST_COUNTED + 1].count()
    rows = _first_cases(late.real()) if number else []
    if samples and len(rows) < SHOWN:
        rows += _first_cases(late.filter(partner__is_sample=True))
    url = f"{reverse('cases:list')}?due=over&sort=due"
    return Overdue([_late_case(row, today) for row in rows[:SHOWN]], number, samples, url)


def _first_cases(rows: CaseQuerySet) -> list[Case]:
    return list(rows.select_related("partner", "officer").order_by("due_on", "id")[:SHOWN])


def _late_case(row: Any, today: date) -> Late:
    holder = str(row.get_holder_display())
    return Late(
        name=f"{row.number} {row.partner.name} {row.listed_subject}",
        url=row.get_absolute_url(),
        words=row.get_state_display(),
        who=f"{holder} · {row.officer or pgettext('officer', 'Nobody')}",
        due_on=row.due_on,
        days=(row.due_on - today).days,
        is_sample=row.partner.is_sample,
        secrecy=row.secrecy,
    )


def _as_todos(lines: Iterable[Late]) -> list[Todo]:
    tag = pgettext("to do", "Overdue")
    return [Todo(tag, str(e.words), e.name, e.url, e.due_on, e.days, e.is_sample) for e in lines]


def _stalled(talks: Any, today: date) -> list[Stalled]:
    """Two queries."""
    said = ProgressUpdate.objects.order_by("-said_on", "-id")
    rows = talks.select_related("partner").order_by("partner__is_sample", "last_activity_on", "number")
    first = rows.prefetch_related(Prefetch("updates", queryset=said, to_attr="said"))[:SHOWN]
    return [
        Stalled(row, (today - row.last_activity_on).days, row.said[0] if row.said else None) for row in first
    ]


# The trend.


def _trend_rows(reader: User, today: date) -> list[Any]:
    """Requested, closed and in force, each of this year so far and of the same span of the year before."""
    seen = Case.objects.registered().visible_to(reader).real()
    days = (today, years_before(today, 1))
    spans = [(day.replace(month=1, day=1), day) for day in days]
    agreements = Agreement.objects.visible_to(reader).real()
    return [
        *(seen.filter(requested_on__range=span) for span in spans),
        *(seen.filter(closed_on__range=span) for span in spans),
        *(agreements.as_of(day).filter(phase_then=Phase.IN_FORCE) for day in days),
    ]


def _counted(asked: Sequence[Any]) -> list[int]:
    """How many rows each has, as far as MOST_COUNTED + 1. One query for all."""
    parts, values = [], []
    for place, rows in enumerate(asked):
        try:
            sql, given = rows.order_by().values("pk")[: MOST_COUNTED + 1].query.sql_with_params()
        except EmptyResultSet:
            parts.append("0")
            continue
        parts.append(f"(SELECT count(*) FROM ({sql}) counted_{place})")  # noqa: S608
        values += given
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), values)
        return list(cursor.fetchone())


def _trend(numbers: Sequence[int], today: date, *, is_exact: bool) -> list[Trend]:
    """One query for the people who asked for help. Numbers of cases are told in fives to who may not open them all (AZ-13)."""
    before, cases = years_before(today, 1), reverse("cases:list")

    def span(name: str, day: date) -> str:
        if not is_exact:
            return ""  # the list would tell the number
        first = day.replace(month=1, day=1).isoformat()
        return f"{cases}?{urlencode({f'{name}_from': first, f'{name}_to': day.isoformat()})}"

    def in_force(day: date) -> str:
        asked = {"view": "table", "phase": Phase.IN_FORCE.value, "as_of": day.isoformat()}
        return f"{reverse('agreements:board')}?{urlencode(asked)}"

    so_far, as_of = _("this year so far"), _("as of today")
    said = [_said(number) for number in numbers]
    if not is_exact:
        named = [(name, day.year) for name in ("requested", "closed") for day in (today, before)]
        said[:4] = [
            told_words(number, ("home", *name)) for number, name in zip(numbers[:4], named, strict=True)
        ]
    return [
        Trend(_REQUESTED, so_far, said[0], span("requested", today), said[1], span("requested", before)),
        Trend(_CLOSED, so_far, said[2], span("closed", today), said[3], span("closed", before)),
        Trend(_IN_FORCE, as_of, said[4], in_force(today), said[5], in_force(before)),
        _help_seekers(today),
    ]


def _help_seekers(today: date) -> Trend:
    """Of the newest complete year of the series, which may not be the last one; its year is said."""
    figures = Figure.objects.known().real().filter(series__code=HELP_SEEKING)
    years = figures.filter(year__lte=last_complete_year(today)).order_by("-year").values_list("year")
    sums = dict(years.annotate(sum=Sum("value"))[:2])
    newest = max(sums, default=None)
    url = reverse("reports:report", args=["T4"])
    if newest is None:
        return Trend(_HELP, _("the series is not loaded"), None, url, None, url)
    now, then = (sums.get(year) for year in (newest, newest - 1))
    words = None if then is None else f"{then:,.0f}"
    link = f"{url}?as_of={newest - 1}-12-31"
    return Trend(_HELP, str(newest), f"{now:,.0f}", f"{url}?as_of={newest}-12-31", words, link)


_REQUESTED = pgettext_lazy("trend", "Cases requested")
_CLOSED = pgettext_lazy("trend", "Cases closed")
_IN_FORCE = pgettext_lazy("trend", "Texts in force")
# Translators: 請求協助人次
_HELP = pgettext_lazy("trend", "People who asked for help")
