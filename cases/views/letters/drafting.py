"""Drafting and changing a letter."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.actions.letters import draft_letter, edit_letter
from cases.forms.letters.drafting import LetterForm
from cases.letters.kinds import kinds_for
from cases.models import Letter
from cases.rules import may_draft_letter, may_edit_letter, may_read_cases
from cases.views.doors import reader, seen
from cases.views.frame import frame_context
from cases.views.letters.doors import carry_out, require, seen_letter, twin
from tracker.access import only


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def new(request: HttpRequest, number: str) -> HttpResponse:
    """Draft a letter in a case: choose its kind (`kind` in the address), then its paragraphs."""
    case, user = seen(request, number), reader(request)
    require(may_draft_letter(user, case), _("Justice drafts the letters of a case."))
    kind = request.GET.get("kind", "")
    context = frame_context(request, case, current="letters")
    if kind not in kinds_for(case.direction):
        choices = [(one, Letter.Kind(one).label) for one in kinds_for(case.direction)]
        return render(request, "cases/letters/kind.html", context | {"choices": choices})
    form = LetterForm(request.POST or None, kind=kind, about=[case], by=user)

    def do() -> str:
        return draft_letter(by=user, kind=kind, cases=[case], text=form.text()).get_absolute_url()

    answer = twin(request) or carry_out(request, form, do)
    if answer:
        messages.success(request, _("The draft is saved. Look at it, then submit it."))
    label = Letter.Kind(kind).label
    return answer or render(request, "cases/letters/new.html", context | {"form": form, "kind": label})


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    letter, cases = seen_letter(request, pk)
    user = reader(request)
    if answer := twin(request):
        return answer
    require(may_edit_letter(user, letter), _("Only a draft can be changed."))
    form = LetterForm(request.POST or None, kind=letter.kind, about=cases, by=user, letter=letter)

    def do() -> str:
        given = {"version": form.cleaned_data["version"], "cases": form.chosen()}
        return edit_letter(by=user, letter=letter, text=form.text(), **given).get_absolute_url()

    answer = carry_out(request, form, do, letter)
    if answer:
        messages.success(request, _("The draft is saved. Look at it, then submit it."))
    context = {"form": form, "letter": letter, "kind": letter.get_kind_display()}
    return answer or render(request, "cases/letters/edit.html", context)
