"""Correcting and withdrawing milestones through their pages: with a reason, before and after shown, nothing lost (ERR-4)."""

import uuid
from datetime import date

import pytest
from django.utils import translation
from django.utils.html import strip_tags

from agreements.actions import update_progress
from tests import makers
from tracker.models import Entry
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def address(file, milestone, what):
    return f"/agreements/{file.number}/milestones/{milestone.pk}/{what}/"


def words(answer):
    return " ".join(strip_tags(answer.content.decode().replace("<", " <")).split())


def sent(file, milestone, *, day="", reason="依會議紀錄", act="check", **more):
    """What the correction form sends when nothing but ``day`` (its number in the month) is changed."""
    happened = milestone.happened
    return {
        "key": str(uuid.uuid4()),
        "version": str(file.version),
        "happened_year": str((happened.year or 1911) - 1911 or ""),
        "happened_month": str(happened.month or ""),
        "happened_day": day or str(happened.day or ""),
        "reference": milestone.reference,
        "place": milestone.place,
        "ground": milestone.ground,
        "term": str(milestone.term or ""),
        "note": milestone.note,
        "reason": reason,
        "act": act,
    } | more


def opened_talks(by):
    file = makers.walk(by, until="open_talks", start=date(2024, 1, 10))
    return file, file.milestones.get()


def test_before_and_after_are_shown_and_nothing_is_written_yet(client_of):
    mei = makers.mei()
    file, wrong = opened_talks(mei)

    form = client_of(mei).get(address(file, wrong, "correct"), headers=ENGLISH)
    page = words(
        client_of(mei).post(
            address(file, wrong, "correct"), sent(file, wrong, day="12", reference="新文號"), headers=ENGLISH
        )
    )

    assert 'value="113"' in form.content.decode() and "外條字第 1140000000 號" in form.content.decode()
    assert "happened on 10 Jan 2024 ROC 113.01.10 12 Jan 2024 ROC 113.01.12" in page
    assert "official letter number 外條字第 1140000000 號 新文號" in page
    assert "Reason 依會議紀錄" in page
    assert [row.pk for row in file.milestones.all()] == [wrong.pk]


def test_a_correction_replaces_the_milestone_and_keeps_the_old_one(client_of):
    mei = makers.mei()
    file, wrong = opened_talks(mei)
    data = sent(file, wrong, day="12", act="take")

    client = client_of(mei)
    answers = [client.post(address(file, wrong, "correct"), data, headers=ENGLISH) for _time in range(2)]

    wrong.refresh_from_db()
    (right,) = file.milestones.filter(withdrawn_at=None)
    assert (str(right.happened), right.replaces_id, right.stage) == ("2024-01-12", wrong.pk, "20")
    assert (wrong.withdrawn_reason, wrong.withdrawn_by) == ("依會議紀錄", mei)
    assert [answer["Location"] for answer in answers] == [
        f"/agreements/{file.number}/?recorded={right.pk}"
    ] * 2
    assert Entry.objects.filter(verb="agreement.correct").count() == 1


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"reason": ""}, "reason", "Give the reason of the correction."),
        ({"day": "30", "happened_month": "2"}, "happened", "2024-02 has no day 30"),
        ({"day": "1", "happened_year": "199"}, "happened", "The day lies in the future."),
        ({}, "__all__", "Nothing differs from what is recorded."),
    ],
)
def test_a_correction_that_cannot_be_is_refused_in_words(client_of, change, field, sentence):
    mei = makers.mei()
    file, wrong = opened_talks(mei)

    answer = client_of(mei).post(
        address(file, wrong, "correct"), sent(file, wrong, act="take", **change), headers=ENGLISH
    )

    assert sentence in answer.context["form"].errors[field][0]
    assert file.milestones.filter(withdrawn_at=None).get() == wrong


def test_a_day_out_of_order_names_the_neighbour(client_of):
    mei = makers.mei()
    file = makers.walk(mei, until="initial", start=date(2024, 1, 10))
    wrong = file.milestones.get(step="open_talks")

    answer = client_of(mei).post(
        address(file, wrong, "correct"),
        sent(file, wrong, happened_month="5", act="take"),
        headers=ENGLISH,
    )

    (refusal,) = answer.context["form"].errors["happened"]
    assert "out of order with “Initial the text” (2024-01-20)" in refusal
    assert "House rule of this register" in refusal


def test_a_stale_page_says_what_changed_and_keeps_what_was_typed(client_of):
    mei, lin = makers.mei(), makers.lin()
    file, wrong = opened_talks(mei)
    data = sent(file, wrong, day="12", reason="依會議紀錄更正", act="take")
    update_progress(
        by=lin, agreement=file, confidence="delayed", court="partner", next_step="待回復", today=makers.TODAY
    )

    answer = client_of(mei).post(address(file, wrong, "correct"), data, headers=ENGLISH)

    (sentence,) = answer.context["form"].non_field_errors()
    assert "Lin updated the progress: 待回復" in sentence
    assert "依會議紀錄更正" in answer.content.decode()
    assert file.milestones.filter(withdrawn_at=None).get() == wrong


def test_a_milestone_is_withdrawn_with_a_reason_and_the_page_says_what_follows(client_of):
    mei = makers.mei()
    file = makers.walk(mei, until="initial")
    wrong = file.milestones.get(step="initial")
    client = client_of(mei)

    page = words(client.get(address(file, wrong, "withdraw"), headers=ENGLISH))
    lacking = client.post(address(file, wrong, "withdraw"), sent(file, wrong, reason=" "), headers=ENGLISH)
    answer = client.post(address(file, wrong, "withdraw"), sent(file, wrong, reason="誤登"), headers=ENGLISH)

    file.refresh_from_db()
    wrong.refresh_from_db()
    assert "The stage goes back : 1 Negotiation Text agreed → 1 Negotiation Negotiating" in page.replace(
        "back:", "back :"
    )
    assert lacking.context["form"].errors["reason"] == ["Give the reason of the correction."]
    assert answer["Location"] == f"/agreements/{file.number}/?recorded={wrong.pk}"
    assert (file.stage, wrong.withdrawn_reason) == ("20", "誤登")
    assert "“Initial the text” is withdrawn." in words(client.get(answer["Location"], headers=ENGLISH))


def test_a_milestone_on_which_others_rest_is_not_withdrawn(client_of):
    mei = makers.mei()
    file = makers.walk(mei, until="initial")
    first = file.milestones.get(step="open_talks")

    answer = client_of(mei).post(
        address(file, first, "withdraw"), sent(file, first, reason="誤登"), headers=ENGLISH
    )

    (refusal,) = answer.context["form"].non_field_errors()
    assert "Later facts rest on it; withdraw “Initial the text” first." in refusal


def test_after_signature_only_the_supervisor_of_the_lead_corrects(client_of):
    mei, lin, jun = makers.mei(), makers.lin(), makers.jun()
    file = makers.walk(mei, until="sign")
    signature = file.milestones.get(step="sign")
    what = ("correct", "withdraw")

    def codes(person):
        return [client_of(person).get(address(file, signature, one)).status_code for one in what]

    assert codes(lin) == [200, 200]
    assert codes(mei) == codes(jun) == codes(makers.auditor()) == [403, 403]
    posted = client_of(mei).post(address(file, signature, "withdraw"), sent(file, signature, reason="誤登"))
    assert posted.status_code == 403
    assert not file.milestones.exclude(withdrawn_at=None).exists()


def test_the_stranger_and_a_milestone_of_another_file_are_404(client_of):
    mei = makers.mei()
    file = makers.agreement(mei, secrecy=Secrecy.RESTRICTED)
    makers.step(mei, file, "open_talks", date(2024, 1, 10))
    other = makers.agreement(mei, title_zh="示例另案")
    milestone = file.milestones.get()
    assert client_of(mei).get(address(file, milestone, "correct")).status_code == 200

    hidden = client_of(makers.stranger()).get(address(file, milestone, "correct"))
    foreign = client_of(mei).get(address(other, milestone, "correct"))

    assert (hidden.status_code, foreign.status_code) == (404, 404)
