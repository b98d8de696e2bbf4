"""Who may see a sealed case, opening one in an emergency, and the marks that wait for a review."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.views.marks import Reviewed, marks_page
from cases.actions.access import let_in, open_in_emergency, withdraw_access
from cases.actions.marks import ask_lowering, decide_lowering, review_mark
from cases.forms.secrecy import EmergencyForm, ReaderForm, WithdrawReaderForm
from cases.marks import case_marks
from cases.marks import emergencies as emergency_rows
from cases.models import Access, Case
from cases.rules import (
    may_name_readers,
    may_open_in_emergency,
    may_read_cases,
    may_read_emergencies,
    may_review_marks,
)
from cases.views.doors import carry_out, reader, seen
from cases.views.frame import frame_context
from tracker.access import only
from tracker.looks import shown_many


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_read_cases)
def readers(request: HttpRequest, number: str) -> HttpResponse:
    """Who may see the sealed case, and naming one more."""
    case, user = seen(request, number), reader(request)
    may_name = may_name_readers(user, case) and case.is_sealed
    if request.method == "POST" and not may_name:
        raise PermissionDenied(_("The officer of the case, or a supervisor who sees it, names its readers."))
    form = ReaderForm(request.POST or None) if may_name else None
    here = reverse("cases:readers", args=[case.number])

    def do() -> str:
        assert form is not None  # noqa: S101 - it was sent
        let_in(by=user, case=case, **form.given())
        return here

    answer = carry_out(form, do, by=user) if form and form.is_valid() else None
    if answer:
        messages.success(request, _("The reader is named."))
        return answer
    rows = case.accesses.select_related("person", "given_by", "withdrawn_by")
    context = frame_context(request, case, current="") | {"rows": rows, "form": form, "now": timezone.now()}
    return render(request, "cases/readers.html", context)


@require_POST
@only(may_read_cases)
def withdraw_reader(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take back that somebody may see the case."""
    case, user = seen(request, number), reader(request)
    if not may_name_readers(user, case):
        raise PermissionDenied(_("The officer of the case, or a supervisor who sees it, names its readers."))
    form = WithdrawReaderForm(request.POST)
    access = get_object_or_404(Access, case=case, pk=pk)

    def do() -> str:
        withdraw_access(by=user, case=case, access=access)
        return reverse("cases:readers", args=[case.number])

    answer = carry_out(form, do, by=user) if form.is_valid() else None
    return answer or readers(request, number)


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_open_in_emergency)
def emergency(request: HttpRequest) -> HttpResponse:
    """Open a sealed case by its number and a reason; a number that opens nothing gets one answer, whatever it is."""
    form, user = EmergencyForm(request.POST or None), reader(request)

    def do() -> str:
        given = {name: form.cleaned_data[name] for name in ("number", "reason", "hours")}
        case = open_in_emergency(by=user, **given)
        return case.get_absolute_url() if case else f"{reverse('cases:emergency')}?missed=1"

    answer = carry_out(form, do, by=user) if form.is_valid() else None
    if "missed" in request.GET:
        messages.warning(request, _("No case opens under this number."))
    return answer or render(request, "cases/emergency.html", {"form": form})


@require_safe
@only(may_read_emergencies)
def emergencies(request: HttpRequest) -> HttpResponse:
    """Who opened sealed cases in an emergency, when and why."""
    rows = emergency_rows(reader(request))
    shown_many(request, Access, [row.access.pk for row in rows])
    return render(request, "cases/emergencies.html", {"rows": rows})


MARKS = Reviewed(
    seen=lambda user: Case.objects.registered().visible_to(user),
    page=lambda user, today, asked: case_marks(user, today=today, asked=asked),
    keep=lambda user, case, today, shown: review_mark(by=user, case=case, today=today, shown=shown),
    ask=lambda user, case, after, reason, shown: ask_lowering(
        by=user, case=case, after=after, reason=reason, shown=shown
    ),
    decide=lambda user, lowering, is_granted, shown: decide_lowering(
        by=user, lowering=lowering, is_granted=is_granted, shown=shown
    ),
    address="cases:marks",
    template="cases/marks.html",
)


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_review_marks)
def marks(request: HttpRequest) -> HttpResponse:
    """Marks of cases that wait for their review."""
    return marks_page(request, MARKS)
