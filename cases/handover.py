"""What changes hands when work does: gathered before it is done, and the pack that the successor ticks through.

A case goes over with its officer, and so does whatever the officer still had to do on other cases. Agreements have
no officer: talks go over in which the giver recorded the last movement. Nobody is shown what he or she may not see,
so a sealed case is handed over by its own officer, to a person who is cleared for it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery

from agreements.home import TALKS
from agreements.lifecycle import Stage
from agreements.models import Agreement, Milestone, ProgressUpdate, Round
from agreements.rules import may_see_agreement
from cases.lifecycle import State
from cases.models import (
    Case,
    CaseEvent,
    CaseQuerySet,
    Handover,
    HandoverLine,
    Interval,
    Letter,
    LetterCase,
    Note,
    Promise,
    Task,
)
from cases.record.counts import counted
from cases.rules import may_carry, may_see_case
from tracker.models import User

EXPECTS_ANSWER = (Letter.Kind.REQUEST, Letter.Kind.MORE, Letter.Kind.REMINDER)
DAYS = ("moved_on", "due_on", "promise_due_on", "held_until")
NUMBERS = ("promises", "letters", "unclear", "tasks", "notes")


@dataclass(frozen=True, slots=True)
class Going:
    """One thing that would go over, as it stands: a case, or talks on an agreement.

    ``is_carried`` is false for a case that the giver does not carry and only has tasks on.
    """

    facts: dict[str, Any]
    case: Case | None = None
    agreement: Agreement | None = None
    is_carried: bool = True

    @property
    def read(self) -> "Facts":
        """The facts as a template shows them."""
        return facts_of(self.facts)


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything that would go over, and what stays because the taker is not cleared for it."""

    going: Sequence[Going]
    staying: Sequence[Going]

    @property
    def token(self) -> str:
        """Of what somebody saw: it differs as soon as anything of the pack has changed."""
        seen = [
            f"{kind}:{one.pk}:{one.version}:{row.is_carried}"
            for row in self.going
            for kind, one in (("case", row.case), ("agreement", row.agreement))
            if one is not None
        ]
        return hashlib.sha256("|".join(seen).encode()).hexdigest()


def pack_of(giver: User, taker: User, *, by: User) -> Pack:
    """What would go from the giver to the taker, as far as ``by`` may see it. Four queries."""
    rows = [*_cases(giver, taker, by), *_talks(giver, by)]
    goes = [_may_go(row, taker) for row in rows]
    return Pack(
        going=[row for row, may in zip(rows, goes, strict=True) if may],
        staying=[row for row, may in zip(rows, goes, strict=True) if not may],
    )


def _may_go(row: Going, taker: User) -> bool:
    if row.agreement is not None:
        return may_see_agreement(taker, row.agreement)
    assert row.case is not None  # noqa: S101 - a row is the one or the other
    return may_carry(taker, row.case) if row.is_carried else may_see_case(taker, row.case)


def _cases(giver: User, taker: User, by: User) -> list[Going]:
    """The giver's open cases, closed ones with a promise that still stands, and cases with the giver's open tasks."""
    tasks = Task.objects.filter(assigned_to=giver, done_at=None).values_list("case", flat=True)
    owed = Promise.objects.standing().filter(case__officer=giver).values_list("case", flat=True)
    # Their keys are asked for first, so that no scan of all cases is needed to find these few.
    concerned = Q(officer=giver, is_open=True) | Q(pk__in={*tasks, *owed})
    cases = Case.objects.registered().visible_to(by).with_rows().filter(concerned)
    ordered = _with_facts(cases, taker, by).order_by(
        "-is_open", F("due_on").asc(nulls_last=True), "requested_on", "pk"
    )
    return [
        Going(facts=_facts_of(case), case=case, is_carried=case.officer_id == giver.pk) for case in ordered
    ]


def _with_facts(cases: CaseQuerySet, taker: User, by: User) -> Any:
    """Cases with what a successor asks of each; all in the one query.

    Of letters, and of answers to them, only those count that ``by`` may see, and that the taker is cleared for, who reads the
    numbers later.
    """
    own = {"case": OuterRef("pk")}
    promises = Promise.objects.standing().filter(**own)
    seen = Letter.objects.visible_to(by).filter(secrecy__lte=taker.clearance)
    about = LetterCase.objects.filter(Exists(seen.filter(pk=OuterRef("letter"))), **own)
    is_answered = Exists(seen.filter(answers=OuterRef("letter")))
    sent = about.filter(letter__way=Letter.Way.OUT, letter__status=Letter.Status.SENT)
    wants_answer = Q(letter__kind__in=EXPECTS_ANSWER) | Q(letter__reply_by__isnull=False)
    stops = Interval.objects.standing().filter(**own, sort=Interval.Sort.STOP, ended_on=None)
    first_due = promises.order_by().values("case").annotate(day=Min("due_on")).values("day")
    last = CaseEvent.objects.filter(**own).order_by().values("case").annotate(day=Max("happened_on"))
    return cases.annotate(
        moved_on=Subquery(last.values("day")),
        promises_standing=counted(promises, "case"),
        promise_due_on=Subquery(first_due),
        letters_unanswered=counted(sent.filter(wants_answer, ~is_answered), "case"),
        letters_unclear=counted(about.filter(asks_meaning=True), "case"),
        tasks_open=counted(Task.objects.filter(**own, done_at=None), "case"),
        notes_left=counted(Note.objects.filter(**own, is_for_successor=True, withdrawn_at=None), "case"),
        is_stopped=Exists(stops),
    )


def _facts_of(case: Any) -> dict[str, Any]:
    """Dates and codes only, as they are kept with the line."""
    days = {"moved_on": case.moved_on, "due_on": case.due_on, "promise_due_on": case.promise_due_on}
    days["held_until"] = case.held_until
    return {
        "state": case.state,
        **{name: day.isoformat() if day else "" for name, day in days.items()},
        "promises": case.promises_standing,
        "letters": case.letters_unanswered,
        "unclear": case.letters_unclear,
        "tasks": case.tasks_open,
        "notes": case.notes_left,
        "stopped": case.is_stopped,
    }


def _talks(giver: User, by: User) -> list[Going]:
    """Agreements under talks in which the giver recorded the last movement: a step, a round, or how it is going."""
    made: dict[str, Any] = {}
    for name, model, rows in (
        ("step", Milestone, Q(withdrawn_at=None)),
        ("round", Round, Q()),
        ("word", ProgressUpdate, Q()),
    ):
        last = model.objects.filter(rows, agreement=OuterRef("pk")).order_by("-recorded_at", "-pk")
        made |= {f"{name}_at": Subquery(last.values("recorded_at")[:1]), f"{name}_by": Subquery(last.values("recorded_by")[:1])}  # fmt: skip
    talks = Agreement.objects.visible_to(by).filter(stage__in=TALKS).select_related("partner")
    by_giver = Q(step_by=giver.pk) | Q(round_by=giver.pk) | Q(word_by=giver.pk)
    return [
        Going(facts=_talk_facts(agreement), agreement=agreement)
        for agreement in talks.annotate(**made).filter(by_giver).order_by("number")
        if _last_by(agreement) == giver.pk
    ]


def _last_by(agreement: Any) -> int | None:
    """Whose the latest of the three movements is."""
    moves = [
        (getattr(agreement, f"{name}_at"), getattr(agreement, f"{name}_by"))
        for name in ("step", "round", "word")
    ]
    return max((move for move in moves if move[0] is not None), default=(None, None))[1]


def _talk_facts(agreement: Agreement) -> dict[str, Any]:
    moved_on = agreement.last_activity_on
    return {"stage": agreement.stage, "moved_on": moved_on.isoformat() if moved_on else ""}


# The pack, once it was handed over.


@dataclass(frozen=True, slots=True)
class Facts:
    """What is kept of one line, typed again; a number that was not kept is None, never zero."""

    standing: str
    moved_on: date | None
    due_on: date | None = None
    promise_due_on: date | None = None
    held_until: date | None = None
    promises: int | None = None
    letters: int | None = None
    unclear: int | None = None
    tasks: int | None = None
    notes: int | None = None
    is_stopped: bool = False


def facts_of(kept: dict[str, Any]) -> Facts:
    """Read the facts of a line."""
    standing = State(kept["state"]).label if kept.get("state") else ""
    if kept.get("stage"):
        standing = Stage(kept["stage"]).label
    read: dict[str, Any] = {name: kept.get(name) for name in NUMBERS}
    read |= {name: date.fromisoformat(kept[name]) if kept.get(name) else None for name in DAYS}
    return Facts(
        standing=str(standing),
        **read,
        is_stopped=bool(kept.get("stopped")),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a pack with its facts as they stood then, and the notes that wait for the successor."""

    line: HandoverLine
    facts: Facts
    notes: Sequence[Note]


@dataclass(frozen=True, slots=True)
class PackPage:
    """A pack as its reader sees it."""

    handover: Handover
    lines: Sequence[Line]

    @property
    def ticked(self) -> int:
        return sum(line.line.ticked_at is not None for line in self.lines)


def lines_seen(reader: User) -> QuerySet[HandoverLine]:
    """The lines whose case or agreement the reader may see."""
    cases = Case.objects.registered().visible_to(reader).filter(pk=OuterRef("case"))
    agreements = Agreement.objects.visible_to(reader).filter(pk=OuterRef("agreement"))
    return HandoverLine.objects.filter(Exists(cases) | Exists(agreements))


def handovers_seen(reader: User) -> QuerySet[Handover]:
    """The packs that the reader gave, takes or made, and for a supervisor those of the own ministry."""
    own = Q(giver=reader) | Q(taker=reader) | Q(made_by=reader)
    if reader.is_supervisor:
        own |= Q(giver__ministry=reader.ministry)
    rows = Handover.objects.filter(own).select_related("giver", "taker", "made_by")
    return rows.order_by("-made_at", "-pk")


def with_progress(packs: QuerySet[Handover], reader: User) -> Any:
    """Packs with how many lines they have that the reader may see, and how many of those are ticked."""
    lines = lines_seen(reader).filter(handover=OuterRef("pk"))
    return packs.annotate(
        lines_seen=counted(lines, "handover"),
        lines_ticked=counted(lines.exclude(ticked_at=None), "handover"),
    )


def handovers_for(reader: User) -> Any:
    """The packs that the reader has still to tick through, each with ``lines_seen`` and ``lines_ticked``. One query."""
    return with_progress(handovers_seen(reader).filter(taker=reader, closed_at=None), reader)


def pack_page(handover: Handover, reader: User) -> PackPage:
    """The pack for this reader. Two queries."""
    lines = lines_seen(reader).filter(handover=handover)
    rows = list(lines.select_related("case__partner", "agreement__partner").order_by("pk"))
    left = Note.objects.filter(
        case__in=[row.case_id for row in rows if row.case_id], is_for_successor=True, withdrawn_at=None
    )
    notes: dict[int, list[Note]] = {}
    for note in left.select_related("written_by").order_by("-written_at", "-pk"):
        notes.setdefault(note.case_id, []).append(note)
    return PackPage(
        handover, [Line(row, facts_of(row.facts), notes.get(row.case_id or 0, [])) for row in rows]
    )
