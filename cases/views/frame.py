"""What the views of one case share: the frame of its pages."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from cases.models import Case
from cases.record.frame import frame_of
from cases.views.doors import reader


def frame_context(request: HttpRequest, case: Case, *, current: str) -> dict[str, Any]:
    """The context of ``cases/frame.html``: the case, its frame with the tab ``current`` open, and today."""
    today = timezone.localdate()
    frame = frame_of(case, reader=reader(request), today=today, current=current)
    return {"case": case, "frame": frame, "today": today}
