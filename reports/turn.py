"""Whose turn it is in every open file, for how long, and whether that is usual; and the hand-overs of one file."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise

from agreements.figures import counted
from agreements.lifecycle import MAIN_PHASES, Phase, Stage
from agreements.models import Agreement, Milestone, ProgressUpdate
from agreements.models.asof import end_of, known
from reports import turnwords
from reports.desks import DESKS, SAID, Fact, Said, Turn, desk_stays, leaps_of, turns_of
from reports.precedents import (
    STRETCH_OF,
    History,
    Mark,
    Stay,
    Stretch,
    history_of,
    stays_of,
    stretches_of,
)
from tracker.models import User
from tracker.partialdate import PartialDate

OPEN_PHASES = frozenset(MAIN_PHASES) - {Phase.IN_FORCE}
"""From negotiation to the exchange: what is neither in force nor stopped, ended or of unknown effect."""


@dataclass(frozen=True, slots=True)
class File:
    """One agreement as of a day: how it stood, its facts in order, and what was said of it."""

    agreement: Any
    facts: Sequence[Fact]
    said: Sequence[Said] = ()

    @property
    def is_open(self) -> bool:
        return self.agreement.phase_then in OPEN_PHASES

    @property
    def marks(self) -> list[Mark]:
        return [fact.mark for fact in self.facts]

    @property
    def stays(self) -> list[Stay]:
        return stays_of(self.marks, self.agreement.tracks, self.agreement.opened_on)

    @property
    def turns(self) -> list[Turn]:
        return turns_of(self.facts, self.said, self.agreement.tracks, self.agreement.opened_on)


@dataclass(frozen=True, slots=True)
class Histories:
    """The completed stays of all files, by stage or stretch; a file is never its own precedent."""

    places: Mapping[str, Sequence[tuple[int, Stay]]]
    whole: dict[str, History] = field(default_factory=dict)

    def of(self, place: str, without: int | None = None) -> History:
        """The history of a place, without the stays of the file with the key ``without``."""
        stays = self.places.get(place, ())
        if without is not None and any(pk == without for pk, _stay in stays):
            return history_of(stay for pk, stay in stays if pk != without)
        if place not in self.whole:
            self.whole[place] = history_of(stay for _pk, stay in stays)
        return self.whole[place]


@dataclass(frozen=True, slots=True)
class Compared:
    """How long it has lasted, and what that means beside the past, in words."""

    label: str | Promise
    since: PartialDate
    days: int | None
    age: str
    past: str
    verdict: turnwords.Verdict


@dataclass(frozen=True, slots=True)
class Waiting:
    """One open file: whose turn it is since when, and how its stage and stretch compare. ``stretch`` None before talks."""

    agreement: Agreement
    desk: str | Promise
    desk_since: PartialDate
    desk_days: int | None
    desk_age: str
    is_said: bool
    stage: Compared
    stretch: Compared | None

    @property
    def verdict(self) -> turnwords.Verdict:
        """The longer of the two comparisons."""
        return max(self.stage.verdict, self.stretch.verdict if self.stretch else self.stage.verdict)


@dataclass(frozen=True, slots=True)
class HandOver:
    """A stay at a desk: who, from when until when (None: still there), and the days, None when not exactly known.

    ``has_gap``: the file left with a step that the table does not allow from there, so hand-overs in between, entered as
    history, are not recorded.
    """

    desk: str | Promise
    because: str | Promise
    since: PartialDate
    until: PartialDate | None
    days: int | None
    age: str
    has_gap: bool


def files(
    as_of: date,
    *,
    reader: User | None,
    subject: str = "",
    with_samples: bool = False,
    known_on: date | None = None,
    with_said: bool = False,
) -> list[File]:
    """Every file that the reader may see as it stood on the day. Two statements, with what was said three."""
    rows = counted(reader, with_samples=with_samples)
    if subject:
        rows = rows.filter(subjects__subject=subject)
    found = list(rows.as_of(as_of, known_on).select_related("partner").order_by("number"))
    facts = facts_of(as_of, known_on)
    said = said_of(as_of, known_on) if with_said else {}
    return [File(row, facts.get(row.pk, ()), said.get(row.pk, ())) for row in found]


def facts_of(day: date, known_on: date | None = None, agreement: int | None = None) -> dict[int, list[Fact]]:
    """The facts that had happened by ``day``, by agreement and in order; a partly dated one from its last day. One statement."""
    rows = Milestone.objects.filter(known(known_on), counted_to__lte=day)
    if agreement is not None:
        rows = rows.filter(agreement=agreement)
    found: defaultdict[int, list[Fact]] = defaultdict(list)
    values = rows.order_by("agreement", "order", "pk").values_list(
        "agreement_id", "step", "stage", "counted", "effective", "recorded_at"
    )
    for pk, step, stage, day_of, effective, recorded_at in values:
        brings_force = step == "promulgate" and bool(str(effective)) and str(effective) == str(day_of)
        found[pk].append(Fact(Mark(step, stage, day_of, brings_force), recorded_at))
    return dict(found)


def said_of(day: date, known_on: date | None = None, agreement: int | None = None) -> dict[int, list[Said]]:
    """What had been said of whose turn it was, by agreement. One statement."""
    rows = ProgressUpdate.objects.filter(said_on__lte=day)
    if known_on is not None:
        rows = rows.filter(recorded_at__lt=end_of(known_on))
    if agreement is not None:
        rows = rows.filter(agreement=agreement)
    found: defaultdict[int, list[Said]] = defaultdict(list)
    for pk, said_on, court, at in rows.order_by("pk").values_list(
        "agreement_id", "said_on", "court", "recorded_at"
    ):
        found[pk].append(Said(said_on, court, at))
    return dict(found)


def histories(found: Iterable[File]) -> Histories:
    """The completed stays of these files at every stage and on every stretch."""
    places: defaultdict[str, list[tuple[int, Stay]]] = defaultdict(list)
    for file in found:
        stretched = [stay for stretch in Stretch for stay in stretches_of(file.marks, stretch)]
        for stay in (*file.stays, *stretched):
            if stay.ended is not None:
                places[stay.place].append((file.agreement.pk, stay))
    return Histories(places)


def waiting(
    as_of: date,
    *,
    reader: User | None,
    subject: str = "",
    with_samples: bool = False,
    known_on: date | None = None,
) -> list[Waiting]:
    """Every open file of the reader, what takes unusually long first, then by days at the stage. Three statements."""
    told: dict[str, Any] = {"subject": subject, "with_samples": with_samples, "known_on": known_on}
    found = files(as_of, reader=reader, with_said=True, **told)
    past = histories(found)
    rows = [_waiting(file, past, as_of) for file in found if file.is_open and file.turns]
    return sorted(rows, key=lambda row: (-row.verdict, -(row.stage.days or -1), row.agreement.number))


def _waiting(file: File, past: Histories, day: date) -> Waiting:
    pk = file.agreement.pk
    turn, at_desk = desk_stays(file.turns)[-1]
    stays = file.stays
    at_stage = stays[-1] if stays else Stay("", PartialDate())
    label = Stage(at_stage.place).label if at_stage.place else ""
    stretch = STRETCH_OF.get(at_stage.place)
    under_way = stretches_of(file.marks, stretch)[-1:] if stretch else []
    return Waiting(
        agreement=file.agreement,
        desk=DESKS[turn.desk],
        desk_since=at_desk.began,
        desk_days=at_desk.age(day),
        desk_age=turnwords.age(at_desk.age(day)),
        is_said=file.turns[-1].because == SAID,
        stage=_compared(label, at_stage, past.of(at_stage.place, pk), day),
        stretch=next(
            (
                _compared(stretch.label, stay, past.of(stretch, pk), day)
                for stay in under_way
                if not stay.ended
            ),
            None,
        )
        if stretch
        else None,
    )


def _compared(label: str | Promise, stay: Stay, past: History, day: date) -> Compared:
    days = stay.age(day)
    return Compared(
        label, stay.began, days, turnwords.age(days), turnwords.past(past), turnwords.verdict(days, past)
    )


def handovers(agreement: Agreement, day: date, known_on: date | None = None) -> list[HandOver]:
    """The desks of one file in order, up to its entry into force or its end. Three statements."""
    phase: Any = (
        Agreement.objects.filter(pk=agreement.pk).as_of(day, known_on).values_list("phase_then", flat=True)
    ).first()
    facts = facts_of(day, known_on, agreement.pk).get(agreement.pk, [])
    said = said_of(day, known_on, agreement.pk).get(agreement.pk, [])
    turns = turns_of(facts, said, agreement.tracks, agreement.opened_on)
    leaps = leaps_of(turns, agreement.tracks)
    return [
        HandOver(
            desk=DESKS[turn.desk],
            because=turnwords.because(turn.because),
            since=stay.began,
            until=stay.ended,
            days=(days := stay.days if stay.ended else stay.age(day)),
            age=turnwords.age(days),
            has_gap=turns.index(turn) in leaps,
        )
        for turn, stay in desk_stays(turns)
        if stay.ended is not None or phase in OPEN_PHASES
    ]


def lengths(agreement: Agreement, day: date, known_on: date | None = None) -> list[tuple[str | Promise, str]]:
    """The stretches that the file has covered, with their length in words. One statement."""
    marks = [fact.mark for fact in facts_of(day, known_on, agreement.pk).get(agreement.pk, [])]
    return [
        (stretch.label, turnwords.age(stay.days))
        for stretch in Stretch
        for stay in stretches_of(marks, stretch)
        if stay.ended is not None
    ]
