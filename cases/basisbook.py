"""What the register proposes for many requests: asked once for every span of days in which nothing changes.

For bulk work: the import of case logs, restating, drawing samples. One request is proposed for by
:func:`cases.basis.proposal_for`, and says the same.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q

from agreements.chronicle import brings_into_force, stood
from agreements.lifecycle import Phase, Stage
from agreements.models import Agreement, Milestone, Partner
from cases.basis import FINDING_OF_PHASE, SUBJECT_OF, Proposal, Standing, propose
from tracker.models import User


@dataclass(frozen=True, slots=True)
class Learnt:
    """An agreement with all its standing facts in their order."""

    agreement: Agreement
    subjects: frozenset[str]
    facts: Sequence[Milestone]

    def standing(self, day: date) -> Standing | None:
        """How it stood on ``day``; None when there was none yet."""
        found = stood(self.agreement.opened_on, self.facts, day)
        if found is None:
            return None
        return Standing(
            agreement=self.agreement,
            subjects=self.subjects,
            phase=found.phase,
            stage=found.stage,
            since=found.in_force,
            possible=found.possible,
        )


@dataclass(slots=True)
class BasisBook:
    """Proposals by partner, kind and day, from what the register holds and ``reader`` may see.

    A proposal is kept for days on which its basis, finding and reason are the same; the stage of an agreement within
    its phase may differ.

    Four queries for partners that are learnt together, or for each that is asked about unlearnt; none for a day.
    """

    reader: User
    _proposals: dict[tuple[int, str, date], Proposal] = field(default_factory=dict)
    _standings: dict[tuple[int, date], list[Standing]] = field(default_factory=dict)
    _turns: dict[int, list[date]] = field(default_factory=dict)
    _agreements: dict[int, list[Learnt]] = field(default_factory=dict)

    def learn(self, partners: Iterable[Partner]) -> None:
        """Read every agreement with these partners at once, with all its facts."""
        keys = {partner.pk for partner in partners}
        shared = Agreement.other_partners.through.objects.filter(agreement=OuterRef("pk"), partner__in=keys)
        agreements = Agreement.objects.visible_to(self.reader).filter(Q(partner__in=keys) | Exists(shared))
        facts = Milestone.objects.filter(withdrawn_at=None).order_by("order", "id")
        found: dict[int, list[Learnt]] = {key: [] for key in keys}
        for one in agreements.prefetch_related(
            "subjects", "other_partners", Prefetch("milestones", facts, to_attr="told")
        ):
            learnt = Learnt(one, frozenset(one.subject_codes), one.told)  # type: ignore[attr-defined]
            for key in keys & {one.partner_id, *(other.pk for other in one.other_partners.all())}:
                found[key].append(learnt)
        self._agreements |= found

    def at(self, partner: Partner, kind: str, day: date) -> Proposal:
        """The proposal for the span that holds ``day``; its own ``day`` is the first of the span."""
        begin = self._begin(partner, day)
        key = (partner.pk, kind, begin)
        if key not in self._proposals:
            self._proposals[key] = propose(kind, begin, self._standings_at(partner, begin))
        return self._proposals[key]

    def on(self, partner: Partner, kind: str, day: date) -> Proposal:
        """The proposal for exactly this day."""
        return replace(self.at(partner, kind, day), day=day)

    def finding(self, proposal: Proposal, day: date) -> str:
        """The finding as JSON, for this day."""
        return json.dumps(proposal.facts | {"day": day.isoformat()}, ensure_ascii=False)

    def spans(self, partner: Partner, kind: str) -> Iterator[tuple[date, date, Proposal]]:
        """Every span, its first day and its last, with what is proposed for it, oldest first."""
        turns = self._turning_days(partner)
        for begin, following in zip(turns, [*turns[1:], None], strict=True):
            last = following - timedelta(days=1) if following else date.max
            yield begin, last, self.at(partner, kind, begin)

    def entries_into_force(self, partner: Partner) -> list[tuple[date, str]]:
        """The days on which the register begins to propose an agreement, and the kind of case that gains it."""
        found = []
        for kind in SUBJECT_OF:
            before: Proposal | None = None
            for day, _last, after in self.spans(partner, kind):
                if before is not None and after.agreement is not None and before.agreement is None:
                    found.append((day, kind))
                before = after
        return sorted(found)

    def _begin(self, partner: Partner, day: date) -> date:
        days = self._turning_days(partner)
        return days[max(bisect_right(days, day) - 1, 0)]

    def _standings_at(self, partner: Partner, day: date) -> list[Standing]:
        key = (partner.pk, day)
        if key not in self._standings:
            found = (learnt.standing(day) for learnt in self._learnt(partner))
            self._standings[key] = [standing for standing in found if standing is not None]
        return self._standings[key]

    def _turning_days(self, partner: Partner) -> list[date]:
        """The days on which what is said of any agreement with the partner may begin to be something else."""
        if partner.pk not in self._turns:
            days = {date.min}
            for learnt in self._learnt(partner):
                days |= {learnt.agreement.opened_on} if learnt.agreement.opened_on else set()
                days |= set(_turns_of(learnt.facts))
            self._turns[partner.pk] = sorted(days)
        return self._turns[partner.pk]

    def _learnt(self, partner: Partner) -> list[Learnt]:
        if partner.pk not in self._agreements:
            self.learn([partner])
        return self._agreements[partner.pk]


def _turns_of(facts: Sequence[Milestone]) -> Iterator[date]:
    """The days on which what a basis asks of an agreement may change, of its facts in their order.

    A fact of a known day that follows the one before it and means the same for a basis turns nothing; one without a
    phase turns nothing but that it may be the first that is known of the agreement, or say since when it is in force.
    """
    first = min((fact.counted_from for fact in facts if fact.counted_from), default=None)
    if first:
        yield first
    before: Milestone | None = None
    for fact in facts:
        edges = (day for day in (fact.counted_from, fact.counted_to) if day)
        if not fact.phase:
            yield from edges if brings_into_force(fact) else ()
            continue
        is_plain = fact.counted_from is not None and fact.counted_from == fact.counted_to
        if not (is_plain and before is not None and _follows(before, fact)):
            yield from edges
        before = fact


def _follows(before: Milestone, fact: Milestone) -> bool:
    in_order = (
        before.counted_to is not None
        and fact.counted_from is not None
        and before.counted_to <= fact.counted_from
    )
    was, now = ((FINDING_OF_PHASE[one.phase], one.stage == Stage.SUSPENDED) for one in (before, fact))
    return in_order and was == now and fact.phase != Phase.IN_FORCE
