"""AZ-6: what somebody sees does not depend on what he or she may not see.

One world is walked as each reader: every address without parameters, and every link of every page from there. Then
files, cases, letters, notes, deadlines and promises are added that this reader may not see, and it is walked again. Each
answer is compared byte by byte. What a walk itself writes is taken back, so both begin in the same world.
"""

import io
import re
import zipfile
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from agreements.actions import record_contact
from cases.actions import Intake, save_draft
from cases.actions.competition import gather
from cases.actions.links import link_cases
from cases.actions.notes import write_note
from cases.actions.people import add_person
from cases.actions.promises import Assurance, give_promise
from cases.actions.tasks import add_task
from cases.models import Case
from tests import makers
from tests.cases import letters
from tests.cases import makers as case_makers
from tests.makers import TODAY
from tests.trust.crawling import crawl, name_of
from tracker.actions import store_document
from tracker.models import Entry
from tracker.partialdate import PartialDate
from tracker.roles import Ministry, Role, Secrecy

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 3, 20, 2, 30, tzinfo=UTC)
NOT_WALKED = re.compile(r"^/(static|admin/jsi18n|accounts/log|accounts/2fa|health|language)")
MASKS = (
    (re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]+'), rb"\1"),
    (re.compile(rb'(name="key"[^>]*value=")[0-9a-f-]{36}'), rb"\1"),
    (re.compile(rb'("X-CSRFToken"\s*:\s*"|nonce=")[^"]+'), rb"\1"),
    (re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"), b"uuid"),
    (re.compile(rb"/(CreationDate|ModDate|ID) ?[(\[][^)\]]*[)\]]"), b""),
)
SEARCHES = ("/search/?q=示例", "/search/?q=114-", "/search/?q=密", "/cases/?q=調取", "/cases/?secrecy=2")
HEADERS = (
    "Content-Type",
    "Content-Disposition",
    "Location",
    "ETag",
    "Last-Modified",
    "Cache-Control",
    "Vary",
)


def masked(response):
    """What of an answer is told to its reader, without what is drawn anew for each answer."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    response.close()
    if body[:2] == b"PK":
        packed = zipfile.ZipFile(io.BytesIO(body))
        body = b"".join(name.encode() + packed.read(name) for name in sorted(packed.namelist()))
    for pattern, text in MASKS:
        body = pattern.sub(text, body)
    headers = {name: response.headers.get(name, "") for name in HEADERS}
    return response.status_code, headers, body


def plain_addresses():
    """Every address that takes no parameters."""

    def walk(patterns, before=""):
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            elif isinstance(pattern, URLPattern) and not re.search(r"[<(\\^$?]", route):
                yield "/" + route

    return [
        route for route in dict.fromkeys(walk(get_resolver().url_patterns)) if not NOT_WALKED.match(route)
    ]


@contextmanager
def taken_back():
    """What is written inside is not kept."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def walked(sign_in, person):
    """Every answer by address, as this reader gets it now. Exports and searches are among them."""
    for cache in caches.all():
        cache.clear()
    found = {}
    with taken_back():
        for start in plain_addresses():
            found[start] = masked(client.get(start))
        for extra in (
            "/search/?q=示例",
            "/search/?q=114-",
            "/search/?q=密",
            "/cases/?q=調取",
            "/cases/?secrecy=2",
        ):
            found[extra] = masked(client.get(extra))
        for address, response in crawl(client, per_pattern=2):
            if not NOT_WALKED.match(address) and address not in found:
                found[address] = masked(response)
            response.close()
        assert "login" not in client.get("/").headers["Location"]  # else it walked the sign-in page only
    return found


def differing(before, after):
    """The addresses whose answers differ, with what was first another text."""
    told = []
    for address in sorted(before.keys() | after.keys()):
        one, other = before.get(address), after.get(address)
        if one != other:
            told.append(f"{address}: {first_difference(one, other)}")
    return told


def first_difference(one, other):
    """What was told first in the one world and not in the other, with what stands around it."""
    if one is None or other is None:
        return f"only {'after' if one is None else 'before'}"
    if one[0] != other[0]:
        return f"{one[0]} and {other[0]}"
    for name in HEADERS:
        if one[1][name] != other[1][name]:
            return f"{name}: {one[1][name]} and {other[1][name]}"
    place = next((at for at, (a, b) in enumerate(zip(one[2], other[2], strict=False)) if a != b), 0)
    return " and ".join(
        text[2][max(0, place - 60) : place + 90].decode(errors="replace") for text in (one, other)
    )


def busy(by, case, other, *, colleague):
    """All that hangs on a case: a document, a letter, a note, a task, a promise, a person, a link, a competition."""
    file = SimpleUploadedFile("附件.txt", "示例".encode(), "text/plain")
    store_document(by=by, about=case, upload=file, title=f"附件 {case.pk}", secrecy=case.secrecy)
    letters.received(by, case)
    write_note(by=by, case=case, text=f"註記 {case.pk}", mentioned=[colleague], is_for_successor=True)
    add_task(by=by, case=case, words=f"待辦 {case.pk}", today=TODAY, due_on=TODAY, assigned_to=by)
    pledge = Assurance("safe_conduct", "us", f"承諾 {case.pk}", given_on=TODAY, counted_from=TODAY)
    give_promise(by=by, case=case, assurance=pledge, today=TODAY)
    add_person(by=by, case=case, part="witness", name="王示例")
    link_cases(by=by, case=case, other=other, kind="related")
    gather(by=by, wanted=f"標的 {case.pk}", cases=[case, other])


def two_cases(by, *, colleague, **fields):
    """Two cases of two partners, the first with all that may hang on it, one of them overdue."""
    first = case_makers.case(by, deadline=date(2025, 3, 12), **{"officer": by} | fields)
    second = case_makers.case(by, makers.partner("XB"), is_urgent=True, **fields)
    busy(by, first, second, colleague=colleague)
    return first, second


@pytest.fixture
def world(client_of):
    """A small office: two ordinary cases, an agreement on its way, a contact, a draft; and its readers."""
    with time_machine.travel(NOW, tick=False):
        qiu, jun, mei = case_makers.sealed_officer(), makers.jun(), makers.mei()
        people = {
            "stranger": makers.stranger(),
            "internal auditor": makers.person("auditor", role=Role.AUDITOR, clearance=Secrecy.INTERNAL),
            "internal mofa": makers.person(
                "mofa", ministry=Ministry.FOREIGN_AFFAIRS, clearance=Secrecy.INTERNAL
            ),
            "jun": jun,
            "mei": mei,
            "justice supervisor": makers.justice_supervisor(),
            "restricted auditor": makers.person("auditor2", role=Role.AUDITOR),
            "administrator": makers.administrator(),
            "other sealed": makers.person("rao", ministry=Ministry.JUSTICE, clearance=Secrecy.SEALED),
        }
        two_cases(jun, colleague=people["stranger"])
        makers.walk(makers.lin(), "T1", until="sign", title_zh="公開之示例條約", partner=makers.partner("XC"))
        told = {"kind": "visit", "held": PartialDate.of(TODAY), "words": "示例訪問", "today": TODAY}
        record_contact(by=mei, partner=makers.partner(), **told)
        save_draft(by=people["stranger"], intake=Intake(subject="示例草稿", secrecy=0))
        clients = {name: client_of(person) for name, person in people.items()}
        yield {
            "people": people,
            "clients": clients,
            "qiu": qiu,
            "client of qiu": client_of(qiu),
            "colleague": jun,
        }


def hide_sealed(world):
    """What nobody but Qiu may see."""
    two_cases(world["qiu"], colleague=world["qiu"], secrecy=Secrecy.SEALED, officer=world["qiu"])
    case_makers.case(world["qiu"], secrecy=Secrecy.SEALED, officer=world["qiu"], direction="out")


def hide_restricted(world):
    """What nobody below restricted may see: cases, an agreement in force, a contact."""
    two_cases(
        world["qiu"], colleague=world["colleague"], secrecy=Secrecy.RESTRICTED, partner_reference="密-1"
    )
    lin = makers.User.objects.get(username="lin")
    secret = makers.marked({"secrecy": Secrecy.RESTRICTED})
    makers.walk(lin, "A1", title_zh="限閱之示例協定", partner=makers.partner("XD"), **secret)
    told = {"kind": "visit", "held": PartialDate.of(TODAY), "words": "密談", "today": TODAY} | secret
    record_contact(by=lin, partner=makers.partner(), **told)


BELOW_RESTRICTED = ("stranger", "internal mofa")
BELOW_SEALED = ("justice supervisor", "other sealed")


def test_no_answer_depends_on_restricted_and_sealed_things_for_readers_who_are_not_cleared(world, client_of):
    before = {name: walked(client_of, world["people"][name]) for name in BELOW_RESTRICTED}
    hide_sealed(world)
    hide_restricted(world)
    after = {name: walked(client_of, world["people"][name]) for name in BELOW_RESTRICTED}

    assert sum(map(len, before.values())) > 100
    assert [f"{name} {what}" for name in before for what in differing(before[name], after[name])] == []


def test_no_answer_depends_on_sealed_cases_of_others(world, client_of):
    before = {name: walked(client_of, world["people"][name]) for name in BELOW_SEALED}
    control = walked(client_of, world["qiu"])
    hide_sealed(world)
    after = {name: walked(client_of, world["people"][name]) for name in BELOW_SEALED}
    differences = [f"{name} {what}" for name in before for what in differing(before[name], after[name])]
    told = differing(control, walked(client_of, world["qiu"]))
    controlled = {name_of(line.partition(": ")[0]) for line in told}

    assert sum(map(len, before.values())) > 100
    assert differences == []
    # The control: whoever carries them sees other pages, so the walk does come by where they stand.
    assert {"cases:home", "cases:list", "cases:export", "cases:promise_register"} <= controlled
    assert Case.objects.filter(secrecy=Secrecy.SEALED).count() == 3 and Entry.objects.exists()
