"""Who answers for the documents of an agreement: the supervisors of the ministry that leads it, since nobody carries it alone."""

from collections.abc import Collection

from django.db.models import Q
from django.urls import reverse

from agreements.models import Agreement
from agreements.models.asof import AgreementQuerySet
from tracker.models import User
from tracker.owners import Answering
from tracker.roles import Ministry, Role

LED_BY = {
    Ministry.JUSTICE: Q(lead=Agreement.Lead.JUSTICE) | Q(co_lead=Agreement.Lead.JUSTICE),
    Ministry.FOREIGN_AFFAIRS: (
        Q(lead__in=["", Agreement.Lead.FOREIGN_AFFAIRS])
        | Q(co_lead=Agreement.Lead.FOREIGN_AFFAIRS)
        | Q(lead=Agreement.Lead.OTHER, co_lead__in=["", Agreement.Lead.OTHER])
    ),
}
"""Which agreements a ministry leads. Foreign affairs keeps the record for a lead agency that has nobody here (arts. 15, 17)."""


def answering_for_agreement(pk: str) -> tuple[list[User], str]:
    """The supervisors of the ministries that lead the agreement with this primary key, and its page."""
    found = Agreement.objects.filter(pk=pk)
    file = found.first()
    if file is None:
        return [], reverse("home")
    ministries = [ministry for ministry, led in LED_BY.items() if found.filter(led).exists()]
    people = User.objects.filter(is_active=True, role=Role.SUPERVISOR, ministry__in=ministries)
    return list(people.order_by("pk")), file.get_absolute_url()


def agreements_answered_by(user: User) -> AgreementQuerySet:
    """The agreements that the ministry of a supervisor leads; none for others."""
    led = LED_BY.get(Ministry(user.ministry)) if user.is_supervisor and user.ministry else None
    return Agreement.objects.filter(led) if led else Agreement.objects.none()


def where_agreements_are(user: User, keys: Collection[str]) -> dict[str, str]:
    """Of the agreements with these primary keys those that the user may see, each with its page. One query."""
    seen = Agreement.objects.visible_to(user).filter(pk__in=keys)
    return {str(file.pk): file.get_absolute_url() for file in seen}


ANSWERING_FOR_AGREEMENTS = Answering(answering_for_agreement, agreements_answered_by, where_agreements_are)
