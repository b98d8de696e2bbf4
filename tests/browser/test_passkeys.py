"""Passkeys in a real browser with an authenticator in software, and the pages of second factors as they look."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests import makers
from tracker.models import Entry, User
from tracker.signin import actions

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "Quill-73 lantern marsh"


@pytest.fixture
def lin(settings) -> User:
    settings.SIGN_IN_FACTORS_REQUIRED = True
    lin = makers.lin()
    lin.set_password(PASSWORD)
    lin.save()
    return lin


def authenticator(page: Page):
    """A platform authenticator of the browser, which verifies its owner; its session and its key in the browser."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devtools, {"authenticatorId": made["authenticatorId"]}


def set_up(page: Page, sign_in) -> None:
    sign_in(page, "lin", PASSWORD)
    expect(page).to_have_url(re.compile(r"/accounts/factors/$"))
    page.goto(reverse("signin_add_passkey"))
    page.fill("input[name=name]", "示例")
    page.press("input[name=name]", "Enter")
    expect(page).to_have_url(re.compile(r"/accounts/factors/codes/$"))


def sign_out(page: Page) -> None:
    page.goto(reverse("account_logout"))
    page.click("main button.go")


def test_a_supervisor_sets_a_passkey_up_and_signs_in_with_it_alone(page_of, sign_in, axe, lin):
    page = page_of()
    authenticator(page)
    set_up(page, sign_in)
    axe(page)
    page.click("main form button.go")
    expect(page.locator("main code")).to_have_count(10)
    axe(page)
    page.goto(reverse("signin_factors"))
    axe(page)
    sign_out(page)

    page.goto(reverse("account_login"))
    page.click("form[data-passkey] button")
    page.wait_for_url(lambda url: "/accounts/" not in url)

    assert Entry.objects.filter(verb="signin.enter").order_by("-id")[0].details["factors"] == ["webauthn"]


def test_a_copy_of_the_passkey_whose_counter_lags_is_refused(page_of, sign_in, lin):
    page = page_of()
    devtools, key = authenticator(page)
    set_up(page, sign_in)
    sign_out(page)
    copy = devtools.send("WebAuthn.getCredentials", key)["credentials"][0]
    for _n in range(2):
        page.goto(reverse("account_login"))
        page.click("form[data-passkey] button")
        page.wait_for_url(lambda url: "/accounts/" not in url)
        sign_out(page)
    devtools.send("WebAuthn.removeCredential", key | {"credentialId": copy["credentialId"]})
    devtools.send("WebAuthn.addCredential", key | {"credential": copy})

    page.goto(reverse("account_login"))
    page.click("form[data-passkey] button")
    expect(page.locator("ul.messages")).to_be_visible()
    page.goto(reverse("search"))

    expect(page).to_have_url(re.compile(reverse("account_login")))
    assert Entry.objects.filter(verb="signin.refuse", details__why="counter").exists()


def test_without_script_a_code_does_instead(page_of, sign_in, settings, lin):
    settings.PASSKEY_ROLES = []
    page = page_of(java_script_enabled=False)
    sign_in(page, "lin", PASSWORD)

    page.goto(reverse("signin_add_passkey"))
    expect(page.locator("noscript")).to_have_count(1)
    page.goto(reverse("signin_add_totp"))
    expect(page.locator("main img")).to_be_visible()


def test_the_pages_of_help_are_accessible(page_of, axe):
    boss, mei = makers.administrator(), makers.mei()
    actions.ask_factor_reset(by=boss, person=mei, reason="示例")
    page = page_of(boss)
    for address in (
        reverse("signin_people"),
        reverse("signin_person", args=[mei.pk]),
        reverse("signin_resets"),
    ):
        page.goto(address)
        axe(page)
