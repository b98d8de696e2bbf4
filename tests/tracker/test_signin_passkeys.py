"""Passkeys (AUT-2): set up and used; a copy, another site, nobody verified, and an old answer are refused."""

import html
import json
import re
from dataclasses import replace

import pytest
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests import makers
from tests.softkey import SoftKey
from tracker.models import Entry, User
from tracker.signin import actions

pytestmark = pytest.mark.django_db
PASSWORD = "Quill-73 lantern marsh"


@pytest.fixture
def lin(settings):
    """A supervisor, who needs a passkey; the door stands as in production."""
    settings.SIGN_IN_FACTORS_REQUIRED = True
    lin = makers.lin()
    lin.set_password(PASSWORD)
    lin.save()
    return lin


def browser() -> Client:
    return Client(SERVER_NAME="localhost")


def options_of(page) -> dict:
    return json.loads(html.unescape(re.search(r'data-options="([^"]*)"', page.text)[1]))


def challenge(client: Client) -> dict:
    return client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}).json()[
        "request_options"
    ]


def set_up(client: Client, lin: User, key: SoftKey, **given):
    client.post(reverse("account_login"), {"login": lin.username, "password": PASSWORD})
    options = options_of(client.get(reverse("signin_add_passkey")))
    said = key.registered(options, **given)
    return client.post(reverse("signin_add_passkey"), {"name": "示例", "credential": said})


def answer(client: Client, lin: User, key: SoftKey, **given):
    return client.post(
        reverse("mfa_login_webauthn"),
        {"credential": key.answered(challenge(client), user_pk_to_url_str(lin), **given)},
    )


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_passkey_is_set_up_and_signs_in_without_a_password(lin):
    key, first, later = SoftKey(), browser(), browser()

    done = set_up(first, lin, key)
    answer(later, lin, key)

    assert done["Location"] == reverse("signin_codes")
    assert first.get(reverse("search")).status_code == 200
    assert later.get(reverse("search")).status_code == 200
    assert Entry.objects.order_by("-id")[0].details == {"factors": ["webauthn"]}


def test_it_serves_as_the_second_factor_after_the_password(lin):
    key, later = SoftKey(), browser()
    set_up(browser(), lin, key)
    later.post(reverse("account_login"), {"login": lin.username, "password": PASSWORD})
    page = later.get(reverse("mfa_authenticate"))

    said = key.answered(options_of(page), user_pk_to_url_str(lin))
    later.post(reverse("mfa_authenticate"), {"credential": said})

    assert later.get(reverse("search")).status_code == 200
    assert Entry.objects.order_by("-id")[0].details["factors"] == ["password", "webauthn"]


@pytest.mark.parametrize(
    "change",
    [
        {"rp": "evil.example"},
        {"origin": "https://evil.example"},
        {"origin": "http://other.example"},
        {"verifies": False},
        {"private": SoftKey().private},
    ],
)
def test_an_answer_for_another_site_by_nobody_or_by_another_key_is_refused(lin, change):
    key, later = SoftKey(), browser()
    set_up(browser(), lin, key)

    answer(later, lin, replace(key, **change))

    assert not is_in(later)
    assert Entry.objects.order_by("-id")[0].verb == "signin.refuse"


@pytest.mark.parametrize(
    "change", [{"rp": "evil.example"}, {"origin": "https://evil.example"}, {"verifies": False}]
)
def test_a_passkey_for_another_site_or_for_nobody_is_not_set_up(lin, change):
    answer = set_up(browser(), lin, SoftKey(**change))

    assert (answer.status_code, Authenticator.objects.count()) == (200, 0)


def test_a_copy_whose_counter_lags_is_refused_and_told(lin):
    key = SoftKey(counter=10)
    set_up(browser(), lin, key)
    copy = replace(key)
    answer(browser(), lin, key)
    answer(browser(), lin, key)
    thief = browser()

    answer(thief, lin, copy)

    entry = Entry.objects.order_by("-id")[0]
    assert not is_in(thief)
    assert (entry.verb, entry.details["why"]) == ("signin.refuse", "counter")


def test_a_key_that_does_not_count_is_taken(lin):
    key, later = SoftKey(), browser()
    set_up(browser(), lin, key)
    for _n in range(2):
        key.counter = -1  # its answer says 0, as platform passkeys do
        later = browser()
        answer(later, lin, key)

    assert is_in(later)


def test_an_answer_is_taken_once_and_for_its_own_challenge_only(lin):
    key, first, second = SoftKey(), browser(), browser()
    set_up(browser(), lin, key)
    said = key.answered(challenge(first), user_pk_to_url_str(lin))
    first.post(reverse("mfa_login_webauthn"), {"credential": said})
    first.post(reverse("account_logout"))

    again = first.post(reverse("mfa_login_webauthn"), {"credential": said})
    challenge(second)
    second.post(reverse("mfa_login_webauthn"), {"credential": said})

    assert (again.status_code, is_in(first), is_in(second)) == (302, False, False)


def test_a_challenge_is_gone_after_a_wrong_answer(lin):
    key, client = SoftKey(), browser()
    set_up(browser(), lin, key)
    asked = challenge(client)
    client.post(reverse("mfa_login_webauthn"), {"credential": '{"id": 1}'})

    client.post(reverse("mfa_login_webauthn"), {"credential": key.answered(asked, user_pk_to_url_str(lin))})

    assert not is_in(client)


@pytest.mark.parametrize(
    "text",
    ["", "x", "[]", "7", "null", "{}", '{"response": 1}', '{"id": "x", "rawId": "x", "type": "public-key", "response": {}}',
     '{"response": {"userHandle": "AA"}}'],
)  # fmt: skip
def test_what_is_no_answer_is_refused_without_a_fault(lin, text):
    client = browser()
    challenge(client)

    assert client.post(reverse("mfa_login_webauthn"), {"credential": text}).status_code == 302


def test_the_lock_after_wrong_passwords_leaves_the_passkey_open(lin):
    """AUT-5: nobody locks another person out."""
    key, later = SoftKey(), browser()
    set_up(browser(), lin, key)
    for _n in range(6):
        actions.try_password(name=lin.username, password="wrong")

    answer(later, lin, key)

    assert is_in(later)


def test_a_supervisor_with_codes_alone_gets_no_further_than_setting_up_a_passkey(lin):
    client = browser()
    client.post(reverse("account_login"), {"login": lin.username, "password": PASSWORD})

    assert client.get(reverse("search"))["Location"] == reverse("signin_factors")
    assert client.get(reverse("signin_codes"))["Location"] == reverse("signin_factors")
