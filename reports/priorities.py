"""Which partner most needs an agreement next: the score, the order, and how firm that order is. Pure.

Belongs here: arithmetic over candidates that somebody else has gathered. No database, no clock, no wording.

The rule, which the ministries may change by approving another version of the weights:

    score = 100 x sum(weight x value / highest value) / sum(weight)

Both sums run over the factors for which the partner has data. The highest value is the highest in the whole
population. A fall counts 0. Data for less than half of the weight leaves a partner unranked, with its coverage.
"""

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

type Number = int | float | Decimal

FULL_SCORE = 100.0
"""Points of a partner that is the highest in every factor."""

LEAST_COVERAGE = 0.5
"""Share of the weight for which there must be data before a partner gets a rank."""

DRAWS = 20_000
"""Random weightings behind `first_in_share`."""

SEED = 113
"""Where the random weightings start, so that everyone who repeats the trial sees the same shares."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing that is measured about a partner: its code and the unit of its values."""

    code: str
    unit: str


@dataclass(frozen=True, slots=True)
class Weights:
    """A version of the weights: a number of any size for each factor; a factor not named weighs 0.

    :raises ValueError: when a weight is negative or not finite, or when none is above zero.
    """

    version: int
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


HELP_LAST_YEAR = Factor("help_last_year", "persons")
HELP_RISE = Factor("help_rise", "persons")
HELP_THREE_YEARS = Factor("help_three_years", "persons")
DRUGS_FIVE_YEARS = Factor("drugs_five_years", "kilograms")

FACTORS = (HELP_LAST_YEAR, HELP_RISE, HELP_THREE_YEARS, DRUGS_FIVE_YEARS)

WEIGHTS_1 = Weights(
    version=1,
    by_factor=MappingProxyType(
        {"help_last_year": 35, "help_rise": 20, "help_three_years": 20, "drugs_five_years": 25}
    ),
)
"""The first proposal. Every factor it does not name weighs nothing until a version with it is approved."""


@dataclass(frozen=True, slots=True)
class Datum:
    """A known value and where it comes from. What is not known has no Datum; it is never a 0."""

    value: Number
    source: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A partner without an agreement in force, with what is known of it by code of the factor.

    `group` and `phase` are carried through for the reader; they never touch the score.
    """

    partner: str
    data: Mapping[str, Datum]
    group: str = "none"
    phase: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What one factor adds to a score. `points` is None where the partner is unranked."""

    factor: str
    value: Number
    unit: str
    points: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate in its place.

    `rank` and `score` are None when data cover less than half of the weight. `coverage` and `first_in_share`
    lie between 0 and 1. `parts` holds the factors with data only; their points add up to the score.
    """

    rank: int | None
    partner: str
    score: float | None
    coverage: float
    parts: tuple[Part, ...]
    missing: tuple[str, ...]
    group: str
    phase: str | None
    first_in_share: float


@dataclass(frozen=True, slots=True)
class Measured:
    """A factor across the population: the highest value, who has it, and for whom there is nothing."""

    factor: Factor
    weight: float
    highest: Number | None
    highest_partners: tuple[str, ...]
    with_data: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The whole answer: the population in order, and what each factor looked like across it."""

    weights: Weights
    factors: tuple[Measured, ...]
    ranked: tuple[Ranked, ...]
    draws: int
    seed: int


class Weighed(NamedTuple):
    """Result of weighing one row: no score and no points below the least coverage."""

    score: float | None
    coverage: float
    points: tuple[float | None, ...]


def weigh(shares: Sequence[float | None], weights: Sequence[float]) -> Weighed:
    """Score one partner. `shares` are value / highest value, between 0 and 1, None where there are no data.

    This is the only place where a score is made; the ranking and the trial of its firmness both call it.
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


def rank(
    candidates: Iterable[Candidate],
    *,
    weights: Weights = WEIGHTS_1,
    factors: Sequence[Factor] = FACTORS,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Ranking:
    """Put the population in order. Equal scores share a rank and stand in the order of their codes.

    :raises ValueError: when a partner appears twice, or a value is not a finite number.
    """
    population = _checked(candidates)
    measured = tuple(_measure(factor, weights, population) for factor in factors)
    scale = [weights.of(factor) for factor in factors]
    shares = {c.partner: _shares(c, measured) for c in population}
    firsts = first_in_share(shares, weights=scale, draws=draws, seed=seed)
    weighed = {partner: weigh(row, scale) for partner, row in shares.items()}
    scores = sorted((w.score for w in weighed.values() if w.score is not None), reverse=True)
    ranked = [
        _ranked(c, measured, weighed[c.partner], scores, first_in_share=firsts[c.partner]) for c in population
    ]
    ranked.sort(key=lambda r: (r.score is None, -(r.score or 0.0), -r.coverage, r.partner))
    return Ranking(weights, measured, tuple(ranked), draws, seed)


def first_in_share(
    shares: Mapping[str, Sequence[float | None]],
    *,
    weights: Sequence[float],
    draws: int = DRAWS,
    seed: int = SEED,
) -> dict[str, float]:
    """How often each partner comes first when the weights are drawn at random, as a share of `draws`.

    Every mixture of the factors that weigh something now is equally likely (a flat Dirichlet distribution). A
    draw in which several tie for first is divided among them; one in which nobody has enough data goes to nobody.
    """
    rows = tuple(sorted((partner, tuple(row)) for partner, row in shares.items()))
    return dict(_first_in_share(rows, tuple(w > 0 for w in weights), draws, seed))


@lru_cache(maxsize=64)
def _first_in_share(
    rows: tuple[tuple[str, tuple[float | None, ...]], ...], drawn: tuple[bool, ...], draws: int, seed: int
) -> tuple[tuple[str, float], ...]:
    chance = random.Random(seed)  # noqa: S311  a repeatable trial is wanted, not a secret
    wins = dict.fromkeys((partner for partner, _ in rows), 0.0)
    racing = [
        (p, row) for p, row in rows if any(s is not None and d for s, d in zip(row, drawn, strict=True))
    ]
    for _ in range(draws if racing else 0):
        weights = [chance.expovariate(1.0) if d else 0.0 for d in drawn]
        best = -1.0
        leaders: list[str] = []
        for partner, row in racing:
            score = weigh(row, weights).score
            if score is None or score < best:
                continue
            if score > best:
                best, leaders = score, []
            leaders.append(partner)
        for partner in leaders:
            wins[partner] += 1 / len(leaders)
    return tuple((partner, won / draws if draws else 0.0) for partner, won in wins.items())


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
    weights: Weights = WEIGHTS_1,
    factors: Sequence[Factor] = FACTORS,
) -> Unchanged | None:
    """Compare two populations that differ in one value of `partner`; None when its score moved.

    :raises KeyError: when the partner is missing from either population.
    """
    old, new = _checked(before), _checked(after)
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
    highest = [_measure(factor, weights, population).highest_partners for population in (old, new)]
    if all(partner in names for names in highest):
        return Unchanged.HIGHEST_OF_ALL
    return Unchanged.NO_DIFFERENCE


def _checked(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    population = tuple(sorted(candidates, key=lambda c: c.partner))
    if len({c.partner for c in population}) != len(population):
        raise ValueError("a partner appears twice in the population")
    for candidate in population:
        for code, datum in candidate.data.items():
            if not math.isfinite(datum.value):
                raise ValueError(f"{code} of {candidate.partner} is not a finite number")
    return population


def _measure(factor: Factor, weights: Weights, population: Sequence[Candidate]) -> Measured:
    known = {c.partner: c.data[factor.code].value for c in population if factor.code in c.data}
    highest = max(known.values(), default=None)
    return Measured(
        factor=factor,
        weight=weights.of(factor),
        highest=highest,
        highest_partners=tuple(p for p, value in known.items() if value == highest),
        with_data=tuple(known),
        missing=tuple(c.partner for c in population if c.partner not in known),
    )


def _shares(candidate: Candidate, measured: Sequence[Measured]) -> tuple[float | None, ...]:
    shares: list[float | None] = []
    for column in measured:
        datum = candidate.data.get(column.factor.code)
        if datum is None or column.highest is None:
            shares.append(None)
        elif datum.value <= 0:
            shares.append(0.0)
        else:
            shares.append(float(datum.value) / float(column.highest))
    return tuple(shares)


def _ranked(
    candidate: Candidate,
    measured: Sequence[Measured],
    weighed: Weighed,
    scores: Sequence[float],
    *,
    first_in_share: float,
) -> Ranked:
    parts = [
        Part(m.factor.code, datum.value, m.factor.unit, points, datum.source)
        for m, points in zip(measured, weighed.points, strict=True)
        if (datum := candidate.data.get(m.factor.code)) is not None
    ]
    return Ranked(
        rank=None if weighed.score is None else scores.index(weighed.score) + 1,
        partner=candidate.partner,
        score=weighed.score,
        coverage=weighed.coverage,
        parts=tuple(parts),
        missing=tuple(m.factor.code for m in measured if m.factor.code not in candidate.data),
        group=candidate.group,
        phase=candidate.phase,
        first_in_share=first_in_share,
    )


def _value(population: Sequence[Candidate], partner: str, factor: Factor) -> Number | None:
    for candidate in population:
        if candidate.partner == partner and factor.code in candidate.data:
            return candidate.data[factor.code].value
    return None
