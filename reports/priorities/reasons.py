"""Why one partner stands before another, and why a changed figure did not move a score. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reports.priorities.ranking import Candidate, Ranked, checked, measure, rank
from reports.priorities.weighing import FACTORS, Factor, Number, Weights


@dataclass(frozen=True, slots=True)
class Gap:
    """Points by which the partner ahead leads in one factor; negative where it trails.

    `no_data` names the partners of the pair that have no data there.
    """

    factor: str
    points: float
    no_data: tuple[str, ...]


def gaps(ahead: Ranked, behind: Ranked) -> tuple[Gap, ...]:
    """Why one partner stands before another: the lead in each factor, largest first. They add up to the lead.

    :raises ValueError: when either partner is unranked, since then there is no lead to explain.
    """
    if ahead.score is None or behind.score is None:
        raise ValueError("only ranked partners can be compared")
    pair = [(r.partner, {p.factor: p.points or 0.0 for p in r.parts}) for r in (ahead, behind)]
    codes = dict.fromkeys(code for _, points in pair for code in points)
    found = [
        Gap(
            code,
            pair[0][1].get(code, 0.0) - pair[1][1].get(code, 0.0),
            tuple(partner for partner, points in pair if code not in points),
        )
        for code in codes
    ]
    return tuple(sorted(found, key=lambda gap: (-gap.points, gap.factor)))


class Unchanged(StrEnum):
    """Why a score stayed the same although a value of that partner changed."""

    SAME_VALUE = "same_value"
    NO_WEIGHT = "no_weight"
    UNRANKED = "unranked"
    FALL_COUNTS_ZERO = "fall_counts_zero"
    HIGHEST_OF_ALL = "highest_of_all"
    NO_DIFFERENCE = "no_difference"


def why_unchanged(
    before: Iterable[Candidate],
    after: Iterable[Candidate],
    *,
    partner: str,
    factor: Factor,
    weights: Weights,
    factors: Sequence[Factor] = FACTORS,
) -> Unchanged | None:
    """Compare two populations that differ in one value of `partner`; None when its score moved.

    :raises KeyError: when the partner is missing from either population.
    """
    old, new = checked(before), checked(after)
    was, now = (
        {r.partner: r.score for r in rank(p, weights=weights, factors=factors, draws=0).ranked}[partner]
        for p in (old, new)
    )
    if was != now:
        return None
    if weights.of(factor) == 0:
        return Unchanged.NO_WEIGHT
    if was is None:
        return Unchanged.UNRANKED
    values = [_value(population, partner, factor) for population in (old, new)]
    if values[0] == values[1]:
        return Unchanged.SAME_VALUE
    if all(value is not None and value <= 0 for value in values):
        return Unchanged.FALL_COUNTS_ZERO
    highest = [measure(factor, weights, population).highest_partners for population in (old, new)]
    if all(partner in names for names in highest):
        return Unchanged.HIGHEST_OF_ALL
    return Unchanged.NO_DIFFERENCE


def _value(population: Sequence[Candidate], partner: str, factor: Factor) -> Number | None:
    for candidate in population:
        if candidate.partner == partner and factor.code in candidate.data:
            return candidate.data[factor.code].value
    return None
