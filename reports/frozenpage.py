"""What the pages of signed-off reports show, put together for templates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import get_language

from agreements.actions import StepRefused
from agreements.models import Subject
from reports.actions.frozen import shown_now
from reports.asked import parameter_words, query_of
from reports.catalogue import REPORTS, Kind, Parameters, Report
from reports.comparing import Difference, differences
from reports.frozen import counts_cases, read, thawed, told
from reports.models import Decision, FrozenReport
from reports.rights import reads_signed_exactly
from reports.rules import (
    may_approve_report,
    may_change_report,
    may_draft_report,
    may_return_report,
    may_review_report,
    may_withdraw_report,
)
from reports.signing import Box, boxes_of
from reports.written import WrittenReport, write
from tracker.models import Document, User

SHOWN = 50
"""Approved reports on the first page; `?all=1` shows them all."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The list: what waits for a signature (and the reader's own drafts) before what is approved."""

    waiting: Sequence[FrozenReport]
    drafts: Sequence[FrozenReport]
    approved: Sequence[FrozenReport]
    has_more: bool
    digests_of: frozenset[str]


@dataclass(frozen=True, slots=True)
class RemarkLine:
    """A remark with what its row is called."""

    row: str
    name: str
    text: str
    other: str


@dataclass(frozen=True, slots=True)
class FrozenPage:
    """Everything on the page of one report. ``refused`` says why its rows cannot be made, "" when they can.

    ``differences`` is None while nobody asked for them.
    """

    table: WrittenReport | None
    tables: Sequence[WrittenReport]
    said: Sequence[tuple[str, str]]
    query: str
    is_in_catalogue: bool
    boxes: Sequence[Box]
    decisions: Sequence[Decision]
    remarks: Sequence[RemarkLine]
    documents: Sequence[Document]
    differences: Sequence[Difference] | None
    refused: str
    may: Mapping[str, bool]
    is_exact: bool


def listed_reports(user: User, asked: QueryDict, *, today: date) -> Listed:
    """What this reader may see, three lists. Three queries."""
    seen = FrozenReport.objects.visible_to(user).select_related("created_by")
    approved: QuerySet[FrozenReport] = seen.approved().defer("content").order_by("-approved_at", "-pk")
    most = None if asked.get("all") == "1" else SHOWN
    rows = list(approved[: most + 1] if most else approved)
    open_ones = seen.filter(
        status__in=[FrozenReport.Status.DRAFT, FrozenReport.Status.RETURNED], created_by=user
    )
    return Listed(
        waiting=list(seen.waiting().order_by("due_on", "pk")),
        drafts=list(open_ones.order_by("-pk")),
        approved=rows[:most],
        has_more=bool(most) and len(rows) > SHOWN,
        digests_of=digests_open_to(user, {row.code for row in rows}),
    )


def digests_open_to(user: User, codes: Iterable[str]) -> frozenset[str]:
    """The reports of which this reader is shown digests; with one of exact numbers a guess at them could be tried (AZ-13)."""
    is_exact = reads_signed_exactly(user)
    return frozenset(code for code in codes if is_exact or not counts_cases(code, None))


@dataclass(frozen=True, slots=True)
class _Rows:
    """The report, what stands behind it and its remarks, as they were kept or as they are until it is approved."""

    report: Report | None
    behind: Sequence[Report]
    remarks: Iterable[Mapping[str, Any]]
    refused: str = ""


def frozen_page(report: FrozenReport, user: User, *, compare: bool = False) -> FrozenPage:
    """The page of one report: the frozen rows, or what they are until it is approved.

    An approved report is read, not made. Only with ``compare`` is it made once more, to say how now differs.
    """
    rows = _told(_kept_rows(report) if report.is_approved else _rows_now(report), user)
    found, refused = None, rows.refused
    if compare and report.approved_at and rows.report is not None:
        now = _told(_rows_now(report), user)
        refused = now.refused
        if now.report is not None:
            found = differences(rows.report, now.report, since=report.approved_at)
    parameters = Parameters.from_json(report.parameters)
    decisions = list(report.decisions.select_related("by").order_by("pk"))
    written = write(rows.report) if rows.report else None
    is_exact = reads_content(user, report)
    return FrozenPage(
        table=written,
        tables=[write(one) for one in rows.behind],
        said=list(parameter_words(parameters)),
        query=query_of(parameters),
        is_in_catalogue=report.code in REPORTS,
        boxes=boxes_of(report, decisions),
        decisions=decisions,
        remarks=_remarks(rows.remarks, written),
        documents=list(Document.objects.about(report).prefetch_related("versions").order_by("title"))
        if is_exact
        else [],
        differences=found,
        refused=refused,
        may={
            "change": may_change_report(user, report),
            "review": may_review_report(user, report),
            "approve": may_approve_report(user, report),
            "return": may_return_report(user, report),
            "withdraw": may_withdraw_report(user, report),
        },
        is_exact=is_exact,
    )


def reads_content(user: User, report: FrozenReport) -> bool:
    """Whether the frozen bytes, their digest and the papers may be opened: they tell exact numbers (AZ-13)."""
    if reads_signed_exactly(user):
        return True
    return not counts_cases(report.code, read(report.content) if report.content else None)


def _told(rows: _Rows, user: User) -> _Rows:
    shown = told(rows.report, user) if rows.report else None
    return replace(rows, report=shown, behind=[told(one, user) for one in rows.behind])


def row_choices(report: FrozenReport, user: User) -> list[tuple[str, str]]:
    """The rows to which a remark may be written, by key and name; none when the report cannot be made now."""
    now = _told(_rows_now(report), user)
    return list(_row_names(write(now.report)).items()) if now.report else []


def _kept_rows(report: FrozenReport) -> _Rows:
    kept = read(report.content)
    return _Rows(thawed(kept), [thawed(one) for one in kept["alongside"]], kept["remarks"])


def _rows_now(report: FrozenReport) -> _Rows:
    remarks = report.remarks.order_by("row").values()
    try:
        shown, behind = shown_now(report)
    except StepRefused as refused:
        return _Rows(None, [], remarks, str(refused))
    return _Rows(shown, behind, remarks)


def _row_names(written: WrittenReport) -> dict[str, str]:
    report: Report = written.report
    at = next((place for place, column in enumerate(report.columns) if column.kind == Kind.PARTNER), 0)
    return {str(row[at]): line[at].text for row, line in zip(report.rows, written.lines, strict=True)}


def _remarks(remarks: Iterable[Mapping[str, Any]], written: WrittenReport | None) -> list[RemarkLine]:
    """The remarks as they were kept: once a report is approved, those that its digest vouches for."""
    names = _row_names(written) if written else {}
    is_chinese = (get_language() or "").startswith("zh")
    found = []
    for one in remarks:
        texts = (one["text"], one["text_en"]) if is_chinese else (one["text_en"], one["text"])
        first, second = texts if texts[0] else (texts[1], "")
        found.append(RemarkLine(one["row"], names.get(one["row"], one["row"]), first, second))
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """A report that waits for signatures, with its boxes and whether the reader may approve it."""

    report: FrozenReport
    boxes: Sequence[Box]
    may_approve: bool


@dataclass(frozen=True, slots=True)
class SignOff:
    """What a page says of the signing of what it shows: the same report with the same parameters."""

    code: str
    query: str
    waiting: Sequence[Waiting]
    approved: Sequence[FrozenReport]
    may_draft: bool
    shows_digests: bool


def signoff_of(code: str, parameters: Parameters, user: User) -> SignOff:
    """The reports on their way, and the approved ones, of exactly these parameters. Three queries."""
    asked = parameters.narrowed_to(REPORTS[code].takes)
    seen = FrozenReport.objects.visible_to(user).filter(code=code, as_of=asked.as_of).defer("content")
    waiting = seen.waiting().select_related("created_by").prefetch_related("decisions__by").order_by("pk")
    approved = seen.approved().order_by("-approved_at")
    return SignOff(
        code=code,
        query=query_of(asked),
        waiting=[
            Waiting(one, boxes_of(one, one.decisions.all()), may_approve_report(user, one))
            for one in waiting
            if _is_same(one, asked)
        ],
        approved=[one for one in approved if _is_same(one, asked)][:3],
        may_draft=may_draft_report(user),
        shows_digests=bool(digests_open_to(user, [code])),
    )


def _is_same(report: FrozenReport, asked: Parameters) -> bool:
    """Whether it was drafted with these parameters; criminal assistance is what is meant where no subject is named."""
    meant = {"subject": Subject.CRIMINAL_MLA.value}
    return meant | report.parameters == meant | asked.as_json()
