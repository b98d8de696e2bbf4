"""Correspondence: what was received and sent, the letters that are drafted here, and their approved paragraphs."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.lifecycle import Ground
from cases.models.case import NOBODY, Case
from tracker.models import User
from tracker.roles import Secrecy


class LetterQuerySet(models.QuerySet["Letter"]):
    """The office's words for letters."""

    def visible_to(self, user: User) -> "LetterQuerySet":
        """Letters all of whose cases the reader may see, up to the reader's clearance."""
        through = LetterCase.objects.filter(letter=OuterRef("pk"))
        # Asked case by case: "not in all visible cases" would read a million of them.
        hidden = through.exclude(Exists(Case.objects.visible_to(user).filter(pk=OuterRef("case"))))
        return self.filter(Exists(through), ~Exists(hidden), secrecy__lte=user.clearance)

    def standing(self) -> "LetterQuerySet":
        return self.exclude(status=Letter.Status.WITHDRAWN)


class Letter(models.Model):
    """One letter, in or out, about one case or several of a partner.

    Letters out are drafted from paragraphs, submitted, countersigned by another person, then sent: from then on
    nothing of them changes (``digest`` is of what was sent). Letters in, and letters made elsewhere, are logged.
    """

    class Way(models.TextChoices):
        # Translators: 收文
        IN = "in", pgettext_lazy("letter", "Received")
        # Translators: 發文
        OUT = "out", pgettext_lazy("letter", "Sent")

    class Kind(models.TextChoices):
        # Translators: 請求書
        REQUEST = "request", pgettext_lazy("kind of letter", "Letter of request")
        # Translators: 收文確認函
        ACKNOWLEDGEMENT = "acknowledgement", pgettext_lazy("kind of letter", "Acknowledgement")
        # Translators: 請求補充函
        MORE = "more", pgettext_lazy("kind of letter", "Request for more information")
        # Translators: 回復函
        REPLY = "reply", pgettext_lazy("kind of letter", "Reply")
        # Translators: 拒絕函
        REFUSAL = "refusal", pgettext_lazy("kind of letter", "Refusal")
        # Translators: 催詢函
        REMINDER = "reminder", pgettext_lazy("kind of letter", "Reminder")
        # Translators: 競合請求通知
        NOTICE = "notice", pgettext_lazy("kind of letter", "Notice of concurrent requests")
        OTHER = "other", pgettext_lazy("kind of letter", "Other letter")

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("letter", "Draft")
        # Translators: 陳核中
        SUBMITTED = "submitted", pgettext_lazy("letter", "Submitted for countersignature")
        RETURNED = "returned", pgettext_lazy("letter", "Returned to the drafter")
        # Translators: 已核定，待發
        COUNTERSIGNED = "countersigned", pgettext_lazy("letter", "Countersigned, to be sent")
        SENT = "sent", pgettext_lazy("letter", "Sent")
        RECEIVED = "received", pgettext_lazy("letter", "Received")
        WITHDRAWN = "withdrawn", pgettext_lazy("letter", "Withdrawn")

    class Channel(models.TextChoices):
        FOREIGN_AFFAIRS = "foreign_affairs", pgettext_lazy("channel", "Through Foreign Affairs")
        # Translators: 法務部逕行
        JUSTICE_DIRECT = "justice_direct", pgettext_lazy("channel", "Justice directly")
        # Translators: 法院逕行，副知法務部
        COURT_DIRECT = "court_direct", pgettext_lazy("channel", "Court directly, with a copy to Justice")
        # Translators: 檢察署逕行，經法務部同意
        PROSECUTORS_DIRECT = (
            "prosecutors_direct",
            pgettext_lazy("channel", "Prosecutors directly, with the consent of Justice"),
        )
        # Translators: 協定指定之聯繫窗口
        REPRESENTATIVES = (
            "representatives",
            pgettext_lazy("channel", "Designated representatives under an agreement"),
        )
        # Translators: 大陸委員會
        MAINLAND_COUNCIL = "mainland_council", pgettext_lazy("channel", "Mainland Affairs Council")
        # Translators: 兩岸聯繫窗口
        CROSS_STRAIT = "cross_strait", pgettext_lazy("channel", "Cross-strait contact")
        # Translators: 國內機關往來
        DOMESTIC = "domestic", pgettext_lazy("channel", "Between our own agencies")
        OTHER = "other", pgettext_lazy("channel", "Another way")

    way = models.CharField(_("way"), max_length=3, choices=Way)
    kind = models.CharField(pgettext_lazy("of a letter", "kind"), max_length=20, choices=Kind)
    status = models.CharField(pgettext_lazy("of a letter", "status"), max_length=15, choices=Status)
    partner = models.ForeignKey(
        "agreements.Partner", models.PROTECT, related_name="letters", verbose_name=_("partner")
    )
    cases = models.ManyToManyField(
        Case, through="LetterCase", related_name="letters", verbose_name=_("cases")
    )
    # Translators: 受文者
    addressee = models.CharField(_("addressee"), max_length=200, blank=True)
    # Translators: 文號
    number = models.CharField(_("official letter number"), max_length=120, blank=True)
    their_number = models.CharField(_("their letter number"), max_length=120, blank=True)
    dated_on = models.DateField(_("day of the letter"), null=True, blank=True)
    moved_on = models.DateField(_("sent or received on"), null=True, blank=True)
    channel = models.CharField(_("channel"), max_length=20, choices=Channel, blank=True)
    # Translators: 主旨
    subject_zh = models.CharField(_("subject in Chinese"), max_length=300, blank=True)
    subject_en = models.CharField(_("subject in English"), max_length=300, blank=True)
    # Each paragraph: {"code", "zh", "en"}; a paragraph typed by hand has no code.
    paragraphs: Any = models.JSONField(_("paragraphs"), default=list, blank=True)
    # Translators: 附件
    enclosures = models.CharField(_("enclosures"), max_length=300, blank=True)
    note = models.TextField(_("note"), blank=True)
    ground = models.CharField(_("ground of refusal"), max_length=10, choices=Ground, blank=True)
    reply_by = models.DateField(_("answer wanted by"), null=True, blank=True)
    answers = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="answered_by",
        verbose_name=_("answers the letter"),
    )
    secrecy = models.PositiveSmallIntegerField(_("secrecy"), choices=Secrecy, default=Secrecy.INTERNAL)
    # What its paper and its digest say, where the letter was lowered with its cases after it was sent.
    sent_as = models.PositiveSmallIntegerField(
        _("secrecy when it was sent"), choices=Secrecy, null=True, blank=True, editable=False
    )
    drafted_at = models.DateTimeField(_("recorded"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("drafted by")
    )
    countersigned_at = models.DateTimeField(_("countersigned"), null=True, blank=True)
    countersigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("countersigned by"),
    )
    returned_reason = models.CharField(_("why it was returned"), max_length=300, blank=True)
    digest = models.CharField(_("SHA-256 digest of what was sent"), max_length=64, blank=True)
    version = models.PositiveIntegerField(_("number of changes"), default=1, editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-moved_on", "-id"]
        default_permissions = NOBODY
        constraints = [
            models.CheckConstraint(
                name="a_letter_in_is_received_and_a_letter_out_is_not",
                condition=Q(way="in", status="received") | (Q(way="out") & ~Q(status="received")),
            ),
            models.CheckConstraint(
                name="a_letter_that_moved_has_its_day",
                condition=~Q(status__in=["sent", "received"]) | Q(moved_on__isnull=False),
            ),
            models.CheckConstraint(
                name="a_drafter_does_not_countersign",
                condition=Q(countersigned_by=None) | ~Q(countersigned_by=models.F("drafted_by")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["status"],
                name="letter_on_its_way",
                condition=Q(status__in=["draft", "submitted", "returned", "countersigned"]),
            ),
            models.Index(fields=["partner", "kind", "-moved_on"], name="letter_by_partner"),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.get_kind_display()} {self.pk}"

    @property
    def is_frozen(self) -> bool:
        """Whether nothing of it may change any more."""
        return self.status in (self.Status.SENT, self.Status.RECEIVED, self.Status.WITHDRAWN)

    def get_absolute_url(self) -> str:
        return reverse("cases:letter", args=[self.pk])


class LetterCase(models.Model):
    """That a letter concerns a case, and what an incoming one means for it."""

    class Meaning(models.TextChoices):
        UNSAID = "", pgettext_lazy("meaning", "Not said yet")
        ANSWERED = "answered", pgettext_lazy("meaning", "It answers in full")
        IN_PART = "in_part", pgettext_lazy("meaning", "It answers in part")
        ASKS_MORE = "asks_more", pgettext_lazy("meaning", "It asks for more")
        SUPPLIES = "supplies", pgettext_lazy("meaning", "It supplies what was asked")
        REFUSES = "refuses", pgettext_lazy("meaning", "It refuses")
        POSTPONES = "postpones", pgettext_lazy("meaning", "It postpones")
        ACKNOWLEDGES = "acknowledges", pgettext_lazy("meaning", "It acknowledges receipt")
        PROMISES = "promises", pgettext_lazy("meaning", "It promises an answer by a day")
        WITHDRAWS = "withdraws", pgettext_lazy("meaning", "It withdraws the request")
        NOTHING_NEW = "nothing_new", pgettext_lazy("meaning", "Nothing new")
        UNSURE = "unsure", pgettext_lazy("meaning", "Not sure yet")

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="about", verbose_name=_("letter"))
    case = models.ForeignKey(Case, models.PROTECT, related_name="letter_cases", verbose_name=_("case"))
    meaning = models.CharField(_("what it means"), max_length=15, choices=Meaning, blank=True)
    # Of letters that came in: those to be understood are few among all letters, and so are found at once.
    asks_meaning = models.BooleanField(_("still to be understood"), default=False, editable=False)
    promised_on = models.DateField(_("answer promised by"), null=True, blank=True)
    settled_at = models.DateTimeField(_("said"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("said by"),
    )

    class Meta:
        verbose_name = _("case of a letter")
        verbose_name_plural = _("cases of letters")
        default_permissions = NOBODY
        constraints = [
            models.UniqueConstraint(fields=["letter", "case"], name="a_letter_names_a_case_once"),
            models.CheckConstraint(
                name="a_letter_that_was_understood_asks_nothing",
                condition=Q(asks_meaning=False) | Q(meaning__in=["", "unsure"]),
            ),
        ]
        indexes = [
            models.Index(fields=["letter"], name="letter_to_be_understood", condition=Q(asks_meaning=True)),
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.case}"


class Paragraph(models.Model):
    """An approved paragraph from which letters are drafted, in Chinese with its English translation beside it."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    kind = models.CharField(pgettext_lazy("of a letter", "kind"), max_length=20, choices=Letter.Kind)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    title = models.CharField(_("title"), max_length=120)
    text_zh = models.TextField(_("text in Chinese"))
    text_en = models.TextField(_("text in English"))
    is_usual = models.BooleanField(_("chosen at first"), default=True)
    is_current = models.BooleanField(_("in use"), default=True)
    approved_by = models.CharField(_("approved by"), max_length=120, blank=True)
    approved_on = models.DateField(_("approved on"), null=True, blank=True)

    class Meta:
        verbose_name = _("approved paragraph")
        verbose_name_plural = _("approved paragraphs")
        ordering = ["kind", "position", "code"]
        default_permissions = NOBODY

    def __str__(self) -> str:
        return self.title
