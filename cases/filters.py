"""The one filter behind the list of cases, its counts, its links and its sheets."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter

from agreements.filters import StatefulFilter
from agreements.models import Agreement
from cases.choosing import DayFilter, PlainInput, drawn, one_of
from cases.clocks import CLOCK_LABELS
from cases.forwarding import AT_THE_DESK, LANE_OF, LANES, waiting_anywhere, waiting_in
from cases.lifecycle import CLOSED as CLOSED_STATES
from cases.lifecycle import HOLDER_OF, Basis, Direction, Holder, Kind, Result, State
from cases.listed import numbers_of
from cases.models import AssistanceItem, Case, CaseQuerySet, Interval, Promise
from cases.moments import SINCE, UNTIL, ClosingDay, SendingDay
from cases.news import touched_by_others
from cases.offered import Offered, View, offered_to
from cases.paging import NEWEST, SOONEST, Order
from tracker import search
from tracker.models import User
from tracker.rocdate import short
from tracker.roles import Secrecy

ME, NOBODY, MINE = "me", "nobody", "mine"
OVER, NEAR = "over", "soon"
OPEN, ACTIVE, HELD, BACK, WAITING, CLOSED = "open", "active", "hold", "back", "waiting", "closed"
COUNTED, YES = "1", "1"
MOST_COUNTED, MOST_FOUND = 1000, 100
BY_DEADLINE = "due"
REQUESTS = "requests"
"""Every kind but information given of one's own accord."""
STANDING, BROKEN = "standing", "overdue"
DAYS_UNSEEN = 7
"""What counts as new for somebody who never said that the list was looked at."""
VIEW = "view"
MORE = "more"
"""In an address: show the rarer filters too."""
NOT_NARROWING = ("samples", "sort")
TYPED = ("q", "agreement")


def states_to_choose() -> list[tuple[str, str]]:
    """A function, because a form copies its choices for each request, and these are many."""
    return _states(get_language())


@cache
def _states(_language: str | None) -> list[tuple[str, str]]:
    states = [
        (OPEN, pgettext_lazy("cases", "Open")),
        (ACTIVE, pgettext_lazy("cases", "Open, not on hold")),
        (HELD, pgettext_lazy("cases", "On hold")),
        (BACK, pgettext_lazy("cases", "Back from hold today")),
        (WAITING, pgettext_lazy("cases", "Waiting for the other side")),
        (CLOSED, pgettext_lazy("cases", "Closed")),
        *((state.value, f"{state.value} {state.label}") for state in State),
    ]
    return [(code, str(words)) for code, words in states]


class CaseFilter(StatefulFilter):
    """Registered cases that the reader may see, narrowed. Fictional samples are listed but not counted by default.

    With ``as_of`` the list is as it stood at the end of that day: the cases that existed then, in the state and in
    the hands of then; all else that it says or asks is of today.
    """

    q = CharFilter(method="as_it_is", label=_("Number, reference or subject"), widget=PlainInput)
    direction = one_of(Direction.choices, _("Direction"))
    partner = one_of([], _("Partner"), field_name="partner__code")
    state = one_of(
        states_to_choose,
        pgettext_lazy("filter", "State"),
        method="by_state",
    )
    officer = one_of([], _("Officer"), method="by_officer")
    due = one_of([(OVER, _("Overdue")), (NEAR, _("Within 7 days"))], _("Deadline"), method="by_deadline")
    kind = one_of([(REQUESTS, _("All requests")), *Kind.choices], _("Kind of case"), method="by_kind")
    item = one_of(AssistanceItem.Kind.choices, _("What is asked"), method="by_item")
    basis = one_of(Basis.choices, _("Legal basis"))
    agreement = CharFilter(method="by_agreement", label=_("Number of the agreement"))
    holder = one_of(Holder.choices, _("In hand with"), method="by_holder")
    desk = one_of([], _("Desk"), method="by_desk")
    clock = one_of([], pgettext_lazy("filter", "Clock"), field_name="due_clock")
    urgent = one_of([(YES, _("Urgent only"))], _("Urgency"), method="by_urgency")
    promise = one_of(
        [(STANDING, pgettext_lazy("promises", "Still owed")), (BROKEN, pgettext_lazy("promises", "Overdue"))],
        pgettext_lazy("filter", "Promise"),
        method="by_promise",
    )
    result = one_of(Result.choices, _("Result"))
    secrecy = one_of(Secrecy.choices, _("Secrecy"))
    requested_from = DayFilter(field_name="requested_on", lookup_expr="gte", label=_("Requested from"))
    requested_to = DayFilter(field_name="requested_on", lookup_expr="lte", label=_("Requested until"))
    received_from = DayFilter(field_name="received_on", lookup_expr="gte", label=_("Received from"))
    received_to = DayFilter(field_name="received_on", lookup_expr="lte", label=_("Received until"))
    sent_from = SendingDay(lookup_expr=SINCE, label=_("First sent from"))
    sent_to = SendingDay(lookup_expr=UNTIL, label=_("First sent until"))
    closed_from = ClosingDay(lookup_expr=SINCE, label=_("Closed from"))
    closed_to = ClosingDay(lookup_expr=UNTIL, label=_("Closed until"))
    updated = one_of([(YES, _("By others since I last looked"))], _("Changed"), method="by_news")
    forwarding = one_of(
        [(AT_THE_DESK, _("Anything")), *((lane.name, lane.label) for lane in LANES)],
        # Translators: 待轉遞
        _("To be passed on"),
        method="by_lane",
    )
    as_of = DayFilter(method="as_it_is", label=_("As of"))
    sort = one_of(
        [(BY_DEADLINE, _("Earliest deadline first"))],
        pgettext_lazy("filter", "Order"),
        method="by_order",
        empty_label=_("Newest request first"),
    )
    samples = one_of(
        [(COUNTED, pgettext_lazy("samples", "counted too"))],
        _("Samples"),
        method="as_it_is",
        empty_label=pgettext_lazy("samples", "listed, not counted"),
    )

    USUAL = ("q", "direction", "partner", "state", "officer", "due", "sort")

    base_filters: dict[str, Any]

    class Meta:
        model = Case
        fields: list[str] = []

    def __init__(self, data: Mapping[str, str], *, reader: User, today: date, path: str = "") -> None:
        self.path, self.reader, self.today = path, reader, today
        self.shows_rare = MORE in data
        visible = Case.objects.registered().visible_to(reader)
        known = {*self.base_filters, VIEW}
        if not self.shows_rare:
            # Each filter is copied and made a field of the form: only those that the page shows.
            shown = [name for name in self.base_filters if name in self.USUAL or data.get(name)]
            self.base_filters = {name: self.base_filters[name] for name in shown}
        super().__init__({name: value for name, value in data.items() if name in known}, visible)
        self.offered: Offered = offered_to(reader)
        self._offer("partner", self.offered.partners)
        people = [(ME, pgettext_lazy("officer", "Me")), (NOBODY, pgettext_lazy("officer", "Nobody"))]
        self._offer("officer", [*people, *self.offered.officers])
        self._offer("desk", [(MINE, _("My desk")), *self.offered.desks])
        self._offer(
            "clock", [(code, f"{code} {label}") for code, label in CLOCK_LABELS.items() if code[0] == "C"]
        )
        self.read()

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        if name in self.filters:
            self.filters[name].extra["choices"] = list(dict(choices).items())

    @property
    def narrowed_by(self) -> dict[str, str]:
        """The filters that are on and take rows away."""
        return {
            name: value
            for name, value in self.state.items()
            if name in self.base_filters and name not in NOT_NARROWING
        }

    def said(self) -> dict[str, str]:
        """The filters that are on, for the history: codes and days, but no words that somebody typed."""
        read = {name: value for name, value in self.narrowed_by.items() if self.form.cleaned_data.get(name)}
        return {name: "…" if name in TYPED else value for name, value in read.items()}

    def rows_of(self, keys: Iterable[int]) -> CaseQuerySet:
        """These cases of what the reader may see, as of the day of the list, whatever its filters are."""
        rows: CaseQuerySet = self.queryset.filter(pk__in=list(keys))
        return rows.as_of(self.day) if self.day else rows

    @property
    def is_by_deadline(self) -> bool:
        return self.order == SOONEST

    @property
    def query(self) -> str:
        """The filters as an address says them, without saved view and page."""
        return self.address(**{VIEW: ""}).partition("?")[2]

    @cached_property
    def view(self) -> View | None:
        """The saved view that the address names, if the reader sees it."""
        named = self.data.get(VIEW, "")
        return next((view for view in self.offered.views if str(view.pk) == named), None)

    @property
    def day(self) -> date | None:
        """The day as of which the list is asked; None for today."""
        return self.form.cleaned_data.get("as_of")

    @staticmethod
    def order_of(state: Mapping[str, str]) -> Order:
        """The order that an address asks for; only those that an index serves."""
        return SOONEST if state.get("sort") == BY_DEADLINE else NEWEST

    @property
    def order(self) -> Order:
        return self.order_of(self.data)

    @property
    def usual_fields(self) -> SafeString:
        """The filters that are always in view."""
        return drawn(self.form[name] for name in self.USUAL)

    @property
    def rare_fields(self) -> SafeString:
        """Of the filters behind "more" all that were asked for, else those that are on."""
        return drawn(self.form[name] for name in self.filters if name not in self.USUAL)

    @property
    def more(self) -> str:
        """This list with the rarer filters in view."""
        return self.address(more="1")

    @property
    def counts_samples(self) -> bool:
        return self.data.get("samples") == COUNTED

    @property
    def count_samples(self) -> str:
        """This list with the samples counted too."""
        return self.address(samples=COUNTED)

    @property
    def words(self) -> str:
        """What is searched for."""
        return self.form.cleaned_data.get("q") or ""

    @property
    def narrowed(self) -> CaseQuerySet:
        """The rows before words are searched for among them."""
        return super().qs

    @property
    def qs(self) -> CaseQuerySet:
        rows: Any = search.holding(self.narrowed, self.words) if self.words else self.narrowed
        return rows

    @property
    def most(self) -> int:
        """As far as rows are counted; what holds the words is gathered one by one, so less far."""
        return MOST_FOUND if self.words else MOST_COUNTED

    @cached_property
    def _found(self) -> list[tuple[int, bool]]:
        """The keys of the first rows that hold the words, and whether they are samples. At most two queries."""
        rows = self.order.sorted(self.narrowed.annotate(is_fictional=F("partner__is_sample")))
        return search.first_found(rows, self.words, MOST_FOUND + 1, "is_fictional") if self.words else []

    @property
    def found(self) -> list[int]:
        """The keys of the first rows that hold the words that are searched for."""
        return [key for key, _is_fictional in self._found]

    @cached_property
    def _numbers(self) -> tuple[int, int]:
        """Rows, and samples among them, as far as one more than ``most``. One query, at most two with words."""
        if self.words:
            return len(self._found), sum(is_fictional for _key, is_fictional in self._found)
        some = self.qs.order_by().values_list(F("partner__is_sample"))[: MOST_COUNTED + 1]
        return numbers_of(some)

    @cached_property
    def counted(self) -> int:
        """How many rows there are, without samples unless they count; ``most`` + 1 stands for more."""
        every, fictional = self._numbers
        if self.counts_samples or not fictional:
            return every
        if every <= self.most:
            return every - fictional
        real: CaseQuerySet = self.narrowed.real()
        if self.words:
            return len(search.first_keys(self.order.sorted(real), self.words, MOST_FOUND + 1))
        return real.order_by()[: MOST_COUNTED + 1].count()

    @property
    def matching(self) -> int | None:
        """How many rows are listed, samples too; None when they are more than ``most``."""
        every, _fictional = self._numbers
        return every if every <= self.most else None

    @property
    def asks_for_less(self) -> bool:
        """Whether any filter is on, so that an empty list may be the filters' doing."""
        return bool(self.narrowed_by) or self.order != NEWEST

    @property
    def looked_at(self) -> datetime:
        """Since when a change is news: the last look, or a week ago for somebody who never looked."""
        if self.offered.looked_at:
            return self.offered.looked_at
        first = self.today - timedelta(days=DAYS_UNSEEN)
        return datetime.combine(first, time.min, timezone.get_default_timezone())

    def filter_queryset(self, queryset: CaseQuerySet) -> CaseQuerySet:
        return super().filter_queryset(queryset.as_of(self.day) if self.day else queryset)

    def _words(self, name: str, value: Any) -> str:
        if not isinstance(value, date):
            return super()._words(name, value)
        in_chinese = (get_language() or "").startswith("zh")
        return f"{short(value)} ({value})" if in_chinese else str(value)

    def as_it_is(self, rows: CaseQuerySet, name: str, value: Any) -> QuerySet:
        """What is read elsewhere takes no row away here."""
        return rows

    def by_state(self, rows: CaseQuerySet, name: str, value: str) -> QuerySet:
        if self.day:
            return self._by_state_then(rows, value, self.day)
        today = self.today
        if value == ACTIVE:
            return rows.open().exclude(held_until__gt=today)
        if value == BACK:
            return rows.open().filter(held_until=today)
        if value == HELD:
            return rows.on_hold(today=today)
        ready = {OPEN: rows.open, WAITING: rows.waiting, CLOSED: rows.closed}
        return ready[value]() if value in ready else rows.filter(state=value)

    def _by_state_then(self, rows: CaseQuerySet, value: str, day: date) -> QuerySet:
        held = Interval.objects.standing().filter(
            case=OuterRef("pk"), sort=Interval.Sort.HOLD, began_on__lte=day
        )
        held = held.filter(Q(until__gt=day), Q(ended_on=None) | Q(ended_on__gt=day))
        was_open = ~Q(("state_then__in", CLOSED_STATES))
        returned = Interval.objects.standing().filter(case=OuterRef("pk"), until=day, ended_on=None)
        conditions = {
            OPEN: was_open,
            ACTIVE: was_open & ~Exists(held),
            HELD: was_open & Exists(held),
            BACK: was_open & Exists(returned),
            WAITING: Q(("state_then__in", _states_of(Holder.PARTNER))),
            CLOSED: Q(("state_then__in", CLOSED_STATES)),
        }
        return rows.filter(conditions.get(value, Q(("state_then", value))))

    def by_officer(self, rows: CaseQuerySet, name: str, value: str) -> QuerySet:
        if value == NOBODY:
            return rows.filter(officer=None) if self.day else rows.unassigned()
        return rows.filter(officer=self.reader.pk if value == ME else int(value))

    def by_deadline(self, rows: CaseQuerySet, name: str, value: str) -> QuerySet:
        return rows.overdue(today=self.today) if value == OVER else rows.due_soon(today=self.today)

    def by_kind(self, rows: CaseQuerySet, name: str, value: str) -> QuerySet:
        return rows.exclude(kind=Kind.SPONTANEOUS) if value == REQUESTS else rows.filter(kind=value)

    def by_item(self, rows: CaseQuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Exists(AssistanceItem.objects.filter(case=OuterRef("pk"), kind=value)))

    def by_agreement(self, rows: CaseQuerySet, name: str, value: str) -> QuerySet:
        named = Agreement.objects.visible_to(self.reader).filter(number__iexact=value.strip())
        return rows.filter(agreement__in=named.values("pk"))

    def by_holder(self, rows: CaseQuerySet, name: str, value: str) -> QuerySet:
        if self.day:
            return rows.filter(Q(("state_then__in", _states_of(value))))
        return rows.filter(holder=value)

    def by_desk(self, rows: CaseQuerySet, name: str, value: str) -> QuerySet:
        desk = self.reader.desk if value == MINE else value
        colleagues = User.objects.filter(desk=desk).exclude(desk="")
        if value == MINE:
            colleagues = colleagues.filter(ministry=self.reader.ministry)
        return rows.filter(officer__in=colleagues.values("pk"))

    def by_urgency(self, rows: CaseQuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(is_urgent=True)

    def by_promise(self, rows: CaseQuerySet, name: str, value: str) -> QuerySet:
        owed = Promise.objects.overdue(today=self.today) if value == BROKEN else Promise.objects.standing()
        return rows.filter(Exists(owed.filter(case=OuterRef("pk"))))

    def by_news(self, rows: CaseQuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(pk__in=touched_by_others(self.reader, self.looked_at))

    def by_lane(self, rows: CaseQuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(waiting_anywhere() if value == AT_THE_DESK else waiting_in(LANE_OF[value]))

    def by_order(self, rows: CaseQuerySet, name: str, value: str) -> QuerySet:
        return rows.open().exclude(due_on=None)


def _states_of(holder: str) -> list[str]:
    return [state for state, held_by in HOLDER_OF.items() if held_by == holder]
