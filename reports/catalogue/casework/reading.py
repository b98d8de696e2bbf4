"""The statements behind the statistics of cases: grouped by the database, so that few rows come back.

A case begins with its receipt (``received_on``, the day of its opening step; neither is ever changed) and ends with
the step that closes it; a closed case is never opened again. So what was open on a day follows from two dated facts.
The case keeps the second (``closed_on``) and the day on which our request first left us (``sent_on``), so each statement
reads the cases once and no steps but those that it must. Only for the books as they stood on an earlier day are the
steps themselves asked, since only they know when they were recorded.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Case as Choose
from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    FilteredRelation,
    Func,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat, ExtractYear, Least

from agreements.models.asof import end_of
from cases.lifecycle import CLOSED, HOLDER_OF, SENDING, Direction, Kind, Result
from cases.models import Case, CaseEvent, CaseQuerySet
from reports.casework.counting import Histogram, Span
from reports.casework.outcomes import Outcome, grounded, outcome_of, progress_of
from reports.catalogue.shape import Parameters
from reports.reciprocity import Balance, Fate, Side
from tracker.models import User

BEFORE = 0
"""Stands for every year before the span."""
ANSWERING = ("reply", "deliver_reply", "hand_over")
"""The steps with which the requesting side gets what it asked for."""

type Key = tuple[Any, ...]


class Year(ExtractYear):
    """The calendar year of a day; SQLite takes it from the text, where Django would call Python for each row."""

    def as_sqlite(self, compiler: Any, connection: Any, **_extra: Any) -> Any:
        sql, params = compiler.compile(self.lhs)
        return f"CAST(SUBSTR({sql}, 1, 4) AS INTEGER)", params


class Days(Func):
    """Whole days from the second day to the first, on both databases."""

    arity = 2
    output_field = IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" - ", **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        # Days are kept as texts; both fall on midnight, so the difference is whole but for rounding.
        first, second = (compiler.compile(part) for part in self.source_expressions)
        sql = f"CAST(ROUND(julianday({first[0]}) - julianday({second[0]})) AS INTEGER)"
        return sql, (*first[1], *second[1])


@dataclass(frozen=True, slots=True)
class Reading:
    """Cases as a report counts them: what the reader may see, narrowed by the parameters, as of their day."""

    asked: Parameters
    reader: User | None
    known_before: datetime | None = field(init=False)

    def __post_init__(self) -> None:
        known = self.asked.known_on
        object.__setattr__(self, "known_before", end_of(known) if known else None)

    @property
    def day(self) -> date:
        return self.asked.as_of

    def cases(self) -> CaseQuerySet:
        """Registered by the day, without what was struck out; with ``known_on`` as the books stood then."""
        cases = Case.objects.all() if self.reader is None else Case.objects.visible_to(self.reader)
        cases = cases.filter(received_on__lte=self.day)
        if self.known_before is None:
            cases = cases.registered()
        else:
            opening = CaseEvent.objects.filter(
                case=OuterRef("pk"), order=1, recorded_at__lt=self.known_before
            )
            standing = Q(voided_at=None) | Q(voided_at__gte=self.known_before)
            cases = cases.exclude(number="").filter(standing, Exists(opening))
        if not self.asked.with_samples:
            cases = cases.real()
        narrowed = {
            "partner__code": self.asked.partner,
            "direction": self.asked.direction,
            "kind": self.asked.kind,
        }
        return cases.filter(**{name: value for name, value in narrowed.items() if value}).order_by()

    def events(self, **conditions: Any) -> QuerySet[CaseEvent]:
        """Steps that had happened by the day, as far as they were known; for use inside a statement about cases."""
        return CaseEvent.objects.filter(self.by_the_day("", **conditions))

    def by_the_day(self, prefix: str, **conditions: Any) -> Q:
        """That a step had happened by the day and was known; ``prefix`` leads to the steps."""
        known = {"recorded_at__lt": self.known_before} if self.known_before else {}
        asked = {"happened_on__lte": self.day, **known, **conditions}
        return Q(**{prefix + name: value for name, value in asked.items()})

    def joined(self, cases: CaseQuerySet, name: str, **conditions: Any) -> CaseQuerySet:
        """With the steps that meet the conditions as ``name``; a case without one stays, one with several repeats."""
        return cases.annotate(
            **{name: FilteredRelation("events", condition=self.by_the_day("events__", **conditions))}
        )

    def with_closing(self) -> CaseQuerySet:
        """With the day of the step that closed the case by the day as ``ended_on``, its result as ``ended_with``; None for what is open."""
        cases = self.cases()
        if self.known_before is None:
            then = Q(closed_on__lte=self.day)
            return cases.annotate(
                ended_on=Choose(When(then, then=F("closed_on"))),
                ended_with=Choose(When(then, then=F("result"))),
            )
        cases = self.joined(cases, "closing", state__in=CLOSED)
        return cases.annotate(ended_on=F("closing__happened_on"), ended_with=F("closing__result"))

    def open(self) -> CaseQuerySet:
        """What was open at the end of the day."""
        if self.known_before is None:
            return self.with_closing().filter(Q(closed_on=None) | Q(closed_on__gt=self.day))
        return self.with_closing().filter(Q(("ended_on", None)))

    def closed(self, span: Span) -> CaseQuerySet:
        """What was closed within the span."""
        # Not by the kept day: its index would lead to most of the cases one by one, where reading all takes half the time.
        return self.with_closing().filter(Q(("ended_on__range", (span.since, span.until))))

    def stock(self, span: Span) -> Counter[Key]:
        """Cases by partner, direction, kind, year of receipt and year of closing, but for those closed before the span.

        :data:`BEFORE` is a receipt before the span, None no closing by its end.
        """
        in_year = Choose(
            When(received_on__lt=span.since, then=Value(BEFORE)),
            default=Year("received_on"),
            output_field=IntegerField(),
        )
        cases = self.with_closing().filter(Q(("ended_on", None)) | Q(("ended_on__gte", span.since)))
        return _counted(cases, F("partner__code"), F("direction"), F("kind"), in_year, Year("ended_on"))

    def outcomes(self, span: Span) -> Counter[Key]:
        """Cases closed within the span by partner, direction, year and outcome, refusals by their ground."""
        keys = (F("partner__code"), F("direction"), Year("ended_on"), F("ended_with"), self._ending())
        found = _counted(self.closed(span), *keys)
        outcomes: Counter[Key] = Counter()
        for (*key, result, ending), number in found.items():
            outcomes[(*key, grounded(result, ending))] += number
        return outcomes

    def _ending(self) -> Any:
        """The state before the closing with its ground, of a request that was not met; else nothing."""
        before = self.events(case=OuterRef("pk")).exclude(state="").exclude(state__in=CLOSED)
        told = before.order_by("-order").annotate(told=Concat("state", Value(" "), "ground"))
        return Choose(
            When(Q(("ended_with", Result.NONE)), then=Subquery(told.values("told")[:1])),
            default=Value(""),
            output_field=CharField(),
        )

    def durations(self, span: Span) -> dict[Key, Histogram]:
        """Days from receipt to closing of cases closed within the span, by partner, direction and kind."""
        taken = Days(F("ended_on"), F("received_on"))
        return _histograms(_counted(self.closed(span), F("partner__code"), F("direction"), F("kind"), taken))

    def pauses(self, span: Span) -> dict[Key, tuple[int, int]]:
        """By partner, direction and kind: how many of the closed cases were stopped or put aside, and for how many days.

        Days after the closing do not count; days that a stop and a hold share count twice.
        """
        cases = self.closed(span).annotate(
            pause=FilteredRelation("intervals", condition=Q(intervals__withdrawn_at=None))
        )
        cases = cases.filter(pause__began_on__lt=F("ended_on"))
        last = Least(Coalesce(F("pause__ended_on"), F("pause__until"), F("ended_on")), F("ended_on"))
        rows = cases.values_list("partner__code", "direction", "kind").annotate(
            number=Count("pk", distinct=True), days=Sum(Days(last, F("pause__began_on")))
        )
        return {(partner, direction, kind): (number, days) for partner, direction, kind, number, days in rows}

    def ages(self) -> dict[Key, Histogram]:
        """Days since receipt of what is open on the day, by partner, direction and kind."""
        keys = (F("partner__code"), F("direction"), F("kind"))
        return _by_age(_counted(self.open(), *keys, F("received_on")), self.day)

    def holders(self) -> dict[Key, Histogram]:
        """Ages of what is open on the day by who had it in hand, direction and kind."""
        reached = self.events(case=OuterRef("pk")).exclude(state="").order_by("-order")
        found = _counted(
            self.open(), Subquery(reached.values("state")[:1]), F("direction"), F("kind"), F("received_on")
        )
        held: Counter[Key] = Counter()
        for (state, *key), number in found.items():
            held[(HOLDER_OF[state], *key)] += number
        return _by_age(held, self.day)

    def bases(self, span: Span) -> Counter[Key]:
        """Cases received within the span by partner, year and what they rest on."""
        cases = self.cases().filter(received_on__gte=span.since)
        return _counted(cases, F("partner__code"), Year("received_on"), F("basis"))

    def asked_of_us(self, span: Span) -> "Requests":
        """Incoming requests received within the span."""
        cases = self.with_closing().exclude(kind=Kind.SPONTANEOUS)
        cases = cases.filter(direction=Direction.IN, received_on__gte=span.since)
        return Requests(self, cases, F("received_on"))

    def asked_by_us(self, span: Span) -> "Requests":
        """Outgoing requests that first left us within the span."""
        cases = self.with_closing().exclude(kind=Kind.SPONTANEOUS).filter(direction=Direction.OUT)
        within = (span.since, span.until)
        if self.known_before is None:
            return Requests(self, cases.filter(sent_on__range=within), F("sent_on"))
        cases = self.joined(cases, "sending", step__in=SENDING)
        earlier = self.events(case=OuterRef("pk"), step__in=SENDING, order__lt=OuterRef("sending__order"))
        cases = cases.filter(~Exists(earlier), Q(("sending__happened_on__range", within)))
        return Requests(self, cases, F("sending__happened_on"))

    def balances(self, span: Span) -> dict[Key, Balance]:
        """By partner and year of the request, what both sides did for each other. Two statements."""
        ours, theirs = self.asked_by_us(span).sides(), self.asked_of_us(span).sides()
        keys = {*ours, *theirs}
        return {key: Balance(ours.get(key, Side()), theirs.get(key, Side())) for key in keys}

    def unsent(self) -> int:
        """Outgoing requests that are open on the day and had not left us by then."""
        sent = self.events(case=OuterRef("pk"), step__in=SENDING)
        return self.open().filter(~Exists(sent), direction=Direction.OUT).count()


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests of one direction that were made within a span, each counted on the day ``begun``."""

    reading: Reading
    cases: CaseQuerySet
    begun: F

    def sides(self) -> dict[Key, Side]:
        """By partner and year of the request, what became of the requests and how long answers took. One statement."""
        fates: defaultdict[Key, dict[Outcome | None, Fate]] = defaultdict(dict)
        answers: defaultdict[Key, Counter[int]] = defaultdict(Counter)
        rows = self.cases.values(
            key_partner=F("partner__code"),
            key_year=Year(self.begun),
            key_result=F("ended_with"),
            key_ending=self.reading._ending(),
            key_taken=self._taken(),
        ).annotate(number=Count("pk"), oldest=Min(self.begun))
        for partner, year, said, ended, taken, number, oldest in rows.values_list(
            "key_partner", "key_year", "key_result", "key_ending", "key_taken", "number", "oldest"
        ):
            outcome = None if said is None else outcome_of(said, ended)
            known = fates[partner, year].get(outcome, Fate(0, oldest))
            fates[partner, year][outcome] = Fate(known.number + number, min(known.oldest, oldest))
            if taken is not None:
                answers[partner, year][taken] += number
        return {key: Side(found, answers[key]) for key, found in fates.items()}

    def _taken(self) -> Any:
        """Days from the request to its last answer, of what was completed or completed in part; else None."""
        answers = self.reading.events(case=OuterRef("pk"), step__in=ANSWERING).order_by("-order")
        taken = Days(Subquery(answers.values("happened_on")[:1]), self.begun)
        met = Q(("ended_with__in", (Result.FULL, Result.PART)))
        return Choose(When(met, then=taken), default=None, output_field=IntegerField())

    def things(self) -> Counter[Key]:
        """What was asked, thing by thing, by partner, sort, and what became of each by the day.

        A case of a kind that asks for no single things counts as one of its own kind.
        """
        day = self.reading.day
        settled = Choose(
            When(items__settled_on__lte=day, then=F("items__state")),
            default=Value(""),
            output_field=CharField(),
        )
        sort = Coalesce("items__kind", "kind")
        found: Counter[Key] = Counter()
        by_thing = _counted(self.cases, F("partner__code"), sort, settled, F("ended_with"))
        for (partner, kind, state, result), number in by_thing.items():
            found[(partner, kind, progress_of(state, result))] += number
        return found


def _counted(cases: QuerySet[Any], *keys: Any) -> Counter[Key]:
    """How many rows for each combination of these expressions; one statement."""
    names = [f"key_{place}" for place in range(len(keys))]
    rows = cases.order_by().values(**dict(zip(names, keys, strict=True))).annotate(number=Count("pk"))
    return Counter({row[:-1]: row[-1] for row in rows.values_list(*names, "number")})


def _histograms(found: Mapping[Key, int]) -> dict[Key, Histogram]:
    """The last part of each key as the value of a histogram of the others."""
    histograms: defaultdict[Key, dict[int, int]] = defaultdict(dict)
    for (*key, value), number in found.items():
        histograms[tuple(key)][value] = number
    return dict(histograms)


def _by_age(found: Mapping[Key, int], day: date) -> dict[Key, Histogram]:
    """The last part of each key, a day, as an age on ``day``."""
    return _histograms({(*key, (day - begun).days): number for (*key, begun), number in found.items()})
