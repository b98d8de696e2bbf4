"""What is asked in a case, thing by thing, and the full contents of its letter of request."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models.case import NOBODY, Case


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
    settled_on = models.DateField(_("settled on"), null=True, blank=True)

    class Meta:
        verbose_name = _("assistance item")
        verbose_name_plural = _("assistance items")
        ordering = ["case", "position", "id"]
        default_permissions = NOBODY

    def __str__(self) -> str:
        return str(self.get_kind_display())


class RequestContents(models.Model):
    """What the letter of request says, field by field as article 8 of the Act asks for it (國際刑事司法互助法第 8 條).

    Kept apart from the case, so that lists do not carry it. Names of persons do not belong here: they are kept
    encrypted, as :class:`Person`.
    """

    class Translation(models.TextChoices):
        # Translators: 附中譯本並標明與原文相符
        ATTACHED = "attached", pgettext_lazy("translation", "Attached and certified as identical")
        IN_PART = "in_part", pgettext_lazy("translation", "Annexes without translation, as allowed")
        UNDER_WAY = "under_way", pgettext_lazy("translation", "Under way")
        MISSING = "missing", pgettext_lazy("translation", "Missing")
        NOT_NEEDED = "not_needed", pgettext_lazy("translation", "Not needed")

    class DualCriminality(models.TextChoices):
        MET = "met", pgettext_lazy("dual criminality", "Met")
        NOT_MET = "not_met", pgettext_lazy("dual criminality", "Not met")
        NOT_NEEDED = "not_needed", pgettext_lazy("dual criminality", "Not needed for what is asked")

    case = models.OneToOneField(
        Case, models.CASCADE, primary_key=True, related_name="contents", verbose_name=_("case")
    )
    # Translators: 請求機關
    requesting_authority = models.CharField(_("requesting authority"), max_length=200, blank=True)
    # Translators: 承辦案件之機關
    case_authority = models.CharField(_("authority that handles the matter"), max_length=200, blank=True)
    purpose = models.TextField(_("purpose"), blank=True)
    facts = models.TextField(_("facts and the evidence relied on"), blank=True)
    offences = models.CharField(_("offences"), max_length=300, blank=True)
    # Translators: 所犯法條
    legal_provisions = models.TextField(_("legal provisions"), blank=True)
    reason = models.TextField(_("why the assistance is needed"), blank=True)
    special_manner = models.TextField(_("special manner asked for, and why"), blank=True)
    deadline_reason = models.CharField(_("why the deadline"), max_length=300, blank=True)
    # Translators: 待證事實及詢問事項
    questions = models.TextField(_("facts to prove and questions"), blank=True)
    address = models.CharField(_("address for service, or what helps to find it"), max_length=300, blank=True)
    # Translators: 證人出境作證之費用、期間及安全保證
    travel = models.TextField(_("costs, period and safe conduct of persons who travel"), blank=True)
    # Translators: 確定裁判、財產及第三人
    confiscation = models.TextField(_("final order, property and third parties"), blank=True)
    assurances = models.TextField(_("assurances given"), blank=True)
    language = models.CharField(_("language of the letter"), max_length=60, blank=True)
    translation = models.CharField(
        pgettext_lazy("of a letter", "translation"), max_length=12, choices=Translation, blank=True
    )
    copies = models.PositiveSmallIntegerField(_("copies"), null=True, blank=True)
    # Translators: 雙方可罰
    dual_criminality = models.CharField(
        _("dual criminality"), max_length=10, choices=DualCriminality, blank=True
    )
    extra = models.TextField(_("anything else"), blank=True)

    class Meta:
        verbose_name = _("contents of a request")
        verbose_name_plural = _("contents of requests")
        default_permissions = NOBODY

    def __str__(self) -> str:
        return str(self.case)
