"""Second factors: nothing is shown before one was used (AUT-1), codes are taken once (AUT-3), kept unreadably (AUT-4)."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import resolve, reverse

from tests import makers
from tests.tracker.routes import every_address
from tracker.models import Entry, User
from tracker.roles import Role
from tracker.signin import actions, door, factors

pytestmark = pytest.mark.django_db
PASSWORD = "Quill-73 lantern marsh"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
START = "2026-03-02 01:00:00+00:00"
START_AT = 1772413200
BEFORE = frozenset({"set_language", "account_logout", "account_login", "account_signup", "account_inactive",
                    "mfa_authenticate", "mfa_login_webauthn", "signin_set_password", "signin_oidc",
                    "signin_oidc_callback"})  # fmt: skip
"""What anybody reaches without signing in at all."""


def code(at: float = START_AT, step: int = 0) -> str:
    return format_hotp_value(hotp_value(SECRET, int(at) // 30 + step))


def with_password(person: User) -> User:
    person.set_password(PASSWORD)
    person.save()
    return person


def with_totp(person: User) -> User:
    """The person with one-time codes, set up an hour before."""
    with time_machine.travel(START_AT - 3600, tick=False):
        actions.add_totp(by=person, secret=SECRET, code=code(START_AT - 3600))
    return person


def password_only(person: User, **headers) -> Client:
    """P8: the password was accepted, the second factor is missing."""
    client = Client(**headers)
    client.post(reverse("account_login"), {"login": person.username, "password": PASSWORD})
    return client


@pytest.fixture
def required(settings):
    """The door as it stands in production; elsewhere in the tests it is off, and people sign in by force."""
    settings.SIGN_IN_FACTORS_REQUIRED = True
    return settings


def shown(client: Client) -> list[str]:
    """Every address that shows more than the way to the factor, by either method, with a few mutations."""
    beyond = []
    for address, pattern in every_address():
        name = resolve_name(address) or pattern.name
        allowed = BEFORE | door.ALWAYS_OPEN | door.OPEN["set_up_passkey"]
        if name in allowed or is_open(pattern):
            continue
        for method in (client.get, client.post):
            answer = method(address)
            leads = str(answer.headers.get("Location", ""))
            if answer.status_code == 302 and leads.startswith(
                ("/accounts/login/", "/accounts/factors/", "/admin/login/")
            ):
                continue
            beyond.append(f"{address} {answer.status_code} {leads}")
    return beyond


def resolve_name(address: str) -> str:
    try:
        return resolve(address).view_name
    except LookupError:
        return ""


def is_open(pattern) -> bool:
    return not getattr(pattern.callback, "login_required", True)


@pytest.mark.parametrize("who", ["mei", "justice_supervisor", "administrator", "auditor"])
def test_without_a_factor_set_up_every_address_leads_to_the_page_that_sets_it_up(required, who):
    client = password_only(with_password(getattr(makers, who)()))

    assert shown(client) == []
    assert client.get(reverse("signin_factors")).status_code == 200


def test_with_a_factor_not_yet_used_every_address_leads_to_the_sign_in(required):
    client = password_only(with_totp(with_password(makers.mei())))

    assert shown(client) == []
    assert client.get(reverse("account_login"))["Location"] == reverse("mfa_authenticate")


def test_without_the_door_the_same_walk_finds_pages(settings):
    """The control of the two walks above."""
    assert not settings.SIGN_IN_FACTORS_REQUIRED

    assert len(shown(password_only(with_password(makers.mei())))) > 50


def test_the_admins_own_sign_in_leads_to_the_one_sign_in(required):
    client = password_only(with_password(makers.administrator()))

    assert client.get("/admin/login/")["Location"] == reverse("signin_factors")
    assert Client().get("/admin/login/")["Location"].startswith(reverse("account_login"))
    posted = Client().post("/admin/login/", {"username": "administrator", "password": PASSWORD})
    assert posted["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("role", "kinds", "has", "lack"),
    [
        ("officer", ["password"], [], "set_up"),
        ("officer", ["password"], ["totp"], "use"),
        ("officer", ["password", "totp"], ["totp"], ""),
        ("officer", ["password", "recovery_codes"], ["totp"], ""),
        ("officer", ["webauthn"], ["webauthn"], ""),
        ("officer", ["oidc"], [], "set_up"),
        ("officer", ["oidc", "vouched"], [], ""),
        ("supervisor", ["password"], [], "set_up_passkey"),
        ("supervisor", ["password"], ["totp"], "use"),
        ("supervisor", ["password", "totp"], ["totp"], "set_up_passkey"),
        ("supervisor", ["password", "totp"], ["totp", "webauthn"], "use_passkey"),
        ("supervisor", ["password", "recovery_codes"], ["webauthn"], "use_passkey"),
        ("administrator", ["oidc", "vouched"], ["webauthn"], "use_passkey"),
        ("administrator", ["password", "webauthn"], ["webauthn"], ""),
    ],
)
def test_what_a_session_lacks_follows_from_role_and_factors(role, kinds, has, lack):
    """AUT-2: supervisors and administrators need a passkey, used in this very session."""
    assert factors.lacks(User(role=Role(role)), kinds, has) == lack


def test_the_first_factor_is_set_up_and_lets_in_and_its_code_is_used_up(required):
    mei = with_password(makers.mei())
    with time_machine.travel(START, tick=False):
        client = password_only(mei)
        page = client.get(reverse("signin_add_totp"))
        secret = client.session["mfa.totp.secret"]
        right = format_hotp_value(hotp_value(secret, START_AT // 30))
        wrong = client.post(reverse("signin_add_totp"), {"code": "000000" if right != "000000" else "1"})
        done = client.post(reverse("signin_add_totp"), {"code": right})
        inside = client.get(reverse("search"))
        again = actions.try_code(person=mei, code=right)

    assert secret in page.text and "data:image/svg+xml;base64," in page.text
    assert (wrong.status_code, done["Location"]) == (200, reverse("signin_codes"))
    assert inside.status_code == 200
    assert again is None


def test_the_secret_of_codes_is_not_readable_in_the_database():
    with_totp(makers.mei())

    assert SECRET not in json.dumps(Authenticator.objects.get().data)


@pytest.mark.parametrize(("shift", "taken"), [(0, True), (-1, True), (1, True), (-2, False), (2, False)])
def test_a_code_holds_for_its_half_minute_and_one_beside(shift, taken):
    mei = with_totp(makers.mei())

    with time_machine.travel(START, tick=False):
        assert bool(actions.try_code(person=mei, code=code(step=shift))) is taken


def test_a_code_is_taken_once_also_with_blanks_and_after_a_wrong_one_and_none_before_it():
    mei = with_totp(makers.mei())
    with time_machine.travel(START, tick=False):
        first = actions.try_code(person=mei, code=code())
        spaced = actions.try_code(person=mei, code=f" {code()[:3]} {code()[3:]} ")
        wrong = actions.try_code(person=mei, code="000000")
        again = actions.try_code(person=mei, code=code())
        earlier = actions.try_code(person=mei, code=code(step=-1))

    assert first is not None
    assert [spaced, wrong, again, earlier] == [None] * 4


def test_a_code_with_blanks_is_taken():
    mei = with_totp(makers.mei())

    with time_machine.travel(START, tick=False):
        assert actions.try_code(person=mei, code=f" {code()[:3]} {code()[3:]} ")


def test_five_wrong_codes_lock_the_way_by_code():
    mei = with_totp(makers.mei())
    with time_machine.travel(START, tick=False) as clock:
        for _n in range(5):
            actions.try_code(person=mei, code="000001")
        locked = actions.try_code(person=mei, code=code())
        clock.shift(15 * 60 + 1)
        later = actions.try_code(person=mei, code=code(START_AT + 15 * 60 + 1))

    assert (locked, later is not None) == (None, True)


def test_two_factors_are_asked_one_after_the_other_and_recorded(required):
    mei = with_totp(with_password(makers.mei()))
    with time_machine.travel(START, tick=False):
        client = password_only(mei)
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
        entered = client.post(reverse("mfa_authenticate"), {"code": code()})
        replayed = password_only(mei).post(reverse("mfa_authenticate"), {"code": code()})
        inside = client.get(reverse("search"))

    told = [*Entry.objects.filter(verb__startswith="signin.").order_by("id").values_list("verb", "details")]
    assert (entered.status_code, replayed.status_code, inside.status_code) == (302, 200, 200)
    assert told[:3] == [
        ("signin.password", {"way": "password"}),
        ("signin.wrong", {"way": "code"}),
        ("signin.enter", {"factors": ["password", "totp"]}),
    ]


def test_recovery_codes_are_shown_once_kept_as_digests_and_taken_once():
    mei = with_totp(makers.mei())
    codes = actions.renew_recovery_codes(by=mei)

    kept = json.dumps([*Authenticator.objects.values_list("data", flat=True)])
    assert not any(each in kept or each.replace("-", "") in kept for each in codes)
    assert len(set(codes)) == 10
    assert actions.try_code(person=mei, code=codes[0].lower().replace("-", " ")) is not None
    assert actions.try_code(person=mei, code=codes[0]) is None
    assert actions.try_code(person=mei, code=codes[1]) is not None


def test_new_recovery_codes_end_the_old_ones():
    mei = with_totp(makers.mei())
    old = actions.renew_recovery_codes(by=mei)
    actions.renew_recovery_codes(by=mei)

    assert actions.try_code(person=mei, code=old[0]) is None


def test_the_page_of_recovery_codes_makes_them_only_when_asked(required):
    mei = with_totp(with_password(makers.mei()))
    with time_machine.travel(START, tick=False):
        client = password_only(mei)
        client.post(reverse("mfa_authenticate"), {"code": code()})
        looked = client.get(reverse("signin_codes"))
        made = client.post(reverse("signin_codes"))

    assert looked.status_code == 200
    assert made.text.count("<code>") == 10
    assert made["Cache-Control"]


@pytest.mark.parametrize(
    "page", ["signin_add_totp", "signin_add_passkey", "signin_codes", "signin_remove_factor"]
)
def test_the_password_alone_opens_no_page_that_adds_or_takes_off_a_factor(required, page):
    mei = with_totp(with_password(makers.mei()))
    totp = Authenticator.objects.get(user=mei)
    address = reverse(page, args=[totp.pk] if page == "signin_remove_factor" else [])
    with time_machine.travel(START, tick=False) as clock:
        client = password_only(mei)
        client.post(reverse("mfa_authenticate"), {"code": code()})
        clock.shift(360)
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        half = client.post(address)
        back = parse_qs(urlsplit(half["Location"]).query)["next"][0]
        client.post(reverse("mfa_reauthenticate"), {"code": code(START_AT + 360)})
        whole = client.post(address)

    assert half["Location"].startswith(reverse("mfa_reauthenticate"))
    shown = reverse("signin_factors") if page == "signin_remove_factor" else address
    assert parse_qs(urlsplit(back).query) == {"next": [shown]}
    assert not whole.get("Location", "").startswith(reverse("mfa_reauthenticate"))


def test_the_last_factor_stays():
    mei = with_totp(makers.mei())

    with pytest.raises(actions.SignInRefused):
        actions.remove_factor(by=mei, authenticator=Authenticator.objects.get())


def test_an_outdated_password_that_nobody_can_use_opens_nothing(required, client):
    mei = with_totp(makers.mei())
    mei.set_unusable_password()
    mei.must_change_password = True
    mei.save()
    client.force_login(mei)

    assert client.get(reverse("search"))["Location"] == reverse("mfa_reauthenticate")


def test_another_persons_factor_is_not_there(client_of):
    with_totp(makers.mei())
    address = reverse("signin_remove_factor", args=[Authenticator.objects.get().pk])

    assert client_of(makers.jun()).post(address).status_code == 404
    assert Authenticator.objects.count() == 1
