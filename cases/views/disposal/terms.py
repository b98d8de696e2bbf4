"""For how long a case or an agreement is kept, and what stops the disposal of a case."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements.forms.keyed import ShownForm
from agreements.models import Agreement
from agreements.views import doors as agreement_doors
from cases.actions.retention import MEANWHILE, lift_hold, place_hold, set_agreement_retention, set_retention
from cases.forms.disposal import HoldForm, RetentionForm
from cases.models import Case, Hold, Retention
from cases.retention import Told, defaults, destroyed_on, told_of
from cases.rules import may_change, may_dispose, may_keep_agreement, may_read_cases
from cases.shown import hold_shown, term_shown
from cases.views.doors import carry_out, reader, seen
from cases.views.frame import frame_context
from tracker.access import only
from tracker.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_read_cases)
def retention(request: HttpRequest, number: str) -> HttpResponse:
    """For how long the case is kept, and what stops its disposal; a POST sets the one or the other."""
    case, user = seen(request, number), reader(request)
    sent = _sent(request) if request.method == "POST" else None
    if request.method == "POST":
        is_placed = request.POST.get("act") == "place"
        if not may_change(user, case) or not (is_placed or may_dispose(user)):
            raise PermissionDenied(_("A supervisor of justice says how long a case is kept."))

    def do() -> str:
        assert sent is not None  # noqa: S101 - it was sent
        _keep(user, case, dict(sent.cleaned_data))
        return reverse("cases:retention", args=[case.number])

    answer = carry_out(sent, do, by=user) if sent and sent.is_valid() else None
    if answer:
        messages.success(request, _("It is recorded."))
    return answer or _retention_page(request, case, sent)


def _sent(request: HttpRequest) -> HoldForm | RetentionForm:
    if "act" in request.POST:
        return HoldForm(request.POST, auto_id="hold_%s")
    return RetentionForm(request.POST, auto_id="set_%s")


def _keep(user: User, case: Case, given: dict[str, Any]) -> None:
    told = {"reason": given["reason"], "shown": given["shown"]}
    if "act" not in given:
        set_retention(by=user, case=case, years=given["years"], start=given["start"], **told)
    elif given["act"] == "place":
        place_hold(by=user, case=case, reason=given["reason"])
    else:
        lift_hold(by=user, case=case, **told)


def _retention_page(request: HttpRequest, case: Case, sent: HoldForm | RetentionForm | None) -> HttpResponse:
    """The page of one case; ``sent`` is the form that was refused: as typed, if what it asked for is still offered."""
    told = told_of(case, defaults())
    holds = list(case.disposal_holds.select_related("placed_by", "lifted_by"))
    standing = next((hold for hold in holds if hold.lifted_at is None), None)
    destroyed = destroyed_on(case)
    forms = {} if destroyed else _retention_forms(reader(request), case, told, standing)
    if isinstance(sent, HoldForm) and "hold" in forms and sent["act"].value() == forms["hold"]["act"].value():
        sent.renew_shown(shown=hold_shown(standing))
        forms["hold"] = sent
    elif isinstance(sent, RetentionForm) and "set" in forms:
        sent.renew_shown(shown=term_shown(case))
        forms["set"] = sent
    lost = None if sent in forms.values() else sent
    if lost:
        lost.leave_page(MEANWHILE)
    context = frame_context(request, case, current="") | {
        "told": told, "ends_on": told.ends_on(case.closed_on), "holds": holds, "standing": standing,
        "forms": forms, "sent": sent, "lost": lost, "destroyed": destroyed,
    }  # fmt: skip
    return render(request, "cases/retention.html", context)


def _retention_forms(user: User, case: Case, told: Told, standing: Hold | None) -> dict[str, ShownForm]:
    """The forms that this reader may send."""
    may_place = may_change(user, case)
    may_set = may_dispose(user) and may_place
    term = {"years": told.years, "start": told.start, "shown": term_shown(case)}
    stop = {"act": "lift" if standing else "place", "shown": hold_shown(standing)}
    forms: dict[str, ShownForm] = {}
    if may_set:
        forms["set"] = RetentionForm(initial=term, auto_id="set_%s")
    if may_set if standing else may_place:
        forms["hold"] = HoldForm(initial=stop, auto_id="hold_%s")
    return forms


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_read_cases)
def agreement_retention(request: HttpRequest, agreement: str) -> HttpResponse:
    """For how long an agreement is kept; nothing of an agreement is destroyed here."""
    found, user = agreement_doors.seen(request, agreement), reader(request)
    may_set = may_keep_agreement(user, found)
    if request.method == "POST" and not may_set:
        raise PermissionDenied(_("A supervisor says how long an agreement is kept."))
    sent = RetentionForm(request.POST) if request.method == "POST" else None

    def do() -> str:
        assert sent is not None  # noqa: S101 - it was sent
        given = {name: sent.cleaned_data[name] for name in ("years", "start", "reason", "shown")}
        set_agreement_retention(by=user, agreement=found, **given)
        return reverse("cases:agreement_retention", args=[found.number])

    answer = carry_out(sent, do, by=user) if sent and sent.is_valid() else None
    if answer:
        messages.success(request, _("It is recorded."))
    return answer or _agreement_page(request, found, sent, may_set=may_set)


def _agreement_page(
    request: HttpRequest, found: Agreement, sent: RetentionForm | None, *, may_set: bool
) -> HttpResponse:
    kept: Retention | None = getattr(found, "retention", None)
    term = {"shown": term_shown(found)} | ({"years": kept.years, "start": kept.start} if kept else {})
    form = sent or (RetentionForm(initial=term) if may_set else None)
    if sent:
        sent.renew_shown(shown=term_shown(found))
    context = {"agreement": found, "kept": kept, "form": form}
    return render(request, "cases/agreement_retention.html", context)
