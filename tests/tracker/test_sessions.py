"""Sessions (AUT-9, AUT-10): how long they last, what ends them, and what does not keep them alive."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import makers
from tests.tracker.test_typed import any_address, routes
from tracker.models import Session, User
from tracker.signedin import SessionStore

pytestmark = pytest.mark.django_db
START = datetime(2025, 3, 20, 1, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
BACKGROUND = {"Sec-Fetch-Mode": "cors"}


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def mei(clock):
    person = makers.mei()
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in(client: Client, name: str = "mei", password: str = PASSWORD, **headers: str):
    return client.post(reverse("account_login"), {"login": name, "password": password}, headers=headers)


def signed_in(name: str = "mei", **headers: str) -> Client:
    client = Client()
    sign_in(client, name, **headers)
    assert is_in(client)
    return client


def is_in(client: Client, **headers: str) -> bool:
    """Whether a page opens; looking is something that a person does, unless the headers say otherwise."""
    return client.get(reverse("search"), headers=headers).status_code == 200


def at(**since: float) -> datetime:
    return START + timedelta(**since)


@pytest.mark.parametrize(("minutes", "seconds", "lasts"), [(29, 59, True), (30, 1, False)])
def test_a_session_ends_half_an_hour_after_its_person_was_last_active(mei, clock, minutes, seconds, lasts):
    client = signed_in()

    clock.move_to(at(minutes=minutes, seconds=seconds))

    assert is_in(client) is lasts


def test_every_page_that_is_opened_begins_the_half_hour_anew(mei, clock):
    client = signed_in()

    for minutes in (29, 58, 87):
        clock.move_to(at(minutes=minutes))
        assert is_in(client)
    clock.move_to(at(minutes=117, seconds=1))

    assert not is_in(client)


@pytest.mark.parametrize(("minutes", "seconds", "lasts"), [(59, 59, True), (60, 1, False)])
def test_a_session_ends_after_twelve_hours_however_busy_its_person_is(mei, clock, minutes, seconds, lasts):
    client = signed_in()
    for quarter in range(1, 48):
        clock.move_to(at(minutes=15 * quarter))
        assert is_in(client)

    clock.move_to(at(hours=11, minutes=minutes, seconds=seconds))

    assert is_in(client) is lasts


def test_what_is_kept_in_a_session_does_not_make_it_last_longer(mei, clock):
    client = signed_in()
    for quarter in range(1, 48):
        clock.move_to(at(minutes=15 * quarter))
        client.get(reverse("search"))
        session = client.session
        session["anything"] = quarter
        session.save()

    clock.move_to(at(hours=12, seconds=1))

    assert not is_in(client)


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Mode": "cors"}, {"Sec-Fetch-Mode": "same-origin"}, {"X-Requested-With": "fetch"}]
)
def test_a_page_that_asks_for_news_by_itself_keeps_nobody_signed_in(mei, clock, headers):
    client = signed_in()

    for minute in range(1, 30):
        clock.move_to(at(minutes=minute))
        assert is_in(client, **headers)
    clock.move_to(at(minutes=30, seconds=1))

    assert not is_in(client, **headers)


def test_a_form_that_keeps_what_one_types_keeps_its_writer_signed_in(mei, clock):
    client = signed_in()

    for minute in (20, 40, 60):
        clock.move_to(at(minutes=minute))
        client.post(reverse("search"), headers={"X-Autosave": "1", "Sec-Fetch-Mode": "cors"})

    assert is_in(client)


def test_the_last_activity_is_written_once_a_minute_at_most(mei, clock):
    client = signed_in()

    written = []
    for seconds in (59, 61, 100, 122):
        clock.move_to(at(seconds=seconds))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("search"))
        written.append(sum("UPDATE" in query["sql"] for query in asked.captured_queries))

    assert written == [0, 1, 0, 1]
    assert Session.objects.get(person=mei).seen_at == at(seconds=122)


def test_signing_in_gives_the_session_a_new_name(mei):
    client = Client()
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = planted = session.session_key

    sign_in(client)

    assert client.cookies["sessionid"].value != planted
    other = Client()
    other.cookies["sessionid"] = planted
    assert (is_in(client), is_in(other)) == (True, False)


def test_the_name_of_a_session_cannot_be_guessed_and_one_made_up_by_the_browser_is_not_taken(mei):
    client = Client()
    client.cookies["sessionid"] = made_up = "a" * 32

    sign_in(client)

    name = client.cookies["sessionid"].value
    # 32 of 36 letters and digits: 165 bits.
    assert (len(name), name.isalnum(), name == made_up) == (32, True, False)


def test_a_session_is_dead_on_the_server_once_its_person_signed_out(mei):
    client = signed_in()
    stolen = Client()
    stolen.cookies["sessionid"] = client.cookies["sessionid"].value
    assert is_in(stolen)

    answer = client.post(reverse("account_logout"))

    assert not is_in(stolen)
    assert not Session.objects.filter(person=mei).exists()
    assert answer["Clear-Site-Data"] == '"cache", "storage"'


def test_a_session_that_was_ended_meanwhile_does_not_come_back_by_being_saved(mei):
    session = signed_in().session
    assert session[SESSION_KEY]
    Session.objects.all().delete()

    with pytest.raises(UpdateError):
        session.save()

    assert not Session.objects.exists()


def test_production_names_its_cookies_so_that_no_other_host_can_set_them(settings, mei, client):
    settings.SESSION_COOKIE_NAME, settings.READER_COOKIE_NAME = "__Host-session", "__Host-reader"
    settings.SESSION_COOKIE_SECURE = True

    client.post(reverse("account_login"), {"login": "mei", "password": PASSWORD}, secure=True)

    for name in ("__Host-session", "__Host-reader"):
        cookie = client.cookies[name]
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "")


@pytest.mark.parametrize(
    "change",
    [{"is_active": False}, {"ends_on": (START - timedelta(days=1)).date()}, {"password": "!"}],
    ids=["switched off", "last day passed", "password changed"],
)
def test_who_may_not_enter_any_more_is_out_with_the_next_request(mei, change):
    client = signed_in()

    User.objects.filter(pk=mei.pk).update(**change)

    assert not is_in(client)


def test_the_last_day_is_a_day_on_which_one_still_works(mei):
    client = signed_in()

    User.objects.filter(pk=mei.pk).update(ends_on=START.date())

    assert is_in(client)


def test_who_may_not_enter_any_more_cannot_sign_in_either(mei):
    User.objects.filter(pk=mei.pk).update(ends_on=(START - timedelta(days=1)).date())
    client = Client()

    sign_in(client)

    assert not is_in(client)


def test_a_role_and_a_clearance_that_were_taken_are_gone_with_the_next_request(mei):
    User.objects.filter(pk=mei.pk).update(role="supervisor")
    client = signed_in()
    page = reverse("reports:home")
    before = client.get(page).status_code

    User.objects.filter(pk=mei.pk).update(role="officer")

    assert (before, client.get(page).status_code) == (200, 403)


def test_only_so_many_sessions_stand_at_a_time_and_the_longest_idle_one_ends(mei, clock, settings):
    settings.SESSION_MOST = 2
    first = signed_in()
    clock.move_to(at(minutes=1))
    second = signed_in()
    clock.move_to(at(minutes=3))
    assert is_in(first)
    clock.move_to(at(minutes=5))

    third = signed_in()

    assert (is_in(first), is_in(second), is_in(third)) == (True, False, True)


def test_sessions_that_have_ended_by_themselves_are_cleared_away(mei, clock):
    signed_in()
    clock.move_to(at(minutes=20))
    standing = signed_in()
    clock.move_to(at(minutes=35))

    call_command("clearsessions")

    assert [row.pk for row in Session.objects.all()] == [standing.cookies["sessionid"].value]


def test_a_script_that_meets_a_session_that_has_ended_is_told_so_and_not_led_about(mei, clock):
    client = signed_in()
    clock.move_to(at(hours=1))

    answer = client.post(reverse("cases:live"), {"text": "示例"}, headers=BACKGROUND)

    assert (answer.status_code, mei.kept_forms.count()) == (401, 0)


def test_the_store_takes_a_name_only_once(mei):
    store = SessionStore()
    store.create()
    again = SessionStore(store.session_key)

    with pytest.raises(CreateError):
        again.save(must_create=True)


@pytest.mark.parametrize("way", ["switched off", "still here"])
def test_no_page_at_all_opens_for_an_account_that_was_switched_off_meanwhile(mei, way):
    client = signed_in()
    if way == "switched off":
        User.objects.filter(pk=mei.pk).update(is_active=False)

    opened = []
    for route, pattern in routes():
        address = any_address(route, pattern)
        if address is not None and client.get(address).status_code in (200, 403, 405):
            opened.append(route)

    # The control: whoever is still here gets many pages, and is refused some as a person who is known.
    assert len(opened) > 50 if way == "still here" else opened == []
