"""Place-holders of files that are state secrets: recorded, and withdrawn with a reason. Nothing of the file is kept."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions.filing import HOUSE
from agreements.actions.refusals import StepRefused
from agreements.models import Placeholder
from agreements.rules import may_keep_placeholders
from tracker import audit
from tracker.models import User
from tracker.rocdate import roc_year


@transaction.atomic
def record_placeholder(*, by: User, code_name: str, kept_where: str, today: date) -> Placeholder:
    """Record that a file exists elsewhere, under the next number `P-YYY-NNN` of the ROC year.

    :raises StepRefused: without the right, the code name or the place.
    """
    if not may_keep_placeholders(by):
        raise StepRefused(_("Staff who are cleared for restricted papers keep place-holders."), HOUSE)
    for field, text in (("code_name", code_name), ("kept_where", kept_where)):
        if not text.strip():
            raise StepRefused(_("Fill this field."), HOUSE, field)
    audit.lock_numbers("placeholder")
    prefix = f"P-{roc_year(today.year):03d}-"
    taken = Placeholder.objects.filter(number__startswith=prefix).count()
    row = Placeholder.objects.create(
        number=f"{prefix}{taken + 1:03d}",
        code_name=code_name.strip(),
        kept_where=kept_where.strip(),
        recorded_at=timezone.now(),
        recorded_by=by,
    )
    audit.record("placeholder.record", row, by=by)
    return row


@transaction.atomic
def withdraw_placeholder(*, by: User, placeholder: Placeholder, reason: str) -> None:
    """Take a place-holder back; it stays in the list, struck, with the reason.

    :raises StepRefused: without the right or the reason, or when it was withdrawn already.
    """
    if not may_keep_placeholders(by):
        raise StepRefused(_("Staff who are cleared for restricted papers keep place-holders."), HOUSE)
    if not reason.strip():
        raise StepRefused(_("Give the reason."), HOUSE, "reason")
    found = (
        Placeholder.objects.select_for_update(no_key=True)
        .filter(pk=placeholder.pk, withdrawn_at=None)
        .first()
    )
    if found is None:
        raise StepRefused(_("This was withdrawn already."), HOUSE)
    found.withdrawn_at, found.withdrawn_reason = timezone.now(), reason.strip()
    found.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    audit.record("placeholder.withdraw", found, by=by)
