"""One note per partner: a single reminder over every open request that waits for the other side."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from agreements.models import Partner
from cases.actions.letters.drafting import Text, draft_letter
from cases.letters.outstanding import outstanding, rest
from cases.models import Case, Letter
from cases.provisions import HOUSE
from tracker import audit
from tracker.models import User


@transaction.atomic
def draft_note(*, by: User, partner: Partner, cases: Sequence[Case], text: Text, today: date) -> Letter:
    """Draft the one reminder to a partner over these of its cases that wait for an answer.

    :raises StepRefused: while another note is on its way, within the days of rest after the last one, for a case
        that does not wait, or for one whose promised day has not come.
    """
    audit.lock_numbers(f"note {partner.code}")  # of two at the same moment the second finds the first
    resting = rest(partner, today=today)
    if resting.on_its_way is not None:
        raise StepRefused(_("A note to this partner is on its way already."), HOUSE)
    if resting.until is not None:
        raise StepRefused(
            _("The last note went less than %(days)s days ago.") % {"days": resting.days}, HOUSE
        )
    known = {row.case.pk: row for row in outstanding(partner, reader=by, today=today)}
    for case in cases:
        if case.pk not in known:
            raise StepRefused(
                _("%(number)s does not wait for the other side.") % {"number": case.number}, HOUSE, "cases"
            )
        if known[case.pk].is_promised:
            raise StepRefused(
                _("For %(number)s an answer is promised.") % {"number": case.number}, HOUSE, "cases"
            )
    return draft_letter(by=by, kind=Letter.Kind.REMINDER, cases=cases, text=text)
