"""The columns of a case log: what each means, what it takes, and an example that is visibly no real case.

There is none for persons: names of persons are not imported.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.lifecycle import Basis, Direction, Ground, Kind, Result
from cases.models import AssistanceItem, Case
from tracker.importing import Column, longest
from tracker.roles import Secrecy

A_DAY = _("A whole day in either calendar")
A_TEXT = _("Text")
ONE_OF = _("One of these")
ONE_OR_EMPTY = _("One of these, or empty")
DAYS = ("received_on", "sent_on", "decided_on", "replied_on", "closed_on")
"""The days of a life, in its order."""


class Answer(TextChoices):
    """Yes or no, as a log says it."""

    YES = "yes", pgettext_lazy("import", "yes")
    NO = "no", pgettext_lazy("import", "no")


COLUMNS: tuple[Column, ...] = (
    Column(
        "number",
        _("Number in this system; empty for a new case, which gets the next one of its year"),
        A_TEXT,
        limit=longest(Case, "number"),
    ),
    Column(
        "former_number",
        _("Number in the former log; the case is found by it, and known again at the next import"),
        A_TEXT,
        "示例-110-017",
        limit=longest(Case, "former_number"),
    ),
    Column("direction", _("Direction"), ONE_OF, "in", is_required=True, choices=Direction),
    Column("kind", _("Kind of case"), ONE_OF, "criminal", is_required=True, choices=Kind),
    Column("partner_iso2", _("Partner"), _("ISO 3166-1 code of two letters"), "XA", is_required=True),
    Column("partner_name_en", _("Name of the partner in English, to check the code"), A_TEXT, "Country A"),
    Column("partner_name_zh", _("Name of the partner in Chinese, to check the code"), A_TEXT, "甲國"),
    Column(
        "partner_reference",
        _("Their reference; without a former number the case is known again by it"),
        A_TEXT,
        "示例-XA-0042",
        limit=longest(Case, "partner_reference"),
    ),
    Column("office", _("Our office"), A_TEXT, "", limit=longest(Case, "office")),
    Column(
        "office_reference", _("Our office's reference"), A_TEXT, "", limit=longest(Case, "office_reference")
    ),
    Column(
        "subject",
        _("Subject in one line, without names of persons"),
        A_TEXT,
        "示例：調取金融帳戶資料",
        is_required=True,
        limit=longest(Case, "subject"),
    ),
    Column(
        "items",
        _("What is asked; needed for criminal and civil assistance. Only for a new case"),
        _("One or several of these, with “;” between them"),
        "evidence;service",
        choices=AssistanceItem.Kind,
    ),
    Column("letter_on", _("Day of the letter of an incoming request"), A_DAY, "110.03.01"),
    Column(
        "received_on",
        _("Received; for an outgoing request, the day on which our office's request was taken up"),
        A_DAY,
        "110.03.08",
        is_required=True,
    ),
    Column(
        "sent_on", _("Forwarded to Justice; for an outgoing request, the day it left us"), A_DAY, "110.03.15"
    ),
    Column(
        "decided_on",
        _(
            "Accepted or, with a ground, refused; for an outgoing request, the day on which they agreed or refused"
        ),
        A_DAY,
        "110.04.20",
    ),
    Column(
        "replied_on",
        _("Answered; of a transfer or an extradition, the hand-over of the person"),
        A_DAY,
        "110.09.01",
    ),
    Column("closed_on", _("Closed"), A_DAY, "110.09.03"),
    Column(
        "state",
        _("Where it stands, if the days do not say it"),
        _("A code such as I60 or O88, or its words"),
    ),
    Column("state_on", _("Since when it stands there"), A_DAY),
    Column(
        "result",
        _("How far the request was met; needed once it is closed"),
        ONE_OR_EMPTY,
        "full",
        choices=Result,
    ),
    Column("ground", _("Ground of refusal"), ONE_OR_EMPTY, "", choices=Ground),
    Column(
        "deadline", _("Deadline that they stated. Only for a new case"), _("A whole day in either calendar")
    ),
    Column(
        "basis",
        _(
            "Legal basis; empty for what the register proposes for the day of the request. Only for a new case"
        ),
        ONE_OR_EMPTY,
        choices=Basis,
    ),
    Column("agreement", _("Number of the agreement that it rests on. Only for a new case"), A_TEXT),
    Column(
        "basis_reason",
        _("Why it rests on something other than the register proposes. Only for a new case"),
        A_TEXT,
        limit=longest(Case, "basis_reason"),
    ),
    Column(
        "secrecy",
        _("Secrecy; “Internal” when empty. Sealed cases are not imported. Only for a new case"),
        ONE_OR_EMPTY,
        "0",
        choices=Secrecy,
    ),
    Column(
        "declassify_on",
        _("Declassified on; from restricted upwards this or the condition is needed. Only for a new case"),
        _("A whole day in either calendar"),
    ),
    Column(
        "declassify_when",
        _("Declassified when: the condition. Only for a new case"),
        A_TEXT,
        limit=longest(Case, "declassify_when"),
    ),
    Column(
        "code_name",
        _("Code name, which lists show from restricted upwards. Only for a new case"),
        A_TEXT,
        limit=longest(Case, "code_name"),
    ),
    Column("urgent", _("Urgent. Only for a new case"), ONE_OR_EMPTY, choices=Answer),
    Column("direct", _("Came straight to Justice. Only for a new case"), ONE_OR_EMPTY, choices=Answer),
    Column("officer", _("Officer who carries it. Only for a new case"), _("The sign-in name, or empty")),
)
COLUMN_OF = {column.name: column for column in COLUMNS}
