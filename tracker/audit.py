"""The audit trail: writes entries, walks their chain, and installs the triggers that keep it append-only.

Each entry carries the digest of the one before it. The lock that serialises the chain is taken last in a
transaction and once per batch, so writers wait for one another only while their entry is written.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils import timezone

from tracker.bulk import insert
from tracker.chains import CANONICAL, CHAINS, GENESIS, Chain, Head, Verdict
from tracker.cutting import cut
from tracker.middleware import request_id
from tracker.models import Entry, User

CHAIN_LOCK = 7_003_113
NUMBER_LOCK = 7_114
SYSTEM = "system"
UNCHANGED_BY_JSON = frozenset({str, int, bool, type(None)})
LISTED = {"tracker.holiday", "tracker.setting", "tracker.unknownname", "tracker.user"}
"""Labels of models whose entries everybody may read who opens the list of all entries: people, and what the office sets.

An app above adds its own in ``AppConfig.ready()``. What can be searched (``tracker.search.SOURCES``) is listed besides, as far as
its reader may see it. Entries about anything else may name what is hidden: pages of their own tell them, no list of all.
"""


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be recorded: a verb of the app's history, the thing, and details that JSON can hold."""

    verb: str
    about: models.Model
    details: dict[str, Any] | None = None


def record(
    verb: str, about: models.Model, *, by: User | None, details: dict[str, Any] | None = None
) -> Entry:
    """Append one entry about ``about``; call it last in the transaction of the write it tells of.

    :raises transaction.TransactionManagementError: outside a transaction.
    """
    return record_all([Deed(verb, about, details)], by=by)[0]


def record_all(deeds: Iterable[Deed], *, by: User | None) -> list[Entry]:
    """Append several entries under one lock, in the given order."""
    return Entry.objects.bulk_create([Entry(**values) for values in _chained(deeds, by)], batch_size=500)


def record_many(deeds: Iterable[Deed], *, by: User | None) -> None:
    """The same for thousands of deeds: the rows go past the ORM, whose objects take most of the time."""
    rows = list(_chained(deeds, by))  # asked before the copying begins: nothing else may be asked meanwhile
    insert(Entry, FIELDS, ([*(row | {"details": _as_json(row["details"])}).values()] for row in rows))


FIELDS = (
    "at", "actor_id", "actor_name", "verb", "about_model", "about_id", "about_text", "details", "request_id", "previous",
    "digest",
)  # fmt: skip


def _as_json(details: dict[str, Any]) -> str:
    return json.dumps(details, ensure_ascii=False)


def _chained(deeds: Iterable[Deed], by: User | None) -> Iterator[dict[str, Any]]:
    """The values of each entry, in the order of FIELDS; takes the lock of the chain.

    :raises transaction.TransactionManagementError: outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an audit entry belongs to the transaction of its write")
    _lock_the_chain()
    previous = Entry.objects.order_by("-id").values_list("digest", flat=True).first() or GENESIS
    now = timezone.now()
    for deed in deeds:
        values = {
            "at": now,
            "actor_id": by.pk if by else None,
            "actor_name": cut(str(by), 80) if by else SYSTEM,
            "verb": deed.verb,
            "about_model": deed.about._meta.label_lower,
            "about_id": str(deed.about.pk),
            "about_text": cut(str(deed.about), 300),
            "details": _as_kept(deed.details or {}),
            "request_id": request_id.get(),
            "previous": previous,
        }
        previous = _digest(values)
        yield values | {"digest": previous}


def _as_kept(details: dict[str, Any]) -> dict[str, Any]:
    """What is read back of details once JSON has held them; texts and numbers stay what they are."""
    if all(type(value) in UNCHANGED_BY_JSON for value in details.values()):
        return details
    return json.loads(json.dumps(details, cls=DjangoJSONEncoder))


def _digest(values: Mapping[str, Any]) -> str:
    content = {
        "at": values["at"].astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": values["actor_id"],
        "actor_name": values["actor_name"],
        "verb": values["verb"],
        "about": [values["about_model"], values["about_id"], values["about_text"]],
        "details": values["details"],
        "request_id": values["request_id"],
        "previous": values["previous"],
    }
    return hashlib.sha256(CANONICAL(content).encode()).hexdigest()


HISTORY = CHAINS.setdefault("history", Chain("history", Entry, FIELDS[:-2], _digest, json=("details",)))


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


def verify(noted: Iterable[Head] = ()) -> Verdict:
    """Walk the whole chain in order, recompute every digest, and compare with heads that were ``noted`` earlier."""
    return HISTORY.walk(noted)


def history_of(thing: models.Model) -> models.QuerySet[Entry]:
    """The entries about one thing, newest first."""
    return Entry.objects.filter(about_model=thing._meta.label_lower, about_id=str(thing.pk)).order_by("-id")


GUARDED = {"tracker_entry": ("UPDATE", "DELETE", "INSERT")}
POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION tracker_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
POSTGRES_CHAIN = """
CREATE OR REPLACE FUNCTION tracker_continue_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    newest record;
BEGIN
    EXECUTE format('SELECT id, digest FROM %I.%I ORDER BY id DESC LIMIT 1', TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO newest;
    IF NEW.previous <> coalesce(newest.digest, repeat('0', 64)) OR NEW.id <= coalesce(newest.id, 0) THEN
        RAISE EXCEPTION '% goes on where it ends', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""
type Guarded = Mapping[str, Iterable[str]]
"""Tables, and the events that each refuses; an UPDATE may name columns (``UPDATE OF verb, at``) and spare the rest.

A table from which nothing is deleted is not emptied either (TRUNCATE), where the database has a statement for it. INSERT
stands for the end of a chain: a row that does not follow the newest one is refused.
"""


def install_guards(using: Any, guarded: Guarded = GUARDED) -> None:
    """Create the triggers that refuse a change of history on the database behind the connection ``using``.

    On SQLite a migration that changes a table makes it anew without its triggers: install them again after it.
    """
    with using.cursor() as cursor:
        if using.vendor == "postgresql":
            cursor.execute(POSTGRES_FUNCTION)
            cursor.execute(POSTGRES_CHAIN)
        for table, events in guarded.items():
            for event in events:
                for statement in (
                    _postgres(table, event) if using.vendor == "postgresql" else _sqlite(table, event)
                ):
                    cursor.execute(statement)


def _postgres(table: str, event: str) -> Iterator[str]:
    """The statements that guard a table on PostgreSQL."""
    if event == "INSERT":
        yield (
            f"CREATE OR REPLACE TRIGGER {_name_of_guard(table, event)} BEFORE INSERT ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION tracker_continue_chain()"
        )
        return
    for one in (event, "TRUNCATE") if event == "DELETE" else (event,):
        yield (
            f"CREATE OR REPLACE TRIGGER {_name_of_guard(table, one)} BEFORE {one} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION tracker_refuse_change()"
        )


def _sqlite(table: str, event: str) -> Iterator[str]:
    """The statement that guards a table on SQLite."""
    when, why = "", "is append-only"
    if event == "INSERT":
        newest = f"(SELECT digest FROM {table} ORDER BY id DESC LIMIT 1)"  # noqa: S608 - a name of ours
        when, why = f"WHEN NEW.previous <> coalesce({newest}, '{GENESIS}')", "goes on where it ends"
    yield (
        f"CREATE TRIGGER IF NOT EXISTS {_name_of_guard(table, event)} BEFORE {event} ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table} {why}'); END"
    )


def remove_guards(using: Any, guarded: Guarded = GUARDED) -> None:
    """Drop those triggers: for a migration backwards, and for tests that empty their tables."""
    with using.cursor() as cursor:
        for table, events in guarded.items():
            on = f" ON {table}" if using.vendor == "postgresql" else ""
            for event in (*events, "TRUNCATE"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {_name_of_guard(table, event)}{on}")


def _name_of_guard(table: str, event: str) -> str:
    return f"{table}_no_{event.split()[0].lower()}"
