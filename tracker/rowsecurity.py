"""Telling PostgreSQL who reads, where row-level security is switched on (AZ-16; the rules: :mod:`tracker.rowpolicies`).

Of a request the database is told its reader before anything else is asked, and nobody afterwards, so that no connection
keeps a former reader. A verb must know what its person may not see (which number is taken, whom a case is given to): within a request
that writes, a transaction sees everything. What the page looks up before it, the thing to be changed above all, is
looked up as the reader.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError, connection
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse

from tracker.models import User

TELL = "SELECT set_config('tracker.reader', %s, false)"
NOBODY, EVERYTHING = "", "all"
OF_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "ROLLBACK")
_told: ContextVar[str] = ContextVar("told", default=NOBODY)


@contextmanager
def reading_as(person: User | None, *, is_writing: bool = False) -> Iterator[None]:
    """What is asked meanwhile is asked as this person; nothing of cases is seen for None. One statement before, one after.

    With ``is_writing`` transactions that begin meanwhile see everything. Does nothing unless ``ROW_SECURITY`` is set.
    """
    if not settings.ROW_SECURITY:
        yield
        return
    reader = NOBODY if person is None else str(person.pk)
    token = _told.set(reader)
    try:
        _tell(reader)
        if is_writing:
            with connection.execute_wrapper(_Verbs(reader)):
                yield
        else:
            yield
    finally:
        _told.reset(token)
        _tell_again(_told.get())


class ReaderMiddleware:
    """Each request is carried out as its reader, and so is what is streamed after it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """:raises MiddlewareNotUsed: unless ``ROW_SECURITY`` is set."""
        if not settings.ROW_SECURITY:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user if request.user.is_authenticated else None
        with reading_as(person, is_writing=request.method == "POST"):
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            response.streaming_content = _streamed(iter(response), person)
        return response


def _streamed(pieces: Iterator[bytes], person: User | None) -> Iterator[bytes]:
    with reading_as(person):
        yield from pieces


class _Verbs:
    """Tells "all" when a transaction begins, and the reader again after it."""

    def __init__(self, reader: str) -> None:
        self.reader, self.depth, self.sees_all = reader, _depth(), False

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        in_verb = _depth() > self.depth
        is_own = sql == TELL or str(sql).startswith(OF_TRANSACTIONS)
        if in_verb != self.sees_all and not is_own:
            self.sees_all = in_verb
            _tell(EVERYTHING if in_verb else self.reader)
        return execute(sql, params, many, context)


def _depth() -> int:
    """How many transactions the connection is in, one within the other."""
    return connection.in_atomic_block + len(connection.savepoint_ids)


def _tell(reader: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TELL, [reader])


def _tell_again(reader: str) -> None:
    """A connection that cannot be told is closed: a new one knows no reader."""
    if connection.connection is None and not reader:
        return
    try:
        _tell(reader)
    except DatabaseError:
        connection.close()
