"""After one case of a list was dealt with: the next one of the same list."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from cases.models import Case
from cases.queues import next_in, place_in
from cases.views.doors import reader


def offer_next(request: HttpRequest, case: Case) -> None:
    """Offer the case that follows ``case``, as it stood before, in the list that the address names as ``queue``."""
    token = request.GET.get("queue", "")
    place = place_in(token, case) if token else None
    if place is None:
        return
    following = next_in(token, place, reader=reader(request), today=timezone.localdate())
    if following is None:
        messages.info(request, _("No case follows in the list that you came from."))
        return
    address = f"{following.get_absolute_url()}?{urlencode({'queue': token})}"
    link = format_html('<a href="{}">{} {}</a>', address, following.number, following.listed_subject)
    messages.info(request, format_html(_("Next in the list that you came from: {}"), link))
