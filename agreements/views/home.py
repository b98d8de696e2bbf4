"""The first page of officers and supervisors of foreign affairs."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.home import home_page
from agreements.panels import home_figures
from agreements.reviews import marks_due
from agreements.rules import may_register
from agreements.standing import office
from tracker.kept import Wanted, kept, newest_entry
from tracker.models import User

PIECES = {
    "top": "agreements/home/top.html",
    "lists": "agreements/home/lists.html",
    "beside": "agreements/home/beside.html",
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The one next action, what is due, what is stalled, what changed. It is kept between writes."""
    reader, today = cast(User, request.user), timezone.localdate()
    with_samples = request.GET.get("samples") == "1"

    def make() -> dict[str, str]:
        context = {
            "page": home_page(reader=reader, now=office(today), with_samples=with_samples),
            "today": today,
            "with_samples": with_samples,
            "may_register": may_register(reader),
            "marks_due": marks_due(reader, today=today),
            "more_figures": home_figures(reader, with_samples=with_samples),
        }
        return {name: render_to_string(template, context) for name, template in PIECES.items()}

    wanted = Wanted("agreements:home", reader, today, newest_entry(), (with_samples,))
    return render(
        request,
        "agreements/home.html",
        kept(wanted, make) | {"drafts": reader.drafts.all()[:10], "today": today},
    )
