"""Logging a request: look at the basis, keep a draft, register."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.actions import discard_draft, register_case, save_draft
from cases.forms.intake import IntakeForm
from cases.models import Case
from cases.rules import may_log
from cases.views.doors import carry_out, reader
from tracker.access import only

REGISTER, AGAIN, DRAFT, CHECK, DISCARD = "register", "again", "draft", "check", "discard"
PRESET = ("direction", "kind", "partner")


@require_http_methods(["GET", "POST"])
@only(may_log)
def new(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The form: `act` is check (propose the basis), draft, register, again (register and log another) or discard.

    A draft opens again under its own address, for its author alone.
    """
    user, act = reader(request), request.POST.get("act", REGISTER)
    draft = get_object_or_404(Case.objects.drafts().visible_to(user), pk=pk) if pk else None
    form = IntakeForm(
        request.POST or None,
        by=user,
        today=timezone.localdate(),
        draft=draft,
        is_complete=act != DRAFT,
        initial={name: request.GET[name] for name in PRESET if name in request.GET},
    )
    answer = _answer(request, form, act) if request.method == "POST" else None
    return answer or render(request, "cases/new.html", {"form": form, "draft": draft, "act": act})


def _answer(request: HttpRequest, form: IntakeForm, act: str) -> HttpResponse | None:
    """Where to go after what was asked; None to show the form, with what is to be corrected."""
    if act == DISCARD and form.draft:
        discard_draft(by=form.by, draft=form.draft)
        messages.success(request, _("The draft is discarded."))
        return redirect("cases:list")
    if act == CHECK:
        form.is_valid()
        form.forgive()
        return None
    if not form.is_valid():
        return None
    return _save_draft(request, form) if act == DRAFT else _register(request, form, again=act == AGAIN)


def _save_draft(request: HttpRequest, form: IntakeForm) -> HttpResponse | None:
    def do() -> str:
        return save_draft(by=form.by, intake=form.intake(), draft=form.draft).get_absolute_url()

    answer = carry_out(form, do, by=form.by)
    if answer:
        messages.success(request, _("The draft is saved. You can go on with it from your first page."))
    return answer


def _register(request: HttpRequest, form: IntakeForm, *, again: bool) -> HttpResponse | None:
    """Register and lead to the case, or to the next empty form."""

    def do() -> str:
        today = timezone.localdate()
        case = register_case(
            by=form.by, intake=form.intake(), today=today, officer=form.officer, draft=form.draft
        )
        return case.get_absolute_url()

    answer = carry_out(form, do, by=form.by)
    if answer is None:
        return None
    messages.success(request, _("The case is registered."))
    if not again:
        return answer
    kept = f"direction={form.cleaned_data['direction']}&kind={form.cleaned_data['kind']}"
    return redirect(f"{reverse('cases:new')}?{kept}")
