"""A sheet's body as a flat row of lines, each with its lead (主旨：, 一、) already counted. Both writers print it. Pure.

It is also where text is made plain: what no paper can show is gone before a writer sees it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from tracker.paper.numbering import number_of
from tracker.paper.sheet import Block, Heading, Language, Paragraph, Part, Point, Points, Table

type Kind = Literal["part", "paragraph", "point", "heading"]

_NOT_PRINTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters, none of which XML 1.0 takes
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # what turns the direction of writing
    "\ufeff\ufffe\uffff\ufff9-\ufffb"
    "\ud800-\udfff]"  # halves of characters
)
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the body with its lead; `level` is the depth of a point or a heading, 0 elsewhere."""

    kind: Kind
    lead: str
    text: str
    lead_beside: str = ""
    beside: str = ""
    level: int = 0

    def swapped(self) -> "Line":
        return Line(self.kind, self.lead_beside, self.beside, self.lead, self.text, self.level)


def plain(text: str) -> str:
    """The text without what cannot be printed; every line end is a newline."""
    return _NOT_PRINTED.sub("", _LINE_ENDS.sub("\n", text))


def flow(body: Iterable[Part | Block], language: Language) -> tuple[Line | Table, ...]:
    """The lines of a body in order, with the numbers of its points in both languages."""
    return tuple(line for block in body for line in _lines(block, language))


def swapped(lines: Iterable[Line | Table]) -> tuple[Line | Table, ...]:
    """The same lines with the other language first; a line that was not translated is left out."""
    turned: list[Line | Table] = []
    for line in lines:
        if isinstance(line, Table):
            turned.append(line.beside or line)
        elif line.beside or (line.lead_beside and not line.text):
            turned.append(line.swapped())
    return tuple(turned)


def has_translation(lines: Iterable[Line | Table]) -> bool:
    return any(bool(line.beside) for line in lines if isinstance(line, Line))


def _lines(block: Part | Block, language: Language) -> Iterator[Line | Table]:
    match block:
        case Part():
            lead, lead_beside = _named(block.name, language), _named(block.name_beside, language.other)
            yield Line("part", lead, plain(block.text), lead_beside, plain(block.beside))
            yield from flow(block.blocks, language)
        case Paragraph():
            yield Line("paragraph", "", plain(block.text), "", plain(block.beside))
        case Heading():
            yield Line("heading", "", plain(block.text), "", plain(block.beside), block.level)
        case Points():
            yield from _counted(block.points, 1, language)
        case Table():
            yield _plain_table(block)


def _counted(points: tuple[Point, ...], level: int, language: Language) -> Iterator[Line]:
    for position, point in enumerate(points, 1):
        lead = number_of(position, level, language)
        lead_beside = number_of(position, level, language.other)
        yield Line("point", lead, plain(point.text), lead_beside, plain(point.beside), level)
        yield from _counted(point.points, level + 1, language)


def _named(name: str, language: Language) -> str:
    return f"{plain(name)}{'：' if language is Language.ZH else ':'}" if name else ""


def _plain_table(table: Table) -> Table:
    return Table(
        tuple(plain(cell) for cell in table.head),
        tuple(tuple(plain(cell) for cell in row) for row in table.rows),
        plain(table.caption),
        table.widths,
        _plain_table(table.beside) if table.beside else None,
    )
