"""How firm an order is: every weight moved a little, the weight at which the first place changes, a gap filled. Pure.

Every score here is made by :func:`reports.priorities.weighing.weigh`; the algebra only says where to look.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.priorities.ranking import Ranked, Ranking
from reports.priorities.weighing import FULL_SCORE, LEAST_COVERAGE, Shares, weigh

SHIFT = 10.0
"""Points by which each weight is moved, on a scale on which all weights together are 100."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One weight moved by some points, and the order that follows: the partners with a score, best first."""

    factor: str
    by: float
    order: tuple[str, ...]
    changes_order: bool
    changes_first: bool


@dataclass(frozen=True, slots=True)
class Tipping:
    """The weight of one factor, the others left as they are, past which somebody else stands first.

    `is_above`: the change comes when the weight rises above `weight`; else when it falls below. `first` holds who
    stands first beyond it, empty when nobody has enough data there.
    """

    factor: str
    weight: float
    is_above: bool
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """A partner's score if its missing data equalled the highest of all, or those of the first; and its rank then.

    `like_first` is None where the first has no data there either. `missing` holds the factors that weigh something.
    """

    partner: str
    missing: tuple[str, ...]
    like_highest: float
    rank_like_highest: int
    like_first: float | None
    rank_like_first: int | None


def shifts(ranking: Ranking, by: float = SHIFT) -> tuple[Shift, ...]:
    """Move each weight up and down by ``by`` points of 100, never below 0, one at a time.

    A factor that weighs nothing has not been approved, so it is not moved.
    """
    rows, scale = _rows(ranking), ranking.scale
    now, total = _order(rows, scale), sum(scale)
    found = []
    for place, column in enumerate(ranking.factors):
        for change in (by, -by) if column.weight > 0 else ():
            moved = _with(scale, place, max(0.0, column.weight + change * total / FULL_SCORE))
            order = _order(rows, moved)
            first = _first(rows, moved) == _first(rows, scale)
            found.append(Shift(column.factor.code, change, order, order != now, not first))
    return tuple(found)


def tippings(ranking: Ranking) -> tuple[Tipping, ...]:
    """For each factor that weighs something: at which weight, above or below, the first place changes.

    Exact: two scores are equal at the roots of a polynomial of the second degree in the weight, and a partner
    gains or loses its rank at one weight. Between those places nothing changes.
    """
    rows, scale = _rows(ranking), ranking.scale
    leaders = _first(rows, scale)
    found: list[Tipping] = []
    for place, column in enumerate(ranking.factors):
        if column.weight <= 0 or not leaders:
            continue
        edges = sorted(set(_edges(rows, scale, place, leaders)))
        # Where several share the first place now, it changes at once: so the present weight is looked past too.
        above = [column.weight, *(edge for edge in edges if edge > column.weight)]
        below = [column.weight, *(edge for edge in reversed(edges) if edge < column.weight)]
        for way, is_above in ((above, True), (below, False)):
            for edge, beyond in zip(way, _middles(way, is_above), strict=True):
                first = _first(rows, _with(scale, place, beyond))
                if first != leaders:
                    found.append(Tipping(column.factor.code, edge, is_above, first))
                    break
    return tuple(found)


def fillings(ranking: Ranking) -> tuple[Filled, ...]:
    """For every ranked partner that lacks data of some weight: what its score would be with them."""
    scored = ranking.scored
    return tuple(
        _filled(row, ranking, scored)
        for row in scored
        if any(s is None and w > 0 for s, w in zip(row.shares, ranking.scale, strict=True))
    )


def _filled(row: Ranked, ranking: Ranking, scored: Sequence[Ranked]) -> Filled:
    scale, first = ranking.scale, scored[0]
    missing = tuple(
        column.factor.code
        for column, share in zip(ranking.factors, row.shares, strict=True)
        if share is None and column.weight > 0
    )
    others = [other.score for other in scored if other.partner != row.partner and other.score is not None]
    highest = weigh([1.0 if s is None else s for s in row.shares], scale).score or 0.0
    like = [f if s is None else s for s, f in zip(row.shares, first.shares, strict=True)]
    has_all = first.partner != row.partner and all(
        s is not None or w == 0 for s, w in zip(like, scale, strict=True)
    )
    like_first = weigh(like, scale).score if has_all else None
    return Filled(
        row.partner,
        missing,
        highest,
        1 + sum(score > highest for score in others),
        like_first,
        None if like_first is None else 1 + sum(score > like_first for score in others),
    )


def _rows(ranking: Ranking) -> dict[str, Shares]:
    return {row.partner: row.shares for row in ranking.ranked}


def _with(scale: Sequence[float], place: int, weight: float) -> list[float]:
    return [weight if at == place else other for at, other in enumerate(scale)]


def _order(rows: dict[str, Shares], scale: Sequence[float]) -> tuple[str, ...]:
    """Partners with a score, best first; equal ones in the order of their codes."""
    scored = [(score, p) for p, row in rows.items() if (score := weigh(row, scale).score) is not None]
    return tuple(partner for _, partner in sorted(scored, key=lambda one: (-one[0], one[1])))


def _first(rows: dict[str, Shares], scale: Sequence[float]) -> tuple[str, ...]:
    """Who stands first, several when they tie; the least difference of floats is a tie."""
    scores = {p: score for p, row in rows.items() if (score := weigh(row, scale).score) is not None}
    best = max(scores.values(), default=0.0)
    return tuple(sorted(p for p, score in scores.items() if math.isclose(score, best, rel_tol=1e-12)))


def _middles(edges: Sequence[float], is_above: bool) -> list[float]:
    """A weight beyond each edge and before the next one, in the direction of walking."""
    last = edges[-1] * 2 + FULL_SCORE if is_above else 0.0
    return [(one + two) / 2 for one, two in zip(edges, [*edges[1:], last], strict=True)]


def _edges(
    rows: dict[str, Shares], scale: Sequence[float], place: int, leaders: tuple[str, ...]
) -> Iterator[float]:
    """Weights of one factor at which a leader may be overtaken, or somebody's coverage passes the least."""
    # A score is (sum + own x w) / (known + has x w), where w is the weight that moves.
    rest = _with(scale, place, 0.0)
    parts = {}
    for partner, row in rows.items():
        known = sum(w for s, w in zip(row, rest, strict=True) if s is not None)
        added = sum(w * s for s, w in zip(row, rest, strict=True) if s is not None)
        share = row[place]
        parts[partner] = (added, share or 0.0, known, 0.0 if share is None else 1.0)
        # known + has x w = least x (total + w)
        slope = parts[partner][3] - LEAST_COVERAGE
        yield from _positive((LEAST_COVERAGE * sum(rest) - known) / slope)
    for leader in leaders:
        for other in rows:
            if other != leader:
                yield from _equal(parts[leader], parts[other])


type Fraction = tuple[float, float, float, float]


def _equal(one: Fraction, two: Fraction) -> Iterator[float]:
    """Where two such fractions are equal: a1, b1, c1, d1 stand for (a1 + b1 w) / (c1 + d1 w)."""
    (a1, b1, c1, d1), (a2, b2, c2, d2) = one, two
    square = b1 * d2 - b2 * d1
    linear = a1 * d2 + b1 * c2 - a2 * d1 - b2 * c1
    constant = a1 * c2 - a2 * c1
    if square == 0:
        if linear != 0:
            yield from _positive(-constant / linear)
        return
    within = linear * linear - 4 * square * constant
    if within >= 0:
        for sign in (1, -1):
            yield from _positive((-linear + sign * math.sqrt(within)) / (2 * square))


def _positive(weight: float) -> Iterator[float]:
    if weight > 0 and math.isfinite(weight):
        yield weight
