"""Printing a sheet as OpenDocument text (ISO/IEC 26300, version 1.3) for a word processor.

Numbers and leads are written out as text: what was sent does not count itself anew in another program. The look is
in `odt_styles.xml`; every time inside the container is that of the sheet.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from tracker.paper.flow import Line, flow, has_translation, plain, swapped
from tracker.paper.sheet import Form, Language, Sheet, Table, Tagged, Translation

MEDIA_TYPE = "application/vnd.oasis.opendocument.text"
STYLES = Path(__file__).parent / "odt_styles.xml"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACES = re.compile("  +|^ |[\t\n]")
_SIZES = {Form.LETTER: 16, Form.NOTE: 12, Form.BRIEF: 11}
_COLUMN_SIZE, _LARGEST_SMALL = 11, 12
_INDENTS = (1.5, 2, 3, 4, 4.5, 5, 5.5)
_FILLED_IN = re.compile("@([0-9A-Z_]+)@")
_PAGES = {Language.ZH: ("第 ", " 頁，共 ", " 頁"), Language.EN: ("Page ", " of ", "")}
_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{name}"'
    for prefix, name in {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
        "svg": "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
        "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
        "dc": "http://purl.org/dc/elements/1.1/",
    }.items()
)
_MANIFEST = (
    f'{_XML}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{MEDIA_TYPE}"/>'
    + "".join(
        f'<manifest:file-entry manifest:full-path="{part}.xml" manifest:media-type="text/xml"/>'
        for part in ("content", "styles", "meta")
    )
    + "</manifest:manifest>"
)


def odt_of(sheet: Sheet) -> bytes:
    """The sheet as an ODT file; the same bytes for the same sheet."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(_part("mimetype", zipfile.ZIP_STORED), MEDIA_TYPE)
        archive.writestr(_part("content.xml"), _content(sheet))
        archive.writestr(_part("styles.xml"), _styles(sheet))
        archive.writestr(_part("meta.xml"), _meta(sheet))
        archive.writestr(_part("META-INF/manifest.xml"), _MANIFEST)
    return file.getvalue()


def _part(name: str, packing: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    """A part whose time is the container's first possible one, so that equal sheets give equal bytes."""
    part = zipfile.ZipInfo(name)
    part.compress_type = packing
    part.external_attr = 0o644 << 16
    return part


def _content(sheet: Sheet) -> str:
    lines = flow(sheet.body, sheet.language)
    in_columns = has_translation(lines) and sheet.translation is Translation.BESIDE
    pieces = [*_head(sheet)]
    pieces += _in_columns(lines, sheet.language) if in_columns else _below(lines, sheet.language)
    pieces += _foot(sheet)
    if has_translation(lines) and not in_columns:
        pieces.append(_heading("Translation", 2, sheet.translation_title))
        pieces += _below(swapped(lines), sheet.language.other)
    return (
        f'{_XML}<office:document-content {_NAMESPACES} office:version="1.3"><office:automatic-styles>'
        f"{''.join(_column_styles(lines))}</office:automatic-styles>"
        f"<office:body><office:text>{''.join(pieces)}</office:text></office:body></office:document-content>"
    )


def _head(sheet: Sheet) -> Iterator[str]:
    """Corner, office, contact, delivery and the tagged lines."""
    yield from (_tagged("Corner", line, sheet.language) for line in sheet.corner)
    named = f"{sheet.office}　{sheet.kind}" if sheet.kind else sheet.office
    yield _heading("Office", 1, named)
    if sheet.office_beside:
        yield _paragraph("OfficeBeside", sheet.office_beside)
    yield from (_tagged("Contact", line, sheet.language) for line in sheet.contact)
    yield from (_paragraph("Delivery", line) for line in sheet.delivery)
    for place, line in enumerate(sheet.lines):
        is_addressee = sheet.form is Form.LETTER and place == 0
        yield _tagged("Addressee" if is_addressee else "Tagged", line, sheet.language)
    yield _paragraph("Gap", "")


def _foot(sheet: Sheet) -> Iterator[str]:
    """The day of a note, the recipients, the signatures."""
    if sheet.date:
        yield _paragraph("Date", sheet.date)
    separator = "、" if sheet.language is Language.ZH else "; "
    for place, one in enumerate(sheet.recipients):
        line = Tagged(one.label, separator.join(one.names))
        yield _tagged("Recipients" if place else "FirstRecipients", line, sheet.language)
    yield from (_paragraph("Signature", f"{one.post}　{one.name}") for one in sheet.signatures)


def _below(lines: Iterable[Line | Table], language: Language) -> Iterator[str]:
    for number, line in enumerate(lines):
        if isinstance(line, Table):
            yield from _table(line, number)
        else:
            yield _printed(line, language)


def _in_columns(lines: tuple[Line | Table, ...], language: Language) -> Iterator[str]:
    """Both languages in a table of two columns, a row for each line; tables of the sheet stand between."""
    is_open = False
    for number, line in enumerate(lines):
        if is_open == isinstance(line, Table):
            opening = f'<table:table table:name="Columns{number}" table:style-name="Wide">'
            opening += '<table:table-column table:style-name="Half" table:number-columns-repeated="2"/>'
            yield "</table:table>" if is_open else opening
            is_open = not is_open
        if isinstance(line, Table):
            yield from _table(line, number)
            continue
        both = (_printed(line, language), _printed(line.swapped(), language.other))
        cells = "".join(
            f'<table:table-cell table:style-name="{style}" office:value-type="string">{one}</table:table-cell>'
            for style, one in zip(("Left", "Right"), both, strict=True)
        )
        yield f"<table:table-row>{cells}</table:table-row>"
    if is_open:
        yield "</table:table>"


def _printed(line: Line, language: Language) -> str:
    if line.kind == "heading":
        return _heading(f"Heading{line.level}", line.level + 1, line.text)
    chinese = language is Language.ZH
    lead = f'<text:span text:style-name="Lead">{_inline(line.lead)}</text:span>' if line.lead else ""
    if line.kind == "point":
        style, gap = (
            f"Point{line.level}" if chinese else f"Item{line.level}",
            "" if chinese else "<text:tab/>",
        )
        lead = _inline(line.lead)
    else:
        style, gap = "Part" if line.kind == "part" else "Paragraph", "" if chinese or not line.lead else " "
    return f'<text:p text:style-name="{style}">{lead}{gap}{_inline(line.text)}</text:p>'


def _table(table: Table, number: int) -> Iterator[str]:
    if table.caption:
        yield _paragraph("Caption", table.caption)
    yield f'<table:table table:name="Table{number}" table:style-name="Wide">'
    for column in range(len(table.head)):
        yield f'<table:table-column table:style-name="T{number}C{column}"/>'
    yield f"<table:table-header-rows>{_row(table.head, 'HeadCell')}</table:table-header-rows>"
    yield from (_row(row, "Cell") for row in table.rows)
    yield "</table:table>"


def _row(cells: Iterable[str], style: str) -> str:
    inside = "".join(
        f'<table:table-cell table:style-name="{style}" office:value-type="string">'
        f"{_paragraph(f'{style}Text', cell)}</table:table-cell>"
        for cell in cells
    )
    return f"<table:table-row>{inside}</table:table-row>"


def _column_styles(lines: Iterable[Line | Table]) -> Iterator[str]:
    for number, line in enumerate(lines):
        for column, share in enumerate(_widths(line)):
            yield (
                f'<style:style style:name="T{number}C{column}" style:family="table-column">'
                f'<style:table-column-properties style:rel-column-width="{share}*"/></style:style>'
            )


def _widths(line: Line | Table) -> tuple[int, ...]:
    if not isinstance(line, Table):
        return ()
    return line.widths or (1,) * len(line.head)


def _tagged(style: str, line: Tagged, language: Language) -> str:
    colon = "：" if language is Language.ZH else ": "
    return _paragraph(style, f"{line.label}{colon}{line.value}")


def _paragraph(style: str, text: str) -> str:
    return f'<text:p text:style-name="{style}">{_inline(plain(text))}</text:p>'


def _heading(style: str, level: int, text: str) -> str:
    return f'<text:h text:style-name="{style}" text:outline-level="{level}">{_inline(plain(text))}</text:h>'


def _inline(text: str) -> str:
    """Text as XML; tabs, line ends and runs of spaces are elements (OpenDocument 1.3 part 3, 6.1.2 to 6.1.5)."""
    pieces, at = [], 0
    for found in _SPACES.finditer(text):
        pieces.append(escape(text[at : found.start()]))
        sign, at = found[0], found.end()
        if sign[0] == " ":
            pieces.append(f'<text:s text:c="{len(sign)}"/>')
        else:
            pieces.append("<text:tab/>" if sign == "\t" else "<text:line-break/>")
    return "".join(pieces) + escape(text[at:])


def _styles(sheet: Sheet) -> str:
    """The look with this sheet's sizes, and what stands on top and at the foot of each page."""
    lines = flow(sheet.body, sheet.language)
    in_columns = has_translation(lines) and sheet.translation is Translation.BESIDE
    size = _COLUMN_SIZE if in_columns else _SIZES[sheet.form]
    before, between, behind = _PAGES[sheet.language]
    header = _paragraph("Security", sheet.security) if sheet.security else ""
    header += _paragraph("Watermark", sheet.watermark) if sheet.watermark else ""
    footer = (
        f'<text:p text:style-name="Footer">{_inline(plain(sheet.mark))}<text:tab/>{before}<text:page-number '
        f'text:select-page="current">1</text:page-number>{between}<text:page-count>1</text:page-count>{behind}</text:p>'
    )
    footer += "".join(_paragraph("Footer", line) for line in sheet.copy)
    filled = {
        "NAMESPACES": _NAMESPACES,
        "HEADER": header or '<text:p text:style-name="Header"/>',
        "FOOTER": footer,
        "SMALL": f"{min(size, _LARGEST_SMALL)}pt",
        "SIZE": f"{size}pt",
        **{f"{em:g}EM".replace(".", "_"): f"{em * size:g}pt" for em in _INDENTS},
    }
    return _FILLED_IN.sub(lambda found: filled[found[1]], STYLES.read_text(encoding="utf-8"))


def _meta(sheet: Sheet) -> str:
    moment = sheet.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    language = quoteattr("zh-TW" if sheet.language is Language.ZH else "en-GB")[1:-1]
    return (
        f'{_XML}<office:document-meta {_NAMESPACES} office:version="1.3"><office:meta>'
        f"<meta:generator>mla-tracker</meta:generator><dc:title>{escape(plain(sheet.title))}</dc:title>"
        f"<meta:initial-creator>{escape(plain(sheet.office))}</meta:initial-creator>"
        f"<meta:creation-date>{moment}</meta:creation-date><dc:date>{moment}</dc:date>"
        f"<dc:language>{language}</dc:language></office:meta></office:document-meta>"
    )
