"""One note per partner: every open request that waits for the other side, and one reminder over them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements.models import Partner
from cases.actions.letters import draft_note
from cases.forms.letters.drafting import LetterForm
from cases.letters.outstanding import Outstanding, Rest, outstanding, rest
from cases.models import Letter
from cases.rules import may_read_cases, works_on_cases
from cases.views.doors import reader
from cases.views.letters.doors import carry_out, require, twin
from tracker.access import only


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The open requests to the partner, and the draft of the one note over those whose promised day has come."""
    partner, user, today = get_object_or_404(Partner, code=code), reader(request), timezone.localdate()
    rows, resting = outstanding(partner, reader=user, today=today), rest(partner, today=today)
    form = _form(request, rows, resting)

    def do() -> str:
        assert form is not None  # noqa: S101 - carried out only with one
        given: dict[str, Any] = {"cases": form.chosen(), "text": form.text(), "today": today}
        return draft_note(by=user, partner=partner, **given).get_absolute_url()

    answer = twin(request) or (carry_out(request, form, do) if form else None)
    if answer:
        messages.success(request, _("The draft is saved. Look at it, then submit it."))
    context = {"partner": partner, "rows": rows, "rest": resting, "form": form, "today": today}
    return answer or render(request, "cases/letters/note.html", context)


def _form(request: HttpRequest, rows: list[Outstanding], resting: Rest) -> LetterForm | None:
    """The form of the note; None while no note may go, unless one was sent that the action is to refuse in words."""
    user, is_sent = reader(request), request.method == "POST"
    require(works_on_cases(user) or not is_sent, _("Justice drafts the letters of a case."))
    about = [row.case for row in rows if row.is_taken] or [row.case for row in rows if is_sent]
    if not about or not works_on_cases(user) or not (resting.is_over or is_sent):
        return None
    return LetterForm(request.POST or None, kind=Letter.Kind.REMINDER, about=about, by=user)
