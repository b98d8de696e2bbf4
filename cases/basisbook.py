"""What the register proposes for many requests: asked once for every span of days in which nothing changes.

For bulk work: the import of case logs, restating, drawing samples. One request is proposed for by
:func:`cases.basis.proposal_for`, and says the same.
"""

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.db.models import Prefetch, Q

from agreements.lifecycle import Phase, Stage
from agreements.models import Agreement, Milestone, Partner
from cases.basis import FINDING_OF_PHASE, SUBJECT_OF, Proposal, Standing, propose, standings_of
from tracker.models import User


@dataclass(slots=True)
class BasisBook:
    """Proposals by partner, kind and day, from what the register holds and ``reader`` may see.

    A proposal is kept for days on which its basis, finding and reason are the same; the stage of an agreement within
    its phase may differ.

    Two queries for each partner that is asked about, and at most three for each span that is asked for.
    """

    reader: User
    _proposals: dict[tuple[int, str, date], Proposal] = field(default_factory=dict)
    _standings: dict[tuple[int, date], list[Standing]] = field(default_factory=dict)
    _turns: dict[int, list[date]] = field(default_factory=dict)

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
            self._standings[key] = standings_of(partner, day, reader=self.reader)
        return self._standings[key]

    def _turning_days(self, partner: Partner) -> list[date]:
        """The days on which any fact about an agreement with the partner begins to count, perhaps or for certain."""
        if partner.pk not in self._turns:
            agreements = Agreement.objects.filter(Q(partner=partner) | Q(other_partners=partner)).distinct()
            facts = Milestone.objects.filter(withdrawn_at=None).exclude(phase="").order_by("order", "id")
            days = {date.min}
            for agreement in agreements.prefetch_related(Prefetch("milestones", facts, to_attr="told")):
                days |= {agreement.opened_on} if agreement.opened_on else set()
                days |= set(_turns_of(agreement.told))
            self._turns[partner.pk] = sorted(days)
        return self._turns[partner.pk]


def _turns_of(facts: Sequence[Milestone]) -> Iterator[date]:
    """The days on which what a basis asks of an agreement may change, of its facts with a phase in their order.

    A fact of a known day that follows the one before it and means the same for a basis turns nothing.
    """
    before: Milestone | None = None
    for fact in facts:
        is_plain = fact.counted_from is not None and fact.counted_from == fact.counted_to
        if not (is_plain and before is not None and _follows(before, fact)):
            yield from (day for day in (fact.counted_from, fact.counted_to) if day)
        before = fact


def _follows(before: Milestone, fact: Milestone) -> bool:
    in_order = (
        before.counted_to is not None
        and fact.counted_from is not None
        and before.counted_to <= fact.counted_from
    )
    was, now = ((FINDING_OF_PHASE[one.phase], one.stage == Stage.SUSPENDED) for one in (before, fact))
    return in_order and was == now and fact.phase != Phase.IN_FORCE
