"""How often each partner takes each place when the weights are drawn at random. Pure and repeatable."""

import random
from collections.abc import Mapping, Sequence
from functools import lru_cache

from reports.priorities.weighing import weigh

DRAWS = 20_000
"""Random weightings behind `first_in_share` and `place_shares`."""

SEED = 113
"""Where the random weightings start, so that everyone who repeats the trial sees the same shares."""

PLACES = 4
"""How many places the trial counts; who comes fifth decides nothing."""


def place_shares(
    shares: Mapping[str, Sequence[float | None]],
    *,
    weights: Sequence[float],
    draws: int = DRAWS,
    seed: int = SEED,
) -> dict[str, tuple[float, ...]]:
    """How often each partner takes the first, second, third and fourth place, as shares of `draws`.

    Every mixture of the factors that weigh something now is equally likely (a flat Dirichlet distribution).
    Partners that tie divide the places that they take together; a draw in which nobody has enough data for a place
    gives it to nobody.
    """
    rows = tuple(sorted((partner, tuple(row)) for partner, row in shares.items()))
    return dict(_place_shares(rows, tuple(w > 0 for w in weights), draws, seed))


def first_in_share(
    shares: Mapping[str, Sequence[float | None]],
    *,
    weights: Sequence[float],
    draws: int = DRAWS,
    seed: int = SEED,
) -> dict[str, float]:
    """How often each partner comes first: the first of its :func:`place_shares`."""
    found = place_shares(shares, weights=weights, draws=draws, seed=seed)
    return {partner: places[0] for partner, places in found.items()}


@lru_cache(maxsize=64)
def _place_shares(
    rows: tuple[tuple[str, tuple[float | None, ...]], ...], drawn: tuple[bool, ...], draws: int, seed: int
) -> tuple[tuple[str, tuple[float, ...]], ...]:
    chance = random.Random(seed)  # noqa: S311  a repeatable trial is wanted, not a secret
    taken = {partner: [0.0] * PLACES for partner, _ in rows}
    # What weighs nothing changes no score, so only the drawn factors are weighed.
    racing = [
        (partner, tuple(s for s, d in zip(row, drawn, strict=True) if d))
        for partner, row in rows
        if any(s is not None and d for s, d in zip(row, drawn, strict=True))
    ]
    count = sum(drawn)
    for _ in range(draws if racing else 0):
        weights = [chance.expovariate(1.0) for _ in range(count)]
        scored = [(score, p) for p, row in racing if (score := weigh(row, weights).score) is not None]
        scored.sort(key=lambda one: -one[0])
        _take_places(scored, taken)
    return tuple(
        (partner, tuple(won / draws if draws else 0.0 for won in places)) for partner, places in taken.items()
    )


def _take_places(scored: Sequence[tuple[float, str]], taken: dict[str, list[float]]) -> None:
    """Give the places of one draw away, best score first; equal scores divide theirs."""
    place = 0
    while place < min(PLACES, len(scored)):
        tied = place + 1
        while tied < len(scored) and scored[tied][0] == scored[place][0]:
            tied += 1
        for _, partner in scored[place:tied]:
            for each in range(place, min(tied, PLACES)):
                taken[partner][each] += 1 / (tied - place)
        place = tied
