"""The status table."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.board import nothing
from agreements.filters import AgreementFilter
from agreements.statustable import status_page
from tracker.models import User


@require_safe
def status_table(request: HttpRequest) -> HttpResponse:
    """One row an agreement, one column an action, as of a day; printable."""
    reader = cast(User, request.user)
    path = reverse("agreements:status_table")
    filtered = AgreementFilter(request.GET, reader=reader, today=timezone.localdate(), path=path)
    page = status_page(filtered)
    context = {
        "filter": filtered,
        "as_of": filtered.as_of,
        "today": filtered.as_of.today,
        "page": page,
        "nothing": None if filtered.outline.lines else nothing(filtered, reader),
    }
    return render(request, "agreements/status_table.html", context)
