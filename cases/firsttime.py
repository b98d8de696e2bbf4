"""How often our requests are accepted at the first submission, and why they are returned; counted, never guessed.

Two gates ask for corrections: our own review (a request is returned to its drafting office) and the other side (it
asks for more). A request counts at a gate once it has passed it or was returned there, so that what still waits
spoils no share. Below ``FEWEST`` requests there is no share and no rank: too few to say anything.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.models import Partner
from cases.lifecycle import Defect, Direction, Kind
from cases.models import Case, CaseEvent, CaseQuerySet
from tracker.models import User
from tracker.rocdate import gregorian_year, roc_year

FEWEST = 5
"""Requests below which no share is given."""
COMMONEST = 3
NEWEST = 1000
"""So many of a partner's newest requests are looked at for its commonest defects."""
LISTED = 200
"""So many requests behind a figure, the newest."""
NO_OFFICE = "-"
RETURNED, ASKED = "return_for_correction", "asked_for_more"
PASSED_REVIEW = ("translate", "send_to_foreign_affairs", "send_directly", "hand_to_mission", "convene_panel")
ANSWERED = ("part_reply", "deliver_reply", "refused_abroad", "they_agree", "they_grant")


@dataclass(frozen=True, slots=True)
class Gate:
    """Where a request may be returned: the step that returns it, and those that show that it passed."""

    code: str
    label: Promise
    returns: str
    passes: Sequence[str]


GATES = (
    # Translators: 法務部審查
    Gate("review", pgettext_lazy("first submission", "Our review"), RETURNED, PASSED_REVIEW),
    # Translators: 受請求方
    Gate("abroad", pgettext_lazy("first submission", "The other side"), ASKED, ANSWERED),
)
GATE = {gate.code: gate for gate in GATES}


@dataclass(slots=True)
class Tally:
    """Requests at one gate: how many passed or were returned there, and how many of those were never returned."""

    counted: int = 0
    first: int = 0

    @property
    def returned(self) -> int:
        return self.counted - self.first

    @property
    def share(self) -> int | None:
        """Per cent accepted at the first submission, rounded; None for too few."""
        return None if self.counted < FEWEST else round(100 * self.first / self.counted)

    def add(self, other: "Tally") -> None:
        self.counted += other.counted
        self.first += other.first


@dataclass(slots=True)
class Row:
    """One partner, kind or office; ``value`` is what the address says for it."""

    label: str
    value: str
    tallies: dict[str, Tally] = field(default_factory=lambda: {gate.code: Tally() for gate in GATES})

    @property
    def by_gate(self) -> list[tuple[Gate, Tally]]:
        return [(GATE[code], tally) for code, tally in self.tallies.items()]

    @property
    def review(self) -> Tally:
        return self.tallies["review"]

    @property
    def abroad(self) -> Tally:
        return self.tallies["abroad"]


@dataclass(frozen=True, slots=True)
class Reason:
    """What was lacking, and how often our review or the other side said so."""

    label: str
    by_us: int
    by_them: int

    @property
    def count(self) -> int:
        return self.by_us + self.by_them


@dataclass(frozen=True, slots=True)
class Returns:
    """Everything on the page."""

    all: Sequence[Row]
    partners: Sequence[Row]
    kinds: Sequence[Row]
    offices: Sequence[Row]
    reasons: Sequence[Reason]


def years_of(today: date, *, back: int = 6) -> list[int]:
    """The years of the Republic that are offered, this one first."""
    return [roc_year(today.year - place) for place in range(back)]


def span_of(asked: str, *, today: date) -> tuple[int, date, date]:
    """The year of the Republic that the address asks for, this one when it is none, with its first and last day."""
    this = roc_year(today.year)
    year = int(asked) if asked.isdecimal() and 1 <= int(asked[:4]) <= this and len(asked) <= 3 else this
    first = gregorian_year(year)
    return year, date(first, 1, 1), date(first, 12, 31)


def our_requests(reader: User, *, since: date, until: date, with_samples: bool) -> CaseQuerySet:
    """Outgoing requests of these days that the reader may see."""
    cases = Case.objects.registered().visible_to(reader)
    cases = cases.filter(direction=Direction.OUT, requested_on__range=(since, until))
    return cases if with_samples else cases.real()


def returns_of(cases: CaseQuerySet) -> Returns:
    """The shares by partner, kind and drafting office, and the reasons of return. Three queries."""
    partners = {partner.pk: partner for partner in Partner.objects.all()}
    every = Row(str(_("All requests")), "")
    by: dict[str, dict[Any, Row]] = {"partner": {}, "kind": {}, "office": {}}
    for group in _groups(cases):
        partner = partners[group["partner"]]
        told = {
            "partner": (partner.name, partner.code),
            "kind": (str(Kind(group["kind"]).label), group["kind"]),
            "office": (group["office"] or str(_("Not recorded")), group["office"] or NO_OFFICE),
        }
        rows = [found.setdefault(group[name], Row(*told[name])) for name, found in by.items()]
        for gate in GATES:
            counted = group[f"{gate.code}_counted"]
            tally = Tally(counted, counted - group[f"{gate.code}_returned"])
            for row in (every, *rows):
                row.tallies[gate.code].add(tally)
    ranked = {name: sorted(found.values(), key=_rank) for name, found in by.items()}
    return Returns([every], ranked["partner"], ranked["kind"], ranked["office"], reasons_of(cases))


def _rank(row: Row) -> tuple[bool, int, str]:
    """Those with a share first, the lowest of their shares first; those without one by name."""
    shares = [tally.share for tally in row.tallies.values() if tally.share is not None]
    return (not shares, min(shares, default=0), row.label)


def _marked(cases: CaseQuerySet) -> Any:
    """Each request with whether it counts at each gate, and whether it was returned there."""
    marks: dict[str, Any] = {}
    for gate in GATES:
        steps = CaseEvent.objects.filter(case=OuterRef("pk"))
        marks[f"{gate.code}_is_counted"] = Exists(steps.filter(step__in=[gate.returns, *gate.passes]))
        marks[f"{gate.code}_is_returned"] = Exists(steps.filter(step=gate.returns))
    return cases.annotate(**marks)


def _groups(cases: CaseQuerySet) -> Any:
    """How many requests count and were returned, by partner, kind and office; those without any are left out.

    One grouped query that looks at each request's events once.
    """
    steps = {step for gate in GATES for step in (gate.returns, *gate.passes)}
    counts: dict[str, Count] = {}
    for gate in GATES:
        is_counted = Q(events__step__in=[gate.returns, *gate.passes])
        counts[f"{gate.code}_counted"] = Count("pk", distinct=True, filter=is_counted)
        counts[f"{gate.code}_returned"] = Count("pk", distinct=True, filter=Q(events__step=gate.returns))
    told = cases.filter(events__step__in=sorted(steps)).order_by().values("partner", "kind", "office")
    return told.annotate(**counts)


def rows_behind(cases: CaseQuerySet, wanted: Mapping[str, str]) -> CaseQuerySet | None:
    """The requests behind one figure, newest first; None when the address names no gate.

    ``wanted`` holds ``gate`` and ``what`` (counted, first or returned), and may hold partner, kind and office.
    """
    gate = GATE.get(wanted.get("gate", ""))
    if gate is None:
        return None
    rows = _marked(cases).filter(**{f"{gate.code}_is_counted": True})
    if wanted.get("what") in ("first", "returned"):
        rows = rows.filter(**{f"{gate.code}_is_returned": wanted["what"] == "returned"})
    for name, column in (("partner", "partner__code"), ("kind", "kind"), ("office", "office")):
        if wanted.get(name):
            value = "" if wanted[name] == NO_OFFICE else wanted[name]
            rows = rows.filter(**{column: value})
    return rows.with_rows().order_by("-requested_on", "-pk")


def reasons_of(cases: CaseQuerySet) -> list[Reason]:
    """What was lacking in these requests, the commonest first; returns without a code are told apart. One query."""
    events = CaseEvent.objects.filter(case__in=cases.order_by(), step__in=[gate.returns for gate in GATES])
    found = Counter[tuple[str, str]]()
    for row in events.order_by().values("defect", "step").annotate(number=Count("pk")):
        found[row["defect"], row["step"]] += row["number"]
    reasons = [
        Reason(_defect_words(defect), found[defect, RETURNED], found[defect, ASKED])
        for defect in {defect for defect, _step in found}
    ]
    return sorted(reasons, key=lambda reason: (-reason.count, reason.label))


def _defect_words(defect: str) -> str:
    return str(Defect(defect).label) if defect else str(_("Not coded"))


def common_defects(partner: Partner, reader: User) -> list[Reason]:
    """The commonest reasons for which our review or this partner returned our requests to it; at most three.

    For the forms of intake and drafting: of its newest thousand requests that the reader may see. One query.
    """
    cases = Case.objects.registered().visible_to(reader).filter(partner=partner, direction=Direction.OUT)
    newest = Case.objects.filter(pk__in=cases.order_by("-requested_on", "-id").values("pk")[:NEWEST])
    return [reason for reason in reasons_of(newest) if reason.label != _defect_words("")][:COMMONEST]
