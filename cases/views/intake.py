"""Logging a request: what follows from what is typed, drafts, and registering."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from agreements.forms.keyed import KeyedForm
from agreements.views.deeds import done_already, keep_uploads
from cases.actions import discard_draft, register_within, save_draft
from cases.actions.links import link_cases
from cases.actions.papers import file_papers, keep_with_draft
from cases.actions.people import record_search
from cases.duplicates import SAME_PERSON, mark_of_question
from cases.forms.intake import IntakeForm
from cases.forms.named import NAMES
from cases.models import Case, CaseLink
from cases.rules import may_log
from cases.views.doors import carry_out, reader
from tracker.access import only
from tracker.actions import drop_drafts_at
from tracker.looks import shown_many
from tracker.models import User
from tracker.roles import Secrecy
from tracker.views.drafts import keep_draft, sent_or_drafted

REGISTER, AGAIN, DRAFT, CHECK, DISCARD = "register", "again", "draft", "check", "discard"
PRESET = ("direction", "kind", "partner")


@sensitive_post_parameters(*NAMES)
@require_http_methods(["GET", "POST"])
@only(may_log)
def new(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The form: `act` is check (see what follows), draft, register, again (register and log another) or discard.

    A draft opens again under its own address, for its author alone. What a script saves by itself is kept apart.
    """
    user, act = reader(request), request.POST.get("act", REGISTER)
    draft = Case.objects.drafts().visible_to(user).filter(pk=pk).first() if pk else None
    if pk and draft is None:
        return _gone(request, user)
    form = IntakeForm(
        sent_or_drafted(request),
        request.FILES or None,
        by=user,
        today=timezone.localdate(),
        draft=draft,
        is_complete=act != DRAFT,
        initial={name: request.GET[name] for name in PRESET if name in request.GET},
    )
    form.asks_by_name = request.method == "POST"
    answer = _answer(request, form, act) if request.method == "POST" else None
    if request.method == "GET" and form.is_bound:
        form.forgive()
    return answer or _compared(request, form, "cases/new.html", draft=draft, act=act)


@sensitive_post_parameters(*NAMES)
@require_POST
@only(may_log)
def live(request: HttpRequest) -> HttpResponse:
    """What follows from what is typed so far: the basis, what is missing, likely duplicates. Nothing of it is kept."""
    form = IntakeForm(request.POST, by=reader(request), today=timezone.localdate(), is_complete=False)
    form.is_valid()
    form.forgive()
    return _compared(request, form, "cases/intake/live.html", act=CHECK)


COMPARED = "compared"
"""Where the session keeps what was told of the form that it last sent: its key, the cases shown, marks of the names compared."""


def _compared(request: HttpRequest, form: IntakeForm, template: str, **context: Any) -> HttpResponse:
    """The page, which shows the likely duplicates: a look at each is noted once for the form."""
    told = _told_of(request, form)
    new = [each.case.pk for each in form.duplicates if each.case.pk not in told["cases"]]
    if new:
        shown_many(request, Case, new)
        request.session[COMPARED] = told | {"cases": [*told["cases"], *new]}
    _tell_names(request, form)
    return render(request, template, {"form": form, **context})


@sensitive_variables()
def _tell_names(request: HttpRequest, form: IntakeForm) -> None:
    """Tell the history that names were compared: once for the form, and anew for other names or another partner."""
    if not (form.is_bound and form.asks_by_name):
        return
    told = _told_of(request, form)
    mark = mark_of_question(form.intake(), reader=form.by, form=told["form"])
    if mark and mark not in told["names"]:
        record_search(by=form.by, found=sum(SAME_PERSON in each.reasons for each in form.duplicates))
        request.session[COMPARED] = told | {"names": [*told["names"], mark]}


def _told_of(request: HttpRequest, form: IntakeForm) -> dict[str, Any]:
    key = str(form.submission_key() or "") if form.is_bound else ""
    told: dict[str, Any] = request.session.get(COMPARED, {})
    return told if told.get("form") == key else {"form": key, "cases": [], "names": []}


def _gone(request: HttpRequest, user: User) -> HttpResponse:
    """The draft is no draft any more: a form that was sent twice leads to what it became.

    :raises Http404: for everything else.
    """
    done = done_already(KeyedForm(request.POST), by=user) if request.method == "POST" else None
    if done is None:
        raise Http404
    return done


def _answer(request: HttpRequest, form: IntakeForm, act: str) -> HttpResponse | None:
    """Where to go after what was asked; None to show the form, with what is to be corrected."""
    if act == DRAFT and request.headers.get("X-Autosave"):
        return _keep(request, form)
    if act == DISCARD and form.draft:
        discard_draft(by=form.by, draft=form.draft)
        drop_drafts_at(by=form.by, address=request.path)
        messages.success(request, _("The draft is discarded."))
        return redirect("cases:list")
    if answer := _keep_files(request, form):
        return answer
    is_valid = form.is_valid()
    if act == CHECK or "drop" in request.POST:
        form.forgive()
        return None
    if is_valid and act == DRAFT:
        return _save_draft(request, form)
    if is_valid and form.is_told_apart():
        _tell_names(request, form)
        return _register(request, form, again=act == AGAIN)
    return done_already(form, by=form.by)


def _keep_files(request: HttpRequest, form: IntakeForm) -> HttpResponse | None:
    """Keep what was uploaded, whatever else is wrong, and take off what is not wanted; where a twin is to go."""
    if not request.FILES and "drop" not in request.POST:
        return None
    if answer := done_already(form, by=form.by):
        return answer
    keep_uploads(form, secrecy=Secrecy.ORDINARY)  # for its writer alone, until the case says how secret it is
    return None


def _file(form: IntakeForm, case: Case) -> None:
    """Make what was uploaded documents of the case."""
    key = form.upload_key()
    if key and form.waiting():
        file_papers(by=form.by, key=key, case=case)


def _keep(request: HttpRequest, form: IntakeForm) -> HttpResponse:
    """Keep everything that was typed, just as it was typed."""
    title = f"{_('Log a case')}: {form['subject'].value() or form['partner'].value() or '—'}"
    return keep_draft(request, form.submission_key(), title, form.typed())


def _save_draft(request: HttpRequest, form: IntakeForm) -> HttpResponse | None:
    def do() -> str:
        draft = save_draft(by=form.by, intake=form.intake(), draft=form.draft)
        if form.draft is None:
            keep_with_draft(by=form.by, key=form.cleaned_data["key"], draft=draft)
        return draft.get_absolute_url()

    answer = carry_out(form, do, by=form.by)
    if answer:
        messages.success(request, _("The draft is saved. You can go on with it from your first page."))
    return answer


def _register(request: HttpRequest, form: IntakeForm, *, again: bool) -> HttpResponse | None:
    """Register and lead to the case, or to the next empty form."""

    def do() -> str:
        today, intake = timezone.localdate(), form.intake()
        case = register_within(by=form.by, intake=intake, today=today, officer=form.officer, draft=form.draft)
        _file(form, case)
        if form.duplicate_of:
            link_cases(by=form.by, case=case, other=form.duplicate_of, kind=CaseLink.Kind.DUPLICATE)
        return case.get_absolute_url()

    answer = carry_out(form, do, by=form.by)
    if answer is None:
        return None
    if form.draft:
        drop_drafts_at(by=form.by, address=request.path)
    messages.success(request, _("The case is registered."))
    if not again:
        return answer
    kept = f"direction={form.cleaned_data['direction']}&kind={form.cleaned_data['kind']}"
    return redirect(f"{reverse('cases:new')}?{kept}")
