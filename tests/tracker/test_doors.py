"""Signing in, the way home of each role, and the doors that are shut."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from tests import makers
from tracker.models import Entry, User

pytestmark = pytest.mark.django_db


def test_a_person_signs_in_with_name_and_password_and_comes_home(client):
    mei = makers.mei()
    mei.set_password("correct horse battery")
    mei.save()

    answer = client.post(reverse("account_login"), {"login": "mei", "password": "correct horse battery"})

    assert (answer.status_code, answer["Location"]) == (302, reverse("home"))


@pytest.mark.parametrize(
    ("who", "place"),
    [
        ("mei", "agreements:home"),
        ("lin", "reports:home"),
        ("jun", "cases:home"),
        ("justice_supervisor", "reports:home"),
        ("auditor", "agreements:board"),
        ("administrator", "admin:index"),
    ],
)
def test_each_role_has_its_own_home(client_of, who, place):
    answer = client_of(getattr(makers, who)()).get("/")

    assert answer["Location"] == reverse(place)


@pytest.mark.parametrize(
    "name", ["agreements:board", "cases:list", "reports:priorities", "search", "admin:index"]
)
def test_nobody_sees_a_page_without_signing_in(client, name):
    answer = client.get(reverse(name), follow=True)

    assert reverse("account_login") in answer.redirect_chain[-1][0]


def test_nobody_signs_up(client):
    client.post(reverse("account_signup"), {"username": "new", "password1": "x" * 20, "password2": "x" * 20})

    assert not User.objects.exists()


def test_the_page_is_chinese_unless_the_browser_asks_for_english(client):
    assert 'lang="zh-Hant-TW"' in client.get(reverse("account_login")).text
    english = client.get(reverse("account_login"), headers={"accept-language": "en"}).text
    assert 'lang="en"' in english


def test_single_keys_are_switched_off_and_on_again_and_the_trail_tells_it(client_of):
    mei = makers.mei()
    client = client_of(mei)

    client.post(reverse("switch_keys"))
    mei.refresh_from_db()
    assert (mei.has_single_keys, Entry.objects.get().verb) == (False, "person.switch_keys")
    client.post(reverse("switch_keys"))
    mei.refresh_from_db()
    assert mei.has_single_keys
    assert client.get(reverse("switch_keys")).status_code == 405


def test_every_answer_carries_a_strict_policy_and_signed_in_pages_are_not_stored(client_of):
    answer = client_of(makers.mei()).get(reverse("search"))

    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Request-Id"]


def test_the_library_pages_that_are_not_used_are_not_there(client_of):
    client = client_of(makers.mei())

    assert [
        client.get(f"/accounts/{page}/").status_code for page in ("email", "password/reset", "3rdparty")
    ] == [404] * 3


def test_the_first_person_of_an_installation_is_an_administrator_without_a_superusers_rights():
    call_command(
        "createsuperuser", "--no-input", "--username=first", "--name=示例", "--email=first@example.tw"
    )

    first = User.objects.get()
    assert (first.role, first.is_staff, first.is_superuser) == ("administrator", True, False)
    assert first.email == "first@example.tw"


@pytest.mark.parametrize(
    ("who", "is_led_to_cases"), [("jun", True), ("auditor", True), ("administrator", False)]
)
def test_the_navigation_leads_only_where_one_may_go(client_of, who, is_led_to_cases):
    page = client_of(getattr(makers, who)()).get(reverse("search")).text

    assert (f'href="{reverse("cases:list")}"' in page) is is_led_to_cases


@pytest.mark.parametrize(
    "address", ["/cases/%00/", "/partners/a%00/note/", "/cases/restate/?agreement=%00", "/search/?q=a%00"]
)
def test_an_address_that_holds_nul_leads_nowhere(client_of, address):
    answer = client_of(makers.jun()).get(address)

    assert (answer.status_code, "X-Request-Id" in answer.headers) == (404, True)
