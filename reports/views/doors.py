"""Who stands at the door of the pages of the reports, and carrying out a form on one of them."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from agreements.actions import StalePage, StepRefused
from agreements.forms.keyed import KeyedForm
from agreements.views.deeds import done_already
from reports.models import FrozenReport
from tracker.actions import once
from tracker.models import User


def reader(request: HttpRequest) -> User:
    """The person who is signed in; every page here is closed to others."""
    assert isinstance(request.user, User)  # noqa: S101 - narrows the type
    return request.user


def seen_report(request: HttpRequest, pk: int) -> FrozenReport:
    """The report, if the reader may see it.

    :raises Http404: for a hidden one as for one that does not exist.
    """
    found = (
        FrozenReport.objects.visible_to(reader(request)).select_related("created_by").filter(pk=pk).first()
    )
    if found is None:
        raise Http404
    return found


def carry_out(
    request: HttpRequest, form: KeyedForm, do: Callable[[], str], report: FrozenReport | None = None
) -> HttpResponse | None:
    """Do it once under the form's key and lead to its result; None when it was refused, which the form then says."""
    if request.method != "POST":
        return None
    if not form.is_valid():
        return done_already(form, by=reader(request))
    try:
        return redirect(once(form.cleaned_data["key"], by=reader(request), do=do))
    except StepRefused as refused:
        form.refuse(refused)
        if report is not None and isinstance(refused, StalePage):
            report.refresh_from_db()
            form.renew(report.version)
    return None
