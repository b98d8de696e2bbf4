"""S08 and S09: what both sides did for each other, in the form of the legislature's budget centre and as a ledger."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.filters import CLOSED, OPEN
from cases.lifecycle import Direction
from cases.lifecycle import Kind as CaseKind
from cases.models import AssistanceItem
from reports.casework.counting import Span, share
from reports.casework.outcomes import Outcome, Progress
from reports.catalogue.casework import lists
from reports.catalogue.casework.reading import Reading
from reports.catalogue.casework.words import FEW_CASES, PARTNER, SIDE, notes
from reports.catalogue.register import Entry, Group
from reports.catalogue.shape import Cell, Check, Column, Kind, Parameters, Report, Row, Words, added
from reports.reciprocity import Balance, Side, together
from tracker.models import User

TAKES = frozenset({"known_on", "since", "partner", "kind"})
SORTS: dict[str, Words] = {
    **{kind.value: kind.label for kind in AssistanceItem.Kind},
    **{kind.value: kind.label for kind in CaseKind if kind != CaseKind.SPONTANEOUS},
}
"""What is asked, in the order of the form; a case in which no single thing is named stands under its kind."""
OURS, THEIRS = Direction.OUT.value, Direction.IN.value
FORM = (
    # Translators: 協助事項
    Column("sort", pgettext_lazy("column", "Type of assistance"), Kind.CODE, words=SORTS),
    SIDE,
    # Translators: 請求件數
    Column("requested", pgettext_lazy("column", "Requested")),
    # Translators: 完成
    Column("completed", pgettext_lazy("column", "Completed")),
    # Translators: 未完成
    Column("not_completed", pgettext_lazy("column", "Not completed")),
    # Translators: 其中：辦理中
    Column("pending", pgettext_lazy("column", "Of them under way")),
    # Translators: 完成率
    Column("rate", pgettext_lazy("column", "Rate of completion"), Kind.SHARE),
)
NO_INFORMATION = _("Information given of one's own accord is no request and is left out.")
ON_ITS_DAY = _(
    "Their requests count on the day of receipt, ours on the day on which they first left us; what has not left us is left out."
)


def budget_form(entry: Entry, asked: Parameters, reader: User | None) -> Report:
    """S08: things asked for, not cases: one request may ask for several."""
    span, reading = lists.span_of(asked), Reading(asked, reader)
    found: defaultdict[tuple[str, str], Counter[Progress]] = defaultdict(Counter)
    for side, requests in ((OURS, reading.asked_by_us(span)), (THEIRS, reading.asked_of_us(span))):
        for (_partner, sort, progress), number in requests.things().items():
            found[sort, side][progress] += number
    order = [(sort, side) for sort in SORTS for side in (OURS, THEIRS)]
    rows = tuple((*key, *_formed(found[key])) for key in order if key in found)
    whole = [
        sum((found[key] for key in order if key in found and key[1] == side), Counter())
        for side in (OURS, THEIRS)
    ]
    sums = [("total", side, *_formed(counts)) for side, counts in zip((OURS, THEIRS), whole, strict=True)]
    return Report(
        code=entry.code,
        title=entry.title,
        parameters=asked,
        columns=FORM,
        rows=rows,
        totals=("total", None, *_formed(sum(whole, Counter()))),
        checks=(_closes(rows, found),),
        notes=notes(
            asked,
            reader,
            _(
                "Completed is what was done in full; done in part, refused, withdrawn or under way is not completed."
            ),
            ON_ITS_DAY,
            NO_INFORMATION,
            FEW_CASES,
            span=span,
        ),
        extra={"sides": {str(side): list(cells) for _head, side, *cells in sums}},
    )


def _formed(counts: Mapping[Progress, int]) -> tuple[int, int, int, int, float | None]:
    requested, completed = sum(counts.values()), counts.get(Progress.DONE, 0)
    open_ones = counts.get(Progress.PENDING, 0)
    unmet = counts.get(Progress.PART, 0) + counts.get(Progress.ENDED, 0) + open_ones
    return requested, completed, unmet, open_ones, share(completed, requested)


def _closes(rows: tuple[Row, ...], found: Mapping[Any, Counter[Progress]]) -> Check:
    """Completed and not completed are all that was requested, in every row and in all."""
    wrong = [row for row in rows if int(str(row[3])) + int(str(row[4])) != row[2]]
    asked, whole = sum(int(str(row[2])) for row in rows), sum(counts.total() for counts in found.values())
    return Check(
        "completed_and_not_completed_are_all_that_was_requested",
        not wrong and asked == whole,
        f"{asked}, {whole}; {len(wrong)} of {len(rows)} rows differ",
    )


LEDGER = (
    PARTNER,
    SIDE,
    Column("sent", pgettext_lazy("column", "Requests")),
    Column("completed", pgettext_lazy("column", "Completed")),
    Column("part", pgettext_lazy("column", "In part")),
    Column("refused", pgettext_lazy("column", "Refused")),
    Column("withdrawn", pgettext_lazy("column", "Withdrawn")),
    # Translators: 其他結案
    Column("otherwise", pgettext_lazy("column", "Ended otherwise")),
    # Translators: 未結
    Column("pending", pgettext_lazy("column", "Still open")),
    Column("share", pgettext_lazy("column", "Share completed"), Kind.SHARE),
    Column("median", pgettext_lazy("column", "Median, days"), Kind.DAYS),
    # Translators: 最久未結（請求日）
    Column("oldest_open", pgettext_lazy("column", "Oldest still open, of"), Kind.DAY),
)
COUNTED = tuple(column.code for column in LEDGER[2:9])


def balances_of(asked: Parameters, reader: User | None) -> dict[str, Balance]:
    """By partner, what both sides did for each other within the span of the report. Two statements."""
    found: defaultdict[str, list[Balance]] = defaultdict(list)
    for (partner, _year), balance in Reading(asked, reader).balances(lists.span_of(asked)).items():
        found[partner].append(balance)
    return {partner: together(parts) for partner, parts in found.items()}


def years_of(asked: Parameters, reader: User | None, span: Span) -> dict[int, Balance]:
    """By year of the request, for the partner that is asked for. Two statements."""
    found = Reading(asked, reader).balances(span)
    return {year: together(b for (_p, y), b in found.items() if y == year) for year in span.years}


def ledger(entry: Entry, asked: Parameters, reader: User | None) -> Report:
    """S09: a line for each side of each partner; the sentences are on the page of the ledger."""
    found = balances_of(asked, reader)
    rows = tuple(
        (partner, side, *side_cells(part))
        for partner in sorted(found)
        for side, part in ((OURS, found[partner].ours), (THEIRS, found[partner].theirs))
        if part.sent
    )
    sums = added(rows, LEDGER)
    whole = together(found.values())
    totals: Row = ("total", None, *side_cells(whole.ours.with_more(whole.theirs)))
    return Report(
        code=entry.code,
        title=entry.title,
        parameters=asked,
        columns=LEDGER,
        rows=rows,
        totals=(*totals[:9], None, None, totals[11]),
        checks=(_adds_up(rows, totals, sums),),
        notes=notes(
            asked,
            reader,
            ON_ITS_DAY,
            _(
                "The median is that of what was completed or completed in part, from the request to its last answer."
            ),
            NO_INFORMATION,
            FEW_CASES,
            span=lists.span_of(asked),
        ),
    )


def side_cells(side: Side) -> tuple[Cell, ...]:
    """The cells of the ledger for one side, in the order of its columns."""
    return (
        side.sent,
        side.completed,
        side.number(Outcome.PART),
        side.number(Outcome.REFUSED),
        side.number(Outcome.WITHDRAWN),
        side.otherwise,
        side.pending,
        side.completed_share,
        side.median,
        side.oldest_open.isoformat() if side.oldest_open else None,
    )


def _adds_up(rows: tuple[Row, ...], totals: Row, sums: Row) -> Check:
    """What became of the requests adds up to their number, in every row, and the rows to the totals."""
    wrong = [row for row in (*rows, totals) if sum(int(str(cell)) for cell in row[3:9]) != row[2]]
    agree = not rows or totals[2:9] == sums[2:9]
    detail = f"{len(wrong)} of {len(rows) + 1} sums differ; total {totals[2]}, rows {sums[2]}"
    return Check("outcomes_add_up_to_what_was_requested", not wrong and agree, detail)


def to_requests(asked: Parameters, partner: str, side: str, column: str, span: Span) -> str:
    """The list of what one figure of the ledger counts, for requests made within ``span``; "" where the list cannot say it."""
    made = lists.sent_within if side == OURS else lists.received_within
    narrowed: dict[str, dict[str, str]] = {
        "sent": {},
        "completed": {"state": CLOSED, "result": "full"},
        "part": {"state": CLOSED, "result": "part"},
        "pending": {"state": OPEN},
    }
    if column not in narrowed:
        return ""
    cells = {"partner": partner, "direction": side}
    filters = made(span.since, span.until) | narrowed[column] | lists.requests(asked)
    return lists.case_list(asked, cells, **filters)


def _to_ledger(report: Report, row: Row, column: Column) -> str:
    if row[0] == "total":
        return ""
    asked = report.parameters
    return to_requests(asked, str(row[0]), str(row[1]), column.code, lists.span_of(asked))


ENTRIES = (
    Entry(
        "S08",
        # Translators: 依協助事項統計（立法院預算中心格式）
        _("Requests by type of assistance, ours and theirs"),
        _(
            "In the form of the legislature's budget centre: requested, completed, not completed, rate of completion."
        ),
        Group.CASES,
        budget_form,
        TAKES,
    ),
    Entry(
        "S09",
        # Translators: 互惠情形
        _("Reciprocity"),
        _("What each side asked of the other and what became of it, partner by partner."),
        Group.CASES,
        ledger,
        TAKES,
        _to_ledger,
    ),
)
