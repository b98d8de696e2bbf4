"""Word processing and spreadsheet files: the container agrees with the ending, and nothing in it acts."""

import re
from typing import BinaryIO

from tracker.containers import Container, content_types, kind_of
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
_INSTRUCTIONS = re.compile(rb"instr(?:Text\b[^>]*>([^<]*)<|\s*=\s*[\"']([^\"'<]*))")
_DYNAMIC_EXCHANGE = re.compile(rb"DDE(AUTO)?\s", re.IGNORECASE)
_EXCHANGE_LINK = re.compile(rb"<(\w+:)?ddeLink\b")
_ODF_MACRO = re.compile(rb"vnd\.sun\.star\.script:|xlink:href=[\"']macro:")
_ODF_ACTIVE = re.compile(
    rb"<\w+:(object-ole|plugin|applet|floating-frame|dde-source|dde-link|dde-connection-decl)\b"
)
_LONGEST_INSTRUCTION = 4096


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
    for name in container.names:
        if name.startswith("xl/externalLinks/") and container.contains(name, _EXCHANGE_LINK):
            raise UploadRefused("active")
        if name.startswith("word/") and name.endswith(".xml") and _has_exchange_field(container, name):
            raise UploadRefused("active")


def _has_exchange_field(container: Container, name: str) -> bool:
    """Word may cut a field's instruction into several runs, so they are put together before they are read."""
    unread, instructions = b"", b""
    for piece in container.chunks(name):
        unread += piece
        end = 0
        for found in _INSTRUCTIONS.finditer(unread):
            instructions += (found[1] or b"") + (found[2] or b"")
            end = found.end()
        if _DYNAMIC_EXCHANGE.search(instructions):
            return True
        unread = unread[max(end, len(unread) - _LONGEST_INSTRUCTION) :]
        instructions = instructions[-_LONGEST_INSTRUCTION:]
    return False


def _check_open_document(container: Container) -> None:
    for name in ("content.xml", "styles.xml"):
        if name not in container.names:
            continue
        if container.contains(name, _ODF_MACRO):
            raise UploadRefused("macros")
        if container.contains(name, _ODF_ACTIVE):
            raise UploadRefused("active")
