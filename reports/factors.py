"""What our own register says of the partners that are to be ranked: cases without an agreement, refusals and silence,
momentum, policy groups. A fixed number of statements.

Unknown is not zero. The register knows that a partner had no such case only where it kept cases at all: when not one
case of anybody was requested within the span, every value of that span is unknown; when there was one, a partner
without any has a known 0. A register that began within the span counts from its oldest case, which the page names.
What a partner has reached on the ladder is known where a fact is recorded; the ground is known where cases are kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from agreements.memberships import belonged
from agreements.models import GroupMembership, Partner, Subject
from agreements.models.asof import end_of
from cases.basis import SUBJECT_OF
from cases.lifecycle import SENDING, Basis, Direction, State
from cases.models import CaseEvent, CaseQuerySet
from reports import queries
from reports.counted import counted_cases
from reports.momentum import Rung, facts_of, rung_of
from reports.priorities import (
    CASES_WITHOUT_AGREEMENT,
    MOMENTUM,
    REFUSED_OR_UNANSWERED,
    Candidate,
    Datum,
)
from reports.queries import Belonging, Population, Span
from reports.rights import reads_exactly
from reports.suppression import at_least
from tracker.models import User

OWN_SOURCE = "this register"
"""The source of what our own register counts; the same in every language, as JSON gives it."""

WITHOUT_AGREEMENT = (Basis.RECIPROCITY, Basis.LETTERS_ROGATORY)
REFUSED = (State.O90,)
HEARD = (
    State.O70, State.O71, State.O72, State.O73, State.O74, State.O75, State.O76, State.O77, State.O78, State.O80,
    State.O81, State.O82, State.O85, State.O88, State.O90,
)  # fmt: skip
"""Outgoing states that only a word of the other side on the substance brings; its note of receipt is none."""
SETTLED = (*HEARD, State.O94)
"""Those, or withdrawn by us: nobody waits for an answer any more."""

CASE_YEARS = 1
SENT_YEARS = 2


def gather(
    as_of: date,
    *,
    reader: User | None,
    with_samples: bool = False,
    known_on: date | None = None,
    subject: str = Subject.CRIMINAL_MLA,
) -> Population:
    """Who is to be ranked and everything that is known of them: the series' figures, and our own register's.

    Beside those of :func:`reports.queries.population` a partner without an agreement in force is listed when cases
    with it rest on none, or its refusals and silences count. ``reader`` limits the files and cases to what that person
    may see; None sees all. A fixed number of queries.
    """
    asked: dict[str, Any] = {"with_samples": with_samples, "known_on": known_on}
    found = queries.population(as_of, reader=reader, subject=subject, **asked)
    cases = counted_cases(as_of, reader=reader, **asked)
    counts = _counts(cases, as_of, subject, known_on)
    counts = counts if reads_exactly(reader) else counts.told()
    found = _joined(found, counts)
    ranked = [found.partners[candidate.partner] for candidate in found.candidates]
    facts = facts_of(ranked, as_of, reader=reader, subject=subject, **asked)
    rungs = {
        code: rung_of(seen)
        for code, seen in facts.items()
        if seen.any or counts.knows(CASES_WITHOUT_AGREEMENT.code)
    }
    if not counts.is_exact:  # the two lowest say whether there was any case
        rungs = {code: rung for code, rung in rungs.items() if rung > Rung.CASE_COOPERATION}
    candidates = tuple(
        replace(candidate, data={**candidate.data, **_own(candidate, counts, rungs)})
        for candidate in found.candidates
    )
    return replace(
        found,
        candidates=candidates,
        spans={**found.spans, **counts.spans, MOMENTUM.code: Span(until=as_of)},
        kept_since=counts.kept_since,
        rungs=rungs,
        belongings=_belongings(ranked, as_of),
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """Cases by factor and partner, for the factors whose span the register kept; the day of its oldest case."""

    by_factor: Mapping[str, Mapping[str, int]]
    spans: Mapping[str, Span]
    kept_since: date | None
    is_exact: bool = True

    def knows(self, factor: str) -> bool:
        return factor in self.by_factor

    def told(self) -> "Counts":
        """The same for who may not open them all: rounded down, and what is not told is not known (AZ-13)."""
        told = {
            factor: {
                code: least for code, number in numbers.items() if (least := at_least(number, (code, factor)))
            }
            for factor, numbers in self.by_factor.items()
        }
        return replace(self, by_factor=told, is_exact=False)


def years_before(day: date, years: int) -> date:
    """The same day some years earlier; 28 February for the 29th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _counts(cases: CaseQuerySet, as_of: date, subject: str, known_on: date | None) -> Counts:
    """Six queries at most: the oldest and the newest case, and the counts by partner for each factor."""
    kinds = [kind for kind, covered in SUBJECT_OF.items() if covered == subject]
    begins = {
        CASES_WITHOUT_AGREEMENT.code: years_before(as_of, CASE_YEARS),
        REFUSED_OR_UNANSWERED.code: years_before(as_of, SENT_YEARS),
    }
    spans = {code: Span(since=begin, until=as_of) for code, begin in begins.items()}
    newest = cases.order_by("-requested_on").values_list("requested_on", flat=True).first()
    if newest is None or not kinds:
        return Counts({}, spans, None)
    oldest = cases.order_by("requested_on").values_list("requested_on", flat=True).first()
    asked = cases.filter(kind__in=kinds)
    kept = {code: begin for code, begin in begins.items() if newest > begin}
    counts: dict[str, dict[str, int]] = {}
    if begin := kept.get(CASES_WITHOUT_AGREEMENT.code):
        without = asked.filter(made_by(as_of, known_on), basis__in=WITHOUT_AGREEMENT, requested_on__gt=begin)
        counts[CASES_WITHOUT_AGREEMENT.code] = _by_partner(without)
    if begin := kept.get(REFUSED_OR_UNANSWERED.code):
        sent = asked.filter(made_by(as_of, known_on), direction=Direction.OUT, requested_on__gt=begin)
        counts[REFUSED_OR_UNANSWERED.code] = _refused_or_unanswered(sent, as_of, known_on)
    return Counts(counts, spans, oldest)


def made_by(as_of: date, known_on: date | None) -> Q:
    """That a request had been made: theirs by being received, ours by a step that sent it by the day, as it was known.

    The state of today says nothing of that day: a request may be sent after it, or have been closed without ever leaving us.
    """
    if known_on is None:
        sent = Q(sent_on__lte=as_of)
    else:
        steps = CaseEvent.objects.filter(case=OuterRef("pk"), step__in=SENDING, happened_on__lte=as_of)
        sent = Q(Exists(steps.filter(recorded_at__lt=end_of(known_on))))
    return Q(direction=Direction.IN) | sent


def _refused_or_unanswered(sent: CaseQuerySet, as_of: date, known_on: date | None) -> dict[str, int]:
    """Requests that were refused, or that a year after they left had heard nothing on the substance. Three queries.

    The silent ones are all that left a year ago less those with a word. Asked so, each question is one join of the
    requests and the events; asked of case after case it would take four times as long on a million cases.
    """
    told: dict[str, Any] = {} if known_on is None else {"events__recorded_at__lt": end_of(known_on)}
    told["events__happened_on__lte"] = as_of
    due = sent.filter(requested_on__lte=years_before(as_of, 1))
    waited = _by_partner(due)
    heard = _by_partner(due.filter(events__state__in=SETTLED, **told))
    refused = _by_partner(sent.filter(events__state__in=REFUSED, **told))
    totals = {
        code: waited.get(code, 0) - heard.get(code, 0) + refused.get(code, 0) for code in {*waited, *refused}
    }
    return {code: total for code, total in totals.items() if total}


def _by_partner(cases: CaseQuerySet) -> dict[str, int]:
    rows = cases.order_by().values_list("partner__code").annotate(number=Count("pk", distinct=True))
    return {code: number for code, number in rows if code}


def _joined(found: Population, counts: Counts) -> Population:
    """Add the partners whom only our own cases speak of. One query when there are any."""
    counted = {code for numbers in counts.by_factor.values() for code in numbers}
    new = sorted(counted - {candidate.partner for candidate in found.candidates} - found.in_force)
    if not new:
        return found
    partners = {partner.code: partner for partner in Partner.objects.filter(code__in=new)}
    added = [Candidate(code, {}, phase=found.phases.get(code)) for code in new]
    joined = sorted([*found.candidates, *added], key=lambda candidate: candidate.partner)
    return replace(found, candidates=tuple(joined), partners={**found.partners, **partners})


def _own(candidate: Candidate, counts: Counts, rungs: Mapping[str, Rung]) -> dict[str, Datum]:
    """The factors of our own register that are known of one partner."""
    data = {
        code: Datum(numbers.get(candidate.partner, 0), OWN_SOURCE)
        for code, numbers in counts.by_factor.items()
        if counts.is_exact or candidate.partner in numbers
    }
    if candidate.partner in rungs:
        data[MOMENTUM.code] = Datum(int(rungs[candidate.partner]), OWN_SOURCE)
    return data


def _belongings(partners: Iterable[Partner], as_of: date) -> dict[str, tuple[Belonging, ...]]:
    """The policy groups of each partner as of the day, beside the score and never in it. One query."""
    rows = GroupMembership.objects.filter(partner__in=list(partners)).select_related("partner", "group")
    found: dict[str, list[Belonging]] = {}
    for row in rows.order_by("group__code", "id"):
        answer = belonged(row, as_of)
        if answer != "no":
            found.setdefault(row.partner.code, []).append(Belonging(row.group, answer == "yes"))
    return {code: tuple(groups) for code, groups in found.items()}
