"""Names of documents: which are refused, how the others are kept, and how they travel in a header."""

import re
import unicodedata
from urllib.parse import quote

from tracker.documents.refusals import UploadRefused
from tracker.secrecy import state_secret_in

LONGEST_NAME = 255
"""Bytes in UTF-8: what file systems take, 85 Chinese characters."""

_SEPARATORS = re.compile(r"[/\\]")
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # control characters, NUL among them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # what turns the direction of writing
    "\u200b\u2028\u2029\u2060\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # what shows as nothing
    "\ud800-\udfff]"  # halves of characters
)
_DOTS_AND_SPACES = ". \u00a0\u3000"
_RESERVED_ON_WINDOWS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)
_COMPATIBILITY_IDEOGRAPHS = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
_PROGRAMS = frozenset(
    [
        "exe",
        "scr",
        "bat",
        "cmd",
        "msi",
        "msp",
        "dll",
        "lnk",
        "pif",
        "hta",
        "js",
        "jse",
        "vbs",
        "vbe",
        "wsf",
        "wsh",
        "ps1",
        "jar",
        "reg",
        "app",
        "dmg",
        "apk",
        "iso",
        "img",
        "php",
        "phtml",
        "php5",
        "phar",
        "asp",
        "aspx",
        "jsp",
        "jspx",
        "htm",
        "html",
        "xhtml",
        "shtml",
        "svg",
        "swf",
        "docm",
        "dotm",
        "xlsm",
        "xltm",
        "xlsb",
        "pptm",
    ]
)
"""Endings that something runs. Those that are also the ends of addresses (com, py, pl, sh) are left out: a
saved message is often called after its sender."""


def extension_of(name: str) -> str:
    """The ending of a name in lower case without the dot, or the empty text."""
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem else ""


def check_name(name: str) -> None:
    """Refuse a name that misleads the reader or a file system.

    :raises UploadRefused: `name_missing`, `name_characters`, `name_ending`, `state_secret` or `name_double`.
    """
    if not name.strip(_DOTS_AND_SPACES):
        raise UploadRefused("name_missing")
    if _SEPARATORS.search(name) or _UNSEEN.search(name):
        raise UploadRefused("name_characters")
    if name[-1] in _DOTS_AND_SPACES:
        raise UploadRefused("name_ending")
    if level := state_secret_in(name):
        raise UploadRefused("state_secret", level=level)
    for ending in name.split(".")[1:-1]:
        if ending.strip(_DOTS_AND_SPACES).lower() in _PROGRAMS:
            raise UploadRefused("name_double", name=name, extension=ending.strip(_DOTS_AND_SPACES).lower())


def safe_name(name: str) -> str:
    """The name under which a file is kept and given out. Never fails and never empty.

    Characters that nobody sees go, separators of folders become `_`, and more than 255 bytes are cut before
    the ending, between characters as people count them. Chinese stays as it is; what was decomposed (the
    file names of a Mac) is composed, NFC, except for CJK compatibility ideographs, which NFC would replace
    by other characters.
    """
    name = _SEPARATORS.sub("_", _UNSEEN.sub("", name))
    pieces = _COMPATIBILITY_IDEOGRAPHS.split(name)
    name = "".join(
        piece if position % 2 else unicodedata.normalize("NFC", piece)
        for position, piece in enumerate(pieces)
    )
    name = name.strip(" \u00a0\u3000").rstrip(_DOTS_AND_SPACES)
    if not name.strip("."):
        return "_"
    if _RESERVED_ON_WINDOWS.match(name):
        name = "_" + name
    return _shorten(name)


def content_disposition(name: str) -> str:
    """The value of a Content-Disposition header that saves a file under `name` (RFC 6266, RFC 8187).

    Always in the extended form: Django's `content_disposition_header` puts ASCII names into quotes, where
    browsers decode %41 and cut at a line end, so that such a name would not come back as it was given.
    """
    return f"attachment; filename*=UTF-8''{quote(safe_name(name), safe='')}"


def _shorten(name: str) -> str:
    if len(name.encode()) <= LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 10:
        stem, dot, ending = name, "", ""
    room = LONGEST_NAME - len((dot + ending).encode())
    kept = stem.encode()[:room].decode("utf-8", errors="ignore")
    while kept and (kept[-1] == "\u200d" or _continues(stem[len(kept)])):
        kept = kept[:-1]
    return kept.rstrip(_DOTS_AND_SPACES) + dot + ending


def _continues(character: str) -> bool:
    """Whether a character belongs to the one before it: an accent, a variant selector, a joiner."""
    return character == "\u200d" or unicodedata.category(character).startswith("M")
