"""Documents go out only to those who may see what they belong to, as downloads, and each time on record."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import makers
from tracker.actions import store_document
from tracker.models import Document, Entry
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db


def document_of(by, file, *, name="簽署正本.txt", secrecy=Secrecy.ORDINARY):
    upload = SimpleUploadedFile(name, "示例正本".encode())
    return store_document(by=by, about=file, upload=upload, title="簽署正本", secrecy=secrecy)


def address(document, number=1):
    return f"/documents/{document.pk}/{number}/"


def content(answer):
    return b"".join(answer.streaming_content)


def test_a_document_comes_as_a_download_under_its_own_name(client_of):
    mei = makers.mei()
    document = document_of(mei, makers.agreement(mei))

    answer = client_of(mei).get(address(document))

    assert content(answer).decode() == "示例正本"
    assert answer["Content-Disposition"] == (
        "attachment; filename*=UTF-8''%E7%B0%BD%E7%BD%B2%E6%AD%A3%E6%9C%AC.txt"
    )
    assert answer["Content-Type"] == "text/plain"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Length"] == str(len("示例正本".encode()))


def test_each_download_is_recorded_with_who_and_which_version(client_of):
    mei, auditor = makers.mei(), makers.auditor()
    file = makers.agreement(mei)
    document = document_of(mei, file)
    store_document(
        by=mei,
        about=file,
        upload=SimpleUploadedFile("第二版.txt", "修正".encode()),
        title="",
        secrecy=0,
        document=document,
    )

    second = content(client_of(auditor).get(address(document, 2)))

    entry = Entry.objects.get(verb="document.download")
    assert second.decode() == "修正"
    assert (entry.actor, entry.about_id) == (auditor, str(document.pk))
    assert entry.details == {
        "title": "簽署正本",
        "version": 2,
        "about": f"agreements.agreement {file.pk}",
    }


def test_hidden_and_unknown_documents_are_the_same_404_and_leave_no_trace(client_of):
    mei = makers.mei()
    of_secret = document_of(mei, makers.agreement(mei, secrecy=Secrecy.RESTRICTED))
    secret = document_of(mei, makers.agreement(mei, title_zh="示例二"), secrecy=Secrecy.RESTRICTED)
    assert [content(client_of(mei).get(address(one))) for one in (of_secret, secret)]
    client = client_of(makers.stranger())

    codes = [client.get(where).status_code for where in (address(of_secret), address(secret))]
    unknown = [f"/documents/{uuid.uuid4()}/1/", address(secret, 7)]

    assert codes == [client.get(where).status_code for where in unknown] == [404, 404]
    assert set(Entry.objects.filter(verb="document.download").values_list("actor", flat=True)) == {mei.pk}


def test_a_document_of_a_thing_nobody_speaks_for_is_shown_to_nobody(client_of):
    mei = makers.mei()
    document = document_of(mei, makers.agreement(mei))
    assert content(client_of(mei).get(address(document)))
    Document.objects.update(about_model="tracker.holiday")

    assert client_of(mei).get(address(document)).status_code == 404


def test_people_who_are_not_signed_in_are_sent_to_the_sign_in(client):
    mei = makers.mei()
    document = document_of(mei, makers.agreement(mei))

    answer = client.get(address(document))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_a_document_is_only_read_here(client_of):
    mei = makers.mei()
    document = document_of(mei, makers.agreement(mei))
    client = client_of(mei)

    codes = [
        getattr(client, method)(address(document)).status_code for method in ("post", "put", "delete", "head")
    ]

    assert codes == [405] * 4
    assert not Entry.objects.filter(verb="document.download").exists()
