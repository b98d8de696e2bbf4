"""Partners: their list, and the page of one."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.filters import PartnerFilter, read_as_of
from agreements.models import Partner
from agreements.partnerpages import partner_list, partner_page
from agreements.rules import may_record_contact, may_register
from tracker.models import User


@require_safe
def partners(request: HttpRequest) -> HttpResponse:
    """Every partner, with its policy groups and its agreements as of a day."""
    reader = cast(User, request.user)
    path = reverse("agreements:partners")
    filtered = PartnerFilter(request.GET, reader=reader, today=timezone.localdate(), path=path)
    context = {
        "filter": filtered,
        "as_of": filtered.as_of,
        "today": filtered.as_of.today,
        "page": partner_list(filtered),
    }
    return render(request, "agreements/partners.html", context)


@require_safe
def partner(request: HttpRequest, code: str) -> HttpResponse:
    """One partner: names, groups, agreements, what happened, whom to write to, and what is missing."""
    reader = cast(User, request.user)
    found = get_object_or_404(Partner, code=code)
    as_of = read_as_of(request.GET, today=timezone.localdate())
    context = {
        "partner": found,
        "as_of": as_of,
        "today": as_of.today,
        "page": partner_page(found, as_of, reader=reader),
        "may_register": may_register(reader),
        "may_record": may_record_contact(reader),
    }
    return render(request, "agreements/partner.html", context)
