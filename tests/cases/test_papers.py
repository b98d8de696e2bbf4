"""Documents of a case: filed, given out to exactly those who see the case, and named by number in the audit trail."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.actions import StepRefused
from cases.actions.papers import file_paper_versions, file_papers
from cases.papers import papers_of
from tests import makers
from tests.cases import makers as case_makers
from tests.looking import A_LOOK
from tracker.models import Document, DocumentVersion, Entry
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def case(jun):
    return case_makers.case(jun)


def text_file(name="請求書.txt", text="示例請求書"):
    return SimpleUploadedFile(name, text.encode())


def sent(*files, **fields):
    given = {"key": str(uuid.uuid4()), "title": "", "document": "", "secrecy": "0", "files": list(files)}
    return given | fields


def upload(office, case, *files, **fields):
    return office.post(f"/cases/{case.number}/documents/", sent(*files, **fields), **ENGLISH)


def fetched(client, document):
    """The status with which the first version is answered, once all of it was read."""
    answer = client.get(f"/documents/{document.pk}/1/")
    if answer.streaming:
        assert b"".join(answer.streaming_content).decode() == "示例請求書"
    return answer.status_code


def test_several_files_become_documents_of_the_case_at_its_level(client_of, jun):
    case = case_makers.case(jun, secrecy=Secrecy.RESTRICTED)

    answer = upload(client_of(jun), case, text_file("甲.txt"), text_file("乙.txt", "二"), secrecy="2")

    assert answer.status_code == 302
    assert {(paper.document.title, paper.document.secrecy) for paper in papers_of(case, jun)} == {
        ("甲.txt", Secrecy.RESTRICTED),
        ("乙.txt", Secrecy.RESTRICTED),
    }


def test_a_level_below_that_of_the_case_is_not_offered(client_of, jun):
    case = case_makers.case(jun, secrecy=Secrecy.RESTRICTED)

    answer = upload(client_of(jun), case, text_file(), secrecy="0")

    assert answer.status_code == 200
    assert papers_of(case, jun) == []


def test_a_new_version_stands_above_the_earlier_one(client_of, jun, case):
    office = client_of(jun)
    upload(office, case, text_file(), title="請求書")
    document = Document.objects.get(about_model="cases.case")

    upload(office, case, text_file("修正.txt", "修正"), document=str(document.pk))

    (paper,) = papers_of(case, jun)
    assert [(version.number, version.name) for version in paper.versions] == [
        (2, "修正.txt"),
        (1, "請求書.txt"),
    ]
    page = office.get(f"/cases/{case.number}/documents/").content.decode()
    assert all(version.sha256 in page for version in paper.versions)


def test_a_form_sent_twice_files_once(client_of, jun, case):
    office, key = client_of(jun), str(uuid.uuid4())

    answers = [upload(office, case, text_file(), key=key) for _twice in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert DocumentVersion.objects.count() == 1


def test_a_hostile_file_is_refused_and_what_else_was_given_is_kept(client_of, jun, case):
    office = client_of(jun)
    hostile = SimpleUploadedFile("起訴書.pdf", b"%PDF-1.7\n<script>alert(1)</script>")

    answer = upload(office, case, text_file(), hostile, title="示例標題")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "示例標題" in page
    assert "請求書.txt" in page  # the good one is kept, and shown as kept
    assert papers_of(case, jun) == []


def test_titles_of_a_cases_documents_stay_out_of_the_audit_trail(client_of, jun, case):
    office = client_of(jun)
    upload(office, case, text_file("某人起訴書.txt"), title="某人起訴書")
    document = Document.objects.get(about_model="cases.case")

    assert fetched(office, document) == 200

    told = [(entry.verb, str(entry.details) + entry.about_text) for entry in Entry.objects.all()]
    assert {"case.attach", "document.download"} <= {verb for verb, _text in told}
    assert [text for _verb, text in told if "起訴書" in text] == []


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (makers.mei, 200),
        (makers.auditor, 200),
        (makers.stranger, 404),
        (makers.administrator, 404),
    ],
)
def test_a_document_goes_to_exactly_those_who_see_the_case(who, status, client_of, jun):
    case = case_makers.case(jun, secrecy=Secrecy.RESTRICTED)
    upload(client_of(jun), case, text_file(), secrecy="2")
    document = Document.objects.get(about_model="cases.case")

    assert fetched(client_of(who()), document) == status


def test_a_document_of_a_sealed_case_goes_to_its_officer_alone(client_of):
    qiu, other = (
        case_makers.sealed_officer(),
        makers.person("he", ministry="justice", clearance=Secrecy.SEALED),
    )
    case = case_makers.case(qiu, secrecy=Secrecy.SEALED, officer=qiu)
    upload(client_of(qiu), case, text_file(), secrecy="3")
    document = Document.objects.get(about_model="cases.case")

    assert [fetched(client_of(one), document) for one in (qiu, other)] == [200, 404]


def test_a_document_that_is_stricter_than_the_case_is_refused_with_what_to_do(client_of, jun, case):
    """SEC-5."""
    answer = upload(client_of(jun), case, text_file(), title="密件附件", secrecy="2")

    assert "raise the mark there first" in answer.text
    assert papers_of(case, jun) == []


def test_a_document_of_a_higher_level_is_hidden_on_the_page_of_a_lower_case(client_of, jun, case):
    upload(client_of(jun), case, text_file(), title="密件附件", secrecy="0")
    Document.objects.filter(title="密件附件").update(secrecy=2)  # as from before that was refused

    pages = [
        client_of(one).get(f"/cases/{case.number}/{place}").content.decode()
        for one in (jun, makers.stranger())
        for place in ("", "documents/")
    ]

    assert ["密件附件" in page for page in pages] == [True, True, False, False]


def test_auditors_read_and_keep_no_documents(client_of, jun, case):
    upload(client_of(jun), case, text_file(), title="請求書")
    auditor = client_of(makers.auditor())

    page = auditor.get(f"/cases/{case.number}/documents/").content.decode()
    answer = upload(auditor, case, text_file())

    assert ("請求書" in page, 'type="file"' in page) == (True, False)
    assert (answer.status_code, DocumentVersion.objects.count()) == (403, 1)


def test_a_document_of_another_case_takes_no_new_version(jun, case):
    other = case_makers.case(jun)
    document = Document.objects.create(
        about_model="cases.case",
        about_id=str(other.pk),
        title="他案",
        secrecy=0,
        created_at="2025-03-20T00:00Z",
    )

    with pytest.raises(StepRefused) as refused:
        file_paper_versions(by=jun, key=uuid.uuid4(), case=case, document=document)

    assert refused.value.field == "document"


@pytest.mark.parametrize("who", [makers.auditor, makers.administrator])
def test_only_staff_file_documents(who, case):
    with pytest.raises(StepRefused):
        file_papers(by=who(), key=uuid.uuid4(), case=case)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_one_document_and_for_three(
    rows, client_of, jun, case, django_assert_num_queries
):
    office = client_of(jun)
    for place in range(rows):
        upload(office, case, text_file(f"{place}.txt", str(place)))

    with django_assert_num_queries(7 + A_LOOK):
        office.get(f"/cases/{case.number}/documents/")
