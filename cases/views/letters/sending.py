"""Sending a countersigned letter."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.actions.letters import send_letter
from cases.forms.letters.sending import SendForm
from cases.rules import may_read_cases, may_send_letter
from cases.views.doors import reader
from cases.views.letters.doors import carry_out, require, seen_letter, twin
from tracker.access import only


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the letter its number and day; it is frozen then, and the step that it means is recorded with it."""
    letter, cases = seen_letter(request, pk)
    user, today = reader(request), timezone.localdate()
    if answer := twin(request):
        return answer
    require(may_send_letter(user, letter), _("A letter is sent once it is countersigned."))
    form = SendForm(request.POST or None, letter=letter, about=cases, by=user, today=today)

    def do() -> str:
        version = form.cleaned_data["version"]
        sent = send_letter(by=user, letter=letter, sending=form.sending(), today=today, version=version)
        return sent.get_absolute_url()

    answer = carry_out(request, form, do, letter)
    if answer:
        messages.success(request, _("The letter is recorded as sent. From now on nothing of it changes."))
    context = {"form": form, "letter": letter, "cases": cases}
    return answer or render(request, "cases/letters/send.html", context)
