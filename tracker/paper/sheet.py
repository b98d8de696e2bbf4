"""What stands on a paper, as plain data: heading, lines, body, signatures, recipients, marks. Pure.

`beside` holds the same text in the other language. Whether both stand side by side or the translation follows on
pages of its own is the sheet's `translation`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Language(StrEnum):
    """The languages of papers; the values are those of the `LANGUAGES` setting."""

    ZH = "zh-hant"
    EN = "en"

    @property
    def other(self) -> "Language":
        return Language.EN if self is Language.ZH else Language.ZH


class Form(StrEnum):
    """Whose form a paper has."""

    LETTER = "letter"
    """函: the official letter of Taiwan's government, A4 with binding line, 20, 16 and 12 points."""
    NOTE = "note"
    """節略: a diplomatic note in the third person, unsigned, with the addressee at its foot."""
    BRIEF = "brief"
    """A paper for readers inside: title, headings, tables."""


class Translation(StrEnum):
    """Where the text in the other language stands."""

    BESIDE = "beside"
    """Paragraph by paragraph in a second column."""
    AFTER = "after"
    """On pages of its own behind the whole."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A line with its label before a colon, such as 受文者：. It is printed without a value too."""

    label: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a brief; `level` from 1 to 3."""

    text: str
    beside: str = ""
    level: int = 1


@dataclass(frozen=True, slots=True)
class Point:
    """One numbered point; its number follows from its place. Up to four levels: 一、(一)1、(1)."""

    text: str
    beside: str = ""
    points: tuple["Point", ...] = ()


@dataclass(frozen=True, slots=True)
class Points:
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; every row as long as the head. `widths` are shares, equal when left out."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    widths: tuple[int, ...] = ()
    beside: "Table | None" = None

    def __post_init__(self) -> None:
        if not self.head or {len(row) for row in self.rows} - {len(self.head)}:
            raise ValueError("each row of a table has as many cells as its head")
        if self.widths and len(self.widths) != len(self.head):
            raise ValueError("a table has one width for each column")


type Block = Paragraph | Heading | Points | Table


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a letter, such as 主旨：. The colon is printed by the writer."""

    name: str
    text: str = ""
    blocks: tuple[Block, ...] = ()
    name_beside: str = ""
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """署名: who signs, under which post."""

    post: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Recipients:
    """正本 or 副本: a label and those to whom it goes."""

    label: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole paper.

    :param office: the office that issues it; `kind` is the word after it, such as 函.
    :param made_at: what the file says of its making. It is the caller's, so that the bytes can be made again.
    :param security: the mark on top of each page, such as 密; "" for none.
    :param corner: small lines at the upper right, such as 檔號 and 保存年限; `contact` those under the office.
    :param delivery: postcode and address of the addressee, above `lines` (受文者, 發文日期, …).
    :param date: the day in words, for a note, where it stands under the text.
    :param mark: a small line in the foot of each page, such as a digest; `watermark` a large pale word.
    :param copy: lines in the foot of each page that say whose copy this is, and for what it may be used.
    """

    form: Form
    language: Language
    title: str
    office: str
    made_at: datetime
    body: tuple[Part | Block, ...] = ()
    kind: str = ""
    office_beside: str = ""
    security: str = ""
    corner: tuple[Tagged, ...] = ()
    contact: tuple[Tagged, ...] = ()
    delivery: tuple[str, ...] = ()
    lines: tuple[Tagged, ...] = ()
    date: str = ""
    recipients: tuple[Recipients, ...] = ()
    signatures: tuple[Signature, ...] = ()
    mark: str = ""
    copy: tuple[str, ...] = ()
    watermark: str = ""
    translation: Translation = Translation.BESIDE
    translation_title: str = ""

    def __post_init__(self) -> None:
        if self.made_at.tzinfo is None:
            raise ValueError("the moment of making names its time zone")


def texts_of(sheet: Sheet) -> Iterator[str]:
    """Every text that is printed on a sheet, for a check of its characters."""
    yield from (sheet.title, sheet.office, sheet.kind, sheet.office_beside, sheet.security, sheet.date)
    yield from (sheet.mark, sheet.watermark, sheet.translation_title, *sheet.delivery, *sheet.copy)
    for line in (*sheet.corner, *sheet.contact, *sheet.lines):
        yield from (line.label, line.value)
    for part in sheet.body:
        yield from _texts_in(part)
    for recipients in sheet.recipients:
        yield from (recipients.label, *recipients.names)
    for signature in sheet.signatures:
        yield from (signature.post, signature.name)


def _texts_in(block: Part | Block | Point) -> Iterator[str]:
    match block:
        case Table():
            yield from (block.caption, *block.head, *(cell for row in block.rows for cell in row))
            if block.beside:
                yield from _texts_in(block.beside)
            return
        case Points():
            inner: tuple[Block | Point, ...] = block.points
        case Point():
            yield from (block.text, block.beside)
            inner = block.points
        case Part():
            yield from (block.name, block.text, block.name_beside, block.beside)
            inner = block.blocks
        case _:
            yield from (block.text, block.beside)
            inner = ()
    for one in inner:
        yield from _texts_in(one)
