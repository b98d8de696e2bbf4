"""Cuts a text to a length without leaving half of a character as people see it."""

import unicodedata

_JOINER = "\u200d"
_VARIANTS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0), range(0x1F3FB, 0x1F400))
"""Variation selectors, those of ideographs, and skin tones: they belong to the character before them."""


def cut(text: str, most: int) -> str:
    """At most so many characters of the beginning, and no mark, variant or joined sign without all that it belongs to."""
    if len(text) <= most:
        return text
    end = most
    while end and (_belongs_before(text[end]) or text[end - 1] == _JOINER):
        end -= 1
    return text[:end] or text[:most]


def _belongs_before(sign: str) -> bool:
    is_variant = any(ord(sign) in span for span in _VARIANTS)
    return sign == _JOINER or is_variant or unicodedata.category(sign) in ("Mn", "Me", "Mc")
