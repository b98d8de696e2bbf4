"""The audit trail: writes entries, walks their chain, and installs the triggers that keep it append-only.

Each entry carries the digest of the one before it. The lock that serialises the chain is taken last in a
transaction and once per batch, so writers wait for one another only while their entry is written.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils import timezone

from tracker.middleware import request_id
from tracker.models import Entry, User

GENESIS = "0" * 64
CHAIN_LOCK = 7_003_113
NUMBER_LOCK = 7_114
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be recorded: a verb of the app's history, the thing, and details that JSON can hold."""

    verb: str
    about: models.Model
    details: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of walking the chain: how many entries, and the first whose digest does not fit (or None)."""

    entries: int
    first_broken: int | None

    @property
    def intact(self) -> bool:
        return self.first_broken is None


def record(
    verb: str, about: models.Model, *, by: User | None, details: dict[str, Any] | None = None
) -> Entry:
    """Append one entry about ``about``; call it last in the transaction of the write it tells of.

    :raises transaction.TransactionManagementError: outside a transaction.
    """
    return record_all([Deed(verb, about, details)], by=by)[0]


def record_all(deeds: Iterable[Deed], *, by: User | None) -> list[Entry]:
    """Append several entries under one lock, in the given order."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an audit entry belongs to the transaction of its write")
    _lock_the_chain()
    last = Entry.objects.order_by("-id").values_list("digest", flat=True).first() or GENESIS
    now = timezone.now()
    entries = []
    for deed in deeds:
        entry = _entry(deed, by, now, last)
        last = entry.digest
        entries.append(entry)
    return Entry.objects.bulk_create(entries, batch_size=500)


def _entry(deed: Deed, by: User | None, now: datetime, previous: str) -> Entry:
    details = json.loads(json.dumps(deed.details or {}, cls=DjangoJSONEncoder))
    entry = Entry(
        at=now,
        actor=by,
        actor_name=str(by)[:80] if by else SYSTEM,
        verb=deed.verb,
        about_model=deed.about._meta.label_lower,
        about_id=str(deed.about.pk),
        about_text=str(deed.about)[:300],
        details=details,
        request_id=request_id.get(),
        previous=previous,
    )
    entry.digest = _digest(entry)
    return entry


def _digest(entry: Entry) -> str:
    content = {
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor_id,
        "actor_name": entry.actor_name,
        "verb": entry.verb,
        "about": [entry.about_model, entry.about_id, entry.about_text],
        "details": entry.details,
        "request_id": entry.request_id,
        "previous": entry.previous,
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _lock_the_chain() -> None:
    """One writer of the chain at a time. SQLite's IMMEDIATE transactions already are one at a time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])


def lock_numbers(series: str) -> None:
    """Let one transaction at a time take the next number of a series; free again at its end."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [NUMBER_LOCK, series])


def verify() -> Verdict:
    """Walk the whole chain in order and recompute every digest."""
    expected, count = GENESIS, 0
    for entry in Entry.objects.order_by("id").iterator(chunk_size=2000):
        count += 1
        if entry.previous != expected or _digest(entry) != entry.digest:
            return Verdict(count, entry.id)
        expected = entry.digest
    return Verdict(count, None)


def history_of(thing: models.Model) -> models.QuerySet[Entry]:
    """The entries about one thing, newest first."""
    return Entry.objects.filter(about_model=thing._meta.label_lower, about_id=str(thing.pk)).order_by("-id")


GUARDED = {"tracker_entry": ("UPDATE", "DELETE")}
POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION tracker_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def install_guards(using: Any) -> None:
    """Create the triggers that refuse a change of history on the database behind the connection ``using``."""
    with using.cursor() as cursor:
        if using.vendor == "postgresql":
            cursor.execute(POSTGRES_FUNCTION)
        for table, events in GUARDED.items():
            for event in events:
                name = f"{table}_no_{event.lower()}"
                if using.vendor == "postgresql":
                    cursor.execute(
                        f"CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON {table} "
                        "FOR EACH STATEMENT EXECUTE FUNCTION tracker_refuse_change()"
                    )
                else:
                    cursor.execute(
                        f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {table} "
                        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                    )
            if using.vendor == "postgresql":
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                    "FOR EACH STATEMENT EXECUTE FUNCTION tracker_refuse_change()"
                )


def remove_guards(using: Any) -> None:
    """Drop those triggers: for a migration backwards, and for tests that empty their tables."""
    with using.cursor() as cursor:
        for table, events in GUARDED.items():
            for event in (*events, "TRUNCATE"):
                on = f" ON {table}" if using.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{event.lower()}{on}")
