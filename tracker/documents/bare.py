"""A copy of a file without its metadata, to be given away (FIL-8). The file that is kept stays as it came.

Pictures lose every segment that is not needed to show them, and the place, device and names with it; office files get empty
properties. Nothing is drawn or written anew, so what the file shows stays the same bytes. A copy is looked into as an upload is,
and one that still tells something is not made.
"""

import mmap
import re
import struct
import tempfile
import zipfile
from collections.abc import Collection, Iterator
from typing import IO, BinaryIO

from tracker.containers import Container, ContainerRefused
from tracker.documents.exif import Data, orientation_of
from tracker.documents.properties import data_parts, parts_with_outs, property_parts, without_folders
from tracker.documents.traces import MEDIA, traces_of_bytes, traces_of_container

REMOVABLE = frozenset({"author", "organization", "path", "place", "device", "properties"})
"""Kinds that a copy loses. Comments and tracked changes hold names too, and a signature would not hold, so of a file with those
there is no copy."""
OFFICE, PICTURES = frozenset({"docx", "xlsx", "odt", "ods"}), frozenset({"jpg", "jpeg", "png"})

_EMPTY = {
    "core": '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "app": '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "custom": '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
    "meta": (
        '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3">'
        "<office:meta/></office:document-meta>"
    ),
    "people": '<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"/>',
    "data": "<none/>",
}
_DRAWN = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs hIST sPLT acTL fcTL fdAT cICP mDCV cLLI".split()
)
"""Chunks of a PNG that say how it is drawn."""
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_FILL = re.compile(rb"\xff+")
_SCAN, _END, _COMMENT = 0xDA, 0xD9, 0xFE
_KEPT_SEGMENTS = {0xE0: b"JFIF\x00", 0xE2: b"ICC_PROFILE\x00", 0xEE: b"Adobe"}
_BROKEN = (struct.error, IndexError, ValueError, ContainerRefused)


def may_be_bared(extension: str, traces: Collection[str]) -> bool:
    """Whether a copy without them is offered of a file with these traces."""
    return bool(traces) and extension in OFFICE | PICTURES and set(traces) <= REMOVABLE


def bare_copy(file: BinaryIO, extension: str) -> IO[bytes] | None:
    """The copy, open at its start; None where none is made: another kind, a signed or broken file, or one that still tells."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - it is the caller's
    try:
        if extension in OFFICE:
            _bare_office(Container(file), copy)
            traces = traces_of_container(Container(copy))
        elif extension in PICTURES:
            for piece in bare_picture(_mapped(file), extension):
                copy.write(piece)
            copy.flush()
            traces = traces_of_bytes(_mapped(copy), extension)
        else:
            traces = ("unread",)
    except _BROKEN:
        traces = ("unread",)
    if traces:
        copy.close()
        return None
    copy.seek(0)
    return copy


MOST_PIECES = 20_000
"""Segments or chunks of a picture; a scan of many restarts has one for each of its parts at most, hostile files millions."""
_TELLS = re.compile(r"(^|/)people\d*\.xml$|\.psmdcp$", re.IGNORECASE)
"""Parts that tell of persons: who commented or changed, and properties; where nothing leads to them they are not emptied."""


def _mapped(file: IO[bytes]) -> Data:
    """The bytes of a file, which the system pages in and out; those of one without a place on a disk are in memory already."""
    try:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError:
        return file.read()


def bare_picture(data: Data, extension: str) -> Iterator[Data]:
    """A JPEG or PNG with nothing but what shows it, the way round it is to be held included, in its pieces.

    :raises struct.error: when it is not put together as it should be.
    """
    return _png_chunks(data) if extension == "png" else _jpeg_segments(data)


def _png_chunks(whole: Data) -> Iterator[Data]:
    data = memoryview(whole)
    yield data[:8]
    position = 8
    for _chunk in range(MOST_PIECES):
        if position >= len(data):
            return
        length, kind = struct.unpack_from(">I4s", data, position)
        if kind in _DRAWN:
            yield data[position : position + 12 + length]
        position += 12 + length
    raise struct.error("too many pieces")


def _jpeg_segments(whole: Data) -> Iterator[Data]:
    """From its start to its own end: what cameras put behind is another picture with metadata of its own."""
    data = memoryview(whole)
    yield data[:2]
    if (orientation := orientation_of(whole)) > 1:
        body = b"Exif\0\0II*\0\x08\0\0\0\x01\0" + struct.pack("<HHII", 0x0112, 3, 1, orientation) + bytes(4)
        yield struct.pack(">BBH", 0xFF, 0xE1, len(body) + 2) + body
    position = 2
    for _segment in range(MOST_PIECES):
        fill = _FILL.match(data, position)  # as many bytes before a marker as it likes (ITU-T T.81, B.1.1.2)
        if fill is None:
            raise struct.error("no marker")
        position = fill.end() - 1
        (marker,) = struct.unpack_from(">B", data, position + 1)
        if marker == _END:
            yield data[position : position + 2]
            return
        end = position + 2 + struct.unpack_from(">H", data, position + 2)[0]
        if marker == _SCAN:
            found = _MARKER.search(data, end)
            end = found.start() if found else len(data)
        if _shows(marker, bytes(data[position + 4 : position + 16])):
            yield data[position:end]
        position = end
    raise struct.error("too many pieces")


def _shows(marker: int, begins: bytes) -> bool:
    """Whether a segment is needed to show the picture."""
    if marker in _KEPT_SEGMENTS:
        return begins.startswith(_KEPT_SEGMENTS[marker])
    return marker != _COMMENT and not 0xE0 <= marker <= 0xEF


def _bare_office(container: Container, copy: IO[bytes]) -> None:
    """:raises ContainerRefused: for a file with more than a copy loses, and for parts that name people elsewhere."""
    emptied = property_parts(container) | dict.fromkeys(data_parts(container), "data")
    if not set(traces_of_container(container)) <= REMOVABLE or any(
        _TELLS.search(name) and name not in emptied for name in container.names
    ):
        raise ContainerRefused("odd_structure")
    outs = parts_with_outs(container)
    with zipfile.ZipFile(copy, "w") as archive:
        for name in container.names:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_STORED if container.is_stored(name) else zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as part:
                for piece in _bare_part(container, name, emptied, outs):
                    part.write(piece)


def _bare_part(
    container: Container, name: str, emptied: dict[str, str], outs: Collection[str]
) -> Iterator[Data]:
    ending = name.rpartition(".")[2].lower()
    if name in emptied:
        yield f'<?xml version="1.0" encoding="UTF-8"?>\n{_EMPTY[emptied[name]]}'.encode()
    elif name in outs:
        yield without_folders(container.read(name))
    elif MEDIA.search(name) and ending in PICTURES:
        yield from bare_picture(container.read(name), ending)
    else:
        yield from container.chunks(name)
