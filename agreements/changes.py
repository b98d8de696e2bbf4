"""What changed between two days, in sentences: what happened, and what was only learned about earlier days."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from agreements.addresses import address
from agreements.counting import phase_counts
from agreements.lifecycle import Phase
from agreements.marks import mark_of
from agreements.models import Agreement, Milestone
from agreements.models.asof import TAIPEI, AgreementQuerySet, end_of
from tracker.models import User
from tracker.partialdate import PartialDate

MOST_LINES = 200

# Each follows the partner and the title of the text: 德國「…協議」經立法院審議通過
SENTENCES: dict[str, Promise] = {
    "open_talks": pgettext_lazy("sentence about a text", "was opened for talks"),
    "brief_legislature": pgettext_lazy("sentence about a text", "was explained to the Legislative Yuan"),
    "initial": pgettext_lazy("sentence about a text", "was initialled"),
    "approve_text": pgettext_lazy("sentence about a text", "was approved as a text by the Executive Yuan"),
    "sign_first": pgettext_lazy("sentence about a text", "was signed by one side"),
    "sign": pgettext_lazy("sentence about a text", "was signed"),
    "file_original": pgettext_lazy("sentence about a text", "was filed in its original with Foreign Affairs"),
    "file_notes": pgettext_lazy(
        "sentence about a text", "had its exchanged notes filed with Foreign Affairs"
    ),
    "submit": pgettext_lazy("sentence about a text", "was submitted to the Executive Yuan"),
    "send_to_legislature": pgettext_lazy("sentence about a text", "was sent to the Legislative Yuan"),
    "approve": pgettext_lazy("sentence about a text", "was approved by the Legislative Yuan"),
    "receive_resolution": pgettext_lazy(
        "sentence about a text", "came back to the Executive Yuan with the resolution"
    ),
    "reject": pgettext_lazy("sentence about a text", "was not approved by the Legislative Yuan"),
    "notify_rejection": pgettext_lazy("sentence about a text", "was notified to the other party as rejected"),
    "return_to_talks": pgettext_lazy("sentence about a text", "was returned for renegotiation"),
    "report_to_legislature": pgettext_lazy("sentence about a text", "was reported to the Legislative Yuan"),
    "lapse_with_term": pgettext_lazy("sentence about a text", "lapsed with the legislature's term"),
    "reconsider": pgettext_lazy("sentence about a text", "was put up for reconsideration"),
    "record": pgettext_lazy("sentence about a text", "was taken on record by the Executive Yuan"),
    "notify_president": pgettext_lazy("sentence about a text", "was reported to the President for notice"),
    "issue_instrument": pgettext_lazy("sentence about a text", "received its instrument"),
    "exchange": pgettext_lazy("sentence about a text", "was exchanged, deposited or notified"),
    "file_instrument": pgettext_lazy("sentence about a text", "had a copy of its deposited instrument filed"),
    "enter_into_force": pgettext_lazy("sentence about a text", "entered into force"),
    "promulgate": pgettext_lazy("sentence about a text", "was promulgated by the President"),
    "publish": pgettext_lazy("sentence about a text", "was published"),
    "amend": pgettext_lazy("sentence about a text", "began to be amended or renewed"),
    "suspend": pgettext_lazy("sentence about a text", "was suspended"),
    "resume": pgettext_lazy("sentence about a text", "was resumed"),
    "terminate": pgettext_lazy("sentence about a text", "was terminated"),
    "withdraw": pgettext_lazy("sentence about a text", "was withdrawn from"),
    "expire": pgettext_lazy("sentence about a text", "expired"),
    "supersede": pgettext_lazy("sentence about a text", "was superseded"),
    "lapse": pgettext_lazy("sentence about a text", "lapsed"),
    "shelve": pgettext_lazy("sentence about a text", "was shelved"),
    "reopen": pgettext_lazy("sentence about a text", "was reopened for talks"),
    "effect_in_doubt": pgettext_lazy("sentence about a text", "became doubtful in its effect"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence: whose text, what happened to it, on which day; for what was learned, when and why."""

    agreement: Agreement
    words: Promise
    day: PartialDate
    is_certain: bool = True
    learned_on: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Sentences, at most MOST_LINES of ``number``."""

    changes: Sequence[Change]
    number: int

    @property
    def rest(self) -> int:
        return self.number - len(self.changes)


@dataclass(frozen=True, slots=True)
class InBoth:
    """How many stood in a phase: on the first day as known then and as known today, and on the second day."""

    mark: int | str
    label: Promise
    known_then: int
    first: int
    last: int
    first_url: str
    last_url: str

    @property
    def difference(self) -> int:
        return self.last - self.first


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything between two days."""

    happened: Lines
    learned: Lines
    withdrawn: Lines
    phases: Sequence[InBoth]


def changes_between(first: date, last: date, *, reader: User, board: str) -> Changes:
    """Sentences about the days after ``first`` up to ``last``; numbers count no samples, the sentences name them.

    ``board`` is the address of the list that the numbers link to. A fixed number of queries.
    """
    visible = Agreement.objects.visible_to(reader)
    facts = (
        Milestone.objects.filter(agreement__in=visible)
        .select_related("agreement__partner")
        .order_by("agreement__partner__is_sample", "counted_to", "agreement", "order")
    )
    standing = facts.filter(withdrawn_at=None)
    recorded = Q(recorded_at__gte=end_of(first), recorded_at__lt=end_of(last))
    taken_back = Q(withdrawn_at__gte=end_of(first), withdrawn_at__lt=end_of(last))
    earlier = Q(counted_to__lte=first)
    return Changes(
        happened=_lines(standing.filter(_between(first, last)), lambda fact: _happened(fact, first, last)),
        learned=_lines(standing.filter(recorded & earlier), _learned),
        withdrawn=_lines(facts.filter(taken_back & earlier, recorded_at__lt=end_of(first)), _withdrawn),
        phases=list(_phases(visible.real(), first, last, board)),
    )


def _between(first: date, last: date) -> Q:
    """Facts that count, certainly or perhaps, from a day after ``first`` up to ``last``."""
    dated = Q(counted_from__lte=last)
    bound = Q(counted_from=None, counted_to__lte=last)
    return Q(counted_to__gt=first) & (dated | bound)


def _lines(facts: QuerySet[Milestone], tell: Callable[[Milestone], Change]) -> Lines:
    found = list(facts[: MOST_LINES + 1])
    number = len(found) if len(found) <= MOST_LINES else facts.count()
    return Lines([tell(fact) for fact in found[:MOST_LINES]], number)


def _happened(fact: Milestone, first: date, last: date) -> Change:
    certain = bool(
        fact.counted_from and fact.counted_from > first and fact.counted_to and fact.counted_to <= last
    )
    return Change(fact.agreement, SENTENCES[fact.step], fact.counted, certain)


def _learned(fact: Milestone) -> Change:
    learned_on = fact.recorded_at.astimezone(TAIPEI).date()
    return Change(fact.agreement, SENTENCES[fact.step], fact.counted, learned_on=learned_on)


def _withdrawn(fact: Milestone) -> Change:
    assert fact.withdrawn_at is not None  # noqa: S101 - the query asked for it
    learned_on = fact.withdrawn_at.astimezone(TAIPEI).date()
    return Change(
        fact.agreement,
        SENTENCES[fact.step],
        fact.counted,
        learned_on=learned_on,
        reason=fact.withdrawn_reason,
    )


def _phases(rows: AgreementQuerySet, first: date, last: date, board: str) -> Iterable[InBoth]:
    known_then = phase_counts(rows.as_of(first, first))
    before, after = phase_counts(rows.as_of(first)), phase_counts(rows.as_of(last))

    def rows_of(phase: Phase, day: date) -> str:
        state: Mapping[str, str] = {"view": "table", "samples": "0", "as_of": day.isoformat(), "phase": phase}
        return address(board, state)

    for phase in Phase:
        yield InBoth(
            mark_of(phase),
            phase.label,
            known_then[phase],
            before[phase],
            after[phase],
            rows_of(phase, first),
            rows_of(phase, last),
        )
