"""The pieces from which the paper of a report is put together: its table, what stands under it, the drafter's remarks."""

import unicodedata
from collections.abc import Mapping, Sequence

from django.utils.translation import get_language, gettext, pgettext

from reports.catalogue import Kind
from reports.written import WrittenCell, WrittenReport
from tracker.paper import Grid, Language, ReportBlock, Words

LEAST_ROOM, MOST_ROOM = 4, 40
"""Letters for which a column has room at least, and beyond which it gets no more."""


def paper_language() -> Language:
    """The language that is active, as papers name it."""
    return Language.ZH if (get_language() or "").startswith("zh") else Language.EN


def labelled(label: str, value: str) -> str:
    """A label, its colon and the value."""
    return f"{label}：{value}" if paper_language() is Language.ZH else f"{label}: {value}"


def bracketed(text: str, inside: str) -> str:
    """A text with another one in brackets behind it, those of the language."""
    return f"{text}（{inside}）" if paper_language() is Language.ZH else f"{text} ({inside})"


def grid_of(written: WrittenReport, caption: str = "") -> Grid:
    """The table of a report; a cell that a note is about carries a star, as on the page."""
    head = tuple(head.text for head in written.heads)
    rows = tuple(tuple(_starred(cell) for cell in line) for line in written.lines)
    totals = tuple(cell.text for cell in written.totals)
    return Grid(
        head=head,
        rows=rows,
        numbers=tuple(head.is_number for head in written.heads),
        totals=totals,
        caption=caption,
        widths=widths_of(head, (*rows, totals) if totals else rows),
    )


def widths_of(head: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """Shares of the paper's width by what stands in each column; a long head takes two lines, a long text several."""
    found = []
    for place, name in enumerate(head):
        cells = max((_room(row[place]) for row in rows), default=0)
        found.append(max(LEAST_ROOM, min(cells, MOST_ROOM), (min(_room(name), MOST_ROOM) + 1) // 2))
    return tuple(found)


def _room(text: str) -> int:
    """Chinese takes twice the room of Latin letters and digits."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def notes_of(written: WrittenReport) -> list[str]:
    """The notes and the sources under a table."""
    found = [f"* {note.about}: {note.text}" if note.about else note.text for note in written.notes]
    sources = pgettext("between sources", "; ").join(written.report.sources)
    return [*found, labelled(gettext("Source"), sources)] if sources else found


def remark_blocks(written: WrittenReport, remarks: Mapping[str, str]) -> list[ReportBlock]:
    """What the drafter added: of the whole report, then row by row in the order of the rows."""
    columns = written.report.columns
    at = next((place for place, column in enumerate(columns) if column.kind == Kind.PARTNER), 0)
    rows = zip(written.report.rows, written.lines, strict=True)
    heads = {str(row[at]): line[at].text for row, line in rows}
    blocks: list[ReportBlock] = [Words(remarks[""])] if remarks.get("") else []
    lines = tuple((heads.get(row, row), remarks[row]) for row in _in_order(remarks, heads))
    if lines:
        head = (str(columns[at].heading), pgettext("of a report", "Recommended"))
        blocks.append(Grid(head, lines, (False, False), widths=(0, 1)))
    return blocks


def _in_order(remarks: Mapping[str, str], heads: Mapping[str, str]) -> list[str]:
    known = [row for row in heads if remarks.get(row)]
    return known + [row for row in remarks if row and row not in heads and remarks[row]]


def _starred(cell: WrittenCell) -> str:
    return f"{cell.text} *" if cell.is_marked else cell.text
