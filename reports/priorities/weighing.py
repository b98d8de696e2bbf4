"""Factors, weights, and the one function that makes a score of them. Pure.

The rule, which the ministries may change by approving another version of the weights:

    score = 100 x sum(weight x value / highest value) / sum(weight)

Both sums run over the factors for which the partner has data. The highest value is the highest in the whole
population. A fall counts 0. Data for less than half of the weight leaves a partner unranked, with its coverage.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

type Number = int | float | Decimal
type Shares = tuple[float | None, ...]
"""Value / highest value in each factor, between 0 and 1; None where there are no data."""

FULL_SCORE = 100.0
"""Points of a partner that is the highest in every factor."""

LEAST_COVERAGE = 0.5
"""Share of the weight for which there must be data before a partner gets a rank."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing that is measured about a partner: its code and the unit of its values."""

    code: str
    unit: str


HELP_LAST_YEAR = Factor("help_last_year", "persons")
HELP_RISE = Factor("help_rise", "persons")
HELP_THREE_YEARS = Factor("help_three_years", "persons")
DRUGS_FIVE_YEARS = Factor("drugs_five_years", "kilograms")
CASES_WITHOUT_AGREEMENT = Factor("cases_without_agreement", "cases")
REFUSED_OR_UNANSWERED = Factor("refused_or_unanswered", "cases")
MOMENTUM = Factor("momentum", "rungs")

FACTORS = (
    HELP_LAST_YEAR,
    HELP_RISE,
    HELP_THREE_YEARS,
    DRUGS_FIVE_YEARS,
    CASES_WITHOUT_AGREEMENT,
    REFUSED_OR_UNANSWERED,
    MOMENTUM,
)
"""Every factor that a version of the weights may name; one that it does not name weighs nothing."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A version of the weights: a number of any size for each factor; a factor not named weighs 0.

    ``version`` None: somebody's own view, which nobody proposed.

    :raises ValueError: when a weight is negative or not finite, or when none is above zero.
    """

    version: int | None
    by_factor: Mapping[str, float]

    def __post_init__(self) -> None:
        for code, weight in self.by_factor.items():
            if not math.isfinite(weight) or weight < 0:
                raise ValueError(f"the weight of {code} must be zero or more, not {weight}")
        if not any(weight > 0 for weight in self.by_factor.values()):
            raise ValueError("at least one factor must weigh more than zero")

    def of(self, factor: Factor) -> float:
        """The weight of `factor`, 0 when this version does not name it."""
        return float(self.by_factor.get(factor.code, 0))


class Weighed(NamedTuple):
    """Result of weighing one row: no score and no points below the least coverage."""

    score: float | None
    coverage: float
    points: tuple[float | None, ...]


def weigh(shares: Sequence[float | None], weights: Sequence[float]) -> Weighed:
    """Score one partner. `shares` are value / highest value, between 0 and 1, None where there are no data.

    This is the only place where a score is made; the ranking and every trial of its firmness call it. The script of
    the page (static/reports/weights.js) repeats it for the sliders, and a test holds the two together.
    """
    covered = sum([w for s, w in zip(shares, weights, strict=True) if s is not None])
    total = sum(weights)
    coverage = covered / total if total else 0.0
    if coverage < LEAST_COVERAGE:
        return Weighed(None, coverage, (None,) * len(shares))
    points = tuple(
        None if s is None else FULL_SCORE * w * s / covered for s, w in zip(shares, weights, strict=True)
    )
    return Weighed(sum([p for p in points if p is not None]), coverage, points)
