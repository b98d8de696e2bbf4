"""The parts of an office file that tell beside what it shows, by their names and by the relations that lead to them.

Where a program writes names, folders and properties is asked twice: what a file tells (:mod:`tracker.documents.traces`), and what
a copy loses (:mod:`tracker.documents.bare`). ECMA-376 part 2 (packages) lets a file name its parts as it likes.
"""

import posixpath
import re
from collections.abc import Iterator

from tracker.containers import Container

BY_NAME = {
    "docProps/core.xml": "core", "docProps/app.xml": "app", "docProps/custom.xml": "custom", "meta.xml": "meta",
    "word/people.xml": "people",
}  # fmt: skip
_BY_RELATION = {"core-properties": "core", "extended-properties": "app", "custom-properties": "custom"}
WORKBOOK = "xl/workbook.xml"
_SETTINGS = re.compile(r"^word/(?:glossary/)?settings\.xml$")
_SETTINGS_RELATIONS = re.compile(r"^word/(?:glossary/)?_rels/settings\.xml\.rels$")
DATA = re.compile(r"^customXml/[^/]+\.xml$")
_DATA_RELATION = re.compile(r"^customXml/itemProps\d*\.xml$")
SIGNED = re.compile(r"^_xmlsignatures/|^META-INF/(?:document|macro|package)signatures\.xml$")
BOUND = re.compile(rb":dataBinding\b")
"""A field of a text that shows what stands in such a part."""
_READS_DATA = re.compile(r"^xl/(?:connections\.xml|xmlMaps\.xml|model/)")
_TAG = re.compile(
    rb"<(?:[\w.-]{1,64}:)?(absPath|fileSharing|attachedTemplate|Relationship)(?=[\s/>])[^<>]{0,65536}>"
)
_USER = re.compile(rb"\suserName\s{0,64}=\s{0,64}(?:\"[^\"]*\"|'[^']*')")


def property_parts(container: Container) -> dict[str, str]:
    """The parts with properties and what each is: core, app, custom, meta or people.

    :raises ContainerRefused: `damaged` when the list of relations is not well-formed XML.
    """
    names = {name.casefold(): name for name in container.names}
    found = {name: kind for name, kind in BY_NAME.items() if name in container.names}
    if "_rels/.rels" in container.names:
        for _tag, relation in container.elements("_rels/.rels"):
            kind = _BY_RELATION.get(relation.get("Type", "").rpartition("/")[2])
            target = posixpath.normpath(relation.get("Target", "")).lstrip("/").casefold()
            if kind and target in names:
                found[names[target]] = kind
    return found


def data_parts(container: Container) -> list[str]:
    """The parts with data beside the text (ECMA-376 part 1, 22.5), without those that only say what they are."""
    return [name for name in container.names if DATA.match(name) and not _DATA_RELATION.match(name)]


def sheets_read_data(container: Container) -> bool:
    """Whether a workbook asks elsewhere for what it shows; what it asks for stands in those parts."""
    return any(_READS_DATA.match(name) for name in container.names)


def template_folders(container: Container) -> Iterator[str]:
    """The folders in which templates lay on the writer's machine, from the settings of a text."""
    for name in container.names:
        if _SETTINGS_RELATIONS.match(name):
            for _tag, relation in container.elements(name):
                if relation.get("Type", "").endswith("/attachedTemplate"):
                    yield relation.get("Target", "")


def has_outs(name: str) -> bool:
    """Whether something is taken out of this part for a copy: a workbook, the settings of a text, and their relations."""
    return bool(name == WORKBOOK or _SETTINGS.match(name) or _SETTINGS_RELATIONS.match(name))


def without_folders(part: bytes) -> bytes:
    """Such a part without the folders on the writer's machine and the name of who keeps others from writing.

    What is not written as programs write it stays, and the copy is then not given out.
    """
    return _TAG.sub(_kept_of, part)


def _kept_of(tag: "re.Match[bytes]") -> bytes:
    if tag[1] == b"fileSharing":
        return _USER.sub(b"", tag[0])
    is_other = tag[1] == b"Relationship" and not re.search(rb"/attachedTemplate[\"']", tag[0])
    return tag[0] if is_other or not tag[0].endswith(b"/>") else b""
