"""S01 to S03 and S07: what came in and what was closed, with what result, how long it took, and what it rests on."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.lifecycle import Basis
from reports.casework.counting import Histogram, Span, median, merged, percentile, share
from reports.casework.outcomes import GROUNDED
from reports.catalogue.casework import lists
from reports.catalogue.casework.reading import BEFORE, Reading
from reports.catalogue.casework.words import (
    DIRECTION,
    FEW_CASES,
    KIND,
    PARTNER,
    WITH_SINCE,
    YEAR,
    notes,
)
from reports.catalogue.register import Entry, Group
from reports.catalogue.shape import Check, Column, Parameters, Report, Row
from reports.catalogue.shape import Kind as Holds
from tracker.models import User
from tracker.rocdate import gregorian_year, roc_year

STOCK = (
    PARTNER,
    DIRECTION,
    KIND,
    YEAR,
    # Translators: 期初未結
    Column("open_start", pgettext_lazy("column", "Open at the start")),
    # Translators: 新收
    Column("received", pgettext_lazy("column", "Received")),
    # Translators: 已結
    Column("closed", pgettext_lazy("column", "Closed")),
    # Translators: 期末未結
    Column("open_end", pgettext_lazy("column", "Open at the end")),
)


def stock(entry: Entry, asked: Parameters, reader: User | None) -> Report:
    """S01: every figure is counted by its own days, so that the sum of the row is a check."""
    span = lists.span_of(asked)
    found: defaultdict[tuple[str, str, str], Counter[tuple[int, int | None]]] = defaultdict(Counter)
    for (partner, direction, kind, came, went), number in Reading(asked, reader).stock(span).items():
        found[partner, direction, kind][came, went] += number
    rows = [
        (*key, roc_year(year), *flows)
        for key in sorted(found)
        for year in span.years
        if any(flows := _flows(found[key], year))
    ]
    whole: Counter[tuple[int, int | None]] = sum(found.values(), Counter())
    totals = _whole(whole, span)
    return Report(
        code=entry.code,
        title=entry.title,
        parameters=asked,
        columns=STOCK,
        rows=tuple(rows),
        totals=("total", None, None, None, *totals),
        checks=(_balance(rows, totals), _carried(rows, found, span)),
        notes=notes(asked, reader, span=span),
    )


def _flows(cases: Mapping[tuple[int, int | None], int], year: int) -> tuple[int, int, int, int]:
    """Open before the year, received in it, closed in it, open after it."""
    return (
        sum(n for (came, went), n in cases.items() if came < year and (went is None or went >= year)),
        sum(n for (came, _went), n in cases.items() if came == year),
        sum(n for (_came, went), n in cases.items() if went == year),
        sum(n for (came, went), n in cases.items() if came <= year and (went is None or went > year)),
    )


def _whole(cases: Mapping[tuple[int, int | None], int], span: Span) -> tuple[int, int, int, int]:
    """The same for the whole span: its stock is that of its first and of its last day, not a sum over years."""
    return (
        sum(n for (came, _went), n in cases.items() if came == BEFORE),
        sum(n for (came, _went), n in cases.items() if came != BEFORE),
        sum(n for (_came, went), n in cases.items() if went is not None),
        sum(n for (_came, went), n in cases.items() if went is None),
    )


def _balance(rows: Iterable[tuple[Any, ...]], totals: tuple[int, int, int, int]) -> Check:
    """Opening plus received less closed is closing, in every row and in the totals."""
    flows = [row[-4:] for row in rows] + [totals]
    wrong = [row for row in flows if row[0] + row[1] - row[2] != row[3]]
    opening, received, closed, closing = totals
    detail = f"{opening} + {received} - {closed} = {closing}; {len(wrong)} of {len(flows)} sums differ"
    return Check("opening_plus_received_less_closed_is_closing", not wrong, detail)


def _carried(rows: Iterable[tuple[Any, ...]], found: Mapping[Any, Any], span: Span) -> Check:
    """What is open at the end of the last year, row by row, is what is open in all."""
    last = sum(row[-1] for row in rows if row[3] == roc_year(span.until.year))
    still = sum(n for cases in found.values() for (_came, went), n in cases.items() if went is None)
    return Check("closing_of_the_last_year_is_the_stock_of_the_day", last == still, f"{last}, {still}")


def _to_stock(report: Report, row: Row, column: Column) -> str:
    cells = lists.cells_of(report, row)
    if row[0] == "total" or column not in STOCK[4:]:
        return ""
    first, last = lists.span_of(report.parameters).part(gregorian_year(int(str(cells["roc_year"]))))
    filters = {
        "open_start": lists.open_before(first),
        "received": lists.received_within(first, last),
        "closed": lists.closed_within(first, last),
        "open_end": lists.open_on(last),
    }
    return lists.case_list(report.parameters, cells, **filters[column.code])


RESULTS = (
    PARTNER,
    DIRECTION,
    YEAR,
    Column("outcome", pgettext_lazy("column", "Outcome"), Holds.CODE, words=GROUNDED),
    Column("closed", pgettext_lazy("column", "Closed")),
    Column("share", pgettext_lazy("column", "Share"), Holds.SHARE),
)


def results(entry: Entry, asked: Parameters, reader: User | None) -> Report:
    """S02: what was closed, by its result; of what was not met, how it ended, and a refusal by its ground."""
    span, order = lists.span_of(asked), list(GROUNDED)
    found = Reading(asked, reader).outcomes(span)
    whole: Counter[tuple[Any, ...]] = Counter()
    for key, number in found.items():
        whole[key[:3]] += number
    rows = tuple(
        (partner, direction, roc_year(year), code, found[key], share(found[key], whole[key[:3]]))
        for key in sorted(found, key=lambda one: (*one[:3], order.index(one[3])))
        for partner, direction, year, code in (key,)
    )
    return Report(
        code=entry.code,
        title=entry.title,
        parameters=asked,
        columns=RESULTS,
        rows=rows,
        totals=("total", None, None, None, sum(found.values()), None),
        notes=notes(asked, reader, FEW_CASES, span=span),
    )


def _to_results(report: Report, row: Row, column: Column) -> str:
    """The list knows results, not the way in which a request that was not met ended."""
    cells = lists.cells_of(report, row)
    if row[0] == "total" or column.code != "closed" or cells["outcome"] not in ("full", "part"):
        return ""
    first, last = lists.span_of(report.parameters).part(gregorian_year(int(str(cells["roc_year"]))))
    filters = lists.closed_within(first, last) | {"result": str(cells["outcome"])}
    return lists.case_list(report.parameters, cells, **filters)


TIMES = (
    PARTNER,
    DIRECTION,
    KIND,
    Column("closed", pgettext_lazy("column", "Closed")),
    Column("median", pgettext_lazy("column", "Median, days"), Holds.DAYS),
    # Translators: 第 90 百分位數（日）
    Column("ninetieth", pgettext_lazy("column", "90th percentile, days"), Holds.DAYS),
    Column("longest", pgettext_lazy("column", "Longest, days"), Holds.DAYS),
    # Translators: 曾停止計算或暫擱者
    Column("paused", pgettext_lazy("column", "Of them stopped or put aside")),
    # Translators: 停止或暫擱日數合計
    Column("paused_days", pgettext_lazy("column", "Days stopped or put aside, in all"), Holds.DAYS),
)


def times(entry: Entry, asked: Parameters, reader: User | None) -> Report:
    """S03: from receipt (ours: from taking up) to closing, by the days that passed."""
    span, reading = lists.span_of(asked), Reading(asked, reader)
    found, paused = reading.durations(span), reading.pauses(span)
    rows = tuple((*key, *_timed(found[key]), *paused.get(key, (0, 0))) for key in sorted(found))
    cases = sum(number for number, _days in paused.values())
    totals = (*_timed(merged(found.values())), cases, sum(days for _number, days in paused.values()))
    return Report(
        code=entry.code,
        title=entry.title,
        parameters=asked,
        columns=TIMES,
        rows=rows,
        totals=("total", None, None, *totals),
        notes=notes(
            asked,
            reader,
            _(
                "Days are counted from receipt, for our own requests from the day on which they were taken up."
            ),
            _("Days stopped or put aside are inside these times; they are shown beside, not taken out."),
            span=span,
        ),
    )


def _timed(found: Histogram) -> tuple[int, float | None, int | None, int | None]:
    return sum(found.values()), median(found), percentile(found), max(found, default=None)


def _to_times(report: Report, row: Row, column: Column) -> str:
    if row[0] == "total" or column.code != "closed":
        return ""
    span = lists.span_of(report.parameters)
    filters = lists.closed_within(span.since, span.until)
    return lists.case_list(report.parameters, lists.cells_of(report, row), **filters)


BASES = (
    PARTNER,
    YEAR,
    *(Column(basis.value, basis.label) for basis in Basis),
    Column("received", pgettext_lazy("column", "Received")),
)


def bases(entry: Entry, asked: Parameters, reader: User | None) -> Report:
    """S07: what the cases received in each year rest on."""
    span = lists.span_of(asked)
    found: defaultdict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for (partner, year, basis), number in Reading(asked, reader).bases(span).items():
        found[partner, year][basis] += number
    rows: tuple[Row, ...] = tuple(
        (
            partner,
            roc_year(year),
            *(found[partner, year][basis] for basis in Basis.values),
            found[partner, year].total(),
        )
        for partner, year in sorted(found)
    )
    width = len(Basis.values)
    sums: list[int] = [sum(counts[basis] for counts in found.values()) for basis in Basis.values]
    whole = sum(counts.total() for counts in found.values())
    return Report(
        code=entry.code,
        title=entry.title,
        parameters=asked,
        columns=BASES,
        rows=rows,
        totals=("total", None, *sums, whole),
        checks=(
            Check(
                "bases_add_up_to_what_was_received",
                sum(sums) == whole and width == len(sums),
                f"{sum(sums)}, {whole}",
            ),
        ),
        notes=notes(asked, reader, span=span),
    )


def _to_bases(report: Report, row: Row, column: Column) -> str:
    if row[0] == "total" or column not in BASES[2:]:
        return ""
    cells = lists.cells_of(report, row)
    first, last = lists.span_of(report.parameters).part(gregorian_year(int(str(cells["roc_year"]))))
    filters = lists.received_within(first, last)
    filters |= {"basis": column.code} if column.code in Basis.values else {}
    return lists.case_list(report.parameters, cells, **filters)


ENTRIES = (
    Entry(
        "S01",
        # Translators: 案件新收、已結及未結
        _("Cases received, closed and open"),
        _(
            "By partner, direction, kind and year; open at the start and received less closed is open at the end."
        ),
        Group.CASES,
        stock,
        WITH_SINCE,
        _to_stock,
    ),
    Entry(
        "S02",
        # Translators: 案件辦理結果
        _("Results of closed cases"),
        _(
            "By partner, direction and year of closing: completed, in part, refused by ground, withdrawn and so on."
        ),
        Group.CASES,
        results,
        WITH_SINCE,
        _to_results,
    ),
    Entry(
        "S03",
        # Translators: 案件辦理日數
        _("How long cases took"),
        _(
            "Days from receipt to closing: median, 90th percentile and longest, with the days of stops and holds beside."
        ),
        Group.CASES,
        times,
        WITH_SINCE,
        _to_times,
    ),
    Entry(
        "S07",
        # Translators: 案件請求依據
        _("Legal basis of cases"),
        _("Cases received in each year, by what they rest on."),
        Group.CASES,
        bases,
        WITH_SINCE,
        _to_bases,
    ),
)
