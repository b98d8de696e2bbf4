"""One's own calendars of deadlines: making and revoking them, and the calendar itself behind its secret address."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.views.doors import reader
from reports.actions import make_feed, open_feed, revoke_feed
from reports.calendars import calendar
from reports.models import Feed
from reports.rules import works_here
from tracker.access import only
from tracker.rowsecurity import reading_as


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@only(works_here)
def feeds(request: HttpRequest) -> HttpResponse:
    """The reader's calendars; making one shows its address, once."""
    user, address, scope = reader(request), "", request.POST.get("scope", "")
    if scope in Feed.Scope.values:
        secret = make_feed(by=user, scope=scope)
        address = request.build_absolute_uri(reverse("reports:feed", args=[secret]))
    standing = {feed.scope: feed for feed in user.feeds.filter(revoked_at=None)}
    rows = [(value, label, standing.get(value)) for value, label in Feed.Scope.choices]
    context = {"rows": rows, "address": address, "made": scope}
    return render(request, "reports/feeds.html", context)


@require_POST
@only(works_here)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of the reader's calendars."""
    feed = get_object_or_404(Feed, pk=pk, owner=reader(request))
    revoke_feed(by=reader(request), feed=feed)
    messages.success(request, _("The address of the calendar no longer works."))
    return redirect("reports:feeds")


@login_not_required
@never_cache
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind a secret address. Unknown and revoked ones are the same 404."""
    found = open_feed(secret)
    if found is None:
        raise Http404
    address = request.build_absolute_uri("/").rstrip("/")
    with translation.override("zh-hant"), reading_as(found.owner):
        body = calendar(found, today=timezone.localdate(), now=timezone.now(), address=address)
    return HttpResponse(body, content_type="text/calendar; charset=utf-8")
