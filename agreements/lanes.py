"""The lanes of the board: agreements by phase; and a named list of lanes that upper apps put before them.

An app above adds its function to ``MAKERS`` in ``AppConfig.ready()``; nobody here imports upward.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from agreements.lifecycle import MAIN_PHASES, Phase
from agreements.marks import mark_of
from agreements.outline import Outline
from agreements.standing import Standing
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


def shown_in(listed: Outline) -> list[int]:
    """Keys of the rows that lanes show: of every phase all, beyond LONGEST_LANE the first SHOWN_OF_LONGER."""
    keys: list[int] = []
    for phase in Phase:
        of_phase = sorted(
            (line for line in listed.lines if line.phase == phase),
            key=lambda line: (line.is_sample, line.number),
        )
        cut = SHOWN_OF_LONGER if len(of_phase) > LONGEST_LANE else LONGEST_LANE
        keys += [line.pk for line in of_phase[:cut]]
    return keys


def lanes(
    listed: Outline, shown: Iterable[Standing], more: Callable[[str], str]
) -> tuple[list[Lane], list[Lane]]:
    """The five main lanes, and those below that hold anything; ``more`` gives the address of all of a phase."""
    by_phase: dict[str, list[Standing]] = {phase: [] for phase in Phase}
    for each in sorted(shown, key=lambda each: (each.agreement.partner.is_sample, each.agreement.number)):
        by_phase[each.phase].append(each)

    def lane(phase: Phase) -> Lane:
        number, items = listed.phases[phase], by_phase[phase]
        rest = more(phase) if len(items) < number.listed else ""
        return Lane(phase, mark_of(phase), phase.label, number.counted, number.samples, items, rest)

    below = [lane(phase) for phase in BELOW if listed.phases[phase].listed]
    return [lane(phase) for phase in MAIN_PHASES], below
