"""Contacts with a partner: the list, recording one, withdrawing one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreements.actions import record_contact, withdraw_contact
from agreements.forms.contacts import ContactForm, WithdrawContactForm
from agreements.models import Contact, Partner
from agreements.rules import may_record_contact, may_withdraw_contact
from agreements.views.deeds import carry_out
from agreements.views.doors import reader, require


@require_safe
def contacts(request: HttpRequest, code: str) -> HttpResponse:
    """Every contact that the reader may see, the newest first, those withdrawn struck."""
    user = reader(request)
    partner = get_object_or_404(Partner, code=code)
    seen = partner.contacts_made.visible_to(user).select_related("recorded_by")
    context = {"partner": partner, "rows": list(seen), "may_record": may_record_contact(user)}
    return render(request, "agreements/contacts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_contact(request: HttpRequest, code: str) -> HttpResponse:
    """Record a contact."""
    user, today = reader(request), timezone.localdate()
    partner = get_object_or_404(Partner, code=code)
    require(
        may_record_contact(user), _("Only officers and supervisors of the two ministries record contacts.")
    )
    form = ContactForm(request.POST or None, by=user, today=today)

    def do() -> str:
        names = ("kind", "held", "words", "secrecy", "declassify_on", "declassify_when")
        given = {name: form.cleaned_data[name] for name in names}
        record_contact(by=user, partner=partner, today=today, **given)
        return reverse("agreements:contacts", args=[partner.code])

    answer = carry_out(form, do, by=user) if request.method == "POST" else None
    return answer or render(request, "agreements/contact.html", {"form": form, "partner": partner})


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a contact back, with the reason."""
    user = reader(request)
    seen = Contact.objects.visible_to(user).select_related("partner")
    contact = get_object_or_404(seen, pk=pk, partner__code=code)
    allowed = may_withdraw_contact(user, contact)
    require(allowed, _("Only officers and supervisors of the two ministries withdraw contacts."))
    form = WithdrawContactForm(request.POST or None)

    def do() -> str:
        withdraw_contact(by=user, contact=contact, reason=form.cleaned_data["reason"])
        return reverse("agreements:contacts", args=[code])

    answer = carry_out(form, do, by=user) if request.method == "POST" else None
    context = {"form": form, "contact": contact, "partner": contact.partner}
    return answer or render(request, "agreements/contact_withdraw.html", context)
