"""Who was let into a sealed case by name, and whose sealed cases a reader sees."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.models import Substitution, User
from tracker.roles import Ministry, Secrecy


class AccessQuerySet(models.QuerySet["Access"]):
    """The office's words for what lets people into sealed cases."""

    def standing(self) -> "AccessQuerySet":
        """Those in force at this moment, by the clock of the database."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=Now()), withdrawn_at=None)


class Access(models.Model):
    """That a person, or a whole desk of a ministry, may see a sealed case; the own clearance bounds it.

    An emergency (break-glass) is what a person gave himself or herself for some hours, with a reason. It is of that
    person alone, and does not pass to a substitute.
    """

    class Kind(models.TextChoices):
        # Translators: 指定人員
        NAMED = "named", pgettext_lazy("access to a case", "Named")
        # Translators: 緊急調閱
        EMERGENCY = "emergency", pgettext_lazy("access to a case", "Emergency")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="accesses", verbose_name=_("case"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("person"),
    )
    ministry = models.CharField(_("ministry"), max_length=20, choices=Ministry, blank=True)
    desk = models.CharField(_("desk"), max_length=80, blank=True)
    kind = models.CharField(pgettext_lazy("of access", "kind"), max_length=10, choices=Kind)
    reason = models.CharField(_("reason"), max_length=300)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("given by")
    )
    given_at = models.DateTimeField(_("given"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("access to a sealed case")
        verbose_name_plural = _("accesses to sealed cases")
        ordering = ["-given_at", "-id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="access_is_of_one_person_or_one_desk",
                condition=Q(person__isnull=False, ministry="", desk="")
                | (Q(person=None) & ~Q(ministry="") & ~Q(desk="")),
            ),
            models.CheckConstraint(
                name="an_emergency_is_ones_own_and_ends",
                condition=~Q(kind="emergency") | Q(person=F("given_by"), ends_at__isnull=False),
            ),
            models.CheckConstraint(name="access_is_given_for_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="access_ends_after_it_is_given", condition=Q(ends_at=None) | Q(ends_at__gt=F("given_at"))
            ),
            models.CheckConstraint(
                name="withdrawn_access_says_by_whom",
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "case"], name="access_by_person", condition=Q(person__isnull=False)
            ),
            models.Index(fields=["ministry", "desk", "case"], name="access_by_desk", condition=~Q(desk="")),
        ]

    def __str__(self) -> str:
        return f"{self.case} ← {self.person or self.desk}"


def held_by(user: User) -> Q:
    """Cases that are the reader's own: carried, or let into by name. What an emergency or standing in opens is not."""
    named = Access.objects.standing().filter(kind=Access.Kind.NAMED).order_by().values("case")
    at_a_desk = User.objects.filter(pk=user.pk, ministry=OuterRef("ministry"), desk=OuterRef("desk"))
    return (
        Q(officer=user)
        | Q(pk__in=named.filter(person=user))
        | Q(pk__in=named.filter(~Q(desk=""), Exists(at_a_desk)))
    )


def named_to(user: User) -> Q:
    """Cases that are the reader's by name: carried, let into, or so for somebody for whom the reader stands in now.

    Whoever is absent must be cleared too: nobody stands in for a right that the other one has not. What else a substitution
    must fulfil while it lasts is said by ``standing``.
    """
    # Flat on purpose: SQLite takes no statement of many levels, and the first page asks all its questions in one.
    now = Substitution.objects.standing().filter(substitute=user, person__clearance__gte=Secrecy.SEALED)
    at_a_desk = User.objects.filter(pk=user.pk, ministry=OuterRef("ministry"), desk=OuterRef("desk"))
    absent_at_a_desk = now.filter(person__ministry=OuterRef("ministry"), person__desk=OuterRef("desk"))
    granted = Access.objects.standing().order_by().values("case")
    # A row of a person names no desk, and no more do people without one: nothing is not the same desk.
    return (
        Q(officer=user)
        | Q(officer__in=now.order_by().values("person"))
        | Q(pk__in=granted.filter(person=user))
        | Q(pk__in=granted.filter(~Q(desk=""), Exists(at_a_desk)))
        | Q(pk__in=granted.filter(~Q(desk=""), Exists(absent_at_a_desk)))
        | Q(pk__in=granted.filter(Exists(now.filter(person=OuterRef("person"))), kind=Access.Kind.NAMED))
    )
