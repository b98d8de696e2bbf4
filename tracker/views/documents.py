"""Documents go out through this door only: to people who may see what they belong to, and as downloads."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tracker.actions import record_download
from tracker.documents import content_disposition
from tracker.looks import shown_key
from tracker.models import DocumentVersion, User
from tracker.owners import may_see_document
from tracker.scanning import may_be_given_out


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
        raise PermissionDenied(_("This file is not given out until the virus scanner has passed it."))
    file = version.file.open("rb")
    record_download(by=reader, version=version)
    shown_key(request, version.document.about_model, version.document.about_id)
    response = FileResponse(file, content_type=version.content_type)
    response["Content-Disposition"] = content_disposition(version.name)
    response["X-Content-Type-Options"] = "nosniff"
    response[CSP.HEADER_ENFORCE.value] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response
