"""A case is at least as secret as its letters and papers (SEC-5): lowering it brings them down, or is refused.

A letter has no mark of its own: it ceases with that of the strictest of its cases. What was sent keeps on paper the level that it had.
"""

from agreements.actions import StepRefused
from agreements.actions.containers import lower_documents
from agreements.provisions import SECRECY
from cases.actions.letters.drafting import lowest
from cases.actions.letters.recording import cases_of
from cases.models import Case, Letter
from tracker.secrecy import HELD_UP


def lower_parts(case: Case, *, to: int) -> None:
    """Bring the letters and papers of a locked case down to this level; part of an action that records it.

    :raises StepRefused: when a letter names something stricter, or a paper has a mark of its own.
    """
    lower_documents(case, to=to)
    for letter in Letter.objects.select_for_update(no_key=True).filter(cases=case):
        if letter.secrecy > to:
            _lower(letter, case, to)
        lower_documents(letter, to=letter.secrecy)


def _lower(letter: Letter, case: Case, to: int) -> None:
    others = [other for other in cases_of(letter) if other.pk != case.pk]
    after = [Case(secrecy=to, agreement=case.agreement), *others]
    level = lowest(letter, after)
    if level > max(one.secrecy for one in after):
        raise StepRefused(HELD_UP, SECRECY, "secrecy")
    if level < letter.secrecy:
        if letter.is_frozen and letter.sent_as is None:
            letter.sent_as = letter.secrecy
        letter.secrecy = level
        letter.version += 1
        letter.save(update_fields=["secrecy", "sent_as", "version"])
