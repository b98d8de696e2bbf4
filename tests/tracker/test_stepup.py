"""A fresh sign-in before what is guarded (AUT-12): the list is walked, and every deed of it has its door."""

import ast
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import makers
from tests.cases import makers as cases
from tests.sources import app_modules, name, tree
from tracker import stepup
from tracker.models import FactorReset, KeptForm, User
from tracker.people.actions import rights_of
from tracker.stepup import GUARDED, Guarded, missing

pytestmark = pytest.mark.django_db
START = datetime(2025, 3, 20, 4, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def switched_on(settings):
    settings.STEP_UP = True


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def signed_in(person: User) -> Client:
    """A browser in which this person has just signed in with a password."""
    person.set_password(PASSWORD)
    person.save()
    client = Client()
    client.post(reverse("account_login"), {"login": person.username, "password": PASSWORD})
    return client


def prove(client: Client, address: str) -> str:
    """Walk the pages that ask for the password from this address on; answers where they lead in the end."""
    for _step in range(8):
        answer = client.get(address)
        if answer.status_code == 200 and "account/reauthenticate.html" in [t.name for t in answer.templates]:
            answer = client.post(address, {"password": PASSWORD})
        if answer.status_code != 302:
            return address
        address = answer["Location"]
    raise AssertionError("the confirmation never ended")


def patterns(of=None, space: str = ""):
    """Every named address pattern."""
    for pattern in of or get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from patterns(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{space}{pattern.name}", pattern


def address_of(guarded: Guarded) -> str:
    """An address of the guarded page; what it names need not exist, since the door stands before it."""
    wanted = dict(patterns())[guarded.view].pattern.converters
    return reverse(
        guarded.view,
        kwargs={
            key: 1 if key == "pk" else "A-114-001" if guarded.view.startswith("agreements") else "1"
            for key in wanted
        },
    )


@pytest.mark.parametrize("guarded", GUARDED, ids=lambda one: one.verb)
def test_every_guarded_deed_asks_again_five_minutes_after_the_sign_in(guarded, clock, monkeypatch):
    asked = Guarded(
        guarded.verb, guarded.label, guarded.actions, guarded.view, lambda request: True, guarded.method
    )
    monkeypatch.setattr(stepup, "GUARDED", (asked,))
    client = signed_in(makers.administrator())
    send = client.get if guarded.method == "GET" else client.post
    confirm = reverse("confirm")

    clock.move_to(START + timedelta(minutes=4, seconds=59))
    fresh = send(address_of(guarded))
    clock.move_to(START + timedelta(minutes=5, seconds=1))
    stale = send(address_of(guarded))

    assert not fresh.get("Location", "").startswith(confirm)
    assert stale["Location"].startswith(confirm)


def test_every_guarded_deed_has_a_page_and_actions_that_exist():
    known = dict(patterns())
    verbs = [
        function.name
        for path in app_modules("actions")
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef)
    ]

    assert [one.verb for one in GUARDED if one.view not in known] == []
    assert [action for one in GUARDED for action in one.actions if action not in verbs] == []


def unguarded(guarded: tuple[Guarded, ...]) -> list[str]:
    """Modules of pages that call a guarded action without having a guarded page."""
    known = dict(patterns())
    modules = {known[one.view].callback.__module__ for one in guarded}
    actions = {action for one in GUARDED for action in one.actions}
    found = []
    for path in (*app_modules("views"), *app_modules("admin")):
        module = re.sub(r"\.py$", "", name(path)).replace("/", ".")
        used = {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}
        used |= {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
        found += [f"{module} {action}" for action in sorted(used & actions) if module not in modules]
    return found


def test_no_page_carries_out_a_guarded_deed_past_the_door():
    assert unguarded(GUARDED) == []


def test_a_page_that_did_would_be_found():
    without = tuple(one for one in GUARDED if one.verb != "weights.decide")

    assert unguarded(without) == ["reports.views.weights decide_weights"]


def test_what_was_typed_is_there_again_after_the_confirmation_and_is_done_with_one_button(clock):
    mei, client = makers.mei(), signed_in(makers.administrator())
    address = reverse("people:change", args=[mei.pk])
    typed = {"key": "0b1d4f7a-93a1-4b3c-8a34-2f6f60a2c111", "name": "Mei", "ministry": "foreign_affairs",
             "desk": "示例一科", "role": "supervisor", "clearance": "2"}  # fmt: skip
    clock.move_to(START + timedelta(minutes=6))

    stopped = client.post(address, typed)
    mei.refresh_from_db()
    assert (mei.role, mei.desk) == ("officer", "")
    resume = prove(client, stopped["Location"])
    page = client.get(resume)
    assert "示例一科" in page.text
    client.post(address, dict(page.context["fields"]) | {"kept_form": str(page.context["kept"].pk)})

    mei.refresh_from_db()
    assert (mei.role, mei.desk, KeptForm.objects.count()) == ("supervisor", "示例一科", 0)


def test_a_wrong_password_confirms_nothing(clock):
    mei, client = makers.mei(), signed_in(makers.administrator())
    clock.move_to(START + timedelta(minutes=6))
    stopped = client.post(reverse("people:change", args=[mei.pk]), {"role": "supervisor"})
    asking = client.get(stopped["Location"])["Location"]

    client.post(asking, {"password": "something else entirely"})

    again = client.post(reverse("people:change", args=[mei.pk]), {"role": "supervisor"})
    assert again["Location"].startswith(reverse("confirm"))


def test_looking_at_a_guarded_page_asks_for_nothing(clock):
    mei, client = makers.mei(), signed_in(makers.administrator())
    clock.move_to(START + timedelta(minutes=6))

    assert client.get(reverse("people:change", args=[mei.pk])).status_code == 200


def test_where_it_is_switched_off_nothing_asks(clock, settings):
    settings.STEP_UP = False
    mei, client = makers.mei(), signed_in(makers.administrator())
    rights = rights_of(mei)
    clock.move_to(START + timedelta(minutes=6))

    answer = client.post(
        reverse("people:change", args=[mei.pk]),
        {"key": "0b1d4f7a-93a1-4b3c-8a34-2f6f60a2c111", "name": rights.name, "ministry": rights.ministry,
         "role": "supervisor", "clearance": "1"},
    )  # fmt: skip

    assert answer["Location"] == reverse("people:person", args=[mei.pk])


@pytest.mark.parametrize(("count", "asks"), [(50, False), (51, True)])
def test_a_list_of_more_than_fifty_cases_leaves_only_after_a_confirmation(clock, count, asks):
    jun = makers.jun()
    cases.case(jun)
    first = cases.Case.objects.get()
    for number in range(1, count):
        first.pk, first.number = None, f"示例-{number}"
        first.save(force_insert=True)
    client = signed_in(jun)
    clock.move_to(START + timedelta(minutes=6))

    answers = [
        client.get(reverse("cases:export"), {"format": "csv"}),
        client.post(f"{reverse('reports:ask_job')}?kind_of_job=cases&format=csv"),
    ]

    asked = [answer.get("Location", "").startswith(reverse("confirm")) for answer in answers]
    assert asked == [asks, asks]


@pytest.mark.parametrize(("level", "asks"), [("1", True), ("2", False)])
def test_the_secrecy_of_a_case_is_lowered_only_after_a_confirmation(clock, level, asks):
    supervisor = makers.justice_supervisor()
    case = cases.case(supervisor)
    cases.Case.objects.filter(pk=case.pk).update(secrecy=2, declassify_when="結案時")
    client = signed_in(supervisor)
    clock.move_to(START + timedelta(minutes=6))

    answer = client.post(reverse("cases:amend", args=[case.number]), {"secrecy": level})

    assert answer.get("Location", "").startswith(reverse("confirm")) is asks


@pytest.mark.parametrize(("act", "asks"), [("link", True), ("unlink", True), ("unlock", False)])
def test_a_link_with_the_single_sign_on_is_asked_for_and_ended_only_after_a_confirmation(clock, act, asks):
    mei, client = makers.mei(), signed_in(makers.administrator())
    clock.move_to(START + timedelta(minutes=6))

    answer = client.post(reverse("signin_person", args=[mei.pk]), {"act": act, "subject": "示例"})

    assert answer["Location"].startswith(reverse("confirm")) is asks


def test_a_link_is_asked_for_and_confirmed_with_one_button_after_the_confirmation(clock, settings):
    settings.OIDC = settings.OIDC | {"issuer": "https://login.example"}
    mei, boss, lin = makers.mei(), signed_in(makers.administrator()), signed_in(makers.lin())
    clock.move_to(START + timedelta(minutes=6))

    def after_the_confirmation(client: Client, address: str, typed: dict[str, str]) -> None:
        page = client.get(prove(client, client.post(address, typed)["Location"]))
        client.post(address, dict(page.context["fields"]) | {"kept_form": str(page.context["kept"].pk)})

    typed = {"act": "link", "subject": "示例"}
    after_the_confirmation(boss, reverse("signin_person", args=[mei.pk]), typed)
    asked = FactorReset.objects.get()
    after_the_confirmation(lin, reverse("signin_decide", args=[asked.pk]), {"confirm": ""})

    asked.refresh_from_db()
    assert (asked.subject, asked.is_confirmed, KeptForm.objects.count()) == ("示例", True, 0)


def test_a_hidden_case_asks_for_no_confirmation_as_one_that_does_not_exist(clock):
    jun, stranger = makers.jun(), makers.stranger()
    case = cases.case(jun)
    cases.Case.objects.filter(pk=case.pk).update(secrecy=2, declassify_when="結案時")
    client = signed_in(stranger)
    clock.move_to(START + timedelta(minutes=6))

    answers = [
        client.post(reverse("cases:amend", args=[number]), {"secrecy": "0"}).status_code
        for number in (case.number, "沒有-1")
    ]

    assert answers == [404, 404]


def test_a_hidden_agreement_asks_for_no_confirmation_as_one_that_does_not_exist(clock):
    """AZ-17: without the check the hidden one leads to the confirmation, and so tells that it exists."""
    file = makers.agreement(makers.mei(), secrecy=2)
    client = signed_in(makers.person("low", ministry="foreign_affairs", clearance=1))
    clock.move_to(START + timedelta(minutes=6))

    answers = [
        client.post(reverse("agreements:edit", args=[number]), {"secrecy": "0"}).status_code
        for number in (file.number, "A-999-999")
    ]

    assert answers == [404, 404]


def test_a_confirmation_leads_only_to_pages_of_this_house(clock):
    client = signed_in(makers.mei())

    assert client.get(reverse("confirm"), {"next": "https://elsewhere.example/"})["Location"] == reverse(
        "home"
    )


@pytest.mark.parametrize(
    ("has", "recent", "page"),
    [
        ((), {"password"}, ""),
        ((), set(), "account_reauthenticate"),
        (("totp",), {"password"}, "mfa_reauthenticate"),
        (("totp",), {"totp"}, "account_reauthenticate"),
        (("totp",), {"password", "totp"}, ""),
        (("totp",), {"password", "recovery_codes"}, ""),
        (("webauthn",), {"webauthn"}, ""),
        (("webauthn",), {"password"}, "mfa_reauthenticate"),
    ],
)
def test_the_password_is_asked_for_and_the_second_factor_of_those_who_have_one(has, recent, page):
    mei = makers.mei()
    mei.set_password(PASSWORD)
    mei.save()
    for kind in has:
        Authenticator.objects.create(user=mei, type=kind, data={})

    assert missing(mei, recent) == page


@pytest.mark.parametrize(("recent", "page"), [({"oidc"}, ""), (set(), "account_login")])
def test_who_has_neither_signs_in_anew_with_the_single_sign_on(recent, page):
    mei = makers.mei()
    mei.set_unusable_password()

    assert missing(mei, recent) == page
