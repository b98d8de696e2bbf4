"""Writing sheets row by row: CSV, XLSX and ODS. Text stays text: no cell becomes a formula or a link.

Rows come from any iterable, such as `queryset.iterator()`, and are not kept. Numbers (int, float, Decimal)
stay numbers as long as a spreadsheet keeps all their digits; days and moments become ISO text; None becomes
an empty cell; everything else is what `str()` makes of it.
"""

import csv
import io
import math
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO, NamedTuple
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from tracker.documents import content_disposition
from tracker.sheets.refusals import SheetError

Row = Iterable[object]
Number = int | float | Decimal


class Format(NamedTuple):
    """How a sheet travels."""

    content_type: str
    extension: str


class Beside(NamedTuple):
    """A second sheet of a workbook: what must be known of the rows, and would be in their way among them."""

    title: str
    header: Iterable[object]
    rows: Iterable[Row]


FORMATS = {
    "csv": Format("text/csv; charset=utf-8", "csv"),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "ods": Format("application/vnd.oasis.opendocument.spreadsheet", "ods"),
}

UTF8_MARK = b"\xef\xbb\xbf"
"""What a CSV file begins with, so that spreadsheets read it as UTF-8."""
LONGEST_CELL = 32_767
"""Characters that Excel and LibreOffice take in a cell."""
SHEET_ROWS = 1_048_576
"""Lines of a sheet in Excel and LibreOffice."""

_BUFFER = 64 * 1024
_DIGITS_KEPT = 15
_ILLEGAL_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?")
STARTS_FORMULA = re.compile(r"'*\s*[=+\-@\t\n＝＋－＠]")
"""Line ends are all \\n by then. The apostrophes are counted in, so that reading can take back exactly one."""
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
_RUNS = re.compile("(\n|\t| {2,}|^ | $)")
_LONGEST_TITLE = 31


def csv_chunks(header: Iterable[object], rows: Iterable[Row]) -> Iterator[bytes]:
    """The bytes of a CSV file: UTF-8 with BOM, CRLF, every text in quotes.

    Excel and LibreOffice take a text for a formula that begins with = + - @ or the full-width forms of these,
    whatever white space comes first; such a text gets an apostrophe in front, and `read_rows` takes it away
    again. (OWASP: CSV injection.)
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    yield UTF8_MARK
    for row in _with_header(header, rows):
        writer.writerow(_csv_cells(row))
        if buffer.tell() >= _BUFFER:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def csv_line(row: Row) -> str:
    """One line of such a file, without its end."""
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="").writerow(_csv_cells(row))
    return buffer.getvalue()


def _csv_cells(row: Row) -> list[str | Number]:
    return [_harmless(cell) if isinstance(cell, str) else cell for cell in map(_plain, row)]


def write_xlsx(
    header: Iterable[object], rows: Iterable[Row], file: BinaryIO, title: str, beside: Beside | None = None
) -> None:
    """Write one sheet called `title` with a bold header that stays in view, and a second one for what stands `beside`.

    Text beyond 32,767 characters is cut and ends with “…”.

    :raises SheetError: `rows_do_not_fit` beyond 1,048,576 rows with the header.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True})
        for name, lines in _named_sheets(header, rows, title, beside):
            sheet = book.add_worksheet(_sheet_name(name))
            sheet.freeze_panes(1, 0)
            for line, row in enumerate(lines):
                for column, cell in enumerate(map(_plain, row)):
                    if isinstance(cell, str):
                        sheet.write_string(line, column, _cut(cell), None if line else bold)
                    else:
                        sheet.write_number(line, column, cell)


def write_ods(
    header: Iterable[object], rows: Iterable[Row], file: BinaryIO, title: str, beside: Beside | None = None
) -> None:
    """Write one sheet called `title` as OpenDocument 1.3, and a second one for what stands `beside`.

    Every text cell says that it is text.

    Text beyond 32,767 characters is cut and ends with “…”.

    :raises SheetError: `rows_do_not_fit` beyond 1,048,576 rows with the header.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_part("mimetype", zipfile.ZIP_STORED), FORMATS["ods"].content_type)
        with archive.open(_part("content.xml"), "w") as content:
            for piece in _in_large_pieces(_ods_content(_named_sheets(header, rows, title, beside))):
                content.write(piece)
        archive.writestr(_part("styles.xml"), _ODS_STYLES)
        archive.writestr(_part("META-INF/manifest.xml"), _ODS_MANIFEST)


def sheet_response(
    format: str, filename: str, header: Iterable[object], rows: Iterable[Row]
) -> HttpResponseBase:
    """A download of the rows as `csv`, `xlsx` or `ods`, named `filename` with its ending.

    CSV leaves while the rows are read; the others are written to a temporary file first.

    :raises KeyError: for a format that is not in `FORMATS`.
    :raises SheetError: `rows_do_not_fit` when the format takes fewer rows.
    """
    content_type, extension = FORMATS[format]
    if format == "csv":
        return csv_response(filename, csv_chunks(header, rows))
    write: Callable[..., None] = {"xlsx": write_xlsx, "ods": write_ods}[format]
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        write(header, rows, file, filename)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return _named(FileResponse(file, content_type=content_type), f"{filename}.{extension}")


def csv_response(filename: str, chunks: Iterable[bytes]) -> HttpResponseBase:
    """A download of a CSV file that leaves while its bytes are made."""
    content_type, extension = FORMATS["csv"]
    return _named(StreamingHttpResponse(chunks, content_type=content_type), f"{filename}.{extension}")


def _named(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response.headers["Content-Disposition"] = content_disposition(name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _with_header(header: Iterable[object], rows: Iterable[Row]) -> Iterator[Row]:
    yield [str(name) for name in header]
    yield from rows


def _named_sheets(
    header: Iterable[object], rows: Iterable[Row], title: str, beside: Beside | None
) -> Iterator[tuple[str, Iterator[Row]]]:
    yield title, _lines(header, rows)
    if beside is not None:
        yield beside.title, _lines(beside.header, beside.rows)


def _lines(header: Iterable[object], rows: Iterable[Row]) -> Iterator[Row]:
    for line, row in enumerate(_with_header(header, rows)):
        if line >= SHEET_ROWS:
            raise SheetError("rows_do_not_fit", limit=SHEET_ROWS - 1)
        yield row


def _plain(cell: object) -> str | Number:
    """A cell as text or as a number that a spreadsheet keeps whole."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float | Decimal):
        return cell if _keeps_digits(cell) else str(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return _ILLEGAL_IN_XML.sub("", _LINE_END.sub("\n", str(cell)))


def _keeps_digits(number: Number) -> bool:
    if isinstance(number, float):
        return math.isfinite(number)
    if isinstance(number, Decimal):
        return number.is_finite() and len(number.as_tuple().digits) <= _DIGITS_KEPT
    return len(str(abs(number))) <= _DIGITS_KEPT


def _harmless(text: str) -> str:
    return "'" + text if STARTS_FORMULA.match(text) else text


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def _sheet_name(title: str) -> str:
    """A title that spreadsheets take as the name of a sheet: 31 characters, none of []:*?/\\."""
    title = _NOT_IN_SHEET_NAMES.sub(" ", _ILLEGAL_IN_XML.sub("", title))
    return " ".join(title.split())[:_LONGEST_TITLE].strip("' ") or "1"


def _in_large_pieces(pieces: Iterator[str]) -> Iterator[bytes]:
    waiting: list[str] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= _BUFFER:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    yield "".join(waiting).encode()


def _ods_content(sheets: Iterable[tuple[str, Iterator[Row]]]) -> Iterator[str]:
    yield _ODS_HEAD
    for name, lines in sheets:
        yield f"<table:table table:name={quoteattr(_sheet_name(name))}>"
        for line, row in enumerate(lines):
            style = "" if line else ' table:style-name="header"'
            yield (
                "<table:table-row>"
                + "".join(_ods_cell(cell, style) for cell in map(_plain, row))
                + "</table:table-row>"
            )
        yield "</table:table>"
    yield "</office:spreadsheet></office:body></office:document-content>"


def _ods_cell(cell: str | Number, style: str) -> str:
    if not isinstance(cell, str):
        return (
            f'<table:table-cell office:value-type="float" office:value="{cell}"{style}>'
            f"<text:p>{cell}</text:p></table:table-cell>"
        )
    if not cell:
        return "<table:table-cell/>"
    paragraphs = "".join(f"<text:p>{_ods_text(line)}</text:p>" for line in _cut(cell).split("\n"))
    return f'<table:table-cell office:value-type="string"{style}>{paragraphs}</table:table-cell>'


def _ods_text(line: str) -> str:
    """ODF reads several spaces as one (OpenDocument 1.3 part 3, 6.1.2), so they are counted out."""
    return "".join(
        "<text:tab/>"
        if piece == "\t"
        else f'<text:s text:c="{len(piece)}"/>'
        if position % 2
        else escape(piece)
        for position, piece in enumerate(_RUNS.split(line))
    )


def _part(name: str, packing: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    """An entry dated 1980, so that the same rows make the same file."""
    part = zipfile.ZipInfo(name)
    part.compress_type = packing
    return part


_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("style", "style"),
        ("table", "table"),
        ("text", "text"),
        ("fo", "xsl-fo-compatible"),
    )
)
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ODS_HEAD = (
    f'{_XML}<office:document-content {_NAMESPACES} office:version="1.3"><office:automatic-styles>'
    '<style:style style:name="header" style:family="table-cell"><style:text-properties fo:font-weight="bold"/>'
    "</style:style></office:automatic-styles><office:body><office:spreadsheet>"
)
_ODS_STYLES = f'{_XML}<office:document-styles {_NAMESPACES} office:version="1.3"><office:styles/></office:document-styles>'
_ODS_MANIFEST = (
    f'{_XML}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{FORMATS["ods"].content_type}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
