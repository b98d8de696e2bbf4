"""How long records are kept (保存年限), what stops their disposal, and disposal lists (銷毀目錄) with what became of them.

Terms are those of the Archives Act (檔案法) and its rules (機關檔案保存年限及銷毀辦法). Which kind of case gets which term is the
ministry's own schedule: the table of it ships empty, and without a term everything is kept permanently.
"""

from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.lifecycle import Kind
from cases.models.case import NOBODY, Case
from tracker.models import User

PERMANENT = 0
"""Stands for permanent retention where a number of years is written."""


class Term(models.IntegerChoices):
    """The classes of retention, in years."""

    # Translators: 永久保存
    FOREVER = PERMANENT, pgettext_lazy("retention", "Permanent")
    THIRTY = 30, pgettext_lazy("retention", "30 years")
    TWENTY_FIVE = 25, pgettext_lazy("retention", "25 years")
    TWENTY = 20, pgettext_lazy("retention", "20 years")
    FIFTEEN = 15, pgettext_lazy("retention", "15 years")
    TEN = 10, pgettext_lazy("retention", "10 years")
    FIVE = 5, pgettext_lazy("retention", "5 years")
    THREE = 3, pgettext_lazy("retention", "3 years")
    ONE = 1, pgettext_lazy("retention", "1 year")


class Start(models.TextChoices):
    """From which day the years are counted."""

    CLOSING = "closing", pgettext_lazy("retention", "The day on which it ended")
    YEAR_END = "year_end", pgettext_lazy("retention", "The end of the year in which it ended")


class RetentionDefault(models.Model):
    """The term of a kind of case by the ministry's schedule, set by its archivist. Ships empty."""

    kind = models.CharField(pgettext_lazy("of a case", "kind"), max_length=30, choices=Kind, unique=True)
    # Translators: 保存年限
    years = models.PositiveSmallIntegerField(_("retention"), choices=Term)
    start = models.CharField(_("counted from"), max_length=10, choices=Start, default=Start.CLOSING)
    # Translators: 檔案保存年限區分表之項目
    source = models.CharField(_("item of the ministry's retention schedule"), max_length=300)

    class Meta:
        # Translators: 保存年限預設值
        verbose_name = _("retention of a kind of case")
        verbose_name_plural = _("retention of kinds of cases")
        ordering = ["kind"]
        default_permissions = NOBODY

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_years_display()}"


class Retention(models.Model):
    """The term of one case, or of one agreement, with its reason; its history is in the audit trail."""

    case = models.OneToOneField(
        Case, models.PROTECT, null=True, blank=True, related_name="retention", verbose_name=_("case")
    )
    agreement = models.OneToOneField(
        "agreements.Agreement",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="retention",
        verbose_name=_("agreement"),
    )
    years = models.PositiveSmallIntegerField(_("retention"), choices=Term)
    start = models.CharField(_("counted from"), max_length=10, choices=Start)
    reason = models.CharField(_("reason"), max_length=300)
    set_at = models.DateTimeField(_("recorded"))
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("retention")
        verbose_name_plural = _("retention")
        default_permissions = NOBODY
        constraints = [
            models.CheckConstraint(
                name="retention_is_of_a_case_or_an_agreement",
                condition=Q(case__isnull=False, agreement=None) | Q(case=None, agreement__isnull=False),
            ),
            # One by one: Django's reading of SQLite's tables stumbles over a list of numbers of one digit.
            models.CheckConstraint(
                name="retention_is_a_class_of_the_law",
                condition=reduce(or_, (Q(years=value) for value in Term.values)),
            ),
            models.CheckConstraint(name="retention_has_its_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.case or self.agreement}: {self.get_years_display()}"


class Hold(models.Model):
    """What stops the disposal of a case whatever its term says: a dispute, a pending proceeding. Lifted with a reason."""

    case = models.ForeignKey(
        Case, models.PROTECT, related_name="disposal_holds", db_index=False, verbose_name=_("case")
    )
    reason = models.CharField(_("reason"), max_length=300)
    placed_at = models.DateTimeField(_("placed"))
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("placed by")
    )
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lifted by"),
    )
    lifted_reason = models.CharField(_("why it was lifted"), max_length=300, blank=True)

    class Meta:
        # Translators: 停止銷毀
        verbose_name = _("hold on disposal")
        verbose_name_plural = _("holds on disposal")
        ordering = ["case", "-placed_at"]
        default_permissions = NOBODY
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(lifted_at=None), name="one_hold_on_disposal_stands_at_a_time"
            ),
            models.CheckConstraint(
                name="a_hold_is_lifted_by_somebody_for_a_reason",
                condition=Q(lifted_at=None, lifted_by=None, lifted_reason="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_reason="")),
            ),
        ]
        indexes = [models.Index(fields=["case"], name="disposal_hold_by_case")]

    def __str__(self) -> str:
        return f"{self.case} {self.placed_at:%Y-%m-%d}"


class DisposalListQuerySet(models.QuerySet["DisposalList"]):
    """The office's words for disposal lists."""

    def visible_to(self, user: User) -> "DisposalListQuerySet":
        """Lists of whose cases the reader sees every one."""
        lines = DisposalLine.objects.filter(plan=OuterRef("pk"))
        hidden = lines.exclude(Exists(Case.objects.visible_to(user).filter(pk=OuterRef("case"))))
        return self.filter(~Exists(hidden))


class DisposalList(models.Model):
    """A disposal list (銷毀目錄): drawn up by one person, approved by the archives authority and by a second person, carried out.

    ``certificate`` is the SHA-256 digest over the proofs of its lines, once it was carried out.
    """

    drawn_up_at = models.DateTimeField(_("drawn up"))
    drawn_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("drawn up by")
    )
    # Translators: 檔案中央主管機關核准函文號
    approval_number = models.CharField(
        _("number of the approval by the archives authority"), max_length=120, blank=True
    )
    approval_on = models.DateField(_("day of that approval"), null=True, blank=True)
    # Translators: 核準時間
    approved_at = models.DateTimeField(pgettext_lazy("of a disposal list", "approved"), null=True, blank=True)
    # Translators: 核准人
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("of a disposal list", "approved by"),
    )
    dropped_at = models.DateTimeField(_("dropped"), null=True, blank=True)
    # Translators: 撤銷理由
    dropped_reason = models.CharField(
        pgettext_lazy("of a disposal list", "why it was dropped"), max_length=300, blank=True
    )
    carried_out_at = models.DateTimeField(_("carried out"), null=True, blank=True)
    carried_out_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("carried out by"),
    )
    certificate = models.CharField(_("SHA-256 digest of the certificate"), max_length=64, blank=True)

    objects = DisposalListQuerySet.as_manager()

    class Meta:
        # Translators: 銷毀目錄
        verbose_name = _("disposal list")
        verbose_name_plural = _("disposal lists")
        ordering = ["-id"]
        default_permissions = NOBODY
        constraints = [
            models.CheckConstraint(
                name="a_disposal_list_is_approved_by_a_second_person",
                condition=Q(approved_by=None, approved_at=None)
                | (
                    Q(approved_by__isnull=False, approved_at__isnull=False) & ~Q(approved_by=F("drawn_up_by"))
                ),
            ),
            models.CheckConstraint(
                name="a_disposal_list_is_approved_after_the_archives_authority",
                condition=Q(approved_at=None) | (~Q(approval_number="") & Q(approval_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_disposal_list_is_carried_out_after_its_approval",
                condition=Q(carried_out_at=None, carried_out_by=None, certificate="")
                | (
                    Q(approved_at__isnull=False, dropped_at=None)
                    & Q(carried_out_at__isnull=False, carried_out_by__isnull=False)
                    & ~Q(certificate="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"D-{self.pk}"


class DisposalLine(models.Model):
    """One case of a disposal list: its term as it was when the list was drawn up, and the proof of what was destroyed.

    ``proof`` names each record and file by its kind, key and SHA-256 digest, never by what it held.
    """

    plan = models.ForeignKey(
        DisposalList, models.CASCADE, related_name="lines", db_index=False, verbose_name=_("disposal list")
    )
    case = models.ForeignKey(Case, models.PROTECT, related_name="disposal_lines", verbose_name=_("case"))
    years = models.PositiveSmallIntegerField(_("retention"), choices=Term)
    counted_from = models.DateField(_("counted from"))
    ended_on = models.DateField(_("last day of the term"))
    proof: Any = models.JSONField(_("what was destroyed"), default=list, blank=True)

    class Meta:
        # Translators: 銷毀目錄之案件
        verbose_name = _("line of a disposal list")
        verbose_name_plural = _("lines of disposal lists")
        ordering = ["plan", "case"]
        default_permissions = NOBODY
        constraints = [
            models.UniqueConstraint(fields=["plan", "case"], name="a_disposal_list_names_a_case_once"),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.case}"


class Erasure(models.Model):
    """The journal of files: written with the rows that go, and ticked when the bytes are gone from the disk.

    What is not ticked was cut off in the middle; ``manage.py finish_disposal`` goes on with it.
    """

    plan = models.ForeignKey(
        DisposalList, models.PROTECT, related_name="erasures", verbose_name=_("disposal list")
    )
    place = models.CharField(_("place of the file"), max_length=120)
    sha256 = models.CharField(_("SHA-256 digest of the file"), max_length=64)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    class Meta:
        verbose_name = _("file to be erased")
        verbose_name_plural = _("files to be erased")
        ordering = ["id"]
        default_permissions = NOBODY
        indexes = [
            models.Index(fields=["id"], name="file_still_to_be_erased", condition=Q(erased_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.pk}"
