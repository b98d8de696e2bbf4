"""What a file tells beside what it shows (FIL-8): who wrote it, where a picture was taken, what was changed. Kinds, no values.

The file itself stays as it came, byte for byte, since it is a record; people are told what else is in it. A look into a file
never refuses it: what cannot be read, or is more than the limits below, is told as the kind "unread".

What this is not: a search for everything that could name a person. It reads the places in which programs write it: EXIF,
IPTC and XMP, the properties of office files and PDF, comments, tracked changes, lists of people, folders on the writer's
computer, parts with data beside the text, hidden sheets and signatures.
"""

import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import Any
from xml.parsers import expat

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.containers import Container, ContainerRefused
from tracker.documents.exif import Data, Room, exif_traces, iptc_traces, xmp_traces
from tracker.documents.properties import (
    BOUND,
    SIGNED,
    data_parts,
    leads_to_folder,
    part_types,
    property_parts,
    sheets_read_data,
    text_parts,
    workbooks,
)

KINDS: dict[str, Promise] = {
    "author": pgettext_lazy("metadata of a file", "names of persons"),
    "organization": pgettext_lazy("metadata of a file", "an organisation"),
    # Translators: 檔案在製作者電腦上的資料夾
    "path": pgettext_lazy("metadata of a file", "a folder on the writer's computer"),
    # Translators: 拍攝地點
    "place": pgettext_lazy("metadata of a file", "the place where it was taken"),
    "device": pgettext_lazy("metadata of a file", "the device"),
    "changes": pgettext_lazy("metadata of a file", "tracked changes"),
    "comments": pgettext_lazy("metadata of a file", "comments"),
    "hidden": pgettext_lazy("metadata of a file", "hidden sheets"),
    "properties": pgettext_lazy("metadata of a file", "properties of its own"),
    # Translators: 內文取用的資料 (customXml)
    "data": pgettext_lazy("metadata of a file", "data from which it is filled"),
    # Translators: 電子簽章
    "signature": pgettext_lazy("metadata of a file", "an electronic signature"),
    "unread": pgettext_lazy("metadata of a file", "parts that could not be looked into"),
}
"""The kinds by their code, in the order in which they are told."""
MOST_PLACES = 200
"""So many pictures or streams within one file are looked into; marks of metadata are counted by :class:`Room`."""
MOST_INFLATED = 16 * 1024 * 1024
"""Bytes unpacked of one PDF."""
PACKET = 256 * 1024
"""Bytes of one picture's header, of an XMP packet, or of a text of a PNG."""

_EXIF = re.compile(rb"Exif\x00\x00(?=II\*\x00|MM\x00\*)")
_XMP = re.compile(rb"<x:xmpmeta|<rdf:RDF")
_IPTC = re.compile(rb"8BIM\x04\x04")
_STREAM = re.compile(rb"stream(?:\r\n|\n|\r)")
_PACKED = re.compile(rb"/ObjStm\b|/Subtype\s{0,8}/XML\b")
_PDF = {
    "author": re.compile(
        rb"/(?:Author|Manager)\s{0,16}(?:\((?!\s{0,16}\))|<(?![\s<]{0,16}>)(?!<)|\d{1,10}\s{1,8}\d{1,5}\s{1,8}R)"
    ),
    "organization": re.compile(rb"/Company\s{0,16}\((?!\s{0,16}\))"),
    "comments": re.compile(rb"/Subtype\s{0,16}/(?:Text|FreeText|Popup|Highlight|StrikeOut|Ink|Stamp)\b"),
}
_TAIL = 256
MEDIA = re.compile(r"(?:^|/)(?:media|Pictures)/[^/]+\.(?:jpe?g|png|tiff?)$", re.IGNORECASE)
"""Pictures within an office file."""
_NAMING = {
    "creator": "author", "lastModifiedBy": "author", "Manager": "author", "initial-creator": "author",
    "printed-by": "author", "Company": "organization",
}  # fmt: skip
"""Elements of docProps/core.xml, docProps/app.xml and meta.xml that hold a name."""
_OWN = frozenset({"property", "user-defined"})
_WORD_MARKS = {
    "changes": re.compile(rb"<(?:[\w.-]{1,64}:)?(?:ins|del|moveFrom|moveTo|rPrChange|pPrChange)\b"),
    "data": BOUND,
    "path": re.compile(
        rb":(?:\\\\|(?:connectString|query|udl)\b)|=\s{0,16}[\"']\s{0,16}(?:[A-Za-z]:[\\/]|\\\\)|file:/"
    ),
}
"""The source of a serial letter tells a folder, and so does any attribute with one: Word kept it beside pictures as their words.
In the instruction of a field a folder has its backslashes twice."""
_CONNECTED = {"path": re.compile(rb"\s(?:connection|sourceFile|odcFile)\s{0,16}=")}
_COMMENTS = re.compile(r"^(?:word|xl)/(?:comments|threadedComments|persons)[^/]*(?:/[^/]+)?\.xml$")
_ODF_COMMENTS = re.compile(rb"<office:annotation\b")
_ODF_CHANGES = re.compile(
    rb"<text:changed-region\b|<table:(?:cell-content-change|insertion|deletion|movement)\b"
)
_ODF_HIDDEN = re.compile(rb"table:display=[\"']false[\"']")
_ODF_FOLDER = re.compile(rb"href\s{0,16}=\s{0,16}[\"']\s{0,16}(?:file:|[A-Za-z]:[\\/]|\\\\|/|\.\./)")
_ODF_BOUND = re.compile(
    rb"<text:(?:initial-creator|creator|printed-by|title|subject|keywords|description|user-defined)\b"
)
_BROKEN = (struct.error, zlib.error, ValueError, IndexError, OverflowError)


def in_order(found: Iterable[str]) -> tuple[str, ...]:
    """The kinds that were found, each once, in their order."""
    known = set(found)
    return tuple(kind for kind in KINDS if kind in known)


def traces_words(traces: Iterable[str] | None) -> str | Promise:
    """The sentence beside a file; "" for one that tells nothing more, or into which nobody looked."""
    kinds = [KINDS[kind] for kind in traces or () if kind in KINDS]
    if not kinds:
        return ""
    joined = format_lazy("{}" + "{}{}" * (len(kinds) - 1), *_between(kinds))
    return format_lazy(_("This file tells more than it shows: {kinds}."), kinds=joined)


def _between(kinds: list[Promise]) -> Iterator[Promise]:
    for place, kind in enumerate(kinds):
        if place:
            yield pgettext_lazy("between the items of a list", ", ")
        yield kind


def traces_of_bytes(data: Data, extension: str, room: Room | None = None) -> tuple[str, ...]:
    """What a picture or a PDF tells; texts and messages are what they show."""
    look = {"png": _of_png, "pdf": _of_pdf, "jpg": _loose, "jpeg": _loose, "tif": _of_tiff, "tiff": _of_tiff}
    return _looked(look[extension], data, room or Room()) if extension in look else ()


def traces_of_container(container: Container, room: Room | None = None) -> tuple[str, ...]:
    """What an office file tells: its properties, comments, changes, hidden sheets, and its pictures, out of one room."""
    return _looked(_of_office, container, room or Room())


def _looked(look: Any, at: Any, room: Room) -> tuple[str, ...]:
    found: set[str] = set()
    try:
        for kind in look(at, room):
            found.add(kind)
    except (ContainerRefused, *_BROKEN):
        found.add("unread")
    return in_order(found)


def _loose(data: Data, room: Room) -> Iterator[str]:
    """EXIF, XMP and IPTC wherever they lie: cameras put further pictures behind the first, and a PDF holds several."""
    whole = memoryview(data)
    for mark, read in ((_EXIF, exif_traces), (_XMP, xmp_traces), (_IPTC, iptc_traces)):
        for at in mark.finditer(data):
            if not room.takes(places=1):
                yield "unread"
                return
            yield from read(whole[at.end() : at.end() + PACKET], room)


def _of_tiff(data: Data, room: Room) -> Iterator[str]:
    """The tags of its pages, which lie anywhere in the file."""
    yield from exif_traces(data, room)
    yield from _loose(data, room)


def _of_png(data: Data, room: Room) -> Iterator[str]:
    yield from _loose(data, room)
    position = 8
    while position + 8 <= len(data):
        if not room.takes(tags=1):
            yield "unread"
            return
        length, kind = struct.unpack_from(">I4s", data, position)
        if kind == b"eXIf":
            yield from exif_traces(data[position + 8 : position + 8 + min(length, PACKET)], room)
        elif kind in (b"tEXt", b"zTXt", b"iTXt"):
            if not room.takes(places=1):
                yield "unread"
                return
            yield from _of_png_text(
                kind, bytes(data[position + 8 : position + 8 + min(length, PACKET)]), room
            )
        position += 12 + length


def _of_png_text(kind: bytes, body: bytes, room: Room) -> Iterator[str]:
    """A text of a PNG: its keyword says what it is; a packed one is unpacked up to a limit."""
    keyword, _nul, rest = body.partition(b"\x00")
    if keyword.lower() in (b"author", b"copyright", b"artist"):
        yield "author"
    elif keyword.lower().startswith(b"raw profile type"):
        yield "unread"
    packed = rest[1:] if kind == b"zTXt" else b""
    if kind == b"iTXt" and rest[:1] == b"\x01":
        packed = rest[2:].partition(b"\x00")[2].partition(b"\x00")[2]
    if packed:
        yield from xmp_traces(zlib.decompressobj().decompress(packed, PACKET), room)
    else:
        yield from xmp_traces(rest, room)


def _of_pdf(data: Data, room: Room) -> Iterator[str]:
    """Its information dictionary, XMP and notes, in the open and in packed object streams."""
    yield from _loose(data, room)
    yield from (kind for kind, pattern in _PDF.items() if pattern.search(data))
    left = MOST_INFLATED
    for count, marker in enumerate(_PACKED.finditer(data)):
        if count == MOST_PLACES or left <= 0:
            yield "unread"
            return
        stream = _STREAM.search(data, marker.end(), marker.end() + 4096)
        if stream is None or b"FlateDecode" not in data[max(marker.start() - 512, 0) : stream.start()]:
            continue
        tail = b""
        for piece in _inflated(data, stream.end(), left):
            left -= len(piece)
            yield from (kind for kind, pattern in _PDF.items() if pattern.search(tail + piece))
            yield from xmp_traces(tail + piece, room)
            tail = piece[-_TAIL:]


def _inflated(data: Data, position: int, most: int) -> Iterator[bytes]:
    """A packed stream unpacked, so many bytes of it at most."""
    inflate = zlib.decompressobj()
    while most > 0 and not inflate.eof:
        packed = inflate.unconsumed_tail or data[position : position + PACKET]
        position += 0 if inflate.unconsumed_tail else len(packed)
        piece = inflate.decompress(packed, min(PACKET, most))
        if not piece and not packed:
            return
        most -= len(piece)
        yield piece


def _of_office(container: Container, room: Room) -> Iterator[str]:
    names = container.names
    for name, kind in property_parts(container).items():
        yield from _of_people(container, name) if kind == "people" else _of_properties(container, name, room)
    has_data = any(_holds_data(container, name, room) for name in data_parts(container))
    if has_data:
        yield "data" if sheets_read_data(container) else "properties"
    if any(SIGNED.match(name) for name in names):
        yield "signature"
    if leads_to_folder(container, room):
        yield "path"
    types = part_types(container)
    if any(_COMMENTS.match(name) for name in names) or any("comments+" in kind for kind in types.values()):
        yield "comments"
    if any(name.startswith("xl/revisions/") for name in names):
        yield "changes"
    for name in text_parts(types):
        yield from _marked(container, name, _WORD_MARKS, room)
    for name in workbooks(container, types):
        yield from _of_workbook(container, name)
    if "xl/connections.xml" in names:
        yield from _marked(container, "xl/connections.xml", _CONNECTED, room)
    if "mimetype" in names:
        yield from _of_open_document(container, room)
    yield from _of_media(container, room)


def _of_open_document(container: Container, room: Room) -> Iterator[str]:
    """Comments, changes, hidden tables, fields that show the properties, and folders of templates and linked pictures."""
    known = {"comments": _ODF_COMMENTS, "changes": _ODF_CHANGES, "hidden": _ODF_HIDDEN}
    folder = {"path": _ODF_FOLDER}
    for name, marks in (
        ("content.xml", known | folder | {"data": _ODF_BOUND}),
        ("styles.xml", folder | {"data": _ODF_BOUND}),
        ("meta.xml", folder),
    ):
        if name in container.names:
            yield from _marked(container, name, marks, room)


def _of_workbook(container: Container, workbook: str) -> Iterator[str]:
    """Hidden sheets, the folder in which it was saved last, and who keeps others from writing."""
    for tag, given in container.elements(workbook):
        if tag == "sheet" and given.get("state", "") in ("hidden", "veryHidden"):
            yield "hidden"
        elif tag == "absPath" and given.get("url", "").strip():
            yield "path"
        elif tag == "fileSharing" and given.get("userName", "").strip():
            yield "author"


def _of_people(container: Container, name: str) -> Iterator[str]:
    """Who commented or changed; the list stays when their comments are gone."""
    if any(tag == "person" and given.get("author", "").strip() for tag, given in container.elements(name)):
        yield "author"


def _holds_data(container: Container, name: str, room: Room) -> bool:
    """Whether a part has more than one empty element; Word keeps an empty list of sources there."""
    found = 0

    def begin(_tag: str, given: dict[str, str]) -> None:
        nonlocal found
        found += 1
        if not room.takes(tags=1 + len(given)):
            raise ContainerRefused("odd_structure")

    def read(text: str) -> None:
        nonlocal found
        found += 2 if text.strip() else 0
        if not room.takes(tags=1):
            raise ContainerRefused("odd_structure")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.CharacterDataHandler = begin, read
    container.parse(name, parser)
    return found > 1


def _marked(
    container: Container, name: str, marks: "dict[str, re.Pattern[bytes]]", room: Room
) -> Iterator[str]:
    """The kinds whose marks stand in a part, which is unpacked once for all of them; in UTF-16 none is searched for."""
    if b"\0" in container.heads[name][:4] or container.heads[name][:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield "unread"
        return
    left, tail = dict(marks), b""
    for piece in container.chunks(name):
        if not room.takes(octets=len(piece)):
            yield "unread"
            return
        for kind in [kind for kind, mark in left.items() if mark.search(tail + piece)]:
            del left[kind]
            yield kind
        if not left:
            return
        tail = (tail + piece)[-_TAIL:]


def _of_properties(container: Container, name: str, room: Room) -> Iterator[str]:
    """The elements that hold a name and are not blank; a text is read up to its first letter only."""
    from_element: list[str] = []
    found: list[str] = []

    def begin(tag: str, given: dict[str, str]) -> None:
        if not room.takes(tags=1 + len(given)):
            raise ContainerRefused("odd_structure")
        tag = tag.rpartition(":")[2]
        from_element.append(tag)
        if tag in _OWN:
            found.append("properties")

    def read(text: str) -> None:
        if not room.takes(tags=1):
            raise ContainerRefused("odd_structure")
        if text.strip() and from_element and from_element[-1] in _NAMING:
            found.append(_NAMING[from_element[-1]])
            from_element[-1] = ""

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.CharacterDataHandler = begin, read
    parser.EndElementHandler = lambda _tag: from_element.pop()
    container.parse(name, parser)
    yield from found


def _of_media(container: Container, room: Room) -> Iterator[str]:
    """The headers of the pictures in it, a part of each and so many of them."""
    pictures = [name for name in container.names if MEDIA.search(name)]
    if len(pictures) > MOST_PLACES:
        yield "unread"
    for name in pictures[:MOST_PLACES]:
        head = b""
        for piece in container.chunks(name):
            head += piece
            if not room.takes(octets=len(piece)):
                yield "unread"
                return
            if len(head) >= PACKET:
                break
        yield from traces_of_bytes(head, name.rpartition(".")[2].lower(), room)
