"""Tries to work out what a table does not show, from everything that it does show: exhaustive search over whole numbers."""

from collections.abc import Iterable, Sequence
from itertools import product

type Span = tuple[int, int]
type Told = tuple[tuple[int, ...], int, int]
"""Which numbers are added, and between which bounds their sum lies."""
MOST = 10_000


def recovered(true: Sequence[int], told: Iterable[Told]) -> list[int]:
    """The places whose number can be no other than it is, given what is told; the search tries every other one."""
    told, every = list(told), [(0, MOST)] * len(true)
    found = []
    for place, number in enumerate(true):
        others = [(0, number - 1), (number + 1, MOST)]
        if not any(_solvable(_with(every, place, other), told) for other in others if other[0] <= other[1]):
            found.append(place)
    return found


def _with(spans: list[Span], place: int, span: Span) -> list[Span]:
    return [*spans[:place], span, *spans[place + 1 :]]


def _solvable(spans: list[Span], told: Sequence[Told]) -> bool:
    narrowed = _narrowed(spans, told)
    if narrowed is None:
        return False
    place = next((n for n, (low, high) in enumerate(narrowed) if low < high), None)
    if place is None:
        return True
    low, high = narrowed[place]
    return _solvable(_with(narrowed, place, (low, low)), told) or _solvable(
        _with(narrowed, place, (low + 1, high)), told
    )


def _narrowed(spans: list[Span], told: Sequence[Told]) -> list[Span] | None:
    """The spans as far as each sum alone narrows them; None where one is empty."""
    while True:
        before = list(spans)
        for places, least, most in told:
            lows, highs = sum(spans[n][0] for n in places), sum(spans[n][1] for n in places)
            for n in places:
                low, high = spans[n]
                low, high = max(low, least - (highs - high)), min(high, most - (lows - low))
                if low > high:
                    return None
                lows, highs = lows + low - spans[n][0], highs + high - spans[n][1]
                spans = _with(spans, n, (low, high))
        if spans == before:
            return spans


def sums_of(rows: int, columns: int) -> list[tuple[int, ...]]:
    """Every cell, the margins, the whole, and the whole without each row: one partner against all."""
    cells = list(product(range(rows), range(columns)))
    at = {cell: place for place, cell in enumerate(cells)}
    wanted = [[cell] for cell in cells]
    wanted += [[c for c in cells if c[0] == row] for row in range(rows)]
    wanted += [[c for c in cells if c[1] == column] for column in range(columns)]
    wanted += [cells, *([c for c in cells if c[0] != row] for row in range(rows))]
    return [tuple(at[cell] for cell in some) for some in wanted]
