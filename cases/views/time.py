"""The time of a case: its clocks stopped and restarted, put on hold and taken back, extended, and put right."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cases.actions.extensions import ask_extension, decide_extension
from cases.actions.time import (
    correct_stop,
    end_hold,
    put_on_hold,
    restart_clock,
    stop_clock,
    withdraw_interval,
)
from cases.forms.time import (
    CaseForm,
    CorrectStopForm,
    DecisionForm,
    ExtensionForm,
    HoldForm,
    RestartForm,
    ResumeForm,
    StopForm,
    WithdrawIntervalForm,
)
from cases.models import Case, Interval
from cases.rules import may_change_time, may_decide_extension, may_read_cases
from cases.views.doors import carry_out, reader, seen
from cases.views.frame import frame_context
from tracker.access import only
from tracker.models import User


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one page: its heading, what it does, its button, and what is said when it is done."""

    title: Promise
    lead: Promise
    button: Promise
    done: Promise


STOP = Words(
    gettext_lazy("Stop the clocks"),
    gettext_lazy("Days from then on do not count in our own service levels. Terms of law go on."),
    gettext_lazy("Stop the clocks"),
    gettext_lazy("The clocks are stopped."),
)
RESTART = Words(
    gettext_lazy("Restart the clocks"),
    gettext_lazy("The days count again."),
    gettext_lazy("Restart the clocks"),
    gettext_lazy("The clocks run again."),
)
HOLD = Words(
    gettext_lazy("Put on hold"),
    gettext_lazy("The case leaves the queues until the day that you choose. Its time limits go on."),
    gettext_lazy("Put on hold"),
    gettext_lazy("The case is on hold."),
)
RESUME = Words(
    gettext_lazy("Take back from hold"),
    gettext_lazy("The case returns to the queues today."),
    gettext_lazy("Take it back"),
    gettext_lazy("The case is back."),
)
EXTENSION = Words(
    gettext_lazy("Ask for more time"),
    gettext_lazy("Limits that a law sets without an extension are not offered."),
    gettext_lazy("Ask for it"),
    gettext_lazy("More time is asked for; a supervisor decides."),
)
DECISION = Words(
    gettext_lazy("Decide on more time"),
    gettext_lazy("An approved extension moves the due day at once."),
    gettext_lazy("Record the decision"),
    gettext_lazy("The decision is recorded."),
)
CORRECTION = Words(
    gettext_lazy("Correct a stop of the clocks"),
    gettext_lazy("The old entry stays visible, struck, with your name and reason."),
    gettext_lazy("Record the correction"),
    gettext_lazy("The correction is recorded."),
)
WITHDRAWAL = Words(
    gettext_lazy("Withdraw a stop or hold"),
    gettext_lazy("The entry stays visible, struck, with your name and reason."),
    gettext_lazy("Withdraw the entry"),
    gettext_lazy("The entry is withdrawn."),
)


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def stop(request: HttpRequest, number: str) -> HttpResponse:
    """Stop the clocks of the service levels from a day on."""
    case, user, today = _opened(request, number)
    form = StopForm(request.POST or None, case=case, initial={"began_on": today})

    def do() -> None:
        stop_clock(by=user, case=case, today=today, **_given(form, "category", "began_on", "reason"))

    return _answer(request, form, do, STOP)


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def restart(request: HttpRequest, number: str) -> HttpResponse:
    """Let the days count again."""
    case, user, today = _opened(request, number)
    form = RestartForm(request.POST or None, case=case, initial={"ended_on": today})

    def do() -> None:
        restart_clock(by=user, case=case, today=today, **_given(form, "ended_on"))

    return _answer(request, form, do, RESTART)


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def hold(request: HttpRequest, number: str) -> HttpResponse:
    """Put the case aside until a day."""
    case, user, today = _opened(request, number)
    form = HoldForm(request.POST or None, case=case)

    def do() -> None:
        put_on_hold(by=user, case=case, today=today, **_given(form, "until", "reason"))

    return _answer(request, form, do, HOLD)


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def resume(request: HttpRequest, number: str) -> HttpResponse:
    """Take the case back before its day."""
    case, user, today = _opened(request, number)
    form = ResumeForm(request.POST or None, case=case)

    def do() -> None:
        end_hold(by=user, case=case, today=today, **_given(form))

    return _answer(request, form, do, RESUME)


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def extension(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for more time on one clock."""
    case, user, today = _opened(request, number)
    form = ExtensionForm(request.POST or None, case=case, today=today)

    def do() -> None:
        ask_extension(by=user, case=case, today=today, **_given(form, "clock", "due_asked", "reason"))

    return _answer(request, form, do, EXTENSION)


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def decide(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Approve or refuse an extension; another supervisor's matter."""
    case, user, _today = _opened(request, number)
    asked = case.extensions.select_related("asked_by").filter(pk=pk).first()
    if asked is None:
        raise Http404
    asked.case = case
    if not may_decide_extension(user, asked):
        raise PermissionDenied(_("Another supervisor of Justice decides on an extension."))
    form = DecisionForm(request.POST or None, case=case, extension=asked)

    def do() -> None:
        given = _given(form, "reason")
        decide_extension(by=user, extension=asked, is_approved=form.is_approved, **given)

    return _answer(request, form, do, DECISION, asked=asked)


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def correct(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Write a stop anew as it should have been recorded."""
    case, user, today = _opened(request, number)
    row = _interval(case, pk)
    if row.sort != Interval.Sort.STOP:
        raise Http404
    form = CorrectStopForm(request.POST or None, case=case, interval=row)

    def do() -> None:
        given = _given(form, "category", "began_on", "ended_on", "reason")
        correct_stop(by=user, interval=row, today=today, **given)

    return _answer(request, form, do, CORRECTION, interval=row)


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def withdraw(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take back a stop or a hold that was recorded by mistake."""
    case, user, today = _opened(request, number)
    row = _interval(case, pk)
    form = WithdrawIntervalForm(request.POST or None, case=case)

    def do() -> None:
        withdraw_interval(by=user, interval=row, today=today, **_given(form, "reason"))

    return _answer(request, form, do, WITHDRAWAL, interval=row)


def _opened(request: HttpRequest, number: str) -> tuple[Case, User, date]:
    """The case, the reader and today, for whoever may change the time of the case.

    :raises Http404: when the reader does not see it.
    :raises PermissionDenied: without the right.
    """
    case, user = seen(request, number), reader(request)
    if not may_change_time(user, case):
        raise PermissionDenied(_("Justice stops and restarts the clocks of a case."))
    return case, user, timezone.localdate()


def _interval(case: Case, pk: int) -> Interval:
    """:raises Http404: for one of another case, or that was withdrawn."""
    row = case.intervals.standing().filter(pk=pk).first()
    if row is None:
        raise Http404
    row.case = case
    return row


def _given(form: CaseForm, *names: str) -> dict[str, Any]:
    """What the form says, by name, with the version that its reader saw."""
    return {name: form.cleaned_data[name] for name in (*names, "version")}


def _answer(
    request: HttpRequest, form: CaseForm, do: Callable[[], None], words: Words, **more: object
) -> HttpResponse:
    """Do it and lead back to the case, or show the form with what is to be corrected."""
    case = form.case

    def done() -> str:
        do()
        return f"{case.get_absolute_url()}#clocks"

    answer = carry_out(form, done, by=reader(request), case=case) if form.is_valid() else None
    if answer:
        messages.success(request, str(words.done))
        return answer
    context = frame_context(request, case, current="overview") | {"form": form, "words": words} | more
    return render(request, "cases/time/change.html", context)
