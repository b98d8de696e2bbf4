"""When a deed about cases asks for a fresh sign-in (see tracker.stepup): by what its request would take or lower."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from cases.filters import CaseFilter
from cases.models import Case
from cases.promiseregister import PromiseFilter
from cases.views.doors import reader
from tracker.keys import is_key

MOST = 50
"""So many cases may be taken away without a fresh sign-in (AUT-12)."""


def takes_many(request: HttpRequest) -> bool:
    """Whether the list that the address asks for, or what is ticked of it, holds more than fifty cases."""
    path, user = reverse("cases:list"), reader(request)
    filtered = CaseFilter(request.GET, reader=user, today=timezone.localdate(), path=path)
    ticked = [int(key) for key in request.GET.getlist("case") if is_key(key)]
    rows = filtered.rows_of(ticked) if ticked else filtered.qs
    return rows.order_by()[MOST:].exists()


def takes_many_promises(request: HttpRequest) -> bool:
    """Whether the register of promises that the address asks for is about more than fifty cases."""
    path, user = reverse("cases:promise_register"), reader(request)
    filtered = PromiseFilter(request.GET, reader=user, today=timezone.localdate(), path=path)
    return len(filtered.qs.order_by().values_list("case_id").distinct()[: MOST + 1]) > MOST


def asks_for_cases(request: HttpRequest) -> bool:
    """Whether a long export is to hold more than fifty cases."""
    return request.GET.get("kind_of_job") == "cases" and takes_many(request)


def lowers_the_mark(request: HttpRequest) -> bool:
    """Whether the form says a lower level than the case has; never for a case that the reader does not see."""
    said = request.POST.get("secrecy", "")
    kwargs = request.resolver_match.kwargs if request.resolver_match else {}
    if not said.isdecimal():
        return False
    seen = Case.objects.visible_to(reader(request)).filter(number=kwargs.get("number", ""))
    return seen.filter(secrecy__gt=min(int(said), 9)).exists()
