"""The log of letters made elsewhere, and what one that came in means for its cases."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements.views.deeds import keep_uploads
from cases.actions.letters import record_incoming, record_outgoing, say_meanings
from cases.forms.letters.logbook import LogForm, MeaningsForm
from cases.letters.reading import cases_on, companions, letters_to_answer
from cases.models import Letter
from cases.rules import may_log_letter, may_read_cases
from cases.views.doors import reader, seen
from cases.views.frame import frame_context
from cases.views.letters.doors import carry_out, require, seen_letter, twin
from tracker.access import only
from tracker.keys import is_key

IN, OUT = Letter.Way.IN, Letter.Way.OUT


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def log(request: HttpRequest, number: str, way: str) -> HttpResponse:
    """Log a letter that came in, or one that was sent elsewhere; after the first comes what it means."""
    case, user = seen(request, number), reader(request)
    require(may_log_letter(user, case), _("Your role does not log letters of this case."))
    if answer := twin(request):
        return answer
    form = _log_form(request, number, way)
    if request.method == "POST":
        keep_uploads(form, secrecy=case.secrecy)

    def do() -> str:
        return _logged(form, way)

    answer = carry_out(request, form, do) if "drop" not in request.POST else None
    if answer:
        messages.success(request, _("The letter is logged."))
    context = frame_context(request, case, current="letters") | {"form": form, "is_in": way == IN}
    return answer or render(request, "cases/letters/log.html", context)


def _logged(form: LogForm, way: str) -> str:
    """Log it, and where to go: to the letter, or to the question what it means."""
    given, today = form.cleaned_data, timezone.localdate()
    about: dict[str, Any] = {"by": form.by, "cases": form.chosen(), "logged": form.logged(), "today": today}
    if way == OUT:
        return record_outgoing(**about, uploads=given["key"]).get_absolute_url()
    letter = record_incoming(**about, uploads=given["key"], answers=given["answers"])
    return reverse("cases:letter_meaning", args=[letter.pk])


def _log_form(request: HttpRequest, number: str, way: str) -> LogForm:
    """The form; `answers` in the address names the letter of ours that is answered, and chooses its cases."""
    case, user = seen(request, number), reader(request)
    ours = letters_to_answer(case, reader=user)
    chosen, others = [case], companions(case, reader=user)
    initial: dict[str, Any] = {}
    answered = request.GET.get("answers", "")
    found = ours.filter(pk=int(answered)).first() if is_key(answered) else None
    if found is not None:
        chosen += [one for one in cases_on(found) if one.pk != case.pk]
        others = [one for one in others if one not in chosen]
        initial = {"answers": found}
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    return LogForm(
        *sent,
        by=user,
        way=way,
        chosen=chosen,
        others=others,
        ours=ours,
        today=timezone.localdate(),
        initial=initial,
    )


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def meaning(request: HttpRequest, pk: int) -> HttpResponse:
    """What does the letter mean for its cases? Each is marked, and all are recorded together."""
    letter, every = seen_letter(request, pk)
    user, cases = reader(request), [case for case in every if case.voided_at is None]
    allowed = letter.way == IN and bool(cases) and all(may_log_letter(user, case) for case in cases)
    require(allowed, _("Staff of both ministries say what a letter that came in means."))
    standing = letter.about.filter(case__in=cases)
    rows = list(standing.select_related("case__partner").order_by("case__number"))
    form = MeaningsForm(request.POST or None, letter=letter, rows=rows, by=user)

    def do() -> str:
        version, today = form.cleaned_data["version"], timezone.localdate()
        say_meanings(by=user, letter=letter, said=form.said(), today=today, version=version)
        return letter.get_absolute_url()

    answer = twin(request) or carry_out(request, form, do, letter)
    if answer:
        messages.success(request, _("What the letter means is recorded."))
    return answer or render(
        request, "cases/letters/meaning.html", {"form": form, "letter": letter, "cases": cases}
    )
