"""What is done to several cases at once: chosen on the list, confirmed on a page of its own."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cases.actions.bulk import MOST_AT_ONCE, Outcome, assign_many
from cases.filters import CaseFilter
from cases.forms.bulk import AssignManyForm, chosen_words
from cases.models import Case
from cases.rules import may_read_cases, works_on_cases
from cases.views.doors import carry_out, reader
from cases.views.lists import chosen_keys, listed
from tracker.access import only
from tracker.sheets import FORMATS

ASSIGN = "assign"
NAMED = 20
"""So many refused cases are named in the message; the others are counted."""
LISTED = 50


@require_safe
@only(may_read_cases)
def chosen(request: HttpRequest) -> HttpResponse:
    """Lead the ticked cases of a page to what is to be done with them; without any, back to the list."""
    keys, act, back = chosen_keys(request), request.GET.get("act", ""), request.GET.get("back", "")
    if not keys or act not in (ASSIGN, *FORMATS):
        messages.error(request, _("Select a case."))
        return redirect(_list_at(back))
    ticked = [("case", key) for key in keys]
    if act == ASSIGN:
        return redirect(f"{reverse('cases:assign_many')}?{urlencode([*ticked, ('back', back)])}")
    kept = {name: value for name, value in QueryDict(back).items() if name in ("as_of", "view", "sort")}
    return redirect(f"{reverse('cases:export')}?{urlencode([*ticked, ('format', act), *kept.items()])}")


def _list_at(query: str) -> str:
    """The list that the reader came from."""
    return f"{reverse('cases:list')}{'?' if query else ''}{query}"


def _asked(request: HttpRequest) -> tuple[CaseFilter, list[Case]]:
    """The list that the address tells, and the cases chosen of it: the ticked ones, or every one of a bounded number."""
    filtered = listed(request)
    rows = filtered.qs if "all" in request.GET else filtered.rows_of(chosen_keys(request))
    return filtered, list(filtered.order.sorted(rows.with_rows())[: MOST_AT_ONCE + 1])


@require_http_methods(["GET", "POST"])
@only(works_on_cases)
def assign(request: HttpRequest) -> HttpResponse:
    """Give several cases to an officer: the page names them and their number, and what becomes of those refused."""
    user, back = reader(request), _list_at(request.GET.get("back", ""))
    filtered, cases = _asked(request)
    if request.method == "GET" and not 0 < len(cases) <= MOST_AT_ONCE:
        messages.error(
            request, _("More than 1,000 cases: narrow the list.") if cases else _("Select a case.")
        )
        return redirect(filtered.address() if "all" in request.GET else back)
    form = AssignManyForm(request.POST or None, initial={"chosen": chosen_words(cases)})
    outcome = Outcome()

    def do() -> str:
        given = form.cleaned_data
        done = assign_many(by=user, chosen=given["chosen"], officer=given["officer"], reason=given["reason"])
        outcome.done, outcome.refused = done.done, done.refused
        return filtered.address() if "all" in request.GET else back

    answer = carry_out(form, do, by=user) if request.method == "POST" and form.is_valid() else None
    tell(request, outcome)
    context = {"form": form, "cases": cases[:LISTED], "number": len(cases), "back": back, "most": LISTED}
    return answer or render(request, "cases/assign_many.html", context | {"today": timezone.localdate()})


def tell(request: HttpRequest, outcome: Outcome) -> None:
    """Say how many cases were done, and name those that were refused, each with its reason."""
    if outcome.done:
        words = ngettext("%(number)s case is done.", "%(number)s cases are done.", len(outcome.done))
        messages.success(request, words % {"number": len(outcome.done)})
    for number, reason in outcome.refused[:NAMED]:
        messages.warning(
            request, _("%(case)s was left as it is: %(reason)s") % {"case": number, "reason": reason}
        )
    more = len(outcome.refused) - NAMED
    if more > 0:
        words = ngettext("%(number)s more case was left.", "%(number)s more cases were left.", more)
        messages.warning(request, words % {"number": more})
