"""Nobody is led to another site, whatever an address or a form says about where to go next (WEB-6, ASVS 3.7.2)."""

from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from tests import makers

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "https://elsewhere.example/",
    "http://elsewhere.example",
    "//elsewhere.example/",
    "///elsewhere.example",
    "////elsewhere.example",
    "/\\elsewhere.example",
    "\\\\elsewhere.example",
    "\\/elsewhere.example",
    "https:elsewhere.example",
    "https:/elsewhere.example",
    "https:\\\\elsewhere.example",
    "HTTPS://elsewhere.example",
    "\thttps://elsewhere.example",
    " https://elsewhere.example",
    "ht\ttps://elsewhere.example",
    "/\t/elsewhere.example",
    "\x01//elsewhere.example",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "ftp://elsewhere.example",
    "https://testserver@elsewhere.example/",
    "https://testserver.elsewhere.example/",
    "https://elsewhere.example\\@testserver/",
    "https://elsewhere.example#@testserver/",
    "//testserver@elsewhere.example",
    "http://testserver:pw@elsewhere.example",
    "http://[elsewhere",
    "//elsewhere.example\r\nLocation: //x",
    "//\u3002elsewhere.example",
    "//elsewhere\uff0eexample",
]


def leads_elsewhere(location: str) -> bool:
    """Whether a browser at this site would leave it: another host, or a scheme that is no page."""
    plain = (
        location.replace("\t", "").replace("\n", "").replace("\r", "").replace("\\", "/").lstrip("\x00\x01 ")
    )
    try:
        parts = urlsplit(plain)
    except ValueError:
        return True
    return (
        parts.scheme not in ("", "http") or parts.netloc not in ("", "testserver") or plain.startswith("//")
    )


@pytest.fixture
def mei():
    person = makers.mei()
    person.set_password("correct horse battery")
    person.save()
    return person


@pytest.mark.parametrize("address", ELSEWHERE)
def test_no_next_page_lies_elsewhere(client, client_of, mei, address):
    signed_in = client_of(mei)
    answers = [
        client.post(
            reverse("account_login"), {"login": "mei", "password": "correct horse battery", "next": address}
        ),
        client_of(mei).get(reverse("account_login"), {"next": address}),
        signed_in.post(reverse("set_language"), {"language": "en", "next": address}),
        signed_in.post(
            reverse("switch_keys"), headers={"referer": address.encode("ascii", "ignore").decode()}
        ),
        client_of(mei).post(reverse("account_logout"), {"next": address}),
    ]

    led = [answer.headers.get("Location", "") for answer in answers]

    assert [answer.status_code for answer in answers] == [302] * 5
    assert [location for location in led if leads_elsewhere(location)] == []


@pytest.mark.parametrize("address", ELSEWHERE)
def test_the_question_itself_sees_where_each_of_them_leads(address):
    """The control: a browser that was given one of these as it stands would leave, or read something odd."""
    assert leads_elsewhere(address) or "example" in urlsplit(address).path
