"""The pages of letters, the admin of their paragraphs, and what the history tells of them."""

import io
import json
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cases.actions.letters import (
    edit_letter,
    load_paragraphs,
    submit_letter,
)
from cases.history import sentence
from cases.models import Letter
from tests import makers
from tests.cases import makers as case_makers
from tests.cases.letters import (
    ENGLISH,
    answered_apart,
    drafted,
    outgoing,
    posted,
    received,
    sent,
    signed,
    text,
)
from tests.pdfreader import read_pdf
from tracker.audit import history_of
from tracker.models import Document, Entry
from tracker.roles import Ministry

pytestmark = pytest.mark.django_db


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def chen():
    return makers.justice_supervisor()


@pytest.fixture
def case(jun):
    """An incoming request under review, with the reference of the other side."""
    file = case_makers.case(jun, partner_reference="AA-1")
    case_makers.walk(jun, file, date(2025, 3, 12), until="I30")
    return file


# The pages


def test_a_letter_is_drafted_from_the_approved_paragraphs_on_the_page(client_of, jun, chen, case):
    load_paragraphs(by=chen)
    client = client_of(jun)
    address = f"/cases/{case.number}/letters/new/?kind=acknowledgement"
    page = client.get(address, **ENGLISH)
    assert page.status_code == 200
    assert f"案號為{case.number}" in page.content.decode()

    answer = client.post(address, posted(page))

    letter = Letter.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, letter.get_absolute_url())
    assert [one["code"] for one in letter.paragraphs] == ["ack-received", "ack-quote"]
    assert client.post(address, posted(page)).headers["Location"] == letter.get_absolute_url()
    assert Letter.objects.count() == 1


def test_the_kinds_of_letters_are_offered_first(client_of, jun, case):
    page = client_of(jun).get(f"/cases/{case.number}/letters/new/", **ENGLISH).content.decode()

    assert "Acknowledgement" in page and "?kind=refusal" in page and "?kind=request" not in page


def test_a_letter_goes_from_draft_to_sent_over_its_pages(client_of, jun, chen, case):
    letter = drafted(jun, case)
    drafter, signer = client_of(jun), client_of(chen)
    address = letter.get_absolute_url()

    def act(client, name, **more):
        page = client.get(address)
        form = page.context["act_form"]
        sent = {"key": str(form["key"].value()), "version": form["version"].value(), "act": name}
        return client.post(f"{address}act/", sent | more, follow=True, **ENGLISH)

    assert "Submit for countersignature" in drafter.get(address, **ENGLISH).content.decode()
    act(drafter, "submit")
    act(signer, "countersign")
    page = drafter.get(f"{address}send/")
    sent = posted(page, number="法字第1號", step="acknowledge")
    answer = drafter.post(f"{address}send/", sent, **ENGLISH)

    letter.refresh_from_db()
    assert (answer.status_code, letter.status, letter.number) == (302, "sent", "法字第1號")
    assert case.events.filter(step="acknowledge").count() == 1
    assert drafter.post(f"{address}send/", sent).headers["Location"] == address
    seen = drafter.get(address, **ENGLISH).content.decode()
    assert "法字第1號.pdf" in seen and "Submit for" not in seen


@pytest.mark.parametrize(
    "number", ["法字第1\u202e號", "FAX.exe.1", "法字第1\x07號", "..", "字" * 120, "外/字\\1"]
)
def test_a_letter_leaves_under_any_number_even_one_that_is_no_name_of_a_file(
    client_of, jun, chen, case, number
):
    letter = signed(jun, chen, case)
    client, address = client_of(jun), letter.get_absolute_url()

    answer = client.post(f"{address}send/", posted(client.get(f"{address}send/"), number=number, step=""))

    letter.refresh_from_db()
    assert (answer.status_code, letter.status, letter.number) == (302, "sent", number)
    assert client.get(address).status_code == 200


def test_a_stale_page_is_refused_in_words_and_can_be_sent_again(client_of, jun, case):
    letter = drafted(jun, case)
    client = client_of(jun)
    page = client.get(letter.get_absolute_url() + "edit/")
    edit_letter(by=jun, letter=letter, text=text(addressee="他人改的"))

    answer = client.post(letter.get_absolute_url() + "edit/", posted(page, addressee="我改的"), **ENGLISH)

    assert "This letter changed after you opened the page" in answer.content.decode()
    assert answer.context["form"]["version"].value() == "2"


def test_a_letter_that_came_in_leads_to_the_question_what_it_means(client_of, jun):
    file = outgoing(jun)
    client = client_of(jun)
    page = client.get(f"/cases/{file.number}/letters/in/")
    sent = posted(page, their_number="AA-9") | {
        "moved_on_year": "114",
        "moved_on_month": "3",
        "moved_on_day": "19",
        "files": SimpleUploadedFile("附件.txt", "內容".encode()),
    }

    answer = client.post(f"/cases/{file.number}/letters/in/", sent)

    letter = Letter.objects.get()
    assert answer.headers["Location"] == f"/cases/letters/{letter.pk}/meaning/"
    assert Document.objects.filter(about_model="cases.letter").count() == 1
    question = client.get(answer.headers["Location"], **ENGLISH)
    assert (
        "It answers in full (step: Deliver the reply to the requesting office)" in question.content.decode()
    )
    client.post(answer.headers["Location"], posted(question, meaning_0="answered"))
    file.refresh_from_db()
    assert file.state == "O88"


def test_what_waits_is_listed_for_who_is_to_act(client_of, jun, chen, case):
    letter = drafted(jun, case)
    submit_letter(by=jun, letter=letter)
    received(jun, case)

    mine = client_of(jun).get("/cases/letters/").context
    signers = client_of(chen).get("/cases/letters/").context

    assert (mine["mine"], mine["to_countersign"]) == ([letter], [])
    assert (signers["mine"], signers["to_countersign"]) == ([], [letter])
    assert [one.their_number for one in mine["to_understand"]] == ["AA-77"]


def test_the_correspondence_costs_the_same_for_one_letter_and_for_three(client_of, jun, chen, case):
    client, address = client_of(jun), f"/cases/{case.number}/letters/"
    sent(jun, chen, case)
    client.get(address)
    counts = []
    for more in (0, 2):
        for _letter in range(more):
            received(jun, case)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_a_draft_is_printed_with_its_watermark_and_told(client_of, jun, case):
    letter = drafted(jun, case)

    pdf = client_of(jun).get(f"/cases/letters/{letter.pk}/paper/pdf/")
    note = client_of(jun).get(f"/cases/letters/{letter.pk}/paper/odt/?as=note")

    assert pdf.headers["Content-Type"] == "application/pdf"
    assert "草稿" in read_pdf(pdf.content).text
    with zipfile.ZipFile(io.BytesIO(note.content)) as archive:
        assert "presents its compliments" in archive.read("content.xml").decode()
    assert Entry.objects.filter(verb="letter.print").count() == 2


def test_a_letter_that_was_changed_behind_its_digest_is_told_on_its_page(client_of, jun, chen, case):
    letter = sent(jun, chen, case)
    client = client_of(jun)
    before = client.get(letter.get_absolute_url(), **ENGLISH).content.decode()

    Letter.objects.filter(pk=letter.pk).update(addressee="他人")
    after = client.get(letter.get_absolute_url(), **ENGLISH).content.decode()

    assert ("its digest does not fit" in before, "its digest does not fit" in after) == (False, True)


def test_a_character_without_a_glyph_is_named_on_the_page(client_of, jun, case):
    letter = drafted(jun, case, addressee="𠮷野")

    assert "𠮷" in client_of(jun).get(letter.get_absolute_url(), **ENGLISH).context["missing"]


# Paragraphs in the admin


def paragraph_form(**fields):
    given = {
        "code": "own-one",
        "kind": "reply",
        "position": "5",
        "title": "示例段落",
        "text_zh": "案號為{number}。",
        "text_en": "Our number is {number}.",
        "is_usual": "on",
        "is_current": "on",
        "approved_by": "示例核定人",
        "approved_on": "2025-03-01",
    }
    return given | fields


def admin_of(client_of):
    chen = makers.person("head", ministry=Ministry.JUSTICE, role="supervisor", is_staff=True)
    return client_of(chen)


def test_a_paragraph_with_an_unknown_placeholder_is_refused_in_the_admin(client_of):
    client = admin_of(client_of)

    refused = client.post("/admin/cases/paragraph/add/", paragraph_form(text_zh="{nummer}"), **ENGLISH)
    taken = client.post("/admin/cases/paragraph/add/", paragraph_form())

    assert "There is no placeholder nummer" in refused.content.decode()
    assert taken.status_code == 302
    assert Entry.objects.filter(verb="reference.add").count() == 1


def test_a_paragraph_in_use_names_its_approver(client_of):
    answer = admin_of(client_of).post(
        "/admin/cases/paragraph/add/", paragraph_form(approved_by=""), **ENGLISH
    )

    assert "Say who approved it" in answer.content.decode()


def test_the_administrator_of_the_system_does_not_edit_paragraphs(client_of):
    assert client_of(makers.administrator()).get("/admin/cases/paragraph/").status_code == 403


# History


def test_each_deed_on_a_letter_makes_a_sentence(jun, chen, case):
    sent(jun, chen, case)
    received(jun, case)

    with translation.override("en"):
        told = [sentence(entry) for entry in history_of(case).filter(verb__startswith="letter.")]

    assert told == [
        "logged letter AA-77 that came in (Other letter)",
        "sent letter 法外決字第11400000010號 (Acknowledgement)",
        "countersigned a letter (Acknowledgement)",
        "submitted a letter for countersignature (Acknowledgement)",
        "drafted a letter (Acknowledgement)",
    ]


def test_a_letter_names_the_one_that_it_answers_to_those_only_who_may_see_that_one(client_of, jun, case):
    """Ours is about a sealed case as well; their answer is not."""
    qiu = case_makers.sealed_officer()
    ours, theirs = answered_apart(qiu, case)

    pages = [client_of(who).get(theirs.get_absolute_url()) for who in (jun, qiu)]

    assert [page.status_code for page in pages] == [200, 200]
    assert [ours.number in page.text for page in pages] == [False, True]
    assert [f'href="{ours.get_absolute_url()}"' in page.text for page in pages] == [False, True]
    assert client_of(jun).get(ours.get_absolute_url()).status_code == 404


def test_the_history_holds_no_text_of_letters(jun, chen, case):
    sent(jun, chen, case)

    details = json.dumps(list(Entry.objects.values_list("details", flat=True)), ensure_ascii=False)

    assert "甲國司法部" not in details and "業已收悉" not in details


def test_the_server_of_the_demo_can_give_out_a_paper(client_of, jun, chen, case):
    """Python's own server takes header names that are texts and nothing else, not even of an enumeration."""
    sent(jun, chen, case)
    version = Document.objects.filter(about_model="cases.letter").first().versions.get()

    answer = client_of(jun).get(f"/documents/{version.document_id}/{version.number}/")
    answer.close()

    assert answer.status_code == 200
    assert {type(one) for pair in answer.items() for one in pair} == {str}
