"""The reciprocity ledger: all partners, and one of them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agreements.models import Partner
from agreements.views.doors import reader
from reports.asked import parameter_words
from reports.forms.reciprocity import LedgerForm, PartnerLedgerForm
from reports.frame import frame_context
from reports.ledgerpage import ledger_page, partner_ledger
from reports.rules import may_read_reports
from tracker.access import only
from tracker.commands import taipei_today


@require_safe
@only(may_read_reports)
def ledger(request: HttpRequest) -> HttpResponse:
    """What each side did for the other, partner by partner."""
    form = LedgerForm(request.GET or None, today=taipei_today())
    asked = form.parameters()
    page = ledger_page(asked, form.order, reader=reader(request))
    context = {"form": form, "page": page, "said": parameter_words(asked), "asked": asked}
    return render(request, "reports/reciprocity.html", context | frame_context("reciprocity"))


@require_safe
@only(may_read_reports)
def partner(request: HttpRequest, code: str) -> HttpResponse:
    """The ledger of one partner, by year and by what was asked."""
    found = get_object_or_404(Partner, code=code)
    form = PartnerLedgerForm(request.GET or None, today=taipei_today())
    asked = form.parameters()
    page = partner_ledger(found, asked, reader=reader(request))
    context = {"form": form, "page": page, "partner": found, "said": parameter_words(asked), "asked": asked}
    return render(request, "reports/reciprocity_partner.html", context | frame_context("reciprocity"))
