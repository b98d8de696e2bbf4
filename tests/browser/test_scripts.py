"""What people type never runs (WEB-2): texts of a grammar in every field and filter, all pages in a browser without a policy.

The policy for scripts is switched off in the browser, so that the escaping of the pages stands alone here; two controls
show that the same texts run where nothing is escaped, and that the policy stops even these. `ALL_SCRIPTS=1` plants all
texts of the grammar in turn, pass after pass (`uv run python -m drills.scripts`).
"""

import os
from functools import partial
from html import escape
from urllib.parse import quote

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from playwright.sync_api import Error as BrowserError

from tests.browser.scripts import payloads
from tests.browser.test_every_page import addresses, demo, reader_of

__all__ = ["demo"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAMPLE = 1000
ALL = payloads()
TELL = "window.alert = window.confirm = window.prompt = (told) => console.info('RAN ' + told)"
SHORTEST = 60
"""A field that holds less than this holds no text of the grammar."""
NOT_TYPED = {
    "username",
    "password",
    "digest",
    "previous",
    "about_model",
    "about_text",
    "session_key",
    "session_data",
}
OURS = ("tracker", "agreements", "cases", "reports")
FILTERS = ("/search/", "/agreements/", "/cases/", "/cases/letters/", "/reports/")


def chosen() -> list[list[str]]:
    """The texts of each pass."""
    if os.environ.get("ALL_SCRIPTS"):
        return [ALL[first : first + SAMPLE] for first in range(0, len(ALL), SAMPLE)]
    return [ALL[:: len(ALL) // SAMPLE][:SAMPLE]]


@pytest.fixture
def page_without_policy(context_of):
    """A page that heeds no policy for scripts, and the list of what ran in it."""

    def make(user=None, **options):
        context = context_of(user, bypass_csp=True, **options)
        context.add_init_script(TELL)
        page, ran = context.new_page(), []
        page.on(
            "console", lambda message: ran.append(message.text) if message.text.startswith("RAN") else None
        )
        return page, ran

    return make


def fields_typed_into() -> list[tuple[type[models.Model], list[models.Field]]]:
    """The text fields of our models that people type into."""
    found = []
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            fields = [
                field
                for field in model._meta.concrete_fields
                if isinstance(field, (models.CharField, models.TextField))
                and not (field.choices or field.unique or field.primary_key or field.name in NOT_TYPED)
                and (field.max_length or 4000) >= SHORTEST
                and not isinstance(field, models.FileField)
            ]
            if fields:
                found.append((model, fields))
    return found


def packed(texts: list[str], room: int) -> str:
    """As many of the texts, taken from the front of the list, as one field holds."""
    taken = ""
    while texts and len(taken) + len(texts[0]) <= min(room, 1500):
        taken += texts.pop(0)
    return taken


def plant(texts: list[str]) -> dict[str, int]:
    """Write the texts over every typed field of every row, again from the first when they are used up; where, how often."""
    left, planted = list(texts), {}
    for model, fields in fields_typed_into():
        for row in model._default_manager.order_by("-pk")[:40]:
            for field in fields:
                left = left or list(texts)
                value = packed(left, field.max_length or 4000)
                try:
                    with transaction.atomic():
                        done = (
                            model._default_manager.filter(pk=row.pk).update(**{field.name: value})
                            if value
                            else 0
                        )
                except DatabaseError:  # what history keeps is not written over
                    continue
                planted[f"{model.__name__}.{field.name}"] = (
                    planted.get(f"{model.__name__}.{field.name}", 0) + done
                )
    return planted


def shows_any(page, address) -> bool | None:
    """Whether a page shows one of the texts; None for no page: a file, what only takes a form, or the sign-in."""
    try:
        answer = page.goto(address)
    except BrowserError as error:
        if "Download is starting" in str(error) or "ERR_HTTP_RESPONSE_CODE_FAILURE" in str(error):
            page.wait_for_timeout(300)  # the browser's own page about it would come between
            return None
        raise
    if answer.status != 200 or "/accounts/login" in answer.url:
        return None
    return any(word in page.inner_text("body") for word in ("alert", "confirm(", "prompt("))


def test_nothing_that_was_typed_runs_on_any_page(demo, page_without_policy, browser_errors):
    pages = {
        name: page_without_policy(demo[name])
        for name in ("mofa-supervisor", "moj-supervisor", "administrator")
    }
    open_to = [(reader_of(name, demo).username, address) for name, address in addresses()]
    for texts in chosen():
        planted = plant(texts)
        shown = [shows_any(pages[username][0], address) for username, address in open_to]
        assert (sum(each is not None for each in shown) > 100, shown.count(True) > 60) == (True, True)
        for place, text in enumerate(texts[::20]):
            address = FILTERS[place % len(FILTERS)]
            pages["moj-supervisor"][0].goto(f"{address}?q={quote(text)}&partner={quote(text)}")
        assert sum(planted.values()) > SAMPLE
    browser_errors.clear()  # an address that a text made a page ask for, or a page that has moved

    assert [told for _page, ran in pages.values() for told in ran] == []


def _answer(route, *, body: str, headers: dict[str, str]) -> None:
    route.fulfill(body=body, headers=headers)


def test_the_same_texts_run_where_nothing_is_escaped_and_the_policy_stops_even_those(
    client, context_of, live_server, page_without_policy, browser_errors
):
    """The two controls."""
    texts = chosen()[0]
    framed = "".join(f'<iframe srcdoc="{escape(text)}"></iframe>' for text in texts)
    open_page, ran = page_without_policy()
    guarded = context_of()
    guarded.add_init_script(TELL)
    guarded_page, ran_guarded = guarded.new_page(), []
    guarded_page.on(
        "console",
        lambda message: ran_guarded.append(message.text) if message.text.startswith("RAN") else None,
    )
    policy = {"Content-Security-Policy": client.get("/accounts/login/")["Content-Security-Policy"]}
    for page, headers in ((open_page, {}), (guarded_page, policy)):
        told = {"Content-Type": "text/html; charset=utf-8"} | headers
        page.route("**/raw", partial(_answer, body=framed, headers=told))
        page.goto(f"{live_server.url}/raw", timeout=60_000)
        page.wait_for_timeout(2000)
    browser_errors.clear()
    print(f"control: {len(set(ran))} of {len(texts)} texts ran where nothing is escaped")

    assert len(set(ran)) > SAMPLE // 3
    assert ran_guarded == []
