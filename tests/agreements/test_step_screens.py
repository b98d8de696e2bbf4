"""Recording a step through its pages: once per outcome, and nothing typed or uploaded is ever lost (ERR-4)."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.html import strip_tags

from agreements.actions import update_progress
from agreements.models import Agreement
from tests import makers
from tests.cases import makers as case_makers
from tracker.models import Document, DocumentVersion, Entry, Submission
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def address(file, query=""):
    return f"/agreements/{file.number}/steps/new/{query}"


def words(answer):
    return " ".join(strip_tags(answer.content.decode().replace("<", " <")).split())


def typed(file, step, day, **more):
    """What a browser sends from the form; ``day`` as (year of the Republic, month, day)."""
    year, month, number = day
    return {
        "key": str(uuid.uuid4()),
        "version": str(file.version),
        "step": step,
        "happened_year": str(year),
        "happened_month": str(month),
        "happened_day": str(number),
        "reference": "外條字第 1140000000 號",
        "note": "",
        "place": "",
        "act": "check",
    } | more


def send(client, file, data, query=""):
    return client.post(address(file, query), data, headers=ENGLISH)


def signed_file(mei, signed_on=None):
    """A T1 file that was signed; by default 12 days ago."""
    signed_on = signed_on or timezone.localdate() - timedelta(days=12)
    start = signed_on - timedelta(days=40)
    return makers.walk(
        mei, until="sign", start=start, today=timezone.localdate(), opened_on=start - timedelta(days=1)
    )


def roc(day):
    return (day.year - 1911, day.month, day.day)


def text_file(name="約本.txt", content="示例約本"):
    return SimpleUploadedFile(name, content.encode(), content_type="text/plain")


def test_only_the_steps_possible_from_the_present_stage_are_offered_with_their_effect(client_of):
    mei = makers.mei()
    file = signed_file(mei)

    answer = client_of(mei).get(address(file, "?step=submit"), headers=ENGLISH)

    offered = re.findall(r'name="step" id="\w+" value="(\w+)"', answer.content.decode())
    assert offered == ["submit", "lapse", "shelve", "file_original", "file_notes", "effect_in_doubt"]
    page = words(answer)
    assert "Moves it to Legislative approval: Submitted to the Executive Yuan" in page
    assert "stops the period “Submit to the Executive Yuan for transmission to the Legislative Yuan”" in page
    assert "Needs: Official letter number" in page
    assert re.search(r'value="submit" checked', answer.content.decode())


def test_fields_that_no_offered_step_can_use_are_left_out(client_of):
    mei = makers.mei()
    fresh, signed = makers.agreement(mei, title_zh="示例新案"), signed_file(mei)
    client = client_of(mei)

    names = [
        set(
            re.findall(
                r'name="(term|ground|successor|is_record_only)"', client.get(address(file)).content.decode()
            )
        )
        for file in (fresh, signed)
    ]

    assert names == [set(), set()]
    agreed = makers.walk(mei, until="initial", title_zh="示例已議定")
    assert 'name="ground"' in client.get(address(agreed)).content.decode()


def test_the_check_page_lists_every_consequence_and_writes_nothing(client_of):
    mei = makers.mei()
    file = signed_file(mei)
    milestones = file.milestones.count()

    answer = send(client_of(mei), file, typed(file, "submit", roc(timezone.localdate())))

    page = words(answer)
    assert (
        "The stage changes: 2 Signing Signed → 3 Legislative approval Submitted to the Executive Yuan" in page
    )
    assert "The period “Submit to the Executive Yuan for transmission to the Legislative Yuan” stops" in page
    assert "Met" in page
    assert "Conclusion of Treaties Act, art. 8(1)" in page
    assert "never deleted" in page
    assert "1 person who is cleared for “Ordinary”" in page
    assert "Awaited after that: Send to the Legislative Yuan" in page
    assert file.milestones.count() == milestones
    assert Submission.objects.count() == 0


def test_the_check_page_of_a_signature_names_the_clock_it_starts_and_what_is_then_closed(client_of):
    mei = makers.mei()
    file = makers.walk(mei, until="approve_text")

    page = words(send(client_of(mei), file, typed(file, "sign", (113, 3, 23), place="台北")))

    # 30 days from 23 March 2024 end on Monday 22 April.
    assert "The period “Submit to the Executive Yuan for transmission to the Legislative Yuan” starts" in page
    assert "30 days, due 22 Apr 2024" in page
    assert "From signature on only the lead agency records steps" in page


def test_the_check_page_names_the_cases_that_gain_a_basis_and_only_those_the_reader_may_see(client_of):
    lin, jun = makers.lin(), makers.jun()
    partner = makers.partner()
    file = makers.walk(lin, "A1", until="record", partner=partner)
    case = case_makers.case(jun, partner, secrecy=Secrecy.INTERNAL)
    data = typed(file, "enter_into_force", (114, 3, 15), reference="")

    page = send(client_of(lin), file, data).content.decode()

    assert "Cases that gain a basis" in page
    assert f'<a href="{case.get_absolute_url()}">' in page
    hidden = makers.person("wen", ministry="foreign_affairs", clearance=Secrecy.ORDINARY)
    assert case.secrecy > hidden.clearance
    assert case.number not in send(client_of(hidden), file, data).content.decode()


def test_taking_the_step_records_it_and_leads_to_the_record_that_says_so(client_of):
    mei = makers.mei()
    file = signed_file(mei)
    data = typed(file, "submit", roc(timezone.localdate()), act="take")

    client = client_of(mei)
    answer = send(client, file, data)
    page = words(client.get(answer["Location"], headers=ENGLISH))

    file.refresh_from_db()
    milestone = file.milestones.get(step="submit")
    assert (file.stage, milestone.reference) == ("40", "外條字第 1140000000 號")
    assert answer.status_code == 302
    assert answer["Location"] == f"/agreements/{file.number}/?recorded={milestone.pk}"
    assert "“Submit to the Executive Yuan” is recorded." in page
    assert Entry.objects.filter(verb="agreement.take_step", actor=mei).last().details["step"] == "submit"


def test_the_same_submission_twice_has_one_effect_and_the_same_result(client_of):
    mei = makers.mei()
    file = signed_file(mei)
    data = typed(file, "submit", roc(timezone.localdate()), act="take")

    client = client_of(mei)
    answers = [send(client, file, data) for _time in range(2)]

    assert answers[0]["Location"] == answers[1]["Location"]
    assert file.milestones.filter(step="submit").count() == 1
    assert send(client, file, data | {"act": "check"})["Location"] == answers[0]["Location"]


def test_all_that_is_missing_is_said_at_once_each_with_its_article(client_of):
    mei = makers.mei()
    file = signed_file(mei)
    before = timezone.localdate() - timedelta(days=20)

    answer = send(client_of(mei), file, typed(file, "submit", roc(before), reference="", note="照案"))

    form = answer.context["form"]
    assert set(form.errors) == {"happened", "reference"}
    assert "The day is before “Sign”" in form.errors["happened"][0]
    assert form.errors["reference"] == [
        "Give the official letter number. (Conclusion of Treaties Act, art. 8(1))"
    ]
    page = answer.content.decode()
    assert "2 things to correct" in page
    assert '<a href="#id_reference">' in page
    assert "照案" in page
    assert "<title>Error:" in page


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ((113, 13, 1), "There is no month 13"),
        ((113, 2, 30), "has no day 30"),
        (("", "", ""), "Enter the date"),
        ((300, 1, 1), "The day lies in the future"),
    ],
)
def test_a_wrong_date_is_refused_in_words(client_of, day, sentence):
    mei = makers.mei()
    file = makers.agreement(mei)

    answer = send(client_of(mei), file, typed(file, "open_talks", day))

    assert sentence in answer.context["form"].errors["happened"][0]
    assert file.milestones.count() == 0


def test_a_step_that_cannot_follow_is_refused_with_its_article(client_of):
    mei = makers.mei()
    file = makers.agreement(mei)

    answer = send(client_of(mei), file, typed(file, "promulgate", (113, 5, 1)))

    (refusal,) = answer.context["form"].errors["step"]
    assert refusal.startswith("“Promulgate” cannot follow the stage “Proposed”.")
    assert "Conclusion of Treaties Act, art. 11(1)" in refusal


def test_a_page_overtaken_by_somebody_says_what_changed_and_by_whom_and_keeps_what_was_typed(client_of):
    mei, lin = makers.mei(), makers.lin()
    file = signed_file(mei)
    data = typed(file, "submit", roc(timezone.localdate()), note="請核轉")
    update_progress(
        by=lin,
        agreement=file,
        confidence="at_risk",
        court="lead",
        next_step="待補附件",
        today=timezone.localdate(),
    )

    client = client_of(mei)
    answer = send(client, file, data)
    taken = send(client, file, data | {"act": "take"})

    for page in (answer, taken):
        (sentence,) = page.context["form"].non_field_errors()
        assert "Lin updated the progress: 待補附件" in sentence
        assert "請核轉" in page.content.decode()
        assert page.context["form"]["version"].value() == str(Agreement.objects.get().version)
    assert not file.milestones.filter(step="submit").exists()
    again = data | {"version": Agreement.objects.get().version}
    assert "What will follow" in words(send(client, file, again))


def test_an_upload_is_kept_when_something_else_is_wrong_and_filed_when_the_step_is_taken(client_of):
    mei = makers.mei()
    file = makers.walk(mei, until="open_talks")
    client = client_of(mei)
    data = typed(file, "initial", (113, 1, 5))

    early = send(client, file, data | {"files": [text_file()]})
    assert "約本.txt" in words(early)
    assert "happened" in early.context["form"].errors
    right = data | {"happened_year": "113", "happened_month": "2", "happened_day": "5"}
    checked = send(client, file, right)
    assert "約本.txt" in words(checked)
    send(client, file, right | {"act": "take"})

    milestone = file.milestones.get(step="initial")
    (document,) = milestone.documents.all()
    assert (document.about_model, document.about_id) == ("agreements.agreement", str(file.pk))
    assert document.versions.get().name == "約本.txt"
    assert Entry.objects.filter(verb="agreement.attach").count() == 1


def test_a_refused_file_says_why_and_the_good_one_beside_it_is_kept(client_of):
    mei = makers.mei()
    file = makers.walk(mei, until="open_talks")
    files = [text_file(), SimpleUploadedFile("程式.exe", b"MZ"), text_file("大檔.txt", "字" * 9_000_000)]

    answer = send(client_of(mei), file, typed(file, "initial", (113, 2, 5), files=files))

    exe, large = answer.context["form"].errors["files"]
    assert exe.startswith("“程式.exe”: Files of the kind “exe” are not taken.")
    assert large.startswith("“大檔.txt”:") and "25 MB" in large
    assert [version.name for version in DocumentVersion.objects.all()] == ["約本.txt"]
    assert "約本.txt" in words(answer)


def test_the_same_file_sent_again_is_kept_once_and_can_be_taken_off(client_of):
    mei = makers.mei()
    file = makers.walk(mei, until="open_talks")
    client = client_of(mei)
    data = typed(file, "initial", (113, 1, 5))

    for _time in range(2):
        send(client, file, data | {"files": [text_file()]})
    (document,) = Document.objects.all()
    answer = send(client, file, {**data, "act": "", "drop": str(document.pk)})

    assert Document.objects.count() == 0
    assert "約本.txt" not in words(answer)
    assert not answer.context["form"].errors


def test_nobody_else_takes_over_or_opens_an_upload_that_waits(client_of):
    mei, lin = makers.mei(), makers.lin()
    file = makers.walk(mei, until="open_talks")
    data = typed(file, "initial", (113, 1, 5))
    client = client_of(mei)
    send(client, file, data | {"files": [text_file()]})
    version = DocumentVersion.objects.get()
    waiting = f"/documents/{version.document_id}/1/"

    other = send(client_of(lin), file, data)

    assert "約本.txt" not in words(other)
    assert b"".join(client.get(waiting).streaming_content).decode() == "示例約本"
    assert client_of(lin).get(waiting).status_code == 404


def test_change_something_leads_back_to_the_form_with_everything_in_it(client_of):
    mei = makers.mei()
    file = signed_file(mei)
    today = timezone.localdate()

    answer = send(client_of(mei), file, typed(file, "submit", roc(today), note="請核轉", act="change"))

    page = answer.content.decode()
    assert not answer.context["form"].errors
    assert 'value="submit" checked' in page and "請核轉" in page and f'value="{today.day}"' in page


def test_a_reader_who_may_not_record_is_refused_at_the_door_and_at_the_deed(client_of):
    mei = makers.mei()
    file = signed_file(mei)
    people = [makers.auditor(), makers.jun(), makers.administrator()]

    answers = []
    for person in people:
        client = client_of(person)
        data = typed(file, "submit", roc(timezone.localdate()), act="take")
        answers += [client.get(address(file)).status_code, send(client, file, data).status_code]
        answers.append(client.get(f"/agreements/{file.number}/").status_code)

    assert answers == [403, 403, 200] * 3
    assert not file.milestones.filter(step="submit").exists()


def test_the_stranger_finds_no_such_page(client_of):
    mei = makers.mei()
    file = makers.agreement(mei, secrecy=Secrecy.RESTRICTED)
    client = client_of(makers.stranger())
    assert client_of(mei).get(address(file)).status_code == 200

    data = typed(file, "open_talks", (113, 1, 5), act="take")

    assert client.get(address(file)).status_code == 404
    assert send(client, file, data).status_code == 404


def test_a_supervisor_enters_history_with_its_gaps(client_of):
    mei, lin = makers.mei(), makers.lin()
    file = makers.agreement(mei)
    client = client_of(lin)
    data = typed(file, "enter_into_force", (113, 6, ""), happened_bound="", reference="")
    query = "?history=1"

    offered = re.findall(
        r'name="step" id="\w+" value="(\w+)"', client.get(address(file, query)).content.decode()
    )
    page = words(send(client, file, data, query))
    send(client, file, data | {"act": "take"}, query)

    milestone = file.milestones.get()
    file.refresh_from_db()
    assert {"open_talks", "sign", "expire", "reopen"} <= set(offered)
    assert "Entered as history" in page
    assert (milestone.happened.iso, milestone.is_history, file.stage) == ("2024-06", True, "70")


def test_history_may_be_a_bound_alone_and_may_leave_the_stage_as_it_is(client_of):
    lin = makers.lin()
    file = makers.agreement(lin)
    data = typed(
        file,
        "sign",
        ("", "", ""),
        happened_bound="112/8/30",
        is_record_only="on",
        reference="",
        act="take",
    )

    send(client_of(lin), file, data, "?history=1")

    milestone = file.milestones.get()
    file.refresh_from_db()
    assert (str(milestone.happened), milestone.stage, file.stage) == ("≤2023-08-30", "", "10")


def test_only_a_supervisor_enters_history(client_of):
    mei = makers.mei()
    file = makers.agreement(mei)

    assert client_of(mei).get(address(file, "?history=1")).status_code == 403


def test_the_successor_is_chosen_among_the_agreements_that_the_reader_may_see(client_of):
    mei = makers.mei()
    file = makers.walk(mei, until="promulgate")
    successor = makers.agreement(mei, title_zh="示例修正協定")
    data = typed(file, "amend", (113, 9, 1), successor=str(successor.pk), act="take")

    lacking = send(client_of(mei), file, data | {"successor": "", "act": "check"})
    answer = send(client_of(mei), file, data)

    assert lacking.context["form"].errors["successor"] == [
        "Name the agreement that amends or replaces it; register it first. (Conclusion of Treaties Act, art. 16)"
    ]
    assert answer.status_code == 302
    assert list(file.links_on.values_list("later", "kind")) == [(successor.pk, "amends")]


def test_documents_already_in_the_file_can_be_named(client_of):
    mei = makers.mei()
    file = makers.walk(mei, until="open_talks")
    client = client_of(mei)
    client.post(
        f"/agreements/{file.number}/documents/new/",
        {"key": str(uuid.uuid4()), "files": [text_file()], "title": "議定文本", "secrecy": "0"},
    )
    document = Document.objects.get()
    file.refresh_from_db()

    send(client, file, typed(file, "initial", (113, 2, 5), documents=[str(document.pk)], act="take"))

    assert list(file.milestones.get(step="initial").documents.all()) == [document]


def test_the_form_costs_as_many_queries_with_one_milestone_as_with_many(client_of):
    mei = makers.mei()
    one = makers.walk(mei, until="open_talks", title_zh="示例一")
    three = makers.walk(mei, until="approve_text", title_zh="示例三")
    client = client_of(mei)

    def cost(file):
        client.get(address(file))
        with CaptureQueriesContext(connection) as queries:
            client.get(address(file))
        return len(queries)

    assert cost(one) == cost(three)
