"""The one table of steps, and the questions that are answered from it. Pure: no database, no clock.

Buttons, rules, plans, refusals, the picture in the docs and the tests read it.
Source: Conclusion of Treaties Act; rows beyond the statute's own order are named in docs/lifecycle.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from agreements.lifecycle.labels import STEP_LABELS
from agreements.lifecycle.stages import POSSIBLE_TRACKS, RECORD_TRACKS, Actor, Need, Stage, Track
from agreements.provisions import (
    ADDITIONAL_ARTICLES,
    CROSS_STRAIT_ACT,
    HOUSE_RULE,
    LEGISLATURE_ACT,
    Provision,
    treaties_act,
)

S = Stage


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table: from these stages, on these tracks, this step leads to that stage.

    ``target`` None is a record-only milestone: a dated fact that changes no stage. A step may have several rows.
    """

    name: str
    label: Promise
    sources: frozenset[Stage]
    target: Stage | None
    tracks: frozenset[Track]
    by: Actor
    basis: Provision
    needs: frozenset[Need] = frozenset()
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()


ALL = frozenset(Track) - {Track.UNDETERMINED}
TREATIES = frozenset({Track.T1, Track.T2})
DELIBERATED = TREATIES | {Track.X}
LIVE = (S.IN_FORCE, S.PROMULGATED, S.PUBLISHED, S.AMENDING)
BEFORE_SIGNATURE = (S.PROPOSED, S.NEGOTIATING, S.TEXT_AGREED, S.SIGNED_BY_ONE)
SIGNED_ON = (
    S.SIGNED,
    S.SUBMITTED,
    S.BEFORE_LEGISLATURE,
    S.APPROVED,
    S.RECORDED,
    S.INSTRUMENT_ISSUED,
    S.EXCHANGED,
)
DYING = (S.SIGNED_BY_ONE, *SIGNED_ON)
EVERY_STAGE = tuple(Stage)


def _step(
    name: str,
    sources: Iterable[Stage],
    target: Stage | None,
    by: Actor,
    basis: Provision,
    tracks: frozenset[Track] = ALL,
    needs: Iterable[Need] = (),
    starts: tuple[str, ...] = (),
    stops: tuple[str, ...] = (),
) -> Step:
    return Step(
        name,
        STEP_LABELS[name],
        frozenset(sources),
        target,
        tracks,
        by,
        basis,
        frozenset(needs),
        starts,
        stops,
    )


A, N = Actor, Need
CROSS_STRAIT = Provision(CROSS_STRAIT_ACT, "5")
SAME_PROCEDURE = treaties_act("16")
RECONSIDERATION = Provision(ADDITIONAL_ARTICLES, "3")
HOUSE = Provision(HOUSE_RULE, "")
SIGN_CLOCKS = ("K1", "K2", "K3", "K4", "K8")

# fmt: off
STEPS: tuple[Step, ...] = (
    _step("open_talks", [S.PROPOSED], S.NEGOTIATING, A.LEAD, treaties_act("4"), needs=[N.LEAD]),
    _step("brief_legislature", [*BEFORE_SIGNATURE], None, A.LEAD, treaties_act("6")),
    _step("initial", [S.NEGOTIATING], S.TEXT_AGREED, A.BOTH_SIDES, treaties_act("7"), needs=[N.DOCUMENT]),
    _step("approve_text", [S.NEGOTIATING, S.TEXT_AGREED, S.SIGNED_BY_ONE], None, A.EXECUTIVE_YUAN, treaties_act("7"), needs=[N.REFERENCE]),
    _step("sign_first", [S.TEXT_AGREED], S.SIGNED_BY_ONE, A.BOTH_SIDES, treaties_act("7"), needs=[N.TEXT_APPROVAL]),
    _step("sign", [S.TEXT_AGREED, S.SIGNED_BY_ONE], S.SIGNED, A.BOTH_SIDES, treaties_act("7"), needs=[N.TEXT_APPROVAL], starts=SIGN_CLOCKS),
    _step("file_original", [*SIGNED_ON, *LIVE], None, A.LEAD, treaties_act("15(1)"), stops=("K3",)),
    _step("file_notes", [*SIGNED_ON, *LIVE], None, A.LEAD, treaties_act("15(2)"), stops=("K4",)),
    _step("submit", [S.SIGNED, S.LAPSED_WITH_TERM], S.SUBMITTED, A.LEAD, treaties_act("8(1)"), TREATIES, [N.REFERENCE], stops=("K1",)),
    _step("submit", [S.SIGNED], S.SUBMITTED, A.LEAD, treaties_act("8(1), 12(1)"), RECORD_TRACKS, [N.REFERENCE], stops=("K2",)),
    _step("submit", [S.SIGNED, S.LAPSED_WITH_TERM], S.SUBMITTED, A.LEAD, CROSS_STRAIT, frozenset({Track.X}), [N.REFERENCE], stops=("K8",)),
    _step("submit", LIVE, None, A.LEAD, treaties_act("12(1)"), needs=[N.REFERENCE], stops=("K1", "K2", "K8")),
    _step("send_to_legislature", [S.SUBMITTED], S.BEFORE_LEGISLATURE, A.EXECUTIVE_YUAN, treaties_act("8(1)"), DELIBERATED, [N.TERM]),
    _step("approve", BEFORE_SIGNATURE, None, A.LEGISLATIVE_YUAN, treaties_act("8(1)"), TREATIES | {Track.T3, Track.X}),
    _step("approve", [S.BEFORE_LEGISLATURE], S.APPROVED, A.LEGISLATIVE_YUAN, Provision(LEGISLATURE_ACT, "7"), DELIBERATED, stops=("K7",)),
    _step("receive_resolution", [S.APPROVED], None, A.EXECUTIVE_YUAN, RECONSIDERATION, DELIBERATED, starts=("K6",)),
    _step("reject", [S.BEFORE_LEGISLATURE], S.REJECTED, A.LEGISLATIVE_YUAN, treaties_act("10(3)"), DELIBERATED, stops=("K7",)),
    _step("notify_rejection", [S.REJECTED, S.SHELVED, S.NEGOTIATING], None, A.LEAD, treaties_act("10(3)"), DELIBERATED),
    _step("return_to_talks", [S.BEFORE_LEGISLATURE], S.RETURNED, A.LEGISLATIVE_YUAN, treaties_act("10(2)"), TREATIES, [N.BILATERAL], stops=("K7",)),
    _step("report_to_legislature", [S.RETURNED, S.NEGOTIATING, S.TEXT_AGREED, *LIVE], None, A.LEAD, treaties_act("12(1)")),
    _step("lapse_with_term", [S.BEFORE_LEGISLATURE], S.LAPSED_WITH_TERM, A.LEGISLATIVE_YUAN, Provision(LEGISLATURE_ACT, "13"), DELIBERATED, [N.TERM]),
    _step("reconsider", [S.APPROVED], S.BEFORE_LEGISLATURE, A.EXECUTIVE_YUAN, RECONSIDERATION, DELIBERATED, [N.REASON], starts=("K7",), stops=("K6",)),
    _step("record", [S.SUBMITTED], S.RECORDED, A.EXECUTIVE_YUAN, treaties_act("8(1), 12(1)"), RECORD_TRACKS),
    _step("record", [S.SUBMITTED], S.RECORDED, A.EXECUTIVE_YUAN, CROSS_STRAIT, frozenset({Track.X})),
    _step("record", LIVE, None, A.EXECUTIVE_YUAN, treaties_act("12(1)"), RECORD_TRACKS),
    _step("notify_president", [S.APPROVED, S.RECORDED, S.EXCHANGED, *LIVE], None, A.EXECUTIVE_YUAN, treaties_act("11(1)2, 12(2)"), ALL - {Track.X}),
    _step("issue_instrument", [S.APPROVED], S.INSTRUMENT_ISSUED, A.PRESIDENT, treaties_act("11(1)1"), frozenset({Track.T1})),
    _step("issue_instrument", [S.SIGNED], S.INSTRUMENT_ISSUED, A.PRESIDENT, treaties_act("8(1), 11(1)1"), frozenset({Track.T1}), [N.CONSENT_BEFORE_SIGNATURE]),
    _step("exchange", [S.INSTRUMENT_ISSUED], S.EXCHANGED, A.BOTH_SIDES, treaties_act("11(1)1"), frozenset({Track.T1}), starts=("K5", "K9")),
    _step("exchange", [S.APPROVED], S.EXCHANGED, A.BOTH_SIDES, treaties_act("11(1)2"), frozenset({Track.T2, Track.X}), starts=("K5", "K9")),
    _step("exchange", [S.RECORDED], S.EXCHANGED, A.BOTH_SIDES, treaties_act("12(1)"), RECORD_TRACKS | {Track.X}, starts=("K5", "K9")),
    _step("exchange", [S.SIGNED], S.EXCHANGED, A.BOTH_SIDES, treaties_act("8(1)"), frozenset({Track.T2, Track.T3}), [N.CONSENT_BEFORE_SIGNATURE], starts=("K5", "K9")),
    _step("file_instrument", [S.EXCHANGED, *LIVE], None, A.LEAD, treaties_act("15(3)"), stops=("K5",)),
    _step("enter_into_force", [S.EXCHANGED], S.IN_FORCE, A.THE_TEXT, treaties_act("11(1)"), stops=("K9",)),
    _step("enter_into_force", [S.APPROVED], S.IN_FORCE, A.THE_TEXT, treaties_act("11(1)2"), frozenset({Track.T2, Track.X})),
    _step("enter_into_force", [S.RECORDED], S.IN_FORCE, A.THE_TEXT, treaties_act("12(1)"), RECORD_TRACKS | {Track.X}),
    _step("enter_into_force", [S.SIGNED], S.IN_FORCE, A.THE_TEXT, treaties_act("12(1)"), RECORD_TRACKS, [N.CLAUSE_ON_SIGNATURE]),
    _step("enter_into_force", [S.SIGNED], S.IN_FORCE, A.THE_TEXT, treaties_act("8(1)"), frozenset({Track.T2}), [N.CONSENT_BEFORE_SIGNATURE]),
    _step("promulgate", [S.IN_FORCE], S.PROMULGATED, A.PRESIDENT, treaties_act("11(1)"), TREATIES | {Track.T3}, [N.REFERENCE]),
    _step("promulgate", [S.INSTRUMENT_ISSUED], S.PROMULGATED, A.PRESIDENT, treaties_act("11(1)1"), frozenset({Track.T1}), [N.REFERENCE, N.REASON]),
    _step("promulgate", [S.PUBLISHED, S.AMENDING], None, A.PRESIDENT, treaties_act("11(1)"), TREATIES | {Track.T3}, [N.REFERENCE]),
    _step("publish", [S.IN_FORCE], S.PUBLISHED, A.LEAD, treaties_act("12(1)"), frozenset({Track.A1, Track.T3})),
    _step("publish", [S.PROMULGATED], None, A.LEAD, treaties_act("8(1)"), frozenset({Track.T3})),
    _step("amend", [S.IN_FORCE, S.PROMULGATED, S.PUBLISHED], S.AMENDING, A.LEAD, SAME_PROCEDURE, needs=[N.SUCCESSOR]),
    _step("suspend", LIVE, S.SUSPENDED, A.LEAD, SAME_PROCEDURE, needs=[N.REASON]),
    _step("resume", [S.SUSPENDED, S.AMENDING], S.IN_FORCE, A.LEAD, SAME_PROCEDURE),
    _step("terminate", [*LIVE, S.SUSPENDED], S.TERMINATED, A.LEAD, SAME_PROCEDURE, needs=[N.REASON]),
    _step("withdraw", [*LIVE, S.SUSPENDED], S.WITHDRAWN, A.LEAD, SAME_PROCEDURE, needs=[N.REASON, N.MULTILATERAL]),
    _step("expire", [*LIVE, S.SUSPENDED], S.EXPIRED, A.THE_TEXT, SAME_PROCEDURE),
    _step("supersede", [*LIVE, S.SUSPENDED], S.SUPERSEDED, A.THE_TEXT, SAME_PROCEDURE, needs=[N.SUCCESSOR]),
    _step("lapse", [*DYING, *LIVE, S.SUSPENDED], S.LAPSED, A.FOREIGN_AFFAIRS, SAME_PROCEDURE, needs=[N.REASON]),
    _step("shelve", [S.PROPOSED, S.NEGOTIATING, S.TEXT_AGREED, *DYING], S.SHELVED, A.LEAD, HOUSE, needs=[N.REASON]),
    _step("shelve", [S.REJECTED], S.SHELVED, A.LEAD, treaties_act("10(3)"), DELIBERATED, [N.REASON]),
    _step("reopen", [S.TEXT_AGREED, S.SHELVED], S.NEGOTIATING, A.LEAD, HOUSE, needs=[N.REASON]),
    _step("reopen", [S.REJECTED, S.RETURNED], S.NEGOTIATING, A.LEAD, treaties_act("10(2)"), DELIBERATED, [N.REASON]),
    _step("effect_in_doubt", EVERY_STAGE, None, A.FOREIGN_AFFAIRS, treaties_act("18"), needs=[N.REASON]),
)
# fmt: on
STEP_NAMES: tuple[str, ...] = tuple(dict.fromkeys(step.name for step in STEPS))
STEP_CHOICES = [(name, STEP_LABELS[name]) for name in STEP_NAMES]


def label_of(name: str) -> Promise:
    """The words for a step's name.

    :raises KeyError: for a name that is not in the table.
    """
    return STEP_LABELS[name]


def possible_tracks(track: str, nature: str) -> frozenset[Track]:
    """The tracks a file may be on: its own, or those that its nature leaves open while it is undetermined."""
    return POSSIBLE_TRACKS[nature] if track == Track.UNDETERMINED else frozenset({Track(track)})


def rows_for(name: str, stage: str, tracks: frozenset[Track]) -> list[Step]:
    """The rows that allow the step from this stage on every one of ``tracks``, all with one target.

    Empty when some possible track does not allow it, or the tracks would lead to different stages.
    """
    rows = [row for row in STEPS if row.name == name and stage in row.sources]
    chosen = [row for row in rows if row.tracks & tracks]
    covered = frozenset().union(*(row.tracks for row in chosen)) if chosen else frozenset()
    targets = {row.target for row in chosen}
    return chosen if tracks <= covered and len(targets) == 1 else []


def next_steps(stage: str, tracks: frozenset[Track]) -> list[str]:
    """Names of the steps that may be taken from ``stage``, in the table's order, milestones of record included."""
    return [name for name in STEP_NAMES if rows_for(name, stage, tracks)]


def basis_of(name: str) -> Provision:
    """The provision that a refusal of this step quotes when no row fits."""
    return next(row.basis for row in STEPS if row.name == name)


def awaited(stage: str, tracks: frozenset[Track]) -> Step | None:
    """The step that the ordinary path expects next from ``stage``: the answer to "whose turn is it"."""
    for name in _ORDINARY.get(stage, ()):
        if rows := rows_for(name, stage, tracks):
            return rows[0]
    return None


_ORDINARY: dict[str, tuple[str, ...]] = {
    S.PROPOSED: ("open_talks",),
    S.NEGOTIATING: ("initial",),
    S.TEXT_AGREED: ("sign",),
    S.SIGNED_BY_ONE: ("sign",),
    S.SIGNED: ("submit",),
    S.SUBMITTED: ("send_to_legislature", "record"),
    S.BEFORE_LEGISLATURE: ("approve",),
    S.APPROVED: ("issue_instrument", "exchange", "enter_into_force"),
    S.RECORDED: ("enter_into_force",),
    S.INSTRUMENT_ISSUED: ("exchange",),
    S.EXCHANGED: ("enter_into_force",),
    S.IN_FORCE: ("promulgate", "publish"),
    S.REJECTED: ("notify_rejection",),
    S.RETURNED: ("reopen",),
    S.LAPSED_WITH_TERM: ("submit",),
}
