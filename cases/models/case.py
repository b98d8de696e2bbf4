"""Requests for assistance, in and out: the case and its dated facts."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cases.lifecycle import (
    CLOSED,
    STEP_CHOICES,
    UNSENT,
    Basis,
    Defect,
    Direction,
    Ground,
    Holder,
    Kind,
    Result,
    State,
    label_of,
)
from cases.models.lists import CaseQuerySet
from tracker.models import CodeNamed, says_when_it_ends
from tracker.roles import Secrecy

NOBODY: tuple[str, ...] = ()


def destroyed_under(plan: str) -> str:
    """What stands in the place of the subject of a case whose contents were destroyed under the list of this number."""
    return gettext("Destroyed under disposal list %(list)s") % {"list": plan}


class Case(CodeNamed):
    """One request for assistance. Written by :mod:`cases.actions` only.

    Until it is registered it is a draft: without number and state, and it may lack anything. ``requested_on`` is
    the letter's day (incoming; the day of receipt when it is undated) or the day it was sent (outgoing; until
    then the day it was taken up). ``sent_on`` is the day on which an outgoing one first left us, ``closed_on`` the day of
    the step that closed it; both are kept from the events, so that lists and reports need not look for them among
    millions. ``basis`` is what it rested on that day; ``basis_finding`` keeps what the register of agreements
    said then, ``basis_reason`` the officer's own words where they differ. ``state``, ``holder`` and ``version``
    follow from the events; ``is_open`` follows from the state. ``due_on`` is the earliest due day of a
    running clock and ``held_until`` the end of a standing hold, kept for sorting: the actions that change what
    they depend on write them anew. From ``destroyed_at`` on it is a line of the register without contents, to which nothing
    is added any more.
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
        db_index=False,
        verbose_name=_("partner"),
    )
    partner_reference = models.CharField(_("their reference"), max_length=120, blank=True)
    office = models.CharField(_("our office"), max_length=120, blank=True)
    office_reference = models.CharField(_("our office's reference"), max_length=120, blank=True)
    subject = models.CharField(pgettext_lazy("of a case", "subject"), max_length=200, blank=True)
    letter_on = models.DateField(_("day of the letter"), null=True, blank=True)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    requested_on = models.DateField(_("day of the request"), null=True, blank=True, editable=False)
    sent_on = models.DateField(_("first sent on"), null=True, blank=True, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    basis = models.CharField(_("legal basis"), max_length=20, choices=Basis, blank=True)
    agreement = models.ForeignKey(
        "agreements.Agreement",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        db_index=False,
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
    due_on = models.DateField(_("next due day"), null=True, blank=True, editable=False)
    due_clock = models.CharField(_("clock of the next due day"), max_length=10, blank=True, editable=False)
    held_until = models.DateField(_("on hold until"), null=True, blank=True, editable=False)
    is_open = models.BooleanField(pgettext_lazy("of a case", "open"), default=False, editable=False)
    # Translators: 原系統案號
    former_number = models.CharField(_("number in the former log"), max_length=60, blank=True)
    batch = models.ForeignKey(
        "tracker.ImportBatch",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="cases",
        db_index=False,
        verbose_name=_("import"),
    )
    voided_at = models.DateTimeField(_("struck out"), null=True, blank=True, editable=False)
    void_reason = models.CharField(_("why it was struck out"), max_length=300, blank=True)
    # Translators: 銷毀時間
    destroyed_at = models.DateTimeField(
        pgettext_lazy("of a case", "destroyed"), null=True, blank=True, editable=False
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        db_index=False,
        verbose_name=_("officer"),
    )
    recorded_at = models.DateTimeField(_("recorded"), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        db_index=False,
        verbose_name=_("recorded by"),
    )
    changed_at = models.DateTimeField(_("changed"), editable=False)
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
                name="a_secret_case_says_when_its_mark_ceases",
                condition=Q(number="") | says_when_it_ends(),
            ),
            models.CheckConstraint(
                name="a_case_is_open_from_its_number_to_its_end",
                condition=Q(is_open=True, voided_at=None) & ~Q(number="") & ~Q(state__in=CLOSED)
                | Q(is_open=False) & (Q(number="") | Q(state__in=CLOSED) | Q(voided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_case_names_the_day_of_its_closing_exactly_when_it_is_closed",
                condition=Q(state__in=CLOSED, closed_on__isnull=False)
                | (~Q(state__in=CLOSED) & Q(closed_on=None)),
            ),
            models.CheckConstraint(
                name="only_an_outgoing_request_is_sent",
                condition=Q(sent_on=None) | Q(direction=Direction.OUT),
            ),
            models.CheckConstraint(
                name="only_an_urgent_incoming_request_comes_straight_to_justice",
                condition=Q(number="") | Q(is_direct=False) | Q(is_urgent=True, direction=Direction.IN),
            ),
        ]
        # Lists page by (requested_on, id); each filter that they offer has an index in that order.
        indexes = [
            models.Index(fields=["-requested_on", "-id"], name="case_by_day"),
            models.Index(fields=["is_open", "-requested_on", "-id"], name="case_by_openness"),
            models.Index(fields=["partner", "-requested_on", "-id"], name="case_by_partner"),
            models.Index(fields=["agreement", "-requested_on", "-id"], name="case_by_agreement"),
            models.Index(fields=["state", "-requested_on", "-id"], name="case_by_state"),
            models.Index(fields=["kind", "-requested_on", "-id"], name="case_by_kind"),
            models.Index(fields=["basis", "-requested_on", "-id"], name="case_by_basis"),
            models.Index(fields=["officer", "-requested_on", "-id"], name="case_by_officer"),
            models.Index(
                fields=["holder", "-requested_on", "-id"],
                name="open_case_by_holder",
                condition=Q(is_open=True),
            ),
            models.Index(
                fields=["officer", "-requested_on", "-id"],
                name="open_case_by_officer",
                condition=Q(is_open=True),
            ),
            models.Index(fields=["due_on", "id"], name="open_case_by_due_day", condition=Q(is_open=True)),
            models.Index(
                fields=["closed_on", "partner"],
                name="case_by_closing_day",
                condition=Q(closed_on__isnull=False),
            ),
            models.Index(
                fields=["mark_reviewed_on", "id"],
                name="secret_case_by_review",
                condition=Q(secrecy__gte=Secrecy.RESTRICTED),
            ),
            models.Index(fields=["recorded_by"], name="draft_by_author", condition=Q(number="")),
            models.Index(fields=["batch"], name="case_by_import", condition=Q(batch__isnull=False)),
            models.Index(
                fields=["partner_reference"],
                name="case_by_their_reference",
                condition=~Q(partner_reference=""),
            ),
            models.Index(
                fields=["former_number"],
                name="case_by_former_number",
                condition=~Q(former_number=""),
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
    def is_destroyed(self) -> bool:
        """Whether its contents were destroyed under a disposal list."""
        return self.destroyed_at is not None

    @property
    def told_subject(self) -> str:
        """The subject as pages say it. That of a destroyed case is only the number of its disposal list."""
        return destroyed_under(self.subject) if self.is_destroyed else self.subject

    @property
    def listed_subject(self) -> str:
        """What lists, titles and mails say of it: the subject, of a restricted case the code name or nothing."""
        return self.code_name if self.is_secret else self.told_subject

    @property
    def listed_name(self) -> str:
        """Number and subject as lists say them."""
        return f"{self.number} {self.listed_subject}".strip()

    @property
    def is_sealed(self) -> bool:
        return self.secrecy >= Secrecy.SEALED

    @property
    def is_day_fixed(self) -> bool:
        """Whether the day of the request is known for good; an outgoing one gets it when it is sent."""
        return bool(self.requested_on) and self.state not in UNSENT

    def days_left(self, today: date) -> int | None:
        """Days to the next due day, negative when past; None without one or when it is not open."""
        return None if self.due_on is None or not self.is_open else (self.due_on - today).days

    def is_on_hold(self, today: date) -> bool:
        """Whether it is put aside today; it returns by itself."""
        return self.is_open and self.held_until is not None and self.held_until > today

    def get_absolute_url(self) -> str:
        if self.is_draft:
            return reverse("cases:draft", args=[self.pk])
        return reverse("cases:detail", args=[self.number])


class CaseEvent(models.Model):
    """A dated fact of a case: a step that was taken. Never updated in place.

    ``state`` is the state it led to, "" for a fact that changed none. ``order`` is its place in the case.
    ``due_on`` is a day that the step names: of a hearing, for an answer, promised by the other side.
    """

    # Its place in the case is unique, and so is an index that begins with the case.
    case = models.ForeignKey(
        Case, models.PROTECT, related_name="events", db_index=False, verbose_name=_("case")
    )
    order = models.PositiveIntegerField(_("order"))
    step = models.CharField(_("step"), max_length=30, choices=STEP_CHOICES)
    state = models.CharField(_("leads to state"), max_length=3, choices=State, blank=True)
    happened_on = models.DateField(_("happened on"))
    reference = models.CharField(_("official letter number"), max_length=120, blank=True)
    body = models.CharField(_("office that acts"), max_length=120, blank=True)
    ground = models.CharField(_("ground of refusal"), max_length=10, choices=Ground, blank=True)
    defect = models.CharField(_("what was lacking"), max_length=20, choices=Defect, blank=True)
    due_on = models.DateField(_("day named in the step"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=10, choices=Result, blank=True)
    note = models.TextField(_("note or reason"), blank=True)
    letter = models.ForeignKey(
        "cases.Letter",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        db_index=False,
        verbose_name=_("letter"),
    )
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("recorded by"),
    )

    class Meta:
        verbose_name = _("case event")
        verbose_name_plural = _("case events")
        ordering = ["case", "order"]
        default_permissions = NOBODY
        indexes = [models.Index(fields=["letter"], name="event_by_letter", condition=Q(letter__isnull=False))]
        constraints = [
            models.UniqueConstraint(fields=["case", "order"], name="two_events_do_not_share_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.step} {self.happened_on}"

    @property
    def label(self) -> Promise:
        return label_of(self.step)
