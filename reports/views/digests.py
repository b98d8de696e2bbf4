"""Since my last visit: the reader's own digests, newest first."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.views.doors import reader
from reports.actions import see_digests
from reports.digests import Span, sentences, told_in
from reports.rules import works_here
from tracker.access import only

SHOWN = 14


@require_safe
@only(works_here)
def digests(request: HttpRequest) -> HttpResponse:
    """What happened since the last digest, and the digests of the last days."""
    user, today = reader(request), timezone.localdate()
    kept = list(user.digests.order_by("-day")[:SHOWN])
    last = kept[0].day if kept else today - timedelta(days=7)
    fresh = sentences(user, Span(last - timedelta(days=1), today), today=today)
    told = told_in(kept, user)
    days = [(row, told[row.pk]) for row in kept]
    see_digests(by=user)
    return render(request, "reports/digests.html", {"fresh": fresh, "since": last, "days": days})
