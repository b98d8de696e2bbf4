"""Handing work over: looking at all that would go, doing it, and the pack that the successor ticks through."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.views.deeds import done_already
from cases.actions.handover import hand_over, tick_lines
from cases.forms.handover import HandOverForm, TickLinesForm, WhoForm
from cases.handover import handovers_seen, lines_seen, pack_of, pack_page, with_progress
from cases.models import Case, Handover
from cases.rules import may_log, may_read_cases
from cases.views.doors import carry_out, reader
from tracker.access import only
from tracker.looks import shown_many

SHOWN = 50


@require_safe
@only(may_log)
def handovers(request: HttpRequest) -> HttpResponse:
    """The packs that concern the reader, the newest first."""
    user = reader(request)
    context = {"packs": with_progress(handovers_seen(user), user)[:SHOWN], "today": timezone.localdate()}
    return render(request, "cases/handovers.html", context)


@require_http_methods(["GET", "POST"])
@only(may_log)
def new(request: HttpRequest) -> HttpResponse:
    """Choose from whom to whom, look at all that would go over, and do it."""
    user = reader(request)
    asked = WhoForm(request.GET or None, by=user, initial={"giver": user.pk})
    if not asked.is_valid():
        return render(request, "cases/handover_new.html", {"who": asked, "today": timezone.localdate()})
    form = HandOverForm(request.POST or None)
    done = done_already(form, by=user) if request.method == "POST" else None
    answer = done or (_hand_over(request, asked, form) if request.method == "POST" else None)
    if answer:
        messages.success(
            request, _("The work is handed over. The successor finds the pack on the first page.")
        )
        return answer
    pack = pack_of(asked.cleaned_data["giver"], asked.cleaned_data["taker"], by=user)
    _note_looks(request, [row.case for row in (*pack.going, *pack.staying)])
    form.show(pack.token)
    context = {"who": asked, "pack": pack, "form": form, "today": timezone.localdate()}
    return render(request, "cases/handover_new.html", context)


def _hand_over(request: HttpRequest, asked: WhoForm, form: HandOverForm) -> HttpResponse | None:
    """Do it, if the form says why and shows the pack as it stands; None to show it again."""
    user, who = reader(request), asked.cleaned_data

    def do() -> str:
        given = {name: form.cleaned_data[name] for name in ("reason", "message", "token")}
        made = hand_over(by=user, giver=who["giver"], taker=who["taker"], **given)
        return reverse("cases:handover", args=[made.pk])

    return carry_out(form, do, by=user) if form.is_valid() else None


@require_safe
@only(may_log)
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    """One pack, line by line."""
    found = get_object_or_404(handovers_seen(reader(request)), pk=pk)
    return _page(request, found, None)


def _note_looks(request: HttpRequest, cases: Iterable[Case | None]) -> None:
    """The page shows how these cases stand, and what was noted in them."""
    if keys := [case.pk for case in cases if case is not None]:
        shown_many(request, Case, keys)


def _page(request: HttpRequest, found: Handover, form: TickLinesForm | None) -> HttpResponse:
    user = reader(request)
    page = pack_page(found, user)
    _note_looks(request, [row.line.case for row in page.lines])
    takes = found.taker_id == user.pk and found.closed_at is None
    context = {
        "page": page,
        "form": form,
        "tick_form": (form or TickLinesForm(lines=lines_seen(user))) if takes else None,
        "today": timezone.localdate(),
    }
    return render(request, "cases/handover.html", context)


@require_POST
@only(may_read_cases)
def tick(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick lines of the pack off; only the successor does."""
    user = reader(request)
    found = get_object_or_404(handovers_seen(user), pk=pk)
    if found.taker_id != user.pk:
        raise PermissionDenied(_("The successor ticks the lines off."))
    form = TickLinesForm(request.POST, lines=lines_seen(user).filter(handover=found))

    def do() -> str:
        tick_lines(by=user, handover=found, lines=form.cleaned_data["lines"])
        return reverse("cases:handover", args=[found.pk])

    answer = carry_out(form, do, by=user) if form.is_valid() else None
    return answer or _page(request, found, form)
