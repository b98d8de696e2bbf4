"""How far a workbook reaches, measured before the library that reads workbooks opens it.

That library makes room for every cell up to the last one, and copies a shared text for each cell that points
to it. Two cells in opposite corners, or one line repeated a million times, are a few kilobytes in the file
and end the whole process for want of memory, which no caller could catch.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from posixpath import join
from xml.parsers import expat

from tracker.containers import PRINTER_SETTINGS, Container, local
from tracker.sheets.refusals import SheetError

MAX_CELLS = 2_000_000
"""Lines times columns, up to the last cell of the furthest sheet."""
MAX_TEXT = 50_000_000
"""Characters of all cells together."""
MAX_LINES, MAX_LINE_COLUMNS = 1_048_576, 16_384
"""Of a sheet in Excel and LibreOffice."""

_REFERENCE = re.compile(r"([A-Z]{1,4})([1-9][0-9]{0,8})", re.IGNORECASE | re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,8}", re.ASCII)
_XML_ENDINGS = ("xml", "rels")  # vml, old drawings, is often not well-formed
_SHEET = re.compile(rb"sheetData")
_PROMISES = {"count", "uniqueCount"}
_LONGEST_PROMISE = 7
_XML_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*<|\xff\xfe|\xfe\xff|<\x00|\x00<")


@dataclass(slots=True)
class Extent:
    """The last line and column with a value so far; grows, and refuses to grow too far."""

    line: int = 0
    column: int = 0
    characters: int = 0

    def reach(self, line: int, column: int) -> None:
        """:raises SheetError: `too_spread`."""
        self.line = max(self.line, line)
        self.column = max(self.column, column)
        if self.line * self.column > MAX_CELLS:
            raise SheetError("too_spread", line=self.line, column=letters(self.column))

    def hold(self, characters: int) -> None:
        """:raises SheetError: `too_much_text`."""
        self.characters += characters
        if self.characters > MAX_TEXT:
            raise SheetError("too_much_text", limit=MAX_TEXT // 1_000_000)


def check_xlsx(container: Container) -> dict[str, str]:
    """Measure every XML part of an XLSX container as if it were a sheet; what the relations call a sheet is
    up to the reader. Gives the first cell with an error, by part.

    :raises SheetError: `too_spread` or `too_much_text`.
    :raises ContainerRefused: `damaged`.
    """
    scans = {}
    for name in container.names:
        ending = name.lower().rpartition(".")[2]
        opaque = ending == "vml" or PRINTER_SETTINGS.search(name)
        if ending in _XML_ENDINGS or (not opaque and _XML_BEGINS.match(container.heads[name])):
            scans[name] = _XlsxScan()
            container.parse(name, scans[name].parser)
        elif container.contains(name, _SHEET):  # a sheet behind some bytes that the library skips
            raise SheetError("damaged")
    shared: Counter[int] = Counter()
    for scan in scans.values():
        shared |= scan.shared  # the larger of two
    text = Extent()
    for scan in scans.values():
        text.hold(scan.characters)
        for position, times in scan.uses.items():
            text.hold(shared[position] * times)
    return {name: scan.error for name, scan in scans.items() if scan.error}


def check_ods(container: Container) -> dict[str, str]:
    """Measure every table of an ODS container. Gives the first cell with an error, by table.

    :raises SheetError: `too_spread` or `too_much_text`.
    :raises ContainerRefused: `damaged`.
    """
    scan = _OdsScan()
    container.parse("content.xml", scan.parser)
    return scan.errors


def part_of(container: Container, sheet: str) -> str:
    """The XLSX part that holds the sheet of that name, or the empty text."""
    relation = next(
        (
            attributes.get("id", "")
            for tag, attributes in container.elements("xl/workbook.xml")
            if tag == "sheet" and attributes.get("name") == sheet
        ),
        "",
    )
    targets = {
        attributes.get("Id", ""): attributes.get("Target", "")
        for _tag, attributes in container.elements("xl/_rels/workbook.xml.rels")
    }
    return join("/xl", targets.get(relation, "")).removeprefix("/")


def letters(column: int) -> str:
    """Column 1 is A, 27 is AA."""
    name = ""
    while column:
        column, digit = divmod(column - 1, 26)
        name = chr(ord("A") + digit) + name
    return name


class _XlsxScan:
    """Follows `row`, `c`, `v` of a sheet and `si` of the shared texts (ECMA-376 part 1, 18.3 and 18.4)."""

    def __init__(self) -> None:
        self.extent = Extent()
        self.shared: Counter[int] = Counter()
        self.uses: Counter[int] = Counter()
        self.characters = 0
        self.error = ""
        self._line = self._column = 0
        self._text = -1  # the shared text that is being read
        self._points = self._in_value = False
        self._value = ""
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = local(tag)
        for name in _PROMISES & attributes.keys():  # room is made for as many as they promise
            if len(attributes[name]) > _LONGEST_PROMISE:
                raise SheetError("damaged")
        if tag == "c":
            self._cell(attributes)
        elif tag == "v":
            self._in_value, self._value = self._points, ""
        elif tag == "row":
            self._line = _number(attributes.get("r"), self._line + 1)
            self._column = 0
        elif tag == "si":
            self._text += 1

    def _cell(self, attributes: dict[str, str]) -> None:
        self._column += 1
        if place := attributes.get("r"):
            if not (found := _REFERENCE.fullmatch(place)):
                raise SheetError("damaged")
            self._line, self._column = int(found[2]), _column(found[1])
        self.extent.reach(max(self._line, 1), self._column)
        kind = attributes.get("t")
        self._points = kind == "s"
        if kind == "e" and not self.error:
            self.error = place or f"{letters(self._column)}{self._line}"

    def _end(self, tag: str) -> None:
        if self._in_value and local(tag) == "v":
            self._in_value = False
            if self._value.strip():
                self.uses[_number(self._value.strip(), 0)] += 1

    def _characters(self, text: str) -> None:
        self.characters += len(text)
        if self._in_value:
            self._value += text
        elif self._text >= 0:
            self.shared[self._text] += len(text)


class _OdsScan:
    """Follows tables, rows, cells and their repetitions (OpenDocument 1.3 part 3, 9.1)."""

    def __init__(self) -> None:
        self.errors: dict[str, str] = {}
        self._all = Extent()
        self._table = ""
        self._extent = Extent()
        self._line = self._lines = 0
        self._column = self._columns = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.CharacterDataHandler = self._characters

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = local(tag)
        if tag in ("table-cell", "covered-table-cell"):
            self._cell({local(name): value for name, value in attributes.items()})
        elif tag == "p" and self._columns:
            self._extent.reach(self._line + self._lines, self._column + self._columns)
        elif tag == "table-row":
            self._line += self._lines
            self._lines = _repeated(attributes, "number-rows-repeated", MAX_LINES)
            self._column = self._columns = 0
        elif tag == "table":
            self._table = next((value for name, value in attributes.items() if local(name) == "name"), "")
            self._extent = Extent()
            self._line = self._lines = self._columns = 0

    def _cell(self, attributes: dict[str, str]) -> None:
        self._column += self._columns
        self._columns = _repeated(attributes, "number-columns-repeated", MAX_LINE_COLUMNS)
        if "value-type" in attributes:
            self._extent.reach(self._line + self._lines, self._column + self._columns)
        if attributes.get("value-type") == "error":
            self.errors.setdefault(self._table, f"{letters(self._column + 1)}{self._line + 1}")

    def _characters(self, text: str) -> None:
        self._all.hold(len(text) * max(self._lines, 1) * max(self._columns, 1))


@lru_cache(maxsize=1024)
def _column(name: str) -> int:
    column = 0
    for letter in name.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column


def _repeated(attributes: dict[str, str], name: str, most: int) -> int:
    times = next((value for key, value in attributes.items() if local(key) == name), None)
    number = _number(times, 1)
    if not 1 <= number <= most:
        raise SheetError("damaged")
    return number


def _number(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    if not _NUMBER.fullmatch(text):
        raise SheetError("damaged")
    return int(text)
