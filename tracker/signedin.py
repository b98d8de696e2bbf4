"""Who is signed in: every page asks for the session and its user, so both statements are put together once.

A session ends half an hour after its person was last active, and twelve hours after the sign-in however busy that person
is (AUT-9). Both are decided here, on the server, by the clock of the server that answers; the browser is only told.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from tracker.models import Session, User
from tracker.signin.actions.tries import may_sign_in, try_password
from tracker.statements import Prepared

NOTED_EVERY = timedelta(minutes=1)
"""The moment of the last activity is written at most this often."""


def _session(*, key: str, now: datetime, idle_since: datetime) -> QuerySet:
    standing = Session.objects.filter(session_key=key, expire_date__gt=now, seen_at__gt=idle_since)
    return standing.values_list("session_data", "person_id", "seen_at")


def _user(*, key: int) -> QuerySet[User]:
    return User.objects.filter(pk=key)


_SESSION, _USER = Prepared(_session), Prepared(_user)


class SessionStore(db.SessionStore):
    """Sessions in the database, each with its person. ``device`` is told by the middleware before anybody signs in."""

    device = ""
    person_id: int | None = None
    seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, under a new key, for one that does not exist or has ended. One query."""
        now = timezone.now()
        found = _SESSION(key=self.session_key or "", now=now, idle_since=now - idle())
        if found:
            data, self.person_id, self.seen_at = found[0]
            return self.decode(data)
        self._session_key = None
        return {}

    def save(self, must_create: bool = False) -> None:
        """Write the session. Whoever signs in with it gets all twelve hours; anything else leaves its end as it is."""
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        if must_create:
            self._insert(data)
            return
        values: dict[str, Any] = {"session_data": self.encode(data)}
        person_id = _person_in(data)
        has_signed_in = person_id is not None and person_id != self.person_id
        if has_signed_in:
            values |= {"person_id": person_id, "device": self.device, **_begins(timezone.now())}
        if not Session.objects.filter(session_key=self.session_key).update(**values):
            raise UpdateError
        self.person_id, self.seen_at = person_id, values.get("seen_at", self.seen_at)
        if has_signed_in and person_id is not None:
            _make_room(person_id)

    def _insert(self, data: dict[str, Any]) -> None:
        """:raises CreateError: when there is a session of this key."""
        now, self.person_id = timezone.now(), _person_in(data)
        key, text = self._get_or_create_session_key(), self.encode(data)  # type: ignore[attr-defined]
        row = Session(session_key=key, session_data=text, person_id=self.person_id, **_begins(now))
        row.device, self.seen_at = self.device, now
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as taken:
            raise CreateError from taken

    def note_activity(self, now: datetime) -> None:
        """Note that the person was active just now, unless that was noted within the last minute."""
        if self.person_id is None or self.seen_at is None or now - self.seen_at < NOTED_EVERY:
            return
        Session.objects.filter(session_key=self.session_key).update(seen_at=now)
        self.seen_at = now

    @classmethod
    def clear_expired(cls) -> None:
        """Delete the sessions that have ended by themselves: what `manage.py clearsessions` does."""
        _ended(timezone.now()).delete()


class Backend(ModelBackend):
    """Django's accounts and permissions; passwords are compared by the sign-in, which counts the tries."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The person whose name and password these are; None for every refusal, each of them recorded."""
        return try_password(name=username, password=password) if username and password else None

    def get_user(self, user_id: int) -> User | None:
        """The user of this key, if he or she may still sign in (AUT-10). One query."""
        found = _USER(key=user_id)
        return found[0] if found and may_sign_in(found[0]) else None


def idle() -> timedelta:
    """How long a session lasts without its person."""
    return timedelta(seconds=settings.SESSION_IDLE)


def standing_sessions(person: User, *, now: datetime) -> QuerySet[Session]:
    """The sessions in which a person is signed in, the last active first."""
    return person.sessions.filter(expire_date__gt=now, seen_at__gt=now - idle()).order_by("-seen_at", "pk")


def _begins(now: datetime) -> dict[str, datetime]:
    end = now + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return {"started_at": now, "seen_at": now, "expire_date": end}


def _ended(now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(Q(expire_date__lte=now) | Q(seen_at__lte=now - idle()))


def _person_in(data: dict[str, Any]) -> int | None:
    return int(data[SESSION_KEY]) if SESSION_KEY in data else None


def _make_room(person_id: int) -> None:
    """End those sessions of a person that are over the limit, the longest idle first; and forget the ended ones."""
    own = Session.objects.filter(person_id=person_id)
    keys = list(own.order_by("-seen_at", "pk").values_list("pk", flat=True)[settings.SESSION_MOST :])
    if keys:
        own.filter(pk__in=keys).delete()
