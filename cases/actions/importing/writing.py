"""Writing what was planned: new cases in bulk, amendments one statement for each column; nothing here decides anything."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, cast

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from agreements.models import Agreement, Partner
from cases.actions.importing.facts import Told, sending_steps
from cases.actions.importing.planning import RowPlan, World
from cases.actions.numbering import Wanted, take_numbers
from cases.basis import Proposal
from cases.clocks import Fact
from cases.lifecycle import CLOSED, HOLDER_OF, Result
from cases.models import AssistanceItem, Case, CaseEvent, Extension, Promise
from cases.searching import SAID, index_cases, words_of_case
from cases.timing import due_day, fact_of, facts_of
from tracker import search
from tracker.audit import Deed
from tracker.bulk import insert, next_keys
from tracker.importing import ADD, CHANGE, Occasion
from tracker.models import ImportBatch, User
from tracker.preferences import counting_rules
from tracker.roles import Secrecy
from tracker.workdays import Calendar

CASE_FIELDS = [field.name for field in Case._meta.concrete_fields]
_BLANK = {field.name: field.get_default() for field in Case._meta.concrete_fields} | {"basis_finding": "{}"}
EVENT_FIELDS = (
    "case", "order", "step", "state", "happened_on", "reference", "body", "ground", "defect", "due_on", "result",
    "note", "recorded_at", "recorded_by",
)  # fmt: skip
ITEM_FIELDS = ("case", "position", "kind", "state", "result", "settled_on")
CHANGED = (
    "number", "former_number", "partner_reference", "office", "office_reference", "subject", "state", "holder",
    "result", "requested_on", "sent_on", "closed_on", "basis", "agreement", "basis_finding", "is_open", "due_on", "due_clock",
    "changed_at", "version",
)  # fmt: skip
WHAT_CLOCKS_READ = (
    Prefetch("extensions", Extension.objects.filter(is_approved=True)),
    Prefetch("promises", Promise.objects.filter(withdrawn_at=None, due_on__isnull=False)),
)
PROGRESS: dict[str, str] = {
    Result.FULL: AssistanceItem.Progress.DONE,
    Result.PART: AssistanceItem.Progress.PART,
    Result.NONE: AssistanceItem.Progress.NOT_DONE,
}
COPIED = (
    "direction",
    "kind",
    "partner_reference",
    "office",
    "office_reference",
    "subject",
    "requested_on",
    "result",
    "secrecy",
    "declassify_when",
    "code_name",
    "is_urgent",
    "is_direct",
    "former_number",
)
"""What a case takes from its row as it stands there."""


@dataclass(frozen=True, slots=True)
class Named:
    """What the audit trail asks of a case, without the object, which takes longer to make than its row to write."""

    pk: int
    number: str
    _meta: ClassVar[Any] = Case._meta

    def __str__(self) -> str:
        return self.number


@dataclass(frozen=True, slots=True)
class Timed:
    """What clocks read of a new case, without the object for the same reason."""

    kind: str
    direction: str
    state: str
    received_on: date
    deadline: date | None
    partner: Partner | None
    basis: str
    agreement: Agreement | None
    is_urgent: bool
    is_direct: bool


@dataclass(slots=True)
class Writer:
    """One application of a batch. Gathers what is to be told, how to undo it, and the numbers of new cases by line."""

    occasion: Occasion
    known: World
    deeds: list[Deed] = field(default_factory=list)
    undo: dict[str, dict[str, Any]] = field(default_factory=dict)
    numbers: dict[int, str] = field(default_factory=dict)
    _facts: dict[int, dict[str, Any]] = field(default_factory=dict)
    calendar: Calendar = field(init=False)
    roll: bool = field(init=False)
    by: User = field(init=False)
    batch: ImportBatch = field(init=False)
    now: datetime = field(init=False)
    _note: str = ""
    _said_by_log: str = ""

    def __post_init__(self) -> None:
        self.by, self.batch, self.now = self.occasion.by, self.occasion.batch, self.occasion.now
        self.calendar, self.roll = counting_rules()
        self._note = _("Entered afterwards, from %(file)s") % {"file": self.batch.file_name}
        self._said_by_log = _("Entered afterwards, as the former log says")

    def write(self, plans: Sequence[RowPlan]) -> None:
        """Write one chunk of plans."""
        self._add([plan for plan in plans if plan.outcome == ADD])
        self._amend([plan for plan in plans if plan.outcome == CHANGE])

    def _add(self, plans: Sequence[RowPlan]) -> None:
        """New cases take the next numbers of the years in which they were received, the earlier ones first."""
        if not plans:
            return
        ordered = sorted(plans, key=lambda plan: (plan.row.days["received_on"], plan.row.line))
        wanted = [
            Wanted(plan.row.direction, plan.row.secrecy, plan.row.days["received_on"]) for plan in ordered
        ]
        pairs = list(zip(next_keys(Case, len(ordered)), take_numbers(wanted), ordered, strict=True))
        insert(Case, CASE_FIELDS, self._case_rows(pairs))
        insert(CaseEvent, EVENT_FIELDS, self._event_rows(pairs))
        insert(AssistanceItem, ITEM_FIELDS, self._item_rows(pairs))
        search.index_new(Case._meta.label_lower, _texts(pairs))
        self.numbers |= {plan.row.line: number for _key, number, plan in pairs}
        self.deeds += [
            self._deed("case.import", cast(Case, Named(key, number)), plan.row.line, number=number)
            for key, number, plan in pairs
        ]

    def _case_rows(self, pairs: "Sequence[Numbered]") -> Iterator[list[Any]]:
        for key, number, plan in pairs:
            values = _BLANK | self._case(key, number, plan)
            yield [values[name] for name in CASE_FIELDS]

    def _case(self, key: int, number: str, plan: RowPlan) -> dict[str, Any]:
        row, settled = plan.row, plan.settled
        assert settled is not None and plan.partner is not None  # noqa: S101 - a new case has both
        last = row.told[-1]
        is_open = last.state not in CLOSED
        due_on, due_clock = self._due(plan) if is_open else (None, "")
        reason = "" if settled.follows else row.basis_reason or self._said_by_log
        return {name: getattr(row, name) for name in COPIED} | {
            "id": key,
            "number": number,
            "partner": plan.partner.pk,
            "letter_on": row.days.get("letter_on"),
            "received_on": row.days["received_on"],
            "basis": settled.basis,
            "agreement": settled.agreement.pk if settled.agreement else None,
            "basis_reason": reason,
            "basis_finding": self._finding(settled.proposal, row.requested_on),
            "state": last.state,
            "holder": HOLDER_OF[last.state],
            "deadline": row.days.get("deadline"),
            "declassify_on": row.days.get("declassify_on"),
            "mark_reviewed_on": self.occasion.today if row.secrecy >= Secrecy.RESTRICTED else None,
            "due_on": due_on,
            "due_clock": due_clock,
            "sent_on": next((told.day for told in row.told if told.step in sending_steps()), None),
            "closed_on": None if is_open else last.day,
            "is_open": is_open,
            "batch": self.batch.pk,
            "officer": plan.officer,
            "recorded_at": self.now,
            "recorded_by": self.by.pk,
            "changed_at": self.now,
            "version": len(row.told),
        }

    def _finding(self, proposal: Proposal, day: date) -> str:
        """What the register says for the day, as JSON, and that the case was entered afterwards."""
        key = id(proposal)
        if key not in self._facts:
            self._facts[key] = proposal.facts | {"afterwards": True}
        return json.dumps(self._facts[key] | {"day": day.isoformat()}, ensure_ascii=False)

    def _due(self, plan: RowPlan) -> tuple[date | None, str]:
        row = plan.row
        settled = plan.settled
        assert settled is not None  # noqa: S101 - narrows the type
        case = Timed(
            kind=row.kind,
            direction=row.direction,
            state=row.told[-1].state,
            received_on=row.days["received_on"],
            deadline=row.days.get("deadline"),
            partner=plan.partner,
            basis=settled.basis,
            agreement=settled.agreement,
            is_urgent=row.is_urgent,
            is_direct=row.is_direct,
        )
        events = [
            Fact(told.step, told.day, told.state, None, order) for order, told in enumerate(row.told, 1)
        ]
        return due_day(facts_of(cast(Case, case), events=events), calendar=self.calendar, roll=self.roll)

    def _event_rows(self, pairs: "Sequence[Numbered]") -> Iterator[tuple[Any, ...]]:
        """The steps of new cases, in the order of EVENT_FIELDS."""
        for key, _number, plan in pairs:
            for order, told in enumerate(plan.row.told, 1):
                ground, result = _given(told, plan)
                yield (key, order, told.step, told.state, told.day, "", "", ground, "", None, result,
                       self._note, self.now, self.by.pk)  # fmt: skip

    def _item_rows(self, pairs: "Sequence[Numbered]") -> Iterator[tuple[Any, ...]]:
        """What is asked in new cases, in the order of ITEM_FIELDS; a log has one result for all of it."""
        for key, _number, plan in pairs:
            row = plan.row
            state, day = AssistanceItem.Progress.OPEN, None
            if row.result:
                is_refused = row.ground and row.result == Result.NONE
                state = AssistanceItem.Progress(
                    AssistanceItem.Progress.REFUSED if is_refused else PROGRESS[row.result]
                )
                day = row.told[-1].day
            words = self._said_by_log if row.result == Result.PART and len(row.items) > 1 else ""
            for position, kind in enumerate(row.items):
                yield key, position, kind, str(state), words, day

    def _deed(self, verb: str, case: Case, line: int, **details: Any) -> Deed:
        told = {"file": self.batch.file_name, "batch": str(self.batch.pk), "line": line}
        return Deed(verb, case, told | details)

    def _amend(self, plans: Sequence[RowPlan]) -> None:
        """Recorded cases get the words and the steps that the file adds."""
        cases, events = [], []
        prefetch_related_objects([plan.amendment.case for plan in plans if plan.amendment], *WHAT_CLOCKS_READ)
        for plan in plans:
            amendment = plan.amendment
            assert amendment is not None  # noqa: S101 - narrows the type
            case = amendment.case
            self.undo[str(case.pk)] = _way_back(case)
            last = max(event.order for event in case.events.all())
            made = [self._event(plan, told, last + place) for place, told in enumerate(amendment.new, 1)]
            self._bring_on(plan, made)
            cases.append(case)
            events += made
            fields = "、".join(dict.fromkeys(change.column for change in amendment.changes))
            self.deeds.append(self._deed("case.import_change", case, plan.row.line, fields=fields))
        if cases:
            Case.objects.bulk_update(cases, CHANGED, batch_size=200)
            CaseEvent.objects.bulk_create(events)
            index_cases(cases)
        for event in events:
            self.undo[str(event.case_id)]["events"].append(event.pk)

    def _event(self, plan: RowPlan, told: Told, order: int) -> CaseEvent:
        assert plan.amendment is not None  # noqa: S101 - narrows the type
        ground, result = _given(told, plan)
        return CaseEvent(
            case=plan.amendment.case,
            order=order,
            step=told.step,
            state=told.state,
            happened_on=told.day,
            ground=ground,
            result=result,
            note=self._note,
            recorded_at=self.now,
            recorded_by=self.by,
        )

    def _bring_on(self, plan: RowPlan, made: Sequence[CaseEvent]) -> None:
        """Put the new values on the case, and what follows from the new steps."""
        amendment = plan.amendment
        assert amendment is not None  # noqa: S101 - narrows the type
        case = amendment.case
        for name, value in amendment.fields.items():
            setattr(case, name, value)
        if made:
            case.state, case.result = made[-1].state, made[-1].result
            case.holder = HOLDER_OF[case.state]
            case.is_open = case.state not in CLOSED
            case.closed_on = None if case.is_open else made[-1].happened_on
            for event in made:
                if event.step in sending_steps():
                    self._send(case, event.happened_on)
            facts = facts_of(
                case,
                events=[fact_of(event) for event in (*case.events.all(), *made)],
                extensions=case.extensions.all(),
                promises=case.promises.all(),
            )
            due = due_day(facts, calendar=self.calendar, roll=self.roll) if case.is_open else (None, "")
            case.due_on, case.due_clock = due
        case.changed_at = self.now
        case.version += 1

    def _send(self, case: Case, day: date) -> None:
        """The day of sending is the day of the request; a case that followed the register follows it there."""
        assert case.partner is not None  # noqa: S101 - a registered case has a partner
        case.requested_on = day
        case.sent_on = case.sent_on or day
        if case.basis_reason:
            return
        proposal = self.known.book.on(case.partner, case.kind, day)
        case.basis_finding = proposal.facts
        if proposal.is_certain:
            case.basis, case.agreement = proposal.basis, proposal.agreement


Numbered = tuple[int, str, RowPlan]


def _given(told: Told, plan: RowPlan) -> tuple[str, str]:
    """The ground of a refusal at the decision, the result at the end."""
    ground = plan.row.ground if told.column == "decided_on" or told.state == "I90" else ""
    return ground, plan.row.result if told.state in CLOSED else ""


def _texts(pairs: Sequence[Numbered]) -> Iterator[tuple[int, str]]:
    """The key of each new case and the words by which it is found."""
    for key, number, plan in pairs:
        said = {name: getattr(plan.row, name) for name in SAID} | {"number": number}
        yield key, words_of_case(said, plan.partner, ())


def _way_back(case: Case) -> dict[str, Any]:
    """What the undoing needs to know of a case as it was; days as text."""
    names = [name for name in CHANGED if name not in ("number", "changed_at", "version", "agreement")]
    values = {name: getattr(case, name) for name in names}
    kept = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    return {"fields": kept | {"agreement_id": case.agreement_id}, "events": []}
