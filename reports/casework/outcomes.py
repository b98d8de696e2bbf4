"""What became of a request: from the result with which its case was closed, and how it ended where it was not met. Pure."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from cases.lifecycle import Ground, Result, State
from cases.models import AssistanceItem


class Outcome(StrEnum):
    """What became of a request whose case is closed."""

    FULL = "full"
    PART = "part"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    NO_REPLY = "no_reply"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str | Promise:
        return OUTCOMES[self]


OUTCOMES: dict[Outcome, Promise] = {
    # Translators: 完成
    Outcome.FULL: pgettext_lazy("outcome of a case", "Completed"),
    # Translators: 部分完成
    Outcome.PART: pgettext_lazy("outcome of a case", "Completed in part"),
    # Translators: 拒絕
    Outcome.REFUSED: pgettext_lazy("outcome of a case", "Refused"),
    # Translators: 撤回
    Outcome.WITHDRAWN: pgettext_lazy("outcome of a case", "Withdrawn"),
    # Translators: 逾期未補正式請求書
    Outcome.LAPSED: pgettext_lazy("outcome of a case", "Lapsed: no letter followed"),
    # Translators: 對方未回應
    Outcome.NO_REPLY: pgettext_lazy("outcome of a case", "Never answered"),
    # Translators: 未能完成
    Outcome.NOT_MET: pgettext_lazy("outcome of a case", "Could not be met"),
    # Translators: 未記載結果
    Outcome.UNKNOWN: pgettext_lazy("outcome of a case", "Result not recorded"),
}
ENDINGS: dict[str, Outcome] = {
    **dict.fromkeys([State.I90, State.I91, State.O90], Outcome.REFUSED),
    **dict.fromkeys([State.I94, State.O94], Outcome.WITHDRAWN),
    State.I92: Outcome.LAPSED,
    State.O96: Outcome.NO_REPLY,
}
"""By the state before the closing, what became of a request that was not met."""
MET: dict[str, Outcome] = {Result.FULL: Outcome.FULL, Result.PART: Outcome.PART}
BY_GROUND = "refused:"


def outcome_of(result: str, ending: str) -> Outcome:
    """The outcome by the result of the closing; where nothing was met, by the state before it (with its ground after a space)."""
    if result in MET:
        return MET[result]
    if result != Result.NONE:
        return Outcome.UNKNOWN
    return ENDINGS.get(ending.partition(" ")[0], Outcome.NOT_MET)


def grounded(result: str, ending: str) -> str:
    """The code of the outcome, a refusal with its ground: "refused:10(2)1"; without one where none is recorded."""
    outcome = outcome_of(result, ending)
    ground = ending.partition(" ")[2]
    return f"{BY_GROUND}{ground}" if outcome == Outcome.REFUSED and ground else str(outcome)


GROUNDED: dict[str, str | Promise] = {
    **{str(outcome): outcome.label for outcome in (Outcome.FULL, Outcome.PART, Outcome.REFUSED)},
    **{f"{BY_GROUND}{ground.value}": ground.label for ground in Ground},
    **{str(outcome): outcome.label for outcome in Outcome},
}
"""The words of every code of :func:`grounded`, in the order in which they stand."""


class Progress(StrEnum):
    """What became of one thing that was asked."""

    DONE = "done"
    PART = "part"
    ENDED = "ended"
    PENDING = "pending"


PROGRESS: dict[str, Progress] = {
    AssistanceItem.Progress.DONE: Progress.DONE,
    AssistanceItem.Progress.PART: Progress.PART,
    AssistanceItem.Progress.NOT_DONE: Progress.ENDED,
    AssistanceItem.Progress.REFUSED: Progress.ENDED,
    AssistanceItem.Progress.WITHDRAWN: Progress.ENDED,
    Result.FULL: Progress.DONE,
    Result.PART: Progress.PART,
}


def progress_of(state: str, result: str | None) -> Progress:
    """What became of a thing by its own state; of one that is not settled ("") by the result of its case, None while that is open."""
    if state:
        return PROGRESS[state]
    return Progress.PENDING if result is None else PROGRESS.get(result, Progress.ENDED)
