"""What the pages of the series show: each series in the list, and one with its table, pictures, totals and corrections."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from django.db.models import Count, Max, Min, Q, QuerySet

from agreements.addresses import address
from agreements.paging import Paging, paging
from reports import queries
from reports.catalogue import Parameters, Report
from reports.catalogue.tables import compared, report_of
from reports.charting import Chart, chart_of, chart_of_remainder
from reports.figurewords import amount_words, total_words
from reports.models import Figure, Series
from reports.written import WrittenReport, write

EVERY_YEAR = 300
PICTURES = 8
"""So many columns are drawn, the total first; the table has all."""
ROWS, SERIES_A_PAGE = 100, 50


@dataclass(frozen=True, slots=True)
class PrintedTotal:
    """One total as the source printed it beside what the figures give, in words; the note says why they differ."""

    what: str
    printed: str
    computed: str
    is_ok: bool
    note: str


@dataclass(frozen=True, slots=True)
class SomeRows[R]:
    """One page of a list, of ``number`` rows in all."""

    rows: Sequence[R]
    paging: Paging

    @property
    def number(self) -> int:
        return self.paging.number


@dataclass(frozen=True, slots=True)
class SeriesPage:
    """A series with everything that its page shows."""

    table: WrittenReport
    charts: list[Chart]
    printed: list[PrintedTotal]
    figures: SomeRows[Figure]
    corrections: SomeRows[Figure]


def series_list(state: Mapping[str, str], path: str) -> SomeRows[Series]:
    """Every series with how many figures stand, of which years, and when one was last recorded or withdrawn. Two queries."""
    standing = Q(figures__withdrawn_at=None)
    rows = Series.objects.annotate(
        number=Count("figures", filter=standing),
        first=Min("figures__year", filter=standing),
        last=Max("figures__year", filter=standing),
        recorded=Max("figures__recorded_at"),
        withdrawn=Max("figures__withdrawn_at"),
    ).order_by("code")
    return _some(rows, state, path, "page", SERIES_A_PAGE)


def series_report(series: Series, *, as_of: date, known_on: date | None) -> Report:
    """Every year of a series up to the last that had ended by ``as_of``, as the books stood on ``known_on``."""
    return _report(_table(series, as_of, known_on), as_of, known_on)


def series_page(
    series: Series, state: Mapping[str, str], path: str, *, as_of: date, known_on: date | None
) -> SeriesPage:
    """The page of a series; ``state`` of its address says which part of the long lists is shown."""
    table = _table(series, as_of, known_on)
    written = _named(write(_report(table, as_of, known_on)), table)
    figures = figures_of(series, as_of=as_of, known_on=known_on)
    return SeriesPage(
        table=written,
        charts=list(pictures(written)),
        printed=[
            PrintedTotal(
                total_words(total),
                amount_words(check.printed, total.measure),
                amount_words(check.computed, total.measure),
                check.ok,
                "" if check.ok else total.note,
            )
            for total, check in compared(table)
        ],
        figures=_some(figures, state, path, "page", ROWS),
        corrections=_some(corrections_of(series), state, path, "gone", ROWS),
    )


def pictures(written: WrittenReport) -> Iterator[Chart]:
    """The total, the first partners and what names none, a picture each, with the numbers that the table shows."""
    for column in written.report.columns[1 : PICTURES + 1]:
        one = chart_of(replace(written, report=replace(written.report, extra={"chart": column.code})))
        if one is not None:
            yield one
    rest = chart_of_remainder(written)
    if rest is not None:
        yield rest


def figures_of(series: Series, *, as_of: date, known_on: date | None) -> QuerySet[Figure]:
    """The figures behind the table, the newest year first."""
    rows = Figure.objects.known(known_on).filter(series=series, year__lte=queries.last_complete_year(as_of))
    return rows.select_related("partner", "recorded_by").order_by("-year", "id")


def corrections_of(series: Series) -> QuerySet[Figure]:
    """What was withdrawn, the last first."""
    gone = series.figures.filter(withdrawn_at__isnull=False)
    return gone.select_related("partner", "recorded_by", "withdrawn_by").order_by("-withdrawn_at", "-id")


def _table(series: Series, as_of: date, known_on: date | None) -> queries.Table:
    return queries.table(series, as_of, EVERY_YEAR, with_samples=True, known_on=known_on)


def _report(table: queries.Table, as_of: date, known_on: date | None) -> Report:
    """The table as a report; without the column of the remainder where the source names everybody."""
    report = report_of(table, table.series.code, table.series.name, Parameters(as_of, known_on))
    return report if any(cell is not None for cell in report.remainder) else replace(report, remainder=())


def _named(written: WrittenReport, table: queries.Table) -> WrittenReport:
    """The table with the remainder called as its source calls it."""
    names = "、".join(dict.fromkeys(figure.remainder for figure in table.figures if figure.remainder))
    if not written.report.remainder or not names:
        return written
    last = written.heads[-1]
    return replace(written, heads=(*written.heads[:-1], replace(last, text=f"{last.text}（{names}）")))


def _some[R: (Series, Figure)](
    rows: QuerySet[R], state: Mapping[str, str], path: str, name: str, size: int
) -> SomeRows[R]:
    """The page of a list that the address asks for under ``name``; the other lists of the page stay where they are."""
    here = partial(_elsewhere, state, path, name)
    page = paging(here, state.get(name, ""), rows.count(), size)
    return SomeRows(list(rows[page.begin : page.end]), page)


def _elsewhere(state: Mapping[str, str], path: str, name: str, *, page: object) -> str:
    kept = {"page": state.get("page", "")}
    return address(path, state, **(kept | {name: page}))
