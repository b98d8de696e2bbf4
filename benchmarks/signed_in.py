"""The office of a benchmark: its database filled, an ordinary officer with a session, and what the pages ask there."""

import itertools
import uuid
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agreements.models import Partner
from benchmarks.clients import Ask, get
from benchmarks.floor.pages import TABLES
from cases.lifecycle import CLOSED
from cases.models import Case, CaseEvent
from tracker.commands import taipei_today
from tracker.models import User
from tracker.rocdate import roc_year
from tracker.roles import Ministry, Role, Secrecy
from tracker.signedin import SessionStore

BACKEND = "tracker.signedin.Backend"
EVENTS = 10


@dataclass(frozen=True, slots=True)
class Office:
    """What is asked: a case with ten events, the place of a page in the middle, the officer who asks."""

    officer: User
    session: str
    today: date
    cases: int
    events: int
    number: str
    deep: str
    exported: int

    @property
    def cookie(self) -> str:
        return f"sessionid={self.session}"

    @property
    def export(self) -> Ask:
        """Ask for a sheet of the newest cases."""
        since = Case.objects.order_by("-requested_on", "-id")[min(self.exported, self.cases) - 1].requested_on
        query = urlencode({"format": "csv", "requested_from": str(since)})
        return get(f"/cases/export/?{query}", self.cookie)

    def statements(self, address: str) -> list[str]:
        """What one request of the page asks the database, session and user included."""
        client = Client(SERVER_NAME="127.0.0.1")
        client.cookies.load(self.cookie)
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return [query["sql"] for query in captured]

    def explain(self, statement: str) -> str:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statement}".replace("%", "%%"), [])
            return "\n".join(row[0] for row in cursor.fetchall())

    def registration(self) -> Ask:
        """Log one request after another through the form, each under a key of its own."""
        csrf = "a" * 32
        partner = Partner.objects.get(code="XG")
        numbers = itertools.count(1)

        def ask() -> tuple[str, str, bytes, dict[str, str]]:
            given = {
                "csrfmiddlewaretoken": csrf,
                "key": str(uuid.uuid4()),
                "direction": "in",
                "kind": "criminal",
                "partner": partner.code,
                "partner_reference": f"示例-{next(numbers)}",
                **_parts("received_on", self.today),
                **_parts("letter_on", self.today),
                "subject": f"示例 {uuid.uuid4().hex}",  # like no other one, or the form would ask whether it is the same
                "items": "evidence",
                "secrecy": "1",
                "act": "register",
            }
            headers = {
                "Cookie": f"{self.cookie}; csrftoken={csrf}",
                "Content-Type": "application/x-www-form-urlencoded",
            }
            return "POST", "/cases/new/", urlencode(given).encode(), headers

        return ask

    def leave(self) -> None:
        """Take the floor's tables away again."""
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE floor_case, floor_event, floor_entry; DROP SEQUENCE floor_case_id")


def _parts(name: str, day: date) -> dict[str, int]:
    """A day as it is typed: year of the Republic, month and day."""
    return {f"{name}_year": roc_year(day.year), f"{name}_month": day.month, f"{name}_day": day.day}


def prepare(count: int) -> Office:
    """Migrate and load what is missing, sign the officer in, and look up what is asked."""
    call_command("migrate", verbosity=0)
    if not Case.objects.exists():
        call_command("sample_cases", count=count, seed=1)
        # As in life, the cases are real ones: otherwise nothing would be counted.
        Partner.objects.filter(is_sample=True).update(is_sample=False)
        _tidy()
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TABLE IF EXISTS floor_case, floor_event, floor_entry; DROP SEQUENCE IF EXISTS floor_case_id"
        )
        cursor.execute(TABLES)
    officer, _made = User.objects.get_or_create(
        username="benchmark",
        defaults={"name": "Benchmark", "ministry": Ministry.JUSTICE, "role": Role.OFFICER, "clearance": Secrecy.RESTRICTED},
    )  # fmt: skip
    newest = Case.objects.registered().order_by("-requested_on", "-id")
    eventful = CaseEvent.objects.filter(order=EVENTS).exclude(case__events__order=EVENTS + 1).values("case")
    seen = newest.filter(pk__in=eventful, secrecy__lte=Secrecy.RESTRICTED, officer__isnull=False)
    number = seen.filter(state__in=CLOSED).values_list("number", flat=True)[:1].get()
    cases = Case.objects.count()
    middle = newest[cases // 2]
    return Office(
        officer=officer,
        session=_session(officer),
        today=taipei_today(),
        cases=cases,
        events=CaseEvent.objects.count(),
        number=number,
        deep=f"a{middle.requested_on}.{middle.pk}",
        exported=100_000,
    )


def _session(officer: User) -> str:
    store = SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(officer.pk), BACKEND
    store[HASH_SESSION_KEY] = officer.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def _tidy() -> None:
    """What autovacuum would have done by the next morning."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
