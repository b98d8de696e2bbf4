"""Two worlds that differ only in what a reader may not see: what each address answers in the one and in the other.

The world is that of the matrix (tests/authz), first without anything secret. Then secret things come to it. Each address
is asked in both by the same reader, at the same moment of a clock that stands still, and what asking writes is taken back.
"""

import copy
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone

from agreements.actions import record_contact
from agreements.actions.placeholders import record_placeholder
from agreements.actions.register import link
from agreements.filters import AgreementFilter
from agreements.models import Partner
from cases.actions import Intake, save_draft
from cases.actions.access import let_in
from cases.actions.competition import gather
from cases.actions.links import link_cases
from cases.actions.marks import ask_lowering
from cases.actions.notes import write_note
from cases.filters import CaseFilter
from cases.promiseregister import PromiseFilter
from reports.actions import make_feed
from reports.catalogue import REPORTS
from reports.models import Feed
from reports.serving import FORMS
from tests import makers
from tests.authz.asking import address, patterns, rows
from tests.authz.world import World, add_agreement, add_case, build
from tests.cases import makers as case_makers
from tests.trust.crawling import let_go
from tracker.actions import store_document
from tracker.partialdate import PartialDate
from tracker.roles import Secrecy


@contextmanager
def standing_world(documents: Path) -> Iterator[World]:
    """The world of the matrix, at a moment that stands still; nothing of it stays."""
    with (
        pytest.MonkeyPatch.context() as patch,
        time_machine.travel(timezone.now(), tick=False),
        transaction.atomic(),
    ):
        patch.setattr("django.conf.settings.MEDIA_ROOT", documents)
        yield build(timezone.localdate())
        transaction.set_rollback(True)


MASKS = (
    # Drawn anew for every answer: the token against forged forms, twice; the key of a form that is sent once.
    (re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]+'), rb"\1"),
    (re.compile(rb'("X-CSRFToken"\s*:\s*"|&quot;X-CSRFToken&quot;: &quot;)[A-Za-z0-9]+'), rb"\1"),
    (re.compile(rb'(name="key"[^>]*value="|value=")[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'), rb"\1"),
    # An error page and a refusal show the number of the request.
    (re.compile(rb"\b[0-9a-f]{32}\b"), b""),
    # The secrets that a new app or passkey begins with.
    (re.compile(rb'src="data:image/svg[^"]*"'), b""),
    (re.compile(rb"otpauth:[^\"&<]*|(<code[^>]*>)[A-Z2-7 ]{26,}(</code>)"), b""),
    (re.compile(rb"(&quot;challenge&quot;: &quot;)[\w-]+"), rb"\1"),
    # What a PDF writer draws for each file.
    (re.compile(rb"/ID ?\[[^\]]*\]"), b""),
)
DRAWN_ANEW = frozenset({"Set-Cookie", "X-Request-Id"})
"""Headers with the session, the token and the number of the request. A length that is the body's says no more than it."""
NOT_ASKED = re.compile(r"^(account_logout|admin:jsi18n|set_language|policy_report|health)|^route ")
SHOWN_TO_ALL = ("none", "one", "ordinary", "internal", "closed", "struck")
"""Classes of objects of the matrix that exist in both worlds."""
QUERIES = (
    "/search/?q=TOKEN",
    "/search/?q=示例",
    "/search/?q=受",
    "/search/?q=密",
    *(f"/cases/?{query}" for query in (
        "more=1", "q=TOKEN", "secrecy=2", "secrecy=3", "state=open", "state=waiting", "sort=due", "officer=me", "officer=nobody",
        "desk=mine", "due=over", "due=soon", "promise=standing", "updated=1", "partner=XB", "forwarding=any", "samples=1",
        "as_of=2026-01-01", "page=2", "holder=partner", "item=evidence",
    )),
    *(f"/cases/export/?format={form}&samples=1" for form in ("csv", "xlsx", "ods")),
    *(f"/agreements/export/?format={form}" for form in ("csv", "xlsx", "ods")),
    *(f"/agreements/?{query}" for query in ("q=TOKEN", "partner=XA", "partner=XD", "secrecy=2", "stage=20", "page=2")),
    "/cases/new/?partner=XA",
    "/reports/?samples=1",
    "/reports/brief/XB/",
)  # fmt: skip


READERS = ("P1", "P2", "P4", "P5", "P6", "P7", "P10")
"""The principals who are let in; P3 carries what is hidden."""
STAFF = ("P1", "P2", "P4", "P5", "P10")
SECRET: dict[str, Any] = {"secrecy": Secrecy.RESTRICTED, "declassify_when": "示例條件"}


@dataclass(frozen=True, slots=True)
class Told:
    """What an address told its reader, without what is drawn anew for each answer; ``statements`` of SQL it took."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    statements: int = field(default=0, compare=False)


def told(client: Client, where: str, data: Any = None) -> Told:
    """Ask once, with GET or with POST of ``data``, and take back what it wrote."""
    for cache in caches.all():
        cache.clear()
    cookies, statements = copy.deepcopy(client.cookies), []

    def count(execute: Any, sql: str, *more: Any) -> Any:
        statements.append(sql)
        return execute(sql, *more)

    with override_settings(STEP_UP=False), transaction.atomic(), connection.execute_wrapper(count):
        response = client.get(where) if data is None else client.post(where, data)
        body = b"".join(response) if response.streaming else response.content  # type: ignore[arg-type, attr-defined]
        let_go(response)
        transaction.set_rollback(True)
    client.cookies = cookies
    unsaid = DRAWN_ANEW | ({"Content-Length"} if response.get("Content-Length") == str(len(body)) else set())
    headers = sorted((name, value) for name, value in response.items() if name not in unsaid)
    return Told(response.status_code, tuple(headers), masked(body), len(statements))


def masked(body: bytes) -> bytes:
    """The body without what is drawn anew; the parts of a zipped sheet unpacked."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join(one.filename.encode() + archive.read(one) for one in archive.infolist())
    for pattern, instead in MASKS:
        body = pattern.sub(instead, body)
    return body


def begin() -> World:
    """The world of the matrix without anything secret; one partner is no sample, so that statistics count it."""
    world = build(timezone.localdate(), ["ordinary"])
    Partner.objects.filter(code="XA").update(is_sample=False)
    for who in STAFF:
        scopes = [
            scope for scope in Feed.Scope.values if (who, scope) != ("P5", Feed.Scope.MINE)
        ]  # that one is there
        feeds = [make_feed(by=world.people[who], scope=scope) for scope in scopes]
        world.one[f"feeds of {who}"] = feeds
    return world


def addresses(world: World, who: str) -> list[str]:
    """Every address of the matrix for what is in both worlds, every report, questions, and the own calendars."""
    known = patterns()
    found = [
        address(world, row.name, row.about, known[row.name])
        for row in rows()
        if row.method == "GET" and row.name in known and not NOT_ASKED.match(row.name)
        if row.about in SHOWN_TO_ALL and (row.name, row.about) != ("reports:feed", "one")  # it is chen's (P5)
    ]
    found += [reverse("reports:feed", args=[secret]) for secret in world.one.get(f"feeds of {who}", [])]
    reports = [f"/reports/all/{code}/" for code in REPORTS]
    return list(dict.fromkeys([*found, *reports, *QUERIES]))


def places(world: World) -> list[str]:
    """The pages of cases and of the admin without a key in their address: lists, first pages, registers."""
    known = patterns()
    names = [row.name for row in rows() if row.method == "GET" and row.about == "none" and row.name in known]
    found = [reverse(name) for name in dict.fromkeys(names) if not NOT_ASKED.match(name) and not known[name]]
    return [where for where in found if where.startswith(("/cases/", "/admin/"))]


def more_addresses() -> list[str]:
    """Every report as each file, and every filter of every list with each of its choices."""
    found = [f"/reports/all/{code}/as/{form}/" for code in REPORTS for form in FORMS]
    for path, filters in (
        ("/cases/", CaseFilter),
        ("/agreements/", AgreementFilter),
        ("/cases/promises/", PromiseFilter),
    ):
        for name, one in filters.base_filters.items():
            choices = one.extra.get("choices", [])
            chosen = [value for value, _words in (choices() if callable(choices) else choices)] or [
                "TOKEN",
                "XA",
                "XB",
                "1",
            ]
            found += [f"{path}?{name}={value}" for value in chosen]
    return found


def walked(client: Client, wanted: Iterable[str]) -> dict[str, Told]:
    return {where: told(client, where) for where in wanted}


def differing(before: dict[str, Told], after: dict[str, Told]) -> Iterator[str]:
    """The addresses whose answers differ, each with the first place where they do."""
    for where in before:
        if before[where] != after[where]:
            yield f"{where}: {difference(before[where], after[where])}"


def difference(one: Told, other: Told) -> str:
    """What differs first: the code, a header, or the text around the first other byte."""
    if one.status != other.status:
        return f"{one.status} and {other.status}"
    if one.body == other.body:
        return str(sorted(set(one.headers) ^ set(other.headers)))
    pairs = enumerate(zip(one.body, other.body, strict=False))
    place = next((at for at, (a, b) in pairs if a != b), min(len(one.body), len(other.body)))
    around = [text.body[max(0, place - 80) : place + 120].decode(errors="replace") for text in (one, other)]
    return " and ".join(" ".join(text.split()) for text in around)


def hide_sealed(world: World, times: int = 1) -> None:
    """What only jun (P3) may see: sealed cases with one of everything, and a draft."""
    for _time in range(times):
        add_case(world, "sealed")
        save_draft(by=world.people["P3"], intake=Intake(subject="TOKENDRAFT"))
        sealed = world.cases["sealed"]
        let_in(by=world.people["P3"], case=sealed, reason="示例", ministry="justice", desk="國際三科")


def hide_restricted(world: World, times: int = 1) -> None:
    """What nobody below restricted may see: cases and agreements with one of everything, contacts, place-holders, and
    what is stricter than the ordinary files that it stands in."""
    for place in range(times):
        if place == 0:  # a partner has one agreement of this title
            add_agreement(world, "restricted")
        add_case(world, "restricted")
        _more_cases(world, place)
        _beside(world, place)
        _within_ordinary_files(world, place)


def _more_cases(world: World, place: int) -> None:
    """An overdue one, a closed one, one to be lowered, and what rests on an agreement in force."""
    today = world.today
    jun, chen, lin = (world.people[who] for who in ("P3", "P5", "P2"))
    past = today - timedelta(days=40)
    given: dict[str, Any] = {"received_on": past, "letter_on": past, "today": today, "officer": jun} | SECRET
    for code, subject in (("XA", "criminal_mla"), ("XB", "extradition")):
        title = f"TOKENSECRETTREATY {place}"
        case_makers.in_force(
            makers.partner(code), date(2024, 1, 5), subject, by=lin, title_zh=title, **SECRET
        )
    case_makers.case(jun, makers.partner("XA"), deadline=today - timedelta(days=3), is_urgent=True, **given)
    case_makers.walk(jun, case_makers.case(jun, makers.partner("XB"), **given), today)
    hidden = world.cases["restricted"]
    ask_lowering(by=chen, case=hidden, after=Secrecy.INTERNAL, reason="示例")
    write_note(by=jun, case=hidden, text="TOKENRESTRICTED", mentioned=[chen])


def _beside(world: World, place: int) -> None:
    lin, today = world.people["P2"], world.today
    visit: dict[str, Any] = {
        "kind": "visit",
        "held": PartialDate.of(today),
        "words": "TOKENRESTRICTED",
        "today": today,
    }
    for code in ("XA", "XB"):
        record_contact(by=lin, partner=makers.partner(code), **visit, **SECRET)
    record_placeholder(by=lin, code_name=f"示例{place}", kept_where="示例櫃", today=today)


def _within_ordinary_files(world: World, place: int) -> None:
    """Papers that are stricter than their file, which were kept before this was refused; links with hidden files."""
    jun, lin = world.people["P3"], world.people["P2"]
    shown, hidden = world.cases["ordinary"], world.cases["restricted"]
    for about, by, token in (
        (shown, jun, "TOKENRESTRICTED"),
        (world.agreements["ordinary"], lin, "TOKENSECRETTREATY"),
    ):
        upload = SimpleUploadedFile(f"{token}-{place}.txt", f"{token} {place}".encode())
        store_document(by=by, about=about, upload=upload, title=token, secrecy=Secrecy.RESTRICTED)
    link_cases(by=jun, case=shown, other=hidden, kind="related")
    today = world.today
    rival = case_makers.case(
        jun, makers.partner("XB"), received_on=today, letter_on=today, today=today, officer=jun, **SECRET
    )
    if place == 0:  # a case stands in one competition
        gather(by=jun, wanted="TOKENRESTRICTED", cases=[shown, rival])
        earlier = world.agreements["restricted"]
        link(by=lin, later=world.agreements["ordinary"], earlier=earlier, kind="renews")
