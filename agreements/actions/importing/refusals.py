"""Why a file, a row or a cell is not imported, each in words that say what to do."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.lifecycle import label_of
from tracker import importing
from tracker.importing.refusals import SENTENCES as GENERAL


class ImportRefused(importing.ImportRefused):
    """A whole register file, or the step from the check to the writing, that is refused. Nothing was written."""

    messages: ClassVar[Mapping[str, Promise]] = {
        **importing.ImportRefused.messages,
        "not_allowed": _("Only officers and supervisors of Foreign Affairs import."),
        "not_allowed_undo": _("Only a supervisor of Foreign Affairs undoes an import."),
        "nothing_to_do": _("Every row is in the register already; there is nothing to import."),
        "note_missing": _(
            "The file does not add up to a stated figure. Say in a note why, or what makes up the difference."
        ),
        "stale": _(
            "The register has changed since the check. The file was checked again: look at it once more."
        ),
        "touched": _("Later changes rest on this import: %(numbers)s. Correct those agreements one by one."),
    }


SENTENCES: dict[str, Promise] = {
    **GENERAL,
    "status_contradicts": _("The status “%(status)s” does not go with “%(column)s”. Correct one of the two."),
    "needs_ending": _("A day here needs a status that says how it ended."),
    "confidence_missing": _("Say how far the source is to be trusted: high, medium or low."),
    "source_missing": _("Say where this comes from, or leave the confidence empty."),
    "twice": _("The same agreement stands on line %(line)s. Keep one of the two rows."),
    "no_such_number": _(
        "There is no agreement with the number “%(text)s”. Leave the cell empty to add a new agreement."
    ),
    "other_partner": _("%(number)s is an agreement with %(name)s. Correct the number or the partner."),
    "title_taken": _("%(number)s already has this title with this partner. Correct the title or the number."),
    "may_not_change": _(
        "%(number)s is in the register, and the row would change it. Only a supervisor who may correct it does that."
    ),
    "not_cleared": _("You are not cleared for the agreement that this row would change."),
    "out_of_order": _(
        "%(day)s would be out of order with “%(step)s” (%(other)s) in the register. Correct one of the two."
    ),
}


class CellError(importing.CellError):
    """What is wrong with one cell of a register file."""

    __slots__ = ()
    sentences: ClassVar[Mapping[str, Promise]] = SENTENCES

    def told(self) -> dict[str, Any]:
        """The same, a step by its words."""
        told = super().told()
        return told | {"step": label_of(told["step"])} if "step" in told else told
