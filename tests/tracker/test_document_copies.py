"""FIL-8 (ASVS 14.2.8): a copy without its metadata tells nothing more, shows the same, and is offered where one can be made."""

import io
import struct
import threading
import uuid
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.models import Case
from tests import makers
from tests.cases import makers as case_makers
from tests.tracker import files
from tests.tracker.test_document_traces import (
    ARTIST,
    CORE,
    CORE_STORE,
    DELETED,
    IPTC,
    META,
    MODEL,
    NAME,
    docx_parts,
    exif,
    jpeg,
    photo,
    png,
    renamed,
)
from tests.trust.crawling import let_go
from tracker.actions import store_document
from tracker.documents import check_upload
from tracker.documents.bare import bare_copy, bare_picture, may_be_bared
from tracker.documents.exif import orientation_of
from tracker.documents.traces import KINDS, traces_of_bytes
from tracker.looks import DENIED
from tracker.models import DocumentVersion, Entry, Look, User
from tracker.views import documents as views
from tracker.views.documents import NO_COPY

LAST_SCAN = b"\xff\xda\x00\x02\x00\x01\xff\x00\x02\xff\xd0\x03\xff\xd9"
"""Pixels with an escaped byte and a restart between, and the end."""
CORE_TYPE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
ELSEWHERE = files.relations(
    files.relation("officeDocument", "word/document.xml"),
    f'<Relationship Id="c" Type="{CORE_TYPE}" Target="/package/X.psmdcp"/>',
)
FOLDER = f"file:///C:\\Users\\{NAME}\\a.dotm"
TEMPLATE = {
    "word/settings.xml": '<w:settings xmlns:w="urn:w" xmlns:r="urn:r"><w:attachedTemplate r:id="r1"/><w:zoom/></w:settings>',
    "word/_rels/settings.xml.rels": files.relations(
        files.relation("attachedTemplate", FOLDER, "External"), files.relation("other", "a.xml")
    ),
}
SAVED_IN = f'<a:absPath xmlns:a="urn:a" url="C:\\Users\\{NAME}\\"/><fileSharing readOnlyRecommended="1" userName="{NAME}"/>'
BARED = {
    "photo.jpg": photo(ARTIST, MODEL, place=(1, 2, 3, 4)),
    "comment.jpg": jpeg((0xE1, b"Exif\0\0" + exif(ARTIST)), (0xFE, b"by Wang"), (0xED, IPTC)),
    "author.png": png(b"tEXt", b"Author\0Wang"),
    "exif.png": png(b"eXIf", exif(MODEL, place=(2, 4))),
    "named.docx": files.docx("示例", more={"docProps/core.xml": CORE.format(NAME, NAME)}),
    "photo in it.docx": files.docx("示例", more={"word/media/image1.jpeg": photo(ARTIST, place=(2, 4))}),
    "named.odt": files.odt("示例", more={"meta.xml": META.format(NAME)}),
    "named elsewhere.docx": files.zipped(
        docx_parts() | {"_rels/.rels": ELSEWHERE, "package/x.psmdcp": CORE.format(NAME, "")}
    ),
    "people.docx": files.docx(
        "x", more={"word/people.xml": f'<a:people xmlns:a="urn:a"><a:person a:author="{NAME}"/></a:people>'}
    ),
    "data.docx": files.docx(
        "x", more={"customXml/item1.xml": f"<a><b>{NAME}</b></a>", "customXml/itemProps1.xml": "<a/>"}
    ),
    "template.docx": files.docx("x", more=TEMPLATE),
    "saved in.xlsx": files.xlsx_of("", sheets=f"</sheets>{SAVED_IN}<sheets>"),
    "saved in another.xlsx": renamed(
        files.xlsx_of("", sheets=f"</sheets>{SAVED_IN}<sheets>"), "xl/workbook2.xml"
    ),
    "people of another part.docx": files.docx(
        "x", more={"word/people2.xml": f'<a:people xmlns:a="urn:a"><a:person a:author="{NAME}"/></a:people>'}
    ),
    "filled.jpg": photo(ARTIST).replace(b"\xff\xc0", b"\xff" * 50_000 + b"\xc0", 1),
}
NOT_BARED = {
    "notes and a name.docx": files.docx(
        "x", more={"docProps/core.xml": CORE.format(NAME, ""), "word/comments.xml": "<w/>"}
    ),
    "signed.docx": files.docx(
        "x", more={"docProps/core.xml": CORE.format(NAME, ""), "_xmlsignatures/a.xml": "<a/>"}
    ),
    "bound.docx": files.docx_of(
        '<w:sdt><w:sdtPr><w:dataBinding w:xpath="/a"/></w:sdtPr></w:sdt>',
        more={"customXml/item1.xml": "<a><b/></a>"},
    ),
    "changed in another part.docx": renamed(
        files.docx_of(DELETED, more={"docProps/core.xml": CORE.format(NAME, "")}), "word/document2.xml"
    ),
    "property and a name.docx": files.docx_of(
        f'<w:dataBinding w:xpath="/a" w:storeItemID="{CORE_STORE}"/>',
        more={"docProps/core.xml": CORE.format(NAME, "")},
    ),
    "connected.xlsx": files.xlsx_of(
        "", more={"customXml/item1.xml": "<a>x</a>", "xl/connections.xml": "<a/>"}
    ),
    "people of nowhere.docx": files.docx(
        "x", more={"docProps/core.xml": CORE.format(NAME, ""), "x/people.xml": "<a/>"}
    ),
    "author.pdf": files.pdf(b"<</Author (Wang)>>"),
    "broken.jpg": photo(ARTIST)[:40],
}


SHOWN = {"docx": "word/document.xml", "xlsx": "xl/worksheets/sheet1.xml", "odt": "content.xml"}
"""The part that holds what the file shows."""


@pytest.mark.parametrize("name", BARED)
def test_a_copy_tells_nothing_more_is_taken_as_an_upload_and_shows_the_same(name):
    """The original is the control: it tells something."""
    data, ending = BARED[name], name.rpartition(".")[2]
    with bare_copy(io.BytesIO(data), ending) as made:
        copy = made.read()
    was, now = (check_upload(io.BytesIO(each), name).traces for each in (data, copy))

    assert may_be_bared(ending, was) and now == ()
    assert NAME.encode() not in copy and b"Wang" not in copy and b"Phone" not in copy
    if ending in SHOWN:
        parts = [zipfile.ZipFile(io.BytesIO(each)) for each in (data, copy)]
        assert len({part.read(SHOWN[ending]) for part in parts}) == 1
        assert parts[0].namelist() == parts[1].namelist()
        assert not any(NAME.encode() in parts[1].read(part) for part in parts[1].namelist())
    else:
        plain = files.png() if ending == "png" else files.jpeg()[:2] + files.jpeg()[11:]
        assert copy.replace(b"\xff\xe0\x00\x07JFIF\x00", b"") == plain


@pytest.mark.parametrize(
    ("name", "kinds"),
    {
        "named elsewhere.docx": "author",
        "people.docx": "author",
        "data.docx": "properties",
        "template.docx": "path",
        "saved in.xlsx": "author path",
        "bound.docx": "data properties",
        "connected.xlsx": "data",
    }.items(),
)
def test_what_programs_write_beside_the_properties_is_told(name, kinds):
    told = check_upload(io.BytesIO((BARED | NOT_BARED)[name]), name).traces

    assert sorted(told) == kinds.split()


def test_of_the_settings_only_what_names_a_folder_or_a_person_is_taken_out():
    copies = {}
    for name in ("template.docx", "saved in.xlsx"):
        with bare_copy(io.BytesIO(BARED[name]), name[-4:]) as copy:
            copies[name[-4:]] = zipfile.ZipFile(io.BytesIO(copy.read()))
    workbook = copies["xlsx"].read("xl/workbook.xml").decode()
    settings, relations = (copies["docx"].read(name).decode() for name in TEMPLATE)

    assert '<fileSharing readOnlyRecommended="1"/>' in workbook and workbook.count("<sheet ") == 1
    assert settings == '<w:settings xmlns:w="urn:w" xmlns:r="urn:r"><w:zoom/></w:settings>'
    assert relations == files.relations(files.relation("other", "a.xml"))


@pytest.mark.parametrize("name", NOT_BARED)
def test_no_copy_is_made_of_what_would_still_tell_or_would_break(name):
    assert bare_copy(io.BytesIO(NOT_BARED[name]), name.rpartition(".")[2]) is None


def test_a_photograph_stays_the_right_way_round_and_loses_what_lies_behind_it():
    turned = exif(MODEL).replace(
        struct.pack("<HHII", 0x0110, 2, 7, 26), struct.pack("<HHII", 0x0112, 3, 1, 6)
    )
    data = jpeg((0xE1, b"Exif\0\0" + turned), tail=photo(place=(2, 4)))
    data = data.replace(b"\xff\xda\x00\x02\x00\x01\xff\xd9", LAST_SCAN, 1)
    copy = b"".join(bare_picture(data, "jpg"))

    assert (orientation_of(data), orientation_of(copy), orientation_of(files.jpeg())) == (6, 6, 1)
    assert copy.endswith(LAST_SCAN)
    assert traces_of_bytes(copy, "jpg") == ()


def stored(by: User, case: Case, **given: bytes) -> dict[str, str]:
    """The address of each file once it is kept with the case."""
    found = {}
    for name, data in given.items():
        upload = SimpleUploadedFile(name.replace("_", "."), data)
        document = store_document(by=by, about=case, upload=upload, title=name, secrecy=case.secrecy)
        found[name] = reverse("document", args=[document.pk, 1])
    return found


@pytest.mark.django_db
def test_the_copy_is_offered_where_it_can_be_made_and_elsewhere_it_is_said_why_not_and_nobody_is_suspected(
    client_of,
):
    """An address that is unknown is the control: that one is written down as a denial."""
    jun = makers.jun()
    case, client = case_makers.case(jun, officer=jun), client_of(jun)
    addresses = stored(
        jun,
        case,
        甲_docx=BARED["named.docx"],
        乙_docx=NOT_BARED["notes and a name.docx"],
        丙_docx=NOT_BARED["signed.docx"],
        丁_docx=files.docx("x"),
    )
    DocumentVersion.objects.filter(name="丁.docx").update(traces=None)
    page = client.get(reverse("cases:documents", args=[case.number])).content.decode()
    given = {}
    for address in (f"{addresses['甲_docx']}?bare", addresses["甲_docx"]):
        answer = client.get(address)
        given[address] = b"".join(answer.streaming_content)
        let_go(answer)
    refused = [client.get(f"{addresses[name]}?bare") for name in list(addresses)[1:]]
    denied = Look.objects.filter(way=DENIED).count()
    client.get(reverse("document", args=[uuid.uuid4(), 1]))

    assert [f'"{address}?bare"' in page for address in addresses.values()] == [True, False, False, False]
    assert check_upload(io.BytesIO(given[f"{addresses['甲_docx']}?bare"]), "甲.docx").traces == ()
    assert given[addresses["甲_docx"]] == BARED["named.docx"]
    assert {(answer.status_code, str(NO_COPY) in answer.text) for answer in refused} == {(409, True)}
    assert [str(KINDS["signature"]) in answer.text for answer in refused] == [False, True, False]
    assert (denied, Look.objects.filter(way=DENIED).count()) == (0, 1)
    told = Entry.objects.filter(verb="document.download").order_by("id")
    assert [entry.details.get("bare") for entry in told] == [True, None]


@pytest.mark.django_db
def test_while_one_copy_is_made_nobody_waits_for_another_and_is_told_to_come_back(client_of):
    """The control is the same address once the first one is done. Who waited would take a thread from everybody else."""
    jun = makers.jun()
    case, client = case_makers.case(jun, officer=jun), client_of(jun)
    address = stored(jun, case, 甲_docx=BARED["named.docx"])["甲_docx"] + "?bare"
    views._making.acquire()
    done_soon = threading.Timer(3, views._making.release)
    done_soon.start()
    busy = client.get(address)
    done_soon.cancel()
    done_soon.join()
    if views._making.locked():
        views._making.release()
    done = client.get(address)
    let_go(done)

    assert (busy.status_code, str(views.BUSY) in busy.text, busy["Retry-After"]) == (503, True, "5")
    assert (done.status_code, Entry.objects.filter(verb="document.download").count()) == (200, 1)
