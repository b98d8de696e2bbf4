"""The reports by their stable codes, each as columns, rows, totals and checks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports import indicators, queries
from reports.indicators import Check
from reports.models import Figure, Series
from tracker.rocdate import roc_year

type Cell = str | int | Decimal | None


class SeriesNotLoaded(Exception):
    """The series that a report stands on has not been loaded; its code is the message."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report as of a day. The first column is the row's head; unknown cells are None.

    `remainder` holds, row by row and then for the totals, what the source counts without naming a country: it is
    inside the total and in no column.
    """

    code: str
    title: str | Promise
    as_of: date
    series: Series
    years: tuple[int, ...]
    columns: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[Cell, ...]
    remainder: tuple[Decimal | None, ...]
    checks: tuple[Check, ...]
    notes: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One report of the catalogue: its code, its title, and how it is made."""

    code: str
    title: str | Promise
    make: Callable[["Entry", date, bool], Report]

    def run(self, as_of: date, *, with_samples: bool = False) -> Report:
        """Make the report as of a day, without the figures of fictional partners unless told otherwise.

        :raises SeriesNotLoaded: when its series is not there.
        """
        return self.make(self, as_of, with_samples)


def _audit_table(series: str, length: int) -> Callable[[Entry, date, bool], Report]:
    """A table of the audit report: a row a year, its total first, then the countries that the source names."""

    def make(entry: Entry, as_of: date, with_samples: bool) -> Report:
        found = Series.objects.filter(code=series).first()
        if found is None:
            raise SeriesNotLoaded(series)
        table = queries.table(found, as_of, length, with_samples=with_samples)
        rows = tuple(_row(table, year) for year in table.years)
        totals = ("total", *_added([row[1:] for row in rows], len(table.partners) + 1))
        remainder = _remainder(table)
        return Report(
            code=entry.code,
            title=entry.title,
            as_of=as_of,
            series=found,
            years=table.years,
            columns=("roc_year", "total", *(partner.code for partner in table.partners)),
            headings=tuple(partner.name for partner in table.partners),
            rows=rows,
            totals=totals,
            remainder=remainder,
            checks=(*_printed(table), *_remaining(totals, remainder)),
            notes=tuple(figure for figure in table.figures if figure.is_outlier),
        )

    return make


def _row(table: queries.Table, year: int) -> tuple[Cell, ...]:
    figures = [figure for figure in table.figures if figure.year == year]
    by_partner = {figure.partner_id: figure.value for figure in figures if figure.partner_id}
    total = sum((figure.value for figure in figures), Decimal(0)) if figures else None
    return (roc_year(year), total, *(by_partner.get(partner.pk) for partner in table.partners))


def _printed(table: queries.Table) -> list[Check]:
    """The printed totals and changes of the years shown; a total of all years only when all of them are shown."""
    years = set(table.years)
    is_whole = {total.year for total in table.control_totals if total.year} <= years
    comparable = [t for t in table.control_totals if (is_whole if t.year is None else t.year in years)]
    return indicators.compare((*table.earlier, *table.figures), comparable)


def _remaining(totals: Sequence[Cell], remainder: Sequence[Decimal | None]) -> list[Check]:
    """What is in the total and in no column must be exactly what is stored without a country."""
    numbers = [cell for cell in totals[1:] if isinstance(cell, Decimal)]
    if len(numbers) != len(totals) - 1 or not remainder or remainder[-1] is None:
        return []
    unnamed = numbers[0] - sum(numbers[1:], Decimal(0))
    return [Check("remainder", indicators.plain(unnamed), indicators.plain(remainder[-1]))]


def _remainder(table: queries.Table) -> tuple[Decimal | None, ...]:
    by_year: dict[int, Decimal] = {}
    for figure in table.figures:
        if figure.partner_id is None:
            by_year[figure.year] = by_year.get(figure.year, Decimal(0)) + figure.value
    column = [by_year.get(year) for year in table.years]
    return (*column, *_added([(value,) for value in column], 1))


def _added(rows: Sequence[Sequence[Cell]], width: int) -> list[Decimal | None]:
    """Column sums; unknown when any year of the column is unknown, since a gap is not a zero."""
    sums: list[Decimal | None] = []
    for place in range(width):
        column = [row[place] for row in rows]
        known = [cell for cell in column if isinstance(cell, Decimal)]
        sums.append(sum(known, Decimal(0)) if column and len(known) == len(column) else None)
    return sums


REPORTS: dict[str, Entry] = {
    entry.code: entry
    for entry in (
        Entry(
            "T4",
            # Translators: title of the audit report's table 4: 國人遭誘騙落入海外工作陷阱求助情形
            _("Nationals lured into overseas job scams who asked for help"),
            _audit_table(indicators.HELP_SEEKING, queries.HELP_YEARS),
        ),
        Entry(
            "T5",
            # Translators: title of the audit report's table 5: 國內毒品查獲量—按毒品主要來源地區分
            _("Drugs seized at home, by main area of origin"),
            _audit_table(indicators.DRUG_SEIZURES, queries.DRUG_YEARS),
        ),
    )
}
