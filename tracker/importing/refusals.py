"""Why a file, a row or a cell is not imported, each in words that say what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracker.containers import FileRefused
from tracker.fields import REFUSALS as DATE_SENTENCES
from tracker.secrecy import STATE_SECRET

SENTENCES: dict[str, Promise] = {
    **DATE_SENTENCES,
    "not_a_day": _("Enter the whole date, with year, month and day, as in 115/1/2 or 2026-01-02."),
    "required": _("Fill this cell."),
    "too_long": _("This takes at most %(limit)s characters and has %(length)s."),
    "unknown_value": _("“%(text)s” is not known here. Write one of: %(allowed)s."),
    "value_twice": _("“%(text)s” stands here twice. Write it once."),
    "unknown_partner": _("There is no partner with the code “%(text)s”. Use the ISO code of two letters."),
    "partner_name": _("%(code)s is %(name)s, but the row says “%(text)s”. Correct the code or the name."),
    "future": _("%(day)s lies in the future. Enter what has happened."),
    "state_secret": STATE_SECRET,
    "before": _("%(day)s is before “%(column)s” (%(other)s). Correct one of the two."),
}
"""What may be wrong with a cell of any file."""


class ImportRefused(FileRefused):
    """A whole file, or the step from the check to the writing, that is refused. Nothing was written."""

    messages: ClassVar[Mapping[str, Promise]] = {
        "columns_missing": _(
            "The file lacks these columns: %(columns)s. Add them; the template has them all."
        ),
        "columns_unknown": _(
            "The file has columns that are not known here: %(columns)s. Rename or delete them; "
            "the template shows the names."
        ),
        "no_rows": _("The file has column names but no rows."),
        "has_errors": _("Rows with errors: %(count)s. Nothing is imported until every row is right."),
        "undone": _("This import was undone. Check the file again to import it."),
        "not_applied": _("This import was not applied, so there is nothing to undo."),
    }


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong with one cell: the column ("" for the row as a whole), a code, and what its sentence needs.

    ``params`` hold text and numbers only, so that a kept check can be read in another language later. An app adds
    its own ``sentences``.
    """

    column: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)

    sentences: ClassVar[Mapping[str, Promise]] = SENTENCES

    def __str__(self) -> str:
        return str(self.sentences[self.code]) % self.told()

    def told(self) -> dict[str, Any]:
        """What the sentence needs, in the reader's language."""
        return dict(self.params)
