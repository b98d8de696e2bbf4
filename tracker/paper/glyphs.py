"""Which characters the fonts of the PDFs can show: read from the fonts' own character maps (OpenType `cmap`).

The map is read here in a few lines, since a library for fonts would be the only other use of one.
"""

import struct
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
REGULAR = (FONTS / "NotoSansTC-Regular.ttf", FONTS / "NotoSans-Regular.ttf")
BOLD = (FONTS / "NotoSansTC-Bold.ttf", FONTS / "NotoSans-Bold.ttf")
_NEVER_DRAWN = frozenset("\n\r\t\u00ad\u200b\u200c\u200d\u2060")
_SEGMENTED, _GROUPED = 4, 12


def missing_glyphs(texts: str | Iterable[str]) -> tuple[str, ...]:
    """The characters for which the PDF's fonts have no glyph, each once, in the order in which they come.

    Such a character is an empty box in the PDF; the ODT holds it, and shows it where a font has it.
    """
    known = [characters_of(font) for font in REGULAR]
    seen = dict.fromkeys("".join([texts] if isinstance(texts, str) else texts))
    return tuple(
        sign for sign in seen if not any(ord(sign) in one for one in known) and not _is_never_drawn(sign)
    )


def _is_never_drawn(sign: str) -> bool:
    """Control characters are taken out before printing; joiners and selectors shape what stands before them."""
    selects = "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"
    return sign in _NEVER_DRAWN or selects or unicodedata.category(sign) in ("Cc", "Cs")


@lru_cache(maxsize=4)
def characters_of(font: Path) -> frozenset[int]:
    """The code points that a TrueType font maps to a glyph.

    :raises ValueError: when it has no map of Unicode in a form that we read.
    """
    with font.open("rb") as file:
        count = struct.unpack(">4xH6x", file.read(12))[0]
        tables = [struct.unpack(">4s4xII", file.read(16)) for _table in range(count)]
        start, length = next((at, size) for tag, at, size in tables if tag == b"cmap")
        file.seek(start)
        data = file.read(length)
    subtables = struct.unpack(">2xH", data[:4])[0]
    offsets = {struct.unpack(">4xI", data[at : at + 8])[0] for at in range(4, 4 + 8 * subtables, 8)}
    formats = {struct.unpack_from(">H", data, offset)[0]: offset for offset in offsets}
    if _GROUPED in formats:
        return frozenset(_grouped(data, formats[_GROUPED]))
    if _SEGMENTED in formats:
        return frozenset(_segmented(data, formats[_SEGMENTED]))
    raise ValueError(f"{font.name} has no character map that is read here")


def _grouped(data: bytes, at: int) -> Iterable[int]:
    """Format 12: runs of code points."""
    groups = struct.unpack_from(">12xI", data, at)[0]
    for first, last, _glyph in struct.iter_unpack(">III", data[at + 16 : at + 16 + 12 * groups]):
        yield from range(first, last + 1)


def _segmented(data: bytes, at: int) -> Iterable[int]:
    """Format 4: runs in the basic plane; the last is a stop mark."""
    double = struct.unpack_from(">6xH", data, at)[0]
    ends = struct.unpack_from(f">{double // 2}H", data, at + 14)
    starts = struct.unpack_from(f">{double // 2}H", data, at + 16 + double)
    for first, last in zip(starts, ends, strict=True):
        yield from range(first, min(last, 0xFFFE) + 1)
