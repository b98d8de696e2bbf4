"""Who looked at what: a second chain beside the audit trail, and what each page notes so that it is written down.

A look holds the key of a thing, never what was shown. Pages call :func:`shown` and :func:`shown_many` while they are made;
:mod:`tracker.watch` writes it all down when the page is ready and before anything of it leaves. What is shown outside a
page (a file that a worker makes, a name that is uncovered) calls :func:`record` and :func:`record_many` itself.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from tracker import audit
from tracker.bulk import insert
from tracker.chains import CANONICAL, CHAINS, GENESIS, Chain, each, is_of_a_value
from tracker.cutting import cut
from tracker.middleware import request_id
from tracker.models import Look, LookedAt, User
from tracker.statements import Prepared

LOOK_LOCK = 7_003_114
DENIED = "denied"
"""The way of a look that was refused: ``about_model`` names the address, ``about_id`` what was asked for."""
UNMASK = "unmask"
GUARDED = {"tracker_look": ("UPDATE", "DELETE", "INSERT"), "tracker_lookedat": ("UPDATE", "DELETE")}
CARRIER = "_looks"
"""Under this name a request carries what was noted."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody saw, in what way: one thing by its key, or many things of one kind."""

    way: str
    about_model: str
    about_id: str = ""
    reason: str = ""
    keys: tuple[str, ...] | None = None


def record(reader: User, thing: models.Model, way: str, reason: str = "") -> Look:
    """Write down that this person looked at a thing. ``way`` is a code, such as the name of an address."""
    return record_all(reader, [_of(thing, way, reason)])[0]


def record_many(reader: User, model: type[models.Model], keys: Iterable[object], way: str) -> Look:
    """Write down one look at many things of a kind, such as an export; their keys are part of what the chain covers."""
    return record_all(reader, [_of_many(model, keys, way)])[0]


@transaction.atomic
def record_all(reader: User, seen: Iterable[Seen]) -> list[Look]:
    """Write down several looks under one lock, in the given order.

    Within a transaction that also writes to the audit trail, call it after that: the locks are taken in that order.
    """
    rows = list(seen)
    _lock_the_chain()
    newest = _NEWEST()
    previous, now, looks = newest[0][0] if newest else GENESIS, timezone.now(), []
    for one in rows:
        values = _values(reader, one, now) | {"previous": previous}
        previous = _digest(values)
        looks.append(Look(**values, digest=previous))
    Look.objects.bulk_create(looks)
    for look, one in zip(looks, rows, strict=True):
        if one.keys:
            insert(LookedAt, ("look_id", "about_id"), ((look.pk, key) for key in one.keys))
    return looks


def shown(request: HttpRequest, *things: models.Model, way: str = "") -> None:
    """Note that the page that is being made shows these things; without ``way`` the page's address names it."""
    _noted(request).extend(_of(thing, way or _address(request)) for thing in things)


def shown_key(request: HttpRequest, about_model: str, about_id: str) -> None:
    """The same of a thing of which only kind and key are at hand."""
    _noted(request).append(Seen(_address(request), about_model, about_id))


def shown_many(
    request: HttpRequest, model: type[models.Model], keys: Iterable[object], way: str = ""
) -> None:
    """Note that the page or file that is being made shows all of these things: one look."""
    _noted(request).append(_of_many(model, keys, way or _address(request)))


def noted(request: HttpRequest) -> list[Seen]:
    """What was noted so far, each once."""
    return list(dict.fromkeys(_noted(request)))


def looks_at(thing: models.Model) -> QuerySet[Look]:
    """The looks at one thing, alone or among many, newest first; without those that were refused."""
    key = str(thing.pk)
    among = LookedAt.objects.filter(about_id=key).values("look")
    found = Look.objects.filter(about_model=thing._meta.label_lower)
    return found.filter(Q(about_id=key) | Q(about_id="", pk__in=among)).order_by("-id")


def first_incomplete() -> int | None:
    """The key of the first look at many things whose keys are not those that its digest covers; None when all are."""
    many = Look.objects.exclude(keys_digest="").values_list("pk", "count", "keys_digest")
    return next((key for key, row in each(many) if not _is_whole(key, *row)), None)


def _is_whole(key: int, count: int = 0, digest: str = "") -> bool:
    """Whether the keys of a look at many things are those that were written down with it. One query."""
    try:
        keys = list(LookedAt.objects.filter(look=key).values_list("about_id", flat=True))
        return len(keys) == count and digest_of_keys(keys) == digest
    except Exception as fault:
        if not is_of_a_value(fault):
            raise
        return False


def digest_of_keys(keys: Iterable[str]) -> str:
    """SHA-256 over the sorted keys, one a line, in hexadecimal."""
    return hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()


def install_guards(using: Any) -> None:
    """Create the triggers that keep looks append-only on the database behind the connection ``using``."""
    audit.install_guards(using, GUARDED)


def remove_guards(using: Any) -> None:
    """Drop those triggers: for a migration backwards, and for tests that empty their tables."""
    audit.remove_guards(using, GUARDED)


def _of(thing: models.Model, way: str, reason: str = "") -> Seen:
    return Seen(way, thing._meta.label_lower, str(thing.pk), reason)


def _of_many(model: type[models.Model], keys: Iterable[object], way: str) -> Seen:
    return Seen(way, model._meta.label_lower, keys=tuple(dict.fromkeys(map(str, keys))))


def _noted(request: HttpRequest) -> list[Seen]:
    return request.__dict__.setdefault(CARRIER, [])


def _address(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _newest() -> QuerySet:
    return Look.objects.order_by("-id").values_list("digest")[:1]


_NEWEST = Prepared(_newest)


def _values(reader: User, one: Seen, now: datetime) -> dict[str, Any]:
    many = one.keys is not None
    return {
        "at": now,
        "reader_id": reader.pk,
        "reader_name": cut(str(reader), 80),
        "way": one.way[:40],
        "about_model": one.about_model[:60],
        "about_id": one.about_id[:40],
        "reason": cut(one.reason, 300),
        "count": len(one.keys) if one.keys is not None else 1,
        "keys_digest": digest_of_keys(one.keys or ()) if many else "",
        "request_id": request_id.get(),
    }


FIELDS = (
    "at", "reader_id", "reader_name", "way", "about_model", "about_id", "reason", "count", "keys_digest", "request_id",
)  # fmt: skip


def _digest(values: Mapping[str, Any]) -> str:
    content = {name: values[name] for name in (*FIELDS[1:], "previous")}
    content["at"] = values["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(CANONICAL(content).encode()).hexdigest()


LOOKS = CHAINS.setdefault("looks", Chain("looks", Look, FIELDS, _digest))


def _lock_the_chain() -> None:
    """One writer of the chain at a time. SQLite's IMMEDIATE transactions already are one at a time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOOK_LOCK])
