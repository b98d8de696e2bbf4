"""Plain text and mail messages: no byte in them may be anything but text."""

import codecs
import mmap
import re

from tracker.containers import CHUNK
from tracker.documents.refusals import UploadRefused

_NOT_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")  # ESC is text: ISO-2022-JP switches with it
_NOT_TEXT_DECODED = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_OTHER_BEGINNINGS = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!doctype|<!--|<html|<head|<body|<script|<svg|<iframe|<\?|<%|\{\\rtf|%pdf|%!ps|#!)",
    re.IGNORECASE,
)
_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_FIELD = re.compile(rb"(?:From [^\r\n]*\r?\n)?[!-9;-~]+:[ \t]")
_SENDER = re.compile(rb"^(?:From|Sender):", re.IGNORECASE | re.MULTILINE)
_LONGEST_HEADER = 256 * 1024


def check_text(data: mmap.mmap) -> None:
    """Text in any encoding without control characters, or in UTF-16 with its mark; no markup, no script.

    :raises UploadRefused: `mismatch`.
    """
    if encoding := _UTF_16.get(data[:2]):
        _check_utf_16(data, encoding)
    elif _NOT_TEXT.search(data) or _OTHER_BEGINNINGS.match(data):
        raise UploadRefused("mismatch", extension="txt")


def check_mail(data: mmap.mmap) -> None:
    """A message as RFC 5322 writes it: fields from the first line on, the sender's among them.

    It is kept and given out as text; what is attached to it stays encoded and is not looked into.

    :raises UploadRefused: `mismatch`.
    """
    header = re.split(rb"\r?\n\r?\n", data[:_LONGEST_HEADER], maxsplit=1)[0]
    if _NOT_TEXT.search(data) or not _FIELD.match(header) or not _SENDER.search(header):
        raise UploadRefused("mismatch", extension="eml")


def _check_utf_16(data: mmap.mmap, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(2, len(data), CHUNK):
            text = decoder.decode(data[start : start + CHUNK], final=start + CHUNK >= len(data))
            if _NOT_TEXT_DECODED.search(text):
                raise UploadRefused("mismatch", extension="txt")
            if start == 2 and _OTHER_BEGINNINGS.match(text.encode("utf-8", errors="replace")):
                raise UploadRefused("mismatch", extension="txt")
    except UnicodeDecodeError as problem:
        raise UploadRefused("mismatch", extension="txt") from problem
