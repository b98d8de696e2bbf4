"""Tries at the door: counted exactly, one entry each, and no answer tells whether an account exists (AUT-5, 6, 15)."""

import re
from collections import Counter

import pytest
import time_machine
from django.conf import settings as project_settings
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import makers
from tracker import audit
from tracker.models import Entry, User
from tracker.signin import actions, devices
from tracker.signin.history import VERBS, sentence

pytestmark = pytest.mark.django_db
RIGHT, WRONG = "Quill-73 lantern marsh", "Amber-41 fog harbour"
START = "2026-03-02 01:00:00+00:00"
LOGIN = "/accounts/login/"
work: Counter[str] = Counter()


class Counting(MD5PasswordHasher):
    """The hasher of the tests, which counts how often it computes."""

    def encode(self, password, salt):
        work["hashes"] += 1
        return super().encode(password, salt)


@pytest.fixture
def counting(settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    work.clear()
    return work


def person(name: str = "mei", **fields):
    made = makers.person(name, ministry="justice", **fields)
    made.set_password(RIGHT)
    made.save()
    return made


def sign_in(client: Client, name: str, password: str, **headers):
    return client.post(LOGIN, {"login": name, "password": password}, **headers)


def verbs(about=None) -> list[str]:
    entries = Entry.objects.order_by("id")
    return [*(entries.filter(about_id=str(about.pk)) if about else entries).values_list("verb", flat=True)]


def same(answer) -> tuple:
    """What a stranger sees of an answer, without what differs every time."""
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"|value="[a-z]+"', "", answer.text)
    headers = {
        name: value for name, value in answer.headers.items() if name not in ("X-Request-Id", "Expires")
    }
    return answer.status_code, body, headers, sorted(answer.cookies)


def test_five_wrong_passwords_lock_the_way_by_password_for_a_quarter_of_an_hour():
    mei = person()
    seen = []
    with time_machine.travel(START, tick=False) as clock:
        seen += [actions.try_password(name="mei", password=WRONG) for _n in range(5)]
        for minutes in (14 * 60 + 59, 2):
            clock.shift(minutes)
            seen.append(actions.try_password(name="mei", password=RIGHT))

    assert seen == [None, None, None, None, None, None, mei]
    assert verbs(mei) == ["signin.wrong"] * 5 + ["signin.locked"]


def test_wrong_passwords_far_apart_do_not_lock_and_close_ones_count_from_the_last():
    mei = person()
    with time_machine.travel(START, tick=False) as clock:
        for _n in range(8):
            actions.try_password(name="mei", password=WRONG)
            clock.shift(4 * 60)
        assert actions.try_password(name="mei", password=RIGHT) == mei
        for _n in range(4):
            actions.try_password(name="mei", password=WRONG)
            clock.shift(3 * 60)
        assert actions.try_password(name="mei", password=RIGHT) is None


def test_a_right_password_begins_the_count_anew(client):
    mei = person()
    for _n in range(4):
        sign_in(client, "mei", WRONG)
    sign_in(client, "mei", RIGHT)
    client.logout()
    for _n in range(4):
        sign_in(client, "mei", WRONG)

    assert actions.try_password(name="mei", password=RIGHT) == mei


def test_a_known_device_stays_open_while_others_are_locked(client):
    person()
    sign_in(client, "mei", RIGHT)
    client.post(reverse("account_logout"))
    for _n in range(6):
        sign_in(Client(), "mei", WRONG)

    assert sign_in(Client(), "mei", RIGHT).status_code == 200
    assert sign_in(client, "mei", RIGHT).status_code == 302


def test_a_known_device_is_locked_by_its_own_five_and_is_known_for_its_own_people_only(client):
    mei = person()
    jun = person("jun")
    sign_in(client, "mei", RIGHT)
    client.post(reverse("account_logout"))
    for _n in range(5):
        sign_in(client, "mei", WRONG)
        sign_in(Client(), "jun", WRONG)

    assert sign_in(client, "mei", RIGHT).status_code == 200
    assert sign_in(client, "jun", RIGHT).status_code == 200
    assert actions.try_password(name="mei", password=RIGHT) == mei
    assert actions.try_password(name="jun", password=RIGHT) is None and jun.pk


def test_a_made_up_device_is_none(rf):
    request = rf.get("/")
    request.COOKIES[devices.COOKIE] = "WzEsICJhYSJd:1aaaaa:forged"

    assert devices.known(request) == {}


def test_an_administrator_ends_the_lock_of_another_person():
    mei, boss = person(), makers.administrator()
    for _n in range(5):
        actions.try_password(name="mei", password=WRONG)

    actions.unlock(by=boss, person=mei)

    assert actions.try_password(name="mei", password=RIGHT) == mei
    with pytest.raises(actions.SignInRefused):
        actions.unlock(by=boss, person=boss)


def test_that_ends_the_lock_of_a_known_browser_too(client):
    mei, boss = person(), makers.administrator()
    sign_in(client, "mei", RIGHT)
    client.post(reverse("account_logout"))
    for _n in range(5):
        sign_in(client, "mei", WRONG)
    locked = sign_in(client, "mei", RIGHT)

    actions.unlock(by=boss, person=mei)

    assert (locked.status_code, sign_in(client, "mei", RIGHT).status_code) == (200, 302)


def test_no_answer_and_no_work_tells_whether_an_account_exists(counting):
    """AUT-6: the same body, status and headers, and one hash, for unknown, wrong, locked, disabled and past people."""
    person("wayang")
    person("turned", is_active=False)
    person("passed", ends_on="2020-01-01")
    person("locked")
    makers.person("unkeyd", ministry="justice")
    for _n in range(5):
        actions.try_password(name="locked", password=WRONG)
    tries = [("nobody", WRONG), ("wayang", WRONG), ("turned", WRONG), ("turned", RIGHT), ("passed", RIGHT),
             ("locked", RIGHT), ("locked", WRONG), ("unkeyd", WRONG)]  # fmt: skip
    seen = {}
    for name, password in tries:
        counting.clear()
        answer = sign_in(Client(), name, password)
        seen[name, password] = (*same(answer)[:2], tuple(same(answer)[2].items()), counting["hashes"])

    assert {each[0] for each in seen.values()} == {200}
    assert {each[3] for each in seen.values()} == {1}
    assert len(set(seen.values())) == 1


def statements_of(name: str, password: str) -> list[str]:
    """The statements that one try takes, in their order, without their values."""
    client = Client()
    client.get(LOGIN)  # what a process reads once, it has read
    with CaptureQueriesContext(connection) as caught:
        sign_in(client, name, password)
    return [re.sub(r"'[^']*'|\b\d+\b|\bs\d+_x\d+", "?", one["sql"]) for one in caught.captured_queries]


def test_no_statement_more_or_less_tells_whether_an_account_exists():
    """AUT-6: beside the one hash, the same statements in the same order; what a clock tells of it stands in drills/signin.py."""
    person("wayang")
    person("turned", is_active=False)
    person("passed", ends_on="2020-01-01")
    makers.person("unkeyd", ministry="justice")
    person("locked")
    for name in ("locked", "lucked"):
        for _n in range(5):
            actions.try_password(name=name, password=WRONG)
    sign_in(Client(), "warm", WRONG)

    free = {name: statements_of(name, WRONG) for name in ("nobody", "wayang", "turned", "passed", "unkeyd")}
    shut = {name: statements_of(name, RIGHT) for name in ("lucked", "locked")}

    assert {name: told for name, told in free.items() if told != free["nobody"]} == {}
    assert shut["locked"] == shut["lucked"]
    assert len(free["nobody"]) > len(shut["lucked"]) > 3


def test_a_statement_more_for_those_who_exist_would_be_found(monkeypatch):
    """The control: a door that looks at the person once more."""
    person("wayang")
    real = User.check_password

    def slower(self, password):
        self.refresh_from_db()
        return real(self, password)

    monkeypatch.setattr(User, "check_password", slower)
    sign_in(Client(), "warm", WRONG)

    assert len(statements_of("wayang", WRONG)) == len(statements_of("nobody", WRONG)) + 1


def test_the_comparison_of_answers_sees_a_difference(client):
    person()

    assert same(sign_in(Client(), "mei", RIGHT)) != same(sign_in(Client(), "nobody", RIGHT))


@pytest.mark.parametrize(
    ("name", "password", "verb", "details"),
    [
        ("mei", WRONG, "signin.wrong", {"way": "password"}),
        ("nobody", WRONG, "signin.wrong", {"way": "password"}),
        ("off", RIGHT, "signin.refuse", {"way": "password", "why": "switched_off"}),
        ("mei", RIGHT, "signin.enter", {"factors": ["password"]}),
    ],
)
def test_each_try_leaves_one_entry(client, name, password, verb, details):
    """AUT-15."""
    person()
    person("off", is_active=False)

    sign_in(client, name, password)

    entry = Entry.objects.get()
    assert (entry.verb, entry.details) == (verb, details)
    assert sentence(entry) != entry.verb
    assert audit.verify().intact


def test_signing_out_and_showing_again_who_one_is_leave_an_entry_each(client):
    mei = person()
    sign_in(client, "mei", RIGHT)
    client.post(reverse("account_reauthenticate"), {"password": RIGHT})
    client.post(reverse("account_reauthenticate"), {"password": WRONG})
    client.post(reverse("account_logout"))

    assert verbs(mei) == ["signin.enter", "signin.prove", "signin.wrong", "signin.leave"]


def test_a_name_that_nobody_has_is_not_written_down(client):
    sign_in(client, "MySecretPassword-in-the-wrong-field", WRONG)

    entry = Entry.objects.get()
    assert "secret" not in f"{entry.about_id} {entry.about_text} {entry.actor_name} {entry.details}".lower()
    assert (entry.about_model, len(entry.about_id)) == ("tracker.unknownname", 40)


def test_every_verb_of_the_sign_in_has_a_sentence():
    texts = [
        path.read_text("utf-8") for path in (project_settings.BASE_DIR / "tracker" / "signin").rglob("*.py")
    ]
    used = set(re.findall(r'"((?:signin|person|factor|identity)\.[a-z_]+)"', " ".join(texts)))

    assert used and used <= set(VERBS)


def test_the_way_past_the_page_is_counted_too():
    mei = person()
    for _n in range(5):
        authenticate(username="mei", password=WRONG)

    assert authenticate(username="mei", password=RIGHT) is None
    assert verbs(mei) == ["signin.wrong"] * 5 + ["signin.locked"]


def test_an_address_with_many_wrong_tries_waits_longer_each_time():
    """AUT-5: twenty are free, since a ministry shares one address; then the delay doubles, up to a minute."""
    person()
    waits = []
    with time_machine.travel(START, tick=False) as clock:
        for number in range(28):
            answer = sign_in(Client(), f"name-{number}", WRONG, REMOTE_ADDR="203.0.113.9")
            if answer.status_code == 429:
                waits.append(int(answer["Retry-After"]))
                clock.shift(waits[-1])
        elsewhere = sign_in(Client(), "mei", RIGHT, REMOTE_ADDR="203.0.113.10")

    assert waits == [1, 2, 4, 8]
    assert elsewhere.status_code == 302


def test_the_wait_ends_at_a_minute_and_spares_known_devices(client):
    person()
    with time_machine.travel(START, tick=False) as clock:
        sign_in(client, "mei", RIGHT)
        client.post(reverse("account_logout"))
        for number in range(60):
            answer = sign_in(Client(), f"name-{number}", WRONG)
            if answer.status_code == 429:
                clock.shift(int(answer["Retry-After"]))
                longest = int(answer["Retry-After"])

        assert longest == 60
        assert sign_in(Client(), "nobody", WRONG).status_code == 429
        assert sign_in(client, "nobody", WRONG).status_code == 429, "it is known for its own people only"
        assert sign_in(client, "mei", RIGHT).status_code == 302
