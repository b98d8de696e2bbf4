"""Contacts with a partner: who records and withdraws them, who sees them, and what stays in the history."""

import uuid
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from agreements.actions import StepRefused, record_contact, withdraw_contact
from agreements.history import sentence
from agreements.models import Contact
from tests import makers
from tracker.models import Entry
from tracker.partialdate import PartialDate
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
CHINESE = {"accept-language": "zh-TW"}
LIST = "/partners/XA/contacts/"
NEW = "/partners/XA/contacts/new/"


def contact(by, held="2025-01-10", **fields):
    given = {
        "partner": makers.partner(),
        "kind": "meeting",
        "held": PartialDate.parse(held),
        "words": "示例會談內容",
        "today": makers.TODAY,
    } | makers.marked(fields)
    return record_contact(by=by, **given)


def typed(**fields):
    day = {"held_year": "2025", "held_month": "1", "held_day": "10"}
    return {"key": str(uuid.uuid4()), "kind": "visit", "words": "示例訪問", "secrecy": "0"} | day | fields


@pytest.mark.parametrize("who", [makers.mei, makers.jun, makers.lin, makers.justice_supervisor])
def test_officers_and_supervisors_of_both_ministries_record_and_withdraw(who):
    person = who()

    kept = contact(person)
    withdraw_contact(by=person, contact=kept, reason=" 示例重複 ")

    kept.refresh_from_db()
    assert (str(kept.held), kept.held_to, kept.recorded_by) == ("2025-01-10", date(2025, 1, 10), person)
    assert (kept.withdrawn_reason, kept.withdrawn_at is None) == ("示例重複", False)


@pytest.mark.parametrize("who", [makers.auditor, makers.administrator])
def test_others_neither_record_nor_withdraw(who):
    person, kept = who(), contact(makers.mei())

    with pytest.raises(StepRefused):
        contact(person)
    with pytest.raises(StepRefused):
        withdraw_contact(by=person, contact=kept, reason="示例")

    assert list(Contact.objects.values_list("withdrawn_at", flat=True)) == [None]


@pytest.mark.parametrize("held", ["2025-03-21", "2025-04", "2026", "", "≤2025-01-01"])
def test_a_day_in_the_future_or_without_its_year_is_refused(held):
    with pytest.raises(StepRefused) as refused:
        contact(makers.mei(), held)

    assert refused.value.field == "held"


@pytest.mark.parametrize(
    ("held", "kept"), [("2025-03", "2025-03≤2025-03-20"), ("2025", "2025≤2025-03-20"), ("2024-12", "2024-12")]
)
def test_a_partly_known_day_had_come_by_the_day_of_recording(held, kept):
    assert str(contact(makers.mei(), held).held) == kept


def test_nobody_records_above_the_own_clearance_or_withdraws_what_is_hidden():
    stranger, hidden = makers.stranger(), contact(makers.mei(), secrecy=Secrecy.RESTRICTED)

    with pytest.raises(StepRefused) as refused:
        contact(stranger, secrecy=Secrecy.RESTRICTED)
    with pytest.raises(StepRefused):
        withdraw_contact(by=stranger, contact=hidden, reason="示例")

    assert refused.value.field == "secrecy"


def test_a_contact_is_withdrawn_once_and_with_a_reason():
    mei = makers.mei()
    kept = contact(mei)

    with pytest.raises(StepRefused) as without_reason:
        withdraw_contact(by=mei, contact=kept, reason=" ")
    withdraw_contact(by=mei, contact=kept, reason="示例")
    with pytest.raises(StepRefused):
        withdraw_contact(by=mei, contact=kept, reason="示例")

    assert without_reason.value.field == "reason"


def test_the_history_tells_codes_and_the_day_and_not_what_was_talked_about():
    mei = makers.mei()
    withdraw_contact(by=mei, contact=contact(mei), reason="示例理由")

    entries = list(Entry.objects.filter(verb__startswith="contact.").order_by("pk"))

    told = {"partner": "XA", "kind": "meeting", "held": "2025-01-10"}
    assert [(entry.verb, entry.details) for entry in entries] == [
        ("contact.record", told),
        ("contact.withdraw", told),
    ]
    with translation.override("en"):
        assert [sentence(entry) for entry in entries] == [
            "recorded a contact with XA: Meeting, 2025-01-10",
            "withdrew a contact with XA: Meeting, 2025-01-10",
        ]


def test_the_form_records_a_contact_once_however_often_it_is_sent(client_of):
    makers.partner()
    client, sent = client_of(makers.jun()), typed()

    answers = [client.post(NEW, sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert list(Contact.objects.values_list("kind", "held", "words")) == [
        ("visit", PartialDate(2025, 1, 10), "示例訪問")
    ]


def test_the_form_says_what_is_missing(client_of):
    makers.partner()
    client = client_of(makers.jun())

    empty = client.post(NEW, {"key": str(uuid.uuid4())}, headers=ENGLISH)
    ahead = client.post(NEW, typed(held_year=str(timezone.localdate().year + 1)), headers=ENGLISH)

    assert set(empty.context["form"].errors) == {"kind", "held", "words", "secrecy"}
    assert list(ahead.context["form"].errors) == ["held"]
    assert Contact.objects.count() == 0


def test_the_form_of_withdrawing_asks_for_the_reason_and_strikes_the_contact(client_of):
    jun = makers.jun()
    kept = contact(jun)
    client, path = client_of(jun), f"{LIST}{kept.pk}/withdraw/"

    refused = client.post(path, {"key": str(uuid.uuid4())}, headers=ENGLISH)
    done = client.post(path, {"key": str(uuid.uuid4()), "reason": "示例重複"})
    page = client.get(LIST, headers=ENGLISH)

    assert list(refused.context["form"].errors) == ["reason"]
    assert (done.status_code, done.url) == (302, LIST)
    assert "<s>示例會談內容</s>" in page.text
    assert "示例重複" in page.text


def test_lookers_see_the_list_and_may_not_open_the_forms(client_of):
    kept = contact(makers.mei())
    client = client_of(makers.auditor())

    page = client.get(LIST, headers=ENGLISH)

    assert "示例會談內容" in page.text
    assert "Record a contact" not in page.text
    assert client.get(NEW).status_code == 403
    assert client.get(f"{LIST}{kept.pk}/withdraw/").status_code == 403


def test_a_hidden_contact_is_as_one_that_does_not_exist(client_of):
    hidden = contact(makers.mei(), secrecy=Secrecy.RESTRICTED)
    client = client_of(makers.stranger())

    assert "示例會談內容" not in client.get(LIST).text
    assert "示例會談內容" not in client.get("/partners/XA/").text
    assert client.get(f"{LIST}{hidden.pk}/withdraw/").status_code == 404
    assert client.get(f"{LIST}{hidden.pk + 1}/withdraw/").status_code == 404


def test_a_contact_is_found_only_under_its_own_partner(client_of):
    mei = makers.mei()
    kept = contact(mei)
    makers.partner("XB")

    assert client_of(mei).get(f"/partners/XB/contacts/{kept.pk}/withdraw/").status_code == 404
    assert client_of(mei).get("/partners/ZZ/contacts/").status_code == 404


def test_the_page_of_the_partner_shows_the_last_three_that_stand(client_of):
    mei = makers.mei()
    made = [contact(mei, f"2025-01-{day}", words=f"示例{day}") for day in (10, 11, 12, 13, 14)]
    withdraw_contact(by=mei, contact=made[-1], reason="示例")

    page = client_of(mei).get("/partners/XA/")

    assert [one.words for one in page.context["page"].met] == ["示例13", "示例12", "示例11"]


def test_the_page_of_the_partner_shows_contacts_as_of_the_day(client_of):
    mei = makers.mei()
    contact(mei, "2025-01-10")
    contact(mei, "2025-02-10")

    page = client_of(mei).get("/partners/XA/", {"as_of": "2025-01-31"})

    assert [str(one.held) for one in page.context["page"].met] == ["2025-01-10"]


@pytest.mark.parametrize(("headers", "kind"), [(ENGLISH, "Meeting"), (CHINESE, "示例會談內容")])
def test_the_list_asks_as_often_for_three_contacts_as_for_one(
    client_of, headers, kind, django_assert_max_num_queries
):
    mei = makers.mei()
    client = client_of(mei)
    contact(mei)
    client.get(LIST, headers=headers)
    with django_assert_max_num_queries(20) as one:
        assert kind in client.get(LIST, headers=headers).text
    contact(mei)
    contact(mei)

    with django_assert_max_num_queries(20) as three:
        client.get(LIST, headers=headers)

    assert len(three) == len(one)


def test_supervisors_see_contacts_on_their_admin_screen_as_far_as_they_are_cleared(client_of):
    contact(makers.mei(), secrecy=Secrecy.RESTRICTED)
    path = reverse("admin:agreements_contact_changelist")

    cleared = makers.person("high", role="supervisor", ministry="justice", is_staff=True)
    shown = client_of(cleared).get(path).context["cl"].result_count
    cleared_for_less = makers.person("low", role="supervisor", ministry="justice", clearance=0, is_staff=True)
    hidden = client_of(cleared_for_less).get(path).context["cl"].result_count

    assert (shown, hidden) == (1, 0)
