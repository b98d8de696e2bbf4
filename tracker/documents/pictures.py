"""PNG, JPEG and TIFF: the structure is walked and the size read from the headers; no pixel is unpacked."""

import mmap
import struct
from collections.abc import Iterator
from typing import Any

from tracker.documents.refusals import UploadRefused

MAX_PIXELS = 50_000_000
MAX_SEGMENTS = 100_000
"""Chunks of a PNG, segments of a JPEG before its first scan."""
MAX_PAGES = 5_000
MAX_TAGS = 200
MAX_TAGS_OF_ALL = 200_000
"""Pages of a TIFF, tags of a page, and of all pages together."""

_PNG = b"\x89PNG\r\n\x1a\n"
_TIFF_WIDTH, _TIFF_HEIGHT, _TIFF_STRIPS, _TIFF_TILES = 256, 257, 273, 324
_TIFF_TYPES = {3: "H", 4: "I"}
_JPEG_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_JPEG_SCAN, _JPEG_END = 0xDA, 0xD9


def check_png(data: mmap.mmap) -> None:
    """Portable Network Graphics (ISO/IEC 15948): chunk after chunk from IHDR to IEND, and nothing behind it.

    :raises UploadRefused: `mismatch`, `damaged`, `hidden_content` or `picture_too_large`.
    """
    if data[:8] != _PNG:
        raise UploadRefused("mismatch", extension="png")
    kinds: set[bytes] = set()
    position = 8
    for _chunk in range(MAX_SEGMENTS):
        if b"IEND" in kinds:
            break
        length, kind = _unpack(">I4s", data, position)
        if not kinds:
            if (length, kind) != (13, b"IHDR"):
                raise UploadRefused("damaged")
            _check_pixels(*_unpack(">II", data, position + 8))
        kinds.add(kind)
        position += 12 + length
    if position > len(data) or not {b"IDAT", b"IEND"} <= kinds:
        raise UploadRefused("damaged")
    if position < len(data):
        raise UploadRefused("hidden_content")


def check_jpeg(data: mmap.mmap) -> None:
    """JPEG (ISO/IEC 10918-1): the segments up to the first scan, one of which gives the size.

    What cameras append behind the picture stays allowed; archives there are refused for every kind.

    :raises UploadRefused: `mismatch`, `damaged` or `picture_too_large`.
    """
    if data[:3] != b"\xff\xd8\xff":
        raise UploadRefused("mismatch", extension="jpg")
    position, measured, marker = 2, False, 0
    for _segment in range(MAX_SEGMENTS):
        sign, marker = _unpack(">BB", data, position)
        if sign != 0xFF or marker == _JPEG_END:
            raise UploadRefused("damaged")
        if marker == 0xFF:
            position += 1
        elif marker in _JPEG_ALONE:
            position += 2
        elif marker == _JPEG_SCAN:
            break
        else:
            (length,) = _unpack(">H", data, position + 2)
            if length < 2:
                raise UploadRefused("damaged")
            if marker in _JPEG_FRAME:
                _precision, height, width = _unpack(">BHH", data, position + 4)
                _check_pixels(width, height)
                measured = True
            position += 2 + length
    if marker != _JPEG_SCAN or not measured or data.find(b"\xff\xd9", position) < 0:
        raise UploadRefused("damaged")


def check_tiff(data: mmap.mmap) -> None:
    """TIFF 6.0: each page has a size and a place for its pixels.

    :raises UploadRefused: `mismatch`, `damaged` or `picture_too_large`.
    """
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(data[:4])
    if order is None:
        raise UploadRefused("mismatch", extension="tiff")
    pages = 0
    for tags in _tiff_pages(data, order):
        pages += 1
        if pages > MAX_PAGES or not {_TIFF_STRIPS, _TIFF_TILES} & set(tags):
            raise UploadRefused("damaged")
        _check_pixels(tags.get(_TIFF_WIDTH, 0), tags.get(_TIFF_HEIGHT, 0))
    if not pages:
        raise UploadRefused("damaged")


def _tiff_pages(data: mmap.mmap, order: str) -> Iterator[dict[int, int]]:
    """The tags of each page with their first value."""
    (position,) = _unpack(order + "I", data, 4)
    left = MAX_TAGS_OF_ALL
    while position:  # pages in a circle end at the most pages that are taken
        (count,) = _unpack(order + "H", data, position)
        left -= count
        if count > MAX_TAGS or left < 0:
            raise UploadRefused("damaged")
        tags = {}
        for at in range(position + 2, position + 2 + 12 * count, 12):
            tag, kind, _number = _unpack(order + "HHI", data, at)
            (tags[tag],) = _unpack(order + _TIFF_TYPES.get(kind, "I"), data, at + 8)
        yield tags
        (position,) = _unpack(order + "I", data, position + 2 + 12 * count)


def _check_pixels(width: int, height: int) -> None:
    if not width or not height:
        raise UploadRefused("damaged")
    if width * height > MAX_PIXELS:
        raise UploadRefused("picture_too_large", limit=MAX_PIXELS // 1_000_000)


def _unpack(layout: str, data: mmap.mmap, position: int) -> tuple[Any, ...]:
    try:
        return struct.unpack_from(layout, data, position)
    except struct.error as problem:
        raise UploadRefused("damaged") from problem
