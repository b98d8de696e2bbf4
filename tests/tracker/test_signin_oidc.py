"""Single sign-on (AUT-13): a right answer lets in whom an administrator linked; every faulty one is refused and told."""

import base64
import hashlib
import hmac
import json
import time

import jwt
import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse
from oidc_provider_mock import run_server_in_thread

from tests import badprovider, makers
from tests.badprovider import CLIENT, KEY, OTHER_KEY, SECRET, SUBJECT, public
from tracker.models import Entry, FactorReset, User
from tracker.roles import Role
from tracker.signin import actions
from tracker.signin.provider import is_safe

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server():
    with badprovider.running() as provider:
        yield provider


@pytest.fixture
def provider(server, settings):
    """The provider, telling the truth, and settings that name it."""
    server.tell()
    settings.OIDC = {"issuer": server.issuer, "client_id": CLIENT, "client_secret": SECRET, "name": "示例",
                     "acr": [], "amr": []}  # fmt: skip
    return server


def link(person: User, subject: str) -> None:
    """Two persons link a third one."""
    second = makers.person("second", role=Role.ADMINISTRATOR, is_staff=True)
    asked = actions.ask_link(by=makers.administrator(), person=person, subject=subject)
    actions.decide_link(by=second, reset=asked, confirm=True)


@pytest.fixture
def mei(provider):
    mei = makers.mei()
    link(mei, SUBJECT)
    return mei


def go(client: Client, provider, **given):
    """Start at our page and come back with the provider's answer."""
    state = provider.sent_to(client.get(reverse("signin_oidc"))["Location"])
    query = {"code": "any", "state": state} | given
    return client.get(reverse("signin_oidc_callback"), {name: text for name, text in query.items() if text})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_right_answer_lets_the_linked_person_in(client, provider, mei):
    answer = go(client, provider)

    assert (answer.status_code, answer["Location"], is_in(client)) == (302, reverse("home"), True)
    entry = Entry.objects.order_by("id").last()
    assert (entry.verb, entry.details, entry.actor) == ("signin.enter", {"factors": ["oidc"]}, mei)
    assert provider.asked["code_challenge_method"] == "S256"
    assert provider.asked["scope"] == "openid"


def unsigned(claims):
    return jwt.encode(claims, None, algorithm="none")


def with_public_key_as_secret(claims):
    """HS256 under the public key; made by hand, since the library refuses to."""

    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    head = part({"alg": "HS256", "typ": "JWT", "kid": "first"}) + b"." + part(claims)
    digest = hmac.digest(badprovider.public_pem(), head, hashlib.sha256)
    return (head + b"." + base64.urlsafe_b64encode(digest).rstrip(b"=")).decode()


def signed_by_another(claims):
    return jwt.encode(claims, OTHER_KEY, algorithm="RS256", headers={"kid": "first"})


def with_unknown_key(claims):
    return jwt.encode(claims, OTHER_KEY, algorithm="RS256", headers={"kid": "unknown"})


def without_key_name(claims):
    return jwt.encode(claims, KEY, algorithm="RS256")


def with_client_secret(claims):
    return jwt.encode(claims, SECRET, algorithm="HS256", headers={"kid": "first"})


def with_its_own_key(claims):
    """A token that brings the key to be checked with."""
    return jwt.encode(
        claims, OTHER_KEY, algorithm="RS256", headers={"kid": "first", "jwk": public(OTHER_KEY, "first")}
    )


def changed_after_signing(claims):
    head, _body, signature = jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "first"}).split(".")
    body = base64.urlsafe_b64encode(json.dumps(claims | {"sub": "other"}).encode()).rstrip(b"=").decode()
    return f"{head}.{body}.{signature}"


NOW = time.time
FAULTS = {
    "unsigned": {"sign": unsigned},
    "public key taken for a secret": {"sign": with_public_key_as_secret},
    "client secret as key": {"sign": with_client_secret},
    "signed by another key": {"sign": signed_by_another},
    "key that the provider does not have": {"sign": with_unknown_key},
    "no name of a key": {"sign": without_key_name},
    "brings its own key": {"sign": with_its_own_key},
    "changed after signing": {"sign": changed_after_signing},
    "no token at all": {"answered": {"id_token": None}},
    "text that is no token": {"answered": {"id_token": "x.y.z"}},
    "another kind of token": {"answered": {"token_type": "mac"}},
    "another issuer": {"claims": {"iss": "https://other.example"}},
    "issuer with a slash more": {"claims": {"iss": "slash"}},
    "no issuer": {"claims": {"iss": None}},
    "another audience": {"claims": {"aud": "other"}},
    "two audiences, for the other": {"claims": {"aud": [CLIENT, "other"], "azp": "other"}},
    "two audiences, for nobody": {"claims": {"aud": [CLIENT, "other"]}},
    "for another party": {"claims": {"azp": "other"}},
    "no audience": {"claims": {"aud": None}},
    "expired": {"claims": {"exp": lambda: NOW() - 60, "iat": lambda: NOW() - 360}},
    "no end": {"claims": {"exp": None}},
    "issued in the future": {"claims": {"iat": lambda: NOW() + 600}},
    "issued long ago": {"claims": {"iat": lambda: NOW() - 3600}},
    "not valid yet": {"claims": {"nbf": lambda: NOW() + 600}},
    "another nonce": {"claims": {"nonce": "other"}},
    "no nonce": {"claims": {"nonce": None}},
    "no subject": {"claims": {"sub": None}},
    "empty subject": {"claims": {"sub": ""}},
    "subject that is no text": {"claims": {"sub": 7}},
    "another subject": {"claims": {"sub": "stranger"}},
    "mail address of an administrator": {
        "claims": {"sub": "stranger", "email": "boss@example.test", "email_verified": True, "role": "administrator"}
    },
    "sign-in name as subject": {"claims": {"sub": "mei"}},
    "refused by the provider": {"status": 400},
    "led elsewhere": {"status": 302},
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_answer_lets_nobody_in_and_is_told(client, provider, mei, fault):
    User.objects.filter(username="administrator").update(email="boss@example.test")
    told = FAULTS[fault] | {
        "claims": {
            name: value() if callable(value) else (provider.issuer + "/" if value == "slash" else value)
            for name, value in FAULTS[fault].get("claims", {}).items()
        }
    }
    provider.tell(**told)
    before = Entry.objects.count()

    answer = go(client, provider)

    assert (answer.status_code, is_in(client)) == (403, False)
    entry = Entry.objects.order_by("id").last()
    assert (entry.verb, entry.details["way"], Entry.objects.count() - before) == ("signin.refuse", "oidc", 1)
    assert (User.objects.count(), SocialAccount.objects.count()) == (3, 1)


def test_there_are_enough_faults():
    assert len(FAULTS) >= 20


@pytest.mark.parametrize(
    "given", [{"state": "other"}, {"state": ""}, {"code": ""}, {"iss": "https://other.example"}]
)
def test_an_answer_with_a_faulty_address_lets_nobody_in(client, provider, mei, given):
    assert (go(client, provider, **given).status_code, is_in(client)) == (403, False)


def test_an_answer_to_another_browser_lets_nobody_in(client, provider, mei):
    state = provider.sent_to(Client().get(reverse("signin_oidc"))["Location"])

    answer = client.get(reverse("signin_oidc_callback"), {"code": "any", "state": state})

    assert (answer.status_code, is_in(client)) == (403, False)


def test_an_answer_serves_once(client, provider, mei):
    go(client, provider)
    client.post(reverse("account_logout"))

    answer = client.get(reverse("signin_oidc_callback"), {"code": "any", "state": provider.asked["state"]})

    assert (answer.status_code, is_in(client)) == (403, False)


def test_a_nonce_of_before_lets_nobody_in(client, provider, mei):
    go(client, provider)
    old = provider.asked["nonce"]
    client.post(reverse("account_logout"))
    provider.tell(claims={"nonce": old})

    assert (go(client, provider).status_code, is_in(client)) == (403, False)


def test_without_the_proof_key_the_provider_gives_nothing(client, provider, mei):
    state = provider.sent_to(client.get(reverse("signin_oidc"))["Location"])
    provider.asked["code_challenge"] = "of-somebody-else"

    client.get(reverse("signin_oidc_callback"), {"code": "any", "state": state})

    assert not is_in(client)


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://other.example"},
        {"token_endpoint": "http://other.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": ""},
    ],
)
def test_a_provider_that_describes_itself_wrongly_is_not_asked(client, provider, mei, described):
    provider.tell(described=described)

    assert client.get(reverse("signin_oidc")).status_code == 403


def test_keys_may_change(client, provider, mei):
    go(client, provider)
    client.post(reverse("account_logout"))
    provider.tell(
        keys=[public(OTHER_KEY, "second")],
        sign=lambda claims: jwt.encode(claims, OTHER_KEY, algorithm="RS256", headers={"kid": "second"}),
    )

    assert (go(client, provider).status_code, is_in(client)) == (302, True)


@pytest.mark.parametrize(
    ("asked", "claims", "gets_in"),
    [
        ({"acr": ["high"]}, {"acr": "high"}, True),
        ({"acr": ["high"]}, {"acr": "low"}, False),
        ({"acr": ["high"]}, {}, False),
        ({"amr": ["otp", "hwk"]}, {"amr": ["pwd", "hwk"]}, True),
        ({"amr": ["otp", "hwk"]}, {"amr": ["pwd"]}, False),
        ({"amr": ["otp"]}, {"amr": "otp"}, False),
    ],
)
def test_the_provider_vouches_for_a_second_factor_where_that_is_set(
    client, provider, mei, settings, asked, claims, gets_in
):
    settings.OIDC = settings.OIDC | asked
    settings.SIGN_IN_FACTORS_REQUIRED = True
    provider.tell(claims=claims)

    go(client, provider)

    assert is_in(client) is gets_in
    if gets_in:
        assert client.get(reverse("search")).status_code == 200


def test_without_such_a_setting_our_own_second_factor_is_asked(client, provider, mei, settings):
    settings.SIGN_IN_FACTORS_REQUIRED = True
    provider.tell(claims={"acr": "high", "amr": ["hwk"]})

    go(client, provider)

    assert client.get(reverse("search"))["Location"] == reverse("signin_factors")


def test_what_the_provider_says_of_roles_and_names_is_not_read(client, provider, mei):
    provider.tell(
        claims={"role": "administrator", "groups": ["admin"], "name": "Somebody Else", "email": "x@y.test"}
    )

    go(client, provider)

    mei.refresh_from_db()
    assert (mei.role, mei.name, mei.email, mei.is_staff) == ("officer", "Mei", "", False)
    assert SocialAccount.objects.get().extra_data == {}


def test_a_person_who_is_switched_off_is_refused(client, provider, mei):
    mei.is_active = False
    mei.save()

    go(client, provider)

    assert not is_in(client)


@pytest.mark.parametrize("kinds", [(), ("totp",)])
def test_an_administrator_comes_in_as_nobody_else_by_linking_the_own_subject(
    client, client_of, provider, settings, kinds
):
    """The provider vouches for whoever holds the subject, so that no factor of the person would be asked, nor be missed."""
    settings.OIDC = settings.OIDC | {"acr": ["high"]}
    provider.tell(claims={"acr": "high"})
    boss, mei = makers.administrator(), makers.mei()
    for kind in kinds:
        Authenticator.objects.create(user=mei, type=kind, data={})
    asks = client_of(boss)

    asks.post(reverse("signin_person", args=[mei.pk]), {"act": "link", "subject": SUBJECT})
    asked = FactorReset.objects.get()
    asks.post(reverse("signin_decide", args=[asked.pk]), {"confirm": ""})
    go(client, provider)

    assert (asked.subject, SocialAccount.objects.exists(), is_in(client)) == (SUBJECT, False, False)


def test_a_second_person_sees_the_subject_and_confirms_the_link_and_the_person_comes_in(
    client, client_of, provider
):
    boss, mei, lin = makers.administrator(), makers.mei(), makers.lin()
    client_of(boss).post(reverse("signin_person", args=[mei.pk]), {"act": "link", "subject": SUBJECT})
    decides, asked = client_of(lin), FactorReset.objects.get()

    page = decides.get(reverse("signin_resets"))
    decides.post(reverse("signin_decide", args=[asked.pk]), {"confirm": ""})
    go(client, provider)

    assert f"<code>{SUBJECT}</code>" in page.text
    assert (SocialAccount.objects.get().user, is_in(client)) == (mei, True)
    told = Entry.objects.filter(verb__startswith="identity.").order_by("id")
    assert [(entry.verb, entry.actor) for entry in told] == [("identity.ask", boss), ("identity.link", lin)]


def test_a_link_that_is_refused_is_none_and_may_be_asked_for_again(provider):
    boss, mei, lin = makers.administrator(), makers.mei(), makers.lin()
    asked = actions.ask_link(by=boss, person=mei, subject=SUBJECT)
    with pytest.raises(actions.SignInRefused):
        actions.ask_link(by=boss, person=mei, subject="other")
    actions.ask_factor_reset(by=boss, person=mei, reason="示例")  # waits beside it

    actions.decide_link(by=lin, reset=asked, confirm=False)

    assert not SocialAccount.objects.exists()
    assert Entry.objects.order_by("id").last().verb == "identity.refuse"
    with pytest.raises(actions.SignInRefused):
        actions.decide_link(by=lin, reset=asked, confirm=True)
    actions.ask_link(by=boss, person=mei, subject="other")


def test_only_an_administrator_asks_for_a_link_and_never_for_oneself_and_each_subject_is_of_one_person(
    provider,
):
    boss, jun, mei = makers.administrator(), makers.jun(), makers.mei()
    beside = actions.ask_link(by=boss, person=mei, subject="of-jun")
    second = makers.person("second", role=Role.ADMINISTRATOR)
    asked = actions.ask_link(by=boss, person=jun, subject="of-jun")
    actions.decide_link(by=second, reset=asked, confirm=True)

    for by, person, subject in [
        (jun, boss, "x"),
        (boss, boss, "x"),
        (boss, second, "of-jun"),
        (boss, jun, "y"),
    ]:
        with pytest.raises(actions.SignInRefused):
            actions.ask_link(by=by, person=person, subject=subject)
    with pytest.raises(actions.SignInRefused):
        actions.decide_link(by=second, reset=beside, confirm=True)
    assert SocialAccount.objects.get().user == jun
    actions.unlink_identity(by=boss, person=jun)
    assert not SocialAccount.objects.exists()


def test_without_configuration_there_is_no_single_sign_on(client):
    assert [client.get(reverse(name)).status_code for name in ("signin_oidc", "signin_oidc_callback")] == [
        404,
        404,
    ]


@pytest.mark.parametrize(
    ("address", "production", "safe"),
    [
        ("https://login.example/x", True, True),
        ("http://login.example/x", False, False),
        ("http://127.0.0.1:9/x", False, True),
        ("http://127.0.0.1:9/x", True, False),
        ("file:///etc/passwd", False, False),
        ("https:///x", True, False),
    ],
)
def test_only_safe_addresses_are_asked(settings, address, production, safe):
    settings.IN_PRODUCTION = production

    assert is_safe(address) is safe


@pytest.mark.filterwarnings("ignore")
def test_a_provider_that_others_wrote_lets_in_too(client, settings):
    """The provider of another house, over its real pages: discovery, form, code, token."""
    with run_server_in_thread() as server:
        issuer = f"http://localhost:{server.server_port}"
        settings.OIDC = {"issuer": issuer, "client_id": CLIENT, "client_secret": SECRET, "name": "", "acr": [],
                         "amr": []}  # fmt: skip
        link(makers.mei(), "sub-1")
        sent = client.get(reverse("signin_oidc"))["Location"]
        with requests.Session() as browser:
            back = browser.post(sent, data={"sub": "sub-1"}, allow_redirects=False).headers["Location"]
        client.get(back.removeprefix("http://testserver"))

    assert is_in(client)
