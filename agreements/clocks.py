"""The statutory periods of an agreement, each with its provision. Pure: no database, and `today` is given.

A clock is computed from dated facts, a rule and a calendar; nothing is counted down or stored here. A clock
that cannot be computed says why: that is a result, not an error.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.lifecycle import RECORD_TRACKS, Nature, Track
from agreements.provisions import ADDITIONAL_ARTICLES, CROSS_STRAIT_ACT, THE_TEXT, Provision, treaties_act
from tracker.partialdate import PartialDate
from tracker.workdays import Calendar, Period, count_back, count_days

State = Literal["not_started", "running", "met", "missed", "unknown"]
STATE_WORDS: dict[State, Promise] = {
    "not_started": pgettext_lazy("clock", "Not started"),
    "running": pgettext_lazy("clock", "Running"),
    "met": pgettext_lazy("clock", "Met"),
    "missed": pgettext_lazy("clock", "Missed"),
    "unknown": pgettext_lazy("clock", "Cannot be said"),
}
ENDINGS = frozenset({"shelve", "lapse", "terminate", "withdraw", "expire", "supersede"})
FOREIGN_AFFAIRS = "foreign_affairs"


@dataclass(frozen=True, slots=True)
class Fact:
    """A standing milestone, as far as clocks care."""

    step: str
    day: PartialDate
    is_history: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """What the rules ask about one agreement; ``facts`` in their chronological order."""

    tracks: frozenset[Track]
    nature: str
    leads: frozenset[str]
    is_lead_recorded: bool
    clause: str = ""
    clause_days: int | None = None
    is_exchange_of_notes: bool = False
    facts: tuple[Fact, ...] = ()

    def last(self, steps: Iterable[str]) -> Fact | None:
        """The latest fact among ``steps``."""
        wanted = frozenset(steps)
        return next((fact for fact in reversed(self.facts) if fact.step in wanted), None)

    def first_after(self, steps: Iterable[str], start: Fact) -> Fact | None:
        """The first fact among ``steps`` at or after the fact ``start``."""
        wanted = frozenset(steps)
        following = self.facts[self.facts.index(start) :]
        return next((fact for fact in following if fact.step in wanted), None)


@dataclass(frozen=True, slots=True)
class Rule:
    """One statutory period: what starts it, what stops it, how long, where it is written, to which files.

    What an optional period allows nobody need do, so it runs out without being missed.
    """

    code: str
    label: Promise
    basis: Provision
    starts: str
    stops: tuple[str, ...]
    stop_missing: Promise
    applies: Callable[[File], bool]
    days: Callable[[File], int | None]
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """The state of one period. ``reason`` says why it could not be computed or has not started."""

    code: str
    label: Promise
    basis: Provision
    state: State
    started_on: date | None = None
    period: Period | None = None
    stopped_on: PartialDate = field(default_factory=PartialDate)
    reason: str | Promise = ""

    @property
    def due_on(self) -> date | None:
        return self.period.due if self.period else None

    @property
    def raw_due_on(self) -> date | None:
        return self.period.raw_due if self.period else None

    @property
    def state_words(self) -> Promise:
        return STATE_WORDS[self.state]

    def days_left(self, today: date) -> int | None:
        """Days from ``today`` to the due day (negative when past); None unless the clock runs or was missed."""
        return (self.period.due - today).days if self.period and self.state in ("running", "missed") else None


def _thirty(_file: File) -> int:
    return 30


def _on(*tracks: Track) -> Callable[[File], bool]:
    """Files that are on these tracks for certain, or whose nature leaves nothing but such a period."""
    return lambda file: file.tracks <= frozenset(tracks)


def _treaty(file: File) -> bool:
    """T1 or T2; an undetermined treaty is shown here, for K1 and K2 have the same start, length and end."""
    undetermined = len(file.tracks) > 1 and file.nature == Nature.TREATY
    return file.tracks <= {Track.T1, Track.T2} or undetermined


def _handed_over(file: File) -> bool:
    """Art. 15 binds only a lead agency that is not Foreign Affairs."""
    return file.is_lead_recorded and FOREIGN_AFFAIRS not in file.leads


def _by_clause(file: File) -> bool:
    return file.clause == "after_notice" and file.clause_days is not None


NO_SUBMISSION = _("Cannot be said: submission day not recorded.")
NO_FILING = _("Cannot be said: filing day not recorded.")
NO_END = _("Cannot be said: the ending day is not recorded.")
AFTER_SIGNATURE = ("submit",)

RULES: tuple[Rule, ...] = (
    Rule(
        "K1",
        _("Submit to the Executive Yuan for transmission to the Legislative Yuan"),
        treaties_act("8(1)"),
        "sign",
        AFTER_SIGNATURE,
        NO_SUBMISSION,
        _treaty,
        _thirty,
    ),
    Rule(
        "K2",
        _("Submit to the Executive Yuan for record"),
        treaties_act("8(1), 12(1)"),
        "sign",
        AFTER_SIGNATURE,
        NO_SUBMISSION,
        _on(*RECORD_TRACKS),
        _thirty,
    ),
    Rule(
        "K3",
        _("Hand the original and its filing form to Foreign Affairs"),
        treaties_act("15(1)"),
        "sign",
        ("file_original",),
        NO_FILING,
        _handed_over,
        _thirty,
    ),
    Rule(
        "K4",
        _("Hand the exchanged notes to Foreign Affairs"),
        treaties_act("15(2)"),
        "sign",
        ("file_notes",),
        NO_FILING,
        lambda file: _handed_over(file) and file.is_exchange_of_notes,
        _thirty,
    ),
    Rule(
        "K5",
        _("Hand a copy of the deposited instrument to Foreign Affairs"),
        treaties_act("15(3)"),
        "exchange",
        ("file_instrument",),
        NO_FILING,
        lambda file: _handed_over(file) and file.clause == "on_deposit",
        _thirty,
    ),
    Rule(
        "K6",
        _("Ask for reconsideration (optional)"),
        Provision(ADDITIONAL_ARTICLES, "3"),
        "receive_resolution",
        ("reconsider",),
        NO_END,
        lambda file: file.last(["receive_resolution"]) is not None,
        lambda file: 10,
        is_optional=True,
    ),
    Rule(
        "K7",
        _("Vote on the reconsideration"),
        Provision(ADDITIONAL_ARTICLES, "3"),
        "reconsider",
        ("approve", "reject", "return_to_talks"),
        NO_END,
        lambda file: file.last(["reconsider"]) is not None,
        lambda file: 15,
    ),
    Rule(
        "K8",
        _("Submit the cross-strait text to the Executive Yuan"),
        Provision(CROSS_STRAIT_ACT, "5"),
        "sign",
        AFTER_SIGNATURE,
        NO_SUBMISSION,
        _on(Track.X),
        _thirty,
    ),
    Rule(
        "K9",
        _("Enter into force by the clause of the text"),
        Provision(THE_TEXT, ""),
        "exchange",
        ("enter_into_force",),
        NO_END,
        _by_clause,
        lambda file: file.clause_days,
    ),
)
RULE_OF = {rule.code: rule for rule in RULES}
OPTIONAL_CLOCKS = tuple(rule.code for rule in RULES if rule.is_optional)


def clocks_of(file: File, *, today: date, calendar: Calendar, roll: bool = True) -> list[Clock]:
    """Every clock that the law sets for this file, in the table's order."""
    return [_clock(rule, file, today, calendar, roll) for rule in RULES if rule.applies(file)]


def _clock(rule: Rule, file: File, today: date, calendar: Calendar, roll: bool) -> Clock:
    start = file.last([rule.starts])
    if start is None:
        return Clock(rule.code, rule.label, rule.basis, "not_started", reason=_why_not_started(rule, file))
    started_on = start.day.exact
    if started_on is None:
        reason = _("Cannot be said: the starting day is not known to the day.")
        return Clock(rule.code, rule.label, rule.basis, "unknown", reason=reason)
    days = rule.days(file)
    assert days is not None  # noqa: S101 - the rule applies only when the term is known
    period = count_days(started_on, days, calendar, roll)
    stop = file.first_after(rule.stops, start)
    state, why = _state(rule, file, start, stop, period, today)
    stopped_on = stop.day if stop else PartialDate()
    return Clock(rule.code, rule.label, rule.basis, state, started_on, period, stopped_on, why)


def _why_not_started(rule: Rule, file: File) -> Promise:
    if rule.starts == "sign" and file.last(["sign_first"]):
        return _("Has not started: only one side has signed.")
    return _("Has not started: its starting event is not recorded.")


def _state(
    rule: Rule, file: File, start: Fact, stop: Fact | None, period: Period, today: date
) -> tuple[State, str | Promise]:
    if stop is not None:
        reached = stop.day.reached_by(period.due)
        if reached == "possibly":
            return "unknown", _("Cannot be said: the day it stopped is not known to the day.")
        return ("met" if reached == "yes" else "missed"), ""
    if start.is_history:
        return "unknown", rule.stop_missing
    if rule.is_optional:
        return ("running" if today <= period.due else "not_started"), _(
            "Optional; no reconsideration was asked."
        )
    ending = file.first_after(ENDINGS, start)
    if ending is not None and ending.day.reached_by(period.due) != "no":
        return "not_started", _("No longer applies: the file ended before the due day.")
    return ("running" if today <= period.due else "missed"), ""


def latest_signature(submit_by: date, *, calendar: Calendar, roll: bool = True) -> date:
    """Backward mode: the last day to sign so that the thirty days of art. 8 or 12 end on ``submit_by`` or before."""
    return count_back(submit_by, 30, calendar, roll)


@dataclass(frozen=True, slots=True)
class Duty:
    """An open duty to which the law sets no number of days: it has an age, and is never called overdue."""

    code: str
    label: Promise
    basis: Provision
    since: PartialDate
    age: int | None


@dataclass(frozen=True, slots=True)
class _DutyRule:
    code: str
    label: Promise
    basis: Provision
    after: tuple[str, ...]
    done_by: tuple[str, ...]
    tracks: frozenset[Track]


DUTY_RULES = (
    _DutyRule(
        "notify_rejection",
        _("Notify the other party of the rejection, at once"),
        treaties_act("10(3)"),
        ("reject",),
        ("notify_rejection",),
        frozenset({Track.T1, Track.T2, Track.X}),
    ),
    _DutyRule(
        "report_to_legislature",
        _("Report the renegotiation to the Legislative Yuan"),
        treaties_act("10(2)"),
        ("return_to_talks",),
        ("report_to_legislature",),
        frozenset({Track.T1, Track.T2}),
    ),
    _DutyRule(
        "promulgate",
        _("Promulgation by the President"),
        treaties_act("11(1)"),
        ("enter_into_force",),
        ("promulgate",),
        frozenset({Track.T1, Track.T2, Track.T3}),
    ),
    _DutyRule(
        "publish",
        _("Publish, and send to the Legislative Yuan for information"),
        treaties_act("8(1), 12(1)"),
        ("enter_into_force",),
        ("publish", "report_to_legislature"),
        frozenset({Track.A1, Track.T3}),
    ),
)


def open_duties(file: File, *, today: date) -> list[Duty]:
    """Duties that have begun and are not recorded as done, oldest first.

    An imported or afterwards entered start says nothing about the duty: its file may have gaps.
    """
    found = []
    for rule in DUTY_RULES:
        start = file.last(rule.after)
        if not file.tracks <= rule.tracks or start is None or start.is_history:
            continue
        if file.first_after(rule.done_by, start) is None:
            last = start.day.last
            found.append(
                Duty(rule.code, rule.label, rule.basis, start.day, (today - last).days if last else None)
            )
    return sorted(found, key=lambda duty: duty.since.sort_key)


def stalled_since(last_activity: date | None, *, today: date, after_days: int) -> int | None:
    """Days without any record when they are more than ``after_days``; None when not stalled or not known."""
    if last_activity is None or today - last_activity <= timedelta(days=after_days):
        return None
    return (today - last_activity).days
