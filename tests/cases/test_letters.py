"""Letters: drafted from approved paragraphs, signed by another person, sent and frozen."""

import io
import zipfile
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from agreements.actions import StalePage, StepRefused
from cases.actions.letters import (
    countersign_letter,
    draft_letter,
    edit_letter,
    load_paragraphs,
    print_letter,
    return_letter,
    send_letter,
    submit_letter,
    withdraw_draft,
)
from cases.letters.kinds import SORTS, kinds_for
from cases.letters.placeholders import PLACEHOLDERS, complete, left_open, unknown_in, values_for
from cases.letters.sheets import digest_of
from cases.letters.words import GROUNDS, ITEMS
from cases.lifecycle import STEP_NAMES, Ground
from cases.models import AssistanceItem, CaseEvent, Letter, Paragraph
from tests import makers
from tests.cases import makers as case_makers
from tests.cases.letters import (
    SENT_ON,
    drafted,
    sending,
    sent,
    signed,
    text,
)
from tests.makers import TODAY
from tests.pdfreader import read_pdf
from tracker.audit import history_of
from tracker.models import Document
from tracker.roles import Ministry, Secrecy

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


def test_a_command_loads_them_for_an_installation_that_is_no_demo(chen):
    said = StringIO()

    call_command("load_paragraphs", by=chen.username, stdout=said)

    assert said.getvalue() == "27 paragraphs added.\n"
    with pytest.raises(CommandError):
        call_command("load_paragraphs", by=makers.mei().username)


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


def test_a_letter_that_names_an_agreement_goes_only_into_a_case_as_secret_as_the_agreement(jun):
    """SEC-5: nothing stricter is put into a case."""
    partner = makers.partner()
    case_makers.in_force(partner, date(2024, 1, 1), secrecy=Secrecy.RESTRICTED)
    file, secret = (case_makers.case(jun, partner, secrecy=level) for level in (0, Secrecy.RESTRICTED))
    naming = {"paragraphs": (("", "依據{agreement}辦理。", "Under {agreement}."),)}

    with pytest.raises(StepRefused) as refused:
        drafted(jun, file, **naming)
    assert refused.value.field == "secrecy"
    assert (drafted(jun, file).secrecy, drafted(jun, secret, **naming).secrecy) == (
        Secrecy.ORDINARY,
        Secrecy.RESTRICTED,
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
    """AZ-15, WF-3."""
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


def test_who_countersigned_takes_it_back_before_it_leaves_and_nobody_else_does(jun, chen, case):
    letter = signed(jun, chen, case)
    other = makers.person("wu", ministry=Ministry.JUSTICE, role="supervisor")
    for who in (jun, other):
        with pytest.raises(StepRefused):
            return_letter(by=who, letter=letter, reason="案情有變")

    return_letter(by=chen, letter=letter, reason="案情有變")

    letter.refresh_from_db()
    assert (letter.status, letter.countersigned_by, letter.countersigned_at) == ("returned", None, None)


def test_a_supervisor_who_rewrites_a_returned_letter_does_not_countersign_it(jun, chen, case):
    letter = drafted(jun, case)
    submit_letter(by=jun, letter=letter)
    return_letter(by=chen, letter=letter, reason="改寫")
    edit_letter(by=chen, letter=letter, text=text(addressee="丁"))
    submit_letter(by=chen, letter=letter)

    with pytest.raises(StepRefused, match="Another person"), translation.override("en"):
        countersign_letter(by=chen, letter=letter)


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
    assert {paper.title: paper.versions.get().name for paper in papers} == {
        f"{letter.number} (ODT)": f"{letter.number}.odt",
        f"{letter.number} (PDF)": f"{letter.number}.pdf",
        f"{letter.number} 節略 (ODT)": f"{letter.number} 節略.odt",
        f"{letter.number} 節略 (PDF)": f"{letter.number} 節略.pdf",
    }
    event = CaseEvent.objects.get(case=case, step="acknowledge")
    assert (event.letter, event.happened_on, event.reference) == (letter, SENT_ON, letter.number)


def test_the_kept_papers_say_what_was_sent_and_carry_its_digest(jun, chen, case):
    letter = sent(jun, chen, case)

    files = {}
    for paper in Document.objects.filter(about_model="cases.letter").exclude(title__contains="節略"):
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
