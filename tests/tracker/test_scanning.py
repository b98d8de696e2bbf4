"""FIL-6, FIL-3: what a virus scanner has not passed is given to nobody, and nobody fills the disk."""

import sys
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from tests import makers
from tests.cases import makers as case_makers
from tests.trust.crawling import let_go
from tracker import quota
from tracker.actions import store_document
from tracker.models import DocumentVersion, Entry

pytestmark = pytest.mark.django_db
SCANNER = """
import os, signal, sys, time
held = sys.stdin.buffer.read()
if b"KILLED" in held: os.kill(os.getpid(), signal.SIGKILL)
if b"SLOW" in held: time.sleep(30)
if b"BROKEN" in held: sys.exit(2)
sys.exit(1 if b"OWN-TEST-VIRUS" in held else 0)
"""


@pytest.fixture
def scanner(settings, tmp_path):
    program = tmp_path / "scanner.py"
    program.write_text(SCANNER)
    settings.DOCUMENT_SCANNER = f"'{sys.executable}' -S '{program}'"
    settings.DOCUMENT_SCANNER_SECONDS = 2
    return settings


@pytest.fixture
def kept(django_capture_on_commit_callbacks):
    """Keeps a file about a case, and lets happen what happens after the commit."""
    jun = makers.jun()
    case = case_makers.case(jun, officer=jun)

    def keep(text: str) -> DocumentVersion:
        upload = SimpleUploadedFile("示例.txt", text.encode())
        with django_capture_on_commit_callbacks(execute=True):
            document = store_document(by=jun, about=case, upload=upload, title="示例", secrecy=0)
        return document.versions.get()

    return keep


def code_of(client, version) -> int:
    answer = client.get(reverse("document", args=[version.document_id, version.number]))
    let_go(answer)
    return answer.status_code


@pytest.mark.parametrize(
    ("text", "verdict", "code"),
    [
        ("示例", True, 200),
        ("OWN-TEST-VIRUS", False, 403),
        ("KILLED", None, 403),
        ("SLOW", None, 403),
        ("BROKEN", None, 403),
    ],
)
def test_only_what_the_scanner_passed_is_given_out(scanner, kept, client_of, text, verdict, code):
    version = kept(text)
    client = client_of(version.uploaded_by)

    assert (version.is_clean, code_of(client, version)) == (verdict, code)
    assert Entry.objects.filter(verb="document.scan").count() == 1
    assert Entry.objects.filter(verb="document.download").count() == (code == 200)


def test_a_file_is_closed_until_it_was_scanned_and_when_no_scanner_starts(scanner, kept, client_of):
    scanner.DOCUMENT_SCANNER = ""
    before = kept("示例")
    client = client_of(before.uploaded_by)
    without = code_of(client, before)
    scanner.DOCUMENT_SCANNER = "/no/such/scanner"
    version = kept("示例")

    assert (without, code_of(client, before), version.is_clean, code_of(client, version)) == (
        200,
        403,
        None,
        403,
    )


def test_a_rescan_opens_what_is_clean_and_says_what_is_not(scanner, kept, client_of):
    command, scanner.DOCUMENT_SCANNER = scanner.DOCUMENT_SCANNER, ""
    clean, infected = kept("示例"), kept("OWN-TEST-VIRUS")
    with pytest.raises(CommandError):
        call_command("rescan_documents", stdout=StringIO())
    scanner.DOCUMENT_SCANNER = command
    output = StringIO()
    with pytest.raises(SystemExit):
        call_command("rescan_documents", stdout=output)

    client = client_of(clean.uploaded_by)
    assert output.getvalue() == "1 clean, 1 infected, 0 without an answer\n"
    assert (code_of(client, clean), code_of(client, infected)) == (200, 403)


def send(client, case, *sizes: int, key="7f6f4c0e-6f0a-4d0e-9a55-0c6d1f3b7e01"):
    files = [SimpleUploadedFile(f"示例{place}.txt", b"a" * size) for place, size in enumerate(sizes)]
    given = {"key": key, "files": files, "secrecy": case.secrecy, "title": ""}
    return client.post(reverse("cases:documents", args=[case.number]), given)


@pytest.mark.parametrize("name", ["UPLOAD_MB_PER_DAY", "UPLOAD_MB_PER_RECORD"])
def test_more_than_a_person_or_a_case_may_hold_is_refused_and_the_rest_is_kept(settings, client_of, name):
    """One megabyte here: the first of two files fits, the second does not; with room for both it is the control."""
    jun = makers.jun()
    case = case_makers.case(jun, officer=jun)
    setattr(settings, name, 1)
    refused = send(client_of(jun), case, 700_000, 700_000)
    held = DocumentVersion.objects.count()
    setattr(settings, name, 10)
    taken = send(client_of(jun), case, 700_001, key="7f6f4c0e-6f0a-4d0e-9a55-0c6d1f3b7e02")

    assert (refused.status_code, held, taken.status_code) == (200, 1, 302)
    assert len(refused.context["form"].errors["files"]) == 1


def test_a_request_holds_a_hundred_megabytes_at_most(monkeypatch, client_of):
    jun = makers.jun()
    case = case_makers.case(jun, officer=jun)
    monkeypatch.setattr("agreements.forms.files.PER_REQUEST", 1000)

    answer = send(client_of(jun), case, 600, 600)

    assert (len(answer.context["form"].errors["files"]), quota.PER_REQUEST) == (1, 100 * 1024 * 1024)


def test_no_answer_takes_nothing_back_that_was_clean(scanner, kept):
    version = kept("rein")
    assert DocumentVersion.objects.get(pk=version.pk).is_clean is True
    scanner.DOCUMENT_SCANNER = "/no/such/scanner"

    with pytest.raises(SystemExit):
        call_command("rescan_documents", all=True, stdout=StringIO())

    assert DocumentVersion.objects.get(pk=version.pk).is_clean is True
