"""The list by which administrators review, every half-year, who has an account and what it may do (AUT-14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.models import Entry, Substitution, User
from tracker.people.rules import REVIEWED_EVERY, is_idle


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One person of the list. ``substitutes`` stand in for the person now; ``stands_for`` the other way round."""

    person: User
    is_idle: bool
    substitutes: Sequence[User]
    stands_for: Sequence[User]


@dataclass(frozen=True, slots=True)
class Review:
    """The list, when it was confirmed last, and whether half a year has passed since."""

    rows: Sequence[Reviewed]
    confirmed: Entry | None
    is_due: bool

    @property
    def idle(self) -> int:
        return sum(row.is_idle for row in self.rows)


def review_list(*, today: date, now: datetime) -> Review:
    """Everybody who can sign in, with rights and substitutions. Three queries."""
    standing = list(
        Substitution.objects.filter(starts_at__lte=now, ends_at__gt=now, ended_at=None).select_related(
            "person", "substitute"
        )
    )
    rows = [
        Reviewed(
            person,
            is_idle(person, today=today),
            [one.substitute for one in standing if one.person_id == person.pk],
            [one.person for one in standing if one.substitute_id == person.pk],
        )
        for person in User.objects.filter(is_active=True).order_by("ministry", "role", "username")
    ]
    confirmed = Entry.objects.filter(verb="person.review").order_by("-id").first()
    return Review(rows, confirmed, confirmed is None or now - confirmed.at > REVIEWED_EVERY)
