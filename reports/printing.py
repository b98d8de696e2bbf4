"""A report as paper: what `tracker.paper` sets as PDF, in the language that is active.

A report that is signed off carries its boxes, 擬辦, 複核 and 核定, and in the foot of each page its digest.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils.translation import gettext, pgettext

from reports.asked import parameter_words
from reports.blocks import grid_of, labelled, notes_of, paper_language, remark_blocks
from reports.catalogue import Report
from reports.priorityprint import priority_blocks
from reports.written import WrittenReport, write
from tracker.paper import Boxes, Language, ReportBlock, ReportPaper, Title, Words, report_pdf_of

UPRIGHT_COLUMNS = 7
"""A table with more columns lies across the paper."""
SMALLER = ((8.5, 2.6), (8, 2.2), (7.5, 1.8))
"""Sizes of letters, and room in the cells of tables, that the priority report tries in turn to keep to one page."""
NARROW_COLUMNS = 12
"""With more than these its letters are smaller."""
OFFICES = {Language.ZH: "外交部・法務部", Language.EN: "Ministry of Foreign Affairs, Ministry of Justice"}


@dataclass(frozen=True, slots=True)
class Signing:
    """What a report on its way to approval adds: who signed as lines of three boxes, remarks by row, and the digest."""

    boxes: tuple[tuple[str, ...], ...] = ()
    remarks: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""
    is_approved: bool = False


def pdf_of_report(
    report: Report, *, made_at: datetime, signing: Signing | None = None, tables: Sequence[Report] = ()
) -> bytes:
    """The report as PDF in the active language. ``tables`` are printed behind the priority report.

    :raises tracker.paper.NotPrinted: when it is too long for one PDF.
    """
    paper = paper_of(report, made_at=made_at, signing=signing or Signing(), tables=tables)
    pdf = report_pdf_of(paper)
    if "ranking" in report.extra:  # one page, with smaller letters where remarks are long
        for size, tight in SMALLER:
            if page_count(pdf) == 1:
                break
            pdf = report_pdf_of(replace(paper, size=size, tight=tight))
    return pdf


def page_count(pdf: bytes) -> int:
    """How many pages a PDF of ours has."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def paper_of(
    report: Report, *, made_at: datetime, signing: Signing, tables: Sequence[Report] = ()
) -> ReportPaper:
    """The paper of a report: one A4 page for the priority report, as many as it needs for any other."""
    written = write(report)
    is_ranking = "ranking" in report.extra
    blocks = (
        priority_blocks(written, signing.remarks, tables) if is_ranking else _blocks(written, signing.remarks)
    )
    if signing.boxes:
        blocks = (*blocks, Boxes(signing.boxes))
    width = 0 if is_ranking else len(written.heads)
    return ReportPaper(
        title=str(report.title),
        language=paper_language(),
        office=OFFICES[paper_language()],
        made_at=made_at,
        blocks=tuple(blocks),
        meta=(report.code, *(labelled(label, value) for label, value in parameter_words(report.parameters))),
        mark=f"SHA-256 {signing.digest}" if signing.digest else "",
        watermark=pgettext("on paper", "Draft") if signing.boxes and not signing.is_approved else "",
        landscape=width > UPRIGHT_COLUMNS,
        size=8 if width > NARROW_COLUMNS else 9,
        tight=3 if is_ranking else 3.5,
    )


def _blocks(written: WrittenReport, remarks: Mapping[str, str]) -> tuple[ReportBlock, ...]:
    report = written.report
    unit = labelled(gettext("Unit"), str(report.unit)) if report.unit else ""
    blocks: list[ReportBlock] = [grid_of(written, unit)]
    if not written.lines:
        blocks.append(Words(gettext("There are no rows.")))
    blocks += [Words(text, small=True) for text in notes_of(written)]
    if written.failed:
        blocks.append(Title(gettext("These sums do not agree")))
        blocks += [Words(check.told, small=True) for check in written.failed]
    if remarks:
        # Translators: 擬辦意見
        blocks.append(Title(gettext("Remarks")))
        blocks += remark_blocks(written, remarks)
    return tuple(blocks)
