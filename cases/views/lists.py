"""The list of cases, and the first page of justice."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.filters import CaseFilter
from cases.home import home_page
from cases.listing import list_page
from cases.rules import may_log, may_read_cases, works_on_cases
from cases.views.doors import reader
from tracker.access import only


@require_safe
@only(may_read_cases)
def cases(request: HttpRequest) -> HttpResponse:
    """The registered cases that the reader may see, filtered, newest request first, page by page."""
    user, today = reader(request), timezone.localdate()
    filtered = CaseFilter(request.GET, reader=user, today=today, path=reverse("cases:list"))
    context = {
        "filter": filtered,
        "page": list_page(filtered, request.GET.get("page", "")),
        "may_log": may_log(user),
        "today": today,
    }
    return render(request, "cases/list.html", context)


@require_safe
@only(works_on_cases)
def home(request: HttpRequest) -> HttpResponse:
    """What asks for this officer's attention: overdue, mine, unassigned, and the drafts."""
    today = timezone.localdate()
    with_samples = request.GET.get("samples") == "1"
    page = home_page(reader=reader(request), today=today, with_samples=with_samples)
    return render(request, "cases/home.html", {"page": page, "today": today, "with_samples": with_samples})
