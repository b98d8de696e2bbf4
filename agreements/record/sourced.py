"""What a sourced fact and its value are called, and all that the sources of one agreement say, fact by fact."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Field
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.actions.importing.columns import DAY_COLUMNS
from agreements.lifecycle import STEP_NAMES, label_of
from agreements.models import Agreement, SourcedFact, Subject

STEP_OF_FACT = {column: step for column, step in DAY_COLUMNS.items() if step}
DESCRIBED = ("title_zh", "title_en", "nature", "track", "clause", "lead")
NAMES: dict[str, str | Promise] = {"subjects": _("Subjects"), "status": _("Status")}
FACT_CHOICES = (*STEP_OF_FACT, *DESCRIBED, *NAMES)


@dataclass(frozen=True, slots=True)
class Saying:
    """What one source says, its value in words."""

    row: SourcedFact
    words: str | Promise


@dataclass(frozen=True, slots=True)
class Sourced:
    """One fact with all that its sources say; the chosen value comes first."""

    words: str | Promise
    sayings: Sequence[Saying]


def sources_of(agreement: Agreement) -> list[Sourced]:
    """The sources of every fact. One query."""
    rows = agreement.sourced_facts.order_by("fact", "-is_chosen", "id")
    return [
        Sourced(fact_words(fact), [Saying(row, value_words(fact, row.value)) for row in group])
        for fact, group in groupby(rows, key=lambda row: row.fact)
    ]


def fact_words(fact: str) -> str | Promise:
    """What a sourced fact is called: a step, a field of the agreement, or its own name."""
    step = STEP_OF_FACT.get(fact, fact)
    if step in STEP_NAMES:
        return label_of(step)
    field = _field(fact)
    if field is None:
        return NAMES.get(fact, fact)
    words = str(field.verbose_name)
    return words[:1].upper() + words[1:]


def value_words(fact: str, value: str) -> str | Promise:
    """The value as pages say it: what is one of the register's own codes is shown in words."""
    if fact == "subjects":
        return "、".join(str(dict(Subject.choices).get(code.strip(), code)) for code in value.split(";"))
    field = _field(fact)
    return str(dict(field.flatchoices).get(value, value)) if field is not None and field.choices else value


def _field(name: str) -> Field | None:
    return next((field for field in Agreement._meta.concrete_fields if field.name == name), None)
