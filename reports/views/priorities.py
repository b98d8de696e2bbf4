"""Which country next: the priority page."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.forms import AsOfForm
from reports.frame import frame_context
from reports.pages import priority_page
from tracker.commands import taipei_today
from tracker.models import User


@require_safe
def priorities(request: HttpRequest) -> HttpResponse:
    """Which partner most needs an agreement next, with the two tables of figures beside it."""
    today = taipei_today()
    form = AsOfForm(request.GET or None, initial={"as_of": today})
    chosen = form.cleaned_data if form.is_valid() else {}
    as_of = chosen.get("as_of") or today
    page = priority_page(
        as_of=as_of, reader=cast(User, request.user), with_samples=bool(chosen.get("with_samples"))
    )
    context = {"form": form, "page": page, "as_of": as_of, "is_past": as_of < today}
    context |= frame_context("priorities")
    return render(request, "reports/priorities.html", context)
