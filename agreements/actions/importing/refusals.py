"""Why a file, a row or a cell is not imported, each in words that say what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.lifecycle import label_of
from tracker.containers import FileRefused
from tracker.fields import REFUSALS as DATE_SENTENCES


class ImportRefused(FileRefused):
    """A whole file, or the step from the check to the writing, that is refused. Nothing was written."""

    messages: ClassVar[Mapping[str, Promise]] = {
        "not_allowed": _("Only officers and supervisors of Foreign Affairs import."),
        "not_allowed_undo": _("Only a supervisor of Foreign Affairs undoes an import."),
        "columns_missing": _(
            "The file lacks these columns: %(columns)s. Add them; the template has them all."
        ),
        "columns_unknown": _(
            "The file has columns that are not known here: %(columns)s. Rename or delete them; "
            "the template shows the names."
        ),
        "no_rows": _("The file has column names but no rows."),
        "has_errors": _("Rows with errors: %(count)s. Nothing is imported until every row is right."),
        "nothing_to_do": _("Every row is in the register already; there is nothing to import."),
        "note_missing": _(
            "The file does not add up to a stated figure. Say in a note why, or what makes up the difference."
        ),
        "stale": _(
            "The register has changed since the check. The file was checked again: look at it once more."
        ),
        "undone": _("This import was undone. Check the file again to import it."),
        "not_applied": _("This import was not applied, so there is nothing to undo."),
        "touched": _("Later changes rest on this import: %(numbers)s. Correct those agreements one by one."),
    }


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong with one cell: the column ("" for the row as a whole), a code, and what its sentence needs.

    ``params`` hold text and numbers only, so that a kept check can be read in another language later.
    """

    column: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        told = dict(self.params)
        if "step" in told:
            told["step"] = label_of(told["step"])
        return str(SENTENCES[self.code]) % told


SENTENCES: dict[str, Promise] = {
    **DATE_SENTENCES,
    "required": _("Fill this cell."),
    "too_long": _("This takes at most %(limit)s characters and has %(length)s."),
    "unknown_value": _("“%(text)s” is not known here. Write one of: %(allowed)s."),
    "value_twice": _("“%(text)s” stands here twice. Write it once."),
    "unknown_partner": _("There is no partner with the code “%(text)s”. Use the ISO code of two letters."),
    "partner_name": _("%(code)s is %(name)s, but the row says “%(text)s”. Correct the code or the name."),
    "future": _("%(day)s lies in the future. Enter what has happened."),
    "before": _("%(day)s is before “%(column)s” (%(other)s). Correct one of the two."),
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
