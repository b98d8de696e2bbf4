"""Documents go out through this door only: to people who may see what they belong to, and as downloads."""

import uuid

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.csp import CSP
from django.views.decorators.http import require_GET

from tracker.actions import record_download
from tracker.documents import content_disposition
from tracker.looks import shown_key
from tracker.models import DocumentVersion, User
from tracker.owners import may_see_document


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
    file = version.file.open("rb")
    record_download(by=reader, version=version)
    shown_key(request, version.document.about_model, version.document.about_id)
    response = FileResponse(file, content_type=version.content_type)
    response["Content-Disposition"] = content_disposition(version.name)
    response["X-Content-Type-Options"] = "nosniff"
    response[CSP.HEADER_ENFORCE.value] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response
