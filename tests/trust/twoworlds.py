"""Two worlds that differ only in what a reader may not see: what each address answers in the one and in the other.

The world is that of the matrix (tests/authz), first without anything secret. Then secret things come to it. Each address
is asked in both by the same reader, at the same moment of a clock that stands still, and what asking writes is taken back.
"""

import copy
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import override_settings

from agreements.actions import record_contact
from agreements.actions.placeholders import record_placeholder
from cases.actions import Intake, save_draft
from cases.actions.access import let_in
from cases.actions.marks import ask_lowering
from cases.actions.notes import write_note
from reports.catalogue import REPORTS
from reports.serving import FORMS
from tests import makers
from tests.authz.asking import address, patterns, rows
from tests.authz.world import World, add_agreement, add_case
from tests.cases import makers as case_makers
from tests.trust.crawling import let_go
from tracker.actions import store_document
from tracker.partialdate import PartialDate
from tracker.roles import Secrecy

MASKS = (
    # Drawn anew for every answer: the token against forged forms, twice; the key of a form that is sent once.
    (re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]+'), rb"\1"),
    (re.compile(rb'("X-CSRFToken"\s*:\s*"|&quot;X-CSRFToken&quot;: &quot;)[A-Za-z0-9]+'), rb"\1"),
    (re.compile(rb'(name="key"[^>]*value="|value=")[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'), rb"\1"),
    # An error page and a refusal show the number of the request.
    (re.compile(rb"\b[0-9a-f]{32}\b"), b""),
    # The secrets that a new app or passkey begins with.
    (re.compile(rb"otpauth:[^\"&<]*|(<code[^>]*>)[A-Z2-7 ]{26,}(</code>)"), b""),
    (re.compile(rb"(&quot;challenge&quot;: &quot;)[\w-]+"), rb"\1"),
    # What a PDF writer draws for each file.
    (re.compile(rb"/ID ?\[[^\]]*\]"), b""),
)
DRAWN_ANEW = frozenset({"Set-Cookie", "X-Request-Id"})
"""Headers with the session, the token and the number of the request."""
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
    headers = sorted((name, value) for name, value in response.items() if name not in DRAWN_ANEW)
    return Told(response.status_code, tuple(headers), masked(body), len(statements))


def masked(body: bytes) -> bytes:
    """The body without what is drawn anew; the parts of a zipped sheet unpacked."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join(one.filename.encode() + archive.read(one) for one in archive.infolist())
    for pattern, instead in MASKS:
        body = pattern.sub(instead, body)
    return body


def addresses(world: World) -> list[str]:
    """Every address of the matrix for what is in both worlds, every report and each of its files, and questions."""
    known = patterns()
    found = [
        address(world, row.name, row.about, known[row.name])
        for row in rows()
        if row.method == "GET" and row.name in known and not NOT_ASKED.match(row.name)
        if row.about in SHOWN_TO_ALL
    ]
    reports = [f"/reports/all/{code}/" for code in REPORTS]
    return list(dict.fromkeys([*found, *reports, *QUERIES]))


def files_of_reports() -> list[str]:
    return [f"/reports/all/{code}/as/{form}/" for code in REPORTS for form in FORMS]


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
    """What nobody below restricted may see: cases and agreements with one of everything; contacts, place-holders; and
    papers that are stricter than the ordinary case which they are filed under."""
    jun, chen, lin = world.people["P3"], world.people["P5"], world.people["P2"]
    secret: dict[str, Any] = {"secrecy": Secrecy.RESTRICTED, "declassify_when": "示例條件"}
    for place in range(times):
        add_agreement(world, "restricted")
        add_case(world, "restricted")
        shown, hidden = world.cases["ordinary"], world.cases["restricted"]
        ask_lowering(by=chen, case=hidden, after=Secrecy.INTERNAL, reason="示例")
        write_note(by=jun, case=hidden, text="TOKENRESTRICTED", mentioned=[world.people["P5"]])
        upload = SimpleUploadedFile(f"TOKENRESTRICTED-{place}.txt", f"TOKENRESTRICTED {place}".encode())
        store_document(by=jun, about=shown, upload=upload, title="TOKENRESTRICTED", secrecy=Secrecy.RESTRICTED)
        file = world.agreements["ordinary"]
        upload = SimpleUploadedFile(f"TOKENTREATY-{place}.txt", f"TOKENSECRETTREATY {place}".encode())
        store_document(by=lin, about=file, upload=upload, title="TOKENSECRETTREATY", secrecy=Secrecy.RESTRICTED)
        held = PartialDate.of(world.today)
        for partner in (makers.partner("XA"), makers.partner("XB")):
            given: dict[str, Any] = {"kind": "visit", "held": held, "words": "TOKENRESTRICTED", "today": world.today}
            record_contact(by=lin, partner=partner, **given, **secret)
        record_placeholder(by=lin, code_name=f"示例{place}", kept_where="示例櫃", today=world.today)
        overdue: dict[str, Any] = {"deadline": world.today - timedelta(days=3), "is_urgent": True} | secret
        past = world.today - timedelta(days=40)
        case_makers.case(jun, makers.partner("XB"), officer=jun, received_on=past, letter_on=past, today=world.today, **overdue)
