"""Why a case log, a row or a cell is not imported, each in words that say what to do."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.basis import words_of
from cases.lifecycle import State
from tracker import importing
from tracker.importing.refusals import SENTENCES as GENERAL
from tracker.secrecy import NO_END


class ImportRefused(importing.ImportRefused):
    """A whole case log, or the step from the check to the writing, that is refused. Nothing was written."""

    messages: ClassVar[Mapping[str, Promise]] = {
        **importing.ImportRefused.messages,
        "not_allowed": _("Only officers and supervisors of Justice import cases."),
        "not_allowed_undo": _("Only a supervisor of Justice undoes an import of cases."),
        "nothing_to_do": _("Every case is recorded already; there is nothing to import."),
        "note_missing": _(
            "The file does not add up to the totals that were typed in. Say in a note why, or what makes up the "
            "difference."
        ),
        "stale": _(
            "The cases have changed since the check. The file was checked again: look at it once more."
        ),
        "touched": _(
            "Work on these cases goes on: %(numbers)s. Strike them out one by one, with the reason."
        ),
    }


SENTENCES: dict[str, Promise] = {
    **GENERAL,
    "twice": _("The same case stands on line %(line)s. Keep one of the two rows."),
    "unidentified": _(
        "Give the number in the former log, or their reference, so that the row is known again next time."
    ),
    "no_such_number": _("There is no case with the number “%(text)s”. Leave the cell empty to add a case."),
    "several": _("Several cases fit this row: %(numbers)s. Give the number of the right one."),
    "sealed": _("Sealed cases are not imported. Log each of them by hand."),
    "destroyed": _("The contents of %(number)s were destroyed. Nothing is added to it: leave the row out."),
    "not_cleared": _("You are not cleared for this level."),
    "differs": _("%(number)s says “%(was)s”. The import does not change that: correct the row, or the case."),
    "other_day": _("%(number)s came to “%(state)s” on %(was)s. Correct the row, or the case."),
    "out_of_order": _(
        "%(number)s has stood at “%(state)s” since %(was)s, and the import adds nothing before that. "
        "Correct the row, or the case."
    ),
    "not_for_kind": _("This does not occur in a case of this kind and direction. Leave the cell empty."),
    "letter_out": _("An outgoing request gets its day when it is sent: leave the day of the letter empty."),
    "direct_needs_urgent": _("Only an urgent incoming request comes straight to Justice."),
    "direct_not_forwarded": _(
        "A request that came straight to Justice was not forwarded. Empty one of the two."
    ),
    "items_missing": _("Say what is asked: one or several of the kinds of assistance."),
    "state_unknown": _("“%(text)s” is no state of this direction. Write its code, such as %(example)s."),
    "state_contradicts": _("The days of the row lead to “%(state)s”. Correct the state or the days."),
    "state_needs_day": _(
        "Say in “state_on” since when it stands there, or leave the state to follow from the days."
    ),
    "day_needs_state": _("A day here needs the state that was reached then."),
    "result_missing": _("Say how far the request was met: full, part or none."),
    "result_needs_end": _("A result needs the day of closing."),
    "ground_needs_day": _("A ground of refusal needs the day of the decision."),
    "no_end": NO_END,
    "refused_and_replied": _("A refusal is the answer: give its day as “decided_on” only."),
    "basis_unclear": _("%(reason)s Write the legal basis into the row."),
    "agreement_missing": _("Give the number of the agreement that it rests on."),
    "no_such_agreement": _("There is no agreement with the number “%(text)s”."),
    "agreement_of_others": _("%(number)s is not an agreement with this partner."),
    "basis_mismatch": _("This basis does not go with an agreement."),
    "no_such_officer": _("Nobody of Justice with the sign-in name “%(text)s” may carry this case."),
}


class CellError(importing.CellError):
    """What is wrong with one cell of a case log."""

    __slots__ = ()
    sentences: ClassVar[Mapping[str, Promise]] = SENTENCES

    def told(self) -> dict[str, Any]:
        """The same, a state by its words and a finding of the register as its sentence."""
        told = super().told()
        if told.get("state") in State.values:
            told["state"] = State(told["state"]).label
        if "facts" in told:
            told["reason"] = words_of(told["facts"])
        return told
