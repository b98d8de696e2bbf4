"""How long it takes until something happens, when it has not happened yet for some: the estimate of Kaplan and Meier. Pure.

At each day on which it happened to someone, the share still waiting is multiplied by (1 - happened ÷ still watched).
Its uncertainty is Greenwood's: the variance is the square of the share times the sum of d ÷ (n (n - d)).
Source: Kaplan and Meier, Journal of the American Statistical Association 53 (1958); Greenwood (1926).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

NORMAL_95 = 1.959964
"""The quantile of the normal distribution for a 95 per cent interval."""


@dataclass(frozen=True, slots=True)
class Watched:
    """One thing watched for so many days; ``happened`` at their end, or still awaited then."""

    days: int
    happened: bool


@dataclass(frozen=True, slots=True)
class Point:
    """After so many days: how many were still watched just before, to how many it happened, and the share still waiting.

    ``half_width`` is half of the 95 per cent interval; None once nobody waits, where the formula has no value.
    """

    days: int
    at_risk: int
    happened: int
    waiting: float
    half_width: float | None


def estimate(watched: Iterable[Watched]) -> list[Point]:
    """A point for each day on which it happened, in order; one that left on the same day was still watched on it."""
    rows = sorted(watched, key=lambda one: one.days)
    points: list[Point] = []
    waiting, spread = 1.0, 0.0
    for days in sorted({one.days for one in rows if one.happened}):
        at_risk = sum(one.days >= days for one in rows)
        happened = sum(one.days == days and one.happened for one in rows)
        waiting *= 1 - happened / at_risk
        if happened == at_risk:
            points.append(Point(days, at_risk, happened, 0.0, None))
            continue
        spread += happened / (at_risk * (at_risk - happened))
        points.append(Point(days, at_risk, happened, waiting, NORMAL_95 * waiting * sqrt(spread)))
    return points


def middle(points: Iterable[Point]) -> int | None:
    """The first day by which at least half are estimated to be done; None when it never comes so far."""
    return next((point.days for point in points if point.waiting <= 0.5), None)
