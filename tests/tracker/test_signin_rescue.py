"""Help for people who cannot get in: one-time links (AUT-8), and factors taken off by two persons (AUT-4)."""

import contextlib
import re

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.exceptions import DisallowedHost
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import makers
from tracker.models import Entry, FactorReset, User
from tracker.signin import actions, links

pytestmark = pytest.mark.django_db
OLD, NEW = "Quill-73 lantern marsh", "Amber-41 fog harbour"
START = "2026-03-02 01:00:00+00:00"


def mei_with_password() -> User:
    mei = makers.mei()
    mei.set_password(OLD)
    mei.save()
    return mei


def link_for(client: Client, person: User) -> str:
    """The link as the administrator's page shows it."""
    page = client.post(reverse("signin_person", args=[person.pk]), {"act": "password"})
    return re.search(r"<code>([^<]+)</code>", page.text)[1]


def use(link: str, password: str = NEW):
    path = re.sub(r"^https?://[^/]+", "", link)
    return Client().post(path, {"password1": password, "password2": password})


def can_sign_in(password: str) -> bool:
    answer = Client().post(reverse("account_login"), {"login": "mei", "password": password})
    return answer.status_code == 302


def test_a_link_sets_the_password_once_and_signs_nobody_in(client_of):
    link = link_for(client_of(makers.administrator()), mei_with_password())

    first, second = use(link), use(link, "Other-41 fog harbour")

    assert (first.status_code, first["Location"], second.status_code) == (302, reverse("account_login"), 404)
    assert (can_sign_in(NEW), can_sign_in(OLD)) == (True, False)
    assert Entry.objects.filter(verb="person.issue_link").count() == 1


def test_a_link_holds_for_half_an_hour(client_of):
    mei = mei_with_password()
    with time_machine.travel(START, tick=False) as clock:
        link = link_for(client_of(makers.administrator()), mei)
        clock.shift(30 * 60)
        assert Client().get(re.sub(r"^https?://[^/]+", "", link)).status_code == 200
        clock.shift(1)
        assert use(link).status_code == 404
        assert not can_sign_in(NEW)


@pytest.mark.parametrize("change", ["password", "email", "sign in", "switched off"])
def test_a_link_dies_when_the_account_changes(client_of, change):
    mei = mei_with_password()
    link = link_for(client_of(makers.administrator()), mei)
    if change == "password":
        actions.change_password(by=mei, person=mei, password="Third-41 fog harbour")
    elif change == "email":
        User.objects.filter(pk=mei.pk).update(email="new@example.test")
    elif change == "sign in":
        assert can_sign_in(OLD)
    else:
        User.objects.filter(pk=mei.pk).update(is_active=False)

    assert use(link).status_code == 404


def test_a_link_does_not_spare_the_second_factor(client_of, settings):
    mei = mei_with_password()
    link = link_for(client_of(makers.administrator()), mei)
    settings.SIGN_IN_FACTORS_REQUIRED = True
    use(link)
    client = Client()

    client.post(reverse("account_login"), {"login": "mei", "password": NEW})

    assert client.get(reverse("search"))["Location"] == reverse("signin_factors")


def test_a_made_up_host_is_not_in_the_link(rf, settings):
    mei = mei_with_password()
    settings.IN_PRODUCTION, settings.CSRF_TRUSTED_ORIGINS = True, ["https://tracker.example"]
    settings.ALLOWED_HOSTS = ["tracker.example"]

    assert links.address_of(rf.get("/", headers={"host": "evil.example"}), mei).startswith(
        "https://tracker.example/accounts/set-password/"
    )


def test_elsewhere_a_made_up_host_is_refused(rf, settings):
    settings.ALLOWED_HOSTS = ["localhost"]

    with pytest.raises(DisallowedHost):
        links.address_of(rf.get("/", headers={"host": "evil.example"}), mei_with_password())


@pytest.mark.parametrize("key", ["1", "zzzzzzzzzzzzzzzz", "%20", "-1", "0"])
def test_every_link_that_does_not_hold_is_the_same_answer(client, key):
    answer = client.get(f"/accounts/set-password/{key}/cabc-0123456789abcdef0123456789abcdef/")

    assert answer.status_code == 404


def test_the_password_of_a_link_follows_the_rules(client_of):
    link = link_for(client_of(makers.administrator()), mei_with_password())

    assert use(link, "waijiaobu2026!!!").status_code == 200
    assert use(link).status_code == 302


def test_nobody_makes_a_link_for_the_own_account():
    boss = makers.administrator()

    with pytest.raises(actions.SignInRefused):
        actions.issue_password_link(by=boss, person=boss)


def reset_of(person: User, by: User) -> FactorReset:
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    Authenticator.objects.create(user=person, type="recovery_codes", data={"digests": []})
    return actions.ask_factor_reset(by=by, person=person, reason="示例：當面確認")


def test_an_administrator_alone_takes_no_factor_off():
    boss, mei = makers.administrator(), makers.mei()
    reset = reset_of(mei, boss)

    with pytest.raises(actions.SignInRefused):
        actions.decide_factor_reset(by=boss, reset=reset, confirm=True)

    assert Authenticator.objects.filter(user=mei).count() == 2


def test_nor_does_the_database_take_it_from_one_person():
    boss = makers.administrator()
    reset = reset_of(makers.mei(), boss)

    with pytest.raises(IntegrityError), transaction.atomic():
        FactorReset.objects.filter(pk=reset.pk).update(
            is_confirmed=True, decided_by=boss, decided_at=timezone.now()
        )


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("second administrator", True),
        ("lin", True),  # supervisor of the person's ministry
        ("justice_supervisor", False),
        ("the person", False),
        ("jun", False),
        ("auditor", False),
    ],
)
def test_who_may_be_the_second_person(who, may):
    boss, mei = makers.administrator(), makers.mei()
    reset = reset_of(mei, boss)
    others = {
        "second administrator": lambda: makers.person("second", role="administrator"),
        "the person": lambda: mei,
    }
    second = others.get(who) or getattr(makers, who)

    with contextlib.suppress(actions.SignInRefused):
        actions.decide_factor_reset(by=second(), reset=reset, confirm=True)

    assert Authenticator.objects.filter(user=mei).exists() is not may


def test_a_confirmed_reset_ends_the_persons_sessions_and_is_told(client_of):
    boss, mei, lin = makers.administrator(), makers.mei(), makers.lin()
    client = client_of(mei)
    reset = reset_of(mei, boss)

    actions.decide_factor_reset(by=lin, reset=reset, confirm=True)

    assert client.get(reverse("search")).status_code == 302
    entries = Entry.objects.filter(verb__startswith="factor.").order_by("id")
    assert [(entry.verb, entry.actor) for entry in entries] == [("factor.ask", boss), ("factor.confirm", lin)]


def test_a_refused_reset_leaves_the_factors_and_cannot_be_decided_again():
    boss, mei, lin = makers.administrator(), makers.mei(), makers.lin()
    reset = reset_of(mei, boss)

    actions.decide_factor_reset(by=lin, reset=reset, confirm=False)

    assert Authenticator.objects.filter(user=mei).count() == 2
    with pytest.raises(actions.SignInRefused):
        actions.decide_factor_reset(by=lin, reset=reset, confirm=True)


def test_the_same_reset_is_asked_once():
    boss, mei = makers.administrator(), makers.mei()
    reset_of(mei, boss)

    with pytest.raises(actions.SignInRefused):
        actions.ask_factor_reset(by=boss, person=mei, reason="again")


def test_two_persons_do_it_on_the_pages(client_of):
    boss, mei, lin = makers.administrator(), makers.mei(), makers.lin()
    Authenticator.objects.create(user=mei, type="totp", data={"secret": "x"})
    asks, decides = client_of(boss), client_of(lin)

    empty = asks.post(reverse("signin_person", args=[mei.pk]), {"act": "reset", "reason": ""})
    asks.post(reverse("signin_person", args=[mei.pk]), {"act": "reset", "reason": "示例"})
    reset = FactorReset.objects.get()
    asks.post(reverse("signin_decide", args=[reset.pk]), {"confirm": ""})
    page = decides.get(reverse("signin_resets"))
    still = Authenticator.objects.count()
    decides.post(reverse("signin_decide", args=[reset.pk]), {"confirm": ""})

    assert (empty.status_code, still, Authenticator.objects.count()) == (200, 1, 0)
    assert "示例" in page.text


def test_the_supervisor_of_the_other_ministry_sees_no_such_reset(client_of):
    reset = reset_of(makers.mei(), makers.administrator())
    client = client_of(makers.justice_supervisor())

    assert str(reset.person) not in client.get(reverse("signin_resets")).text
    assert client.post(reverse("signin_decide", args=[reset.pk]), {"confirm": ""}).status_code == 404


@pytest.mark.parametrize("who", ["mei", "lin", "auditor"])
def test_the_pages_of_help_are_for_administrators(client_of, who):
    client = client_of(getattr(makers, who)())
    other = makers.jun()

    assert client.get(reverse("signin_people")).status_code == 403
    assert client.post(reverse("signin_person", args=[other.pk]), {"act": "password"}).status_code == 403
    assert (client.get(reverse("signin_resets")).status_code == 200) is (who == "lin")


def test_the_list_of_people_takes_the_same_number_of_queries_for_one_and_many(
    client_of, django_assert_num_queries, django_assert_max_num_queries
):
    client = client_of(makers.administrator())
    with django_assert_max_num_queries(12) as few:
        client.get(reverse("signin_people"))
    for make in (makers.mei, makers.jun, makers.lin):
        make()

    with django_assert_num_queries(len(few.captured_queries)):
        client.get(reverse("signin_people"))
