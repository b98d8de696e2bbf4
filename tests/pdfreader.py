"""Reads back what a PDF of ours says: the text of each page in the order of the page, and how it is tagged.

It knows what the typesetter writes (plain objects, two-byte characters, a ToUnicode map for each font) and no more.
"""

import re
import zlib
from dataclasses import dataclass

OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
INNER = rb"(?:\\.|[^\\()])*"
for _depth in range(3):  # parentheses in pairs stand in a string as they are
    INNER = rb"(?:\\.|[^\\()]|\(" + INNER + rb"\))*"
SHOWN = re.compile(
    rb"/(f\d+) [\d.]+ Tf|\((?P<words>" + INNER + rb")\)|<(?P<hex>[0-9A-Fa-f]+)>|\bET\b", re.DOTALL
)
ESCAPED = re.compile(rb"\\(\d{3}|.)", re.DOTALL)
MAPPED = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
HEX = rb"<([0-9a-fA-F]+)>\s*"
SINGLE, RANGE = HEX * 2, HEX * 3
NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass(frozen=True, slots=True)
class Read:
    """`pages` holds the text of each page; `tags` the kinds of structure elements in order."""

    pages: list[str]
    tags: list[str]
    language: str
    raw: bytes

    @property
    def text(self) -> str:
        return "\n".join(self.pages)


def read_pdf(data: bytes) -> Read:
    objects = {int(number): body for number, body in OBJECT.findall(data)}
    pages = [
        _page(body, objects)
        for body in objects.values()
        if b"/Type/Page/" in body or body.endswith(b"/Type/Page>>")
    ]
    tags = [tag.decode() for tag in re.findall(rb"/Type/StructElem[^>]*?/S/(\w+)", data)]
    catalog = next(body for body in objects.values() if b"/Type/Catalog" in body)
    language = re.search(rb"/Lang\(([^)]*)\)", catalog)
    return Read(pages, tags, language[1].decode() if language else "", data)


def _stream(body: bytes) -> bytes:
    start = body.index(b"stream\n") + len(b"stream\n")
    return zlib.decompress(body[start : body.rindex(b"\nendstream")])


def _page(body: bytes, objects: dict[int, bytes]) -> str:
    resources = re.search(rb"/Resources (\d+) 0 R", body)
    dictionary = objects[int(resources[1])] if resources else body
    fonts = {
        name: _characters(objects[int(number)], objects)
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", dictionary)
    }
    contents = re.search(rb"/Contents (\d+) 0 R", body)
    assert contents
    words, font = [], {}
    for found in SHOWN.finditer(_stream(objects[int(contents[1])])):
        if found[1]:
            font = fonts[found[1]]
        elif found["words"] is not None or found["hex"]:
            codes = bytes.fromhex(found["hex"].decode()) if found["hex"] else _unescaped(found["words"])
            words += [font.get(codes[at : at + 2], "") for at in range(0, len(codes), 2)]
        else:
            words.append("\n")
    return "".join(words).replace("\u200b", "")


def _unescaped(words: bytes) -> bytes:
    def one(found: re.Match[bytes]) -> bytes:
        return bytes([int(found[1], 8)]) if found[1].isdigit() else NAMED.get(found[1], found[1])

    return ESCAPED.sub(one, words)


def _characters(font: bytes, objects: dict[int, bytes]) -> dict[bytes, str]:
    reference = re.search(rb"/ToUnicode (\d+) 0 R", font)
    assert reference
    known = {}
    for kind, body in MAPPED.findall(_stream(objects[int(reference[1])])):
        for numbers in re.findall(RANGE if kind == b"range" else SINGLE, body):
            text = bytes.fromhex(numbers[-1].decode()).decode("utf-16-be")
            first, last = int(numbers[0], 16), int(numbers[-2], 16)
            for code in range(first, last + 1):
                known[code.to_bytes(2, "big")] = text[:-1] + chr(ord(text[-1]) + code - first)
    return known
