"""UNI-1: a name goes through form, database, page, sheets, file names, addresses and mails, and is the same at the other end."""

import html
import io
import re
import unicodedata
import uuid
from email import message_from_bytes
from email.policy import default
from urllib.parse import unquote

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import send_mail
from django.urls import reverse

from cases.models import Case, Note
from tests import makers
from tests.cases import makers as case_makers
from tests.trust.crawling import let_go
from tracker.actions import store_document
from tracker.sheets import read_rows

pytestmark = pytest.mark.django_db
NAMES = (
    "王小明", "𠮷野家", "𠀀𪚥𫝀𫢸𬺰", "𰀀𱍊𲎯", "葛\U000e0100城市", "\ue000\uf8ff造字", "﨑高𨳒", "豈\uf900", "臺台灣湾",
    "e\u0301lan", "Trâ\u0300n Thi\u0323", "Nguyễn Văn Ánh", "İstanbul ıI", "STRASSE straße", "محمد عبد الله", "שלום עולם", "กรุงเทพมหานคร ก็",
    "မြန်မာ", "ខ្មែរ", "한글 조선", "\u1112\u1161\u11ab", "ǅ ﬀ ½ ㈱", "O’Brien-Ñandú", "a&b<c>d\"e'f", "=1+1", "@SUM(A1)", "-示例", "+886",
    "100%_\\", "; DROP TABLE x;--", "{{ 7*7 }}", "${jndi:x}", "\u3000全形\u3000空白".strip("\u3000"), "NULL", "None", "undefined", "0", "007",
    "1e5", "2026-01-02", "115/1/2", "TRUE", "ﷺ", "👩\u200d⚖\ufe0f 法官", "甲" * 200, "é" * 200,
)  # fmt: skip
"""Rare and private characters, variants, marks, scripts from right to left, and what sheets, databases or programs would read."""


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def office(client, jun):
    client.force_login(jun)
    return client


@pytest.fixture
def cases(jun) -> dict[str, Case]:
    """A case of each name, as its subject."""
    partner = makers.partner()
    return {case_makers.case(jun, partner, subject=name).number: name for name in NAMES}


def test_a_form_keeps_every_name_as_it_was_typed(office, jun):
    case = case_makers.case(jun)
    names = [name for name in NAMES if not name.startswith("@")]  # that would tell a colleague of it
    for name in names:
        office.post(f"/cases/{case.number}/work/note/", {"text": name, "key": str(uuid.uuid4())})

    assert list(Note.objects.order_by("pk").values_list("text", flat=True)) == names


def test_the_page_of_a_case_says_its_name(office, cases):
    unlike = []
    for number, name in cases.items():
        page = office.get(f"/cases/{number}/").text
        heads = [
            html.unescape(re.sub(r"<[^>]*>", "", one)) for one in re.findall(r"<h1.*?</h1>", page, re.DOTALL)
        ]
        unlike += [] if any(name in head for head in heads) else [(name, heads)]

    assert unlike == []


@pytest.mark.parametrize("form", ["csv", "xlsx", "ods"])
def test_a_sheet_holds_every_name(office, cases, form):
    answer = office.get(reverse("cases:export") + f"?samples=1&format={form}")
    content = b"".join(answer) if answer.streaming else answer.content

    sheet = read_rows(io.BytesIO(content), f"x.{form}")
    assert {cells["事由"] for _line, cells in sheet.rows} == set(NAMES)


def test_a_file_comes_back_with_its_title_and_under_its_name(office, jun):
    """Its name in one form of marks, and without what no file name may hold (FIL-2)."""
    case = case_makers.case(jun)
    plain = re.compile(r"[^\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]{1,60}")
    unlike, names = [], [name for name in NAMES if plain.fullmatch(name) and "\u200d" not in name]
    for name in NAMES:
        upload = SimpleUploadedFile(f"{name if name in names else '示例'}.txt", "示例".encode())
        document = store_document(by=jun, about=case, upload=upload, title=name, secrecy=0)
        document.refresh_from_db()
        answer = office.get(reverse("document", args=[document.pk, 1]))
        let_go(answer)
        told = unquote(answer.headers["Content-Disposition"])
        kept = name if name in names else "示例"
        is_kept = any(f"{one}.txt" in told for one in (kept, unicodedata.normalize("NFC", kept)))
        unlike += [] if document.title == name and is_kept else [(name, document.title, told)]

    assert unlike == []
    assert len(names) > 20


def test_an_address_finds_what_stands_in_it(office, cases):
    """What is searched for stands in the box of the page again, character for character."""
    for name in NAMES:
        page = office.get(reverse("cases:list"), {"samples": "1", "q": name[:100]}).text
        assert name[:100] in {
            html.unescape(one) for one in re.findall(r'name="q"[^>]*value="([^"]*)"', page)
        }, name


def test_a_mail_says_every_name():
    for name in NAMES:
        send_mail(name, name, None, ["nobody@example.tw"])

    read = [message_from_bytes(one.message().as_bytes(), policy=default) for one in mail.outbox]
    assert [one["subject"] for one in read] == list(NAMES)
    assert [one.get_content().removesuffix("\n") for one in read] == list(NAMES)
