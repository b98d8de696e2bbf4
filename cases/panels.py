"""The cases on the pages of partners and agreements, as far as the reader may see them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.filters import AsOf
from agreements.models import Agreement, Partner
from cases.lifecycle import Direction
from cases.models import Case, CaseQuerySet
from cases.practice import card_of
from cases.rules import may_log, may_read_cases
from tracker.models import User

SHOWN = 5
TEMPLATE = "cases/panel.html"
Panel = tuple[str | Promise, str, Mapping[str, Any]]


def cases_of_partner(partner: Partner, reader: User, _today: date) -> Panel | None:
    """The open cases with the partner; None for a reader who reads no cases."""
    if not may_read_cases(reader):
        return None
    cases = Case.objects.registered().visible_to(reader).filter(partner=partner)
    links = {
        "list": f"{reverse('cases:list')}?partner={partner.code}",
        "log": f"{reverse('cases:new')}?partner={partner.code}" if may_log(reader) else "",
        "note": reverse("note:page", args=[partner.code]),
    }
    return _("Cases"), TEMPLATE, _panel(cases) | links


def practice_of_partner(partner: Partner, reader: User, today: date) -> Panel | None:
    """How the partner wants to be asked, in short; None for a reader who reads no cases."""
    if not may_read_cases(reader):
        return None
    told = {
        "card": card_of(partner, reader=reader, today=today, has_lessons=False),
        "url": reverse("practice:card", args=[partner.code]),
    }
    # Translators: 實務須知
    return _("Practice card"), "cases/practice/panel.html", told


def cases_on_agreement(agreement: Agreement, reader: User, _as_of: AsOf) -> Panel | None:
    """The open cases that rest on the agreement; None for a reader who reads no cases."""
    if not may_read_cases(reader):
        return None
    cases = Case.objects.registered().visible_to(reader).filter(agreement=agreement)
    again = {"again": f"{reverse('cases:restate')}?agreement={agreement.number}"}
    return _("Cases that rest on it"), TEMPLATE, _panel(cases) | again


def retention_of_agreement(agreement: Agreement, reader: User, as_of: AsOf) -> Panel | None:
    """For how long the agreement is kept; None for another day than today and for whoever is no supervisor. One query."""
    if not (as_of.is_now and reader.is_supervisor and may_read_cases(reader)):
        return None
    kept = getattr(agreement, "retention", None)
    told = {"kept": kept, "url": reverse("cases:agreement_retention", args=[agreement.number])}
    # Translators: 保存年限
    return _("Retention"), "cases/retention_panel.html", told


def _panel(cases: CaseQuerySet) -> dict[str, Any]:
    """The newest open cases, and how many there are. Two queries."""
    is_open = Q(pk__in=cases.open().values("pk"))
    numbers = cases.aggregate(
        open_in=Count("pk", filter=is_open & Q(direction=Direction.IN)),
        open_out=Count("pk", filter=is_open & Q(direction=Direction.OUT)),
        every=Count("pk"),
    )
    return {"numbers": numbers, "cases": list(cases.open().order_by("-requested_on", "-id")[:SHOWN])}
