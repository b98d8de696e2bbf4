"""Writing what was planned: new agreements in bulk, amendments in bulk; nothing here decides anything."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, cast

from django.utils.translation import gettext as _

from agreements.actions.importing.amendments import Amendment, NewFact, said_by
from agreements.actions.importing.caches import refresh_all
from agreements.actions.importing.facts import DOUBT, Told, in_the_past, proven_path
from agreements.actions.importing.planning import RowPlan
from agreements.actions.recompute import recompute_above
from agreements.actions.register import next_number
from agreements.clocks import ENDINGS
from agreements.lifecycle import Track
from agreements.models import Agreement, AgreementSubject, Milestone, Partner, SourcedFact
from agreements.searching import agreement_text
from tracker import search
from tracker.audit import Deed
from tracker.bulk import insert, next_keys
from tracker.cutting import cut
from tracker.importing import ADD, CHANGE, Occasion
from tracker.models import ImportBatch, User

COPIED = ("effective", "place", "reference", "ground", "term", "is_history")
LONGEST_REASON = 300
AGREEMENT_FIELDS = [field.name for field in Agreement._meta.concrete_fields]
_BLANK = {field.name: field.get_default() for field in Agreement._meta.concrete_fields}
MILESTONE_FIELDS = (
    "agreement", "step", "stage", "phase", "order", "happened", "effective", "counted", "counted_from", "counted_to",
    "place", "reference", "ground", "note", "is_history", "recorded_at", "recorded_by", "batch", "withdrawn_reason",
)  # fmt: skip
SOURCED_FIELDS = ("agreement", "fact", "value", "source", "confidence", "is_chosen", "recorded_at")


@dataclass(frozen=True, slots=True)
class New:
    """What the search and the audit trail ask of a new agreement, without the object, which takes longer to make."""

    pk: int
    number: str
    partner: Partner
    title_zh: str
    title_en: str
    series_number: str = ""
    _meta: ClassVar[Any] = Agreement._meta
    title: ClassVar[Any] = Agreement.full_title  # an import brings in nothing restricted

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


@dataclass(slots=True)
class Writer:
    """One application of a batch; ``taken`` says how many numbers of the year are taken.

    Gathers what is to be told, how to undo it, and the numbers of new agreements by line.
    """

    occasion: Occasion
    taken: int
    deeds: list[Deed] = field(default_factory=list)
    undo: dict[str, dict[str, Any]] = field(default_factory=dict)
    numbers: dict[int, str] = field(default_factory=dict)

    by: User = field(init=False)
    batch: ImportBatch = field(init=False)
    today: date = field(init=False)
    now: datetime = field(init=False)

    def __post_init__(self) -> None:
        one = self.occasion
        self.by, self.batch, self.today, self.now = one.by, one.batch, one.today, one.now

    def write(self, plans: Sequence[RowPlan]) -> None:
        """Write one chunk of plans."""
        self._add([plan for plan in plans if plan.outcome == ADD and plan.amendment is None])
        self._amend([plan for plan in plans if plan.outcome in (ADD, CHANGE) and plan.amendment is not None])

    def _add(self, plans: Sequence[RowPlan]) -> None:
        if not plans:
            return
        keys = next_keys(Agreement, len(plans))
        pairs = [(plan, self._new(plan, key)) for plan, key in zip(plans, keys, strict=True)]
        self.numbers |= {plan.row.line: new.number for plan, new in pairs}
        insert(Agreement, AGREEMENT_FIELDS, (self._agreement_row(*pair) for pair in pairs))
        insert(
            AgreementSubject,
            ("agreement", "subject", "position"),
            (
                (new.pk, code, position)
                for plan, new in pairs
                for position, code in enumerate(plan.row.subjects)
            ),
        )
        insert(Milestone, MILESTONE_FIELDS, self._milestone_rows(pairs))
        insert(SourcedFact, SOURCED_FIELDS, self._sourced_rows(pairs))
        search.index_new(
            Agreement._meta.label_lower,
            ((new.pk, agreement_text(cast(Agreement, new), ())) for _plan, new in pairs),
        )
        self.deeds += [
            self._deed("agreement.import", cast(Agreement, new), plan.row.line) for plan, new in pairs
        ]

    def _new(self, plan: RowPlan, key: int) -> New:
        """A planned agreement with its key and the next number."""
        assert plan.partner is not None  # noqa: S101 - a new agreement has one
        number = next_number(self.today, taken=self.taken)
        self.taken += 1
        return New(key, number, plan.partner, plan.row.title_zh, plan.row.title_en)

    def _agreement_row(self, plan: RowPlan, new: New) -> list[Any]:
        """The values of a new agreement, in the order of AGREEMENT_FIELDS."""
        row = plan.row
        track, clause = proven_path(row)
        days = [told.day.last for told in plan.told if not told.day.is_unknown]
        values = _BLANK | {
            "id": new.pk,
            "number": new.number,
            "partner": new.partner.pk,
            "title_zh": row.title_zh,
            "title_en": row.title_en,
            "is_working_title_zh": row.is_working_title_zh,
            "is_working_title_en": row.is_working_title_en,
            "nature": row.nature,
            "track": str(track or Track.UNDETERMINED),
            "clause": clause,
            "urgent_confirmation_days": row.urgent_confirmation_days,
            "stage": next((told.stage for told in reversed(plan.told) if told.stage), ""),
            "last_activity_on": max((min(day, self.today) for day in days if day), default=None),
            "recorded_at": self.now,
            "recorded_by": self.by.pk,
            "batch": self.batch.pk,
        }
        return [values[name] for name in AGREEMENT_FIELDS]

    def _milestone_rows(self, pairs: Sequence[tuple[RowPlan, New]]) -> Iterator[tuple[Any, ...]]:
        """The facts of new agreements, in the order of MILESTONE_FIELDS."""
        for plan, agreement in pairs:
            for place, told in enumerate(plan.told, start=1):
                day = in_the_past(told.day, self.today)
                text, note = str(day), self._note(told, plan.row.status)
                yield (agreement.pk, told.step, told.stage, told.phase, place, text, "", text, day.first, day.last,
                       "", "", "", note, True, self.now, self.by.pk, self.batch.pk, "")  # fmt: skip

    def _sourced_rows(self, pairs: Sequence[tuple[RowPlan, New]]) -> Iterator[tuple[Any, ...]]:
        """What the sources of new agreements say, in the order of SOURCED_FIELDS; all of it is chosen."""
        for plan, agreement in pairs:
            row = plan.row
            for fact, value in said_by(row, plan.told).items():
                yield agreement.pk, fact, value, row.source, row.confidence, True, self.now

    def milestone(self, agreement: Agreement, told: Told, order: float, status: str) -> Milestone:
        """A told fact as history of this batch, unsaved."""
        day = in_the_past(told.day, self.today)
        return Milestone(
            agreement=agreement,
            step=told.step,
            stage=told.stage,
            phase=told.phase,
            order=order,
            happened=day,
            counted=day,
            note=self._note(told, status),
            is_history=True,
            recorded_at=self.now,
            recorded_by=self.by,
            batch=self.batch,
        )

    def _note(self, told: Told, status: str) -> str:
        """The reason that endings and doubts must give: what the file says."""
        if told.step != DOUBT and told.step not in ENDINGS:
            return ""
        words = {"file": self.batch.file_name, "status": status}
        return _("By %(file)s the status is “%(status)s”.") % words

    def _sourced(self, agreement: Agreement, plan: RowPlan, fact: str, value: str) -> SourcedFact:
        return SourcedFact(
            agreement=agreement,
            fact=fact,
            value=value,
            source=plan.row.source,
            confidence=plan.row.confidence,
            is_chosen=True,
            recorded_at=self.now,
        )

    def _deed(self, verb: str, agreement: Agreement, line: int, **details: Any) -> Deed:
        told = {"file": self.batch.file_name, "batch": str(self.batch.pk), "line": line}
        return Deed(verb, agreement, told | details)

    def _amend(self, plans: Sequence[RowPlan]) -> None:
        if not plans:
            return
        amendments = [plan.amendment for plan in plans if plan.amendment]
        for amendment in amendments:
            self.undo[str(amendment.agreement.pk)] = _way_back(amendment)
        self._replace_facts(plans)
        set_subjects([(one.agreement, one.subjects) for one in amendments if one.subjects])
        self._choose_sources(plans)
        for plan in plans:
            self._describe(plan)
        agreements = [amendment.agreement for amendment in amendments]
        fields = sorted({name for amendment in amendments for name in amendment.fields})
        if fields:
            Agreement.objects.bulk_update(agreements, fields, batch_size=200)
        refresh_all(agreements, today=self.today)
        for amendment in amendments:
            if "urgent_confirmation_days" in amendment.fields:
                recompute_above(by=self.by, about=amendment.agreement, today=self.today)

    def _describe(self, plan: RowPlan) -> None:
        """Put the new values on the agreement and remember what is told of it."""
        amendment = plan.amendment
        assert amendment is not None  # noqa: S101 - narrows the type
        agreement = amendment.agreement
        if amendment.is_revival:
            amendment.fields["batch"] = self.batch
        for name, value in amendment.fields.items():
            setattr(agreement, name, value)
        days = [min(new.told.day.last, self.today) for new in amendment.new if new.told.day.last]
        agreement.last_activity_on = max(filter(None, [agreement.last_activity_on, *days]), default=None)
        verb = "agreement.import" if amendment.is_revival else "agreement.import_change"
        changes = {
            "fields": "、".join(dict.fromkeys(change.column for change in amendment.changes)),
            "before": {change.column: change.was for change in amendment.changes},
            "after": {change.column: change.now for change in amendment.changes},
        }
        self.deeds.append(self._deed(verb, agreement, plan.row.line, **changes))

    def _replace_facts(self, plans: Sequence[RowPlan]) -> None:
        amendments = [plan.amendment for plan in plans if plan.amendment]
        gone = [new.replaces for one in amendments for new in one.new if new.replaces]
        gone += [fact for one in amendments for fact in one.withdrawn]
        withdraw(
            gone, by=self.by, now=self.now, reason=_("Import of %(file)s") % {"file": self.batch.file_name}
        )
        made = [
            self._replacement(plan.amendment.agreement, new, plan.row.status)
            for plan in plans
            if plan.amendment
            for new in plan.amendment.new
        ]
        Milestone.objects.bulk_create(made)
        copy_documents(made)

    def _replacement(self, agreement: Agreement, new: NewFact, status: str) -> Milestone:
        made = self.milestone(agreement, new.told, new.order, status)
        if new.replaces is not None:
            made.replaces = new.replaces
            made.note = new.replaces.note or made.note
            for name in COPIED:
                setattr(made, name, getattr(new.replaces, name))
            if str(made.effective) and new.replaces.counted == made.effective:
                made.counted = made.effective
        return made

    def _choose_sources(self, plans: Sequence[RowPlan]) -> None:
        amendments = [plan.amendment for plan in plans if plan.amendment]
        _choose([fact for one in amendments for fact in one.unchosen], False)
        _choose([fact for one in amendments for fact in one.chosen], True)
        made = [
            (plan.amendment, self._sourced(plan.amendment.agreement, plan, *said))
            for plan in plans
            if plan.amendment
            for said in plan.amendment.said
        ]
        SourcedFact.objects.bulk_create(fact for _amendment, fact in made)
        for amendment, fact in made:
            self.undo[str(amendment.agreement.pk)]["sources_added"].append(fact.pk)


def _way_back(amendment: Amendment) -> dict[str, Any]:
    """What the undoing needs to know of an agreement as it was."""
    agreement = amendment.agreement
    fields = {name: getattr(agreement, name) for name in amendment.fields}
    if amendment.is_revival:
        fields["batch"] = str(agreement.batch_id)
    return {
        "fields": fields,
        "subjects": agreement.subject_codes if amendment.subjects else [],
        "withdrawn": [fact.pk for fact in amendment.withdrawn],
        "sources_added": [],
        "sources_chosen": [fact.pk for fact in amendment.chosen],
        "sources_unchosen": [fact.pk for fact in amendment.unchosen],
        "last_activity_on": agreement.last_activity_on.isoformat() if agreement.last_activity_on else "",
    }


def withdraw(milestones: Iterable[Milestone], *, by: User, now: datetime, reason: str) -> None:
    """Withdraw standing milestones, all for the same reason, in one query."""
    keys = [milestone.pk for milestone in milestones]
    Milestone.objects.filter(pk__in=keys, withdrawn_at=None).update(
        withdrawn_at=now, withdrawn_by=by, withdrawn_reason=cut(reason, LONGEST_REASON)
    )


def copy_documents(milestones: Sequence[Milestone]) -> None:
    """Give each milestone the documents of the one that it replaces."""
    through = Milestone.documents.through
    by_old = {milestone.replaces_id: milestone.pk for milestone in milestones if milestone.replaces_id}
    rows = through.objects.filter(milestone_id__in=list(by_old))
    through.objects.bulk_create(
        through(milestone_id=by_old[row.milestone_id], document_id=row.document_id) for row in rows
    )


def set_subjects(changed: Sequence[tuple[Agreement, Sequence[str]]]) -> None:
    """Write the subjects of many agreements anew, the main one first."""
    AgreementSubject.objects.filter(agreement__in=[agreement for agreement, _codes in changed]).delete()
    AgreementSubject.objects.bulk_create(
        AgreementSubject(agreement=agreement, subject=code, position=position)
        for agreement, codes in changed
        for position, code in enumerate(codes)
    )


def _choose(facts: Sequence[SourcedFact], is_chosen: bool) -> None:
    SourcedFact.objects.filter(pk__in=[fact.pk for fact in facts]).update(is_chosen=is_chosen)
