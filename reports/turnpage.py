"""What the page "Whose turn" and the ledger of hand-overs on an agreement's page show."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.filters import AsOf
from agreements.models import Agreement
from reports.turn import handovers, lengths
from tracker.models import User


def desks_of_agreement(
    agreement: Agreement, _reader: User, as_of: AsOf
) -> tuple[str | Promise, str, Mapping[str, Any]] | None:
    """The days that the file lay on each desk, as of the day looked at; None before anything is dated. Four statements."""
    rows = handovers(agreement, as_of.day, as_of.known_on)
    if not rows:
        return None
    told = {"rows": rows, "lengths": lengths(agreement, as_of.day, as_of.known_on)}
    # Translators: 各機關經辦日數
    return _("Days on each desk"), "reports/desks_panel.html", told
