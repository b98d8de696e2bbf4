"""The office's words for lists of cases; who sees which case is one of them."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, When

from cases.lifecycle import Holder
from cases.models.access import named_to
from tracker.models import User
from tracker.roles import Role, Secrecy


def listed_subject(way: str = "") -> models.Case:
    """The same as ``Case.listed_subject``, of the case that is reached by ``way``, in SQL."""
    secret = When(**{f"{way}secrecy__gte": Secrecy.RESTRICTED}, then=F(f"{way}code_name"))
    return models.Case(secret, default=F(f"{way}subject"), output_field=models.CharField())


if TYPE_CHECKING:
    from cases.models.case import Case  # noqa: F401 - the queryset is named by it

SOON = 7
"""Days before a deadline from which it counts as near."""


class CaseQuerySet(models.QuerySet["Case"]):
    """The office's words for lists of cases; they chain."""

    def visible_to(self, user: User) -> "CaseQuerySet":
        """Up to the reader's clearance: registered cases, sealed ones when they are the reader's by name, and the own drafts.

        By name: see :func:`cases.models.access.named_to`. Administrators see none. Readers who are not cleared for
        sealed cases are asked nothing of names, so that their lists stay with the indexes.
        """
        if not user.is_active or user.role == Role.ADMINISTRATOR:
            return self.none()
        seen = ~Q(number="") & Q(secrecy__lte=user.clearance)
        if user.is_cleared_for_sealed:
            seen &= Q(secrecy__lt=Secrecy.SEALED) | named_to(user)
        return self.filter(seen | Q(number="", recorded_by=user, secrecy__lte=user.clearance))

    def registered(self) -> "CaseQuerySet":
        """With a number, and not struck out as registered by mistake."""
        return self.exclude(number="").filter(voided_at=None)

    def drafts(self) -> "CaseQuerySet":
        return self.filter(number="")

    def open(self) -> "CaseQuerySet":
        """Registered, not struck out and not closed."""
        return self.filter(is_open=True)

    def closed(self) -> "CaseQuerySet":
        return self.registered().filter(is_open=False)

    def real(self) -> "CaseQuerySet":
        """Without the fictional samples."""
        return self.filter(partner__is_sample=False)

    def overdue(self, *, today: date) -> "CaseQuerySet":
        """Open with a due day in the past; what is on hold is overdue all the same."""
        return self.open().filter(due_on__lt=today)

    def due_soon(self, *, today: date) -> "CaseQuerySet":
        """Open with a due day from today to a week on."""
        return self.open().filter(due_on__range=(today, today + timedelta(days=SOON)))

    def unassigned(self) -> "CaseQuerySet":
        return self.open().filter(officer=None)

    def on_hold(self, *, today: date) -> "CaseQuerySet":
        """Put aside until a day that has not come; on that day they return by themselves."""
        return self.open().filter(held_until__gt=today)

    def waiting(self) -> "CaseQuerySet":
        """Open and in hand with the other side."""
        return self.open().filter(holder=Holder.PARTNER)

    def as_of(self, day: date) -> "CaseQuerySet":
        """Cases that existed on ``day``, each with ``state_then``, its state at the end of that day."""
        events: Any = self.model._meta.get_field("events").related_model
        reached = events.objects.filter(case=OuterRef("pk"), happened_on__lte=day).exclude(state="")
        state_then = Subquery(reached.order_by("-order").values("state")[:1])
        return self.registered().filter(Exists(reached)).annotate(state_then=state_then)

    def with_rows(self) -> "CaseQuerySet":
        """What a row of a list shows, in one query."""
        return self.select_related("partner", "officer", "agreement")
