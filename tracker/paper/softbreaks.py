"""Places where a very long word may be broken, so that it stays on the page. Pure."""

import re

ZERO_WIDTH_SPACE = "\u200b"
_RUN = re.compile("[^\\s\u200b\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\uff60\U00020000-\U0003ffff]+")
"""Writing that is not broken between letters: all but Chinese, Japanese and Korean."""


def with_breaks(text: str, longest: int) -> str:
    """The text with a zero-width space after each letter of every word of more than ``longest`` letters."""
    return _RUN.sub(lambda run: _broken(run[0]) if len(run[0]) > longest else run[0], text)


def _broken(word: str) -> str:
    return ZERO_WIDTH_SPACE.join(word)
