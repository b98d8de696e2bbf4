"""How often our requests are accepted at the first submission, for supervisors of justice."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.firsttime import GATES, LISTED, our_requests, returns_of, rows_behind, span_of, years_of
from cases.rules import may_read_returns
from cases.views.doors import reader
from tracker.access import only


@require_safe
@only(may_read_returns)
def returns(request: HttpRequest) -> HttpResponse:
    """Shares by partner, kind and office of one year's requests, with the reasons; each figure leads to its rows."""
    user, today = reader(request), timezone.localdate()
    wanted, with_samples = request.GET.dict(), request.GET.get("samples") == "1"
    year, since, until = span_of(wanted.get("year", ""), today=today)
    cases = our_requests(user, since=since, until=until, with_samples=with_samples)
    rows = rows_behind(cases, wanted)
    context = {
        "page": returns_of(cases) if rows is None else None,
        "rows": list(rows[: LISTED + 1]) if rows is not None else None,
        "gates": GATES,
        "year": year,
        "years": years_of(today),
        "kept": f"year={year}{'&samples=1' if with_samples else ''}",
        "with_samples": with_samples,
        "today": today,
    }
    return render(request, "cases/firsttime.html", context)
