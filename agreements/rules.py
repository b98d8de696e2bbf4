"""Who may do what with an agreement: one boolean function per question, read by pages and actions alike."""

from agreements.lifecycle import Stage
from agreements.models import Agreement, Contact
from tracker.models import User
from tracker.roles import Ministry, Role, Secrecy

UNSIGNED = frozenset(
    {
        "",
        Stage.SHELVED,
        Stage.PROPOSED,
        Stage.NEGOTIATING,
        Stage.TEXT_AGREED,
        Stage.SIGNED_BY_ONE,
        Stage.RETURNED,
    }
)


def works_here(user: User) -> bool:
    """Officers and supervisors of the two ministries; auditors and administrators only look."""
    return user.is_active and user.role in (Role.OFFICER, Role.SUPERVISOR) and user.ministry != ""


def may_see_agreement(user: User, agreement: Agreement) -> bool:
    """Whoever is cleared for its level; the same in a list is ``visible_to``."""
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
    """Whether the file stands past signature, where only the lead agency moves it.

    A file returned for renegotiation is talked over anew, and a shelved one is reopened to talks: there the
    rules before signature hold again.
    """
    return agreement.stage not in UNSIGNED


def may_take_step(user: User, agreement: Agreement) -> bool:
    """Before signature whoever may edit; after it the lead agency alone."""
    return may_edit(user, agreement) and (not is_signed(agreement) or agreement.is_led_by(user.ministry))


def may_enter_history(user: User, agreement: Agreement) -> bool:
    """A supervisor who may take steps may enter what happened before the file came here, with its gaps."""
    return user.is_supervisor and may_edit(user, agreement)


def may_correct(user: User, agreement: Agreement) -> bool:
    """Before signature whoever may take steps; after it only a supervisor, also once the file is shelved or returned."""
    return may_take_step(user, agreement) and (user.is_supervisor or not _holds_a_signature(agreement))


def _holds_a_signature(agreement: Agreement) -> bool:
    """Whether a signature by both sides is recorded, whatever became of the text. A query only when not signed now."""
    return is_signed(agreement) or agreement.milestones.filter(step="sign", withdrawn_at=None).exists()


def may_record_contact(user: User) -> bool:
    """Officers and supervisors of both ministries: justice has its own contacts abroad."""
    return works_here(user)


def may_withdraw_contact(user: User, contact: Contact) -> bool:
    """The same, of those they may see."""
    return works_here(user) and contact.secrecy <= user.clearance


def may_review_mark(user: User, agreement: Agreement) -> bool:
    """A supervisor who may change the file reviews its mark, and asks that it be lowered or decides it."""
    return user.is_supervisor and may_edit(user, agreement)


def may_review_marks(user: User) -> bool:
    """Supervisors of both ministries."""
    return works_here(user) and user.is_supervisor


def may_keep_placeholders(user: User) -> bool:
    """Staff of both ministries who are cleared for restricted papers."""
    return works_here(user) and user.clearance >= Secrecy.RESTRICTED


def may_import(user: User) -> bool:
    """Foreign affairs keeps the register, so its officers and supervisors import into it."""
    return works_here(user) and user.ministry == Ministry.FOREIGN_AFFAIRS


def may_undo_import(user: User) -> bool:
    """A supervisor who may import."""
    return may_import(user) and user.is_supervisor
