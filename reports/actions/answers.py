"""Making the answer pack of a recommendation: its files, and one entry that says who made it as of which day."""

import io
import zipfile
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from reports.actions.followup import HOUSE
from reports.answers import Asked, files_of
from reports.answers.pack import since_last_answer
from reports.catalogue import Parameters
from reports.models import Recommendation
from reports.rules import may_make_answer
from tracker import audit
from tracker.models import User


@transaction.atomic
def make_pack(
    *,
    by: User | None,
    recommendation: Recommendation,
    as_of: date,
    made_at: datetime,
    since: date | None = None,
) -> dict[str, bytes]:
    """The files of the pack by name, the same for whoever makes it. ``by`` None is a command.

    :raises StepRefused: for people who may not read what stands in it.
    :raises tracker.paper.NotPrinted: when a paper cannot be set.
    """
    if by is not None and not may_make_answer(by):
        raise StepRefused(_("The answer is made by the staff of the two ministries."), HOUSE)
    asked = Asked(
        recommendation,
        Parameters(as_of, with_samples=recommendation.is_sample),
        since or since_last_answer(recommendation, as_of),
    )
    files = files_of(asked, made_at=made_at)
    details = {"code": recommendation.code, "as_of": as_of.isoformat()}
    audit.record("recommendation.pack", recommendation, by=by, details=details)
    return files


def zipped(files: dict[str, bytes], made_at: datetime) -> bytes:
    """The files as one archive, with the moment of making on each."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, made_at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()
