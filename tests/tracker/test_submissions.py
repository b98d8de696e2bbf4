"""A form is carried out once for each person who sends it: the key of another person's form is no obstacle and no way in."""

import uuid

import pytest
from django.db import IntegrityError

from agreements.models import Agreement
from tests import makers
from tracker.actions import once, result_of
from tracker.models import Submission

pytestmark = pytest.mark.django_db


def carried_out(key, by, done):
    """Carry the form out and say where it led; ``done`` counts how often it really happened."""

    def do():
        done.append(by.username)
        return f"/done/{by.username}/"

    return once(key, by=by, do=do)


def test_the_same_key_sent_twice_is_carried_out_once():
    mei, key, done = makers.mei(), uuid.uuid4(), []

    assert [carried_out(key, mei, done) for _time in range(2)] == ["/done/mei/", "/done/mei/"]

    assert done == ["mei"]


def test_the_same_key_sent_by_two_people_is_carried_out_for_each():
    mei, jun, key, done = makers.mei(), makers.jun(), uuid.uuid4(), []

    results = [carried_out(key, person, done) for person in (mei, jun, mei, jun)]

    assert results == ["/done/mei/", "/done/jun/", "/done/mei/", "/done/jun/"]
    assert done == ["mei", "jun"]


def test_nobody_learns_what_came_of_another_persons_form():
    mei, jun, key = makers.mei(), makers.jun(), uuid.uuid4()
    carried_out(key, mei, [])

    assert (result_of(key, by=mei), result_of(key, by=jun)) == ("/done/mei/", None)


def test_a_constraint_that_the_work_itself_breaks_is_not_taken_for_a_twin():
    mei = makers.mei()
    agreement = makers.agreement(mei)

    def do():
        Agreement.objects.create(number=agreement.number, partner=agreement.partner)
        return "/never/"

    with pytest.raises(IntegrityError):
        once(uuid.uuid4(), by=mei, do=do)
    assert not Submission.objects.exists()


def test_two_people_who_send_a_page_with_the_same_key_both_get_their_own_view(client):
    mei, lin = makers.mei(), makers.lin()
    sent = {"key": str(uuid.uuid4()), "name": "示例", "reach": "mine"}

    answers = []
    for person in (mei, lin):
        client.force_login(person)
        answers.append(client.post("/cases/views/save/?state=open", sent).status_code)

    assert answers == [302, 302]
    assert [person.saved_views.count() for person in (mei, lin)] == [1, 1]
