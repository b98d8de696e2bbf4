"""Making the brief on a partner: printed in the language asked for, and noted who made it."""

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.utils import translation

from agreements.models import Partner
from reports.brief import Asked, brief_of
from tracker import audit
from tracker.copies import copy_note
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
    details = {"as_of": as_of.isoformat(), "language": language, "form": form}
    entry = audit.record("partner.brief", partner, by=by, details=details)
    asked = Asked(partner, as_of, by, made_at.astimezone(TAIPEI).date(), points)
    with translation.override(language):
        made = brief_of(asked, made_at=made_at)
        note = copy_note(made.secrecy, number=entry.pk, reader=by, at=made_at)
        return PRINTERS[form](replace(made.sheet, copy=note))
