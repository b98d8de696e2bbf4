"""AZ-12: a document is given out by a key that nobody guesses, asked at each request, and never kept by a browser or a proxy."""

import uuid
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests import makers
from tests.cases import makers as case_makers
from tests.trust.crawling import let_go
from tracker.actions import store_document
from tracker.models import Document, User
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
WAYS = {
    "whole": {},
    "its first bytes": {"Range": "bytes=0-3"},
    "its last bytes": {"Range": "bytes=-4"},
    "if it is another": {"If-None-Match": '"x"'},
    "if it is any": {"If-None-Match": "*"},
    "if it changed": {"If-Modified-Since": "Mon, 01 Jan 2035 00:00:00 GMT"},
    "a rest": {"Range": "bytes=4-", "If-Range": '"x"'},
}
NEIGHBOURS = 40


@pytest.fixture
def paper(client_of) -> tuple[Client, User, Document]:
    """A restricted paper, and somebody who may read it, with a browser."""
    jun = makers.jun()
    case = case_makers.case(jun, secrecy=Secrecy.RESTRICTED, declassify_when="示例條件")
    upload = SimpleUploadedFile("示例.txt", "示例內容".encode())
    document = store_document(by=jun, about=case, upload=upload, title="示例", secrecy=Secrecy.RESTRICTED)
    return client_of(jun), jun, document


def where(document: Document | uuid.UUID) -> str:
    return reverse("document", args=[getattr(document, "pk", document), 1])


def codes(client: Client, address: str) -> dict[str, int]:
    """What each way of asking for a file is answered."""
    found = {}
    for way, headers in WAYS.items():
        response = client.get(address, headers=headers)
        found[way] = response.status_code
        let_go(response)
    return found | {"HEAD": client.head(address).status_code}


def test_no_way_of_asking_gives_a_byte_once_the_right_is_gone(paper):
    client, jun, document = paper
    before = codes(client, where(document))

    User.objects.filter(pk=jun.pk).update(clearance=Secrecy.INTERNAL)

    assert before == dict.fromkeys(WAYS, 200) | {"HEAD": 405}, "no part of a file is given out for the whole"
    assert codes(client, where(document)) == dict.fromkeys(WAYS, 404) | {"HEAD": 405}


def test_a_door_that_does_not_ask_would_be_found(paper, monkeypatch):
    """The control."""
    client, jun, document = paper
    User.objects.filter(pk=jun.pk).update(clearance=Secrecy.INTERNAL)
    monkeypatch.setattr("tracker.views.documents.may_see_document", lambda reader, document: True)

    assert set(codes(client, where(document)).values()) == {200, 405}


def test_nothing_on_the_way_keeps_a_file(paper):
    client, _jun, document = paper

    response = client.get(where(document))

    assert response["Cache-Control"] == "no-store"
    assert {"ETag", "Last-Modified", "Accept-Ranges", "Expires"} & set(response.headers) == set()
    let_go(response)


def test_the_place_of_a_file_is_no_address(paper):
    client, _jun, document = paper
    kept = document.versions.get().file

    answered = {
        f"{folder}{name}": client.get(f"{folder}{name}").status_code
        for folder in ("/", "/media/", "/documents/", "/files/", "/static/", "/static/../documents/", settings.MEDIA_URL or "/m/")
        for name in (kept.name, kept.name.rpartition("/")[2])
    }  # fmt: skip

    assert set(answered.values()) == {404}
    assert "示例" not in kept.name


def test_the_keys_of_documents_tell_of_no_other(paper):
    client, _jun, document = paper

    assert document.pk.version == 4, "122 bits by chance"
    assert {client.get(where(key)).status_code for key in neighbours(document.pk)} == {404}


def neighbours(key: uuid.UUID) -> Iterator[uuid.UUID]:
    for step in range(1, NEIGHBOURS // 2 + 1):
        yield uuid.UUID(int=(key.int + step) % 2**128)
        yield uuid.UUID(int=(key.int - step) % 2**128)
