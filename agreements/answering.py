"""Who answers for the documents of an agreement: the supervisors of the ministry that leads it, since nobody carries it alone."""

from collections.abc import Collection

from django.urls import reverse

from agreements.models import Agreement
from agreements.models.asof import AgreementQuerySet
from tracker.models import User
from tracker.owners import Answering
from tracker.roles import Ministry, Role


def answering_for_agreement(pk: str) -> tuple[list[User], str]:
    """The supervisors of the ministries that lead the agreement with this primary key, and its page."""
    file = Agreement.objects.filter(pk=pk).first()
    if file is None:
        return [], reverse("home")
    ministries = [ministry for ministry in Ministry if file.is_led_by(ministry)]
    people = User.objects.filter(is_active=True, role=Role.SUPERVISOR, ministry__in=ministries)
    return list(people.order_by("pk")), file.get_absolute_url()


def agreements_answered_by(user: User) -> AgreementQuerySet:
    """The agreements that the ministry of a supervisor leads; none for others."""
    if not user.is_supervisor or not user.ministry:
        return Agreement.objects.none()
    return Agreement.objects.led_by(Ministry(user.ministry))


def where_agreements_are(user: User, keys: Collection[str]) -> dict[str, str]:
    """Of the agreements with these primary keys those that the user may see, each with its page. One query."""
    seen = Agreement.objects.visible_to(user).filter(pk__in=keys)
    return {str(file.pk): file.get_absolute_url() for file in seen}


ANSWERING_FOR_AGREEMENTS = Answering(answering_for_agreement, agreements_answered_by, where_agreements_are)
