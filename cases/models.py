"""Requests for assistance, in and out: the case, its items, its dated facts, and the counters of its numbers.

No role is given permissions on these models: who sees what is said by ``visible_to`` and :mod:`cases.rules`.
"""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.lifecycle import (
    CLOSED,
    STEP_CHOICES,
    UNSENT,
    Basis,
    Direction,
    Ground,
    Holder,
    Kind,
    Result,
    State,
    label_of,
)
from tracker.models import User
from tracker.roles import Role, Secrecy

NOBODY: tuple[str, ...] = ()
SOON = 7
"""Days before a deadline from which it counts as near."""


class CaseQuerySet(models.QuerySet["Case"]):
    """The office's words for lists of cases; they chain."""

    def visible_to(self, user: User) -> "CaseQuerySet":
        """Registered cases up to the reader's clearance, sealed ones for their officer only, and the own drafts.

        Administrators see none.
        """
        if not user.is_active or user.role == Role.ADMINISTRATOR:
            return self.none()
        named = Q(secrecy__lt=Secrecy.SEALED) | Q(officer=user)
        return self.filter(
            (~Q(number="") & Q(secrecy__lte=user.clearance) & named) | Q(number="", recorded_by=user)
        )

    def registered(self) -> "CaseQuerySet":
        return self.exclude(number="")

    def drafts(self) -> "CaseQuerySet":
        return self.filter(number="")

    def open(self) -> "CaseQuerySet":
        """Registered and not closed."""
        return self.registered().exclude(state__in=CLOSED)

    def closed(self) -> "CaseQuerySet":
        return self.filter(state__in=CLOSED)

    def real(self) -> "CaseQuerySet":
        """Without the fictional samples."""
        return self.filter(partner__is_sample=False)

    def overdue(self, *, today: date) -> "CaseQuerySet":
        return self.open().filter(deadline__lt=today)

    def due_soon(self, *, today: date) -> "CaseQuerySet":
        """Open with a deadline from today to a week on."""
        return self.open().filter(deadline__range=(today, today + timedelta(days=SOON)))

    def unassigned(self) -> "CaseQuerySet":
        return self.open().filter(officer=None)

    def as_of(self, day: date) -> "CaseQuerySet":
        """Cases that existed on ``day``, each with ``state_then``, its state at the end of that day."""
        reached = CaseEvent.objects.filter(case=OuterRef("pk"), happened_on__lte=day).exclude(state="")
        state_then = Subquery(reached.order_by("-order").values("state")[:1])
        return self.registered().filter(Exists(reached)).annotate(state_then=state_then)

    def with_rows(self) -> "CaseQuerySet":
        """What a row of a list shows, in one query."""
        return self.select_related("partner", "officer", "agreement")


class Case(models.Model):
    """One request for assistance. Written by :mod:`cases.actions` only.

    Until it is registered it is a draft: without number and state, and it may lack anything. ``requested_on`` is
    the letter's day (incoming; the day of receipt when it is undated) or the day it was sent (outgoing; until
    then the day it was taken up). ``basis`` is what it rested on that day; ``basis_finding`` keeps what the register of agreements
    said then, ``basis_reason`` the officer's own words where they differ. ``state``, ``holder`` and ``version``
    follow from the events.
    """

    number = models.CharField(_("case number"), max_length=20, blank=True, editable=False)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction, blank=True)
    kind = models.CharField(pgettext_lazy("of a case", "kind"), max_length=30, choices=Kind, blank=True)
    partner = models.ForeignKey(
        "agreements.Partner",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("partner"),
    )
    partner_reference = models.CharField(_("their reference"), max_length=120, blank=True)
    office = models.CharField(_("our office"), max_length=120, blank=True)
    office_reference = models.CharField(_("our office's reference"), max_length=120, blank=True)
    subject = models.CharField(pgettext_lazy("of a case", "subject"), max_length=200, blank=True)
    letter_on = models.DateField(_("day of the letter"), null=True, blank=True)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    requested_on = models.DateField(_("day of the request"), null=True, blank=True, editable=False)
    basis = models.CharField(_("legal basis"), max_length=20, choices=Basis, blank=True)
    agreement = models.ForeignKey(
        "agreements.Agreement",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("agreement"),
    )
    basis_reason = models.CharField(_("reason for another basis"), max_length=300, blank=True)
    basis_finding = models.JSONField(_("what the register said"), default=dict, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=3, choices=State, blank=True, editable=False)
    holder = models.CharField(_("in hand with"), max_length=20, choices=Holder, blank=True, editable=False)
    result = models.CharField(_("result"), max_length=10, choices=Result, blank=True, editable=False)
    secrecy = models.PositiveSmallIntegerField(_("secrecy"), choices=Secrecy, default=Secrecy.INTERNAL)
    is_urgent = models.BooleanField(_("urgent"), default=False)
    is_direct = models.BooleanField(_("came straight to Justice"), default=False)
    deadline = models.DateField(_("deadline"), null=True, blank=True)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("officer"),
    )
    recorded_at = models.DateTimeField(_("recorded"), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("recorded by"),
    )
    version = models.PositiveIntegerField(_("number of changes"), default=1, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-requested_on", "-id"]
        default_permissions = NOBODY
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="a_case_number_is_used_once"
            ),
            models.CheckConstraint(
                name="a_case_is_a_draft_or_has_number_state_partner_and_days",
                condition=Q(number="", state="")
                | (
                    ~Q(number="")
                    & ~Q(state="")
                    & ~Q(kind="")
                    & ~Q(basis="")
                    & Q(partner__isnull=False, received_on__isnull=False, requested_on__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="a_case_stands_at_a_state_of_its_direction",
                condition=Q(state="")
                | Q(direction=Direction.IN, state__in=[state for state in State.values if state[0] == "I"])
                | Q(direction=Direction.OUT, state__in=[state for state in State.values if state[0] == "O"]),
            ),
            models.CheckConstraint(
                name="a_case_names_an_agreement_exactly_when_it_rests_on_one",
                condition=Q(number="")
                | Q(basis__in=[Basis.AGREEMENT, Basis.CROSS_STRAIT], agreement__isnull=False)
                | (~Q(basis__in=[Basis.AGREEMENT, Basis.CROSS_STRAIT]) & Q(agreement=None)),
            ),
            models.CheckConstraint(
                name="a_letter_is_not_dated_after_its_receipt",
                condition=Q(letter_on=None) | Q(received_on=None) | Q(letter_on__lte=F("received_on")),
            ),
            models.CheckConstraint(
                name="a_sealed_case_names_its_officer",
                condition=Q(number="") | Q(secrecy__lt=Secrecy.SEALED) | Q(officer__isnull=False),
            ),
            models.CheckConstraint(
                name="only_an_urgent_incoming_request_comes_straight_to_justice",
                condition=Q(number="") | Q(is_direct=False) | Q(is_urgent=True, direction=Direction.IN),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "requested_on", "id"], name="case_by_state"),
            models.Index(fields=["-requested_on", "-id"], name="case_by_day"),
            models.Index(fields=["officer", "state"], name="case_by_officer"),
            models.Index(fields=["deadline"], name="case_by_deadline", condition=Q(deadline__isnull=False)),
            models.Index(
                fields=["partner_reference"],
                name="case_by_their_reference",
                condition=~Q(partner_reference=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"# {self.pk}"

    @property
    def is_draft(self) -> bool:
        return not self.number

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED

    @property
    def is_sealed(self) -> bool:
        return self.secrecy >= Secrecy.SEALED

    @property
    def is_day_fixed(self) -> bool:
        """Whether the day of the request is known for good; an outgoing one gets it when it is sent."""
        return bool(self.requested_on) and self.state not in UNSENT

    def days_left(self, today: date) -> int | None:
        """Days to the deadline, negative when past; None without a deadline or when closed."""
        return None if self.deadline is None or self.is_closed else (self.deadline - today).days

    def get_absolute_url(self) -> str:
        if self.is_draft:
            return reverse("cases:draft", args=[self.pk])
        return reverse("cases:detail", args=[self.number])


class AssistanceItem(models.Model):
    """One thing that is asked: a kind of article 6 of the Act, or one of the other kinds."""

    class Kind(models.TextChoices):
        EVIDENCE = "evidence", pgettext_lazy("assistance", "Obtain evidence")
        SERVICE = "service", pgettext_lazy("assistance", "Serve documents")
        SEARCH = "search", pgettext_lazy("assistance", "Search")
        SEIZURE = "seizure", pgettext_lazy("assistance", "Seizure")
        # Translators: 禁止處分財產
        RESTRAINT = "restraint", pgettext_lazy("assistance", "Restrain assets")
        # Translators: 執行沒收或追徵之確定裁判或命令
        CONFISCATION = "confiscation", pgettext_lazy("assistance", "Enforce confiscation")
        # Translators: 犯罪所得之返還
        RETURN_OF_PROCEEDS = "return_of_proceeds", pgettext_lazy("assistance", "Return of proceeds")
        # Translators: 確定關係人所在或身分
        LOCATION = "location", pgettext_lazy("assistance", "Locate or identify a person")
        # Translators: 視訊訊問
        VIDEO = "video", pgettext_lazy("assistance", "Testimony by video")
        # Translators: 解送受拘禁人作證
        CUSTODY = "custody", pgettext_lazy("assistance", "Transfer of a detained witness")
        # Translators: 勘驗、鑑定
        INSPECTION = "inspection", pgettext_lazy("assistance", "Inspection or expert opinion")
        # Translators: 裁判認可
        RECOGNITION = "recognition", pgettext_lazy("assistance", "Recognition of a judgment")
        OTHER = "other", pgettext_lazy("assistance", "Other assistance")

    class Progress(models.TextChoices):
        OPEN = "open", pgettext_lazy("assistance item", "Open")
        DONE = "done", pgettext_lazy("assistance item", "Done")
        PART = "part", pgettext_lazy("assistance item", "Done in part")
        NOT_DONE = "not_done", pgettext_lazy("assistance item", "Could not be done")
        REFUSED = "refused", pgettext_lazy("assistance item", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("assistance item", "Withdrawn")

    case = models.ForeignKey(Case, models.CASCADE, related_name="items", verbose_name=_("case"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    kind = models.CharField(pgettext_lazy("of an item", "kind"), max_length=20, choices=Kind)
    state = models.CharField(
        pgettext_lazy("of an item", "state"), max_length=10, choices=Progress, default=Progress.OPEN
    )
    result = models.CharField(_("result"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("assistance item")
        verbose_name_plural = _("assistance items")
        ordering = ["case", "position", "id"]
        default_permissions = NOBODY

    def __str__(self) -> str:
        return str(self.get_kind_display())


class CaseEvent(models.Model):
    """A dated fact of a case: a step that was taken. Never updated in place.

    ``state`` is the state it led to, "" for a fact that changed none. ``order`` is its place in the case.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="events", verbose_name=_("case"))
    order = models.PositiveIntegerField(_("order"))
    step = models.CharField(_("step"), max_length=30, choices=STEP_CHOICES)
    state = models.CharField(_("leads to state"), max_length=3, choices=State, blank=True)
    happened_on = models.DateField(_("happened on"))
    reference = models.CharField(_("official letter number"), max_length=120, blank=True)
    body = models.CharField(_("office that acts"), max_length=120, blank=True)
    ground = models.CharField(_("ground of refusal"), max_length=10, choices=Ground, blank=True)
    result = models.CharField(_("result"), max_length=10, choices=Result, blank=True)
    note = models.TextField(_("note or reason"), blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("case event")
        verbose_name_plural = _("case events")
        ordering = ["case", "order"]
        default_permissions = NOBODY
        constraints = [
            models.UniqueConstraint(fields=["case", "order"], name="two_events_do_not_share_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.step} {self.happened_on}"

    @property
    def label(self) -> Promise:
        return label_of(self.step)


class NumberSeries(models.Model):
    """The counter of one series of case numbers, such as 114-請: one row that is locked while a number is taken."""

    prefix = models.CharField(_("series"), max_length=12, unique=True)
    last = models.PositiveIntegerField(_("last number taken"), default=0)

    class Meta:
        verbose_name = _("series of case numbers")
        verbose_name_plural = _("series of case numbers")
        ordering = ["prefix"]
        default_permissions = NOBODY

    def __str__(self) -> str:
        return f"{self.prefix} {self.last}"
