"""What every answer carries and keeps from doing, whoever asks and whatever is answered (WEB-1, 3, 4, 7; ERR-2)."""

import json
import re
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import makers
from tests.trust.crawling import crawl, let_go, name_of
from tracker.models import User
from tracker.views import finding

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
}
CARRIED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO|COPY)\s+"?(\w+)"?', re.IGNORECASE)
# What reading itself leaves behind: the session, that it was looked at, that a digest was opened.
LEFT_BY_READING = frozenset(
    {
        "django_session",
        "tracker_listlook",
        "tracker_look",
        "tracker_lookedat",
        "tracker_entry",
        "reports_digestsent",
    }
)
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|<style\b|\sstyle=\"|\son\w+=\"|javascript:",
    re.IGNORECASE,
)
OUTWARD = re.compile(r'<a\b[^>]*\shref="https?://[^>]*>', re.IGNORECASE)


def lacks(response) -> list[str]:
    """The rules for the browser that this answer does not carry."""
    policy = response.headers.get("Content-Security-Policy", "")
    missing = [rule for rule in POLICY if rule not in policy and "sandbox" not in policy]
    missing += [f"{name}: {value}" for name, value in CARRIED.items() if response.headers.get(name) != value]
    if "unsafe" in policy:
        missing.append("no unsafe source")
    return missing


def written(statements: list[str]) -> set[str]:
    """The tables that these statements write to, without what reading leaves behind."""
    found = {match.group(1).lower() for sql in statements if (match := WRITES.match(sql))}
    return found - LEFT_BY_READING


@pytest.fixture
def demo():
    call_command("demo", "--no-serve", stdout=StringIO())
    return {user.username: user for user in User.objects.all()}


def test_every_answer_to_every_role_carries_the_rules_for_the_browser_and_writes_nothing(demo, client_of):
    faults: dict[str, list[str]] = {}
    answers = 0
    for username, person in demo.items():
        client = client_of(person)
        statements: list[str] = []

        def listen(execute: Callable, sql: str, params, many, context):
            statements.append(sql)  # noqa: B023 - read before the next person's round
            return execute(sql, params, many, context)

        with connection.execute_wrapper(listen):
            for address, response in crawl(client):
                answers += 1
                found = lacks(response)
                if tables := written(statements):
                    found.append(f"writes {sorted(tables)}")
                if response.status_code >= 500:
                    found.append(f"answers {response.status_code}")
                kind = response.headers.get("Content-Type", "")
                if kind.startswith("text/html") and not address.startswith("/static/"):
                    if response.headers.get("Cache-Control", "").find("no-store") < 0:
                        found.append("may be stored")
                    if INLINE.search(response.text) and not name_of(address).startswith("admin:"):
                        found.append("holds script or style of its own")
                    found += [one for one in OUTWARD.findall(response.text) if "noopener" not in one]
                if found:
                    faults[f"{username} {address}"] = found
                statements.clear()
                let_go(response)

    assert faults == {}
    assert answers > 300


def test_the_walk_itself_notices_an_answer_without_rules_and_a_page_that_writes(demo, client_of, settings):
    """The control: without the two middlewares, and with a statement that writes, the same questions find it."""
    settings.MIDDLEWARE = [
        one
        for one in settings.MIDDLEWARE
        if not one.endswith(("BrowserRulesMiddleware", "ContentSecurityPolicyMiddleware"))
    ]

    _, first = next(crawl(client_of(demo["auditor"])))

    assert {*lacks(first)} == POLICY | {"Cross-Origin-Resource-Policy: same-origin"}
    assert written(['UPDATE "cases_case" SET x', "INSERT INTO tracker_listlook", "SELECT 1"]) == {
        "cases_case"
    }


@pytest.mark.parametrize(
    ("address", "method", "status"),
    [
        ("/nothing/here/", "get", 404),
        ("/cases/999-受-9999/", "get", 404),
        ("/", "trace", 405),
        ("/", "options", 405),
        ("/", "delete", 405),
        ("/accounts/login/", "put", 405),
        ("/static/app.css", "get", 200),
        ("/static/nothing.css", "get", 404),
        ("/policy-reports/", "get", 405),
    ],
)
def test_a_refusal_and_a_file_carry_the_same_rules(client_of, address, method, status):
    response = getattr(client_of(makers.jun()), method)(address)

    assert (response.status_code, lacks(response)) == (status, [])
    let_go(response)


def test_an_error_page_tells_nothing_of_the_inside_and_carries_the_rules(client_of, monkeypatch):
    """ERR-2: no trace, path, statement or version; the number under which the log tells more."""

    def fail(*args, **kwargs):
        raise RuntimeError("SELECT secret FROM /srv/place")

    monkeypatch.setattr(finding, "render", fail)
    client = client_of(makers.jun())
    client.raise_request_exception = False

    response = client.get("/search/?q=x")

    assert (response.status_code, lacks(response)) == (500, [])
    for word in ("Traceback", "RuntimeError", "SELECT", "/srv/", "Django", "Python", ".py"):
        assert word not in response.text
    assert response.headers["X-Request-Id"] in response.text


def patterns(resolver=None, before="") -> list[tuple[str, URLPattern]]:
    found = []
    for one in (resolver or get_resolver()).url_patterns:
        path = before + str(one.pattern)
        found += patterns(one, path) if isinstance(one, URLResolver) else [(path, one)]
    return found


def concrete(path: str) -> str:
    """An address of the pattern, with something in the place of each parameter."""
    path = path.replace("^", "").replace("$", "").replace("\\Z", "")
    path = re.sub(r"<int:\w+>", "1", path)
    path = re.sub(r"<uuid:\w+>", "00000000-0000-0000-0000-000000000001", path)
    path = re.sub(r"\(\?P<\w+>[^)]*\)|<(?:\w+:)?\w+>", "x", path)
    return "/" + path


def test_no_address_takes_a_form_without_the_pages_token(settings):
    """WEB-1: every pattern there is, asked with POST by somebody signed in who sends no token."""
    person = makers.administrator()
    client = Client(enforce_csrf_checks=True)
    client.force_login(person, backend="tracker.signedin.Backend")
    taken = {}
    for path, pattern in patterns():
        address = concrete(path)
        response = client.post(address, {"x": "y"})
        if response.status_code != 403:
            taken[pattern.name or address] = response.status_code

    # Browsers report broken policies without a token; static files and strangers' addresses are simply not there.
    assert taken.pop("policy_report") == 204
    assert {name: code for name, code in taken.items() if code not in (404, 405)} == {}


def test_a_form_from_another_site_is_refused_even_with_a_token(client_of):
    """WEB-1: the token alone does not do; the browser must say that the form stood on this site."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(makers.jun(), backend="tracker.signedin.Backend")
    client.get("/cases/new/", follow=True)
    token = client.cookies["csrftoken"].value
    sent = {"csrfmiddlewaretoken": token}

    foreign = client.post("/accounts/keys/", sent, headers={"origin": "https://elsewhere.example"})
    own = client.post("/accounts/keys/", sent, headers={"origin": "http://testserver"})

    assert (foreign.status_code, own.status_code) == (403, 302)


def policy_report(client, body: str | bytes):
    return client.post("/policy-reports/", body, content_type="application/csp-report")


def test_a_broken_policy_is_written_down_without_the_page_or_its_contents(client, caplog):
    told = {
        "effective-directive": "script-src",
        "blocked-uri": "https://elsewhere.example/x.js?name=secret\nforged",
        "document-uri": "https://tracker.example/cases/114-受-0001/",
    }

    answer = policy_report(client, json.dumps({"csp-report": told}))

    assert answer.status_code == 204
    assert caplog.messages == ["policy violated: script-src by https://elsewhere.example"]


@pytest.mark.parametrize(
    "body",
    ["", "{", "[" * 8000, "[]", '{"csp-report": 3}', '{"csp-report": {}}', "x" * 9000, b"\xff\xfe\x00"],
)
def test_a_report_that_is_none_is_let_go(client, caplog, body):
    assert policy_report(client, body).status_code == 204
    assert caplog.messages == []


def test_reports_of_one_address_fill_no_log(client, caplog):
    told = json.dumps({"csp-report": {"effective-directive": "img-src", "blocked-uri": "inline"}})

    for _ in range(30):
        policy_report(client, told)

    assert len(caplog.messages) == 20
