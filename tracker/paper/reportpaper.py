"""A report on paper, as plain data: tables of figures, bars, boxes to sign in; and its PDF, A4 upright or across.

Beside `Sheet`, which is for letters and briefs: here the tables are what the paper is made for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.paper.flow import plain
from tracker.paper.pdf import PAGES, TAGS, press
from tracker.paper.sheet import Language
from tracker.paper.softbreaks import with_breaks

_IN_A_LINE, _IN_A_CELL = 40, 18
SIZE = 9.5
"""Points of the text, unless the paper says otherwise."""


@dataclass(frozen=True, slots=True)
class Title:
    """A heading with a line under it."""

    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph; `lead` is printed bold before it."""

    text: str
    lead: str = ""
    small: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table whose head stands again on every page. `numbers` are the columns set to the right.

    `strong` is a column set bold, such as that of the names; `widths` are shares, 0 for as wide as its longest cell.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[bool, ...]
    totals: tuple[str, ...] = ()
    caption: str = ""
    widths: tuple[int, ...] = ()
    strong: int = 0

    def __post_init__(self) -> None:
        width = len(self.head)
        lengths = {width, len(self.numbers), *map(len, self.rows), len(self.totals) or width}
        lengths.add(len(self.widths) or width)
        if not width or len(lengths) != 1:
            raise ValueError("each row of a table has as many cells as its head")

    @property
    def shares(self) -> tuple[int, ...]:
        """The widths given; else words take the room that numbers leave, and numbers share it where there are no words."""
        if self.widths:
            return self.widths
        words = [place for place, is_number in enumerate(self.numbers) if not is_number and place]
        return tuple(
            int(place in words if words else bool(place or len(self.head) == 1))
            for place in range(len(self.head))
        )


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its stretches and, behind them, what is without data, as shares of the whole between 0 and 1."""

    label: str
    shares: tuple[float, ...]
    gap: float = 0.0


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars, two in a row. Their numbers are said elsewhere in words: a picture is no text."""

    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Boxes:
    """Boxes beside one another, each with its lines: who signed, and when."""

    boxes: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two columns."""

    left: tuple["ReportBlock", ...]
    right: tuple["ReportBlock", ...]


type ReportBlock = Title | Words | Grid | Bars | Boxes | Pair


@dataclass(frozen=True, slots=True)
class ReportPaper:
    """A whole report. `meta` stands in one line under the title, `mark` in the foot of each page beside its number."""

    title: str
    language: Language
    office: str
    made_at: datetime
    blocks: tuple[ReportBlock, ...]
    meta: tuple[str, ...] = ()
    mark: str = ""
    watermark: str = ""
    landscape: bool = False
    size: float = SIZE
    tight: float = 3.5

    def __post_init__(self) -> None:
        if self.made_at.tzinfo is None:
            raise ValueError("the moment of making names its time zone")


def report_pdf_of(paper: ReportPaper) -> bytes:
    """The report as a tagged PDF with its fonts inside; the same bytes for the same paper.

    :raises tracker.paper.NotPrinted: when it takes longer, or more memory, than one PDF may.
    """
    payload = {
        "title": plain(paper.title),
        "office": plain(paper.office),
        "language": TAGS[paper.language],
        "pages": PAGES[paper.language],
        "meta": [_words(one) for one in paper.meta],
        "mark": plain(paper.mark),
        "watermark": plain(paper.watermark),
        "landscape": paper.landscape,
        "size": paper.size,
        "blocks": _payload(paper.blocks, paper.tight),
    }
    return press("report.typ", payload, paper.made_at.replace(microsecond=0))


def _payload(blocks: Iterable[ReportBlock], tight: float) -> list[dict[str, Any]]:
    return [_block(block, tight) for block in blocks]


def _block(block: ReportBlock, tight: float) -> dict[str, Any]:
    match block:
        case Title(text):
            return {"kind": "heading", "text": _words(text)}
        case Words(text, lead, small):
            return {"kind": "text", "text": _words(text), "lead": _words(lead), "small": small}
        case Grid():
            return {
                "kind": "grid",
                "caption": _words(block.caption),
                "widths": list(block.shares),
                "head": _cells(block.head),
                "numbers": list(block.numbers),
                "rows": [_cells(row) for row in block.rows],
                "totals": _cells(block.totals),
                "strong": block.strong,
                "tight": tight,
            }
        case Bars(bars):
            drawn = [{"label": _words(bar.label), "shares": list(bar.shares), "gap": bar.gap} for bar in bars]
            return {"kind": "bars", "bars": drawn}
        case Boxes(boxes):
            return {"kind": "boxes", "boxes": [[_words(line) for line in lines] for lines in boxes]}
        case Pair(left, right):
            return {"kind": "pair", "left": _payload(left, tight), "right": _payload(right, tight)}


def _words(text: str) -> str:
    return with_breaks(plain(text), _IN_A_LINE)


def _cells(row: Iterable[str]) -> list[str]:
    return [with_breaks(plain(cell), _IN_A_CELL) for cell in row]
