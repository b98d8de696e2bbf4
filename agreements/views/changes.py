"""What changed between two days."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.changes import changes_between
from agreements.filters import SpanForm
from tracker.models import User


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """The differences between two days in sentences."""
    form = SpanForm(request.GET, today=timezone.localdate())
    context = {"form": form, "today": form.today, "page": None}
    if form.is_valid():
        first, last = form.cleaned_data["from"], form.cleaned_data["to"]
        reader = cast(User, request.user)
        page = changes_between(first, last, reader=reader, board=reverse("agreements:board"))
        context |= {"page": page, "first": first, "last": last}
    return render(request, "agreements/changes.html", context)
