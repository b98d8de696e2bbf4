"""Which country next: the priority page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agreements.views.doors import reader
from reports.forms.priorities import PriorityForm
from reports.frame import frame_context
from reports.frozenpage import signoff_of
from reports.models import WeightsVersion
from reports.prioritypage import priority_page
from reports.rules import may_propose_weights
from reports.weighting import weights_of
from tracker.commands import taipei_today


@require_safe
def priorities(request: HttpRequest) -> HttpResponse:
    """Which partner most needs an agreement next, with the two tables of figures beside it."""
    today, user = taipei_today(), reader(request)
    versions = list(WeightsVersion.objects.in_use().order_by("-number"))
    form = PriorityForm(request.GET, today=today, versions=versions)
    asked, own, version = form.asked(), form.own_view(), form.version()
    page = priority_page(asked, reader=user, version=weights_of(version), own=own)
    context = {
        "form": form,
        "page": page,
        "asked": asked,
        "as_of": asked.as_of,
        "version": version,
        "is_newest": version == versions[0],
        "is_own": own is not None,
        "is_past": asked.as_of < today or asked.known_on is not None,
        "may_propose": may_propose_weights(user),
        "signoff": signoff_of("P01", asked, user),
    }
    return render(request, "reports/priorities.html", context | frame_context("priorities"))
