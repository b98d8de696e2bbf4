"""Small files made for tests, sound ones and such as must be refused."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
XLSX_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
RELATION_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

Parts = Mapping[str, str | bytes]


def zipped(parts: Parts, stored: tuple[str, ...] = ("mimetype",)) -> bytes:
    """A zip file of the parts in their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            packing = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), content, packing)
    return buffer.getvalue()


def relation(kind: str, target: str, mode: str = "") -> str:
    outside = f' TargetMode="{mode}"' if mode else ""
    return f'<Relationship Id="r{zlib.crc32((kind + target).encode())}" Type="{RELATION_TYPES}{kind}" Target="{target}"{outside}/>'


def relations(*lines: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(lines)
        + "</Relationships>"
    )


def office_parts(main: str, document: str, body: str, *more_types: str) -> dict[str, str | bytes]:
    """The parts of an Office Open XML file whose document part is `document`."""
    return {
        "[Content_Types].xml": (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/{document}" ContentType="{main}"/>' + "".join(more_types) + "</Types>"
        ),
        "_rels/.rels": relations(relation("officeDocument", document)),
        document: body,
    }


def docx(*paragraphs: str, more: Parts | None = None, types: tuple[str, ...] = ()) -> bytes:
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    return docx_of(body, more=more, types=types)


def docx_of(body: str, more: Parts | None = None, types: tuple[str, ...] = ()) -> bytes:
    document = (
        '<?xml version="1.0" encoding="UTF-8"?><w:document '
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{body}</w:body></w:document>"
    )
    return zipped(office_parts(DOCX_MAIN, "word/document.xml", document, *types) | dict(more or {}))


def xlsx_of(rows: str, more: Parts | None = None, sheets: str = "", types: tuple[str, ...] = ()) -> bytes:
    """A workbook whose first sheet 表 holds the given XML rows."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    workbook = (
        f'<workbook {space} xmlns:r="{RELATION_TYPES[:-1]}"><sheets>'
        f'<sheet name="表" sheetId="1" r:id="s1"/>{sheets}</sheets></workbook>'
    )
    first = f'<Relationship Id="s1" Type="{RELATION_TYPES}worksheet" Target="worksheets/sheet1.xml"/>'
    parts = office_parts(XLSX_MAIN, "xl/workbook.xml", workbook, *types)
    parts["xl/_rels/workbook.xml.rels"] = relations(first)
    parts["xl/worksheets/sheet1.xml"] = f"<worksheet {space}><sheetData>{rows}</sheetData></worksheet>"
    return zipped(parts | dict(more or {}))


def open_document(mimetype: str, body: str, more: Parts | None = None) -> bytes:
    names = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "table", "text", "draw", "script")
    )
    parts: dict[str, str | bytes] = {
        "mimetype": mimetype,
        "content.xml": (
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} '
            'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:calcext="urn:calcext" office:version="1.3">'
            f"<office:body>{body}</office:body></office:document-content>"
        ),
        "META-INF/manifest.xml": (
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mimetype}"/></manifest:manifest>'
        ),
    }
    return zipped(parts | dict(more or {}))


def odt(text: str = "條約", more: Parts | None = None) -> bytes:
    return open_document(ODT, f"<office:text><text:p>{text}</text:p></office:text>", more)


def ods_of(rows: str, more: Parts | None = None, tables: str = "") -> bytes:
    """A spreadsheet whose first table 表 holds the given XML rows."""
    table = f'<table:table table:name="表">{rows}</table:table>{tables}'
    return open_document(ODS, f"<office:spreadsheet>{table}</office:spreadsheet>", more)


def pdf(*objects: bytes, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A PDF with the given objects after its catalog, numbered from 2."""
    numbered = enumerate((b"<</Type/Catalog/Pages 2 0 R>>", *objects), start=1)
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, content) for number, content in numbered)
    return b"%PDF-1.7\n" + body + b"trailer <<" + trailer + b">>\nstartxref\n0\n%%EOF\n"


def object_stream(
    content: bytes, packing: bytes = b"/Filter/FlateDecode", packed: bytes | None = None
) -> bytes:
    """An object stream with one object, number 9."""
    plain = b"9 0 " + content
    data = zlib.compress(plain) if packed is None else packed
    return b"<</Type/ObjStm/N 1/First 4%s/Length %d>>stream\n%s\nendstream" % (packing, len(data), data)


def png(width: int = 2, height: int = 2, *extra: bytes, tail: bytes = b"") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(14))
    chunks = [
        chunk(b"IHDR", size),
        *(chunk(b"tEXt", b"Comment\x00" + text) for text in extra),
        chunk(b"IDAT", pixels),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + chunk(b"IEND", b"") + tail


def jpeg(width: int = 2, height: int = 2, tail: bytes = b"") -> bytes:
    frame = struct.pack(">BBHBHHB", 0xFF, 0xC0, 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xe0\x00\x07JFIF\x00" + frame + b"\xff\xda\x00\x02\x00\x01\xff\xd9" + tail


def tiff(width: int = 2, height: int = 2, order: str = "<") -> bytes:
    tags = ((256, width), (257, height), (273, 8))
    page = b"".join(struct.pack(order + "HHII", tag, 4, 1, value) for tag, value in tags)
    mark = b"II*\x00" if order == "<" else b"MM\x00*"
    return mark + struct.pack(order + "I", 8) + struct.pack(order + "H", len(tags)) + page + bytes(4)


def cell(place: str, kind: str = "inlineStr") -> str:
    content = {"inlineStr": "<is><t>x</t></is>", "s": "<v>0</v>", "e": "<v>#REF!</v>"}[kind]
    return f'<c r="{place}" t="{kind}">{content}</c>'


def ods_text(text: str, columns: int = 1) -> str:
    return (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{columns}">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


def eml(body: str = "附件請查收。") -> bytes:
    return f"From: mei@example.org\r\nTo: jun@example.org\r\nSubject: 示例\r\n\r\n{body}\r\n".encode()


SOUND = {
    "pdf": pdf(b"<</Type/Pages/Count 0/Kids[]>>"),
    "docx": docx("甲國條約"),
    "xlsx": xlsx_of('<row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c></row>'),
    "odt": odt(),
    "ods": ods_of("<table:table-row><table:table-cell/></table:table-row>"),
    "txt": "條約全文".encode(),
    "png": png(),
    "jpg": jpeg(),
    "jpeg": jpeg(),
    "tif": tiff(),
    "tiff": tiff(order=">"),
    "eml": eml(),
}
"""One sound file of each kind, by ending."""
