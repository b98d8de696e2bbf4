"""The tab of a case for what people write beside it: notes with mentions, and tasks."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agreements.actions import StepRefused
from agreements.forms.keyed import KeyedForm
from cases.actions.notes import see_mentions, withdraw_note, write_note
from cases.forms.notes import NoteForm
from cases.forms.tasks import TaskForm, TickForm
from cases.models import Case, Note
from cases.notes import notes_of, open_tasks_of, settled_tasks_of
from cases.rules import may_read_cases, may_write_beside
from cases.views.doors import carry_out, reader, seen
from cases.views.frame import frame_context
from tracker.access import only


def writable(request: HttpRequest, number: str) -> Case:
    """The case, if the reader may write beside it.

    :raises Http404: for a hidden one as for one that does not exist.
    :raises PermissionDenied: for one that the reader may only look at.
    """
    case = seen(request, number)
    if not may_write_beside(reader(request), case):
        raise PermissionDenied(_("Only the staff of both ministries write beside a case."))
    return case


@require_safe
@only(may_read_cases)
def work(request: HttpRequest, number: str) -> HttpResponse:
    """Notes and tasks of the case; the mentions of the reader count as seen from now on."""
    case = seen(request, number)
    answer = work_page(request, case)
    if case.mentions_unseen:  # type: ignore[attr-defined]
        see_mentions(by=reader(request), case=case)
    return answer


def work_page(request: HttpRequest, case: Case, **forms: KeyedForm) -> HttpResponse:
    """The page; ``forms`` are those that came back with something to correct (note, task or tick)."""
    user = reader(request)
    context: dict[str, Any] = frame_context(request, case, current="work")
    if may_write_beside(user, case):
        context["note_form"] = forms.get("note") or NoteForm(case=case, by=user)
        context["task_form"] = forms.get("task") or TaskForm(case=case, by=user)
        context["tick_form"] = forms.get("tick") or TickForm(case=case)
    context |= {
        "form": next(iter(forms.values()), None),
        "notes": notes_of(case),
        "tasks": open_tasks_of(case, context["today"]),
        "settled": settled_tasks_of(case),
    }
    return render(request, "cases/work.html", context)


@require_POST
@only(may_read_cases)
def note(request: HttpRequest, number: str) -> HttpResponse:
    """Write a note; a refusal comes back with everything that was typed."""
    case, user = writable(request, number), reader(request)
    form = NoteForm(request.POST, case=case, by=user)

    def do() -> str:
        given = form.cleaned_data
        about = {name: given[name] for name in ("text", "mentioned", "is_for_successor")}
        written = write_note(by=user, case=case, **about)
        return f"{reverse('cases:work', args=[case.number])}#note-{written.pk}"

    answer = carry_out(form, do, by=user) if form.is_valid() else None
    return answer or work_page(request, case, note=form)


@require_POST
@only(may_read_cases)
def withdraw(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take back a note of one's own."""
    case, user = writable(request, number), reader(request)
    written = get_object_or_404(Note, pk=pk, case=case)
    try:
        withdraw_note(by=user, note=written)
    except StepRefused as refused:
        raise PermissionDenied(str(refused)) from refused
    messages.success(request, _("The note is withdrawn."))
    return redirect("cases:work", case.number)
