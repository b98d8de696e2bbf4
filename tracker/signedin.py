"""Who is signed in: every page asks for the session and its user, so both statements are put together once."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.db.models.functions import Now

from tracker.models import User
from tracker.statements import Prepared


def _session(*, key: str) -> QuerySet:
    return Session.objects.filter(session_key=key, expire_date__gt=Now()).values_list("session_data")


def _user(*, key: int) -> QuerySet[User]:
    return User.objects.filter(pk=key)


_SESSION, _USER = Prepared(_session), Prepared(_user)


class SessionStore(db.SessionStore):
    """Django's sessions in the database."""

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, under a new key, for one that does not exist or has expired. One query."""
        found = _SESSION(key=self.session_key or "")
        if found:
            return self.decode(found[0][0])
        self._session_key = None
        return {}


class Backend(ModelBackend):
    """Django's accounts and permissions."""

    def get_user(self, user_id: int) -> User | None:
        """The user of this key, if he or she may sign in. One query."""
        found = _USER(key=user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None
