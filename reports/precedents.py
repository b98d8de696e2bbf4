"""How long files stay: at each stage, and on each stretch between two legal facts. Pure: facts in, days out.

A stay at a stage runs from the fact that led to the stage to the next fact that led to another. A completed stay is a
precedent for its stage when it ended with the step that is awaited there and the table allows that step from there: a
file that went another way, or whose steps between were never recorded, waited for something else and is counted apart.

A stretch runs from one legal fact to another whatever was recorded between, so files of which only the great days are
known can be compared too. Days are calendar days between two exactly known days; a completed stay of which either
end is known only to the month or year, or not at all, is left out and counted as left out.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from agreements.lifecycle import Stage, Track, awaited, rows_for
from reports.casework.counting import FEW, median, percentile
from tracker.partialdate import PartialDate

FOUR_FIFTHS = 80


class Stretch(TextChoices):
    """From one legal fact to another."""

    # Translators: 開始談判至簽署
    TALKS = "talks_to_signature", pgettext_lazy("stretch", "From the opening of talks to signature")
    # Translators: 簽署至立法院審議通過或行政院備查
    APPROVAL = "signature_to_approval", pgettext_lazy("stretch", "From signature to approval or record")
    # Translators: 審議通過或備查至生效
    EXCHANGE = "approval_to_force", pgettext_lazy("stretch", "From approval or record to entry into force")
    # Translators: 簽署至生效
    FORCE = "signature_to_force", pgettext_lazy("stretch", "From signature to entry into force")


_TALKS, _SIGNED = frozenset({Stage.NEGOTIATING}), frozenset({Stage.SIGNED})
_DECIDED = frozenset({Stage.APPROVED, Stage.RECORDED})
ENDS: dict[Stretch, tuple[frozenset[Stage], frozenset[Stage]]] = {
    Stretch.TALKS: (_TALKS, _SIGNED),
    Stretch.APPROVAL: (_SIGNED, _DECIDED),
    Stretch.EXCHANGE: (_DECIDED, frozenset({Stage.IN_FORCE})),
    Stretch.FORCE: (_SIGNED, frozenset({Stage.IN_FORCE})),
}
"""The stages whose beginning opens and closes each stretch. A promulgation in place of the exchange brings force too."""
STRETCH_OF: dict[str, Stretch] = {
    **dict.fromkeys([Stage.NEGOTIATING, Stage.TEXT_AGREED, Stage.SIGNED_BY_ONE], Stretch.TALKS),
    **dict.fromkeys([Stage.SIGNED, Stage.SUBMITTED, Stage.BEFORE_LEGISLATURE], Stretch.APPROVAL),
    **dict.fromkeys(
        [Stage.APPROVED, Stage.RECORDED, Stage.INSTRUMENT_ISSUED, Stage.EXCHANGED], Stretch.EXCHANGE
    ),
}
"""On which stretch a file is that stands at a stage."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A dated fact of a file: the step, the stage it led to ("" for one of record), and the day from which it counts."""

    step: str
    stage: str
    day: PartialDate
    brings_force: bool = False


@dataclass(frozen=True, slots=True)
class Stay:
    """From ``began`` to ``ended`` (None: still there). ``is_ordinary``: it ended with the step that is awaited there."""

    place: str
    began: PartialDate
    ended: PartialDate | None = None
    ended_by: str = ""
    is_ordinary: bool = False

    @property
    def days(self) -> int | None:
        """The length of a completed stay; None while it goes on, and when an end is not known to the day."""
        first, last = self.began.exact, self.ended.exact if self.ended else None
        return None if first is None or last is None or last < first else (last - first).days

    def age(self, day: date) -> int | None:
        """How long it had lasted by ``day``; None when its beginning is not known to the day."""
        return None if self.began.exact is None else (day - self.began.exact).days


def stays_of(marks: Sequence[Mark], tracks: frozenset[Track], opened_on: date | None = None) -> list[Stay]:
    """The stays of one file at its stages, in order, the last one open. ``marks`` in the order of the chronology."""
    steps = [mark for mark in marks if mark.stage]
    begun = [(str(Stage.PROPOSED), PartialDate.of(opened_on))] if opened_on else []
    begun += [(mark.stage, mark.day) for mark in steps]
    ends = steps[-(len(begun) - 1) :] if len(begun) > 1 else []
    closed = [
        Stay(stage, day, end.day, end.step, _is_awaited(end.step, stage, tracks))
        for (stage, day), end in zip(begun, ends, strict=False)
    ]
    return [*closed, *(Stay(stage, day) for stage, day in begun[-1:])]


def _is_awaited(step: str, stage: str, tracks: frozenset[Track]) -> bool:
    """Whether the step is the one awaited at the stage, on every track that the file may be on."""
    expected = awaited(stage, tracks)
    return expected is not None and expected.name == step and bool(rows_for(step, stage, tracks))


def stretches_of(marks: Sequence[Mark], stretch: Stretch) -> list[Stay]:
    """The stays of one file on a stretch: begun anew with every opening fact, closed by the first closing one.

    A file that was closed without having been opened, since nobody recorded that, has a stay without a beginning.
    """
    opening, closing = ENDS[stretch]
    found: list[Stay] = []
    began: PartialDate | None = None
    for mark in marks:
        closes = mark.stage in closing or (mark.brings_force and Stage.IN_FORCE in closing)
        if mark.stage in opening:
            began = mark.day
        elif closes and (began is not None or not found):
            found.append(Stay(stretch, began or PartialDate(), mark.day, mark.step, is_ordinary=True))
            began = None
    return [*found, Stay(stretch, began)] if began is not None else found


@dataclass(frozen=True, slots=True)
class History:
    """The completed stays at a place: their days in order, and how many were left out and why.

    ``left_out`` ended with the awaited step, and one of their days is not known; ``otherwise`` ended in another way.
    """

    days: tuple[int, ...] = ()
    left_out: int = 0
    otherwise: int = 0

    @property
    def number(self) -> int:
        return len(self.days)

    @property
    def is_enough(self) -> bool:
        return self.number >= FEW

    @property
    def median(self) -> float | None:
        """Half of the stays took no longer: the middle one, or the mean of two middles; None of too few."""
        return median(Counter(self.days)) if self.is_enough else None

    @property
    def four_fifths(self) -> int | None:
        """The shortest recorded stay that at least 80 per cent of all did not exceed (nearest rank); None of too few."""
        return percentile(Counter(self.days), FOUR_FIFTHS) if self.is_enough else None

    @property
    def longest(self) -> int | None:
        return max(self.days, default=None)


def history_of(stays: Iterable[Stay]) -> History:
    """Gather the completed stays at one place; open ones are no precedents."""
    closed = [stay for stay in stays if stay.ended is not None]
    ordinary = [stay for stay in closed if stay.is_ordinary]
    days = [stay.days for stay in ordinary if stay.days is not None]
    return History(tuple(sorted(days)), len(ordinary) - len(days), len(closed) - len(ordinary))
