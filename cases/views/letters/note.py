"""One note per partner: every open request that waits for the other side, and one reminder over them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements.models import Partner
from cases.actions.letters import draft_note
from cases.forms.letters.drafting import LetterForm
from cases.letters.outstanding import outstanding, rest
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
    about = [row.case for row in rows if row.is_taken]
    form = None
    if (about and works_on_cases(user) and resting.is_over) or request.method == "POST":
        require(works_on_cases(user), _("Justice drafts the letters of a case."))
        listed = about or [row.case for row in rows]
        form = (
            LetterForm(request.POST or None, kind=Letter.Kind.REMINDER, about=listed, by=user)
            if listed
            else None
        )

    def do() -> str:
        assert form is not None  # noqa: S101 - carried out only with one
        text = form.text()
        return draft_note(
            by=user, partner=partner, cases=form.chosen(), text=text, today=today
        ).get_absolute_url()

    answer = twin(request) or (carry_out(request, form, do) if form else None)
    if answer:
        messages.success(request, _("The draft is saved. Look at it, then submit it."))
    context = {"partner": partner, "rows": rows, "rest": resting, "form": form, "today": today}
    return answer or render(request, "cases/letters/note.html", context)
