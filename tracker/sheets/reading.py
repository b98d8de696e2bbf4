"""Reading rows from a sheet that somebody made: CSV in UTF-8 or Big5, XLSX, ODS.

Every cell comes as text, every row with the line on which it stands, and whatever cannot be read for certain
is refused with the place and what to do. Nothing is guessed silently.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import PurePath
from typing import Any, BinaryIO

from python_calamine import CalamineError, SheetMetadata, SheetTypeEnum, SheetVisibleEnum, load_workbook

from tracker.containers import Container, ContainerRefused, kind_of, size_of
from tracker.sheets.extents import check_ods, check_xlsx, letters, part_of
from tracker.sheets.refusals import SheetError
from tracker.sheets.writing import LONGEST_CELL, STARTS_FORMULA

MAX_ROWS = 20_000
MAX_COLUMNS = 200

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?")
_BOM = "\ufeff"
_WHOLE = 1e15
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PANIC = "PanicException"
"""What a failure inside the library raises: no Exception, and in no module that could be imported."""
_RARE_LEAD = 0xC9
_MOST_RARE = 0.25

Line = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read. `rows` are (line number from 1, cells by column name), empty lines left out.

    `title` is the name of the sheet and `others` those of sheets that were not read, for a workbook;
    `encoding` is `utf-8` or `cp950` for CSV. Otherwise they are empty.
    """

    header: list[str]
    rows: list[tuple[int, dict[str, str]]]
    title: str = ""
    others: tuple[str, ...] = ()
    encoding: str = ""


def read_rows(file: BinaryIO, name: str, *, max_rows: int = MAX_ROWS) -> Sheet:
    """Read the sheet `file` that is called `name`; of a workbook, the first sheet that is not hidden.

    The first line that is not empty holds the column names. Whole numbers come as "12", days as
    "2024-01-02"; control characters other than line ends and tabs are dropped. An apostrophe that `csv_chunks`
    put before a would-be formula is taken away.

    :raises SheetError: with code, params and a sentence, when anything cannot be read for certain.
    """
    extension = PurePath(name).suffix.lower().removeprefix(".")
    try:
        size_of(file)
        if extension == "csv":
            return _read_csv(file, max_rows)
        if extension in ("xlsx", "ods"):
            return _read_workbook(file, extension, max_rows)
    except ContainerRefused as refused:
        raise SheetError(refused.code, **refused.params) from refused
    raise SheetError("format", name=name)


def _read_csv(file: BinaryIO, max_rows: int) -> Sheet:
    text, encoding = _decoded(file.read())
    header, rows = _table(_csv_lines(text), max_rows)
    return Sheet(header, rows, encoding=encoding)


def _decoded(data: bytes) -> tuple[str, str]:
    """The text and its encoding. A byte order mark is believed; else UTF-8 if every byte fits, else Big5
    (code page 950) if every byte fits and the characters are not mostly rare ones, as they would be if the
    bytes were in truth Simplified Chinese or Western European."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise SheetError("encoding_utf16")
    if data[:4] == b"PK\x03\x04" or data.startswith(_OLE):
        raise SheetError("mismatch", extension="csv")
    try:
        return data.decode("utf-8").removeprefix(_BOM), "utf-8"
    except UnicodeDecodeError as problem:
        reached = problem.start
    if not data.startswith(_BOM.encode()):
        try:
            text = data.decode("cp950")
        except UnicodeDecodeError as problem:
            reached = max(reached, problem.start)
        else:
            _refuse_doubtful(text)
            return text, "cp950"
    raise SheetError("encoding", line=_line_of(data, reached), byte=f"0x{data[reached]:02X}")


def _refuse_doubtful(text: str) -> None:
    """Big5 keeps the 5,401 characters of everyday use before 0xC940, and nearly every text uses those."""
    wide = [character for character in text if ord(character) > 0x7F]
    rare = [character for character in wide if character.encode("cp950")[0] >= _RARE_LEAD]
    if len(rare) > len(wide) * _MOST_RARE:
        at = text.index(rare[0])
        begin = text.rfind("\n", 0, at) + 1
        raise SheetError(
            "encoding_doubtful", line=text.count("\n", 0, at) + 1, text=text[begin : begin + 20].strip()
        )


def _line_of(data: bytes, position: int) -> int:
    return len(data[: position + 1].splitlines())


def _csv_lines(text: str) -> Iterator[Line]:
    """Records with the line on which each begins; a quoted cell may hold line ends."""
    reader = csv.reader(io.StringIO(_clean(text), newline="\n"), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, [_without_guard(cell) for cell in cells]
            line = reader.line_num + 1
    except csv.Error as problem:
        if "field limit" in str(problem):
            raise SheetError("cell_too_long", line=line, limit=LONGEST_CELL) from problem
        raise SheetError("quotes", line=line) from problem


def _without_guard(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and STARTS_FORMULA.match(cell) else cell


def _read_workbook(file: BinaryIO, extension: str, max_rows: int) -> Sheet:
    beginning = file.read(8)
    if beginning == _OLE:  # what Excel writes when a password is set, and the format before 2007
        raise SheetError("encrypted")
    if not beginning.startswith(b"PK\x03\x04"):
        raise SheetError("mismatch", extension=extension)
    container = Container(file)
    if kind_of(container) != extension:
        raise SheetError("mismatch", extension=extension)
    errors = check_xlsx(container) if extension == "xlsx" else check_ods(container)
    file.seek(0)
    titles, cells = _opened(file)
    place = errors.get(part_of(container, titles[0]) if extension == "xlsx" else titles[0])
    if place:
        raise SheetError("cell_error", cell=place)
    header, rows = _table(enumerate(([_text(cell) for cell in line] for line in cells), start=1), max_rows)
    return Sheet(header, rows, title=titles[0], others=tuple(titles[1:]))


def _opened(file: BinaryIO) -> tuple[list[str], list[list[Any]]]:
    """The names of the sheets that are shown, and the cells of the first."""
    try:
        with load_workbook(file) as book:
            titles = [sheet.name for sheet in book.sheets_metadata if _is_shown(sheet)]
            if not titles:
                raise SheetError("no_header")
            return titles, book.get_sheet_by_name(titles[0]).to_python(skip_empty_area=False)
    except CalamineError as problem:
        raise SheetError("damaged") from problem
    except BaseException as problem:
        if type(problem).__name__ != _PANIC:
            raise
        raise SheetError("damaged") from problem


def _is_shown(sheet: SheetMetadata) -> bool:
    return sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible


def _text(cell: object) -> str:
    """A cell of a workbook as text: numbers with the 15 digits that a spreadsheet shows, dates as ISO."""
    if isinstance(cell, str):
        return _clean(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() and abs(cell) < _WHOLE else f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _clean(text: str) -> str:
    return _CONTROL.sub("", _LINE_END.sub("\n", text))


def _table(lines: Iterable[Line], max_rows: int) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """The column names and the rows below them."""
    header: list[str] = []
    rows: list[tuple[int, dict[str, str]]] = []
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise SheetError("cell_too_long", line=line, limit=LONGEST_CELL)
        if not header:
            header = _header(cells)
            continue
        if any(cell.strip() for cell in cells[len(header) :]):
            raise SheetError("extra_cells", line=line)
        if len(rows) >= max_rows:
            raise SheetError("too_many_rows", limit=max_rows)
        missing = [""] * (len(header) - len(cells))
        rows.append((line, dict(zip(header, [*cells[: len(header)], *missing], strict=True))))
    if not header:
        raise SheetError("no_header")
    return header, rows


def _header(cells: list[str]) -> list[str]:
    """Column names, trimmed. Empty cells to the right of the last name are no columns."""
    names = [cell.replace(_BOM, "").strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise SheetError("no_header")
    if len(names) > MAX_COLUMNS:
        raise SheetError("too_many_columns", limit=MAX_COLUMNS)
    if len(names) == 1 and re.search(r"[;\t]", names[0]):
        raise SheetError("delimiter")
    if "" in names:
        raise SheetError("header_empty", column=letters(names.index("") + 1))
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise SheetError("header_twice", header=name)
        seen.add(name.casefold())
    return names
