"""Making the brief on a partner: printed in the language asked for, and noted who made it."""

from datetime import date, datetime

from django.db import transaction
from django.utils import translation

from agreements.models import Partner
from reports.brief import Asked, brief_of
from tracker import audit
from tracker.models import User
from tracker.paper import odt_of, pdf_of
from tracker.workdays import TAIPEI

PRINTERS = {"pdf": pdf_of, "odt": odt_of}
LANGUAGES = ("zh-hant", "en")


@transaction.atomic
def make_brief(
    *,
    by: User,
    partner: Partner,
    as_of: date,
    language: str,
    form: str,
    made_at: datetime,
    points: str = "",
) -> bytes:
    """The brief as a file, with one audit entry: who made it, as of which day, in which language and form.

    :raises KeyError: for another form than pdf or odt.
    :raises tracker.paper.NotPrinted: when what was typed cannot be set.
    """
    asked = Asked(partner, as_of, by, made_at.astimezone(TAIPEI).date(), points)
    with translation.override(language):
        made = brief_of(asked, made_at=made_at)
        data = PRINTERS[form](made.sheet)
    details = {"as_of": as_of.isoformat(), "language": language, "form": form}
    audit.record("partner.brief", partner, by=by, details=details)
    return data
