"""One process of the drill of concurrency: what people do at the same moment, and what stands afterwards.

See drills.concurrency. ``guarded=False`` is the control: the guard is taken away, and the same race must show what it prevents.
"""

import os
import threading
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
if not apps.ready:
    django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import Error, OperationalError, connections, transaction
from django.db.models import QuerySet
from django.test import Client

from agreements.actions import StalePage
from agreements.models import Partner
from cases.actions import contents, intake
from cases.actions.numbering import SIGN
from cases.lifecycle import Direction
from cases.models import Case, Note, NumberSeries
from cases.views import doors
from drills import deciding
from drills.deciding import one, replaced
from drills.processes import in_threads, serve
from tests import makers
from tests.cases import makers as case_makers
from tracker import audit
from tracker.backup.files import documents_root, verify
from tracker.models import Document, DocumentVersion, Entry, SavedView
from tracker.rocdate import roc_year

BACKEND = "tracker.signedin.Backend"
YEARS = (date(2025, 12, 31), date(2026, 1, 1))


class PowerFails(Exception):
    """What ends every tenth registration before it is committed."""


def prepare() -> dict[str, Any]:
    """The cast, a case, and a session of the officer."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    jun = makers.jun()
    makers.mei(), makers.lin(), makers.justice_supervisor()
    case = case_makers.case(jun)
    client = Client()
    client.force_login(jun, backend=BACKEND)
    return {"case": case.number, "session": client.cookies[settings.SESSION_COOKIE_NAME].value}


# CON-1: two people edit one record.


def amend(place: int, case: str, threads: int, tries: int, guarded: bool = True) -> dict[str, Any]:
    """Each thread writes what the letter says with the version that it just read; who was told that it is stale."""

    def write(thread: int) -> tuple[list[int], int]:
        jun, won, stale = one("jun"), [], 0
        for number in range(tries):
            seen = Case.objects.get(number=case)
            said = {"purpose": f"示例 {place} {thread} {number}"}
            try:
                contents.keep_contents(by=jun, case=seen, said=said, version=seen.version)
                won.append(seen.version)
            except StalePage:
                stale += 1
        return won, stale

    with replaced(contents, "lock", lambda case, version: Case.objects.get(pk=case.pk), when=not guarded):
        found = in_threads(threads, write)
    return {"won": [version for won, _stale in found for version in won], "stale": sum(s for _w, s in found)}


def amended(case: str) -> dict[str, int]:
    found = Case.objects.get(number=case)
    told = Entry.objects.filter(verb="case.keep_contents", about_id=str(found.pk)).count()
    return {"version": found.version, "entries": told}


# CON-2: numbers.


def register(place: int, threads: int, tries: int, guarded: bool = True) -> Counter[str]:
    """Each thread registers cases, first of one year and then of the next; every tenth fails before it is committed."""
    planned = threading.local()

    def log(thread: int) -> Counter[str]:
        jun, partner, told = one("jun"), Partner.objects.get(code="XA"), Counter[str]()
        for number in range(tries):
            today = YEARS[2 * number >= tries]
            prefix = f"{roc_year(today.year):03d}-{SIGN[Direction.IN]}"
            if not guarded:
                planned.number = f"{prefix}-{Case.objects.filter(number__startswith=prefix).count() + 1:04d}"
            try:
                with transaction.atomic():
                    case_makers.case(jun, partner, today=today)
                    if number % 10 == 9:
                        raise PowerFails
                told["registered"] += 1
            except PowerFails:
                told["aborted"] += 1
            except Error:
                told["failed"] += 1
        return told

    with replaced(intake, "take_number", lambda wanted: planned.number, when=not guarded):
        return sum(in_threads(threads, log), Counter())


def numbered() -> dict[str, Any]:
    """For each series how many numbers there are, whether they are 1, 2, 3 …, and where the series stands."""
    found: dict[str, list[int]] = {}
    for number in Case.objects.registered().values_list("number", flat=True):
        prefix, _dash, last = number.rpartition("-")
        found.setdefault(prefix, []).append(int(last))
    stands = dict(NumberSeries.objects.values_list("prefix", "last"))
    return {
        prefix: {
            "count": len(numbers),
            "gapless": sorted(numbers) == list(range(1, len(numbers) + 1)),
            "series": stands.get(prefix),
        }
        for prefix, numbers in sorted(found.items())
    }


# CON-4, IDE-1: the same form again and again.


def asks(case: str, key: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """The forms that are sent, with what stands in them."""
    received = {"received_on_year": 114, "received_on_month": 3, "received_on_day": 10}
    letter = {"letter_on_year": 114, "letter_on_month": 3, "letter_on_day": 3}
    request = {
        "direction": "in", "kind": "criminal", "partner": "XA", "subject": f"示例 {key}", "items": "evidence",
        "secrecy": "1", "basis": "reciprocity", "basis_reason": "示例", "act": "register", **received, **letter,
    }  # fmt: skip
    return {
        "view": ("/cases/views/save/?state=open", {"name": f"示例 {key}", "reach": "mine"}),
        "note": (f"/cases/{case}/work/note/", {"text": f"示例 {key}"}),
        "case": ("/cases/new/", request),
    }


def send(
    place: int, case: str, session: str, form: str, keys: list[str], threads: int, guarded: bool = True
) -> list[list[list[Any]]]:
    """Each thread sends the form of each key; for each key the answers, status and address."""
    settings.STEP_UP = False

    def press(thread: int) -> list[list[Any]]:
        client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
        client.cookies[settings.SESSION_COOKIE_NAME] = session
        answers = []
        for key in keys:
            address, given = asks(case, key)[form]
            answer = client.post(address, {**given, "key": key})
            answers.append([answer.status_code, answer.headers.get("Location", "")])
        return answers

    with replaced(doors, "once", lambda key, *, by, do: transaction.atomic(do)(), when=not guarded):
        return [list(answers) for answers in zip(*in_threads(threads, press), strict=True)]


FIELDS = {"view": "name", "note": "text", "case": "subject", "file": "title"}
"""The field of what a form makes in which its key stands."""


def made(form: str, keys: list[str]) -> list[int]:
    """How many things each form has made."""
    return [_made(form, key).count() for key in keys]


def take_away(form: str, key: str) -> None:
    """Lose what a form has made, and of a file the file itself: the control of those who count what is lost."""
    rows = _made(form, key)
    if form == "file":
        for version in DocumentVersion.objects.filter(document__in=rows):
            Path(version.file.path).unlink()
    rows.update(**{FIELDS[form]: ""})


def _made(form: str, key: str) -> QuerySet:
    rows = {
        "view": SavedView.objects.all(),
        "note": Note.objects.all(),
        "case": Case.objects.all(),
        "file": Document.objects.filter(about_model="cases.case"),
    }[form]
    return rows.filter(**{FIELDS[form]: f"示例 {UUID(key)}"})


# CON-7: SQLite.


def read_then_write(place: int, case: str, tries: int, guarded: bool = True) -> dict[str, int]:
    """Read and write within one transaction, which a database that locks late refuses; how often it was locked."""
    own = connections["default"]
    if own.vendor == "sqlite":
        own.close()
        own.transaction_mode = "IMMEDIATE" if guarded else "DEFERRED"
        own.settings_dict["OPTIONS"]["transaction_mode"] = own.transaction_mode
    jun, told = one("jun"), Counter[str](done=0, locked=0)
    for number in range(tries):
        try:
            with transaction.atomic():
                seen = Case.objects.get(number=case)
                contents.keep_contents(by=jun, case=seen, said={"purpose": f"示例 {place} {number}"})
            told["done"] += 1
        except OperationalError as fault:
            told["locked"] += "locked" in str(fault)
    return told


def files_fit() -> bool:
    """Whether every document has its file and every file its document."""
    return verify(documents_root()).is_well


def history() -> bool:
    return audit.verify().intact


DEEDS = {
    "prepare": prepare,
    "amend": amend,
    "amended": amended,
    "register": register,
    "numbered": numbered,
    "send": send,
    "made": made,
    "take_away": take_away,
    "read_then_write": read_then_write,
    "history": history,
    "files_fit": files_fit,
} | deciding.DEEDS

if __name__ == "__main__":
    serve(DEEDS)
