"""EXIF (CIPA DC-008), IPTC-IIM and XMP: which kinds of names stand there. No value is kept, and nothing is followed far."""

import mmap
import re
import struct
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

Data = mmap.mmap | bytes | memoryview
"""What is looked into; a part of it is a view, never a copy."""
MOST_TAGS = 400
"""Tags that are read of one directory."""

_BLOCK = re.compile(rb"Exif\x00\x00")
_ORDERS = {b"II*\x00": "<", b"MM\x00*": ">"}
_AUTHOR, _DEVICE = "author", "device"
_TAGS = {
    0x010F: _DEVICE, 0x0110: _DEVICE, 0x013C: _DEVICE, 0x927C: _DEVICE, 0xA431: _DEVICE, 0xA435: _DEVICE,
    0x013B: _AUTHOR, 0x8298: _AUTHOR, 0x9C9D: _AUTHOR, 0xA430: _AUTHOR,
}  # fmt: skip
"""Make, model, host computer, maker's note, serial numbers; artist, copyright, the author of Windows, the camera's owner."""
_EXIF_DIRECTORY, _PLACE_DIRECTORY, _IPTC, _XMP, _ORIENTATION = 0x8769, 0x8825, 0x83BB, 0x02BC, 0x0112
_COORDINATES = frozenset({2, 4, 7, 27, 28, 29, 31})
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_LONGEST_NAME, _LONGEST_RECORD = 256, 64 * 1024
_IN_IPTC = {
    "author": re.compile(rb"\x1c\x02[\x50\x6e\x74\x7a][\x00-\x7f][^\x00]"),
    "place": re.compile(rb"\x1c\x02[\x5a\x5c\x5f\x65][\x00-\x7f][^\x00]"),
}
_XMP_END = re.compile(rb"</rdf:RDF")
_IN_XMP = {
    "author": re.compile(
        rb"<dc:creator\b|photoshop:(?:AuthorsPosition|Credit|CaptionWriter)\b|xmpRights:Owner\b|pdf:Author\b"
        rb"|aux:OwnerName\b|exifEX:CameraOwnerName\b|tiff:Artist\b|dc:rights\b"
    ),
    "place": re.compile(
        rb"exif:GPS(?:Latitude|Longitude)\b|photoshop:(?:City|State|Country)\b|Iptc4xmpCore:Location\b"
        rb"|Iptc4xmpExt:Location"
    ),
    "device": re.compile(rb"tiff:(?:Make|Model)\b|aux:(?:SerialNumber|Lens)|exifEX:BodySerialNumber\b"),
}


@dataclass(slots=True)
class Room:
    """How much of one file may still be read, however many parts and pictures it holds and however they are nested.

    ``tags`` counts entries of directories, chunks of a PNG and elements of XML; ``places`` where something was found that may
    be metadata; ``records`` the packets of XMP and IPTC, ``searched`` their bytes; ``octets`` the bytes of an office file's
    parts. It is asked before anything is read.
    """

    tags: int = 100_000
    places: int = 400
    records: int = 100
    searched: int = 4 * 1024 * 1024
    octets: int = 32 * 1024 * 1024

    def takes(
        self, *, tags: int = 0, places: int = 0, records: int = 0, searched: int = 0, octets: int = 0
    ) -> bool:
        """Use some of it up; False when there is not so much left, and from then on."""
        self.tags, self.places, self.records = self.tags - tags, self.places - places, self.records - records
        self.searched, self.octets = self.searched - searched, self.octets - octets
        return min(self.tags, self.places, self.records, self.searched, self.octets) >= 0


def exif_traces(data: Data, room: Room) -> Iterator[str]:
    """The kinds in the directories of a TIFF structure, which EXIF is too; broken ones are told as unread."""
    order = _ORDERS.get(bytes(data[:4]))
    if order is None:
        return
    waiting, seen = deque([int(struct.unpack_from(order + "I", data, 4)[0])]), set[int]()
    while waiting:
        at = waiting.popleft()
        if not at or at in seen:  # directories that lead to one another end here
            continue
        seen.add(at)
        if at + 2 > len(data):
            yield "unread"
            return
        (count,) = struct.unpack_from(order + "H", data, at)
        if count > MOST_TAGS or at + 2 + 12 * count > len(data) or not room.takes(tags=count + 1):
            yield "unread"
            return
        yield from _directory(data, order, at, count, waiting, room)


def _directory(data: Data, order: str, at: int, count: int, waiting: deque[int], room: Room) -> Iterator[str]:
    """One directory; those that it leads to are put among the ``waiting``."""
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind, number, value = struct.unpack_from(order + "HHII", data, entry)
        if tag == _EXIF_DIRECTORY:
            waiting.append(value)
        elif tag == _PLACE_DIRECTORY:
            yield from _place(data, order, value, room)
        elif tag in _TAGS and _says_something(_value(data, entry, kind, number, value, _LONGEST_NAME)):
            yield _TAGS[tag]
        elif tag in (_IPTC, _XMP):
            record = _value(data, entry, kind, number, value, _LONGEST_RECORD)
            yield from (iptc_traces if tag == _IPTC else xmp_traces)(record, room)
    if at + 6 + 12 * count <= len(data):
        waiting.append(struct.unpack_from(order + "I", data, at + 2 + 12 * count)[0])


def _place(data: Data, order: str, at: int, room: Room) -> Iterator[str]:
    """Whether the directory of the place holds coordinates or names; cameras without a fix write its version alone."""
    count = struct.unpack_from(order + "H", data, at)[0] if at + 2 <= len(data) else MOST_TAGS + 1
    if count > MOST_TAGS or not room.takes(tags=count + 1):
        yield "unread"
        return
    end = min(at + 2 + 12 * count, len(data) - 12)
    tags = {struct.unpack_from(order + "H", data, entry)[0] for entry in range(at + 2, end + 1, 12)}
    if tags & _COORDINATES:
        yield "place"


def _value(data: Data, entry: int, kind: int, number: int, value: int, longest: int) -> bytes:
    size = _SIZES.get(kind, 1) * number
    at = entry + 8 if size <= 4 else value
    return bytes(data[at : at + min(size, longest)])


def _says_something(value: bytes) -> bool:
    return bool(value.strip(b"\x00 "))


def iptc_traces(data: Data, room: Room) -> Iterator[str]:
    """The kinds in a record of IPTC-IIM: by-line, credit, writer; city, sub-location, province, country."""
    return _searched(_IN_IPTC, data, room)


def xmp_traces(data: Data, room: Room) -> Iterator[str]:
    """The kinds in a packet of XMP, by the prefixes that every program writes; what lies behind its end is not looked at."""
    return _searched(_IN_XMP, data, room, _XMP_END)


def _searched(
    marks: "dict[str, re.Pattern[bytes]]", data: Data, room: Room, ends: "re.Pattern[bytes] | None" = None
) -> Iterator[str]:
    if not room.takes(records=1):
        yield "unread"
        return
    if ends and (end := ends.search(data)):
        data = memoryview(data)[: end.start()]
    if not room.takes(searched=len(data)):
        yield "unread"
        return
    yield from (kind for kind, mark in marks.items() if mark.search(data))


def orientation_of(jpeg: Data) -> int:
    """Which way round a photograph is to be held, 1 to 8; 1 where it says nothing."""
    found = _BLOCK.search(jpeg)
    order = _ORDERS.get(bytes(jpeg[found.end() : found.end() + 4])) if found else None
    if found is None or order is None:
        return 1
    start = found.end()
    first = start + struct.unpack_from(order + "I", jpeg, start + 4)[0]
    (count,) = struct.unpack_from(order + "H", jpeg, first)
    for entry in range(first + 2, first + 2 + 12 * min(count, MOST_TAGS), 12):
        tag, _kind, _number, value = struct.unpack_from(order + "HHIH", jpeg, entry)
        if tag == _ORIENTATION:
            return value if 1 <= value <= 8 else 1
    return 1
