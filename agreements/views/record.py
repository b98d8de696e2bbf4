"""The page of one agreement, and its whole history."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from agreements.filters import read_as_of
from agreements.forms.record import BackwardForm
from agreements.panels import panels_of_agreement
from agreements.record.page import record
from agreements.record.periods import backward
from agreements.record.trail import trail
from agreements.views.doors import reader, seen
from tracker.keys import is_key

LINES_ON_A_PAGE = 50


@require_GET
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about an agreement; `?as_of=` shows it on another day, `?before=` counts back to the signature."""
    agreement, today = seen(request, number), timezone.localdate()
    as_of = read_as_of(request.GET, today=today)
    page = record(agreement, reader(request), as_of)
    counting = BackwardForm(request.GET if "before" in request.GET else None)
    before = counting.cleaned_data["before"] if counting.is_bound and counting.is_valid() else None
    recorded = request.GET.get("recorded", "")
    context = {
        "record": page,
        "agreement": agreement,
        "today": today,
        "counting": counting,
        "backward": backward(before, today=today) if before else None,
        "recorded": next((event for event in page.events if str(event.milestone.pk) == recorded), None),
        "panels": panels_of_agreement(agreement, reader(request), as_of),
    }
    return render(request, "agreements/detail.html", context)


@require_GET
def history(request: HttpRequest, number: str) -> HttpResponse:
    """All that was done with the file, newest first, page by page."""
    agreement = seen(request, number)
    asked = request.GET.get("before", "")
    before = int(asked) if is_key(asked) else None
    page = trail(agreement, reader(request), size=LINES_ON_A_PAGE, before=before)
    context = {"agreement": agreement, "trail": page, "is_first": before is None}
    return render(request, "agreements/history.html", context)
