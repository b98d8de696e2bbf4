"""tracker.containers: a directory that lies, and a file that unpacks to too much, are found before anybody reads on.

FIL-4, INJ-4, INJ-5.
"""

import io
import re
import struct
import time
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tracker import files
from tracker import containers
from tracker.containers import MAX_ENTRIES, Container, ContainerRefused, kind_of

SOUND = {"a.xml": "<a/>", "b/c.bin": bytes(range(256)) * 300}


def refusal(data: bytes) -> tuple[str, dict[str, object]]:
    with pytest.raises(ContainerRefused) as refused:
        Container(io.BytesIO(data))
    assert "%(" not in str(refused.value)
    return refused.value.code, refused.value.params


def patched(data: bytes, changes: dict[int, bytes]) -> bytes:
    changed = bytearray(data)
    for position, value in changes.items():
        changed[position : position + len(value)] = value
    return bytes(changed)


def central(data: bytes, number: int = 0) -> int:
    """Where an entry of the central directory begins."""
    position = -1
    for _entry in range(number + 1):
        position = data.index(b"PK\x01\x02", position + 1)
    return position


def zip_of(packed: bytes, size: int, checksum: int) -> bytes:
    """A zip file with one entry `a` of the given packed bytes, which may not be what it says."""
    header = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, checksum, len(packed), size, 1, 0)
    entry = b"PK\x03\x04" + header + b"a" + packed
    directory = b"PK\x01\x02" + struct.pack("<H", 20) + header + struct.pack("<HHHII", 0, 0, 0, 0, 0) + b"a"
    return (
        entry + directory + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), len(entry), 0)
    )


def test_a_plain_container_is_read_entry_by_entry() -> None:
    container = Container(io.BytesIO(files.zipped(SOUND, stored=("a.xml",))))

    assert container.names == ["a.xml", "b/c.bin"]
    assert container.heads == {"a.xml": b"<a/>", "b/c.bin": (bytes(range(256)) * 300)[:512]}
    assert [container.read(name) for name in container.names] == [b"<a/>", bytes(range(256)) * 300]
    assert [container.is_stored(name) for name in container.names] == [True, False]


def test_two_parts_may_be_read_in_turn() -> None:
    container = Container(
        io.BytesIO(files.zipped({"a": b"1" * 200_000, "b": b"2" * 200_000}, stored=("a", "b")))
    )

    pieces = list(zip(container.chunks("a"), container.chunks("b"), strict=True))
    assert b"".join(a for a, _b in pieces) == b"1" * 200_000
    assert b"".join(b for _a, b in pieces) == b"2" * 200_000


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 700_000])
def test_an_entry_of_any_size_is_unpacked_whole(size: int) -> None:
    content = (b"\x07" + bytes(range(251))) * 2_800

    container = Container(io.BytesIO(files.zipped({"a": content[:size], "b": b"x"})))
    assert b"".join(container.chunks("a")) == content[:size]


@pytest.mark.parametrize(
    ("size", "code"),
    [(126 * 1024 * 1024, "bomb"), (2 * 1024 * 1024, "bomb")],
)
def test_an_entry_that_unpacks_to_more_than_a_hundred_times_its_size_is_refused(size: int, code: str) -> None:
    assert refusal(files.zipped({"sheet1.xml": b" " * size})) == (code, {})


def test_small_parts_may_be_packed_tightly() -> None:
    assert Container(io.BytesIO(files.zipped({"a": b" " * 1_000_000}))).names == ["a"]


def test_many_parts_that_together_unpack_to_too_much_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = files.zipped({f"{n}": bytes(range(256)) * 4 for n in range(4)})
    assert len(Container(io.BytesIO(data)).names) == 4

    monkeypatch.setattr(containers, "MAX_UNPACKED", 4 * 1024 - 1)
    assert refusal(data) == ("bomb", {})


def test_parts_each_below_the_limit_may_not_pass_the_ratio_together() -> None:
    data = files.zipped({f"{n}": b" " * 1_000_000 for n in range(4)})

    assert refusal(data) == ("bomb", {})


def test_more_entries_than_the_limit_are_refused() -> None:
    most = {f"{n}": b"" for n in range(MAX_ENTRIES)}

    assert len(Container(io.BytesIO(files.zipped(most))).names) == MAX_ENTRIES
    assert refusal(files.zipped(most | {"x": b""})) == ("too_many_entries", {"limit": MAX_ENTRIES})


def test_an_entry_larger_than_its_directory_says_is_damaged() -> None:
    data = files.zipped({"a": b"0123456789" * 100})
    small = struct.pack("<I", 10)

    assert refusal(patched(data, {22: small, central(data) + 24: small})) == ("damaged", {})


@pytest.mark.parametrize(
    ("offset", "value", "code"),
    [
        (8, struct.pack("<H", 1), "encrypted"),  # flags
        (10, struct.pack("<H", 12), "odd_structure"),  # bzip2
        (16, bytes(4), "damaged"),  # checksum
        (24, struct.pack("<I", 3), "odd_structure"),  # unpacked size, here only
        (38, struct.pack("<I", 0o120777 << 16), "odd_structure"),  # a symbolic link
        (42, struct.pack("<I", 1), "odd_structure"),  # where it begins
        (46, b"z", "odd_structure"),  # another name than in its own header
    ],
)
def test_an_odd_directory_entry_is_refused(offset: int, value: bytes, code: str) -> None:
    data = files.zipped(SOUND, stored=())

    assert refusal(patched(data, {central(data) + offset: value})) == (code, {})


@pytest.mark.parametrize(
    ("offset", "value", "code"),
    [
        (4, struct.pack("<H", 1), "odd_structure"),  # disk
        (6, struct.pack("<H", 1), "odd_structure"),  # disk of the directory
        (8, struct.pack("<H", 1), "odd_structure"),  # entries on this disk
        (8, struct.pack("<HH", 1, 1), "damaged"),  # entries here and in all
        (12, struct.pack("<I", 2**31), "too_many_entries"),  # size of the directory
        (16, struct.pack("<I", 5), "odd_structure"),  # where the directory begins
        (20, struct.pack("<H", 5), "odd_structure"),  # length of a comment that is not there
    ],
)
def test_an_odd_end_record_is_refused(offset: int, value: bytes, code: str) -> None:
    data = files.zipped(SOUND)

    assert refusal(patched(data, {data.index(b"PK\x05\x06") + offset: value}))[0] == code


def test_an_entry_locked_in_its_own_header_only_is_refused() -> None:
    assert refusal(patched(files.zipped(SOUND), {6: b"\x01"})) == ("encrypted", {})


def test_an_entry_that_reaches_into_the_directory_is_refused() -> None:
    data = files.zipped({"a": b"x" * 50}, stored=("a",))
    sizes = struct.pack("<II", 60, 60)

    assert refusal(patched(data, {18: sizes, central(data) + 20: sizes})) == ("odd_structure", {})


def test_a_lie_about_the_size_is_found_before_the_rest_is_unpacked() -> None:
    packer = zlib.compressobj(wbits=-15)
    one = packer.compress(bytes(64 * 1024 * 1024)) + packer.flush(zlib.Z_FULL_FLUSH)
    data = zip_of(one * 200, size=1_000, checksum=0)

    started = time.monotonic()
    assert refusal(data) == ("damaged", {})
    assert time.monotonic() - started < 5  # thirteen gigabytes would take longer


def test_a_part_that_must_be_read_whole_may_not_be_large() -> None:
    container = Container(
        io.BytesIO(files.zipped({"a": bytes(8 * 1024 * 1024), "b": bytes(8 * 1024 * 1024 + 1)}, ("a", "b")))
    )

    assert len(container.read("a")) == 8 * 1024 * 1024
    with pytest.raises(ContainerRefused) as refused:
        container.read("b")
    assert refused.value.code == "odd_structure"


@pytest.mark.parametrize("name", ["../a", "/a", "a/../b", "a//b", "./a", "C:a", "a\\b", "a\nb"])
def test_an_entry_that_points_out_of_the_container_is_refused(name: str) -> None:
    assert refusal(files.zipped({name: b"x"})) == ("odd_structure", {})


@pytest.mark.parametrize(
    "name", ["word/document.xml", "folder/", "條約.xml", "a b.xml", "[Content_Types].xml"]
)
def test_an_ordinary_entry_name_is_taken(name: str) -> None:
    assert Container(io.BytesIO(files.zipped({name: b""}))).names == [name]


def test_two_entries_of_one_name_are_refused() -> None:
    data = files.zipped({"a.xml": b"1", "b.xml": b"2"})

    assert refusal(data.replace(b"b.xml", b"A.xml")) == ("odd_structure", {})


def test_entries_that_share_bytes_are_refused() -> None:
    data = files.zipped({"a": b"x" * 50, "b": b"y" * 50}, stored=("a", "b"))
    second = central(data, 1)

    assert refusal(patched(data, {second + 42: struct.pack("<I", 10)})) == ("odd_structure", {})


def test_a_container_behind_other_bytes_is_refused() -> None:
    other = io.BytesIO(b"GIF89a" + bytes(50))
    other.seek(0, 2)
    with zipfile.ZipFile(other, "a") as archive:
        archive.writestr("a", b"x")

    assert zipfile.is_zipfile(other)
    assert refusal(other.getvalue()) == ("odd_structure", {})
    assert refusal(files.zipped({"a": b"x"}) + files.zipped({"b": b"y"}))[0] in ("odd_structure", "damaged")


@pytest.mark.parametrize("tail", [b"\n", b"<html>", bytes(30)])
def test_bytes_behind_a_container_are_refused(tail: bytes) -> None:
    assert refusal(files.zipped(SOUND) + tail) == ("damaged", {})


def test_a_comment_in_which_something_could_hide_is_refused() -> None:
    data = files.zipped(SOUND)

    assert refusal(data[:-2] + struct.pack("<H", 4) + b"abcd")[0] in ("odd_structure", "damaged")


def test_packed_bytes_behind_the_end_of_an_entry_are_damaged() -> None:
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(b"abc") + packer.flush()

    sound = zip_of(packed, size=3, checksum=zlib.crc32(b"abc"))
    odd = zip_of(packed + b"hidden", size=3, checksum=zlib.crc32(b"abc"))
    assert Container(io.BytesIO(sound)).read("a") == zipfile.ZipFile(io.BytesIO(odd)).read("a") == b"abc"
    assert refusal(odd) == ("damaged", {})


@pytest.mark.parametrize(
    "xml",
    [
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        '<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>',
        "<!doctype html><a/>",
        "<a/>" + " " * 65_530 + "<!DOCTYPE a>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_xml_that_declares_entities_is_refused_in_any_encoding(xml: str, encoding: str) -> None:
    assert refusal(files.zipped({"a.xml": xml.encode(encoding)}, stored=("a.xml",))) == ("xml_entities", {})


def test_xml_that_only_writes_about_declarations_is_taken() -> None:
    container = Container(io.BytesIO(files.zipped({"a.xml": "<a>&lt;!DOCTYPE a&gt;</a>"})))

    assert list(container.elements("a.xml")) == [("a", {})]


def test_a_declaration_in_an_encoding_that_only_the_parser_knows_is_refused() -> None:
    head = b'<?xml version="1.0" encoding="cp037"?>'
    container = Container(io.BytesIO(files.zipped({"a.xml": head + "<!DOCTYPE a><a/>".encode("cp037")})))

    with pytest.raises(ContainerRefused):
        list(container.elements("a.xml"))


def test_elements_come_with_local_names() -> None:
    xml = '<a:b xmlns:a="urn:a" a:c="1" d="2"><e/></a:b>'
    container = Container(io.BytesIO(files.zipped({"x": xml})))

    assert list(container.elements("x")) == [("b", {"a": "urn:a", "c": "1", "d": "2"}), ("e", {})]


def test_a_pattern_is_found_across_two_pieces() -> None:
    container = Container(
        io.BytesIO(files.zipped({"x": b"a" * 65_533 + b"needle", "y": b"a" * 65_533}, ("x", "y")))
    )

    assert [container.contains(name, re.compile(b"needle")) for name in "xy"] == [True, False]


@pytest.mark.parametrize("kind", ["docx", "xlsx", "odt", "ods"])
def test_the_kind_is_told_by_the_content(kind: str) -> None:
    assert kind_of(Container(io.BytesIO(files.SOUND[kind]))) == kind


@pytest.mark.parametrize(
    "parts",
    [
        SOUND,
        files.office_parts(files.DOCX_MAIN, "word/document.xml", "<a/>")
        | {"mimetype": files.ODT, "content.xml": "<a/>"},
        {"mimetype": files.ODT, "content.xml": "<a/>"},
        {
            "mimetype": "application/vnd.oasis.opendocument.graphics",
            "content.xml": "<a/>",
            "META-INF/manifest.xml": "<a/>",
        },
        files.office_parts(
            "application/vnd.ms-word.document.macroEnabled.main+xml", "word/document.xml", "<a/>"
        ),
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": files.relations(files.relation("officeDocument", "a.xml")),
        },
    ],
)
def test_anything_else_has_no_kind(parts: dict[str, str | bytes]) -> None:
    assert kind_of(Container(io.BytesIO(files.zipped(parts)))) == ""


def test_an_open_document_with_a_password_is_refused() -> None:
    manifest = '<m:manifest xmlns:m="urn:m"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    container = Container(io.BytesIO(files.odt(more={"META-INF/manifest.xml": manifest})))

    with pytest.raises(ContainerRefused) as refused:
        kind_of(container)
    assert refused.value.code == "encrypted"


@settings(max_examples=300, deadline=None)
@given(
    kind=st.sampled_from(["docx", "xlsx", "odt", "ods"]),
    changes=st.dictionaries(st.integers(0, 5_000), st.integers(0, 255), min_size=1, max_size=6),
)
def test_a_container_with_changed_bytes_is_sound_or_refused(kind: str, changes: dict[int, int]) -> None:
    data = bytearray(files.SOUND[kind])
    for position, value in changes.items():
        data[position % len(data)] = value
    try:
        kind_of(Container(io.BytesIO(bytes(data))))
    except ContainerRefused as refused:
        assert str(refused)
