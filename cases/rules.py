"""Who may do what with a case: one boolean function per question, read by pages and actions alike.

Who sees which case is ``Case.objects.visible_to``. The administrator of the system reads no case.
"""

from collections.abc import Iterable

from django.db.models import Q

from agreements.models import Agreement
from agreements.rules import may_edit
from cases.lifecycle import Direction, Holder, State, Step, next_steps
from cases.models import Case, Extension, Letter
from cases.models.access import held_by, named_to
from tracker.models import User
from tracker.roles import Ministry, Role, Secrecy

STAFF = (Role.OFFICER, Role.SUPERVISOR)


def works_on_cases(user: User) -> bool:
    """Officers and supervisors of justice carry cases."""
    return user.is_active and user.ministry == Ministry.JUSTICE and user.role in STAFF


def forwards_cases(user: User) -> bool:
    """Officers and supervisors of foreign affairs receive and pass on what goes through the diplomatic channel."""
    return user.is_active and user.ministry == Ministry.FOREIGN_AFFAIRS and user.role in STAFF


def may_read_cases(user: User) -> bool:
    """Both ministries and the auditors enter the pages of cases; each sees there what he or she may see."""
    return works_on_cases(user) or forwards_cases(user) or (user.is_active and user.role == Role.AUDITOR)


def may_log(user: User) -> bool:
    """Both ministries log requests: foreign affairs those that it receives (MLA Act art. 7)."""
    return works_on_cases(user) or forwards_cases(user)


def may_register(user: User, direction: str, *, is_direct: bool = False) -> bool:
    """Justice registers any case; foreign affairs the incoming requests that came through it."""
    return works_on_cases(user) or (forwards_cases(user) and direction == Direction.IN and not is_direct)


def may_see_case(user: User, case: Case) -> bool:
    """The same as ``visible_to``, asked of one case already at hand. A query only of a sealed one of somebody else."""
    if not user.is_active or user.role == Role.ADMINISTRATOR or case.secrecy > user.clearance:
        return False
    if case.is_draft:
        return case.recorded_by_id == user.pk
    carries = case.secrecy < Secrecy.SEALED or case.officer_id == user.pk
    return carries or Case.objects.filter(named_to(user), pk=case.pk).exists()


def holds_case(user: User, case: Case) -> bool:
    """Whether this person decides about the case: a sealed one is seen in an emergency, and by whoever stands in, only to read
    and to carry it on. Who else may see it, who carries it, its mark, striking it out, its term and its disposal, and what is
    taken over from it into another case are for those who have it of their own."""
    if not may_see_case(user, case):
        return False
    is_own = not case.is_sealed or case.officer_id == user.pk
    return is_own or Case.objects.filter(held_by(user), pk=case.pk).exists()


def held_among(user: User, cases: Iterable[Case]) -> set[int]:
    """The keys of those of the cases about which this person decides, as ``holds_case`` says. One query."""
    own = Q(secrecy__lt=Secrecy.SEALED) | held_by(user)
    rows = Case.objects.visible_to(user).filter(own, pk__in=[case.pk for case in cases])
    return set(rows.values_list("pk", flat=True))


def may_carry_sealed(user: User) -> bool:
    """Who may be named as a reader of sealed cases: active, cleared, and no administrator."""
    return user.is_active and user.is_cleared_for_sealed and user.role != Role.ADMINISTRATOR


def may_name_readers(user: User, case: Case) -> bool:
    """The officer of a case, and a supervisor of justice who holds it, say who else may see it while it is sealed."""
    holds = works_on_cases(user) and not case.is_destroyed and holds_case(user, case)
    return holds and (user.is_supervisor or case.officer_id == user.pk)


def may_open_in_emergency(user: User) -> bool:
    """Staff of justice who are cleared for sealed cases; nobody else is told whether there is one."""
    return works_on_cases(user) and user.is_cleared_for_sealed


def may_read_emergencies(user: User) -> bool:
    """Supervisors of justice and auditors read who opened sealed cases, when and why."""
    return (works_on_cases(user) and user.is_supervisor) or (user.is_active and user.role == Role.AUDITOR)


def may_review_marks(user: User) -> bool:
    """A supervisor of justice reviews the marks of cases, and asks that one be lowered or decides it."""
    return works_on_cases(user) and user.is_supervisor


def may_take(user: User, case: Case, step: Step) -> bool:
    """Justice records every step, foreign affairs those that pass a case on."""
    staff = works_on_cases(user) or forwards_cases(user)
    return staff and not case.is_destroyed and user.ministry in step.by and may_see_case(user, case)


def steps_open_to(user: User, case: Case) -> list[Step]:
    """The steps of the case that this person may record now, in the order of the table."""
    return [step for step in next_steps(case.state, case.kind) if may_take(user, case, step)]


def may_change(user: User, case: Case) -> bool:
    """Justice changes what a case rests on, until its contents are destroyed: from then on nobody does anything with it."""
    return works_on_cases(user) and not case.is_destroyed and may_see_case(user, case)


def may_name_persons(user: User, case: Case) -> bool:
    """Justice says who the persons of a case are; so does whoever drafts it, or registered it while foreign affairs has it."""
    own = case.recorded_by_id == user.pk and (case.is_draft or case.holder == Holder.FOREIGN_AFFAIRS)
    names = works_on_cases(user) or (forwards_cases(user) and own)
    return names and not case.is_destroyed and may_see_case(user, case)


def may_assign(user: User, case: Case) -> bool:
    """A supervisor of justice assigns; an officer takes what nobody has, and hands on what is his or her own."""
    own = case.officer_id in (None, user.pk)
    holds = works_on_cases(user) and not case.is_destroyed and holds_case(user, case)
    return holds and not case.is_draft and (user.is_supervisor or own)


def may_carry(user: User, case: Case) -> bool:
    """Whether this person may be a case's officer: staff of justice, cleared for it."""
    return works_on_cases(user) and case.secrecy <= user.clearance


def may_write_beside(user: User, case: Case) -> bool:
    """Staff of both ministries who see a case write notes and tasks beside it, keep documents, and link it."""
    staff = works_on_cases(user) or forwards_cases(user)
    return staff and not case.is_draft and not case.is_destroyed and may_see_case(user, case)


def may_take_up_again(user: User, case: Case) -> bool:
    """Who logs cases and holds a closed one begins another that takes it up again: its draft keeps what both share."""
    return may_log(user) and may_write_beside(user, case) and holds_case(user, case)


def may_weigh_requests(user: User) -> bool:
    """Justice lays concurrent requests side by side and tells their sides (MLA Act art. 11)."""
    return works_on_cases(user)


def may_prefer_a_request(user: User) -> bool:
    """A supervisor of justice decides which of concurrent requests is met first (MLA Act art. 11)."""
    return works_on_cases(user) and user.is_supervisor


def may_hand_over(user: User, giver: User) -> bool:
    """Everybody hands over the own work; a supervisor that of anybody in the own ministry, who may have left."""
    staff = works_on_cases(user) or forwards_cases(user)
    return staff and user.ministry == giver.ministry and (user.pk == giver.pk or user.is_supervisor)


def may_take_over(user: User, giver: User) -> bool:
    """Active staff of the same ministry."""
    staff = works_on_cases(user) or forwards_cases(user)
    return staff and user.ministry == giver.ministry and user.pk != giver.pk


def may_read_returns(user: User) -> bool:
    """A supervisor of justice sees how often requests were returned, office by office."""
    return works_on_cases(user) and user.is_supervisor


def may_amend(user: User, case: Case) -> bool:
    """Justice corrects what was logged and keeps the letter's contents; foreign affairs while the case is with it."""
    with_them = case.state == State.I10 and forwards_cases(user)
    may_write = (works_on_cases(user) or with_them) and not case.is_destroyed
    return may_write and not case.is_draft and case.voided_at is None and may_see_case(user, case)


def may_see_looks(user: User, case: Case) -> bool:
    """Who looked at a case is seen by its officer, by supervisors of justice and by auditors, if they see the case."""
    watches = user.role == Role.AUDITOR or (works_on_cases(user) and user.is_supervisor)
    return may_see_case(user, case) and (watches or case.officer_id == user.pk)


def may_lower_secrecy(user: User, case: Case) -> bool:
    """A supervisor of justice lowers the secrecy of a case; raising it needs nobody's leave."""
    return user.is_supervisor and may_change(user, case)


def may_void(user: User, case: Case) -> bool:
    """A supervisor of justice who holds it strikes out a case that was registered by mistake."""
    stands = not case.is_draft and case.voided_at is None and not case.is_destroyed
    return stands and works_on_cases(user) and user.is_supervisor and holds_case(user, case)


def may_keep_practice(user: User) -> bool:
    """Justice keeps the practice cards; whoever reads cases reads them."""
    return works_on_cases(user)


def may_draft_letter(user: User, case: Case) -> bool:
    """Justice drafts the letters of a registered case that was not struck out."""
    return may_change(user, case) and not case.is_draft and case.voided_at is None


def may_log_letter(user: User, case: Case) -> bool:
    """Both ministries log what came in and what went out: each of them receives letters."""
    staff = (works_on_cases(user) or forwards_cases(user)) and not case.is_destroyed
    return staff and may_see_case(user, case) and not case.is_draft and case.voided_at is None


def may_edit_letter(user: User, letter: Letter) -> bool:
    """Staff of justice change a letter until it is submitted, and again when it was returned; its page asks who sees it."""
    return works_on_cases(user) and letter.status in (Letter.Status.DRAFT, Letter.Status.RETURNED)


def may_countersign(user: User, letter: Letter) -> bool:
    """A supervisor of justice countersigns, or returns, what another person drafted and submitted."""
    signs = works_on_cases(user) and user.is_supervisor and letter.drafted_by_id != user.pk
    return signs and letter.status == Letter.Status.SUBMITTED


def may_return_letter(user: User, letter: Letter) -> bool:
    """Whoever may countersign returns; and who countersigned takes that back until the letter leaves."""
    own = letter.status == Letter.Status.COUNTERSIGNED and letter.countersigned_by_id == user.pk
    return may_countersign(user, letter) or (works_on_cases(user) and own)


def may_send_letter(user: User, letter: Letter) -> bool:
    """Staff of justice send what was countersigned."""
    return works_on_cases(user) and letter.status == Letter.Status.COUNTERSIGNED


def may_withdraw_letter(user: User, letter: Letter) -> bool:
    """Its drafter, or a supervisor of justice, withdraws a letter that has not left."""
    own = works_on_cases(user) and (user.is_supervisor or letter.drafted_by_id == user.pk)
    return own and letter.way == Letter.Way.OUT and not letter.is_frozen


def may_change_time(user: User, case: Case) -> bool:
    """Justice stops and restarts the clocks of a registered case, puts it on hold and asks for more time."""
    return may_change(user, case) and not case.is_draft


def may_decide_extension(user: User, extension: Extension) -> bool:
    """A supervisor of justice, who is not the one that asked."""
    return may_change_time(user, extension.case) and user.is_supervisor and user.pk != extension.asked_by_id


def may_import_cases(user: User) -> bool:
    """Justice keeps the cases, so its officers and supervisors bring in the logs of before."""
    return works_on_cases(user)


def may_undo_case_import(user: User) -> bool:
    """A supervisor of justice."""
    return works_on_cases(user) and user.is_supervisor


def may_dispose(user: User) -> bool:
    """A supervisor of justice sets terms, draws up disposal lists, approves those of others and carries them out."""
    return works_on_cases(user) and user.is_supervisor


def may_keep_agreement(user: User, agreement: Agreement) -> bool:
    """A supervisor who may change the agreement says how long it is kept."""
    return user.is_supervisor and may_edit(user, agreement)
