"""Looking at letters: the correspondence of a case, one letter with its translation, its papers, what waits."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from agreements.actions import StepRefused
from cases.actions.letters import (
    countersign_letter,
    print_letter,
    return_letter,
    submit_letter,
    withdraw_draft,
)
from cases.forms.letters.drafting import ActForm
from cases.letters.reading import answered_by, correspondence, on_their_way, papers_of
from cases.letters.sheets import is_intact
from cases.models import Case, Letter
from cases.rules import (
    may_countersign,
    may_draft_letter,
    may_edit_letter,
    may_log_letter,
    may_read_cases,
    may_return_letter,
    may_send_letter,
    may_withdraw_letter,
)
from cases.views.doors import reader, seen
from cases.views.frame import frame_context
from cases.views.letters.doors import carry_out, seen_letter, twin
from tracker.access import only
from tracker.documents import KINDS, content_disposition
from tracker.paper import missing_glyphs

SUBMIT, COUNTERSIGN, RETURN, WITHDRAW = "submit", "countersign", "return", "withdraw"
SAID = {
    SUBMIT: lambda: _("The letter is submitted for countersignature."),
    COUNTERSIGN: lambda: _("The letter is countersigned. It can be sent now."),
    RETURN: lambda: _("The letter is returned to its drafter."),
    WITHDRAW: lambda: _("The draft is withdrawn."),
}


@require_safe
@only(may_read_cases)
def letters(request: HttpRequest, number: str) -> HttpResponse:
    """The correspondence of a case, in and out, with what each letter that came in means."""
    case, user = seen(request, number), reader(request)
    context = frame_context(request, case, current="letters") | {
        "rows": correspondence(case, reader=user),
        "may_draft": may_draft_letter(user, case),
        "may_log": may_log_letter(user, case),
    }
    return render(request, "cases/letters/list.html", context)


@require_safe
@only(may_read_cases)
def waiting(request: HttpRequest) -> HttpResponse:
    """The letters that wait for the reader: to countersign, to go on with, to send, to be understood."""
    return render(request, "cases/letters/waiting.html", on_their_way(reader(request)))


@require_safe
@only(may_read_cases)
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter: both languages side by side, where it stands, and what may be done with it."""
    found, cases = seen_letter(request, pk)
    return _page(request, found, cases)


def _page(
    request: HttpRequest, found: Letter, cases: list[Case], form: ActForm | None = None
) -> HttpResponse:
    user = reader(request)
    texts = [found.addressee, found.subject_zh, found.enclosures, *(one["zh"] for one in found.paragraphs)]
    context: dict[str, Any] = {
        "letter": found,
        "cases": cases,
        "answered": answered_by(found, reader=user),
        "about": found.about.select_related("case", "settled_by").order_by("case__number"),
        "papers": papers_of([found], user)[str(found.pk)],
        "form": form,
        "act_form": form or ActForm(version=found.version),
        "may_edit": may_edit_letter(user, found),
        "may_countersign": may_countersign(user, found),
        "may_return": may_return_letter(user, found),
        "is_intact": is_intact(found, cases),
        "may_send": may_send_letter(user, found),
        "may_withdraw": may_withdraw_letter(user, found),
        "may_log": any(may_log_letter(user, case) for case in cases),
        "missing": missing_glyphs(texts),
        "today": timezone.localdate(),
    }
    return render(request, "cases/letters/detail.html", context)


@require_POST
@only(may_read_cases)
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Submit, countersign, return or withdraw; a refusal comes back on the letter's page."""
    found, cases = seen_letter(request, pk)
    name = request.POST.get("act", "")
    if name not in SAID:
        raise Http404
    form, user = ActForm(request.POST), reader(request)

    def do() -> str:
        about = {"by": user, "letter": found, "version": form.cleaned_data["version"]}
        if name == RETURN:
            return_letter(**about, reason=form.cleaned_data["reason"])
        else:
            {SUBMIT: submit_letter, COUNTERSIGN: countersign_letter, WITHDRAW: withdraw_draft}[name](**about)
        return found.get_absolute_url()

    answer = twin(request) or carry_out(request, form, do, found)
    if answer:
        messages.success(request, SAID[name]())
    return answer or _page(request, found, cases, form)


@require_GET
@only(may_read_cases)
def paper(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The letter as it stands on paper, ODT or PDF, also as a diplomatic note (`as=note`); as kept, once it was sent."""
    found, _cases = seen_letter(request, pk)
    if form not in ("odt", "pdf") or found.way != Letter.Way.OUT or not found.paragraphs:
        raise Http404
    as_note = request.GET.get("as") == "note"
    try:
        data = print_letter(by=reader(request), letter=found, form=form, as_note=as_note)
    except StepRefused as refused:
        messages.error(request, str(refused.reason))
        return redirect(found)
    response = HttpResponse(data, content_type=KINDS[form].content_type)
    response["Content-Disposition"] = content_disposition(
        f"{found.number or 'letter-' + str(found.pk)}.{form}"
    )
    response["Cache-Control"] = "no-store"
    return response
