"""Loading the approved paragraphs that come with the project. A second call adds what is missing and changes nothing."""

import json
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from cases.models import Paragraph
from cases.provisions import HOUSE
from cases.rules import works_on_cases
from tracker import audit
from tracker.models import User

PARAGRAPHS = Path(__file__).resolve().parent.parent.parent / "data" / "paragraphs.json"


@transaction.atomic
def load_paragraphs(*, by: User) -> int:
    """Add the paragraphs that are not there yet; staff edit them, and their edits stay.

    They are ours and not approved by any ministry, so nobody stands as their approver.

    :returns: how many were added.
    :raises StepRefused: for anybody but a supervisor of justice.
    """
    if not (works_on_cases(by) and by.is_supervisor):
        raise StepRefused(_("A supervisor of justice loads the paragraphs."), HOUSE)
    known = set(Paragraph.objects.values_list("code", flat=True))
    rows = json.loads(PARAGRAPHS.read_text(encoding="utf-8"))
    new = Paragraph.objects.bulk_create(Paragraph(**row) for row in rows if row["code"] not in known)
    if new:
        audit.record("paragraph.load", new[0], by=by, details={"paragraphs": len(new)})
    return len(new)
