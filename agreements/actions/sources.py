"""Several sources may speak of one fact: adding what another says, and choosing which value counts."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions.filing import HOUSE, lock
from agreements.actions.refusals import StepRefused
from agreements.models import Agreement, SourcedFact
from agreements.rules import may_edit
from tracker import audit
from tracker.models import User


@transaction.atomic
def add_source(
    *, by: User, agreement: Agreement, fact: str, value: str, source: str, confidence: str
) -> SourcedFact:
    """Keep what a further source says of a fact; the first source of a fact is the chosen one.

    Choosing a value changes no milestone: a day of the register is corrected as such.

    :raises StepRefused: without the right.
    """
    locked = _editable(by, agreement)
    row = SourcedFact(
        agreement=locked,
        fact=fact,
        value=value,
        source=source,
        confidence=confidence,
        is_chosen=not locked.sourced_facts.filter(fact=fact, is_chosen=True).exists(),
        recorded_at=timezone.now(),
    )
    row.full_clean()
    row.save(force_insert=True)
    details = {"fact": fact, "value": value, "source": source}
    audit.record("agreement.add_source", locked, by=by, details=details)
    return row


@transaction.atomic
def choose_source(*, by: User, sourced: SourcedFact) -> SourcedFact:
    """Let this source's value be the chosen one of its fact.

    :raises StepRefused: without the right.
    """
    locked = _editable(by, sourced.agreement)
    locked.sourced_facts.filter(fact=sourced.fact, is_chosen=True).update(is_chosen=False)
    sourced.is_chosen = True
    sourced.save(update_fields=["is_chosen"])
    details = {"fact": sourced.fact, "value": sourced.value}
    audit.record("agreement.choose_source", locked, by=by, details=details)
    return sourced


def _editable(by: User, agreement: Agreement) -> Agreement:
    locked = lock(agreement, None)
    if not may_edit(by, locked):
        raise StepRefused(_("Only the ministries concerned change this file."), HOUSE)
    return locked
