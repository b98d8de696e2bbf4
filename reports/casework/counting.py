"""The arithmetic of the statistics: spans of years, middles of histograms, bands of age, shares. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

YEARS = 5
"""So many calendar years a statistic spans when nobody says since when."""
FEW = 5
"""Of fewer cases no percentage is given: it would say more than they do."""
NINE_TENTHS = 90
DAYS_OF_A_MONTH = 30.436875
"""The mean of the Gregorian calendar: 146,097 days in 4,800 months."""
ONE_DAY = timedelta(days=1)

type Histogram = Mapping[int, int]
"""How many cases took so many days, by days."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days from ``since`` to ``until``, both counted, cut at the turns of the calendar years."""

    since: date
    until: date

    @classmethod
    def of(cls, since: date | None, until: date, years: int = YEARS) -> "Span":
        """The span asked for, or that of ``years`` calendar years of which the last is that of ``until``."""
        return cls(since or date(until.year - years + 1, 1, 1), until)

    @property
    def years(self) -> range:
        """Its calendar years; none when it ends before it begins."""
        return range(self.since.year, self.until.year + 1) if self.since <= self.until else range(0)

    def part(self, year: int) -> tuple[date, date]:
        """The first and the last day of the span within this year."""
        return max(self.since, date(year, 1, 1)), min(self.until, date(year, 12, 31))


def median(found: Histogram) -> float | None:
    """The middle value; between two middles their mean; None of nothing."""
    total = sum(found.values())
    if not total:
        return None
    low, high = _at(found, (total + 1) // 2), _at(found, total // 2 + 1)
    return low if low == high else (low + high) / 2


def percentile(found: Histogram, share: int = NINE_TENTHS) -> int | None:
    """The smallest value that ``share`` per cent of all do not exceed (nearest rank); None of nothing."""
    total = sum(found.values())
    return _at(found, max(-(-total * share // 100), 1)) if total else None


def _at(found: Histogram, rank: int) -> int:
    """The value at this place, from 1, when all stand in their order."""
    ordered = sorted(found)
    reached = accumulate(found[value] for value in ordered)
    return next(value for value, so_far in zip(ordered, reached, strict=True) if so_far >= rank)


def merged(parts: Iterable[Histogram]) -> dict[int, int]:
    """One histogram of several."""
    whole: dict[int, int] = {}
    for part in parts:
        for value, number in part.items():
            whole[value] = whole.get(value, 0) + number
    return whole


def share(part: int, whole: int) -> float | None:
    """Between 0 and 1; None of fewer than five."""
    return part / whole if whole >= FEW else None


@dataclass(frozen=True, slots=True)
class Band:
    """Ages from ``first`` to ``last`` days, both counted; the last band has no end."""

    code: str
    first: int
    last: int | None = None

    def begins(self, day: date) -> tuple[date | None, date]:
        """Between which days what is of this age on ``day`` began; no first day for the last band."""
        earliest = None if self.last is None else day - timedelta(days=self.last)
        return earliest, day - timedelta(days=self.first)


BANDS: tuple[Band, ...] = (
    Band("under_30", 0, 29),
    Band("30_to_89", 30, 89),
    Band("90_to_179", 90, 179),
    Band("180_to_364", 180, 364),
    Band("365_and_over", 365),
)
