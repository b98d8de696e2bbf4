"""The five phases of an agreement with the days spent in each: what the stepper shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.lifecycle import MAIN_PHASES, Phase, Track
from agreements.marks import phase_words
from agreements.standing import PRECISION_WORDS
from tracker.partialdate import PartialDate

State = Literal["done", "now", "ahead"]


class Dated(Protocol):
    """A standing milestone, as far as the path cares."""

    phase: str
    counted: PartialDate
    is_history: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A phase that began on a day."""

    phase: str
    began: PartialDate


@dataclass(frozen=True, slots=True)
class PhaseOnPath:
    """One of the five phases: reached, here, or ahead; ``words`` say how long it took, or why that is not known."""

    number: int
    label: str | Promise
    state: State
    words: str
    began: PartialDate


def spans(opened_on: date | None, facts: Iterable[Dated]) -> list[Span]:
    """The phases in the order in which they began, from the opening of the file and its facts in order."""
    found = [Span(Phase.NEGOTIATION, PartialDate.of(opened_on))] if opened_on else []
    for fact in facts:
        if fact.phase and (not found or found[-1].phase != fact.phase):
            found.append(Span(fact.phase, fact.counted))
    return found


def path(
    *,
    opened_on: date | None,
    facts: Iterable[Dated],
    phase: str,
    tracks: frozenset[Track],
    today: date,
) -> list[PhaseOnPath]:
    """The stepper of a file whose phase on ``today`` is ``phase``."""
    facts = list(facts)
    walked = spans(opened_on, facts)
    has_gaps = not opened_on or any(fact.is_history for fact in facts)
    reached = [MAIN_PHASES.index(Phase(span.phase)) for span in walked if span.phase in MAIN_PHASES]
    here = MAIN_PHASES.index(Phase(phase)) if phase in MAIN_PHASES else max(reached, default=-1) + 1
    return [
        _step(place, main, walked, here=here, phase=phase, has_gaps=has_gaps, tracks=tracks, today=today)
        for place, main in enumerate(MAIN_PHASES)
    ]


def _step(
    place: int,
    main: Phase,
    walked: list[Span],
    *,
    here: int,
    phase: str,
    has_gaps: bool,
    tracks: frozenset[Track],
    today: date,
) -> PhaseOnPath:
    at = max((index for index, span in enumerate(walked) if span.phase == main), default=None)
    began = walked[at].began if at is not None else PartialDate()
    label = phase_words(main, tracks)
    if main == phase:
        return PhaseOnPath(place + 1, label, "now", _here_words(began, today), began)
    if place < here:
        if at is None:
            words = _("Not recorded") if has_gaps else _("Passed over on this path")
        else:
            ended = walked[at + 1].began if at + 1 < len(walked) else PartialDate()
            words = _took_words(began, ended)
        return PhaseOnPath(place + 1, label, "done", words, began)
    words = _("Reached before, then returned") if at is not None else _("Not begun")
    return PhaseOnPath(place + 1, label, "ahead", words, began)


def _here_words(began: PartialDate, today: date) -> str:
    if began.exact is None:
        return _("Stands here; %(doubt)s") % {"doubt": doubt_words(began)}
    days = (today - began.exact).days
    return ngettext("Stands here, day %(days)d", "Stands here, day %(days)d", days) % {"days": days}


def _took_words(began: PartialDate, ended: PartialDate) -> str:
    if began.exact and ended.exact:
        days = (ended.exact - began.exact).days
        return ngettext("Completed, took %(days)d day", "Completed, took %(days)d days", days) % {
            "days": days
        }
    return doubt_words(began if began.exact is None else ended) or _("Completed")


def doubt_words(day: PartialDate) -> str:
    """What is not known of a day, in words; empty for one known to the day."""
    return str(PRECISION_WORDS[day.precision])
