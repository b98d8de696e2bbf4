"""Admin screens: reference data is edited here; agreements and their facts are shown, for actions write them."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agreements.actions import recompute_clocks
from agreements.actions.recompute import recompute_above
from agreements.models import (
    Agreement,
    AgreementLink,
    AgreementSubject,
    Contact,
    ContactPoint,
    GroupMembership,
    Milestone,
    Partner,
    PartnerGroup,
    PartnerName,
    ProgressUpdate,
    Round,
    RunningClock,
    SourcedFact,
    StatedFigure,
)
from agreements.searching import index_partners
from tracker.admin import HolidayAdmin, SettingAdmin
from tracker.adminbase import ReadOnlyAdmin, ReferenceAdmin, ReferenceInline
from tracker.commands import taipei_today
from tracker.models import Holiday, Setting


class PartnerNameInline(ReferenceInline):
    model = PartnerName


class MembershipInline(ReferenceInline):
    model = GroupMembership


class ContactInline(ReferenceInline):
    model = ContactPoint


@admin.register(Partner)
class PartnerAdmin(ReferenceAdmin):
    list_display = ("code", "name_zh", "name_en", "kind", "region", "is_sample")
    list_filter = ("kind", "region", "is_sample", "memberships__group")
    search_fields = ("code", "name_zh", "name_en", "names__name_zh")
    inlines = (PartnerNameInline, MembershipInline, ContactInline)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """New names must be found at once."""
        super().save_related(request, form, formsets, change)
        index_partners([form.instance])


@admin.register(PartnerGroup)
class PartnerGroupAdmin(ReferenceAdmin):
    list_display = ("code", "name_zh", "name_en")
    search_fields = ("code", "name_zh", "name_en")
    inlines = (MembershipInline,)


@admin.register(GroupMembership)
class MembershipAdmin(ReferenceAdmin):
    list_display = ("group", "partner", "valid_from", "valid_to", "note")
    list_filter = ("group", "ended")
    search_fields = ("partner__code", "partner__name_zh", "partner__name_en")
    list_select_related = ("group", "partner")


@admin.register(PartnerName)
class PartnerNameAdmin(ReferenceAdmin):
    list_display = ("name_zh", "name_en", "partner", "valid_from", "valid_to")
    search_fields = ("name_zh", "name_en")
    list_select_related = ("partner",)


@admin.register(ContactPoint)
class ContactPointAdmin(ReferenceAdmin):
    list_display = ("authority", "partner", "subject", "verified")
    search_fields = ("authority", "partner__name_zh")
    list_select_related = ("partner",)


@admin.register(Contact)
class ContactAdmin(ReadOnlyAdmin):
    """Contacts that were made; they are recorded and withdrawn on the partner's page."""

    list_display = ("partner", "kind", "held", "secrecy", "recorded_at", "withdrawn_at")
    list_filter = ("kind", "secrecy")
    search_fields = ("partner__code", "partner__name_zh", "partner__name_en")
    list_select_related = ("partner",)


@admin.register(StatedFigure)
class StatedFigureAdmin(ReferenceAdmin):
    list_display = ("as_of", "measure", "region", "agreements", "partners", "source")
    list_filter = ("region",)
    search_fields = ("measure", "source")


class FactsInline(admin.TabularInline):
    """Rows shown on an agreement's screen; nothing is written here."""

    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SubjectInline(FactsInline):
    model = AgreementSubject


class MilestoneInline(FactsInline):
    model = Milestone
    fk_name = "agreement"
    fields = ("step", "stage", "happened", "effective", "reference", "recorded_at", "withdrawn_at")


class SourceInline(FactsInline):
    model = SourcedFact


@admin.register(Agreement)
class AgreementAdmin(ReadOnlyAdmin):
    list_display = (
        "number",
        "partner",
        "title_zh",
        "nature",
        "track",
        "stage",
        "secrecy",
        "last_activity_on",
    )
    list_filter = ("stage", "nature", "track", "lead", "secrecy", "partner__is_sample")
    search_fields = ("number", "title_zh", "title_en", "partner__name_zh", "partner__code")
    list_select_related = ("partner",)
    inlines = (SubjectInline, MilestoneInline, SourceInline)


class OfVisibleAgreements(ReadOnlyAdmin):
    """Rows that belong to an agreement: only of those the reader may see."""

    through = "agreement"

    def get_queryset(self, request: HttpRequest) -> Any:
        cleared = getattr(request.user, "clearance", -1)
        rows = super().get_queryset(request).select_related(self.through)
        return rows.filter(**{f"{self.through}__secrecy__lte": cleared})


@admin.register(Milestone)
class MilestoneAdmin(OfVisibleAgreements):
    """Facts without their papers and imports, which the reader may not be cleared for."""

    list_display = ("agreement", "step", "happened", "stage", "is_history", "recorded_at", "withdrawn_at")
    list_filter = ("step", "stage", "is_history")
    search_fields = ("agreement__number", "agreement__title_zh", "reference")
    exclude = ("documents", "batch")
    date_hierarchy = "counted_to"


@admin.register(AgreementSubject)
class AgreementSubjectAdmin(OfVisibleAgreements):
    list_display = ("agreement", "subject", "position")
    list_filter = ("subject",)
    search_fields = ("agreement__number",)


@admin.register(AgreementLink)
class AgreementLinkAdmin(OfVisibleAgreements):
    through = "later"
    list_display = ("later", "kind", "earlier")
    list_filter = ("kind",)
    search_fields = ("later__number", "earlier__number")

    def get_queryset(self, request: HttpRequest) -> Any:
        cleared = getattr(request.user, "clearance", -1)
        return super().get_queryset(request).filter(earlier__secrecy__lte=cleared).select_related("earlier")


@admin.register(Round)
class RoundAdmin(OfVisibleAgreements):
    list_display = ("agreement", "number", "held", "medium", "open_articles")
    list_filter = ("medium",)
    search_fields = ("agreement__number", "outcome")


@admin.register(ProgressUpdate)
class ProgressUpdateAdmin(OfVisibleAgreements):
    list_display = ("agreement", "said_on", "confidence", "court", "next_step")
    list_filter = ("confidence", "court")
    search_fields = ("agreement__number", "next_step")


@admin.register(RunningClock)
class RunningClockAdmin(OfVisibleAgreements):
    list_display = ("agreement", "code", "started_on", "raw_due_on", "due_on", "calendar")
    list_filter = ("code",)
    search_fields = ("agreement__number",)


@admin.register(SourcedFact)
class SourcedFactAdmin(OfVisibleAgreements):
    list_display = ("agreement", "fact", "value", "confidence", "is_chosen")
    list_filter = ("fact", "confidence", "is_chosen")
    search_fields = ("agreement__number", "value", "source")


admin.site.unregister([Holiday, Setting])


class RecomputingAdmin(ReferenceAdmin):
    """A screen whose change may move due days: it recomputes the running clocks and lists those that moved."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self._recompute(request, form.instance)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        self._recompute(request, request.user)

    def _recompute(self, request: HttpRequest, about: Any) -> None:
        asked = {"by": request.user, "about": about, "today": taipei_today()}
        moved = recompute_clocks(**asked)
        # What upper apps recompute is counted but not named: its numbers may be hidden from this person.
        beside = recompute_above(**asked)
        count = len(moved) + len(beside)
        said = ngettext("%(count)s due day moved.", "%(count)s due days moved.", count) % {"count": count}
        listed = "；".join(f"{m.number} {m.code}: {m.was} → {m.now}" for m in moved[:20])
        overdue = sum(m.is_overdue for m in (*moved, *beside))
        told = f"{said} {listed} " + str(_("Overdue now: %s.") % overdue)
        self.message_user(request, told, messages.INFO if count else messages.SUCCESS)


@admin.register(Holiday)
class CalendarAdmin(RecomputingAdmin, HolidayAdmin):
    """The calendar's exceptions."""


@admin.register(Setting)
class RuleSettingAdmin(RecomputingAdmin, SettingAdmin):
    """The settings; two of them, the roll and the calendar's end, shape the clocks."""
