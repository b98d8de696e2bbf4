"""The panel of a partner's page that makes the brief."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from agreements.models import Partner
from cases.rules import may_read_cases
from tracker.models import User


def brief_of_partner(
    partner: Partner, reader: User, today: date
) -> tuple[str | Promise, str, Mapping[str, Any]] | None:
    """One click to the brief; None for a reader who reads no cases. No query."""
    if not may_read_cases(reader):
        return None
    url = reverse("reports:brief", args=[partner.code])
    # Translators: 簡報
    return pgettext_lazy("on a partner", "Brief"), "reports/brief_panel.html", {"url": url}
