"""S06: which clocks were met and which were missed, statutory ones apart from service levels."""

from collections import Counter

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.clocks import CLOCK_LABELS
from reports.casework.counting import share
from reports.catalogue.casework import lists
from reports.catalogue.casework.reading import Reading
from reports.catalogue.casework.timed import Clocks, Verdict
from reports.catalogue.casework.words import FEW_CASES, WITH_SINCE, coded, notes
from reports.catalogue.register import Entry, Group
from reports.catalogue.shape import Check, Column, Kind, Parameters, Report, Row, Words
from tracker.models import User

SORTS: dict[str, Words] = {
    # Translators: 法定或所定期限
    "set": pgettext_lazy("sort of clock", "Set by law or by a stated day"),
    # Translators: 自訂服務水準
    "service_level": pgettext_lazy("sort of clock", "This house's own service level"),
}
CLOCKS = (
    Column(
        "clock",
        pgettext_lazy("column", "Clock"),
        Kind.CODE,
        words={code: coded(code, label) for code, label in CLOCK_LABELS.items()},
    ),
    Column("sort", pgettext_lazy("column", "Sort"), Kind.CODE, words=SORTS),
    Column("started", pgettext_lazy("column", "Started")),
    Column("met", pgettext_lazy("column", "Met")),
    Column("missed", pgettext_lazy("column", "Missed")),
    Column("running", pgettext_lazy("column", "Still running")),
    # Translators: 案件先行終結而不再適用
    Column("fell_away", pgettext_lazy("column", "The case ended first")),
    Column("share", pgettext_lazy("column", "Share met of those decided"), Kind.SHARE),
)
ORDER: tuple[Verdict, ...] = ("met", "missed", "running", "fell_away")
YEARS = 1


def clocks(entry: Entry, asked: Parameters, reader: User | None) -> Report:
    """S06: clocks that started within the span, as they stood at the end of the day."""
    span = lists.span_of(asked, YEARS)
    found = Clocks(Reading(asked, reader), span).verdicts()
    rows = tuple(_row(code, found[code]) for code in CLOCK_LABELS if found.get(code))
    wrong = [row for row in rows if sum(int(str(cell)) for cell in row[3:7]) != row[2]]
    return Report(
        code=entry.code,
        title=entry.title,
        parameters=asked,
        columns=CLOCKS,
        rows=rows,
        checks=(
            Check("verdicts_add_up_to_what_started", not wrong, f"{len(wrong)} of {len(rows)} rows differ"),
        ),
        notes=notes(
            asked,
            reader,
            _(
                "Counted are clocks that started within the span; where one started again, its last start counts."
            ),
            _(
                "Terms are moved off rest days by the calendar as it stands now; approved extensions and stops are heeded."
            ),
            _("C4, C5 and C9 are left out: they bring an effect of the law, and nobody can miss them."),
            _("Deadlines, extensions and stops that were corrected are counted as they are recorded now."),
            FEW_CASES,
            span=span,
        ),
    )


def _row(code: str, counts: Counter[Verdict]) -> Row:
    decided = counts["met"] + counts["missed"]
    sort = "service_level" if code.startswith("B") else "set"
    return code, sort, counts.total(), *(counts[verdict] for verdict in ORDER), share(counts["met"], decided)


ENTRIES = (
    Entry(
        "S06",
        # Translators: 期限遵守情形
        _("Clocks met and missed"),
        _("Terms set by law or by a stated day, and this house's own service levels, clock by clock."),
        Group.CASES,
        clocks,
        WITH_SINCE,
    ),
)
