"""The parts of an office file that tell beside what it shows, by their names and by the relations that lead to them.

Where a program writes names, folders and properties is asked twice: what a file tells (:mod:`tracker.documents.traces`), and what
a copy loses (:mod:`tracker.documents.bare`). ECMA-376 part 2 (packages) lets a file name its parts as it likes.
"""

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote
from xml.parsers import expat

from tracker.containers import Container, ContainerRefused, content_types, local
from tracker.documents.exif import Room

BY_NAME = {
    "docProps/core.xml": "core", "docProps/app.xml": "app", "docProps/custom.xml": "custom", "meta.xml": "meta",
}  # fmt: skip
_BY_RELATION = {"core-properties": "core", "extended-properties": "app", "custom-properties": "custom"}
_PEOPLE = re.compile(r"^word/people\d*\.xml$")
_TEXT = re.compile(r"^word/.*\.xml$", re.IGNORECASE)
_SETTINGS = re.compile(r"^word/(?:glossary/)?settings\d*\.xml$")
_SETTINGS_RELATIONS = re.compile(r"^word/(?:glossary/)?_rels/settings\d*\.xml\.rels$")
DATA = re.compile(r"^customXml/[^/]+\.xml$")
_DATA_RELATION = re.compile(r"^customXml/itemProps\d*\.xml$")
SIGNED = re.compile(r"^_xmlsignatures/|^META-INF/(?:document|macro|package)signatures\.xml$")
BOUND = re.compile(rb"dataBinding\b")
"""A field of a text that shows what stands in such a part, or in the properties, which Word offers for this without one."""
_READS_DATA = re.compile(r"^xl/(?:connections\.xml|xmlMaps\.xml|model/)")
_FOLDER = re.compile(r"^\s*(?:[a-z]:[\\/]|\\\\|//)|\bfile:", re.IGNORECASE)
"""What a drive, a share or a file is written as."""
_ADDRESS = re.compile(r"\s*(?:[a-z][a-z0-9+.-]+:|www\.|#)", re.IGNORECASE)
_TAG = re.compile(
    rb"<(?:[\w.-]{1,64}:)?(absPath|fileSharing|attachedTemplate|Relationship)(?=[\s/>])[^<>]{0,65536}>"
)
_USER = re.compile(rb"\suserName\s{0,64}=\s{0,64}(?:\"[^\"]*\"|'[^']*')")


def property_parts(container: Container) -> dict[str, str]:
    """The parts with properties and what each is: core, app, custom, meta or people.

    :raises ContainerRefused: `damaged` when the list of relations is not well-formed XML.
    """
    found = {name: kind for name, kind in BY_NAME.items() if name in container.names}
    found |= {name: "people" for name in container.names if _PEOPLE.match(name)}
    for relation, name in _related(container):
        if kind := _BY_RELATION.get(relation):
            found[name] = kind
    return found


def _related(container: Container) -> Iterator[tuple[str, str]]:
    """The last words of the types of the package's relations, and the parts to which these lead."""
    names = {name.casefold(): name for name in container.names}
    if "_rels/.rels" in container.names:
        for _tag, relation in container.elements("_rels/.rels"):
            target = posixpath.normpath(relation.get("Target", "")).lstrip("/").casefold()
            if target in names:
                yield relation.get("Type", "").rpartition("/")[2], names[target]


def part_types(container: Container) -> dict[str, str]:
    """The declared type of each part in small letters, "" for one without; of an OpenDocument file there are none."""
    if "[Content_Types].xml" not in container.names:
        return {}
    declared = {part.casefold(): kind.lower() for part, kind in content_types(container).items()}
    return {
        name: declared.get(f"/{name.casefold()}", declared.get("." + name.rpartition(".")[2].lower(), ""))
        for name in container.names
    }


def text_parts(types: dict[str, str]) -> list[str]:
    """The parts of a text in Word's format: all that lie where Word puts them, and what is declared to be one."""
    return [name for name, declared in types.items() if _TEXT.match(name) or "wordprocessingml" in declared]


def workbooks(container: Container, types: dict[str, str]) -> list[str]:
    """The part with the list of sheets, whatever its name: the one that the package's relations call the document."""
    documents = [name for relation, name in _related(container) if relation == "officeDocument"]
    return [name for name in documents if "spreadsheetml" in types.get(name, "")]


def data_parts(container: Container) -> list[str]:
    """The parts with data beside the text (ECMA-376 part 1, 22.5), without those that only say what they are."""
    return [name for name in container.names if DATA.match(name) and not _DATA_RELATION.match(name)]


def sheets_read_data(container: Container) -> bool:
    """Whether a workbook asks elsewhere for what it shows; what it asks for stands in those parts."""
    return any(_READS_DATA.match(name) for name in container.names)


def leads_to_folder(container: Container, room: Room) -> bool:
    """Whether a relation leads to a folder outside: a template, a linked picture or workbook, the source of a serial letter.

    :raises ContainerRefused: `odd_structure` when there are more of them than the room takes.
    """
    found: list[bool] = []

    def begin(_tag: str, given: dict[str, str]) -> None:
        if not room.takes(tags=1):
            raise ContainerRefused("odd_structure")
        found.append(_is_folder({local(key): value for key, value in given.items()}))

    for name in container.names:
        if name.lower().endswith(".rels"):
            parser = expat.ParserCreate()
            parser.StartElementHandler = begin
            container.parse(name, parser)
    return any(found)


def _is_folder(relation: dict[str, str]) -> bool:
    target = unquote(relation.get("Target", ""))
    has_folder = re.search(r"[\\/]", target) is not None
    if _FOLDER.search(target) or relation.get("Type", "").endswith("/attachedTemplate"):
        return has_folder
    is_outside = relation.get("TargetMode", "").lower() == "external"
    return is_outside and has_folder and not _ADDRESS.match(target)


def parts_with_outs(container: Container) -> frozenset[str]:
    """The parts out of which something is taken for a copy: a workbook, the settings of a text, and their relations."""
    settings = (name for name in container.names if _SETTINGS.match(name) or _SETTINGS_RELATIONS.match(name))
    return frozenset([*settings, *workbooks(container, part_types(container))])


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
