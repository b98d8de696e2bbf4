"""Documents go out through this door only: to people who may see what they belong to, and as downloads."""

import threading
import uuid
from typing import IO, BinaryIO, cast

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.csp import CSP
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from tracker.actions import record_download
from tracker.documents import content_disposition
from tracker.documents.bare import bare_copy, may_be_bared
from tracker.documents.names import extension_of
from tracker.documents.traces import traces_words
from tracker.looks import shown_key
from tracker.models import DocumentVersion, User
from tracker.owners import may_see_document
from tracker.scanning import closed_because

COME_BACK = 120
"""Seconds after which a file that is being checked may be asked for again."""

BARE = "bare"
"""The parameter of the address that asks for a copy without metadata."""
TRY_AGAIN = 5
"""Seconds after which such a copy may be asked for again when another one was being made."""
CHECKED, CLOSED = _("This file is being checked"), _("This file is not given out")
COPY = _("A copy without its metadata")
ASK = _(
    "If it has not passed after a quarter of an hour, tell an administrator: perhaps the scanner does not run."
)
NO_COPY = _("No copy without its metadata can be made of this file.")
BUSY = _("Another copy without metadata is being made. Try again in a moment.")

_making = threading.Lock()
"""A copy is made anew at each request and takes the processor, for seconds of a large file: one at a time in each process.
Nobody waits for it: the threads that did would be missing to everybody else."""


type Words = str | Promise


class NotGiven(Exception):
    """Why somebody who may see a document is not given it: what its page says, the code of the answer, seconds until it may be."""

    def __init__(
        self, heading: Words, words: Words, *, more: Words = "", status: int = 409, come_back: int = 0
    ) -> None:
        super().__init__(words)
        self.heading, self.words, self.more = heading, words, more
        self.status, self.come_back = status, come_back


@require_GET
def document(request: HttpRequest, document: uuid.UUID, number: int) -> HttpResponseBase:
    """Give out one version of a document and record that it was given out; hidden and unknown are both 404."""
    version = get_object_or_404(
        DocumentVersion.objects.select_related("document"), document=document, number=number
    )
    reader = request.user
    assert isinstance(reader, User)  # noqa: S101 - the door is closed to others
    if not may_see_document(reader, version.document):
        raise Http404
    is_bare = BARE in request.GET
    try:
        file = _file(version, is_bare=is_bare)
    except NotGiven as reason:
        return _told(request, version, reason)
    record_download(by=reader, version=version, is_bare=is_bare)
    shown_key(request, version.document.about_model, version.document.about_id)
    response = FileResponse(file, content_type=version.content_type)
    response["Content-Disposition"] = content_disposition(version.name)
    response["X-Content-Type-Options"] = "nosniff"
    response[CSP.HEADER_ENFORCE.value] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response


def _file(version: DocumentVersion, *, is_bare: bool) -> IO[bytes]:
    """The file, or a copy without its metadata.

    :raises NotGiven: until the virus scanner has passed it, ever when it is infected, and where there is no such copy.
    """
    if words := closed_because(version):
        if version.is_clean is False:
            raise NotGiven(CLOSED, words)
        raise NotGiven(CHECKED, words, more=ASK, come_back=COME_BACK)
    return _bare(version) if is_bare else version.file.open("rb")


def _bare(version: DocumentVersion) -> IO[bytes]:
    """:raises NotGiven: where no copy is made of such a file, or another one is being made."""
    extension = extension_of(version.name)
    no_copy = NotGiven(COPY, NO_COPY, more=traces_words(version.traces))
    if not may_be_bared(extension, version.traces or ()):
        raise no_copy
    if not _making.acquire(blocking=False):
        raise NotGiven(COPY, BUSY, status=503, come_back=TRY_AGAIN)
    try:
        with version.file.open("rb") as file:
            copy = bare_copy(cast(BinaryIO, file), extension)
    finally:
        _making.release()
    if copy is None:
        raise no_copy
    return copy


def _told(request: HttpRequest, version: DocumentVersion, reason: NotGiven) -> HttpResponse:
    """The page that says why, and in its head when to come back; no denial (403), since nobody tried what they may not do."""
    page = render(
        request, "tracker/not_given.html", {"version": version, "reason": reason}, status=reason.status
    )
    if reason.come_back:
        page["Retry-After"] = str(reason.come_back)
    return page
