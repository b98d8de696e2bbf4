"""What was typed and not sent is kept as a draft, private to its writer, until the form is carried out."""

import uuid

import pytest
from django.urls import reverse

from tests import makers
from tracker.models import Draft

pytestmark = pytest.mark.django_db
DAY = {"happened_year": "114", "happened_month": "3", "happened_day": "10"}


@pytest.fixture
def mei():
    return makers.mei()


@pytest.fixture
def file(mei):
    return makers.walk(mei, until="sign")


def typed(file, **fields):
    return {
        "key": str(uuid.uuid4()),
        "version": file.version,
        "step": "submit",
        **DAY,
        "note": "尚缺附件",
    } | fields


def test_a_draft_comes_back_with_everything_that_was_typed(client_of, mei, file):
    client, address = client_of(mei), reverse("agreements:new_step", args=[file.number])

    answer = client.post(address, typed(file, act="draft"), follow=True)

    draft = Draft.objects.get()
    assert answer.request["QUERY_STRING"] == f"draft={draft.key}"
    assert "尚缺附件" in answer.text and 'value="114"' in answer.text
    assert draft.link in client.get(reverse("agreements:home")).text
    file.refresh_from_db()
    assert file.stage == "35"


def test_a_form_carried_out_leaves_no_draft(client_of, mei, file):
    client, address = client_of(mei), reverse("agreements:new_step", args=[file.number])
    sent = typed(file, reference="外條字第 1140000001 號")
    client.post(address, sent | {"act": "draft"})

    client.post(address, sent | {"act": "take"})

    file.refresh_from_db()
    assert (file.stage, Draft.objects.count()) == ("40", 0)


def test_a_script_that_saves_by_itself_gets_an_empty_answer(client_of, mei, file):
    address = reverse("agreements:new_step", args=[file.number])

    answer = client_of(mei).post(address, typed(file, act="draft"), headers={"X-Autosave": "1"})

    assert (answer.status_code, answer.content, Draft.objects.count()) == (204, b"", 1)


def test_a_draft_is_its_writers_alone(client_of, mei, file):
    address = reverse("agreements:new_step", args=[file.number])
    sent = typed(file, act="draft")
    client_of(mei).post(address, sent)
    lin = client_of(makers.lin())

    assert "尚缺附件" not in lin.get(f"{address}?draft={sent['key']}").text
    assert lin.post(address, sent | {"note": "別人"}, headers={"X-Autosave": "1"}).status_code == 409
    lin.post(reverse("drop_draft", args=[sent["key"]]))
    assert ["note", "尚缺附件"] in Draft.objects.get().typed


def test_a_writer_drops_a_draft(client_of, mei, file):
    client = client_of(mei)
    client.post(reverse("agreements:new_step", args=[file.number]), typed(file, act="draft"))

    client.post(reverse("drop_draft", args=[Draft.objects.get().key]))

    assert not Draft.objects.exists()


def test_a_registration_is_kept_too(client_of, mei):
    sent = {"key": str(uuid.uuid4()), "title_zh": "示例草稿條約", "act": "draft"}

    answer = client_of(mei).post(reverse("agreements:new"), sent, follow=True)

    assert ("示例草稿條約" in answer.text, Draft.objects.count()) == (True, 1)


def test_a_key_that_is_none_is_answered_in_words(client_of, mei, file):
    address = reverse("agreements:new_step", args=[file.number])

    answer = client_of(mei).post(address, typed(file, act="draft", key="x"), follow=True)

    assert (answer.status_code, Draft.objects.count()) == (200, 0)
    assert client_of(mei).get(f"{address}?draft=x").status_code == 200
