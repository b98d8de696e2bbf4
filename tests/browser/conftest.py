"""A real browser for the tests below: signed-in pages, accessibility, and no error left on the console.

The browser is the system's Chromium (`apt-get install chromium`); without it these tests fail.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TELL_OF_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI} in ${event.sourceFile}:${event.lineNumber}`));
"""
PATIENCE_MS = 10_000


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run."""
    if not Path(CHROMIUM).exists():
        pytest.fail(f"{CHROMIUM} is missing: apt-get install chromium", pytrace=False)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's event loop lives in this thread, where Django would refuse every query.
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def browser_errors() -> Iterator[list[str]]:
    """What the pages of this test complained of: console errors, CSP violations, uncaught exceptions.

    The test fails if anything is left at its end; one that provokes an error checks and clears the list.
    """
    errors: list[str] = []
    yield errors
    assert errors == [], "the browser complained"


@pytest.fixture
def context_of(
    chromium: Browser, live_server: LiveServer, browser_errors: list[str]
) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts on the live server, signed in as a user or, for None, not at all.

    Takes Playwright's options for a context too: `color_scheme="dark"`, `locale="en"`, `java_script_enabled=False`,
    `viewport={"width": 390, "height": 844}`.
    """
    made: list[BrowserContext] = []

    def make(user: Any = None, **options: Any) -> BrowserContext:
        options = {"locale": "zh-TW", "timezone_id": "Asia/Taipei", "base_url": live_server.url, **options}
        context = chromium.new_context(**options)
        made.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(TELL_OF_VIOLATIONS)
        context.on("console", lambda message: _note(message, browser_errors))
        context.on("weberror", lambda error: browser_errors.append(str(error.error)))
        if user is not None:
            client = Client()
            client.force_login(user, backend="tracker.signedin.Backend")
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
            )
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def page_of(context_of: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """A fresh page, signed in as the given user; takes the options of ``context_of``."""
    return lambda user=None, **options: context_of(user, **options).new_page()


@pytest.fixture
def sign_in() -> Callable[[Page, str, str], None]:
    """Signs in through the real form: give the page, the user name and the password."""

    def fill(page: Page, username: str, password: str) -> None:
        page.goto("/accounts/login/")
        page.fill("input[name=login]", username)
        page.fill("input[name=password]", password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/accounts/login/" not in url)

    return fill


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Asserts that axe-core finds no violation on the page as it stands."""

    def check(page: Page) -> None:
        results = Axe().run(page)
        assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"

    return check


def _note(message: ConsoleMessage, errors: list[str]) -> None:
    if message.type == "error":
        errors.append(f"{message.page.url if message.page else ''}: {message.text}")
