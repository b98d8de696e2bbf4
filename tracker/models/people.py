"""People, who stands in for whom, and what the sign-in keeps of them."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, TruncDate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.roles import Ministry, Role, Secrecy
from tracker.workdays import TAIPEI


class PeopleManager(UserManager["User"]):
    """Makes people; the first one of an installation is an administrator, who has no right of a superuser."""

    use_in_migrations = False

    def create_superuser(  # type: ignore[override]
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> "User":
        """What `manage.py createsuperuser` makes: rights follow from the role, so nobody is above them."""
        fields |= {"role": Role.ADMINISTRATOR, "ministry": "", "is_staff": True, "is_superuser": False}
        return self.create_user(username, email, password, **fields)


class User(AbstractUser):
    """A person who signs in: which ministry and desk, in what role, cleared up to which level."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=80)
    ministry = models.CharField(_("ministry"), max_length=20, choices=Ministry, blank=True)
    desk = models.CharField(_("desk"), max_length=80, blank=True, help_text=_("Section or unit"))
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.OFFICER)
    clearance = models.PositiveSmallIntegerField(_("clearance"), choices=Secrecy, default=Secrecy.INTERNAL)
    has_single_keys = models.BooleanField(_("single-key shortcuts"), default=True)
    ends_on = models.DateField(
        _("last day"),
        null=True,
        blank=True,
        help_text=_("After this day the person cannot sign in any more."),
    )
    must_change_password = models.BooleanField(_("must change the password"), default=False, editable=False)
    password_changed_at = models.DateTimeField(_("password changed"), null=True, blank=True, editable=False)

    stands_for_sealed: bool | None = None
    """Set on readers who do not exist, in whose place a statement is put together (:mod:`tracker.statements`)."""

    REQUIRED_FIELDS = ["name", "email"]
    objects = PeopleManager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                name="officers_and_supervisors_belong_to_a_ministry",
                condition=~Q(role__in=[Role.OFFICER, Role.SUPERVISOR]) | ~Q(ministry=""),
                violation_error_message=_("Officers and supervisors belong to a ministry: choose one."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    @property
    def is_cleared_for_sealed(self) -> bool:
        """Whether sealed cases may be seen at all; which of them is said by name."""
        if self.stands_for_sealed is not None:
            return self.stands_for_sealed
        return self.clearance >= Secrecy.SEALED

    @property
    def is_supervisor(self) -> bool:
        return self.role == Role.SUPERVISOR


class SubstitutionQuerySet(models.QuerySet["Substitution"]):
    """The office's words for substitutions."""

    def standing(self) -> "SubstitutionQuerySet":
        """Those in force at this moment, by the clock of the database.

        What was asked when the substitute was named is asked still: both work on files of one ministry. And the absent
        person has an account that goes on, so that nobody stands in for who has left.
        """
        at_work = [Role.OFFICER, Role.SUPERVISOR]
        running = self.filter(starts_at__lte=Now(), ends_at__gt=Now(), ended_at=None)
        return running.filter(
            Q(person__ends_on=None) | Q(person__ends_on__gte=TruncDate(Now(), tzinfo=TAIPEI)),
            person__is_active=True,
            person__role__in=at_work,
            substitute__role__in=at_work,
            person__ministry=F("substitute__ministry"),
        )

    def visible_to(self, user: User) -> "SubstitutionQuerySet":
        """One's own on either side; of one's ministry for supervisors; all of them for administrators."""
        if user.role == Role.ADMINISTRATOR:
            return self
        own = Q(person=user) | Q(substitute=user)
        if user.role == Role.SUPERVISOR:
            own |= Q(person__ministry=user.ministry)
        return self.filter(own)


class Substitution(models.Model):
    """One person stands in for another (代理) for a time: sees and carries what the absent one carries by name.

    The substitute's own clearance bounds it, and it gives nobody a right to approve.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="absences", verbose_name=_("absent person")
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="stand_ins", verbose_name=_("substitute")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    made_at = models.DateTimeField(_("recorded"))
    ended_at = models.DateTimeField(_("ended early"), null=True, blank=True, editable=False)

    objects = SubstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("substitution")
        verbose_name_plural = _("substitutions")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="a_substitution_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(name="nobody_stands_in_for_oneself", condition=~Q(person=F("substitute"))),
        ]
        indexes = [models.Index(fields=["substitute", "ends_at"], name="substitution_by_substitute")]

    def __str__(self) -> str:
        return f"{self.substitute} ← {self.person}"


class FormerPassword(models.Model):
    """The hash of a password that a person had before, where a profile forbids its return."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="former_passwords", verbose_name=_("person")
    )
    password = models.CharField(_("password"), max_length=128)
    kept_at = models.DateTimeField(_("kept"))

    class Meta:
        verbose_name = _("former password")
        verbose_name_plural = _("former passwords")
        ordering = ["-kept_at", "-id"]

    def __str__(self) -> str:
        return f"{self.person} {self.kept_at}"


class FactorReset(models.Model):
    """Somebody lost the second factor: one person asks that it be taken off, another one confirms.

    Where it names a subject, no factor is taken off: asked is that the person be linked with this subject of the provider of
    the single sign-on, since that lets somebody in just as well.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="factor_resets", verbose_name=_("person")
    )
    provider = models.CharField(
        pgettext_lazy("single sign-on", "provider"), max_length=200, blank=True, editable=False
    )
    subject = models.CharField(
        pgettext_lazy("single sign-on", "subject"), max_length=191, blank=True, editable=False
    )
    reason = models.CharField(_("reason"), max_length=200)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    is_confirmed = models.BooleanField(_("confirmed"), null=True)

    class Meta:
        verbose_name = _("reset of a second factor")
        verbose_name_plural = _("resets of second factors")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="a_factor_reset_takes_two_persons",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="a_decided_factor_reset_says_by_whom_and_when",
                condition=Q(is_confirmed=None, decided_by=None, decided_at=None)
                | Q(is_confirmed__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(is_confirmed=None, subject=""),
                name="a_person_has_one_open_factor_reset",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(is_confirmed=None) & ~Q(subject=""),
                name="a_person_has_one_link_to_confirm",
            ),
            models.CheckConstraint(
                name="a_link_names_provider_and_subject",
                condition=Q(provider="", subject="") | (~Q(provider="") & ~Q(subject="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.asked_at}"
