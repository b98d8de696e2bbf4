"""The table of clocks: what starts and stops each, how long, where it is written, to which cases. Pure.

C clocks rest on a law or on a day that somebody stated; B clocks are this house's own service levels and are never
called statutory. No law here lets its term stand still, so only the service levels do.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.provisions import Provision
from cases.clocks.counting import CLAIM, NAMED, SAFE_CONDUCT, Term, days
from cases.clocks.facts import Facts
from cases.lifecycle import Direction, Kind, State
from cases.provisions import (
    AVERAGE_LEVEL,
    HOUSE,
    TEXT,
    civil_procedure,
    extradition_act,
    mla_act,
    service_level,
    transfer_rules,
    us_directions,
)

ASSISTANCE = (Kind.CRIMINAL, Kind.CIVIL)
TRANSFER = (Kind.TRANSFER_RECEIVE, Kind.TRANSFER_SEND)
S = State
OPENED_IN = ("receive", "receive_urgent")
ANSWERED_IN = ("reply", "refuse", "president_refuses", "hand_over", "log_information")
ANSWERED_OUT = ("deliver_reply", "refused_abroad", "hand_over")


@dataclass(frozen=True, slots=True)
class Rule:
    """One clock.

    ``is_effect``: something happens by law when it runs out, and nobody has missed anything. ``rolls``: an act is due,
    so its last day moves off rest days (Administrative Procedure Act art. 48, Civil Code art. 122); a mere effect, a
    day that somebody named and an hour do not. ``awaits``: states in which it is shown although it has not started.
    ``on_expiry``: what is to be done when it was missed. ``longest`` is the most days that an extension may add.
    ``remark`` belongs to the workings: how a fact that is not recorded is treated.
    """

    code: str
    label: Promise
    basis: Provision
    starts: tuple[str, ...]
    stops: tuple[str, ...]
    term: Term
    applies: Callable[[Facts], bool]
    rolls: bool = True
    is_effect: bool = False
    pauses: bool = False
    may_extend: bool = False
    longest: int | None = None
    awaits: frozenset[State] = frozenset()
    on_expiry: str | Promise = ""
    remark: str | Promise = ""

    @property
    def is_statutory(self) -> bool:
        """Whether it rests on something else than this house's own service levels."""
        return not self.code.startswith("B")


def _is(direction: Direction, *kinds: Kind) -> Callable[[Facts], bool]:
    return lambda facts: facts.direction == direction and (not kinds or facts.kind in kinds)


def _kind(*kinds: Kind) -> Callable[[Facts], bool]:
    return lambda facts: facts.kind in kinds


def _by_the_agreement(facts: Facts) -> bool:
    return facts.is_direct and facts.kind in ASSISTANCE and facts.term_days is not None


def _by_the_act(facts: Facts) -> bool:
    return facts.is_direct and facts.kind == Kind.CRIMINAL and facts.term_days is None


CONFIRM = _("Confirm the urgent request by a letter")
DECIDE = _("Decide: refuse, or lift the preservation.")
IN, OUT = Direction.IN, Direction.OUT
PURSUED = (Kind.EXTRADITION,)

# fmt: off
RULES: tuple[Rule, ...] = (
    Rule("C1", CONFIRM, mla_act("8(2)"), ("receive_urgent",), ("letter_arrives",), days(30), _by_the_act, on_expiry=DECIDE),
    Rule("C1a", CONFIRM, TEXT, ("receive_urgent",), ("letter_arrives",), days(0), _by_the_agreement, on_expiry=DECIDE),
    Rule("C1b", _("Send the urgent oral request to Justice in writing"), us_directions(), ("ask_orally",), ("submit",),
         days(3), lambda facts: facts.direction == OUT and facts.kind == Kind.CRIMINAL and facts.partner == "US"),
    Rule("C2", _("Deadline stated by the requesting party"), mla_act("8(3)5"), OPENED_IN, ANSWERED_IN, NAMED,
         lambda facts: facts.direction == IN and facts.deadline is not None, rolls=False, may_extend=True),
    Rule("C2", _("Deadline stated by our requesting office"), HOUSE, ("draft_request",), ANSWERED_OUT, NAMED,
         lambda facts: facts.direction == OUT and facts.deadline is not None, rolls=False, may_extend=True),
    Rule("C2a", _("Supply what the other side asked for"), HOUSE, ("asked_for_more",), ("supply_more",), NAMED,
         _is(OUT), rolls=False, may_extend=True),
    Rule("C2b", _("The other side supplies what we asked for"), mla_act("8"), ("ask_more",), ("more_arrives", "refuse"), NAMED,
         _is(IN), rolls=False, may_extend=True, on_expiry=_("Decide: refuse, or ask again.")),
    Rule("C2c", _("The requesting office corrects the request"), HOUSE, ("return_for_correction",), ("submit",), NAMED,
         _is(OUT), rolls=False, may_extend=True),
    Rule("C2d", _("Look again at the postponement"), HOUSE, ("postpone",), ("review_again", "execute"), NAMED,
         _is(IN), rolls=False, may_extend=True),
    Rule("C3", _("Serve the notice of the hearing at least seven days before it"), mla_act("26"), ("set_hearing",),
         ("notify_hearing",), Term(7, "before"), _is(IN, Kind.CRIMINAL), rolls=False, awaits=frozenset({S.I65}),
         remark=_("Seven days are counted back from the day of the hearing.")),
    Rule("C4", _("Safe conduct ends"), mla_act("32(4)"), ("release_witness",), ("witness_departs",), SAFE_CONDUCT,
         _is(OUT, Kind.CRIMINAL), rolls=False, is_effect=True),
    Rule("C5", _("The other side's claim to the property ends"), mla_act("34(2)"), ("decision_final",), ("claim_property",),
         CLAIM, _kind(Kind.CRIMINAL), rolls=False, is_effect=True,
         remark=_("Of several decisions the one that became final last counts.")),
    Rule("C6a", _("Answer promised by the other side"), HOUSE, ("promise_reply",), (*ANSWERED_OUT, "part_reply", "they_agree", "they_grant"),
         NAMED, _is(OUT), rolls=False, on_expiry=_("Remind the other side of its promise.")),
    Rule("C6b", _("The other side ends its postponement"), HOUSE, ("postponed_abroad",), ("executing_abroad",), NAMED,
         _is(OUT), rolls=False),
    Rule("C6c", _("Take the person over by the day that the other side named"), HOUSE, ("they_grant",), ("hand_over",), NAMED,
         _is(OUT, *PURSUED), rolls=False),
    Rule("C7", _("The original of the consent follows the telecopy"), transfer_rules("2(3)"), ("telecopy_consent",), ("original_consent",),
         Term(1, "month"), _kind(*TRANSFER)),
    Rule("C8a", _("The prosecutor questions the arrested person within 24 hours"), extradition_act("17(1)"), ("arrest",),
         ("question_person",), days(1), _is(IN, *PURSUED), rolls=False, awaits=frozenset({S.I41}),
         remark=_("Hours are not recorded: the day after the arrest is the last that can be in time.")),
    Rule("C8b", _("The full request follows the provisional detention"), extradition_act("12(2)"), ("detain_provisionally",),
         ("full_request_arrives",), days(30), _is(IN, *PURSUED),
         on_expiry=_("Release the person; extradition may not be asked again in the same matter.")),
    Rule("C8c", _("Written defence of the person"), extradition_act("18"), ("serve_facts",), ("receive_defence", "court_decides"),
         days(60), _is(IN, *PURSUED), awaits=frozenset({S.I42})),
    Rule("C8d", _("The court decides after the hearing"), extradition_act("20(2)"), ("conclude_hearing",), ("court_decides",),
         days(5), _is(IN, *PURSUED), awaits=frozenset({S.I42})),
    Rule("C8e", _("The court ends the case after the written defence"), extradition_act("20(3)"), ("receive_defence",), ("court_decides",),
         days(30), _is(IN, *PURSUED), awaits=frozenset({S.I42})),
    Rule("C8f", _("The other side takes the person over"), extradition_act("23"), ("give_notice",), ("hand_over", "release"),
         days(60), _is(IN, *PURSUED), awaits=frozenset({S.I46}),
         on_expiry=_("Release the person; extradition may not be asked again in the same matter.")),
    Rule("C9", _("Service abroad by public notice takes effect"), civil_procedure("152"), ("publish_notice",), (), days(60),
         _is(OUT, Kind.CIVIL), rolls=False, is_effect=True, remark=_("Counted from the last publication.")),
)
SERVICE_LEVELS: tuple[Rule, ...] = (
    Rule("B1", _("Acknowledge receipt"), service_level("16"), OPENED_IN, ("acknowledge", "accept", "refuse", "reply"), days(7),
         _is(IN, *ASSISTANCE), pauses=True, may_extend=True),
    Rule("B2", _("Decide on the request"), service_level("12"), OPENED_IN, ("accept", "refuse"), days(30),
         _is(IN, *ASSISTANCE), pauses=True, may_extend=True, longest=30),
    Rule("B3", _("Execute the request after accepting it"), service_level("12"), ("accept",), ("reply",), days(90),
         _is(IN, *ASSISTANCE), pauses=True, may_extend=True, awaits=frozenset({S.I30, S.I40})),
    Rule("B4", _("Answer within the average of all requests"), Provision(AVERAGE_LEVEL, ""), OPENED_IN, ("reply", "refuse"), days(135),
         _is(IN, *ASSISTANCE), pauses=True, remark=_("About four and a half months, counted as 135 days.")),
)
# fmt: on
CLOCK_LABELS: dict[str, Promise] = {
    "C6": _("A promise"),
    **{rule.code: rule.label for rule in (*RULES, *SERVICE_LEVELS)},
    "C2": _("Stated deadline"),
}
"""What each clock is called where it stands for cases of both directions."""
EFFECT_WORDS: dict[str, Promise] = {
    "C4": _("The safe conduct has ended."),
    "C5": _("The three years are over: the property can no longer be claimed."),
    "C9": _("The service has taken effect."),
}
"""What has happened when a clock that only brings an effect has run out."""
EXTENDABLE: tuple[str, ...] = tuple(
    dict.fromkeys(rule.code for rule in (*RULES, *SERVICE_LEVELS) if rule.may_extend)
)
URGENT = ("C1", "C1a")
COUNTED_FROM: frozenset[str] = frozenset(step for rule in RULES if rule.rolls for step in rule.starts)
"""Steps that start a clock whose last day depends on the calendar."""
