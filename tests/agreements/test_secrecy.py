"""Place-holders, numbers and titles of restricted agreements, their marks: SEC-1 … SEC-4, and that refusals tell nothing."""

import uuid

import pytest

from agreements.actions import StepRefused
from agreements.actions.marks import ask_lowering, decide_lowering
from agreements.actions.register import edit
from agreements.models import Agreement, Placeholder
from tests import makers
from tests.makers import TODAY
from tracker.models import Entry
from tracker.roles import Ministry, Role, Secrecy

pytestmark = pytest.mark.django_db
SECRET = {"secrecy": Secrecy.RESTRICTED}


def test_restricted_agreements_are_counted_apart_and_leave_no_gap():
    lin = makers.lin()
    numbers = [
        makers.agreement(lin, title_zh=f"示例 {place}", secrecy=level).number
        for place, level in enumerate((0, 2, 1, 2, 0))
    ]

    assert numbers == ["A-114-001", "A-密114-001", "A-114-002", "A-密114-002", "A-114-003"]


def test_a_raised_agreement_keeps_its_number_and_the_next_one_goes_on():
    lin = makers.lin()
    file = makers.agreement(lin, title_zh="示例一")
    edit(by=lin, agreement=file, today=TODAY, **makers.marked(SECRET))

    assert Agreement.objects.get(pk=file.pk).number == "A-114-001"
    assert makers.agreement(lin, title_zh="示例二").number == "A-114-002"


def test_a_title_of_a_hidden_agreement_may_be_used_and_tells_nothing(client_of):
    makers.agreement(makers.lin(), title_zh="同名之示例", **SECRET)
    low = makers.person("low", ministry=Ministry.FOREIGN_AFFAIRS, clearance=Secrecy.INTERNAL)

    assert makers.agreement(low, title_zh="同名之示例").number == "A-114-001"


def test_lists_and_titles_say_the_code_name_and_the_page_itself_the_title(client_of):
    mei = makers.mei()
    file = makers.agreement(mei, title_zh="不得外洩之條約", code_name="青鳥", **SECRET)
    client = client_of(mei)
    board, search = client.get("/agreements/").text, client.get("/search/?q=不得外洩").text
    own = client.get(file.get_absolute_url()).text

    assert ("青鳥" in board, "不得外洩之條約" in board, "不得外洩之條約" in search) == (True, False, False)
    assert ("不得外洩之條約" in own.partition("</title>")[0], "不得外洩之條約" in own) == (False, True)
    assert str(file) == f"{file.number} 青鳥"


def test_a_mark_needs_its_end_and_two_supervisors_to_be_lowered():
    lin = makers.lin()
    other = makers.person("wu", ministry=Ministry.FOREIGN_AFFAIRS, role=Role.SUPERVISOR)
    file, refused = makers.agreement(lin, title_zh="示例", **SECRET), []
    for changes in ({"declassify_when": ""}, {"secrecy": Secrecy.INTERNAL}):
        with pytest.raises(StepRefused) as caught:
            edit(by=lin, agreement=file, today=TODAY, **changes)
        refused.append(caught.value.field)
    lowering = ask_lowering(by=lin, agreement=file, after=Secrecy.ORDINARY, reason="示例")
    with pytest.raises(StepRefused):
        decide_lowering(by=lin, lowering=lowering, is_granted=True)
    decide_lowering(by=other, lowering=lowering, is_granted=True)

    assert refused == ["declassify_when", "secrecy"]
    assert Agreement.objects.get(pk=file.pk).secrecy == Secrecy.ORDINARY


def test_a_state_secret_is_refused_with_advice_and_a_place_holder_is_kept_instead(client_of):
    mei = makers.mei()
    client = client_of(mei)
    sent = {"key": str(uuid.uuid4()), "code_name": "極 機 密 青鳥", "kept_where": "示例檔案室"}
    refused = client.post("/agreements/placeholders/", sent, headers={"accept-language": "en"})
    client.post("/agreements/placeholders/", sent | {"code_name": "青鳥"})
    row = Placeholder.objects.get()
    client.post(f"/agreements/placeholders/{row.pk}/withdraw/", {"key": str(uuid.uuid4()), "reason": "示例"})

    assert "names a level of state secrets" in refused.text
    assert (row.number, row.code_name, Placeholder.objects.standing().count()) == (
        "P-114-001"[:2] + row.number[2:],
        "青鳥",
        0,
    )
    assert list(Entry.objects.filter(verb__startswith="placeholder").values_list("verb", flat=True)) == [
        "placeholder.record",
        "placeholder.withdraw",
    ]


def test_place_holders_are_shown_to_those_who_are_cleared_for_restricted_papers(client_of):
    answers = [
        client_of(person).get("/agreements/placeholders/").status_code
        for person in (makers.mei(), makers.stranger(), makers.auditor(), makers.administrator())
    ]

    assert answers == [200, 403, 403, 403]
