"""Partners: countries and areas, their names over time, the policy groups they belong to, their contact points."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tracker.modelfields import EdgeDateField, PartialDateField
from tracker.models import Marked, User, says_when_it_ends
from tracker.roles import Secrecy


class PartnerQuerySet(models.QuerySet["Partner"]):
    """The office's words for lists of partners."""

    def real(self) -> "PartnerQuerySet":
        return self.filter(is_sample=False)


class Partner(models.Model):
    """A country or area; fictional ones (甲國 … 癸國, codes XA … XJ) carry ``is_sample``."""

    class Kind(models.TextChoices):
        STATE = "state", pgettext_lazy("partner", "Country")
        AREA = "area", pgettext_lazy("partner", "Area")

    class Region(models.TextChoices):
        SOUTHEAST_ASIA = "southeast_asia", _("Southeast Asia")
        EAST_ASIA = "east_asia", _("East Asia")
        SOUTH_ASIA = "south_asia", _("South Asia")
        WEST_CENTRAL_ASIA = "west_central_asia", _("West and Central Asia")
        OCEANIA = "oceania", _("Oceania")
        EUROPE = "europe", _("Europe")
        NORTH_AMERICA = "north_america", _("North America")
        LATIN_AMERICA = "latin_america", _("Latin America and the Caribbean")
        AFRICA = "africa", _("Africa")
        OTHER = "other", pgettext_lazy("region", "Other")

    code = models.CharField(_("code"), max_length=2, unique=True, help_text=_("ISO 3166-1 alpha-2"))
    name_zh = models.CharField(_("name in Chinese"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.STATE)
    region = models.CharField(_("region"), max_length=20, choices=Region, default=Region.OTHER)
    is_sample = models.BooleanField(_("fictional sample"), default=False)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="a_partner_code_is_two_capital_letters", condition=models.Q(code__regex=r"^[A-Z]{2}$")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh

    def get_absolute_url(self) -> str:
        return reverse("agreements:partner", args=[self.code])


class PartnerName(models.Model):
    """A name that a partner carried for a time (史瓦濟蘭 until 2018, 史瓦帝尼 since)."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="names", verbose_name=_("partner"))
    name_zh = models.CharField(_("name in Chinese"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    valid_from = PartialDateField(_("from"), blank=True)
    valid_to = PartialDateField(_("to"), blank=True)

    class Meta:
        verbose_name = _("former name")
        verbose_name_plural = _("former names")
        ordering = ["partner", "id"]

    def __str__(self) -> str:
        return self.name_zh


class PartnerGroup(models.Model):
    """A policy group such as the diplomatic allies (邦交國) or the New Southbound countries (新南向政策國家)."""

    code = models.SlugField(_("code"), unique=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60)

    class Meta:
        verbose_name = _("policy group")
        verbose_name_plural = _("policy groups")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh


class GroupMembership(models.Model):
    """From when to when a partner belonged to a policy group; an unknown start or end stays unknown."""

    partner = models.ForeignKey(
        Partner, models.CASCADE, related_name="memberships", verbose_name=_("partner")
    )
    group = models.ForeignKey(
        PartnerGroup, models.CASCADE, related_name="memberships", verbose_name=_("group")
    )
    valid_from = PartialDateField(_("from"), blank=True)
    valid_to = PartialDateField(_("to"), blank=True)
    ended = models.BooleanField(_("ended"), default=False)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("group membership")
        verbose_name_plural = _("group memberships")
        ordering = ["group", "partner"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "group", "valid_from"], name="a_membership_begins_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} — {self.group}"


class ContactPoint(models.Model):
    """Whom to write to: an authority of the partner, or our mission there."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="contacts", verbose_name=_("partner"))
    authority = models.CharField(_("authority"), max_length=200)
    subject = models.CharField(_("for what"), max_length=100, blank=True)
    details = models.TextField(_("address and numbers"), blank=True)
    verified = PartialDateField(_("verified on"), blank=True)
    verified_to = EdgeDateField(_("verified on, last possible day"), of="verified", edge="last")

    class Meta:
        verbose_name = _("contact point")
        verbose_name_plural = _("contact points")
        ordering = ["partner", "authority"]

    def __str__(self) -> str:
        return self.authority


class ContactQuerySet(models.QuerySet["Contact"]):
    """The office's words for contacts with partners."""

    def visible_to(self, user: User) -> "ContactQuerySet":
        return self.filter(secrecy__lte=user.clearance)

    def standing(self) -> "ContactQuerySet":
        """Without those that were withdrawn."""
        return self.filter(withdrawn_at=None)


class Contact(Marked):
    """One contact with a partner outside any file: a meeting, a visit, a letter, a draft that changed hands.

    With cases and files it shows how far a partner without an agreement has come. Never updated in place: a
    correction withdraws it, with its reason, and adds another.
    """

    class Kind(models.TextChoices):
        # Translators: 會談
        MEETING = "meeting", pgettext_lazy("contact", "Meeting")
        # Translators: 視訊會談
        VIDEO = "video", pgettext_lazy("contact", "Meeting by video")
        # Translators: 訪問
        VISIT = "visit", pgettext_lazy("contact", "Visit")
        # Translators: 函電往來
        LETTER = "letter", pgettext_lazy("contact", "Letter or call")
        # Translators: 指定聯絡窗口
        WINDOW = "window", pgettext_lazy("contact", "Contact point appointed")
        # Translators: 交換草案
        DRAFT = "draft", pgettext_lazy("contact", "Draft exchanged")

    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="contacts_made", verbose_name=_("partner")
    )
    kind = models.CharField(pgettext_lazy("of a contact", "kind"), max_length=10, choices=Kind)
    held = PartialDateField(_("day"))
    held_to = EdgeDateField(_("day, last possible"), of="held", edge="last")
    words = models.TextField(_("what it was about"), max_length=2000)
    secrecy = models.PositiveSmallIntegerField(_("secrecy"), choices=Secrecy, default=Secrecy.ORDINARY)
    recorded_at = models.DateTimeField(_("recorded"), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=300, blank=True, editable=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("with a partner", "contact")
        verbose_name_plural = pgettext_lazy("with a partner", "contacts")
        ordering = ["partner", "-held_to", "-id"]
        constraints = [
            models.CheckConstraint(
                name="a_secret_contact_says_when_its_mark_ceases",
                condition=says_when_it_ends(),
                violation_error_message=_("Say on which day, or under what condition, the mark ceases."),
            ),
            models.CheckConstraint(
                name="a_withdrawn_contact_says_why",
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner.code} {self.kind} {self.held}"
