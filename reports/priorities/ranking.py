"""The population in its order: who stands where, with how many points from what, and how firmly. Pure."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reports.priorities.trial import DRAWS, SEED, place_shares
from reports.priorities.weighing import FACTORS, Factor, Number, Shares, Weighed, Weights, weigh


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

    `rank` and `score` are None when data cover less than half of the weight. `coverage` and the shares of the
    `places` (first, second …; see :func:`place_shares`) lie between 0 and 1. `parts` holds the factors with data
    only; their points add up to the score. `shares` holds what was weighed, factor by factor.
    """

    rank: int | None
    partner: str
    score: float | None
    coverage: float
    parts: tuple[Part, ...]
    missing: tuple[str, ...]
    group: str
    phase: str | None
    places: tuple[float, ...]
    shares: Shares

    @property
    def first_in_share(self) -> float:
        """How often it comes first in the trial, between 0 and 1."""
        return self.places[0]


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

    @property
    def scored(self) -> tuple[Ranked, ...]:
        """Those with a rank."""
        return tuple(row for row in self.ranked if row.score is not None)

    @property
    def scale(self) -> tuple[float, ...]:
        """The weights in the order of the factors."""
        return tuple(column.weight for column in self.factors)


def rank(
    candidates: Iterable[Candidate],
    *,
    weights: Weights,
    factors: Sequence[Factor] = FACTORS,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Ranking:
    """Put the population in order. Equal scores share a rank and stand in the order of their codes.

    :raises ValueError: when a partner appears twice, or a value is not a finite number.
    """
    population = checked(candidates)
    measured = tuple(measure(factor, weights, population) for factor in factors)
    scale = [weights.of(factor) for factor in factors]
    shares = {c.partner: _shares(c, measured) for c in population}
    places = place_shares(shares, weights=scale, draws=draws, seed=seed)
    weighed = {partner: weigh(row, scale) for partner, row in shares.items()}
    scores = sorted((w.score for w in weighed.values() if w.score is not None), reverse=True)
    ranked = [
        _ranked(c, measured, weighed[c.partner], scores, places=places[c.partner], shares=shares[c.partner])
        for c in population
    ]
    ranked.sort(key=lambda r: (r.score is None, -(r.score or 0.0), -r.coverage, r.partner))
    return Ranking(weights, measured, tuple(ranked), draws, seed)


def checked(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The population in the order of its codes.

    :raises ValueError: when a partner appears twice, or a value is not a finite number.
    """
    population = tuple(sorted(candidates, key=lambda c: c.partner))
    if len({c.partner for c in population}) != len(population):
        raise ValueError("a partner appears twice in the population")
    for candidate in population:
        for code, datum in candidate.data.items():
            if not math.isfinite(datum.value):
                raise ValueError(f"{code} of {candidate.partner} is not a finite number")
    return population


def measure(factor: Factor, weights: Weights, population: Sequence[Candidate]) -> Measured:
    """One factor across the whole population."""
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


def _shares(candidate: Candidate, measured: Sequence[Measured]) -> Shares:
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
    places: tuple[float, ...],
    shares: Shares,
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
        places=places,
        shares=shares,
    )
