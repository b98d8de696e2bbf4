"""PDF (ISO 32000): what would act or hide when the document is opened, found without rendering it.

Every name in a PDF may be spelled with #xx for any of its characters (7.3.5), and whole objects may lie in
compressed object streams (7.5.7). So the raw bytes are searched for the names in every spelling, and object
streams are unpacked, within limits, and searched likewise. An object stream that is packed in any other way
than the one that programs use, or a protected file, cannot be looked into and is refused.

What this is not: a parser that follows every rule of every reader. Text that merely mentions /JavaScript
uncompressed is refused too.
"""

import mmap
import re
import zlib

from tracker.documents.refusals import UploadRefused

MAX_OBJECTS_UNPACKED = 64 * 1024 * 1024
"""Bytes of all object streams together, unpacked."""

_PIECE = 256 * 1024
_OVERLAP = 1024
_TAIL = 1024
_LONGEST_DICTIONARY = 4096
_END_OF_NAME = rb"(?=[\x00\t\n\x0c\r ()<>\[\]{}/%]|\Z)"
_SPACE = rb"[\x00\t\n\x0c\r ]"
_REFERENCE = rb"\d{1,10}" + _SPACE + rb"{1,32}\d{1,5}" + _SPACE + rb"{1,32}R"


def _spelled(*names: str) -> bytes:
    """A pattern for any of the names after its slash, each character as itself or as #xx."""
    spellings = (
        b"".join(b"(?:%s|#%s)" % (re.escape(c.encode()), _either_case(f"{ord(c):02x}")) for c in name)
        for name in names
    )
    return rb"(?:" + b"|".join(spellings) + rb")" + _END_OF_NAME


def _either_case(digits: str) -> bytes:
    return "".join(f"[{d}{d.upper()}]" if d.isalpha() else d for d in digits).encode()


# Two letters may stand in packed bytes by chance, so those names count only with the value that they take.
_REFUSED = re.compile(
    rb"/(?=[#EFGJLRX])(?:(?P<pdf_script>"
    + _spelled("JavaScript", "Launch", "Rendition", "RichMedia")
    + rb"|%s%s{0,32}(?:%s|[(<][\t\n\r\x20-\x7e]{8})" % (_spelled("JS"), _SPACE, _REFERENCE)
    + rb")|(?P<pdf_embedded>"
    + _spelled("EmbeddedFile", "EmbeddedFiles", "FileAttachment", "GoToE")
    + rb"|%s%s{0,32}(?:<<|%s)" % (_spelled("EF"), _SPACE, _REFERENCE)
    + rb")|(?P<pdf_form>%s%s{0,32}[\[\d%%])" % (_spelled("XFA"), _SPACE)
    + rb"|(?P<pdf_encrypted>%s))" % _spelled("Encrypt")
)
_HEADER = re.compile(rb"%PDF-[12]\.\d")
_OBJECT = re.compile(rb"\bobj\b")
_STREAMS = re.compile(rb"(?P<marker>/" + _spelled("ObjStm") + rb")|(?<!end)stream(?:\r\n|\n|\r)")
_FILTER = re.compile(rb"/" + _spelled("Filter", "F", "DecodeParms", "DP", "Predictor"))
_PLAIN_FILTER = re.compile(rb"/Filter\s*(?:\[\s*/FlateDecode\s*\]|/FlateDecode(?=[\s/>]))")
_OBJECT_NUMBERS = re.compile(rb"\s*\d+\s+\d+[\s<(\[/]")


def check_pdf(data: mmap.mmap) -> None:
    """Refuse what is no PDF, or one with scripts, started programs, attachments or what cannot be looked into.

    :raises UploadRefused: `mismatch`, `damaged`, or a code that begins with `pdf_`.
    """
    if not _HEADER.match(data):
        raise UploadRefused("mismatch", extension="pdf")
    if b"%%EOF" not in data[-_TAIL:] or not _OBJECT.search(data):
        raise UploadRefused("damaged")
    _refuse_names(data)
    room = MAX_OBJECTS_UNPACKED
    marker = -1
    for found in _STREAMS.finditer(data):
        if found["marker"]:
            marker = found.start()
            continue
        if marker >= 0:
            room -= _search_object_stream(data, marker, found, room)
        marker = -1


def _refuse_names(data: bytes | mmap.mmap) -> None:
    if found := _REFUSED.search(data):
        raise UploadRefused(str(found.lastgroup))


def _search_object_stream(data: mmap.mmap, marker: int, stream: re.Match[bytes], room: int) -> int:
    """Unpack and search one object stream; gives its unpacked size.

    :raises UploadRefused: `pdf_unreadable` when its packing is not plain or it is larger than `room` bytes.
    """
    if stream.start() - marker > _LONGEST_DICTIONARY:
        raise UploadRefused("pdf_unreadable")
    dictionary = data[max(data.rfind(b"obj", 0, marker), marker - _LONGEST_DICTIONARY, 0) : stream.start()]
    if not _FILTER.search(dictionary):
        return 0  # not packed: its objects have been searched with the raw bytes
    if len(_FILTER.findall(dictionary)) != 1 or not _PLAIN_FILTER.search(dictionary):
        raise UploadRefused("pdf_unreadable")
    inflate, position, size, tail = zlib.decompressobj(), stream.end(), 0, b""
    while not inflate.eof:
        packed = inflate.unconsumed_tail
        if not packed:
            packed = data[position : position + _PIECE]
            position += len(packed)
        piece = _inflated(inflate, packed)
        if not (piece or packed or inflate.eof):
            raise UploadRefused("pdf_unreadable")
        if not size and piece and not _OBJECT_NUMBERS.match(piece):
            raise UploadRefused("pdf_unreadable")
        size += len(piece)
        if size > room:
            raise UploadRefused("pdf_unreadable")
        _refuse_names(tail + piece)
        tail = (tail + piece)[-_OVERLAP:]
    return size


def _inflated(inflate: "zlib._Decompress", packed: bytes) -> bytes:
    try:
        return inflate.decompress(packed, _PIECE)
    except zlib.error as problem:
        raise UploadRefused("pdf_unreadable") from problem
