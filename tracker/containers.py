"""What is checked of a zip container (docx, xlsx, odt, ods) before anything opens it. Pure, no models.

Holds the limits that every incoming file meets, the reading of a container entry by entry, and the base of
the refusals. `tracker.documents` and `tracker.sheets` add what they ask beyond that.

Whoever reads a container later trusts its directory, and a directory can lie: about sizes, about names, or by
letting entries share bytes. So each entry is unpacked once here, within the limits, and compared with it.
"""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import BinaryIO, ClassVar
from xml.parsers import expat

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MAX_FILE = 25 * 1024 * 1024
"""Bytes of a file as it comes in."""
MAX_UNPACKED = 200 * 1024 * 1024
"""Bytes of all entries of a container together, unpacked."""
MAX_RATIO = 100
"""Unpacked to packed bytes, of an entry and of the whole; asked from `RATIO_COUNTS_FROM` bytes on."""
RATIO_COUNTS_FROM = 1024 * 1024
"""Small XML full of repetition packs better than 1 to 100 and harms nobody."""
MAX_ENTRIES = 2_000
MAX_DIRECTORY = 1024 * 1024
MAX_PART_IN_MEMORY = 8 * 1024 * 1024
MAX_ELEMENTS = 100_000
"""Elements that :meth:`Container.elements` gives of one container: its lists of parts, of links and of sheets."""
PLAIN_ATTRIBUTES = 4
"""An element with more attributes counts once more for each."""
CHUNK = 64 * 1024

_END_RECORD = struct.Struct("<4s4H2LH")
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_HAS_DESCRIPTOR, _ENCRYPTED = 0x8, 0x1
_UNKNOWN_SIZE = 0xFFFFFFFF
_DECLARATIONS = re.compile(
    rb"<\x00?!\x00?(?i:"
    + b"|".join(rb"\x00?".join(bytes([letter]) for letter in word) for word in (b"DOCTYPE", b"ENTITY"))
    + rb")"
)
"""In UTF-8 and both kinds of UTF-16."""
PRINTER_SETTINGS = re.compile(r"printerSettings\d*\.bin$", re.IGNORECASE)
"""Parts that no reader reads as XML, though a Mac writes a property list with a DOCTYPE there."""
_BROKEN = (
    zipfile.BadZipFile,
    NotImplementedError,
    ValueError,
    EOFError,
    OverflowError,
    struct.error,
    zlib.error,
)

ODF_KINDS = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
OOXML_KINDS = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}


class FileRefused(ValueError):
    """A file that is not taken. `code` names the reason, `params` fill its sentence, `str()` is that sentence
    in the reader's language: what is wrong and what to do."""

    messages: ClassVar[Mapping[str, Promise]] = {}

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return str(self.messages[self.code]) % self.params


class ContainerRefused(FileRefused):
    """A container that is damaged, locked, or would unpack beyond the limits."""

    messages = {
        "empty": _("The file is empty. Choose another file."),
        "too_large": _("The file is larger than %(limit)s MB. Make it smaller, or divide it."),
        "damaged": _("The file is damaged and cannot be opened. Save it again and choose the new file."),
        "encrypted": _("The file is locked with a password. Save it without a password and choose it again."),
        "bomb": _("The file unpacks to far more than its size. Save it again with less in it."),
        "too_many_entries": _("The file holds more than %(limit)s parts. Divide it."),
        "odd_structure": _(
            "The file is put together in a way no office program does. Open it, save it under a new name, and choose that."
        ),
        "xml_entities": _(
            "The file declares XML entities, which are not allowed here. Open it, save it under a new name, and choose that."
        ),
    }


def size_of(file: BinaryIO) -> int:
    """The bytes of `file`, measured by seeking; leaves it at its start.

    :raises ContainerRefused: `empty`, or `too_large` beyond `MAX_FILE`.
    """
    size = file.seek(0, 2)
    file.seek(0)
    if size == 0:
        raise ContainerRefused("empty")
    if size > MAX_FILE:
        raise ContainerRefused("too_large", limit=MAX_FILE // 1024**2)
    return size


class Container:
    """A zip container whose every entry has been unpacked once and agrees with the directory.

    `heads` holds the first bytes of each entry by name. Memory stays at one chunk and the directory.

    :raises ContainerRefused: when the file breaks a limit or is not put together plainly.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._size = size_of(file)
        self._directory_at = 0
        self._elements_left = MAX_ELEMENTS
        self._starts: dict[str, int] = {}
        try:
            self._entries = self._read_directory()
            self._find_entries()
            self.heads = {name: self._unpack_and_check(name) for name in self._entries}
        except ContainerRefused:
            raise
        except _BROKEN as problem:
            raise ContainerRefused("damaged") from problem

    @property
    def names(self) -> list[str]:
        """The names of the entries, in the order in which they lie in the file."""
        return list(self._entries)

    def is_stored(self, name: str) -> bool:
        """Whether the entry lies in the file unpacked."""
        return self._entries[name].compress_type == zipfile.ZIP_STORED

    def chunks(self, name: str) -> Iterator[bytes]:
        """The unpacked bytes of an entry, never more than its directory entry says.

        :raises ContainerRefused: `damaged` when size, checksum or packing disagree with the directory.
        """
        entry = self._entries[name]
        size, checksum = 0, 0
        pieces = self._packed(entry) if self.is_stored(name) else self._inflated(entry)
        for piece in pieces:
            size += len(piece)
            if size > entry.file_size:
                raise ContainerRefused("damaged")
            checksum = zlib.crc32(piece, checksum)
            yield piece
        if size != entry.file_size or checksum != entry.CRC:
            raise ContainerRefused("damaged")

    def read(self, name: str) -> bytes:
        """The whole of a small part.

        :raises ContainerRefused: `odd_structure` when it is larger than `MAX_PART_IN_MEMORY`.
        """
        if self._entries[name].file_size > MAX_PART_IN_MEMORY:
            raise ContainerRefused("odd_structure")
        return b"".join(self.chunks(name))

    def contains(self, name: str, pattern: "re.Pattern[bytes]", longest: int = 256) -> bool:
        """Whether `pattern` occurs in an entry; a match is found if it is no longer than `longest` bytes."""
        tail = b""
        for piece in self.chunks(name):
            if pattern.search(tail + piece):
                return True
            tail = (tail + piece)[-longest:]
        return False

    def elements(self, name: str) -> Iterator[tuple[str, dict[str, str]]]:
        """The start tags of an XML part in order, as (local name, attributes by local name).

        :raises ContainerRefused: `damaged` when it is not well-formed XML, `odd_structure` past `MAX_ELEMENTS`.
        """
        found: list[tuple[str, dict[str, str]]] = []

        def begin(tag: str, attributes: dict[str, str]) -> None:
            self._elements_left -= 1 + max(len(attributes) - PLAIN_ATTRIBUTES, 0)
            if self._elements_left < 0:
                raise ContainerRefused("odd_structure")
            found.append((local(tag), {local(key): value for key, value in attributes.items()}))

        parser = expat.ParserCreate()
        parser.StartElementHandler = begin
        for _fed in self._feed(name, parser):
            yield from found
            found.clear()

    def parse(self, name: str, parser: expat.XMLParserType) -> None:
        """Run a parser with handlers over an XML part.

        :raises ContainerRefused: `damaged` when it is not well-formed XML.
        """
        for _fed in self._feed(name, parser):
            pass

    def _feed(self, name: str, parser: expat.XMLParserType) -> Iterator[None]:
        parser.StartDoctypeDeclHandler = _refuse_declaration
        try:
            for piece in self.chunks(name):
                parser.Parse(piece)
                yield
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError) as problem:  # LookupError: an encoding nobody knows
            raise ContainerRefused("damaged") from problem
        yield

    def _read_directory(self) -> dict[str, zipfile.ZipInfo]:
        """Entries by name in file order, after the end record has been found where it must be."""
        self._file.seek(max(0, self._size - _END_RECORD.size))
        end = self._file.read(_END_RECORD.size)
        if len(end) < _END_RECORD.size or not end.startswith(b"PK\x05\x06"):
            raise ContainerRefused("damaged")
        _sign, disk, first_disk, here, entries, length, _start, comment = _END_RECORD.unpack(end)
        if disk or first_disk or here != entries or comment:
            raise ContainerRefused("odd_structure")
        if entries > MAX_ENTRIES or length > MAX_DIRECTORY:
            raise ContainerRefused("too_many_entries", limit=MAX_ENTRIES)
        self._file.seek(0)
        with zipfile.ZipFile(self._file) as archive:
            infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
            self._directory_at = archive.start_dir
        if len(infos) != entries:
            raise ContainerRefused("damaged")
        if len({info.filename.casefold() for info in infos}) != len(infos):
            raise ContainerRefused("odd_structure")
        for info in infos:
            _check_entry(info)
        self._check_sum(sum(info.file_size for info in infos))
        return {info.filename: info for info in infos}

    def _check_sum(self, unpacked: int) -> None:
        if unpacked > MAX_UNPACKED or _is_bomb(unpacked, self._size):
            raise ContainerRefused("bomb")

    def _find_entries(self) -> None:
        """Where the bytes of each entry begin. No two may share bytes, and the first begins the file."""
        free_from = 0
        for position, (name, info) in enumerate(self._entries.items()):
            if info.header_offset < free_from or (position == 0 and info.header_offset != 0):
                raise ContainerRefused("odd_structure")
            self._file.seek(info.header_offset)
            header = _LOCAL_HEADER.unpack(self._file.read(_LOCAL_HEADER.size))
            sign, _version, flags, method, _time, _date, _crc, packed, unpacked, name_length, extra = header
            spelled = self._file.read(name_length).decode("utf-8" if flags & 0x800 else "cp437")
            if sign != b"PK\x03\x04" or spelled != info.orig_filename or method != info.compress_type:
                raise ContainerRefused("odd_structure")
            if flags & _ENCRYPTED:
                raise ContainerRefused("encrypted")
            sizes = (packed, unpacked)
            if (
                not flags & _HAS_DESCRIPTOR
                and _UNKNOWN_SIZE not in sizes
                and sizes != (info.compress_size, info.file_size)
            ):
                raise ContainerRefused("odd_structure")
            self._starts[name] = info.header_offset + _LOCAL_HEADER.size + name_length + extra
            free_from = self._starts[name] + info.compress_size
            if free_from > self._directory_at:
                raise ContainerRefused("odd_structure")

    def _unpack_and_check(self, name: str) -> bytes:
        """Unpack an entry once for its size, checksum and declarations; gives its first bytes."""
        head = tail = b""
        for piece in self.chunks(name):
            head = head or piece[:512]
            if _DECLARATIONS.search(tail + piece) and not PRINTER_SETTINGS.search(name):
                raise ContainerRefused("xml_entities")
            tail = piece[-32:]
        return head

    def _packed(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        position, left = self._starts[entry.filename], entry.compress_size
        while left:
            self._file.seek(position)  # each time anew: others may read the file between two pieces
            piece = self._file.read(min(CHUNK, left))
            if not piece:
                raise ContainerRefused("damaged")
            position, left = position + len(piece), left - len(piece)
            yield piece

    def _inflated(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        for piece in self._packed(entry):
            while piece or inflate.unconsumed_tail:
                yield inflate.decompress(inflate.unconsumed_tail or piece, CHUNK)
                piece = b""
        while not inflate.eof:
            rest = inflate.decompress(b"", CHUNK)
            if not rest and not inflate.eof:
                raise ContainerRefused("damaged")
            yield rest
        if inflate.unused_data:  # bytes that no reader sees
            raise ContainerRefused("damaged")


def kind_of(container: Container) -> str:
    """`docx`, `xlsx`, `odt` or `ods` by what the container holds, or the empty text for anything else.

    ODF says it in the entry `mimetype`, which ought to be the first and stored (OpenDocument 1.3 part 2, 3.3),
    but is not after some programs; Office Open XML by the type of the part that `_rels/.rels` names as the
    document (ECMA-376 part 2). What says both is neither.

    :raises ContainerRefused: `encrypted` for an ODF file with a password, `damaged` for parts not well-formed.
    """
    names = set(container.names)
    is_ooxml = {"[Content_Types].xml", "_rels/.rels"} <= names
    if "mimetype" in names:
        kind = ODF_KINDS.get(container.heads["mimetype"].strip(), "")
        if is_ooxml or not kind or not {"content.xml", "META-INF/manifest.xml"} <= names:
            return ""
        if any(tag == "encryption-data" for tag, _attributes in container.elements("META-INF/manifest.xml")):
            raise ContainerRefused("encrypted")
        return kind
    if not is_ooxml:
        return ""
    documents = [
        attributes.get("Target", "").removeprefix("/")
        for tag, attributes in container.elements("_rels/.rels")
        if tag == "Relationship" and attributes.get("Type", "").endswith("/officeDocument")
    ]
    if len(documents) != 1 or documents[0] not in names:
        return ""
    types = content_types(container)
    ending = "." + documents[0].rpartition(".")[2].lower()
    return OOXML_KINDS.get(types.get("/" + documents[0], types.get(ending, "")), "")


def content_types(container: Container) -> dict[str, str]:
    """The declared type of each part of an Office Open XML container, by `/name` or, as a default, `.ending`."""
    return {
        attributes.get("PartName") or "." + attributes.get("Extension", "").lower(): attributes.get(
            "ContentType", ""
        )
        for _tag, attributes in container.elements("[Content_Types].xml")
        if "ContentType" in attributes
    }


@lru_cache(maxsize=1024)
def local(tag: str) -> str:
    """The name of an XML element or attribute without its prefix."""
    return tag.rpartition(":")[2]


def _refuse_declaration(*_declared: object) -> None:
    """In encodings that the search over the bytes cannot read."""
    raise ContainerRefused("xml_entities")


def _check_entry(info: zipfile.ZipInfo) -> None:
    """One directory entry by itself: a plain relative name, a known packing, a sane ratio."""
    name = info.orig_filename
    parts = name.removesuffix("/").split("/")
    if any(part in ("", ".", "..") for part in parts) or re.search(r"[\x00-\x1f\\:]", name):
        raise ContainerRefused("odd_structure")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise ContainerRefused("odd_structure")
    if info.flag_bits & _ENCRYPTED:
        raise ContainerRefused("encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ContainerRefused("odd_structure")
    if _is_bomb(info.file_size, info.compress_size):
        raise ContainerRefused("bomb")


def _is_bomb(unpacked: int, packed: int) -> bool:
    return unpacked > RATIO_COUNTS_FROM and unpacked > packed * MAX_RATIO
