"""Promises: those of a case, what became of one, and the register over all cases with its sheet."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise as Words
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from agreements.addresses import address
from agreements.forms.keyed import KeyedForm
from cases.actions.exporting import record_export
from cases.actions.promises import give_promise, release_promise, start_term, withdraw_promise
from cases.forms.promises import PromiseForm, ReleaseForm, TermForm, WithdrawPromiseForm
from cases.models import Case, Promise
from cases.promiseregister import PromiseFilter, header, register_page, row_of, sheet_rows
from cases.promises import TERMS, promises_of, provision_of
from cases.rules import may_change, may_read_cases
from cases.views.doors import carry_out, reader, seen
from cases.views.frame import frame_context
from tracker.access import only
from tracker.looks import shown_many
from tracker.roles import Secrecy
from tracker.sheets import FORMATS, sheet_response

TERM, KEPT, BACK = "term", "kept", "back"
DONE: dict[str, Words] = {
    TERM: gettext_lazy("The term of the promise is recorded."),
    KEPT: gettext_lazy("It is recorded what became of the promise."),
    BACK: gettext_lazy("The promise is withdrawn."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_read_cases)
def promises(request: HttpRequest, number: str) -> HttpResponse:
    """What is promised in a case, by either side; a form to record another one."""
    case, user, today = seen(request, number), reader(request), timezone.localdate()
    if request.method == "POST" and not may_change(user, case):
        raise PermissionDenied(_("Justice records what was promised in a case."))
    form = PromiseForm(request.POST or None, today=today) if may_change(user, case) else None

    def do() -> str:
        assert form is not None  # noqa: S101 - it was sent
        give_promise(by=user, case=case, assurance=form.assurance(), today=today)
        return reverse("cases:promises", args=[case.number])

    answer = carry_out(form, do, by=user) if form and form.is_valid() else None
    if answer:
        messages.success(request, _("The promise is recorded."))
        return answer
    rows = [(row_of(promise, today), provision_of(promise.kind)) for promise in promises_of(case)]
    context = frame_context(request, case, current="promises") | {"rows": rows, "form": form}
    return render(request, "cases/promises.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_read_cases)
def promise(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One promise, and what became of it: `act` is term, kept or back (taken back)."""
    case, user, today = seen(request, number), reader(request), timezone.localdate()
    found = case.promises.select_related("recorded_by", "released_by", "withdrawn_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    found.case, act = case, request.POST.get("act", "")
    if request.method == "POST" and not may_change(user, case):
        raise PermissionDenied(_("Justice records what was promised in a case."))
    forms = _forms(request, found, act) if may_change(user, case) else {}
    answer = _answer(request, found, forms, act) if act in forms else None
    row, sent = row_of(found, today), forms.get(act)
    context = {"row": row, "provision": provision_of(found.kind), "forms": forms, "form": sent}
    return answer or render(
        request, "cases/promises_one.html", frame_context(request, case, current="promises") | context
    )


def _forms(request: HttpRequest, found: Promise, act: str) -> dict[str, KeyedForm]:
    """The forms for what may still become of it; the one that was sent is filled in. A twin is shown its result."""
    if not found.is_standing and not act:
        return {}
    sent, today = request.POST or None, timezone.localdate()
    forms: dict[str, KeyedForm] = {
        KEPT: ReleaseForm(sent if act == KEPT else None, today=today),
        BACK: WithdrawPromiseForm(sent if act == BACK else None),
    }
    if found.kind in TERMS:
        forms[TERM] = TermForm(sent if act == TERM else None, promise=found)
    return forms


def _answer(
    request: HttpRequest, found: Promise, forms: dict[str, KeyedForm], act: str
) -> HttpResponse | None:
    """Do what was asked; None when it was refused, which the form then says."""
    form, user, today = forms[act], reader(request), timezone.localdate()
    if not form.is_valid():
        return None
    given = form.cleaned_data
    deeds: dict[str, Callable[[], Promise]] = {
        TERM: lambda: start_term(by=user, promise=found, counted_from=given["counted_from"], today=today),
        KEPT: lambda: release_promise(
            by=user, promise=found, on=given["on"], reason=given["reason"], today=today
        ),
        BACK: lambda: withdraw_promise(by=user, promise=found, reason=given["reason"]),
    }

    def do() -> str:
        deeds[act]()
        return reverse("cases:promises", args=[found.case.number])

    answer = carry_out(form, do, by=user)
    if answer:
        messages.success(request, str(DONE[act]))
    return answer


def _filtered(request: HttpRequest) -> PromiseFilter:
    path = reverse("cases:promise_register")
    return PromiseFilter(request.GET, reader=reader(request), today=timezone.localdate(), path=path)


@require_safe
@only(may_read_cases)
def register(request: HttpRequest) -> HttpResponse:
    """What is promised in all the cases that the reader may see, by day; what is still owed unless asked otherwise."""
    filtered = _filtered(request)
    path, page = reverse("cases:export_promises"), register_page(filtered, request.GET.get("page", ""))
    promised_in = [row.promise.case for row in page.rows]
    if secret := [case.pk for case in promised_in if case.secrecy >= Secrecy.RESTRICTED]:
        shown_many(request, Case, secret)
    context = {
        "filter": filtered,
        "page": page,
        "downloads": {name: address(path, filtered.state, format=name) for name in FORMATS},
        "today": filtered.today,
    }
    return render(request, "cases/promises_register.html", context)


@require_safe
@only(may_read_cases)
def export(request: HttpRequest) -> HttpResponseBase:
    """The rows of the register, filtered alike, as CSV, XLSX or ODS."""
    filtered, wanted = _filtered(request), request.GET.get("format", "csv")
    if wanted not in FORMATS:
        raise Http404(wanted)
    record_export(by=filtered.reader, format=wanted, filters=filtered.said(), chosen=0)
    shown_many(request, Case, filtered.qs.order_by().values_list("case_id", flat=True))
    name = f"{_('promises')}-{filtered.today:%Y%m%d}"
    return sheet_response(wanted, name, header(), sheet_rows(filtered.qs))
