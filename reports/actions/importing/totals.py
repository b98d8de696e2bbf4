"""Control totals: what the source printed for a year beside what the series would add up to, the difference named."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from agreements.marks import year_words
from reports.actions.importing.books import Books, Key
from reports.actions.importing.reading import Row
from reports.actions.importing.refusals import CellError, ImportRefused
from reports.indicators import plain


@dataclass(frozen=True, slots=True)
class Total:
    """The printed total of a year, and what the figures of that year add up to once the file is written.

    Numbers are texts, as JSON keeps them exactly; ``counted`` is None while no figure of the year is known.
    ``is_typed`` when it was typed in, not only kept in the books.
    """

    year: int
    stated: str
    counted: str | None
    is_typed: bool

    @property
    def difference(self) -> Decimal | None:
        """The sum of the figures minus the printed total."""
        return None if self.counted is None else plain(Decimal(self.counted) - Decimal(self.stated))

    @property
    def adds_up(self) -> bool:
        return self.difference == 0

    @property
    def difference_words(self) -> str:
        """The difference with its sign, such as "−7"; "" when it is not known."""
        return "" if self.difference is None else f"{self.difference:+,f}".replace("-", "−")

    @property
    def year_words(self) -> str:
        return year_words(self.year)

    @property
    def stated_words(self) -> str:
        return f"{Decimal(self.stated):,f}"

    @property
    def counted_words(self) -> str:
        return "" if self.counted is None else f"{Decimal(self.counted):,f}"

    @property
    def kept(self) -> dict[str, Any]:
        return asdict(self)


def totals_of(rows: Iterable[Row], books: Books, stated: Mapping[int, Decimal]) -> list[Total]:
    """The totals that were typed in, and those in the books for years in which the rows change something."""
    after: dict[Key, Decimal] = {key: figure.value for key, figure in books.standing.items()}
    changed = set()
    for row in rows:
        key = None if row.errors else books.key_of(row)
        if key is None or isinstance(key, CellError):
            continue
        if after.get(key) != row.value:
            changed.add(row.year)
        after[key] = row.value
    printed = {
        year: total.value for year, total in books.printed.items() if year in changed or year in stated
    }
    wanted = {**stated, **printed}
    return [Total(year, _text(wanted[year]), _sum(after, year), year in stated) for year in sorted(wanted)]


def other_total(books: Books, stated: Mapping[int, Decimal]) -> ImportRefused | None:
    """The refusal of a total that the books know otherwise."""
    for year, value in stated.items():
        printed = books.printed.get(year)
        if printed is not None and printed.value != value:
            return ImportRefused(
                "other_total", year=year_words(year), was=_text(printed.value), now=_text(value)
            )
    return None


def _sum(after: Mapping[Key, Decimal], year: int) -> str | None:
    values = [value for key, value in after.items() if key[2] == year]
    return _text(sum(values, Decimal(0))) if values else None


def _text(value: Decimal) -> str:
    return f"{plain(value):f}"
