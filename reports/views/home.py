"""The first page of supervisors of both ministries."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.views.doors import reader
from cases.worklines import drawn_todos
from reports.home import home_page
from reports.rules import may_decide
from tracker import alarms
from tracker.access import only
from tracker.roles import Ministry


@require_safe
@only(may_decide)
def home(request: HttpRequest) -> HttpResponse:
    """What awaits approval, what is overdue or stalled, what the audit office waits for, and the trend."""
    user, today = reader(request), timezone.localdate()
    page = home_page(reader=user, today=today)
    context = {
        "page": page,
        "drawn": {"approvals": drawn_todos(page.approvals), "audit": drawn_todos(page.audit)},
        "today": today,
        "drafts": user.drafts.all()[:10],
        "new_digests": user.digests.filter(seen_at=None).count(),
        "alarms": alarms.told_to(user),
        "is_of_foreign_affairs": user.ministry == Ministry.FOREIGN_AFFAIRS,
    }
    return render(request, "reports/home.html", context)
