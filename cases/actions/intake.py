"""Logging a request: drafts, which may lack anything, and registration, which takes the number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from agreements.actions.uploads import drop_uploads, waiting
from agreements.models import Agreement, Partner
from agreements.provisions import SECRECY
from cases.actions.contents import set_contents
from cases.actions.filing import CURRENT, add_event, keep_current, settle_basis
from cases.actions.numbering import Wanted, take_number
from cases.actions.papers import draft_key
from cases.actions.people import add_person
from cases.basis import proposal_for
from cases.clocks import Fact
from cases.lifecycle import HOLDER_OF, Direction, Kind, opening_of
from cases.models import AssistanceItem, Case
from cases.persons import digest_of
from cases.provisions import HOUSE, mla_act
from cases.rules import may_carry, may_log, may_register, works_on_cases
from cases.searching import index_new_case
from tracker import audit
from tracker.models import User
from tracker.roles import Secrecy
from tracker.secrecy import NO_END, lacks_end

TOLD = (
    "direction",
    "kind",
    "partner",
    "partner_reference",
    "office",
    "office_reference",
    "subject",
    "letter_on",
    "received_on",
    "secrecy",
    "declassify_on",
    "declassify_when",
    "code_name",
    "is_urgent",
    "is_direct",
    "deadline",
)
DRAFTED = (*TOLD, "basis", "agreement", "basis_reason", "recorded_at", "recorded_by", "version", *CURRENT)
"""The fields that keeping a draft writes."""
LINKS = ("partner", "agreement", "officer", "batch", "recorded_by")
HAS_ITEMS = frozenset({Kind.CRIMINAL, Kind.CIVIL})


@dataclass(frozen=True, slots=True)
class Named:
    """A person of the request; the name is encrypted before it is written, and never shown by ``repr``."""

    part: str
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Intake:
    """What somebody says of a request when it is logged; a draft may lack anything.

    ``basis`` "" without an agreement follows the register's proposal. For an outgoing request ``received_on`` is
    the day our office's own request was taken up. ``contents`` are fields of RequestContents by name.
    """

    direction: str = ""
    kind: str = ""
    partner: Partner | None = None
    partner_reference: str = ""
    office: str = ""
    office_reference: str = ""
    subject: str = ""
    letter_on: date | None = None
    received_on: date | None = None
    items: tuple[str, ...] = ()
    basis: str = ""
    agreement: Agreement | None = None
    basis_reason: str = ""
    secrecy: int = Secrecy.INTERNAL
    declassify_on: date | None = None
    declassify_when: str = ""
    code_name: str = ""
    is_urgent: bool = False
    is_direct: bool = False
    deadline: date | None = None
    contents: Mapping[str, Any] = field(default_factory=dict)
    persons: tuple[Named, ...] = ()

    @property
    def requested_on(self) -> date | None:
        """The letter's day; the day of receipt when it is undated or ours."""
        return self.letter_on or self.received_on


@transaction.atomic
def save_draft(*, by: User, intake: Intake, draft: Case | None = None) -> Case:
    """Keep what has been typed so far; only its author sees a draft, and it has no number.

    :raises StepRefused: without the right, above the author's clearance, or for a letter dated after its receipt.
    """
    if not may_log(by):
        raise StepRefused(_("Your role does not log cases."), HOUSE)
    if intake.secrecy > by.clearance:
        raise StepRefused(_("You are not cleared for this level."), HOUSE, "secrecy")
    _check_letter(intake)
    case = _drafted(by, draft)
    _tell(case, intake)
    case.basis, case.agreement = intake.basis, intake.agreement
    case.basis_reason = intake.basis_reason
    case.recorded_at, case.recorded_by = timezone.now(), by
    case.version += 0 if case._state.adding else 1
    keep_current(case)
    case.save(update_fields=None if case._state.adding else DRAFTED)
    _set_items(case, intake.items)
    set_contents(case, intake.contents)
    _set_persons(by, case, intake.persons, is_new=draft is None)
    audit.record("case.draft", case, by=by)
    return case


@transaction.atomic
def discard_draft(*, by: User, draft: Case) -> None:
    """Throw a draft away.

    :raises StepRefused: when it is not this person's draft any more.
    """
    case = _drafted(by, draft)
    audit.record("case.discard", case, by=by)
    key = draft_key(case)
    drop_uploads(by=by, key=key, documents=[str(each.pk) for each in waiting(key, by=by)])
    case.links.all().delete()  # a draft that takes a closed case up again is linked from its first day
    case.delete()


@transaction.atomic
def register_case(
    *, by: User, intake: Intake, today: date, officer: User | None = None, draft: Case | None = None
) -> Case:
    """Open the case: check what was said, settle its basis as of its day, and give it the next number.

    A sealed case is carried by ``officer``, or by whoever registers it.

    :raises StepRefused: without the right, when something is missing or does not fit, or when the register of
        agreements cannot say the basis and none was chosen; ``field`` names the place.
    """
    given: dict[str, Any] = {"by": by, "intake": intake, "today": today, "officer": officer, "draft": draft}
    return register_within(**given)


def register_within(
    *, by: User, intake: Intake, today: date, officer: User | None, draft: Case | None
) -> Case:
    """The same inside a transaction of the caller, which a refusal has to end: nothing is taken back here.

    :raises StepRefused: as :func:`register_case`.
    """
    _check(by, intake, today)
    case = _drafted(by, draft)
    _tell(case, intake)
    case.requested_on = intake.requested_on
    case.mark_reviewed_on = today if case.is_secret else None
    case.officer = _carrier(by, case, officer)
    assert case.partner is not None and case.requested_on is not None  # noqa: S101 - checked above
    proposal = proposal_for(case.partner, case.kind, case.requested_on, reader=by)
    chosen = {"basis": intake.basis, "agreement": intake.agreement, "reason": intake.basis_reason}
    settle_basis(case, by=by, proposal=proposal, **chosen)  # type: ignore[arg-type]
    opening = opening_of(case.direction, is_direct=case.is_direct)
    assert opening.target is not None and case.received_on is not None  # noqa: S101 - narrows the types
    case.state, case.holder = opening.target, HOLDER_OF[opening.target]
    case.recorded_at, case.recorded_by = timezone.now(), by
    case.number = take_number(Wanted(case.direction, case.secrecy, today))
    keep_current(case, coming=Fact(opening.name, case.received_on, opening.target, order=1), is_new=True)
    # What leads elsewhere was read from there, and the database itself keeps what must never be false.
    case.full_clean(exclude=LINKS, validate_unique=False, validate_constraints=False)
    case.save()
    _set_items(case, intake.items, is_new=draft is None)
    set_contents(case, intake.contents)
    add_event(case, by=by, step=opening.name, state=opening.target, happened_on=case.received_on, order=1)
    index_new_case(case)
    audit.record("case.register", case, by=by, details={"number": case.number, "basis": case.basis})
    _set_persons(by, case, intake.persons, is_new=draft is None)
    return case


def _drafted(by: User, draft: Case | None) -> Case:
    """A new case, or the locked draft of this person.

    :raises StepRefused: when the draft was registered or discarded meanwhile, is somebody else's, or is above the clearance.
    """
    if draft is None:
        return Case()
    rows = Case.objects.drafts().visible_to(by).select_for_update(no_key=True)
    own = rows.filter(pk=draft.pk).first()
    if own is None:
        raise StepRefused(_("This draft has been registered or discarded meanwhile."), HOUSE)
    return own


def _tell(case: Case, intake: Intake) -> None:
    for name in TOLD:
        setattr(case, name, getattr(intake, name))


def _set_items(case: Case, kinds: tuple[str, ...], *, is_new: bool = False) -> None:
    if not is_new:
        case.items.all().delete()
    AssistanceItem.objects.bulk_create(
        AssistanceItem(case=case, kind=kind, position=position)
        for position, kind in enumerate(dict.fromkeys(kinds))
    )


def _set_persons(by: User, case: Case, persons: Sequence[Named], *, is_new: bool) -> None:
    """Let the case name exactly these persons; those who stand in a draft already are left as they are.

    :raises StepRefused: for a name or part that does not fit; ``field`` names the place among the persons.
    """
    wanted = {(digest_of(person.name), person.part): place for place, person in enumerate(persons)}
    for row in () if is_new else case.persons.all():
        if wanted.pop((row.digest, row.part), None) is None:
            row.delete()
    for place in wanted.values():
        try:
            add_person(by=by, case=case, part=persons[place].part, name=persons[place].name)
        except StepRefused as refused:
            at = f"person_{place + 1}_{refused.field or 'name'}"
            raise StepRefused(refused.reason, refused.basis, at) from refused


def _carrier(by: User, case: Case, officer: User | None) -> User | None:
    """Who carries the case; a sealed one is never without an officer."""
    chosen = officer or (by if case.is_sealed and works_on_cases(by) else None)
    if chosen is None and case.is_sealed:
        raise StepRefused(_("A sealed case names the officer who carries it."), HOUSE, "secrecy")
    if chosen is not None and not may_carry(chosen, case):
        raise StepRefused(_("This person may not carry a case of this level."), HOUSE, "secrecy")
    return chosen


def _check(by: User, intake: Intake, today: date) -> None:
    """:raises StepRefused: for the first thing that is missing or does not fit."""
    if intake.direction not in Direction.values:
        raise StepRefused(_("Say whether the request comes in or goes out."), HOUSE, "direction")
    if not may_register(by, intake.direction, is_direct=intake.is_direct):
        raise StepRefused(
            _("Justice registers cases; Foreign Affairs registers the requests that it receives."),
            mla_act("7"),
            "direction",
        )
    if intake.secrecy > by.clearance:
        raise StepRefused(_("You are not cleared for this level."), HOUSE, "secrecy")
    if lacks_end(intake.secrecy, intake.declassify_on, intake.declassify_when):
        raise StepRefused(NO_END, SECRECY, "declassify_when")
    for place, is_missing, words in (
        ("kind", intake.kind not in Kind.values, _("Choose the kind of case.")),
        ("partner", intake.partner is None, _("Choose the partner.")),
        ("received_on", intake.received_on is None, _("Give the day of receipt.")),
        ("subject", not intake.subject.strip(), _("Give the subject in one line, without names of persons.")),
        ("items", intake.kind in HAS_ITEMS and not intake.items, _("Choose what is asked.")),
    ):
        if is_missing:
            raise StepRefused(words, HOUSE, place)
    if not set(intake.items) <= set(AssistanceItem.Kind.values):
        raise StepRefused(_("Choose what is asked."), HOUSE, "items")
    _check_days(intake, today)


def _check_letter(intake: Intake) -> None:
    """:raises StepRefused: for what the database takes of no draft either."""
    if intake.letter_on and intake.received_on and intake.letter_on > intake.received_on:
        raise StepRefused(_("The letter is dated after the day of receipt."), HOUSE, "letter_on")


def _check_days(intake: Intake, today: date) -> None:
    assert intake.received_on is not None  # noqa: S101 - checked before
    if intake.received_on > today:
        raise StepRefused(_("The day lies in the future."), HOUSE, "received_on")
    if intake.letter_on and intake.direction == Direction.OUT:
        words = _("An outgoing request gets its day when it is sent: leave the day of the letter empty.")
        raise StepRefused(words, HOUSE, "letter_on")
    _check_letter(intake)
    if intake.deadline and intake.deadline < intake.received_on:
        raise StepRefused(_("The deadline lies before the day of receipt."), HOUSE, "deadline")
    if intake.is_direct and not (intake.is_urgent and intake.direction == Direction.IN):
        words = _("Only an urgent incoming request comes straight to Justice.")
        raise StepRefused(words, mla_act("7"), "is_direct")
