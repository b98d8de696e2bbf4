"""S04 and S05: what is open on a day: how old it is, and who has it in hand."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.lifecycle import Holder
from reports.casework.counting import BANDS, Histogram, median, merged
from reports.catalogue.casework import lists
from reports.catalogue.casework.reading import Reading
from reports.catalogue.casework.words import DIRECTION, KIND, PARTNER, TAKES, notes
from reports.catalogue.register import Entry, Group
from reports.catalogue.shape import Check, Column, Parameters, Report, Row, added
from reports.catalogue.shape import Kind as Holds
from tracker.models import User

BAND_WORDS = {
    "under_30": _("Under 30 days"),
    "30_to_89": _("30 to 89 days"),
    "90_to_179": _("90 to 179 days"),
    "180_to_364": _("180 to 364 days"),
    "365_and_over": _("365 days and over"),
}
OPEN = Column("open", pgettext_lazy("column", "Open cases"))
AGES = (PARTNER, DIRECTION, KIND, *(Column(band.code, BAND_WORDS[band.code]) for band in BANDS), OPEN)


def ages(entry: Entry, asked: Parameters, reader: User | None) -> Report:
    """S04: how old what is open was on the day, in bands."""
    found = Reading(asked, reader).ages()
    rows = tuple((*key, *_banded(found[key]), sum(found[key].values())) for key in sorted(found))
    totals = added(rows, AGES)
    bands = [sum(int(str(row[place])) for row in rows) for place in range(3, 3 + len(BANDS))]
    counted = sum(map(sum, (histogram.values() for histogram in found.values())))
    return Report(
        code=entry.code,
        title=entry.title,
        parameters=asked,
        columns=AGES,
        rows=rows,
        totals=totals if rows else ("total", None, None, *[0] * (len(BANDS) + 1)),
        checks=(Check("bands_add_up_to_what_is_open", sum(bands) == counted, f"{sum(bands)}, {counted}"),),
        notes=notes(asked, reader, _("Age is counted from receipt, for our own requests from taking up.")),
    )


def _banded(found: Histogram) -> list[int]:
    return [
        sum(n for age, n in found.items() if age >= band.first and (band.last is None or age <= band.last))
        for band in BANDS
    ]


def _to_ages(report: Report, row: Row, column: Column) -> str:
    day = report.parameters.as_of
    band = next((band for band in BANDS if band.code == column.code), None)
    if row[0] == "total" or (band is None and column != OPEN):
        return ""
    filters = lists.open_on(day)
    if band is not None:
        earliest, latest = band.begins(day)
        filters |= {"received_to": latest.isoformat()}
        filters |= {"received_from": earliest.isoformat()} if earliest else {}
    return lists.case_list(report.parameters, lists.cells_of(report, row), **filters)


HOLDERS = (
    Column(
        "holder",
        # Translators: 現處機關
        pgettext_lazy("column", "In hand with"),
        Holds.CODE,
        words={holder.value: holder.label for holder in Holder},
    ),
    DIRECTION,
    KIND,
    OPEN,
    Column("median", pgettext_lazy("column", "Median age, days"), Holds.DAYS),
    Column("longest", pgettext_lazy("column", "Oldest, days"), Holds.DAYS),
)


def holders(entry: Entry, asked: Parameters, reader: User | None) -> Report:
    """S05: who had what is open in hand at the end of the day, by the state of then."""
    found = Reading(asked, reader).holders()
    order = Holder.values
    rows = tuple(
        (*key, *_aged(found[key])) for key in sorted(found, key=lambda one: (order.index(one[0]), *one[1:]))
    )
    return Report(
        code=entry.code,
        title=entry.title,
        parameters=asked,
        columns=HOLDERS,
        rows=rows,
        totals=("total", None, None, *_aged(merged(found.values()))),
        notes=notes(
            asked,
            reader,
            _("Who has it in hand follows from the state of that day; whose officer it is carries no day."),
        ),
    )


def _aged(found: Histogram) -> tuple[int, float | None, int | None]:
    return sum(found.values()), median(found), max(found, default=None)


def _to_holders(report: Report, row: Row, column: Column) -> str:
    if row[0] == "total" or column != OPEN:
        return ""
    cells = lists.cells_of(report, row)
    filters = lists.open_on(report.parameters.as_of) | {"holder": str(cells["holder"])}
    return lists.case_list(report.parameters, cells, **filters)


ENTRIES = (
    Entry(
        "S04",
        # Translators: 未結案件帳齡
        _("Age of open cases"),
        _("What was open on the day, by days since receipt."),
        Group.CASES,
        ages,
        TAKES,
        _to_ages,
    ),
    Entry(
        "S05",
        # Translators: 未結案件現處機關
        _("Who has the open cases in hand"),
        _("What was open on the day, by the office whose turn it was."),
        Group.CASES,
        holders,
        TAKES,
        _to_holders,
    ),
)
