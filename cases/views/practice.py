"""Practice cards: reading one, and adding, replacing, verifying and withdrawing its lines."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreements.forms.keyed import KeyedForm
from agreements.models import Partner
from cases.actions.practice import add_line, change_line, verify_line, withdraw_line
from cases.forms.practice import LineForm, VerifyForm, WithdrawForm
from cases.models import AssistanceItem, PracticeLine
from cases.practice import card_of
from cases.rules import may_keep_practice, may_read_cases
from cases.views.doors import carry_out, reader
from tracker.access import only

PRESET = ("topic", "measure", "text_zh", "text_en")


@require_safe
@only(may_read_cases)
def card(request: HttpRequest, code: str, measure: str = "") -> HttpResponse:
    """How this partner wants to be asked, for whatever is asked or for one kind of assistance."""
    if measure and measure not in AssistanceItem.Kind.values:
        raise Http404
    partner, user, today = get_object_or_404(Partner, code=code), reader(request), timezone.localdate()
    context = {
        "partner": partner,
        "card": card_of(partner, reader=user, today=today, measure=measure),
        "kinds": AssistanceItem.Kind.choices,
        "may_keep": may_keep_practice(user),
        "today": today,
    }
    return render(request, "cases/practice/card.html", context)


@require_http_methods(["GET", "POST"])
@only(may_keep_practice)
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Add a line; the address may name its topic, what it holds for and its text."""
    partner, today = get_object_or_404(Partner, code=code), timezone.localdate()
    initial = {name: request.GET[name] for name in PRESET if name in request.GET}
    form = LineForm(request.POST or None, today=today, initial=initial)

    def do() -> None:
        add_line(by=reader(request), partner=partner, said=form.said(), today=today)

    words = {"title": _("Add a line"), "button": _("Add the line")}
    return _carry_out(request, form, do, partner, words, _("The line stands on the card."))


@require_http_methods(["GET", "POST"])
@only(may_keep_practice)
def change(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Put another line in the place of this one."""
    line, today = _line(code, pk), timezone.localdate()
    form = LineForm(request.POST or None, today=today, line=line)

    def do() -> None:
        change_line(by=reader(request), line=line, said=form.said(), today=today)

    words = {"title": _("Replace a line"), "button": _("Replace the line")}
    return _carry_out(request, form, do, line.partner, words, _("The line is replaced."), line)


@require_http_methods(["GET", "POST"])
@only(may_keep_practice)
def verify(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say that the line still holds."""
    line, today = _line(code, pk), timezone.localdate()
    form = VerifyForm(request.POST or None, today=today, line=line)

    def do() -> None:
        given = {name: form.cleaned_data[name] for name in ("verified_on", "source")}
        verify_line(by=reader(request), line=line, today=today, **given)

    words = {"title": _("Verify a line"), "button": _("It still holds")}
    return _carry_out(request, form, do, line.partner, words, _("The line is verified."), line)


@require_http_methods(["GET", "POST"])
@only(may_keep_practice)
def withdraw(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take the line off the card, with the reason."""
    line = _line(code, pk)
    form = WithdrawForm(request.POST or None)

    def do() -> None:
        withdraw_line(by=reader(request), line=line, reason=form.cleaned_data["reason"])

    words = {"title": _("Withdraw a line"), "button": _("Withdraw the line")}
    return _carry_out(request, form, do, line.partner, words, _("The line is withdrawn."), line)


def _line(code: str, pk: int) -> PracticeLine:
    lines = PracticeLine.objects.select_related("partner", "verified_by")
    return get_object_or_404(lines, pk=pk, partner__code=code)


def _carry_out(
    request: HttpRequest,
    form: KeyedForm,
    do: Callable[[], None],
    partner: Partner,
    words: dict[str, str],
    done: str,
    line: PracticeLine | None = None,
) -> HttpResponse:
    """Do it once and lead back to the card, or show the form with what is to be corrected."""
    url = reverse("practice:card", args=[partner.code])

    def and_lead_back() -> str:
        do()
        return url

    answer = None
    if request.method == "POST" and form.is_valid():
        answer = carry_out(form, and_lead_back, by=reader(request))
    if answer:
        messages.success(request, done)
    context = {"form": form, "partner": partner, "line": line, "card_url": url} | words
    return answer or render(request, "cases/practice/form.html", context)
