"""Where every agreement stood on a day, as known today or on an earlier day: one query on the database."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When

from agreements.lifecycle import Phase, Stage
from agreements.models.milestone import Milestone
from tracker.modelfields import PartialDateField
from tracker.models import User
from tracker.roles import Ministry
from tracker.workdays import TAIPEI

if TYPE_CHECKING:
    from agreements.models.agreement import Agreement  # noqa: F401 - the queryset is named by it

SIGNING_STEPS = ("sign", "sign_first")
# A promulgation in place of the exchange states the day of force, and counts from it (art. 11(1)1).
INTO_FORCE = Q(step="enter_into_force") | (Q(step="promulgate", counted=F("effective")) & ~Q(effective=""))


def end_of(day: date) -> datetime:
    """The moment at which the Taipei day ends: what was recorded before it was known on that day."""
    return datetime.combine(day + timedelta(days=1), time(), TAIPEI)


def known(known_on: date | None) -> Q:
    """Milestones that stood in the register on ``known_on`` (None: that stand now)."""
    if known_on is None:
        return Q(withdrawn_at=None)
    cutoff = end_of(known_on)
    return Q(recorded_at__lt=cutoff) & (Q(withdrawn_at=None) | Q(withdrawn_at__gte=cutoff))


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """The office's words for lists of agreements; they chain."""

    def visible_to(self, user: User) -> "AgreementQuerySet":
        """Agreements up to the reader's clearance."""
        return self.filter(secrecy__lte=user.clearance)

    def real(self) -> "AgreementQuerySet":
        """Without the fictional samples."""
        return self.filter(partner__is_sample=False)

    def led_by(self, ministry: Ministry) -> "AgreementQuerySet":
        """Those of which ``Agreement.is_led_by`` is true: Foreign Affairs leads whatever Justice does not, and some with it."""
        justice = Q(lead=Ministry.JUSTICE) | Q(co_lead=Ministry.JUSTICE)
        named = Q(lead__in=["", Ministry.FOREIGN_AFFAIRS]) | Q(co_lead=Ministry.FOREIGN_AFFAIRS)
        return self.filter(justice if ministry == Ministry.JUSTICE else named | ~justice)

    def as_of(self, day: date, known_on: date | None = None) -> Any:
        """Agreements that existed on ``day``, each with how it stood then.

        Adds ``stage_then`` (two digits or ""), ``phase_then``, ``possibly`` (a partly dated fact may already
        have happened), ``signed_then`` and ``in_force_then`` (partial dates).
        A partly dated fact counts from its last possible day; an undated one from its bound, and before it
        the phase is unknown. ``known_on`` limits to what this register held at the end of that Taipei day.
        """
        facts = Milestone.objects.filter(known(known_on), agreement=OuterRef("pk"))
        reached = facts.filter(counted_to__lte=day).order_by("-order", "-pk")
        undated = (
            facts.filter(counted_from=None)
            .exclude(phase="")
            .filter(Q(counted_to=None) | Q(counted_to__gt=day))
        )
        begun = facts.filter(Q(counted_from__lte=day) | (Q(counted_from=None) & ~Q(phase="")))
        opened = Q(opened_on__lte=day)
        known_agreements = Q() if known_on is None else Q(recorded_at__lt=end_of(known_on))
        first_stage = Case(When(opened, then=Value(Stage.PROPOSED)), default=Value(""))
        first_phase = Case(When(opened, then=Value(Phase.NEGOTIATION)), default=Value(Phase.UNKNOWN))
        return (
            self.filter(known_agreements)
            .filter(opened | Exists(begun))
            .annotate(
                stage_then=models.functions.Coalesce(
                    Subquery(reached.exclude(stage="").values("stage")[:1]),
                    first_stage,
                    output_field=models.CharField(),
                ),
                phase_then=Case(
                    When(Exists(undated), then=Value(Phase.UNKNOWN)),
                    default=models.functions.Coalesce(
                        Subquery(reached.exclude(phase="").values("phase")[:1]),
                        first_phase,
                        output_field=models.CharField(),
                    ),
                    output_field=models.CharField(),
                ),
                possibly=Exists(facts.exclude(phase="").filter(counted_from__lte=day, counted_to__gt=day)),
                signed_then=_day_of(facts, day, Q(step__in=SIGNING_STEPS), "-order"),
                in_force_then=_day_of(facts, day, INTO_FORCE, "order"),
            )
        )

    def signed_by(self, day: date, known_on: date | None = None) -> "AgreementQuerySet":
        """Texts signed, by one side at least, on or before ``day``, whatever became of them."""
        facts = Milestone.objects.filter(known(known_on), step__in=SIGNING_STEPS, counted_to__lte=day)
        return self.filter(pk__in=facts.values("agreement"))  # one set by the index on steps, not row by row

    def not_only_other(self) -> "AgreementQuerySet":
        """Without the texts whose only subject is `other`: the counting rule of the stated figures."""
        subjects: Any = self.model._meta.get_field("subjects").related_model
        other_than_other = subjects.objects.filter(agreement=OuterRef("pk")).exclude(subject="other")
        return self.filter(Exists(other_than_other))

    def with_rows(self) -> "AgreementQuerySet":
        """What a row of a list shows, in two queries for any number of rows."""
        return self.select_related("partner").prefetch_related("subjects")


def _day_of(facts: models.QuerySet, day: date, steps: Q, order: str) -> models.functions.Coalesce:
    """The day of the first, or last, of ``steps`` that had perhaps happened by ``day``."""
    begun = facts.filter(steps).filter(Q(counted_from__lte=day) | Q(counted_from=None, counted_to__lte=day))
    chosen = begun.order_by(order, "pk").values("counted")[:1]
    return models.functions.Coalesce(Subquery(chosen), Value(""), output_field=PartialDateField())
