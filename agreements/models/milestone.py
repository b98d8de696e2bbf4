"""The dated fact: what happened to an agreement, when, and when and by whom it was recorded here."""

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.lifecycle import STEP_CHOICES, Phase, Stage, label_of
from tracker.modelfields import EdgeDateField, PartialDateField


class Milestone(models.Model):
    """A legal fact. Never updated in place: a correction withdraws one row and adds another.

    ``stage`` is the stage it led to ("" for a milestone of record); ``phase`` the phase that began with it.
    ``order`` is its place in the chronology of its agreement. ``counted`` is the day from which it counts:
    the effective day where one is given, else the day it happened.
    """

    class Ground(models.TextChoices):
        APPROVED = "approved", pgettext_lazy("text approval", "Approved by the Executive Yuan")
        DELEGATED = "delegated", pgettext_lazy("text approval", "Delegated by the Executive Yuan")
        URGENT = "urgent", pgettext_lazy("text approval", "Agreed to because of urgency")

    agreement = models.ForeignKey(
        "agreements.Agreement", models.PROTECT, related_name="milestones", verbose_name=_("agreement")
    )
    step = models.CharField(_("step"), max_length=30, choices=STEP_CHOICES)
    stage = models.CharField(_("leads to stage"), max_length=2, choices=Stage, blank=True)
    phase = models.CharField(_("phase begun"), max_length=30, choices=Phase, blank=True)
    order = models.FloatField(_("order"))
    happened = PartialDateField(_("happened on"), blank=True)
    effective = PartialDateField(_("takes effect on"), blank=True)
    counted = PartialDateField(_("counts from"), blank=True, editable=False)
    counted_from = EdgeDateField(_("counts from, first possible day"), of="counted", edge="first")
    counted_to = EdgeDateField(_("counts from, last possible day"), of="counted", edge="last")
    place = models.CharField(_("place"), max_length=120, blank=True)
    reference = models.CharField(_("official letter number"), max_length=120, blank=True)
    ground = models.CharField(_("ground"), max_length=20, choices=Ground, blank=True)
    term = models.PositiveSmallIntegerField(_("term of the Legislative Yuan"), null=True, blank=True)
    note = models.TextField(_("note or reason"), blank=True)
    documents = models.ManyToManyField("tracker.Document", blank=True, verbose_name=_("documents"))
    is_history = models.BooleanField(
        _("entered as history"), default=False, help_text=_("Entered afterwards; the file may have gaps.")
    )
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    batch = models.ForeignKey(
        "tracker.ImportBatch",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("import"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    withdrawn_reason = models.CharField(_("reason of withdrawal"), max_length=300, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["agreement", "order", "id"]
        indexes = [
            models.Index(fields=["agreement", "-order"], name="milestone_chronology"),
            models.Index(fields=["step", "counted_to"], name="milestone_by_step"),
            models.Index(fields=["-recorded_at"], name="milestone_by_recording"),
        ]
        constraints = [
            models.CheckConstraint(
                name="a_withdrawal_has_a_moment_a_person_and_a_reason",
                condition=models.Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | (
                    models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~models.Q(withdrawn_reason="")
                ),
            ),
            models.CheckConstraint(
                name="a_stage_belongs_to_a_phase", condition=models.Q(stage="") | ~models.Q(phase="")
            ),
            models.UniqueConstraint(
                fields=["agreement", "order"],
                condition=models.Q(withdrawn_at=None),
                name="two_standing_milestones_do_not_share_a_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.happened.iso}".strip()

    @property
    def label(self) -> Promise:
        return label_of(self.step)

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None
