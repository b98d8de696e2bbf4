"""What the actions on letters share: locking one, its cases, its papers, and telling the history of each case."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from agreements.actions import StalePage, StepRefused
from agreements.models import Partner
from cases.actions.filing import lock_all, refuse_destroyed, touch
from cases.models import Case, Letter, LetterCase
from cases.provisions import HOUSE
from tracker import audit
from tracker.models import Entry, User
from tracker.paper import NotPrinted, Sheet, odt_of, pdf_of


def lock_letter(letter: Letter, version: int | None, *, by: User) -> Letter:
    """Take the letter for this transaction, and before it its cases (cases.actions.filing says the order).

    :raises StalePage: when it changed after the page was opened.
    :raises StepRefused: when this person may not see it.
    """
    seen = Letter.objects.visible_to(by).filter(pk=letter.pk).exists()
    if not seen:
        raise StepRefused(_("You may not see this letter."), HOUSE)
    hold_cases(letter)
    related = ("partner", "drafted_by", "countersigned_by")
    locked = (
        Letter.objects.select_related(*related).select_for_update(of=("self",), no_key=True).get(pk=letter.pk)
    )
    if version is not None and locked.version != version:
        told = {"status": locked.get_status_display()}
        raise StalePage(
            _("This letter changed after you opened the page; it is now: %(status)s. Look at it again.")
            % told,
            HOUSE,
        )
    return locked


def hold_cases(letter: Letter) -> None:
    """Take the cases of a letter in the order of their keys, also those whose contents were destroyed. One query."""
    about = LetterCase.objects.filter(letter=letter).values("case")
    held = Case.objects.select_for_update(no_key=True).filter(pk__in=about).order_by("pk")
    list(held.values_list("pk", flat=True))


def cases_of(letter: Letter) -> list[Case]:
    """The cases that a letter concerns, in the order of their numbers."""
    rows = letter.cases.select_related("partner", "agreement").prefetch_related("items")
    return list(rows.order_by("number"))


def attach(letter: Letter, cases: Sequence[Case]) -> None:
    """Let the letter concern exactly these cases; for each, one that came in asks what it means.

    :raises StepRefused: when the contents of one of them were destroyed.
    """
    lock_all(cases)
    LetterCase.objects.filter(letter=letter).exclude(case__in=cases).delete()
    known = set(LetterCase.objects.filter(letter=letter).values_list("case_id", flat=True))
    LetterCase.objects.bulk_create(
        LetterCase(letter=letter, case=case, asks_meaning=letter.way == Letter.Way.IN)
        for case in cases
        if case.pk not in known
    )


def check_standing(cases: Sequence[Case]) -> None:
    """:raises StepRefused: when one of the cases was struck out or destroyed: nothing is written to anybody about it."""
    struck = [case.number for case in cases if case.voided_at is not None]
    if struck:
        words = _("%(numbers)s was struck out: leave it out of the letter, or withdraw the letter.")
        raise StepRefused(words % {"numbers": "、".join(struck)}, HOUSE)
    refuse_destroyed(cases)


def one_partner(cases: Sequence[Case]) -> Partner:
    """The partner of all these cases.

    :raises StepRefused: for no case, for cases of several partners, or for one whose contents were destroyed.
    """
    if not cases:
        raise StepRefused(_("Choose the cases that the letter concerns."), HOUSE, "cases")
    refuse_destroyed(cases)
    partners = {case.partner for case in cases}
    partner = partners.pop()
    if partners or partner is None:
        raise StepRefused(_("One letter goes to one partner."), HOUSE, "cases")
    return partner


def printed(sheet: Sheet, form: str) -> bytes:
    """The sheet on paper, ``form`` odt or pdf.

    :raises StepRefused: for a text that no PDF can be made of.
    """
    try:
        return odt_of(sheet) if form == "odt" else pdf_of(sheet)
    except NotPrinted as failed:
        raise StepRefused(_("No PDF can be made of this text: it is too long."), HOUSE) from failed


def touch_all(cases: Sequence[Case]) -> None:
    """Note that the cases changed: a letter came or went. In the order of their keys, so that two letters cannot block."""
    for case in sorted(cases, key=lambda case: case.pk):
        touch(case)
        case.save(update_fields=["changed_at"])


def tell(verb: str, letter: Letter, cases: Sequence[Case], *, by: User, **more: Any) -> list[Entry]:
    """Write the deed into the history of every case of the letter: its number, kind and days, never its text.

    The number stands only where whoever reads of the case reads of the letter too; else that of its row, by which the
    history leaves it out (`cases.record.trail`). Of several sealed cases somebody may see one and not the others.
    """
    is_apart = sum(case.is_sealed for case in cases) > 1
    kind = {"letter_kind": letter.kind} | more
    number = str(letter.number or letter.their_number or letter.pk)
    deeds = [
        audit.Deed(
            verb,
            case,
            {"letter": f"# {letter.pk}" if is_apart or letter.secrecy > case.secrecy else number} | kind,
        )
        for case in cases
    ]
    return audit.record_all(deeds, by=by)
