"""The letter of request, uploaded while its case is logged: kept with the form and its draft, filed with the case."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.actions import StepRefused, save_draft
from cases.actions.papers import keep_with_draft
from cases.models import Case
from tests import makers
from tests.cases import makers as case_makers
from tests.cases.test_views import filled
from tracker.models import Document, DocumentVersion, Entry
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def office(client_of, jun):
    makers.partner("XA")
    return client_of(jun)


def letter(name="請求書.txt", text="示例請求書"):
    return SimpleUploadedFile(name, text.encode())


def send(client, address="/cases/new/", *files, **fields):
    given = filled(**fields)
    return client.post(address, given | {"files": list(files)} if files else given, **ENGLISH)


def papers(case):
    return sorted((paper.title, paper.secrecy) for paper in Document.objects.about(case))


def fetched(client, document):
    answer = client.get(f"/documents/{document.pk}/1/")
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


@pytest.mark.parametrize("level", [Secrecy.ORDINARY, Secrecy.RESTRICTED])
def test_the_letter_becomes_a_document_of_the_case_as_secret_as_it(office, level):
    answer = send(
        office,
        "/cases/new/",
        letter(),
        letter("附件.txt", "二"),
        secrecy=str(level.value),
        declassify_when="示例",
    )

    case = Case.objects.get()
    assert (answer.status_code, papers(case)) == (302, [("請求書.txt", level), ("附件.txt", level)])
    assert Entry.objects.filter(verb="case.attach", about_id=str(case.pk)).count() == 2
    assert "請求書" not in str(list(Entry.objects.values_list("details", flat=True)))


def test_a_form_that_is_refused_keeps_the_letter_for_the_next_time(office):
    key = str(uuid.uuid4())

    refused = send(office, "/cases/new/", letter(), key=key, subject="")
    sent_again = send(office, key=key)

    (case,) = Case.objects.registered()
    assert (refused.status_code, "請求書.txt" in refused.content.decode()) == (200, True)
    assert (sent_again.status_code, papers(case)) == (302, [("請求書.txt", Secrecy.INTERNAL)])
    assert Document.objects.count() == 1


def test_a_letter_is_taken_off_again_and_nothing_is_registered_by_that(office):
    key = str(uuid.uuid4())
    send(office, "/cases/new/", letter(), key=key, subject="")
    kept = Document.objects.get()

    taken_off = send(office, key=key, drop=str(kept.pk))
    sent_again = send(office, key=key)

    assert (taken_off.status_code, "請求書.txt" in taken_off.content.decode()) == (200, False)
    assert (sent_again.status_code, papers(Case.objects.get())) == (302, [])
    assert DocumentVersion.objects.count() == 0


def test_a_file_that_is_not_taken_is_refused_in_words_and_the_good_one_is_kept(office):
    bad = SimpleUploadedFile("請求書.exe", b"MZ")

    answer = send(office, "/cases/new/", bad, letter())

    assert (answer.status_code, Case.objects.count()) == (200, 0)
    assert "“請求書.exe”" in answer.content.decode()
    assert [document.title for document in Document.objects.all()] == ["請求書.txt"]


def test_a_form_that_is_sent_twice_registers_and_files_once(office):
    key = str(uuid.uuid4())

    answers = [send(office, "/cases/new/", letter(), key=key) for _time in range(2)]

    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert (Case.objects.count(), Document.objects.count(), DocumentVersion.objects.count()) == (1, 1, 1)


def test_a_draft_keeps_the_letter_for_its_writer_until_it_is_registered(office, client_of):
    draft_page = send(office, "/cases/new/", letter(), act="draft", subject="").headers["Location"]
    document = Document.objects.get()
    others = client_of(case_makers.justice_supervisor())
    before = (
        "請求書.txt" in office.get(draft_page).content.decode(),
        fetched(office, document),
        fetched(others, document),
    )

    send(office, draft_page, letter("譯本.txt", "譯"), act="draft", subject="")
    answer = send(office, draft_page, secrecy="2", declassify_when="示例")

    (case,) = Case.objects.registered()
    assert before == (True, 200, 404)
    assert (answer.status_code, papers(case)) == (
        302,
        [("請求書.txt", Secrecy.RESTRICTED), ("譯本.txt", Secrecy.RESTRICTED)],
    )
    assert [fetched(client, document) for client in (office, others)] == [200, 200]


def test_a_draft_that_is_discarded_leaves_no_letter_behind(office):
    draft_page = send(office, "/cases/new/", letter(), act="draft").headers["Location"]

    send(office, draft_page, act="discard")

    assert (Case.objects.count(), Document.objects.count(), DocumentVersion.objects.count()) == (0, 0, 0)


def test_nobody_lets_uploads_wait_with_the_draft_of_somebody_else(jun):
    draft = save_draft(by=jun, intake=case_makers.intake())

    with pytest.raises(StepRefused):
        keep_with_draft(by=case_makers.justice_supervisor(), key=uuid.uuid4(), draft=draft)


def test_the_key_of_another_person_brings_none_of_that_persons_letters(office, client_of):
    key = str(uuid.uuid4())
    send(office, "/cases/new/", letter(), key=key, subject="")

    page = send(client_of(case_makers.justice_supervisor()), key=key, subject="甲")

    assert page.status_code == 302
    assert papers(Case.objects.get()) == []


def test_foreign_affairs_files_the_letter_of_a_request_that_it_receives(client_of):
    makers.partner("XA")

    answer = send(client_of(makers.mei()), "/cases/new/", letter())

    assert (answer.status_code, papers(Case.objects.get())) == (302, [("請求書.txt", Secrecy.INTERNAL)])
