"""Word processing and spreadsheet files: the container agrees with the ending, and nothing in it acts."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from tracker.containers import MAX_PART_IN_MEMORY, Container, ContainerRefused, content_types, kind_of
from tracker.documents.refusals import UploadRefused

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"MSCF",
    b"MZ\x90\x00",
)
_GZIP = b"\x1f\x8b"
_GZIPPED_PICTURES = (".emz", ".wmz")
_MACRO_PARTS = re.compile(
    r"(^|/)(vbaProject\.bin|vbaData\.xml|macrosignatures\.xml)$|^(Basic|Scripts)/|/macrosheets/",
    re.IGNORECASE,
)
_MACRO_TYPES = re.compile(r"macroEnabled|vbaProject|macrosheet|keyMapCustomizations", re.IGNORECASE)
_MACRO_RELATIONS = frozenset({"vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet"})
_EMBEDDING_RELATIONS = frozenset({"oleobject", "package", "afchunk", "subdocument"})
_ACTIVE_RELATIONS = frozenset({"control", "activexcontrolbinary", "frame"})
_LOCAL_DRIVE = re.compile(r"(file:/{2,3})?[a-z]:[\\/]", re.IGNORECASE)
_INSTRUCTION = rb"instr\s*=\s*(?:\"([^\"<]*)|'([^'<]*))"
_INSTRUCTIONS = re.compile(rb"instrText\b([^<]*)|" + _INSTRUCTION)
_WITHIN_A_TAG = re.compile(_INSTRUCTION)
"""Each match goes on to the next "<" or quote, so no byte is read twice, whatever stands there."""
_DYNAMIC_EXCHANGE = re.compile(rb"DDE(AUTO)?\s", re.IGNORECASE)
_EXCHANGE_LINK = re.compile(rb"<(\w+:)?ddeLink\b")
_ODF_MACRO = re.compile(rb"vnd\.sun\.star\.script:|xlink:href=[\"']macro:")
_ODF_ACTIVE = re.compile(
    rb"<\w+:(object-ole|plugin|applet|floating-frame|dde-source|dde-link|dde-connection-decl)\b"
)
_LONGEST_INSTRUCTION = 4096
_LONGEST_TEXT = MAX_PART_IN_MEMORY
"""Bytes between two tags."""
MOST_INSTRUCTIONS = 100_000
"""Fields of one file; a long document has thousands."""


def check_office(file: BinaryIO, extension: str) -> Container:
    """Refuse a docx, xlsx, odt or ods file that is something else, or that holds what acts when it is opened.

    One that passes is given as the container that was read.

    :raises UploadRefused: `mismatch`, `macros`, `embedded`, `active` or `external_template`.
    :raises ContainerRefused: when the container itself is not taken.
    """
    file.seek(0)
    beginning = file.read(len(_OLE))
    if beginning == _OLE:  # what Office writes when a password is set, and the formats before 2007
        raise UploadRefused("encrypted")
    if not beginning.startswith(b"PK\x03\x04"):
        raise UploadRefused("mismatch", extension=extension)
    container = Container(file)
    _check_parts(container)
    if extension in ("docx", "xlsx") and "[Content_Types].xml" in container.names:
        _check_relations(container)
    if kind_of(container) != extension:
        raise UploadRefused("mismatch", extension=extension)
    if extension in ("odt", "ods"):
        _check_open_document(container)
    else:
        _check_exchange(container)
    return container


def _check_parts(container: Container) -> None:
    """By the names and first bytes of the parts: macros, OLE objects, and archives in the archive."""
    for name, head in container.heads.items():
        if _MACRO_PARTS.search(name):
            raise UploadRefused("macros")
        gzipped = head.startswith(_GZIP) and not name.lower().endswith(_GZIPPED_PICTURES)
        if gzipped or head.startswith((_OLE, *_ARCHIVES)) or head[257:262] == b"ustar":
            raise UploadRefused("embedded", part=name)


def _check_relations(container: Container) -> None:
    """By what Office Open XML declares: types of parts, and relations between them and to the outside."""
    if any(_MACRO_TYPES.search(declared) for declared in content_types(container).values()):
        raise UploadRefused("macros")
    for name in container.names:
        if not name.lower().endswith(".rels"):
            continue
        for _tag, relation in container.elements(name):
            kind = relation.get("Type", "").rpartition("/")[2].lower()
            target = relation.get("Target", "")
            outside = relation.get("TargetMode", "").lower() == "external"
            if kind in _MACRO_RELATIONS:
                raise UploadRefused("macros")
            if kind in _EMBEDDING_RELATIONS:
                raise UploadRefused("embedded", part=target)
            if kind in _ACTIVE_RELATIONS:
                raise UploadRefused("active")
            if kind == "attachedtemplate" and outside and not _LOCAL_DRIVE.match(target):
                raise UploadRefused("external_template", target=target)


def _check_exchange(container: Container) -> None:
    """Fields and links that start another program (dynamic data exchange)."""
    room = iter(range(MOST_INSTRUCTIONS))
    for name in container.names:
        if name.startswith("xl/externalLinks/") and container.contains(name, _EXCHANGE_LINK):
            raise UploadRefused("active")
        if name.startswith("word/") and name.endswith(".xml") and _has_exchange_field(container, name, room):
            raise UploadRefused("active")


def _has_exchange_field(container: Container, name: str, room: Iterator[int]) -> bool:
    """Word may cut a field's instruction into several runs, so they are put together before they are read.

    :raises ContainerRefused: `odd_structure` for more of them, or a longer text, than any program writes.
    """
    instructions = b""
    for whole in _whole_tags(container, name):
        found: list[bytes] = [instructions]
        for one in _INSTRUCTIONS.finditer(whole):
            if next(room, None) is None:
                raise ContainerRefused("odd_structure")
            found += _instruction(one)
        instructions = b"".join(found)
        if _DYNAMIC_EXCHANGE.search(instructions):
            return True
        instructions = instructions[-_LONGEST_INSTRUCTION:]
    return False


def _instruction(found: "re.Match[bytes]") -> list[bytes]:
    """The text of an element, or the value of an attribute; the word may stand in another attribute of the same tag."""
    if found[1] is None:
        return [found[2] or found[3] or b""]
    within, _end, text = found[1].partition(b">")
    return [*(one[1] or one[2] or b"" for one in _WITHIN_A_TAG.finditer(within)), text]


def _whole_tags(container: Container, name: str) -> Iterator[bytes]:
    """The part in pieces, each cut before a "<", so that a tag and the text behind it stand together."""
    unread: list[bytes] = []
    length = 0
    for piece in container.chunks(name):
        before, tag, rest = piece.rpartition(b"<")
        length += len(piece)
        if length > _LONGEST_TEXT:
            raise ContainerRefused("odd_structure")
        if not tag:
            unread.append(piece)
            continue
        yield b"".join((*unread, before))
        unread, length = [tag + rest], len(tag + rest)
    yield b"".join(unread)


def _check_open_document(container: Container) -> None:
    for name in ("content.xml", "styles.xml"):
        if name not in container.names:
            continue
        if container.contains(name, _ODF_MACRO):
            raise UploadRefused("macros")
        if container.contains(name, _ODF_ACTIVE):
            raise UploadRefused("active")
