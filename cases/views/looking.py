"""Who looked at a case."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.looking import looks_page
from cases.rules import may_read_cases, may_see_looks
from cases.views.doors import reader, seen
from cases.views.frame import frame_context
from tracker.access import only
from tracker.keys import is_key

LINES_ON_A_PAGE = 50


@require_safe
@only(may_read_cases)
def looks(request: HttpRequest, number: str) -> HttpResponse:
    """Everybody who looked at the case, newest first, page by page; this look will be among them too."""
    case = seen(request, number)
    if not may_see_looks(reader(request), case):
        raise PermissionDenied(_("Its officer, the supervisors of Justice and the auditors see who looked."))
    asked = request.GET.get("before", "")
    before = int(asked) if is_key(asked) else None
    page = looks_page(case, size=LINES_ON_A_PAGE, before=before)
    context = frame_context(request, case, current="history") | {"page": page, "is_first": before is None}
    return render(request, "cases/looks.html", context)
