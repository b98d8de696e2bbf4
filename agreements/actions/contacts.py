"""Contacts with a partner outside any file: recorded once, withdrawn with a reason, never changed in place."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions.filing import HOUSE
from agreements.actions.refusals import StepRefused
from agreements.models import Contact, Partner
from agreements.provisions import SECRECY
from agreements.rules import may_record_contact, may_withdraw_contact
from tracker import audit
from tracker.models import User
from tracker.partialdate import PartialDate
from tracker.roles import Secrecy
from tracker.secrecy import NO_END, lacks_end


@transaction.atomic
def record_contact(
    *,
    by: User,
    partner: Partner,
    kind: str,
    held: PartialDate,
    words: str,
    today: date,
    secrecy: int = Secrecy.ORDINARY,
    declassify_on: date | None = None,
    declassify_when: str = "",
) -> Contact:
    """Keep that there was a contact; what it was about stays out of the audit trail.

    :raises StepRefused: without the right or the clearance, without at least the year, or for a day in the future.
    """
    if not may_record_contact(by):
        raise StepRefused(_("Only officers and supervisors of the two ministries record contacts."), HOUSE)
    if secrecy > by.clearance:
        raise StepRefused(_("You are not cleared for this level."), HOUSE, "secrecy")
    if lacks_end(secrecy, declassify_on, declassify_when):
        raise StepRefused(NO_END, SECRECY, "declassify_when")
    if held.first is None:
        raise StepRefused(_("Give the day, or at least the year."), HOUSE, "held")
    if held.first > today:
        raise StepRefused(_("The day lies in the future. Record it when it has happened."), HOUSE, "held")
    row = Contact(
        partner=partner,
        kind=kind,
        held=_by(today, held),
        words=words,
        secrecy=secrecy,
        declassify_on=declassify_on,
        declassify_when=declassify_when.strip(),
        recorded_at=timezone.now(),
        recorded_by=by,
    )
    row.full_clean()
    row.save(force_insert=True)
    audit.record("contact.record", row, by=by, details=_told(row))
    return row


@transaction.atomic
def withdraw_contact(*, by: User, contact: Contact, reason: str) -> Contact:
    """Take a contact back; it stays in the list, struck, with the reason.

    :raises StepRefused: without the right, without a reason, or when it was withdrawn already.
    """
    locked = (
        Contact.objects.select_for_update(of=("self",), no_key=True)
        .select_related("partner")
        .get(pk=contact.pk)
    )
    if not may_withdraw_contact(by, locked):
        raise StepRefused(_("Only officers and supervisors of the two ministries withdraw contacts."), HOUSE)
    if locked.withdrawn_at is not None:
        raise StepRefused(_("This contact has been withdrawn already."), HOUSE)
    if not reason.strip():
        raise StepRefused(_("Say why it is withdrawn."), HOUSE, "reason")
    locked.withdrawn_at = timezone.now()
    locked.withdrawn_reason = reason.strip()
    locked.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    audit.record("contact.withdraw", locked, by=by, details=_told(locked))
    return locked


def _by(today: date, held: PartialDate) -> PartialDate:
    """A partly known day that could still lie ahead had come by today: what is recorded has happened."""
    if held.last is None or held.last <= today:
        return held
    return PartialDate(held.year, held.month, None, today)


def _told(contact: Contact) -> dict[str, object]:
    """Codes and the day; what was talked about is the contact's own."""
    return {"partner": contact.partner.code, "kind": contact.kind, "held": str(contact.held)}
