"""Why a file of figures, a row or a cell is not imported, each in words that say what to do."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.models.series import Unit
from tracker import importing
from tracker.importing.refusals import SENTENCES as GENERAL


class ImportRefused(importing.ImportRefused):
    """A whole file of figures, or the step from the check to the writing, that is refused. Nothing was written."""

    messages: ClassVar[Mapping[str, Promise]] = {
        **importing.ImportRefused.messages,
        "not_allowed": _("Supervisors import figures."),
        "not_allowed_undo": _("Supervisors undo an import of figures."),
        "nothing_to_do": _("Every figure is in the books already; there is nothing to import."),
        "note_missing": _(
            "The figures do not add up to the printed totals. Say in a note why, or what makes up the difference."
        ),
        "reason_missing": _(
            "The file differs from the books, and a figure is corrected with a reason only. Say why."
        ),
        "stale": _(
            "The figures have changed since the check. The file was checked again: look at it once more."
        ),
        "touched": _(
            "These imported figures were corrected or withdrawn since: %(numbers)s. Withdraw the others one by one, "
            "with the reason."
        ),
        "other_series": _(
            "Line %(line)s says that it belongs to the series “%(text)s”, not to “%(series)s”. Choose that series, or "
            "correct the file."
        ),
        "other_total": _(
            "For %(year)s the source's total is recorded as %(was)s, not %(now)s. Type in that one; where it was "
            "recorded wrongly, correct it in the administration first."
        ),
    }


SENTENCES: dict[str, Promise] = {
    **GENERAL,
    "twice": _("The same partner and year stand on line %(line)s. Keep one of the two rows."),
    "unknown_partner_or_name": _(
        "There is no partner with the code or name “%(text)s”. Write its ISO code of two letters; what the source "
        "counts without naming a country is “other”."
    ),
    "several_partners": _("“%(text)s” may mean several partners: %(codes)s. Write the code."),
    "partner_and_remainder": _(
        "A figure is of a partner or of a remainder, not of both. Empty one of the two."
    ),
    "which_remainder": _(
        "The series has several remainders: %(names)s. Say in “remainder” which of them is meant."
    ),
    "not_a_year": _("“%(text)s” is more than a year. Write the year alone, such as 113 or 2024."),
    "year_too_early": _("%(year)s is before 1912. Write a year of the Republic or a later Gregorian one."),
    "year_not_over": _("%(year)s has not ended yet. Import its figure when it has."),
    "not_a_number": _(
        "“%(text)s” is not a number. Write digits, such as 1234.5; leave the whole row out when the figure is not "
        "known."
    ),
    "negative": _("A figure is zero or more."),
    "too_precise": _("“%(text)s” has more than three decimal places. Round it as the source does."),
    "too_large": _("“%(text)s” is larger than a figure can be here. Check the unit."),
    "outlier_note": _("Say in the note why this figure is an outlier."),
    "other_unit": _(
        "The series counts %(unit)s. A figure in %(text)s belongs to another series: add that one and import it there."
    ),
    "other_source": _(
        "The series has another source: %(was)s. Figures of another source are another series: add that one. Where "
        "the source is the same, write it in the same words or leave the cell empty."
    ),
    "other_definition": _(
        "The series has another definition: %(was)s. Another definition is another series: add that one. Where the "
        "definition is the same, write it in the same words or leave the cell empty."
    ),
}


class CellError(importing.CellError):
    """What is wrong with one cell of a file of figures."""

    __slots__ = ()
    sentences: ClassVar[Mapping[str, Promise]] = SENTENCES

    def told(self) -> dict[str, Any]:
        """The same, a unit by its words."""
        told = super().told()
        if self.code == "other_unit":
            told |= {name: Unit(told[name]).label for name in ("unit", "text")}
        return told
