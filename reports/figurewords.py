"""Printed totals in the reader's language: what a total is of, both numbers, and whether they agree."""

from decimal import Decimal

from django.utils.translation import gettext, pgettext

from agreements.marks import year_words
from reports.indicators import Check, plain
from reports.models import ControlTotal
from reports.models.series import Measure


def total_words(total: ControlTotal) -> str:
    """What the source printed: the measure, its year and its partner, or all years that the source printed."""
    year = year_words(total.year) if total.year else gettext("all years that the source prints")
    parts = [str(total.get_measure_display()), year, total.partner.name if total.partner else ""]
    # Translators: between the row and the column that a note is about; in Chinese ，
    return pgettext("between row and column", ", ").join(part for part in parts if part)


def amount_words(amount: Decimal | None, measure: str = Measure.TOTAL) -> str:
    """A number with its thousands and its own decimal places; a dash where it is not known."""
    if amount is None:
        return "—"
    sign = " %" if measure == Measure.CHANGE_PERCENT else ""
    return f"{plain(amount):,f}{sign}"


def check_words(total: ControlTotal, check: Check) -> str:
    """One comparison as a sentence."""
    return gettext("%(what)s: printed %(printed)s, the figures give %(computed)s") % {
        "what": total_words(total),
        "printed": amount_words(check.printed, total.measure),
        "computed": amount_words(check.computed, total.measure),
    }


def remainder_words(check: Check) -> str:
    """The same of what is in the total and in no column."""
    return gettext("Others, not listed: %(printed)s, but the total leaves %(computed)s to nobody") % {
        "printed": amount_words(check.printed),
        "computed": amount_words(check.computed),
    }
