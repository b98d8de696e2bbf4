"""Documents go out through this door only: to people who may see what they belong to, and as downloads."""

import uuid
from typing import IO, BinaryIO, cast

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tracker.actions import record_download
from tracker.documents import content_disposition
from tracker.documents.bare import bare_copy
from tracker.documents.names import extension_of
from tracker.looks import shown_key
from tracker.models import DocumentVersion, User
from tracker.owners import may_see_document
from tracker.scanning import STOPPED, may_be_given_out

COME_BACK = 120
"""Seconds after which a file that is being checked may be asked for again."""

BARE = "bare"
"""The parameter of the address that asks for a copy without metadata."""


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
    if not may_be_given_out(version):
        return _closed(request, version)
    is_bare = BARE in request.GET
    file = _bare(version) if is_bare else version.file.open("rb")
    record_download(by=reader, version=version, is_bare=is_bare)
    shown_key(request, version.document.about_model, version.document.about_id)
    response = FileResponse(file, content_type=version.content_type)
    response["Content-Disposition"] = content_disposition(version.name)
    response["X-Content-Type-Options"] = "nosniff"
    response[CSP.HEADER_ENFORCE.value] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response


def _bare(version: DocumentVersion) -> IO[bytes]:
    """:raises PermissionDenied: where no copy without metadata is made of the file."""
    with version.file.open("rb") as file:
        copy = bare_copy(cast(BinaryIO, file), extension_of(version.name))
    if copy is None:
        raise PermissionDenied(_("No copy without its metadata can be made of this file."))
    return copy


def _closed(request: HttpRequest, version: DocumentVersion) -> HttpResponse:
    """The page that says when to come back (409), until the virus scanner has said something.

    :raises PermissionDenied: for an infected file, with the words that say so.
    """
    if version.is_clean is False:
        raise PermissionDenied(STOPPED)
    page = render(request, "tracker/checking.html", {"version": version}, status=409)
    page["Retry-After"] = str(COME_BACK)
    return page
