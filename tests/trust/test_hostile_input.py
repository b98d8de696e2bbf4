"""Hostile text in every filter and every form: an answer that is no error of ours, on both databases (FUZ-1, 2, 6; CAL-9).

The walk finds the filters and forms by itself: what a page links or offers is asked with each text below. In a landing each
place is asked with two of them in turn; `INPUT_ROUNDS=N` asks with all, and with N random ones (`drills.inputs`).
"""

import os
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from io import StringIO
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from tests import makers
from tests.trust.crawling import crawl, let_go, links_of, name_of
from tracker.models import User
from tracker.views import finding

pytestmark = pytest.mark.django_db

HOSTILE = {
    "long": "長" * 20_000,
    "marks": "'\"`;--/*%_\\$$<script>alert(1)</script>{{7*7}}{%x%}${7}",
    "numbers": "99999999999999999999999999999999",
    "negative": "-1",
    "invisible": "\u202e\u200b\u2028\ufeff\U000e0041",
    "astral": "\U0002070e\U000200a4é\u0301\uf900",
    "dates": "0001-01-01",
    "far": "9999-12-31",
    "nested": "[" * 3000,
    "control": "\x01\x1b[31m\x7f",
    "nul": "a\x00b",
}
CONTROLS = ("input", "select", "textarea", "button")
LEFT_ALONE = {"account_logout", "admin:logout", "policy_report", "set_language"}


class Forms(HTMLParser):
    """The forms of a page: each with its method, address, and the names and given values of its fields."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict] = []
        self.open = False

    def handle_starttag(self, tag: str, attributes: list) -> None:
        given = dict(attributes)
        if tag == "form":
            method = (given.get("method") or "get").lower()
            self.found.append({"method": method, "action": given.get("action") or "", "fields": {}})
            self.open = True
        elif self.open and tag in CONTROLS and given.get("name") and given.get("type") != "file":
            self.found[-1]["fields"].setdefault(given["name"], (given.get("type"), given.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = False


def forms_of(response) -> list[dict]:
    if not response.headers.get("Content-Type", "").startswith("text/html") or response.streaming:
        return []
    parser = Forms()
    parser.feed(response.text)
    return parser.found


@pytest.fixture
def demo():
    call_command("demo", "--no-serve", stdout=StringIO())
    return {user.username: user for user in User.objects.all()}


def filters_of(address: str, response) -> Iterator[tuple[str, set[str]]]:
    """Each address that the page asks with filters, and their names."""
    asked: dict[str, set[str]] = {}
    for link in links_of(address, response):
        parts = urlsplit(link)
        if parts.query:
            asked.setdefault(parts.path, set()).update(key for key, _ in parse_qsl(parts.query, True))
    for form in forms_of(response):
        if form["method"] == "get":
            path = urlsplit(form["action"]).path or urlsplit(address).path
            asked.setdefault(path, set()).update(form["fields"])
    yield from asked.items()


@dataclass
class Asked:
    """What the pages of one person can be asked: filters by address, and forms by address and fields."""

    filters: dict[str, tuple[str, set[str]]]
    forms: dict[tuple[str, frozenset[str]], tuple[str, dict]]


def asked_of(client: Client) -> Asked:
    """Everything that a walk along this person's links finds."""
    asked = Asked({}, {})
    for address, response in crawl(client):
        for path, names in filters_of(address, response):
            asked.filters.setdefault(name_of(path), (path, set()))[1].update(names)
        for form in forms_of(response):
            target = urlsplit(unescape(form["action"])).path or urlsplit(address).path
            if form["method"] == "post" and name_of(target) not in LEFT_ALONE:
                asked.forms.setdefault((name_of(target), frozenset(form["fields"])), (target, form["fields"]))
        let_go(response)
    return asked


def failures(
    client: Client, asked: Asked, kinds_of: Callable[[int], list[str]]
) -> list[tuple[str, str, int]]:
    """Ask each filter and form with hostile texts of the kinds chosen for its place; what answers 500 or worse."""
    failed = []
    for place, (name, (path, keys)) in enumerate(sorted(asked.filters.items())):
        for kind in kinds_of(place):
            query = urlencode([(key, HOSTILE[kind]) for key in sorted(keys)] * 2)
            response = client.get(f"{path}?{query}"[:60_000])
            if response.status_code >= 500:
                failed.append((name, kind, response.status_code))
            let_go(response)
    for place, ((name, _), (target, fields)) in enumerate(asked.forms.items()):
        for kind in kinds_of(place):
            typed = {
                key: given if of_type == "hidden" and kind != "marks" else HOSTILE[kind]
                for key, (of_type, given) in fields.items()
            }
            with transaction.atomic():
                response = client.post(target, typed)
                transaction.set_rollback(True)
            if response.status_code >= 500:
                failed.append((name, kind, response.status_code))
    return failed


def random_texts(count: int) -> dict[str, str]:
    """Texts of any characters that can be sent at all: controls, unassigned and private ones, long and short."""
    dice = random.Random(20_261_123)

    def character() -> str:
        last = dice.choice([0x7F, 0x7F, 0xFF, 0xD7FF, 0x10FFFF])
        point = dice.randrange(last + 1)
        return chr(point) if not 0xD800 <= point <= 0xDFFF else "\ufffd"

    return {
        f"random {number}": "".join(character() for _n in range(dice.choice([1, 3, 12, 80, 400, 5000])))
        for number in range(count)
    }


ROUNDS = int(os.environ.get("INPUT_ROUNDS", "0"))
HOSTILE |= random_texts(ROUNDS)


def kinds_in_turn(place: int) -> list[str]:
    """Two kinds for each place, so that all kinds come to their turn; the drill asks with all."""
    kinds = sorted(HOSTILE)
    if ROUNDS:
        return kinds
    return [kinds[place % len(kinds)], kinds[(place + 5) % len(kinds)]]


@pytest.mark.parametrize("username", ["moj-supervisor", "mofa-officer"])
def test_no_filter_and_no_form_of_any_page_fails_on_what_is_typed_into_it(demo, client_of, username):
    client = client_of(demo[username])
    client.raise_request_exception = False
    asked = asked_of(client)

    assert failures(client, asked, kinds_in_turn) == []
    assert (len(asked.filters) >= 5, len(asked.forms) >= 10) == (True, True)


def test_the_walk_itself_notices_a_page_that_fails(demo, client_of, monkeypatch):
    """The control: a search that cannot take a long text."""

    def fragile(query, *_):
        assert len(query) < 50

    monkeypatch.setattr(finding.index, "find", fragile)
    client = client_of(demo["moj-supervisor"])
    client.raise_request_exception = False

    assert client.get("/search/", {"q": HOSTILE["long"]}).status_code == 500


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/cases/?" + "&".join(f"x{number}=1" for number in range(5000)), 400),
        ("/cases/?page=" + "9" * 400, 200),
        ("/cases/" + "x" * 5000 + "/", 404),
        ("/cases/%ED%A0%80/", 404),
        ("/cases/%FF%FE/", 404),
        ("/cases/..%2f..%2fetc%2fpasswd/", 404),
        ("/search/?q=%00", 404),
        ("/search/?q=%ED%A0%80", 200),
    ],
)
def test_an_address_past_every_measure_is_answered(client_of, address, status):
    client = client_of(makers.jun())
    client.raise_request_exception = False

    assert re.sub("302", "200", str(client.get(address).status_code)) == str(status)


@pytest.mark.parametrize("year", ["9" * 32, "9999", "0", "-1", "長"])
def test_a_list_of_the_admin_answers_for_a_year_that_no_date_can_hold(client_of, year):
    client = client_of(makers.administrator())
    client.raise_request_exception = False

    assert client.get("/admin/tracker/entry/", {"at__year": year}).status_code in (200, 302)
