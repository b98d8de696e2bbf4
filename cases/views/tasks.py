"""Tasks on a case: adding one, ticking, whose it is, dropping it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agreements.actions import StepRefused
from cases.actions.tasks import add_task, do_tasks, drop_task, give_task, undo_task
from cases.forms.tasks import DropTaskForm, GiveTaskForm, TaskForm, TickForm
from cases.models import Case, Task
from cases.rules import may_read_cases, may_write_beside
from cases.views.doors import carry_out, reader, seen
from cases.views.frame import frame_context
from cases.views.notes import work_page, writable
from tracker.access import only

DROP, GIVE = "drop", "give"


def _page_of(case: Case) -> str:
    return f"{reverse('cases:work', args=[case.number])}#tasks"


@require_POST
@only(may_read_cases)
def add(request: HttpRequest, number: str) -> HttpResponse:
    """Put down a task."""
    case, user = writable(request, number), reader(request)
    form = TaskForm(request.POST, case=case, by=user)

    def do() -> str:
        words = form.cleaned_data["words"]
        add_task(by=user, case=case, words=words, today=timezone.localdate(), **form.given())
        return _page_of(case)

    answer = carry_out(form, do, by=user) if form.is_valid() else None
    return answer or work_page(request, case, task=form)


@require_POST
@only(may_read_cases)
def tick(request: HttpRequest, number: str) -> HttpResponse:
    """Tick tasks off, from whichever page of this house the ticks came from."""
    case, user = writable(request, number), reader(request)
    form = TickForm(request.POST, case=case)

    def do() -> str:
        do_tasks(by=user, case=case, tasks=form.cleaned_data["tasks"])
        back = request.POST.get("next", "")
        own = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
        return back if own and back.startswith("/") else _page_of(case)

    answer = carry_out(form, do, by=user) if form.is_valid() else None
    if answer:
        messages.success(request, _("The tasks are ticked off."))
    return answer or work_page(request, case, tick=form)


@require_POST
@only(may_read_cases)
def undo(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Open a settled task again."""
    case, user = writable(request, number), reader(request)
    task = get_object_or_404(Task, pk=pk, case=case)
    try:
        undo_task(by=user, task=task)
    except StepRefused as refused:
        raise PermissionDenied(str(refused)) from refused
    messages.success(request, _("The task is open again."))
    return redirect(_page_of(case))


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def change(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One task: give it to somebody else or to another day, or drop it with a reason."""
    case = seen(request, number)
    task = get_object_or_404(Task.objects.select_related("assigned_to", "made_by"), pk=pk, case=case)
    act = request.POST.get("act", "")
    may_write = may_write_beside(reader(request), case)
    if act and not may_write:
        raise PermissionDenied(_("Only the staff of both ministries write beside a case."))
    given = GiveTaskForm(
        request.POST if act == GIVE else None,
        case=case,
        auto_id="give_%s",
        initial={"due_on": task.due_on, "assigned_to": task.assigned_to_id},
    )
    dropped = DropTaskForm(request.POST if act == DROP else None, auto_id="drop_%s")
    answer = _carry(request, task, dropped if act == DROP else given) if act in (DROP, GIVE) else None
    context = frame_context(request, case, current="work") | {
        "task": task,
        "give_form": given,
        "drop_form": dropped,
        "form": dropped if act == DROP else given,
        "may_write": may_write,
    }
    return answer or render(request, "cases/task.html", context)


def _carry(request: HttpRequest, task: Task, form: GiveTaskForm | DropTaskForm) -> HttpResponse | None:
    """Do what the form says; None to show it again."""
    user = reader(request)

    def do() -> str:
        if isinstance(form, DropTaskForm):
            drop_task(by=user, task=task, reason=form.cleaned_data["reason"])
        else:
            give_task(by=user, task=task, today=timezone.localdate(), **form.given())
        return _page_of(task.case)

    return carry_out(form, do, by=user) if form.is_valid() else None
