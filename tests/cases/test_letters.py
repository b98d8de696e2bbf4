"""Letters: drafted from approved paragraphs, signed by another person, sent and frozen; what came in and what it means."""

import io
import json
import uuid
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from agreements.actions import StalePage, StepRefused
from agreements.actions.uploads import hold_uploads
from agreements.samples import load_sample_agreements
from cases.actions.letters import (
    Logged,
    Said,
    Sending,
    Text,
    countersign_letter,
    draft_letter,
    edit_letter,
    load_paragraphs,
    print_letter,
    record_incoming,
    record_outgoing,
    return_letter,
    say_meanings,
    send_letter,
    submit_letter,
    withdraw_draft,
)
from cases.history import sentence
from cases.letters.answers import route
from cases.letters.kinds import SORTS, kinds_for
from cases.letters.placeholders import PLACEHOLDERS, complete, left_open, unknown_in, values_for
from cases.letters.sheets import digest_of
from cases.letters.words import GROUNDS, ITEMS
from cases.lifecycle import STEP_NAMES, Ground
from cases.models import AssistanceItem, Case, CaseEvent, Letter, LetterCase, Paragraph
from cases.sampleletters import load_sample_letters
from cases.samples import load_sample_cases
from tests import makers
from tests.cases import makers as case_makers
from tests.makers import TODAY
from tests.pdfreader import read_pdf
from tracker.audit import history_of
from tracker.models import Document, Entry
from tracker.owners import may_see_document
from tracker.roles import Ministry, Secrecy

pytestmark = pytest.mark.django_db
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
SENT_ON = date(2025, 3, 19)


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


def text(**fields):
    given = {
        "addressee": "甲國司法部",
        "subject_zh": "貴方請求（{their_reference}）一案，請查照。",
        "subject_en": "Your request {their_reference}",
        "paragraphs": (
            ("ack", "貴方{requested_on}之請求業已收悉，案號為{number}。", "Received; ours is {number}."),
        ),
    }
    return Text(**(given | fields))


def drafted(by, case, kind="acknowledgement", **fields):
    return draft_letter(by=by, kind=kind, cases=[case], text=text(**fields))


def signed(by, signer, case, kind="acknowledgement", **fields):
    letter = drafted(by, case, kind, **fields)
    submit_letter(by=by, letter=letter)
    return countersign_letter(by=signer, letter=letter)


def sending(**fields):
    given = {"number": "法外決字第11400000010號", "moved_on": SENT_ON, "channel": "foreign_affairs"}
    return Sending(**(given | fields))


def sent(by, signer, case, kind="acknowledgement", step="", **fields):
    letter = signed(by, signer, case, kind, **fields)
    return send_letter(by=by, letter=letter, sending=sending(step=step), today=TODAY)


def received(by, *cases, **fields):
    logged = Logged(moved_on=SENT_ON, their_number="AA-77", channel="foreign_affairs")
    return record_incoming(by=by, cases=cases, logged=logged, today=TODAY, **fields)


def outgoing(by, state="O70", **fields):
    file = case_makers.case(by, direction="out", office="示例地方檢察署", **fields)
    return case_makers.walk(by, file, date(2025, 3, 12), until=state)


# Paragraphs and placeholders


def test_the_paragraphs_that_come_with_the_project_hold_known_placeholders_only(chen):
    assert load_paragraphs(by=chen) == 27

    for paragraph in Paragraph.objects.all():
        assert unknown_in(paragraph.text_zh + paragraph.text_en) == ()
        assert (
            left_open([paragraph.text_zh]) and left_open([paragraph.text_en])
        ) or "{" not in paragraph.text_zh
    assert set(Paragraph.objects.values_list("kind", flat=True)) == set(Letter.Kind.values)


def test_a_second_load_adds_nothing_and_keeps_what_staff_changed(chen):
    load_paragraphs(by=chen)
    Paragraph.objects.filter(code="ack-received").update(text_zh="改過的段落")

    assert load_paragraphs(by=chen) == 0
    assert Paragraph.objects.get(code="ack-received").text_zh == "改過的段落"


@pytest.mark.parametrize("who", ["jun", "mei", "auditor", "administrator"])
def test_only_a_supervisor_of_justice_loads_the_paragraphs(who):
    with pytest.raises(StepRefused):
        load_paragraphs(by=getattr(makers, who)())


def test_a_placeholder_is_completed_when_its_value_is_known_and_stays_when_not():
    assert complete("甲{number}乙{reply_by}{other}", {"number": "114-受-0001", "reply_by": ""}) == (
        "甲114-受-0001乙{reply_by}{other}"
    )
    assert left_open(["{reply_by} {other}", "{ground}"]) == ("reply_by", "ground")
    assert unknown_in("{number} {{ x }} {foo} {foo} {x y}") == ("foo",)


def test_the_values_of_a_case_come_in_both_languages(jun, case):
    zh, en = values_for([case], case.partner, reader=jun, ground="10(2)1", reply_by=date(2025, 4, 30))

    assert set(zh) == set(en) == set(PLACEHOLDERS)
    assert (zh["requested_on"], en["requested_on"]) == ("中華民國114年3月3日", "3 March 2025")
    assert (zh["items"], en["items"]) == ("取得證據", "obtaining evidence")
    assert (zh["agreement"], en["agreement"]) == (
        "國際刑事司法互助法及互惠原則",
        "the Mutual Legal Assistance in Criminal Matters Act and the principle of reciprocity",
    )
    assert "第10條第2項第1款" in zh["ground"] and "article 10(2)1" in en["ground"]
    assert (zh["reply_by"], en["reply_by"]) == ("中華民國114年4月30日", "30 April 2025")


def test_an_agreement_that_the_drafter_may_not_see_is_not_named(jun):
    partner = makers.partner()
    agreement = case_makers.in_force(partner, date(2024, 1, 1), secrecy=Secrecy.RESTRICTED)
    file = case_makers.case(jun, partner)
    low = makers.person("low", ministry=Ministry.JUSTICE, clearance=Secrecy.ORDINARY)

    seen, hidden = (values_for([file], partner, reader=one)[0]["agreement"] for one in (jun, low))

    assert (seen, hidden) == (f"「{agreement.title_zh}」", "")


def test_every_ground_item_and_kind_has_its_words_on_paper():
    assert set(GROUNDS) == set(Ground.values)
    assert set(ITEMS) == set(AssistanceItem.Kind.values)
    assert set(SORTS) == set(Letter.Kind.values)
    assert {step for sort in SORTS.values() for step in sort.steps} <= set(STEP_NAMES)


# Drafting


def test_a_draft_is_completed_from_its_case_and_told_without_its_text(jun, case):
    letter = drafted(jun, case)

    assert letter.subject_zh == "貴方請求（AA-1）一案，請查照。"
    assert letter.paragraphs == [
        {
            "code": "ack",
            "zh": f"貴方中華民國114年3月3日之請求業已收悉，案號為{case.number}。",
            "en": f"Received; ours is {case.number}.",
        }
    ]
    assert (letter.status, letter.way, list(letter.cases.all())) == ("draft", "out", [case])
    entry = history_of(case).first()
    assert (entry.verb, entry.details) == (
        "letter.draft",
        {"letter": str(letter.pk), "letter_kind": "acknowledgement"},
    )


@pytest.mark.parametrize("who", ["mei", "auditor", "administrator"])
def test_only_justice_drafts(who, case):
    with pytest.raises(StepRefused):
        drafted(getattr(makers, who)(), case)


def test_a_kind_that_does_not_go_with_the_direction_is_refused(jun, case):
    with pytest.raises(StepRefused) as refused:
        drafted(jun, case, "request")

    assert refused.value.field == "kind"
    assert "request" not in kinds_for("in") and "refusal" not in kinds_for("out")


def test_one_letter_goes_to_one_partner(jun, case):
    other = case_makers.case(jun, makers.partner("XB"))

    for cases in ([], [case, other]):
        with pytest.raises(StepRefused):
            draft_letter(by=jun, kind="acknowledgement", cases=cases, text=text())


def test_a_letter_is_at_least_as_secret_as_its_cases_and_not_above_its_drafter(jun):
    file = case_makers.case(jun, secrecy=Secrecy.RESTRICTED)

    assert drafted(jun, file).secrecy == Secrecy.RESTRICTED
    with pytest.raises(StepRefused) as refused:
        drafted(jun, file, secrecy=Secrecy.SEALED)
    assert refused.value.field == "secrecy"


def test_a_letter_that_names_an_agreement_is_as_secret_as_the_agreement(jun):
    partner = makers.partner()
    case_makers.in_force(partner, date(2024, 1, 1), secrecy=Secrecy.RESTRICTED)
    file = case_makers.case(jun, partner)

    named = drafted(jun, file, paragraphs=(("", "依據{agreement}辦理。", "Under {agreement}."),))
    unnamed = drafted(jun, file)

    assert (file.secrecy, named.secrecy, unnamed.secrecy) == (
        Secrecy.ORDINARY,
        Secrecy.RESTRICTED,
        Secrecy.ORDINARY,
    )


def test_a_stale_page_does_not_overwrite_a_draft(jun, case):
    letter = drafted(jun, case)
    edit_letter(by=jun, letter=letter, text=text(addressee="乙"), version=1)

    with pytest.raises(StalePage):
        edit_letter(by=jun, letter=letter, text=text(addressee="丙"), version=1)
    letter.refresh_from_db()
    assert (letter.addressee, letter.version) == ("乙", 2)


# Signing


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"addressee": " "}, "addressee"),
        ({"subject_zh": ""}, "subject_zh"),
        ({"paragraphs": ()}, ""),
        ({"paragraphs": (("", "中文", ""),)}, ""),
        ({"paragraphs": (("", "於{reply_by}前", "by {reply_by}"),)}, ""),
    ],
)
def test_a_letter_that_lacks_something_is_not_submitted(jun, case, fields, field):
    letter = drafted(jun, case, **fields)

    with pytest.raises(StepRefused) as refused:
        submit_letter(by=jun, letter=letter)

    assert refused.value.field == field


def test_a_refusal_names_its_ground_with_its_article(jun, case):
    letter = drafted(
        jun, case, "refusal", paragraphs=(("", "依{ground}，礙難協助。", "We refuse: {ground}."),)
    )
    with pytest.raises(StepRefused) as refused:
        submit_letter(by=jun, letter=letter)
    assert refused.value.field == "ground"

    edit_letter(
        by=jun, letter=letter, text=text(ground="10(1)1", paragraphs=(("", "依{ground}。", "{ground}."),))
    )
    submit_letter(by=jun, letter=letter)

    letter.refresh_from_db()
    assert "第10條第1項第1款" in letter.paragraphs[0]["zh"]


def test_the_drafter_does_not_countersign_even_as_a_supervisor(chen, case):
    letter = drafted(chen, case)
    submit_letter(by=chen, letter=letter)

    with pytest.raises(StepRefused, match="Another person"), translation.override("en"):
        countersign_letter(by=chen, letter=letter)


@pytest.mark.parametrize("who", ["mei", "lin", "auditor", "administrator"])
def test_only_a_supervisor_of_justice_countersigns(jun, case, who):
    letter = drafted(jun, case)
    submit_letter(by=jun, letter=letter)

    with pytest.raises(StepRefused):
        countersign_letter(by=getattr(makers, who)(), letter=letter)
    with pytest.raises(StepRefused):
        countersign_letter(by=makers.person("ann", ministry=Ministry.JUSTICE), letter=letter)


def test_a_returned_letter_says_why_and_can_be_changed_and_submitted_again(jun, chen, case):
    letter = drafted(jun, case)
    submit_letter(by=jun, letter=letter)
    with pytest.raises(StepRefused) as refused:
        return_letter(by=chen, letter=letter, reason=" ")
    return_letter(by=chen, letter=letter, reason="請補受文者")
    letter.refresh_from_db()
    assert (refused.value.field, letter.status, letter.returned_reason) == (
        "reason",
        "returned",
        "請補受文者",
    )

    edit_letter(by=jun, letter=letter, text=text())
    submit_letter(by=jun, letter=letter)
    assert countersign_letter(by=chen, letter=letter).status == "countersigned"


def test_a_submitted_letter_is_not_changed_behind_the_signer(jun, case):
    letter = drafted(jun, case)
    submit_letter(by=jun, letter=letter)

    with pytest.raises(StepRefused):
        edit_letter(by=jun, letter=letter, text=text(addressee="丁"))


def test_a_withdrawn_letter_is_frozen(jun, chen, case):
    letter = drafted(jun, case)
    with pytest.raises(StepRefused):
        withdraw_draft(by=makers.person("ann", ministry=Ministry.JUSTICE), letter=letter)

    assert withdraw_draft(by=jun, letter=letter).is_frozen
    with pytest.raises(StepRefused):
        submit_letter(by=jun, letter=letter)


# Sending


def test_sending_freezes_the_letter_keeps_its_papers_and_takes_the_step(jun, chen, case):
    letter = sent(jun, chen, case, step="acknowledge")

    letter.refresh_from_db()
    assert (letter.status, letter.number, letter.moved_on, letter.dated_on) == (
        "sent",
        "法外決字第11400000010號",
        SENT_ON,
        SENT_ON,
    )
    assert letter.digest == digest_of(letter, [case])
    papers = Document.objects.filter(about_model="cases.letter", about_id=str(letter.pk)).order_by("title")
    assert [paper.versions.get().name for paper in papers] == [f"{letter.number}.odt", f"{letter.number}.pdf"]
    event = CaseEvent.objects.get(case=case, step="acknowledge")
    assert (event.letter, event.happened_on, event.reference) == (letter, SENT_ON, letter.number)


def test_the_kept_papers_say_what_was_sent_and_carry_its_digest(jun, chen, case):
    letter = sent(jun, chen, case)

    files = {}
    for paper in Document.objects.filter(about_model="cases.letter"):
        version = paper.versions.get()
        with version.file.open("rb") as file:
            files[version.name[-3:]] = file.read()
    pdf = "".join(read_pdf(files["pdf"]).text.split())
    with zipfile.ZipFile(io.BytesIO(files["odt"])) as archive:
        odt = archive.read("content.xml").decode() + archive.read("styles.xml").decode()
    for said in (
        "受文者：甲國司法部",
        "法外決字第11400000010號",
        "中華民國114年3月19日",
        "案號為" + case.number,
    ):
        assert said in pdf
        assert said in odt
    assert letter.digest[:16] in pdf and letter.digest[:16] in odt
    assert "草稿" not in pdf and "示例" in pdf
    assert print_letter(by=jun, letter=letter, form="pdf") == files["pdf"]
    assert print_letter(by=jun, letter=letter, form="odt") == files["odt"]


def test_nothing_changes_after_sending(jun, chen, case):
    letter = sent(jun, chen, case)

    for act in (
        lambda: edit_letter(by=jun, letter=letter, text=text(addressee="戊")),
        lambda: submit_letter(by=jun, letter=letter),
        lambda: return_letter(by=chen, letter=letter, reason="x"),
        lambda: withdraw_draft(by=chen, letter=letter),
        lambda: send_letter(by=jun, letter=letter, sending=sending(), today=TODAY),
    ):
        with pytest.raises(StepRefused):
            act()
    letter.refresh_from_db()
    assert letter.digest == digest_of(letter, [case])


def test_any_change_of_what_was_said_gives_another_digest(jun, chen, case):
    letter = sent(jun, chen, case)
    whole = digest_of(letter, [case])

    for name, value in {
        "addressee": "x",
        "subject_en": "x",
        "paragraphs": [],
        "number": "x",
        "secrecy": 2,
    }.items():
        kept = getattr(letter, name)
        setattr(letter, name, value)
        assert digest_of(letter, [case]) != whole
        setattr(letter, name, kept)


def test_a_step_that_is_refused_leaves_the_letter_unsent(jun, chen, case):
    letter = signed(jun, chen, case, "reply")

    with pytest.raises(StepRefused):
        send_letter(by=jun, letter=letter, sending=sending(step="reply"), today=TODAY)

    letter.refresh_from_db()
    assert (letter.status, letter.number, Document.objects.count()) == ("countersigned", "", 0)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"number": " "}, "number"),
        ({"moved_on": date(2025, 3, 21)}, "moved_on"),
        ({"channel": "pigeon"}, "channel"),
        ({"step": "refuse"}, "step"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_place(jun, chen, case, fields, field):
    letter = signed(jun, chen, case)

    with pytest.raises(StepRefused) as refused:
        send_letter(by=jun, letter=letter, sending=sending(**fields), today=TODAY)

    assert refused.value.field == field


def test_a_letter_is_not_sent_before_it_is_countersigned(jun, case):
    letter = drafted(jun, case)
    submit_letter(by=jun, letter=letter)

    with pytest.raises(StepRefused):
        send_letter(by=jun, letter=letter, sending=sending(), today=TODAY)


def test_asking_for_more_names_the_day_and_what_is_lacking(jun, chen, case):
    letter = signed(jun, chen, case, "more", reply_by=date(2025, 4, 30))
    asked = sending(step="ask_more", step_note="缺中譯本", defect="facts")

    send_letter(by=jun, letter=letter, sending=asked, today=TODAY)

    case.refresh_from_db()
    event = case.events.get(step="ask_more")
    assert (case.state, event.due_on, event.defect) == ("I40", date(2025, 4, 30), "facts")


def test_refusing_by_letter_records_the_ground(jun, chen, case):
    letter = signed(jun, chen, case, "refusal", ground="10(2)4")

    send_letter(by=jun, letter=letter, sending=sending(step="refuse", step_note="依函"), today=TODAY)

    case.refresh_from_db()
    assert (case.state, case.events.get(step="refuse").ground) == ("I90", "10(2)4")


# The log


def test_a_letter_that_came_in_is_logged_with_its_enclosures(jun, case):
    key = uuid.uuid4()
    upload = SimpleUploadedFile("附件.txt", "內容".encode())
    hold_uploads(by=jun, key=key, uploads=[upload], secrecy=0)

    letter = received(jun, case, uploads=key)

    assert (letter.way, letter.status, letter.their_number) == ("in", "received", "AA-77")
    paper = Document.objects.get(about_model="cases.letter", about_id=str(letter.pk))
    assert paper.versions.get().name == "附件.txt"
    assert history_of(case).first().verb == "letter.log_in"


def test_foreign_affairs_logs_letters_too_and_an_auditor_does_not(case):
    assert received(makers.mei(), case).drafted_by.username == "mei"
    for who in (makers.auditor(), makers.administrator()):
        with pytest.raises(StepRefused):
            received(who, case)


def test_a_letter_sent_elsewhere_is_logged_without_papers_of_ours(jun, case):
    logged = Logged(moved_on=SENT_ON, number="外條字第1號", kind="acknowledgement")

    letter = record_outgoing(by=jun, cases=[case], logged=logged, today=TODAY)

    assert (letter.way, letter.status, letter.digest) == ("out", "sent", "")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"moved_on": date(2025, 3, 21)}, "moved_on"),
        ({"dated_on": date(2025, 3, 20)}, "dated_on"),
        ({"secrecy": Secrecy.SEALED}, "secrecy"),
    ],
)
def test_days_and_levels_that_cannot_be_are_refused(jun, case, fields, field):
    logged = Logged(**({"moved_on": SENT_ON} | fields))

    with pytest.raises(StepRefused) as refused:
        record_incoming(by=jun, cases=[case], logged=logged, today=TODAY)

    assert refused.value.field == field


# What it means


@pytest.mark.parametrize(
    ("state", "meaning", "steps", "then"),
    [
        ("O70", "answered", ["deliver_reply"], "O88"),
        ("O55", "answered", ["acknowledged", "executing_abroad", "deliver_reply"], "O88"),
        ("O60", "in_part", ["executing_abroad", "part_reply"], "O85"),
        ("O70", "asks_more", ["asked_for_more"], "O75"),
        ("O60", "refuses", ["executing_abroad", "refused_abroad"], "O90"),
        ("O55", "postpones", ["postponed_abroad"], "O80"),
        ("O55", "acknowledges", ["acknowledged"], "O60"),
        ("O70", "nothing_new", [], "O70"),
        ("O70", "unsure", [], "O70"),
        ("O70", "acknowledges", [], "O70"),
    ],
)
def test_what_an_answer_means_leads_to_its_step(jun, state, meaning, steps, then):
    file = outgoing(jun, state)
    letter = received(jun, file)
    before = set(file.events.values_list("pk", flat=True))

    say_meanings(by=jun, letter=letter, said=[Said(file, meaning, note="示例理由")], today=TODAY)

    file.refresh_from_db()
    new = file.events.exclude(pk__in=before).order_by("order")
    assert ([event.step for event in new], file.state) == (steps, then)
    assert {event.letter for event in new} <= {letter}


def test_a_promise_names_its_day_and_is_kept(jun):
    file = outgoing(jun)
    letter = received(jun, file)
    with pytest.raises(StepRefused) as refused:
        say_meanings(by=jun, letter=letter, said=[Said(file, "promises")], today=TODAY)
    assert refused.value.field == "promised_on_0"

    promise = Said(file, "promises", promised_on=date(2025, 5, 1))
    say_meanings(by=jun, letter=letter, said=[promise], today=TODAY)

    row = LetterCase.objects.get(letter=letter)
    assert (row.meaning, row.promised_on, row.settled_by) == ("promises", date(2025, 5, 1), jun)
    assert file.events.get(step="promise_reply").due_on == date(2025, 5, 1)


def test_what_was_asked_for_arrives(jun, case):
    case_makers.step(jun, case, "ask_more", date(2025, 3, 13))
    letter = received(jun, case)

    say_meanings(by=jun, letter=letter, said=[Said(case, "supplies")], today=TODAY)

    case.refresh_from_db()
    assert case.state == "I30"


def test_the_meaning_may_be_said_without_a_step(jun):
    file = outgoing(jun)
    letter = received(jun, file)

    say_meanings(by=jun, letter=letter, said=[Said(file, "answered", records=False)], today=TODAY)

    file.refresh_from_db()
    assert (file.state, LetterCase.objects.get().meaning) == ("O70", "answered")


def test_one_case_that_is_refused_keeps_all_the_others_as_they_were(jun):
    first, second = outgoing(jun), outgoing(jun)
    letter = received(jun, first, second)
    said = [Said(first, "answered"), Said(second, "refuses", note="")]

    with pytest.raises(StepRefused) as refused:
        say_meanings(by=jun, letter=letter, said=said, today=TODAY)

    assert refused.value.field == "note_1"
    assert set(Case.objects.values_list("state", flat=True)) == {"O70"}
    assert set(LetterCase.objects.values_list("meaning", flat=True)) == {""}


def test_a_case_that_changed_meanwhile_is_not_decided_unseen(jun):
    file = outgoing(jun)
    letter = received(jun, file)

    with pytest.raises(StalePage):
        say_meanings(
            by=jun, letter=letter, said=[Said(file, "answered", version=file.version - 1)], today=TODAY
        )


def test_the_page_of_meanings_can_be_sent_again_after_a_case_changed(client_of, jun):
    file = outgoing(jun)
    letter = received(jun, file)
    client, address = client_of(jun), f"/cases/letters/{letter.pk}/meaning/"
    page = client.get(address)
    case_makers.step(jun, file, "chase")

    stale = client.post(address, posted(page, meaning_0="answered"), **ENGLISH)
    again = client.post(address, stale.context["form"].data, **ENGLISH)

    file.refresh_from_db()
    assert "This case changed after you opened the page" in stale.content.decode()
    assert (again.status_code, file.state) == (302, "O88")


def test_a_letter_marks_its_cases_as_changed(jun, chen, case):
    letter = signed(jun, chen, case)
    before = Case.objects.get().changed_at

    send_letter(by=jun, letter=letter, sending=sending(), today=TODAY)
    after = Case.objects.get().changed_at
    received(jun, case)

    assert before < after < Case.objects.get().changed_at


def test_a_way_is_the_shortest_one_and_none_where_none_leads(jun, case):
    assert route("withdraws", case)[0].name == "withdrawn"
    assert route("supplies", case) == ()


# Who sees what


def test_a_letter_is_seen_by_who_sees_all_its_cases_and_so_are_its_papers(jun, chen):
    sealed_officer = case_makers.sealed_officer()
    open_case = case_makers.case(jun, partner_reference="AA-1")
    secret = case_makers.case(sealed_officer, secrecy=Secrecy.SEALED)
    letter = received(sealed_officer, open_case, secret)
    mixed = sent(jun, chen, open_case)

    assert set(Letter.objects.visible_to(jun)) == {mixed}
    assert set(Letter.objects.visible_to(sealed_officer)) == {letter, mixed}
    administrator = makers.administrator()
    assert set(Letter.objects.visible_to(administrator)) == set()
    paper = Document.objects.filter(about_id=str(mixed.pk)).first()
    assert may_see_document(jun, paper)
    assert not may_see_document(administrator, paper)


def test_the_stranger_gets_the_same_404_for_a_hidden_letter_as_for_none(client_of, jun):
    file = case_makers.case(jun, secrecy=Secrecy.RESTRICTED)
    letter = drafted(jun, file)
    stranger = client_of(makers.stranger())

    pages = [
        f"/cases/letters/{pk}/{tail}"
        for pk in (letter.pk, 999_999)
        for tail in ("", "edit/", "send/", "meaning/", "paper/pdf/")
    ]
    answers = [
        stranger.get(address)
        for address in (*pages, f"/cases/{file.number}/letters/", f"/cases/{file.number}/letters/new/")
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert client_of(jun).get(pages[0]).status_code == 200


@pytest.mark.parametrize("who", ["mei", "auditor"])
def test_who_may_look_but_not_draft_gets_403_where_drafting_begins(client_of, case, who):
    client = client_of(getattr(makers, who)())

    assert client.get(f"/cases/{case.number}/letters/").status_code == 200
    assert client.get(f"/cases/{case.number}/letters/new/?kind=acknowledgement").status_code == 403


def test_the_administrator_of_the_system_gets_403_at_every_page(client_of, jun, case):
    letter = drafted(jun, case)
    client = client_of(makers.administrator())

    for address in ("/cases/letters/", f"/cases/letters/{letter.pk}/", f"/cases/{case.number}/letters/"):
        assert client.get(address).status_code == 403


# The pages


def posted(form_page, **more):
    """What a browser sends from the page's form, with some of it typed anew."""
    form = form_page.context["form"]
    sent = {}
    for name in form.fields:
        bound = form[name]
        value = bound.value()
        if name == "files" or value is None or value is False:
            continue
        widget = bound.field.widget
        if hasattr(widget, "decompress"):
            parts = widget.decompress(value)
            sent |= {
                f"{name}{suffix}": part for suffix, part in zip(widget.widgets_names, parts, strict=True)
            }
        else:
            sent[name] = "on" if value is True else value
    return sent | more


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


def test_a_character_without_a_glyph_is_named_on_the_page(client_of, jun, case):
    letter = drafted(jun, case, addressee="𠮷野")

    assert "𠮷" in client_of(jun).get(letter.get_absolute_url(), **ENGLISH).context["missing"]


def test_the_demo_has_a_letter_in_every_state_and_a_second_load_adds_none(jun, chen):
    load_sample_agreements(by=makers.mei(), justice=jun, today=TODAY)
    load_sample_cases(by=chen, today=TODAY)
    load_paragraphs(by=chen)

    made = load_sample_letters(by=jun, supervisor=chen, today=TODAY)
    again = load_sample_letters(by=jun, supervisor=chen, today=TODAY)

    assert (made, again) == (4, 0)
    assert set(Letter.objects.values_list("status", flat=True)) == {
        "sent",
        "countersigned",
        "draft",
        "received",
    }


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
