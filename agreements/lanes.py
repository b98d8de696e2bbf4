"""The lanes of the board: agreements by phase; and a named list of lanes that upper apps put before them.

An app above adds its function to ``MAKERS`` in ``AppConfig.ready()``; nobody here imports upward.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.utils.functional import Promise

from agreements.counting import InPhase
from agreements.lifecycle import MAIN_PHASES, Phase
from agreements.marks import mark_of
from agreements.models.asof import AgreementQuerySet
from agreements.standing import Office, Standing, standings, with_facts
from tracker.models import User

LONGEST_LANE = 200
SHOWN_OF_LONGER = 50
BELOW = (Phase.STOPPED, Phase.ENDED, Phase.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Card:
    """One line of a lane that holds no agreements: a name with its address, and what is said under it."""

    name: str
    url: str
    words: Sequence[str | Promise] = ()
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class EarlierLane:
    """What comes before talks, such as partners with whom nothing is signed: mark 0.

    ``count`` leaves samples out as all counts do; ``more`` and ``more_words`` say why these, and link to it.
    """

    label: str | Promise
    unit: str | Promise
    cards: Sequence[Card]
    count: int
    more: str = ""
    more_words: str | Promise = ""


Maker = Callable[[User, date, date | None, bool], EarlierLane | None]
"""Given the reader, the as-of day, the day of knowledge and whether samples count: a lane, or None."""
MAKERS: list[Maker] = []


def earlier_lanes(reader: User, day: date, known_on: date | None, *, with_samples: bool) -> list[EarlierLane]:
    """The lanes that upper apps put before the first phase."""
    made = (maker(reader, day, known_on, with_samples) for maker in MAKERS)
    return [lane for lane in made if lane is not None]


@dataclass(frozen=True, slots=True)
class Lane:
    """The agreements of one phase; ``count`` counts what counts, ``samples`` the rest, ``more`` leads to all."""

    phase: str
    mark: int | str
    label: str | Promise
    count: int
    samples: int
    items: Sequence[Standing]
    more: str = ""

    @property
    def listed(self) -> int:
        """How many agreements the lane has, those not shown included."""
        return self.count + self.samples


def lanes(
    rows: AgreementQuerySet,
    *,
    counts: Mapping[str, InPhase],
    with_samples: bool,
    day: date,
    known_on: date | None,
    now: Office | None,
    more: Callable[[str], str],
) -> tuple[list[Lane], list[Lane]]:
    """The five main lanes, and those below that hold anything. ``counts`` are of the same rows.

    A lane shows all its rows; beyond LONGEST_LANE the first SHOWN_OF_LONGER, and ``more`` gives the address of
    all. Two queries for the agreements, and what ``with_rows`` and their facts take.
    """
    short = [phase for phase, number in counts.items() if 0 < number.listed <= LONGEST_LANE]
    long = [phase for phase, number in counts.items() if number.listed > LONGEST_LANE]
    found = _rows(rows.filter(Q(phase_then__in=short)), known_on, now) if short else []
    if long:
        place = Window(RowNumber(), partition_by=F("phase_then"), order_by=F("number").asc())
        first = rows.filter(Q(phase_then__in=long)).annotate(place=place).filter(place__lte=SHOWN_OF_LONGER)
        found += _rows(first, known_on, now)
    by_phase: dict[str, list[Standing]] = {phase: [] for phase in counts}
    for each in standings(found, day, now):
        by_phase[each.phase].append(each)

    def lane(phase: Phase) -> Lane:
        number, items = counts[phase], by_phase[phase]
        counted, apart = (number.listed, 0) if with_samples else (number.real, number.samples)
        rest = more(phase) if len(items) < number.listed else ""
        return Lane(phase, mark_of(phase), phase.label, counted, apart, items, rest)

    below = [lane(phase) for phase in BELOW if counts[phase].listed]
    return [lane(phase) for phase in MAIN_PHASES], below


def _rows(rows: AgreementQuerySet, known_on: date | None, now: Office | None) -> list:
    return list(with_facts(rows.with_rows(), known_on).order_by("partner__is_sample", "number"))
