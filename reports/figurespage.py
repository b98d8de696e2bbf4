"""What the pages of the series show: each series in the list, and one with its table, pictures and corrections."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.db.models import Count, Max, Min, Q, QuerySet

from reports import queries
from reports.catalogue import Parameters, Report
from reports.catalogue.tables import report_of
from reports.charting import Chart, chart_of
from reports.models import Figure, Series
from reports.written import WrittenReport

EVERY_YEAR = 300
PICTURES = 8
"""So many columns are drawn, the total first; the table has all."""


def series_rows() -> QuerySet[Series]:
    """Every series with how many figures stand, of which years, and when one was last recorded or withdrawn. One query."""
    standing = Q(figures__withdrawn_at=None)
    return Series.objects.annotate(
        number=Count("figures", filter=standing),
        first=Min("figures__year", filter=standing),
        last=Max("figures__year", filter=standing),
        recorded=Max("figures__recorded_at"),
        withdrawn=Max("figures__withdrawn_at"),
    ).order_by("code")


def series_report(series: Series, *, as_of: date, known_on: date | None) -> Report:
    """Every year of a series up to the last that had ended by ``as_of``, as the books stood on ``known_on``."""
    table = queries.table(series, as_of, EVERY_YEAR, with_samples=True, known_on=known_on)
    return report_of(table, series.code, series.name, Parameters(as_of, known_on))


def pictures(written: WrittenReport) -> Iterator[Chart]:
    """The total and the first partners, a picture each, with the numbers that the table shows."""
    for column in written.report.columns[1 : PICTURES + 1]:
        one = chart_of(replace(written, report=replace(written.report, extra={"chart": column.code})))
        if one is not None:
            yield one


def figures_of(series: Series, *, as_of: date, known_on: date | None) -> QuerySet[Figure]:
    """The figures behind the table, the newest year first."""
    rows = Figure.objects.known(known_on).filter(series=series, year__lte=queries.last_complete_year(as_of))
    return rows.select_related("partner", "recorded_by").order_by("-year", "id")


def corrections_of(series: Series) -> QuerySet[Figure]:
    """What was withdrawn, the last first."""
    gone = series.figures.filter(withdrawn_at__isnull=False)
    return gone.select_related("partner", "recorded_by", "withdrawn_by").order_by("-withdrawn_at", "-id")
