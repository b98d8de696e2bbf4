"""Asks every address of the matrix as every principal, and keeps what was answered and what it left behind."""

import copy
import csv
import re
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import override_settings
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from tests.authz.world import TOKENS, World
from tests.pdfreader import read_pdf
from tracker.models import Look, LookedAt, User
from tracker.roles import Role, Secrecy

FILE = Path(__file__).with_name("matrix.csv")
PRINCIPALS = tuple(f"P{number}" for number in range(11))
BACKEND = "tracker.signedin.Backend"
ABSENT_UUID = "00000000-0000-4000-8000-000000000000"
TOKEN = re.compile(rb"TOKEN[A-Z]+")
WRITE = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file: an address, a method, a class of objects, and the code for each principal."""

    name: str
    method: str
    about: str
    codes: tuple[str, ...]


@dataclass(slots=True)
class Answered:
    """What one principal got: code, tokens in body and headers, the keys of cases looked at, tables written to; ``kind``
    says what it is (HTML, a sheet, a calendar)."""

    code: str
    tokens: set[str] = field(default_factory=set)
    looked: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    body: bytes = b""
    kind: str = ""


def rows() -> list[Row]:
    """The file, line by line."""
    with FILE.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0] == ["address", "method", "about", *PRINCIPALS]
    return [Row(line[0], line[1], line[2], tuple(line[3:])) for line in lines[1:]]


def patterns() -> dict[str, tuple[str, ...]]:
    """Every named address of the project with the names of its parts; an unnamed one by its route."""
    return dict(_patterns(get_resolver().url_patterns))


def _patterns(found: Any, space: str = "", above: tuple[str, ...] = (), route: str = "") -> Iterator[Any]:
    for one in found:
        keys = (*above, *one.pattern.regex.groupindex)
        here = route + str(one.pattern)
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from _patterns(one.url_patterns, inner, keys, here)
        elif isinstance(one, URLPattern):
            yield (f"{space}{one.name}" if one.name else f"route {here}"), keys


def address(world: World, name: str, about: str, keys: tuple[str, ...]) -> str:
    """The address of this name for an object of this class; "absent" for one that does not exist.

    :raises NoReverseMatch: for a part that is not known.
    """
    if name.startswith("route "):
        return "/admin/" + ("1/" if "<path" in name else "no-such-page/")
    given = {key: _part(world, name, about, key) for key in keys}
    query = {"reports:ask_job": "?kind_of_job=cases&format=xlsx"}.get(name, "")
    return reverse(name, kwargs=given) + query


CASE_PARTS = {"drop_item": "item", "remove_person": "person", "promise": "promise", "withdraw_note": "note",
              "task": "task", "undo_task": "task", "unlink": "link", "decide_extension": "extension",
              "correct_stop": "interval", "withdraw_interval": "interval"}  # fmt: skip
LETTERS = {"letter": "draft letter", "letter_act": "draft letter", "letter_edit": "draft letter",
           "letter_send": "signed letter", "letter_meaning": "received letter", "letter_paper": "draft letter"}  # fmt: skip
ONE = {"cases:view": "view", "cases:change_view": "view", "cases:replace_view": "view", "cases:handover": "handover",
       "cases:tick_handover": "handover", "agreements:withdraw_contact": "contact", "practice:change": "line",
       "practice:verify": "line", "practice:withdraw": "line", "reports:revoke_feed": "feed", "reports:remark": "draft report",
       "reports:frozen": "approved", "reports:frozen_act": "draft report", "reports:frozen_content": "approved",
       "reports:correct_figure": "figure", "reports:withdraw_figure": "figure", "reports:withdraw_evidence": "evidence",
       "people:end_substitution": "substitution", "cases:disposal_list": "disposal list", "cases:disposal_act": "disposal list"}  # fmt: skip
AN_HOUR = 3600
POSTS = {
    "cases:disposal_act": {"act": "approve"},
    "cases:letter_act": {"act": "submit"},
    "reports:frozen_act": {"act": "submit"},
    "people:act": {"act": "sessions"},
}
"""What is sent to doors that only open for a named act; every other form is sent empty."""
ABSENT = {"pk": 987_654_321, "agreement": "A-999-999", "number": "199-受-9999", "code": "ZZ", "batch": ABSENT_UUID, "key": ABSENT_UUID, "document": ABSENT_UUID,
          "secret": "no-such-secret", "token": "no-such-token", "form": "pdf", "measure": "service", "object_id": "987654321",
          "app_label": "cases", "content_type_id": 1, "url": "x"}  # fmt: skip


def _part(world: World, name: str, about: str, key: str) -> Any:
    """One part of an address."""
    space = name.rpartition(":")[0]
    if about == "absent":
        if key == "number" and space == "agreements":
            return "A-999-999"
        return (
            9
            if (key, name) in {("number", "reports:decide_weights"), ("number", "document")}
            else ABSENT[key]
        )
    if space == "cases" and key == "number":
        return world.cases[about].number
    if space == "agreements" and key == "number":
        return world.agreements[about].number
    if key == "agreement":
        return world.agreements[about].number
    if key == "pk":
        return _key(world, name, about)
    return _other(world, name, about, key)


def _key(world: World, name: str, about: str) -> Any:
    space, _colon, last = name.rpartition(":")
    if name == "cases:draft":
        return world.cases["draft"].pk
    if name == "cases:competition":
        return world.things[about]["competition"].pk
    if space == "cases" and last in CASE_PARTS:
        return world.things[about][CASE_PARTS[last]].pk
    if space == "cases" and last in LETTERS:
        return world.things[about][LETTERS[last]].pk
    if space == "agreements" and last in ("correct", "withdraw"):
        return world.things[f"agreement {about}"]["milestone"].pk
    if name == "agreements:choose_source":
        return world.things[f"agreement {about}"]["source"].pk
    if name == "reports:withdraw_act":
        return world.one["recommendation"].events.get().pk
    if name in ONE:
        return world.one[ONE[name]].pk
    if space == "people" or name in ("signin_person",):
        return world.people["P1"].pk
    return ABSENT["pk"]


def _other(world: World, name: str, about: str, key: str) -> Any:
    space = name.partition(":")[0]
    if name == "document":
        return world.things[about]["document"].pk if key == "document" else 1
    if key == "code" and space == "reports":
        if "recommendation" in name or name in ("reports:new_act", "reports:new_evidence", "reports:withdraw_act",
                                                "reports:withdraw_evidence", "reports:answer_pack"):  # fmt: skip
            return world.one["recommendation"].code
        if name in ("reports:brief", "reports:reciprocity_of"):
            return "XA"
        return "A03" if name in ("reports:report", "reports:report_file") else world.one["series"].code
    if key == "batch":
        return world.one[
            {"cases": "log batch", "agreements": "register batch", "reports": "figures batch"}[space]
        ].pk
    if key == "key" and space == "reports":
        return world.one["job"].pk
    known: dict[str, Any] = {
        "code": "XA",
        "secret": world.one["secret"],
        "form": "pdf" if "letter" in name else "csv",
    }
    if name == "reports:decide_weights":
        return world.one["weights"].number
    if key == "object_id":
        return _object(world, name, about)
    return known.get(key, ABSENT[key])


def _object(world: World, name: str, about: str) -> str:
    """The key of an object of an admin screen: a case of the class, or the first row there is."""
    if "cases_case_" in name:
        return str(world.cases[about].pk)
    return str(ABSENT["object_id"])


def signed_in(world: World) -> dict[str, Client]:
    """A browser of each principal; then P9 is switched off, and P10 loses role and clearance."""
    clients = {"P0": Client(raise_request_exception=False)}
    for name, person in world.people.items():
        clients[name] = Client(raise_request_exception=False)
        clients[name].force_login(person, backend=BACKEND)
        session = clients[name].session  # fresh, so that what asks for a fresh sign-in asks who may do it
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session["account_authentication_methods_user"] = str(person.pk)
        session.save()
    User.objects.filter(pk=world.people["P9"].pk).update(is_active=False)
    lost = {"role": Role.OFFICER, "clearance": Secrecy.ORDINARY, "desk": ""}
    User.objects.filter(pk=world.people["P10"].pk).update(**lost)
    return clients


def ask(
    clients: dict[str, Client], who: str, method: str, where: str, data: Any = None, **more: Any
) -> Answered:
    """Ask once and take back what it wrote."""
    written: list[str] = []
    cookies = copy.deepcopy(clients[who].cookies)

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if found := WRITE.match(sql):
            written.append(found[1])
        return execute(sql, params, many, context)

    with (
        override_settings(SIGN_IN_FACTORS_REQUIRED=who == "P8", STEP_UP=False, STEP_UP_SECONDS=AN_HOUR),
        transaction.atomic(),
        connection.execute_wrapper(note),
    ):
        last = Look.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        response = (
            clients[who].generic(method, where, **more) if data is None else clients[who].post(where, data)
        )
        body = content_of(response)
        looked = _looked(last)
        transaction.set_rollback(True)
    clients[who].cookies = cookies  # what was taken back ended no session either
    said = b"\n".join([body, *(f"{name}: {value}".encode() for name, value in response.items())])
    tokens = {found.decode() for found in TOKEN.findall(said)}
    kind = response.get("Content-Type", "").partition(";")[0]
    return Answered(str(response.status_code), tokens, looked, set(written), body, kind)


def _looked(last: int) -> set[str]:
    new = Look.objects.filter(pk__gt=last).exclude(way="denied")
    alone = {
        f"{model} {key}" for model, key in new.exclude(about_id="").values_list("about_model", "about_id")
    }
    many = LookedAt.objects.filter(look__in=new).values_list("look__about_model", "about_id")
    return alone | {f"{model} {key}" for model, key in many}


def content_of(response: HttpResponseBase) -> bytes:
    """Everything that an answer holds: the parts of a zipped sheet unpacked, the text of a PDF of ours beside its bytes,
    the broken lines of a calendar joined."""
    return unpacked(b"".join(response) if response.streaming else response.content)  # type: ignore[arg-type, attr-defined]


def unpacked(body: bytes) -> bytes:
    """The same of a file."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(body)) as archive:
            return b"\n".join(archive.read(name) for name in archive.namelist())
    if body.startswith(b"%PDF"):
        return body + read_pdf(body).text.encode()
    return body.replace(b"\r\n ", b"") if body.startswith(b"BEGIN:VCALENDAR") else body


__all__ = [
    "TOKENS",
    "Answered",
    "NoReverseMatch",
    "Row",
    "address",
    "ask",
    "content_of",
    "patterns",
    "rows",
    "signed_in",
    "unpacked",
]
