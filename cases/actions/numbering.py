"""The numbers of cases: the next of a series, for one case or for many; gapless and never given twice."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db import connection

from cases.lifecycle import Direction
from cases.models import NumberSeries
from tracker.rocdate import roc_year
from tracker.roles import Secrecy

SIGN = {Direction.IN: "受", Direction.OUT: "請"}
APART_SIGN = {Secrecy.RESTRICTED: "密", Secrecy.SEALED: "密封"}
"""Restricted and sealed cases are counted apart, so that no gap in a series that somebody sees tells of those unseen."""


class Wanted(NamedTuple):
    """A case that needs a number: its direction, its level, and the day that says the year of its series."""

    direction: str
    secrecy: int
    day: date


def take_number(wanted: Wanted) -> str:
    """The next number of the series of this ROC year, direction and door, such as 114-受-0009, 114-密請-0001 or 114-密封受-0001.

    A case keeps its number when its level changes later.

    The series' row stays locked until the transaction ends, and a transaction that fails gives the number back:
    so there is no gap and no double. Take it last, so that others wait only while the case is written.
    """
    prefix = _prefix(wanted)
    place = _following(prefix)
    if place is None:
        NumberSeries.objects.get_or_create(prefix=prefix)
        place = _following(prefix)
        assert place is not None  # noqa: S101 - the series was just begun
    return _number(prefix, place)


def _following(prefix: str) -> int | None:
    """Count the series on and say where it stands; None when there is no such series yet. One query."""
    table = NumberSeries._meta.db_table
    with connection.cursor() as cursor:
        count_on = f"UPDATE {table} SET last = last + 1 WHERE prefix = %s RETURNING last"  # noqa: S608
        cursor.execute(count_on, [prefix])
        found = cursor.fetchone()
    return found[0] if found else None


def take_numbers(wanted: Iterable[Wanted]) -> list[str]:
    """The next numbers of each series, in the order of ``wanted``; three queries, however many.

    The series stay locked until the transaction ends, and one that fails gives its numbers back.
    """
    prefixes = [_prefix(one) for one in wanted]
    needed = sorted(set(prefixes))
    NumberSeries.objects.bulk_create(
        [NumberSeries(prefix=prefix) for prefix in needed], ignore_conflicts=True, batch_size=500
    )
    locked = list(
        NumberSeries.objects.select_for_update(no_key=True).filter(prefix__in=needed).order_by("prefix")
    )
    last = {series.prefix: series.last for series in locked}
    numbers = []
    for prefix in prefixes:
        last[prefix] += 1
        numbers.append(_number(prefix, last[prefix]))
    for series in locked:
        series.last = last[series.prefix]
    NumberSeries.objects.bulk_update(locked, ["last"], batch_size=200)
    return numbers


def _prefix(one: Wanted) -> str:
    secret = APART_SIGN.get(Secrecy(one.secrecy), "")
    return f"{roc_year(one.day.year):03d}-{secret}{SIGN[Direction(one.direction)]}"


def _number(prefix: str, place: int) -> str:
    return f"{prefix}-{place:04d}"
