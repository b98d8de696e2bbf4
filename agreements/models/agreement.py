"""The agreement: what it is, on which track, and the cache of where it stands."""

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agreements.lifecycle import PHASE_OF, Nature, Phase, Stage, Track, possible_tracks
from agreements.models.asof import AgreementQuerySet
from agreements.models.partner import Partner
from tracker.models import CodeNamed, says_when_it_ends
from tracker.roles import Ministry, Secrecy


class Subject(models.TextChoices):
    """What an agreement is about; one text may have several subjects."""

    CRIMINAL_MLA = "criminal_mla", pgettext_lazy("subject", "Criminal assistance")
    CIVIL_MLA = "civil_mla", pgettext_lazy("subject", "Civil assistance")
    TRANSFER = "transfer_sentenced_persons", pgettext_lazy("subject", "Transfer of sentenced persons")
    EXTRADITION = "extradition", pgettext_lazy("subject", "Extradition")
    CRIME_PREVENTION = "crime_prevention", pgettext_lazy("subject", "Crime prevention")
    OTHER = "other", pgettext_lazy("subject", "Other")


class Agreement(CodeNamed):
    """One text with one partner (or several). Written by :mod:`agreements.actions` only."""

    class Clause(models.TextChoices):
        ON_SIGNATURE = "on_signature", pgettext_lazy("clause", "On signature")
        ON_EXCHANGE = "on_exchange", pgettext_lazy("clause", "On exchange of instruments")
        ON_DEPOSIT = "on_deposit", pgettext_lazy("clause", "On deposit abroad")
        ON_NOTICE = "on_notice", pgettext_lazy("clause", "On the last notice")
        AFTER_NOTICE = "after_notice", pgettext_lazy("clause", "Some days after the exchange or last notice")
        ON_DATE = "on_date", pgettext_lazy("clause", "On a stated day")

    class Lead(models.TextChoices):
        FOREIGN_AFFAIRS = Ministry.FOREIGN_AFFAIRS.value, _("Ministry of Foreign Affairs")
        JUSTICE = Ministry.JUSTICE.value, _("Ministry of Justice")
        OTHER = "other", pgettext_lazy("lead", "Another agency")

    number = models.CharField(_("number"), max_length=12, unique=True)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="agreements", verbose_name=_("partner"))
    other_partners = models.ManyToManyField(
        Partner, blank=True, related_name="shared_agreements", verbose_name=_("other parties")
    )
    title_zh = models.CharField(_("title in Chinese"), max_length=300)
    title_en = models.CharField(_("title in English"), max_length=400, blank=True)
    is_working_title_zh = models.BooleanField(_("Chinese title is a working title"), default=False)
    is_working_title_en = models.BooleanField(_("English title is a working title"), default=False)
    nature = models.CharField(pgettext_lazy("of a text", "nature"), max_length=10, choices=Nature, blank=True)
    track = models.CharField(_("track"), max_length=12, choices=Track, default=Track.UNDETERMINED)
    has_ratification_clause = models.BooleanField(_("has a ratification clause"), null=True, blank=True)
    touches_rights = models.BooleanField(_("touches rights, finance or domestic law"), null=True, blank=True)
    lead = models.CharField(_("lead agency"), max_length=20, choices=Lead, blank=True)
    lead_name = models.CharField(_("name of the other lead agency"), max_length=100, blank=True)
    co_lead = models.CharField(_("joint lead agency"), max_length=20, choices=Lead, blank=True)
    lead_consent = models.CharField(
        _("consent to lead (letter and day)"), max_length=200, blank=True, help_text=_("Rules art. 3")
    )
    signatory_ours = models.CharField(_("our signatory office"), max_length=200, blank=True)
    signatory_theirs = models.CharField(_("their signatory office"), max_length=200, blank=True)
    clause = models.CharField(_("entry into force"), max_length=20, choices=Clause, blank=True)
    clause_days = models.PositiveSmallIntegerField(_("days after"), null=True, blank=True)
    clause_text = models.TextField(_("wording of the clause"), blank=True)
    is_exchange_of_notes = models.BooleanField(_("concluded by exchange of notes"), default=False)
    languages = models.CharField(_("authentic texts"), max_length=200, blank=True)
    urgent_confirmation_days = models.PositiveSmallIntegerField(
        _("days to confirm an urgent request"), null=True, blank=True
    )
    series_number = models.CharField(_("treaty series number"), max_length=60, blank=True)
    secrecy = models.PositiveSmallIntegerField(_("secrecy"), choices=Secrecy, default=Secrecy.ORDINARY)
    links = models.ManyToManyField(
        "self",
        through="AgreementLink",
        through_fields=("later", "earlier"),
        symmetrical=False,
        verbose_name=_("linked agreements"),
    )
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded"), editable=False)
    recorded_by = models.ForeignKey(
        "tracker.User", models.PROTECT, related_name="+", editable=False, verbose_name=_("recorded by")
    )
    batch = models.ForeignKey(
        "tracker.ImportBatch",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("import"),
    )
    stage = models.CharField(_("stage"), max_length=2, choices=Stage, blank=True, editable=False)
    version = models.PositiveIntegerField(_("number of changes"), default=1, editable=False)
    last_activity_on = models.DateField(_("last record"), null=True, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                name="an_agreement_stands_at_a_known_stage",
                condition=models.Q(stage="") | models.Q(stage__in=Stage.values),
            ),
            models.CheckConstraint(
                name="a_track_is_one_of_the_table", condition=models.Q(track__in=Track.values)
            ),
            models.CheckConstraint(
                name="a_secret_agreement_says_when_its_mark_ceases",
                condition=says_when_it_ends(),
                violation_error_message=_("Say on which day, or under what condition, the mark ceases."),
            ),
            models.UniqueConstraint(
                # By level, so that a refusal tells nobody of a file above his or her clearance.
                fields=["partner", "title_zh", "secrecy"],
                name="a_title_is_used_once_per_partner_and_level",
                violation_error_message=_("This partner already has an agreement with this Chinese title."),
            ),
        ]
        indexes = [models.Index(fields=["stage", "last_activity_on"], name="agreement_by_stage")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def title(self) -> str:
        """What lists, window titles and mails say: the title, of a restricted file its code name or number."""
        return (self.code_name or self.number) if self.is_secret else self.full_title

    @property
    def full_title(self) -> str:
        """The title in the reader's language, for the pages of the file itself; English falls back to Chinese."""
        english = (get_language() or "").startswith("en") and self.title_en
        return english or self.title_zh

    @property
    def phase(self) -> str:
        """The phase of the last recorded stage."""
        return PHASE_OF.get(self.stage, Phase.UNKNOWN)

    @property
    def tracks(self) -> frozenset[Track]:
        """The tracks this file may be on."""
        return possible_tracks(self.track, self.nature)

    @property
    def leads(self) -> frozenset[str]:
        """The agencies that lead; an unrecorded lead is Foreign Affairs, as art. 4 says."""
        return frozenset({self.lead or self.Lead.FOREIGN_AFFAIRS, self.co_lead} - {""})

    def is_led_by(self, ministry: str) -> bool:
        """Whether this ministry leads, of a list :meth:`AgreementQuerySet.led_by`; "" is none.

        Foreign Affairs also keeps the record for a lead agency that has nobody here (arts. 15 and 17).
        """
        kept_for_others = ministry == Ministry.FOREIGN_AFFAIRS and self.leads <= {self.Lead.OTHER}
        return ministry in self.leads or kept_for_others

    @property
    def lead_words(self) -> str | Promise:
        """The lead agency in words; not recorded is said, with what the Act then presumes."""
        names = [
            self.lead_name if code == self.Lead.OTHER else str(self.Lead(code).label)
            for code in (self.lead, self.co_lead)
            if code
        ]
        return "、".join(names) or _("Not recorded (by art. 4 Foreign Affairs leads)")

    @property
    def subject_codes(self) -> list[str]:
        """Codes of the subjects, the main one first; uses the prefetched rows."""
        return [row.subject for row in self.subjects.all()]

    @property
    def subject_words(self) -> str:
        return "、".join(str(Subject(code).label) for code in self.subject_codes)

    def get_absolute_url(self) -> str:
        return reverse("agreements:detail", args=[self.number])


class AgreementSubject(models.Model):
    """One subject of one agreement; position 0 is the main one."""

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="subjects", verbose_name=_("agreement")
    )
    subject = models.CharField(_("subject"), max_length=30, choices=Subject)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        ordering = ["agreement", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "subject"], name="an_agreement_names_a_subject_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_subject_display())


class AgreementLink(models.Model):
    """How one agreement stands to an earlier one: amends, renews, replaces or implements it."""

    class Kind(models.TextChoices):
        AMENDS = "amends", pgettext_lazy("link", "Amends")
        RENEWS = "renews", pgettext_lazy("link", "Renews")
        SUCCEEDS = "succeeds", pgettext_lazy("link", "Succeeds")
        PROTOCOL = "protocol", pgettext_lazy("link", "Protocol or annex to")

    later = models.ForeignKey(
        Agreement, models.CASCADE, related_name="links_back", verbose_name=_("later agreement")
    )
    earlier = models.ForeignKey(
        Agreement, models.CASCADE, related_name="links_on", verbose_name=_("earlier agreement")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)

    class Meta:
        verbose_name = _("link between agreements")
        verbose_name_plural = _("links between agreements")
        ordering = ["earlier", "later"]
        constraints = [
            models.UniqueConstraint(
                fields=["later", "earlier", "kind"], name="two_agreements_are_linked_once"
            ),
            models.CheckConstraint(
                name="an_agreement_is_not_linked_to_itself", condition=~models.Q(later=models.F("earlier"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.later.number} {self.get_kind_display()} {self.earlier.number}"
