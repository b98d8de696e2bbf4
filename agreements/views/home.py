"""The first page of officers and supervisors of foreign affairs."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.home import home_page
from agreements.panels import home_figures
from agreements.rules import may_register
from agreements.standing import office
from tracker.models import User


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The one next action, what is due, what is stalled, what changed."""
    reader = cast(User, request.user)
    with_samples = request.GET.get("samples") == "1"
    page = home_page(reader=reader, now=office(timezone.localdate()), with_samples=with_samples)
    context = {
        "page": page,
        "today": page.today,
        "drafts": reader.drafts.all()[:10],
        "with_samples": with_samples,
        "may_register": may_register(reader),
        "more_figures": home_figures(reader, with_samples=with_samples),
    }
    return render(request, "agreements/home.html", context)
