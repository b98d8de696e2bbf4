"""Reports that are signed off: their parameters, what they said when they were approved, and every decision."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.models import User
from tracker.roles import Role, Secrecy


class FrozenReportQuerySet(models.QuerySet["FrozenReport"]):
    """The office's words for signed-off reports."""

    def visible_to(self, user: User) -> "FrozenReportQuerySet":
        """Approved ones for everybody who is cleared for internal papers, the others for those who may sign them.

        A report counts what is restricted too; approving it lets its figures out, as its page says. Administrators
        see none.
        """
        if not user.is_active or user.role == Role.ADMINISTRATOR or user.clearance < Secrecy.INTERNAL:
            return self.none()
        signs = user.ministry != "" and user.clearance >= Secrecy.RESTRICTED
        return self.all() if signs else self.approved()

    def waiting(self) -> "FrozenReportQuerySet":
        """Those that wait for somebody's signature."""
        return self.filter(status__in=[FrozenReport.Status.SUBMITTED, FrozenReport.Status.REVIEWED])

    def approved(self) -> "FrozenReportQuerySet":
        return self.filter(status=FrozenReport.Status.APPROVED)


class FrozenReport(models.Model):
    """One report of the catalogue on its way to approval, and frozen from then on.

    ``parameters`` are those of :class:`reports.catalogue.Parameters` as JSON. Until approval the report is made anew
    each time it is opened; approving writes ``content``, its canonical JSON, and ``digest``, the SHA-256 of those
    bytes, and neither ever changes again.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("report", "Draft")
        # Translators: 送核
        SUBMITTED = "submitted", pgettext_lazy("report", "Submitted")
        # Translators: 已複核
        REVIEWED = "reviewed", pgettext_lazy("report", "Reviewed")
        # Translators: 已核定
        APPROVED = "approved", pgettext_lazy("report", "Approved")
        # Translators: 退回補充
        RETURNED = "returned", pgettext_lazy("report", "Sent back")

    code = models.CharField(pgettext_lazy("of a report", "code"), max_length=10)
    title = models.CharField(_("title"), max_length=200)
    parameters: Any = models.JSONField(_("parameters"))
    as_of = models.DateField(_("as of"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    content = models.TextField(_("content"), blank=True, editable=False)
    digest = models.CharField(_("SHA-256 digest of the content"), max_length=64, blank=True, editable=False)
    product = models.CharField(_("version of the program"), max_length=40, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("drafted by"),
    )
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    due_on = models.DateField(_("to be approved by"), null=True, blank=True)
    version = models.PositiveIntegerField(_("number of changes"), default=1, editable=False)

    objects = FrozenReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("signed-off report")
        verbose_name_plural = _("signed-off reports")
        ordering = ["-as_of", "-id"]
        constraints = [
            models.CheckConstraint(
                name="a_report_is_frozen_exactly_when_it_is_approved",
                condition=Q(status="approved", approved_at__isnull=False) & ~Q(content="") & ~Q(digest="")
                | ~Q(status="approved") & Q(content="", digest="", approved_at=None),
            ),
        ]
        indexes = [models.Index(fields=["status", "-as_of"], name="report_by_status")]

    def __str__(self) -> str:
        return f"{self.code} {self.title} {self.as_of}"

    def get_absolute_url(self) -> str:
        return reverse("reports:frozen", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        """Submitted, and neither approved nor sent back yet."""
        return self.status in (self.Status.SUBMITTED, self.Status.REVIEWED)

    @property
    def is_approved(self) -> bool:
        return self.status == self.Status.APPROVED


class Remark(models.Model):
    """What the drafter adds to one row of a report, such as the action recommended for a partner.

    ``row`` is the row's key in the report (a partner's code); "" stands for the whole report.
    """

    report = models.ForeignKey(
        FrozenReport, models.CASCADE, related_name="remarks", verbose_name=_("signed-off report")
    )
    row = models.CharField(pgettext_lazy("of a report", "row"), max_length=60, blank=True)
    text = models.TextField(_("text"), max_length=2000)
    text_en = models.TextField(_("text in English"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["report", "row"]
        constraints = [
            models.UniqueConstraint(fields=["report", "row"], name="a_row_has_one_remark"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.row}"


class Decision(models.Model):
    """One signature or return of a report: 擬辦, 複核, 核定, 退回. Rows are added, never changed."""

    class Kind(models.TextChoices):
        # Translators: 擬辦
        SUBMIT = "submit", pgettext_lazy("decision", "Drafted and submitted")
        # Translators: 複核
        REVIEW = "review", pgettext_lazy("decision", "Reviewed")
        # Translators: 核定
        APPROVE = "approve", pgettext_lazy("decision", "Approved")
        # Translators: 退回補充
        RETURN = "return", pgettext_lazy("decision", "Sent back")
        # Translators: 撤回
        WITHDRAW = "withdraw", pgettext_lazy("decision", "Taken back by the drafter")

    report = models.ForeignKey(
        FrozenReport, models.PROTECT, related_name="decisions", verbose_name=_("signed-off report")
    )
    kind = models.CharField(pgettext_lazy("of a decision", "kind"), max_length=10, choices=Kind)
    reason = models.TextField(_("opinion or reason"), max_length=2000, blank=True)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = pgettext_lazy("of a report", "decision")
        verbose_name_plural = pgettext_lazy("of a report", "decisions")
        ordering = ["report", "id"]
        constraints = [
            models.CheckConstraint(
                name="a_report_is_sent_back_with_a_reason",
                condition=~Q(kind="return") | ~Q(reason=""),
                violation_error_message=_("Say what is to be changed."),
            ),
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(kind="approve"),
                name="a_report_is_approved_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind}"
