"""AZ-5, OBS-3: words of cases stand in no mail, no line of a log, no cookie and no session, whoever may read them.

Pages, files, headers and the names of files are asked in test_matrix.py, cell by cell; here is what leaves by other ways, and
papers, calendars and sheets in all their forms. Mails and logs are held to more: they name numbers, to nobody a word.
"""

import io
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.signing import BadSignature, loads
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.actions.notes import write_note
from cases.actions.tasks import add_task
from reports.actions import make_feed
from reports.catalogue import REPORTS
from tests.authz.asking import POSTS, TOKEN, address, ask, patterns, rows, signed_in
from tests.authz.world import MAY_READ, World
from tests.trust.crawling import let_go
from tracker.logs import JsonFormatter
from tracker.models import Session, User
from tracker.signin import notices

pytestmark = pytest.mark.django_db
READERS = ("P1", "P4", "P5", "P6", "P7")
LEVELS = ("ordinary", "restricted", "sealed")


@pytest.fixture(scope="module")
def clients(world):
    return signed_in(world)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the log says meanwhile at its most talkative, in the form of production."""
    root, stream = logging.getLogger(), io.StringIO()
    talkers = [
        root,
        *(
            logging.getLogger(name)
            for name in ("tracker", "agreements", "cases", "reports", "django", "allauth")
        ),
    ]
    before = [one.level for one in talkers]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root.addHandler(handler)
    for one in talkers:
        one.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    for one, level in zip(talkers, before, strict=True):
        one.setLevel(level)


def tokens_in(text: str | bytes) -> set[str]:
    return {found.decode() for found in TOKEN.findall(text if isinstance(text, bytes) else text.encode())}


def files(world: World, who: str) -> Iterator[str]:
    """The address of every sheet, paper and calendar, in every form that it has."""
    for form in ("csv", "xlsx", "ods"):
        yield reverse("cases:export") + f"?samples=1&format={form}"
        yield reverse("agreements:export") + f"?format={form}"
        yield reverse("cases:export_promises") + f"?state=all&format={form}"
    for place, code in enumerate(REPORTS):
        yield reverse("reports:report_file", args=[code, ("pdf", "json", "xlsx", "ods")[place % 4]])
    for level in LEVELS:
        for letter in ("draft letter", "signed letter", "received letter"):
            for form in ("pdf", "odt"):
                yield reverse("cases:letter_paper", args=[world.things[level][letter].pk, form])
    for scope in ("mine", "desk") if world.people[who].ministry else ():
        yield reverse("reports:feed", args=[make_feed(by=world.people[who], scope=scope)])


@pytest.mark.parametrize("who", READERS)
def test_no_paper_sheet_or_calendar_holds_a_word_of_what_is_not_theirs(world, clients, who):
    handed = {where: ask(clients, who, "GET", where) for where in files(world, who)}

    foreign = [
        f"{where} {token}"
        for where, answer in handed.items()
        for token in answer.tokens
        if who not in MAY_READ[token]
    ]
    assert foreign == []
    assert [where for where, answer in handed.items() if answer.code[0] == "5"] == []


@pytest.mark.parametrize("form", ["pdf", "odt"])
def test_the_words_of_a_paper_are_read_there(world, clients, form):
    """The control: what is set in type and packed is read like a page."""
    letter = world.things["restricted"]["draft letter"]

    answer = ask(clients, "P3", "GET", reverse("cases:letter_paper", args=[letter.pk, form]))

    assert (answer.code, answer.tokens) == ("200", {"TOKENRESTRICTED"})


def test_no_mail_holds_a_word_of_a_case_or_of_a_restricted_agreement(world, monkeypatch):
    """Digests to everybody after deeds in every case, and every notice about an account, to those who may read all."""
    jun, chen, today = world.people["P3"], world.people["P5"], world.today
    for number, person in enumerate(world.people.values()):
        User.objects.filter(pk=person.pk).update(email=f"p{number}@example.tw")
    for level in ("ordinary", "restricted"):
        case = world.cases[level]
        write_note(by=jun, case=case, text=f"TOKEN{level.upper()}", mentioned=[chen])
        add_task(
            by=chen, case=case, words=f"TOKEN{level.upper()}", today=today, assigned_to=jun, due_on=today
        )
    add_task(
        by=jun, case=world.cases["sealed"], words="TOKENSEALED", today=today, assigned_to=jun, due_on=today
    )
    monkeypatch.setattr(notices, "SENDER", AtOnce())
    monkeypatch.setattr("django.db.transaction.on_commit", lambda do, **_how: do())

    call_command("send_digests", "--day", (today + timedelta(days=1)).isoformat(), stdout=io.StringIO())
    for what in notices.TOLD:
        notices.tell(User.objects.get(pk=jun.pk), what, at=timezone.now())

    said = [
        f"{one.subject}\n{one.body}\n{one.extra_headers}\n{getattr(one, 'alternatives', [])}"
        for one in mail.outbox
    ]
    assert len(said) > len(notices.TOLD)
    assert any(world.cases["ordinary"].number in one for one in said)
    told = set().union(*(tokens_in(one) for one in said))
    assert told == {"TOKENTREATY"}, (
        "the title of an ordinary agreement, which is no secret, and by which words are seen to be found"
    )


class AtOnce:
    """Sends in this thread what otherwise leaves from one of its own."""

    def submit(self, do: Any, *given: Any) -> None:
        do(*given)


def everything(world: World, levels: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Each address of the matrix for things of these levels with what is sent to it, and words in addresses and forms."""
    known = patterns()
    for row in rows():
        if row.about in levels and row.name in known and row.method in ("GET", "POST"):
            data = POSTS.get(row.name, {}) if row.method == "POST" else None
            yield address(world, row.name, row.about, known[row.name]), data
    for where in ("/search/?q=TOKENSEALED", "/cases/?q=TOKENSEALED", "/cases/TOKENSEALED/", "/TOKENSEALED/"):
        yield where, None
    yield "/cases/person/", {"name": "TOKENSEALED名"}


@pytest.mark.parametrize(("who", "levels"), [("P3", ("sealed",)), ("P4", ("sealed", "restricted"))])
def test_neither_logs_nor_cookies_nor_sessions_keep_a_word_of_a_case(world, clients, lines, who, levels):
    """Everything there is about such a case, asked by somebody who may read all, and by somebody who may not."""
    client, codes = clients[who], set()
    for where, data in everything(world, levels):
        response = client.get(where) if data is None else client.post(where, data)
        let_go(response)
        codes.add(response.status_code)
        assert kept_in(client) == set(), where

    assert {200, 404} <= codes
    assert (tokens_in(lines.getvalue()), lines.getvalue().count("\n") > 3) == (set(), True)
    assert sessions_of(client)


def test_no_line_tells_the_words_of_what_broke(world, clients, lines, monkeypatch):
    """A page of a sealed case that breaks while it is made, with words of the case in the error."""
    broken = break_pages(monkeypatch)

    answer = ask(clients, "P3", "GET", address(world, "cases:detail", "sealed", ("number",)))

    assert (answer.code, answer.tokens, broken) == ("500", set(), ["TOKENSEALED"])
    assert (tokens_in(lines.getvalue()), '"code": "500"' in lines.getvalue()) == (set(), True)


def test_a_line_in_the_form_of_a_workshop_would_be_found(world, clients, monkeypatch):
    """The control: without the form of production the same error and the same address stand in the log."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    break_pages(monkeypatch)
    ask(clients, "P3", "GET", address(world, "cases:detail", "sealed", ("number",)))
    ask(clients, "P3", "GET", "/cases/TOKENSEALED/")
    logging.getLogger().removeHandler(handler)

    assert tokens_in(stream.getvalue()) == {"TOKENSEALED"}


def break_pages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the page of a case break with words of the case in the error; what it said."""
    said: list[str] = []

    def fails(request: HttpRequest, template: str, context: Any = None, **more: Any) -> None:
        said.append("TOKENSEALED")
        raise RuntimeError("TOKENSEALED")

    monkeypatch.setattr("cases.views.record.render", fails)
    return said


def kept_in(client: Client) -> set[str]:
    """The words that the browser's cookies and the row of its session hold, read as the server reads them."""
    cookies = [f"{one.value} {_signed(one.value)}" for one in client.cookies.values()]
    return tokens_in(" ".join([*cookies, *sessions_of(client)]))


def _signed(value: str) -> object:
    try:
        return loads(value, salt="django.contrib.messages")
    except BadSignature:
        return ""


def sessions_of(client: Client) -> list[str]:
    rows_of = Session.objects.filter(session_key=client.session.session_key)
    return [f"{row.session_data} {row.device} {client.session.decode(row.session_data)}" for row in rows_of]


def test_a_word_in_a_session_would_be_found(clients):
    """The control."""
    session = clients["P4"].session
    session["last"] = "TOKENSEALED"
    session.save()

    assert kept_in(clients["P4"]) == {"TOKENSEALED"}
