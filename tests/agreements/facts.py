"""Facts drawn at random, in any order and dated as vaguely as real ones."""

from datetime import date, timedelta
from random import Random

from django.utils import timezone

from agreements.lifecycle import PHASE_OF, Phase, Stage
from agreements.models import Agreement, Milestone
from tracker.models import User
from tracker.partialdate import PartialDate

STEPS = ("sign", "approve", "exchange", "promulgate", "enter_into_force", "suspend")


def drawn_facts(agreement: Agreement, by: User, chance: Random, count: int) -> list[Milestone]:
    """So many unsaved facts of 2020 and 2021; one is withdrawn now and then."""
    return [_fact(agreement, by, chance, place) for place in range(1, count + 1)]


def _fact(agreement: Agreement, by: User, chance: Random, place: int) -> Milestone:
    stage = chance.choice(["", "", *Stage.values])
    happened, effective = _day(chance), chance.choice([PartialDate(), _day(chance)])
    is_withdrawn = chance.random() < 0.15
    return Milestone(
        agreement=agreement,
        step=chance.choice(STEPS),
        stage=stage,
        phase=PHASE_OF[stage] if stage else chance.choice(["", Phase.UNKNOWN]),
        order=place,
        happened=happened,
        effective=effective,
        counted=effective if str(effective) else happened,
        recorded_at=timezone.now(),
        recorded_by=by,
        withdrawn_at=timezone.now() if is_withdrawn else None,
        withdrawn_by=by if is_withdrawn else None,
        withdrawn_reason="示例" if is_withdrawn else "",
    )


def _day(chance: Random) -> PartialDate:
    """A day, a month, a year, nothing at all, or no more than a bound."""
    day = date(2020, 1, 1) + timedelta(days=chance.randrange(700))
    return chance.choice(
        [
            PartialDate(day.year, day.month, day.day),
            PartialDate(day.year, day.month, day.day),
            PartialDate(day.year, day.month),
            PartialDate(day.year),
            PartialDate(),
            PartialDate(not_later_than=day),
        ]
    )
