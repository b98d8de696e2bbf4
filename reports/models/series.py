"""Series of figures about partners, and the totals that their sources printed."""

from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agreements.models.asof import known
from tracker.modelfields import PartialDateField

FIRST_YEAR = 1912
LAST_YEAR = 2199


class Unit(models.TextChoices):
    """What a series counts."""

    # Translators: 人次, person-times: one person who asks twice counts twice
    PERSONS = "persons", _("persons")
    KILOGRAMS = "kilograms", _("kilograms")


class Series(models.Model):
    """Figures of one definition from one source. Another definition is another series, even for the same thing."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    unit = models.CharField(_("unit"), max_length=20, choices=Unit)
    source = models.CharField(_("source"), max_length=200)
    definition = models.TextField(_("definition"), max_length=1000, blank=True)
    published_on = PartialDateField(_("published on"), blank=True)

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="a_series_names_its_source",
                condition=~Q(source=""),
                violation_error_message=_("Say where the figures come from."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh


class FigureQuerySet(models.QuerySet["Figure"]):
    """The office's words for lists of figures."""

    def real(self) -> "FigureQuerySet":
        """Without the figures of fictional partners."""
        return self.exclude(partner__is_sample=True)

    def known(self, known_on: date | None = None) -> "FigureQuerySet":
        """The figures that stand, or those that stood in the books at the end of ``known_on``."""
        return self.filter(known(known_on))


class Figure(models.Model):
    """One value of a series: of a partner, or of a named remainder that the source does not break down.

    Never updated in place: a correction withdraws one row, with its reason, and adds another.
    """

    series = models.ForeignKey(Series, models.PROTECT, related_name="figures", verbose_name=_("series"))
    partner = models.ForeignKey(
        "agreements.Partner",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name=_("partner"),
    )
    remainder = models.CharField(
        _("remainder"),
        max_length=60,
        blank=True,
        help_text=_("Name of what the source counts without naming a country; only without a partner"),
    )
    year = models.PositiveSmallIntegerField(
        _("year"),
        validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)],
        help_text=_("Gregorian"),
    )
    value = models.DecimalField(_("value"), max_digits=15, decimal_places=3)
    precision = models.PositiveSmallIntegerField(
        _("precision"),
        default=0,
        validators=[MaxValueValidator(3)],
        help_text=_("Decimal places as published"),
    )
    is_outlier = models.BooleanField(
        _("outlier"),
        default=False,
        help_text=_("Shown in tables, left out of the ranking; say why in the note"),
    )
    note = models.TextField(_("note"), max_length=1000, blank=True)
    batch = models.ForeignKey(
        "tracker.ImportBatch",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="figures",
        verbose_name=_("import"),
    )
    recorded_at = models.DateTimeField(_("recorded"), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=300, blank=True, editable=False)

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["series", "year", "id"]
        constraints = [
            models.CheckConstraint(
                name="a_figure_is_of_a_partner_or_of_a_named_remainder",
                condition=Q(partner__isnull=False, remainder="")
                | (Q(partner__isnull=True) & ~Q(remainder="")),
                violation_error_message=_("Choose a partner, or name the remainder, not both."),
            ),
            models.UniqueConstraint(
                name="a_partner_has_one_figure_a_year_in_a_series",
                fields=["series", "partner", "year"],
                condition=Q(partner__isnull=False, withdrawn_at=None),
                violation_error_message=_("This partner already has a figure for that year in this series."),
            ),
            models.UniqueConstraint(
                name="a_remainder_has_one_figure_a_year_in_a_series",
                fields=["series", "remainder", "year"],
                condition=Q(partner__isnull=True, withdrawn_at=None),
                violation_error_message=_(
                    "This remainder already has a figure for that year in this series."
                ),
            ),
            models.CheckConstraint(
                name="a_figure_is_not_negative",
                condition=Q(value__gte=0),
                violation_error_message=_("A figure is zero or more."),
            ),
            models.CheckConstraint(
                name="the_year_of_a_figure_is_gregorian",
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                violation_error_message=_("Write the Gregorian year, for example 2024 for 113."),
            ),
            models.CheckConstraint(
                name="an_outlier_says_why",
                condition=Q(is_outlier=False) | ~Q(note=""),
                violation_error_message=_("Say in the note why this figure is an outlier."),
            ),
            models.CheckConstraint(
                name="a_withdrawn_figure_says_why",
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.year} {self.partner or self.remainder}"

    @property
    def partner_code(self) -> str:
        """Code of the partner; "" for a remainder."""
        return self.partner.code if self.partner else ""


class Measure(models.TextChoices):
    """What a control total states."""

    TOTAL = "total", _("Total")
    CHANGE = "change", _("Change on the year before")
    CHANGE_PERCENT = "change_percent", _("Change on the year before, %")


class ControlTotal(models.Model):
    """A total or change as its source printed it, kept to compare with what the figures add up to.

    Without a year it is of all years of the series that the source printed, without a partner of all partners.
    """

    series = models.ForeignKey(
        Series, models.PROTECT, related_name="control_totals", verbose_name=_("series")
    )
    measure = models.CharField(_("measure"), max_length=20, choices=Measure)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True, help_text=_("Gregorian"))
    partner = models.ForeignKey(
        "agreements.Partner",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("partner"),
    )
    value = models.DecimalField(_("value"), max_digits=15, decimal_places=3)
    precision = models.PositiveSmallIntegerField(
        _("precision"), default=0, help_text=_("Decimal places as published")
    )
    note = models.TextField(
        _("note"),
        max_length=1000,
        blank=True,
        help_text=_("Why the figures do not add up to it, or what makes up the difference"),
    )
    batch = models.ForeignKey(
        "tracker.ImportBatch",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="control_totals",
        verbose_name=_("import"),
    )

    class Meta:
        verbose_name = _("control total")
        verbose_name_plural = _("control totals")
        ordering = ["series", "measure", "year", "id"]
        constraints = [
            models.UniqueConstraint(
                F("series"),
                F("measure"),
                Coalesce(F("year"), 0),
                Coalesce(F("partner"), 0),
                name="a_control_total_is_stated_once",
            ),
            models.CheckConstraint(
                name="a_change_has_a_year",
                condition=Q(measure="total") | Q(year__isnull=False),
                violation_error_message=_("A change needs the year it leads to."),
            ),
        ]

    def __str__(self) -> str:
        scope = " ".join(str(part) for part in (self.year, self.partner) if part)
        return f"{self.series} {self.get_measure_display()} {scope}".strip()

    @property
    def partner_code(self) -> str:
        """Code of the partner; "" for all partners together."""
        return self.partner.code if self.partner else ""
