"""Paper: what leaves the house as ODT and PDF. Letters, diplomatic notes, briefs and packs of answers.

A `Sheet` says what stands on the paper, in plain data and without any look; `odt_of` and `pdf_of` print it. Both
give the same bytes for the same sheet, so that what was sent can be made again and compared. Text is always text:
nothing that somebody typed becomes markup, a field or a formula. No models and no views.
"""

from tracker.paper.glyphs import missing_glyphs
from tracker.paper.letterhead import long_date, official_lines
from tracker.paper.odt import odt_of
from tracker.paper.pdf import NotPrinted, pdf_of
from tracker.paper.reportpaper import (
    Bar,
    Bars,
    Boxes,
    Grid,
    Pair,
    ReportBlock,
    ReportPaper,
    Title,
    Words,
    report_pdf_of,
)
from tracker.paper.sheet import (
    Form,
    Heading,
    Language,
    Paragraph,
    Part,
    Point,
    Points,
    Recipients,
    Sheet,
    Signature,
    Table,
    Tagged,
    Translation,
    texts_of,
)

__all__ = [
    "Bar",
    "Bars",
    "Boxes",
    "Form",
    "Grid",
    "Heading",
    "Language",
    "NotPrinted",
    "Pair",
    "Paragraph",
    "Part",
    "Point",
    "Points",
    "Recipients",
    "ReportBlock",
    "ReportPaper",
    "Sheet",
    "Signature",
    "Table",
    "Tagged",
    "Title",
    "Translation",
    "Words",
    "long_date",
    "missing_glyphs",
    "odt_of",
    "official_lines",
    "pdf_of",
    "report_pdf_of",
    "texts_of",
]
