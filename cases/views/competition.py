"""Concurrent requests: the list, laying them side by side, the decision, and telling each side."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreements.forms.keyed import KeyedForm
from cases.actions.competition import add_request, decide, gather, tell, weigh
from cases.competition import Comparison, comparison_of, competitions_seen
from cases.forms.competition import AddRequestForm, DecideForm, GatherForm, TellForm, WeighForm
from cases.models import Case, Competition
from cases.rules import may_prefer_a_request, may_read_cases, may_weigh_requests
from cases.views.doors import carry_out, reader
from tracker.access import only
from tracker.looks import shown, shown_many
from tracker.models import User

ADD, WEIGH, DECIDE, TELL = "add", "weigh", "decide", "tell"
SHOWN = 100


@require_safe
@only(may_read_cases)
def competitions(request: HttpRequest) -> HttpResponse:
    """The comparisons all of whose requests the reader may see, the newest first."""
    user = reader(request)
    rows = competitions_seen(user).select_related("preferred__partner")
    found = list(rows.prefetch_related("competitors__case__partner")[:SHOWN])
    shown_many(request, Case, [one.case_id for each in found for one in each.competitors.all()])
    context = {"competitions": found, "may_gather": may_weigh_requests(user), "today": timezone.localdate()}
    return render(request, "cases/competitions.html", context)


@require_http_methods(["GET", "POST"])
@only(may_weigh_requests)
def new(request: HttpRequest) -> HttpResponse:
    """Lay requests side by side; `?case=` names one of them already."""
    user = reader(request)
    initial = {"cases": "\n".join(request.GET.getlist("case"))}
    form = GatherForm(request.POST or None, by=user, initial=initial)

    def do() -> str:
        given = form.cleaned_data
        made = gather(by=user, wanted=given["wanted"], cases=given["cases"])
        return reverse("cases:competition", args=[made.pk])

    answer = carry_out(form, do, by=user) if request.method == "POST" and form.is_valid() else None
    context = {"form": form, "today": timezone.localdate()}
    return answer or render(request, "cases/competition_new.html", context)


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def competition(request: HttpRequest, pk: int) -> HttpResponse:
    """The requests side by side; `act` is weigh, decide, add or tell."""
    user = reader(request)
    found = get_object_or_404(competitions_seen(user).select_related("decided_by"), pk=pk)
    if request.method == "POST" and not may_weigh_requests(user):
        raise PermissionDenied(_("Justice weighs concurrent requests."))
    comparison = comparison_of(found)
    shown(request, *(side.case for side in comparison.sides))
    forms = _forms(request, comparison, user)
    acted = next((form for form in forms.values() if form.is_bound), None)
    answer = _carry(request, found, acted) if acted and acted.is_valid() else None
    context = {
        "comparison": comparison,
        "form": acted,
        "forms": forms,
        "tellings": [(side, forms.get(f"{TELL}-{side.competitor.pk}")) for side in comparison.sides],
        "may_weigh": may_weigh_requests(user),
        "may_decide": may_prefer_a_request(user),
        "today": timezone.localdate(),
    }
    return answer or render(request, "cases/competition.html", context)


def _forms(request: HttpRequest, comparison: Comparison, by: User) -> dict[str, KeyedForm]:
    """The forms of the page by act; the one that was sent is bound."""
    if not may_weigh_requests(by):
        return {}
    act = request.POST.get("act", "")

    def sent(name: str) -> QueryDict | None:
        return request.POST if act == name else None

    forms: dict[str, KeyedForm] = {
        WEIGH: WeighForm(sent(WEIGH), comparison=comparison),
        ADD: AddRequestForm(sent(ADD), by=by, version=comparison.competition.version),
    }
    if may_prefer_a_request(by):
        forms[DECIDE] = DecideForm(sent(DECIDE), comparison=comparison)
    version = comparison.competition.version
    for side in comparison.to_be_told:
        name = f"{TELL}-{side.competitor.pk}"
        forms[name] = TellForm(sent(name), side=side, by=by, version=version)
    return forms


def _carry(request: HttpRequest, found: Competition, form: KeyedForm) -> HttpResponse | None:
    """Do what the form says. After a refusal it carries the present version: its reader was told what changed."""
    answer = carry_out(form, lambda: _done(request, found, form), by=reader(request))
    if answer is None:
        form.renew(Competition.objects.values_list("version", flat=True).get(pk=found.pk))
    return answer


def _done(request: HttpRequest, found: Competition, form: KeyedForm) -> str:
    """Carry the form out and give the page's address."""
    by, given, today = reader(request), form.cleaned_data, timezone.localdate()
    about = {"by": by, "competition": found, "version": given["version"]}
    if isinstance(form, WeighForm):
        weigh(**about, said=form.said())
    elif isinstance(form, AddRequestForm):
        add_request(**about, case=given["case"])
    elif isinstance(form, DecideForm):
        told = {name: given[name] for name in ("preferred", "reason", "decided_on")}
        decide(**about, **told, today=today)
    elif isinstance(form, TellForm):
        told = {"told_on": given["told_on"], "letter": given["letter"]}
        tell(**about, **told, competitor=form.side.competitor, today=today)
    return reverse("cases:competition", args=[found.pk])
