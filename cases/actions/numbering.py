"""Numbers for many cases at once: the next ones of their series, gapless and never given twice."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from cases.actions.filing import SEALED_SIGN, SIGN
from cases.lifecycle import Direction
from cases.models import NumberSeries
from tracker.rocdate import roc_year


class Wanted(NamedTuple):
    """A case that needs a number: its direction, whether it is sealed, and the day that says the year of its series."""

    direction: str
    is_sealed: bool
    day: date


def take_numbers(wanted: Iterable[Wanted]) -> list[str]:
    """The next numbers of each series, in the order of ``wanted``; three queries, however many.

    The series stay locked until the transaction ends, and one that fails gives its numbers back.
    """
    prefixes = [_prefix(one) for one in wanted]
    needed = sorted(set(prefixes))
    NumberSeries.objects.bulk_create(
        [NumberSeries(prefix=prefix) for prefix in needed], ignore_conflicts=True, batch_size=500
    )
    locked = list(NumberSeries.objects.select_for_update().filter(prefix__in=needed).order_by("prefix"))
    last = {series.prefix: series.last for series in locked}
    numbers = []
    for prefix in prefixes:
        last[prefix] += 1
        numbers.append(f"{prefix}-{last[prefix]:04d}")
    for series in locked:
        series.last = last[series.prefix]
    NumberSeries.objects.bulk_update(locked, ["last"], batch_size=200)
    return numbers


def _prefix(one: Wanted) -> str:
    sign = f"{SEALED_SIGN if one.is_sealed else ''}{SIGN[Direction(one.direction)]}"
    return f"{roc_year(one.day.year):03d}-{sign}"
