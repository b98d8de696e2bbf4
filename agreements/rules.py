"""Who may do what with an agreement: one boolean function per question, read by pages and actions alike."""

from agreements.models import Agreement
from tracker.models import User
from tracker.roles import Ministry, Role

AFTER_SIGNATURE_STEPS_BEGIN = "35"
UNSIGNED = frozenset({"", "00", "10", "20", "25", "30", "98"})


def works_here(user: User) -> bool:
    """Officers and supervisors of the two ministries; auditors and administrators only look."""
    return user.is_active and user.role in (Role.OFFICER, Role.SUPERVISOR) and user.ministry != ""


def may_see_agreement(user: User, agreement: Agreement) -> bool:
    return agreement.secrecy <= user.clearance


def may_see_documents_of(user: User, pk: str) -> bool:
    """Whether the agreement with this primary key, and so a document about it, may be seen."""
    return Agreement.objects.visible_to(user).filter(pk=pk).exists()


def may_register(user: User) -> bool:
    """Foreign affairs opens files; justice opens those that it will lead or co-lead."""
    return works_here(user)


def may_edit(user: User, agreement: Agreement) -> bool:
    """Foreign affairs, and justice where it leads or co-leads."""
    concerned = user.ministry == Ministry.FOREIGN_AFFAIRS or Ministry.JUSTICE in agreement.leads
    return works_here(user) and concerned and may_see_agreement(user, agreement)


def is_signed(agreement: Agreement) -> bool:
    """Whether the file has come past signature, where only the lead agency moves it."""
    return agreement.stage not in UNSIGNED


def may_take_step(user: User, agreement: Agreement) -> bool:
    """Before signature whoever may edit; after it the lead agency alone.

    Foreign affairs keeps the record for a lead agency that has nobody here (arts. 15 and 17).
    """
    if not may_edit(user, agreement):
        return False
    led_by_others = agreement.leads <= {Agreement.Lead.OTHER}
    kept_for_others = led_by_others and user.ministry == Ministry.FOREIGN_AFFAIRS
    return not is_signed(agreement) or user.ministry in agreement.leads or kept_for_others


def may_enter_history(user: User, agreement: Agreement) -> bool:
    """A supervisor who may take steps may enter what happened before the file came here, with its gaps."""
    return user.is_supervisor and may_edit(user, agreement)


def may_correct(user: User, agreement: Agreement) -> bool:
    """After signature only a supervisor corrects; before it whoever may take steps."""
    return may_take_step(user, agreement) and (user.is_supervisor or not is_signed(agreement))


def may_import(user: User) -> bool:
    return works_here(user) and user.ministry == Ministry.FOREIGN_AFFAIRS


def may_undo_import(user: User) -> bool:
    return may_import(user) and user.is_supervisor
