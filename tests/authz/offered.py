"""The forms that pages offer, filled in as somebody would, and what sending one wrote."""

import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import override_settings

from tests.trust.crawling import let_go, name_of

POISON_NUMBER = 987_654_321
AS_SENT = {"tracker_draft", "tracker_keptform"}
"""Tables that keep what was typed as it was sent; it comes back through the same form, to its writer alone."""
WRITE = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
DRAWN = re.compile(r"[A-Za-z0-9_+/=-]{20,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{4,}")
"""Keys, digests and secrets, which are drawn anew each time."""
A_NUMBER = re.compile(rf"(?<!\d)(?<!\d-)(?!{POISON_NUMBER})\d+(?!\d|-\d)")
"""What may be a key: no poison, and no part of a day."""
OF_A_DATE = re.compile(r"_(year|month|day)$")
OF_A_DAY = re.compile(r"(?:_on|_from|_to|^on|^day|until|^verified|^date|^year)$")


@dataclass(slots=True)
class Control:
    """One control of a form; ``values`` are those that can be chosen, the first of them what is chosen here."""

    kind: str
    value: str = ""
    values: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Form:
    """One form as a page offers it; ``buttons`` say what it is sent with."""

    action: str
    method: str
    controls: dict[str, Control] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Reader(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.form: Form | None = None
        self.chosen: Control | None = None
        self.written: Control | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.found.append(self.form)
        elif self.form is not None and "disabled" not in given:
            self._control(tag, given, self.form)

    def _control(self, tag: str, given: dict[str, str], form: Form) -> None:
        name, kind, value = given.get("name", ""), given.get("type", "text"), given.get("value", "")
        if tag == "option" and self.chosen is not None:
            place = 0 if "selected" in given else len(self.chosen.values)
            if value:
                self.chosen.values.insert(place, value)
        elif not name:
            return
        elif tag == "button" or kind in ("submit", "image"):
            form.buttons.append((name, value))
        elif tag == "select":
            self.chosen = form.controls.setdefault(name, Control("select"))
        elif tag == "textarea":
            self.written = form.controls.setdefault(name, Control("textarea"))
        elif tag == "input" and kind in ("radio", "checkbox"):
            control = form.controls.setdefault(name, Control(kind))
            place = 0 if "checked" in given else len(control.values)
            if value := given.get("value", "on"):
                control.values.insert(place, value)
        elif tag == "input":
            form.controls.setdefault(name, Control(kind, value, [given["min"]] if given.get("min") else []))

    def handle_data(self, data: str) -> None:
        if self.written is not None:
            self.written.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        self.chosen = None if tag == "select" else self.chosen
        self.written = None if tag == "textarea" else self.written


def forms_of(page: str, where: str) -> Iterator[tuple[str, Form, dict[str, str]]]:
    """Each form that a page sends with POST: its address, itself, and one of the buttons it is sent with."""
    reader = Reader()
    reader.feed(page)
    for form in reader.found:
        if form.method == "post":
            parts = urlsplit(form.action or where)
            address = (parts.path or urlsplit(where).path) + (f"?{parts.query}" if parts.query else "")
            for button in form.buttons or [("", "")]:
                yield address, form, dict([button]) if button[0] else {}


def filled(form: Form, said: Mapping[str, str], *, today: date) -> dict[str, Any]:
    """What somebody would send: each choice made, each line filled in; ``said`` tells what only they know."""
    sent = {name: said.get(name, _value(name, control, today)) for name, control in form.controls.items()}
    return {name: value for name, value in sent.items() if value is not None}


def _value(name: str, control: Control, today: date) -> Any:
    kind = control.kind
    if kind == "file":
        return SimpleUploadedFile("示例.txt", "示例".encode())
    if kind in ("select", "radio", "checkbox"):
        return control.values[0] if control.values else None
    if control.value.strip() or kind == "hidden" or name.endswith("_bound"):
        return control.value
    if part := OF_A_DATE.search(name):
        return {"year": str(today.year - 1911), "month": str(today.month), "day": str(today.day)}[part[1]]
    if kind == "date" or OF_A_DAY.search(name):
        return today.isoformat()
    if kind == "number":
        return control.values[0] if control.values else "1"
    return {"email": "nobody@example.tw", "password": "Quill-73 lantern marsh"}.get(kind, "示例文字")


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of sending a form: the code, where it led, and what it wrote, table by table with the values."""

    code: int
    led: str
    written: tuple[tuple[str, str, tuple[str, ...]], ...]

    @property
    def tables(self) -> set[str]:
        return {table for table, _sql, _values in self.written}


def send(client: Client, where: str, data: dict[str, Any]) -> Sent:
    """Send it once, and take back what it wrote."""
    written: list[tuple[str, str, tuple[str, ...]]] = []
    cookies = copy.deepcopy(client.cookies)

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if found := WRITE.match(sql):
            given = params if not many else [value for row in params for value in row]
            written.append((found[1], sql, tuple(said(value) for value in given or ())))
        return execute(sql, params, many, context)

    for value in data.values():
        if hasattr(value, "seek"):
            value.seek(0)
    with (
        override_settings(SIGN_IN_FACTORS_REQUIRED=False, STEP_UP=False),
        transaction.atomic(),
        connection.execute_wrapper(note),
    ):
        response = client.post(where, data)
        let_go(response)
        transaction.set_rollback(True)
    client.cookies = cookies
    return Sent(response.status_code, said(response.get("Location", "")), tuple(written))


def said(value: Any) -> str:
    """A value of a statement as text, without what is drawn anew; on PostgreSQL without numbers, since its keys count on."""
    value = getattr(value, "obj", value)
    if isinstance(value, bytes | memoryview):
        return f"{len(bytes(value))} bytes"
    if isinstance(value, bool):
        return str(value)
    text = DRAWN.sub("~", str(value))
    return A_NUMBER.sub("n", text) if connection.vendor == "postgresql" else text


def name_of_form(where: str) -> str:
    return name_of(where.partition("?")[0])


def differing(one: Sent, other: Sent) -> Iterator[str]:
    """How two results differ: the code, where it led, the tables, the columns, or the values."""
    if (one.code, one.led) != (other.code, other.led):
        yield f"{one.code} {one.led} and {other.code} {other.led}"
    if [each[:2] for each in one.written] != [each[:2] for each in other.written]:
        yield f"other statements: {_others(one.written, other.written)}"
        return
    for (table, _sql, before), (_table, _same, after) in zip(one.written, other.written, strict=True):
        if before != after and table not in AS_SENT:
            yield f"{table}: {[(a, b) for a, b in zip(before, after, strict=False) if a != b][:3]}"


def _others(one: Iterable[Any], other: Iterable[Any]) -> list[str]:
    first, second = ([f"{table} {sql[:160]}" for table, sql, _values in each] for each in (one, other))
    return [line for line in (*first, *second) if (line in first) != (line in second)]
