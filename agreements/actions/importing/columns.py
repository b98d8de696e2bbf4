"""The columns of a register file: what each means, what it takes, and an example that is visibly no real agreement."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.lifecycle import Nature
from agreements.models import Agreement, SourcedFact, Subject
from tracker.importing import Column, longest

A_DATE = _("A date in either calendar, as far as it is known; “<=” before a day means not later than it")
A_TEXT = _("Text")


class Status(TextChoices):
    """How far the text has come, as its source says it; each implies one fact (:data:`IMPLIES`)."""

    NEGOTIATION = "negotiation", pgettext_lazy("status", "In negotiation")
    INITIALLED = "initialled", pgettext_lazy("status", "Initialled")
    SIGNED_BY_ONE = "signed_by_one", pgettext_lazy("status", "Signed by one side")
    SIGNED = "signed", pgettext_lazy("status", "Signed")
    APPROVED = "ly_approved", pgettext_lazy("status", "Approved by the Legislative Yuan")
    EXCHANGED = "exchanged", pgettext_lazy("status", "Instruments exchanged")
    IN_FORCE = "in_force", pgettext_lazy("status", "In force")
    SHELVED = "shelved", pgettext_lazy("status", "Shelved")
    TERMINATED = "terminated", pgettext_lazy("status", "Terminated")
    WITHDRAWN = "withdrawn", pgettext_lazy("status", "Withdrawn from")
    EXPIRED = "expired", pgettext_lazy("status", "Expired")
    SUPERSEDED = "superseded", pgettext_lazy("status", "Superseded")
    LAPSED = "lapsed", pgettext_lazy("status", "Lapsed")
    UNKNOWN = "unknown", pgettext_lazy("status", "Unknown")


IMPLIES: dict[str, str] = {
    Status.NEGOTIATION: "open_talks",
    Status.INITIALLED: "initial",
    Status.SIGNED_BY_ONE: "sign_first",
    Status.SIGNED: "sign",
    Status.APPROVED: "approve",
    Status.EXCHANGED: "exchange",
    Status.IN_FORCE: "enter_into_force",
    Status.SHELVED: "shelve",
    Status.TERMINATED: "terminate",
    Status.WITHDRAWN: "withdraw",
    Status.EXPIRED: "expire",
    Status.SUPERSEDED: "supersede",
    Status.LAPSED: "lapse",
    Status.UNKNOWN: "effect_in_doubt",
}
DAY_COLUMNS: dict[str, str] = {
    "negotiation_start": "open_talks",
    "initialled": "initial",
    "first_signature": "sign_first",
    "signed": "sign",
    "ly_approved": "approve",
    "exchanged": "exchange",
    "in_force": "enter_into_force",
    "promulgated": "promulgate",
    "ended": "",
}
"""Each column of days and the step it dates, in the order of a life; `ended` dates the step of the status."""


COLUMNS: tuple[Column, ...] = (
    Column("number", _("Number in this register; empty for a new agreement"), A_TEXT, limit=12),
    Column("partner_iso2", _("Partner"), _("ISO 3166-1 code of two letters"), "XA", is_required=True),
    Column("partner_name_en", _("Name of the partner in English, to check the code"), A_TEXT, "Country A"),
    Column("partner_name_zh", _("Name of the partner in Chinese, to check the code"), A_TEXT, "甲國"),
    Column(
        "title_zh",
        _("Title in Chinese; “[working title]” before it says that it is not official"),
        A_TEXT,
        "[working title] 與甲國刑事司法互助協定（示例）",
        is_required=True,
        limit=longest(Agreement, "title_zh"),
    ),
    Column(
        "title_en",
        _("Title in English; “[working translation]” before it says that it is not official"),
        A_TEXT,
        "[working translation] Agreement with Country A (sample)",
        limit=longest(Agreement, "title_en"),
    ),
    Column(
        "kind",
        _("Subjects, the main one first"),
        _("One or several of these, with “;” between them"),
        "criminal_mla;extradition",
        is_required=True,
        choices=Subject,
    ),
    Column("track", _("Nature"), _("One of these, or empty"), "treaty", choices=Nature),
    Column("negotiation_start", _("Talks began"), A_DATE, "2021-09"),
    Column("initialled", _("Initialled"), A_DATE, ""),
    Column("first_signature", _("First of two signatures"), A_DATE, ""),
    Column("signed", _("Signed; with two days of signature, the later"), A_DATE, "2023-03-01"),
    Column("ly_approved", _("Approved by the Legislative Yuan"), A_DATE, "<=2023-12-31"),
    Column("exchanged", _("Instruments exchanged"), A_DATE, ""),
    Column("in_force", _("Entered into force"), A_DATE, "113.06"),
    Column("promulgated", _("Promulgated by the President"), A_DATE, ""),
    Column("ended", _("Ended or shelved, in the way that the status says"), A_DATE, ""),
    Column(
        "urgent_confirmation_days",
        _("days to confirm an urgent request"),
        _("Enter a whole number."),
    ),
    Column("status", _("Status"), _("One of these"), "in_force", is_required=True, choices=Status),
    Column("source", _("Where the row comes from"), A_TEXT, "示例"),
    Column(
        "confidence",
        _("How far the source is to be trusted; needed with a source"),
        _("One of these, or empty"),
        "low",
        choices=SourcedFact.Confidence,
    ),
)
COLUMN_OF = {column.name: column for column in COLUMNS}
