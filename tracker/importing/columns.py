"""The columns of a file that is imported: what each means, what it takes, and an example."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.db.models import Choices
from django.utils.functional import Promise
from django.utils.translation import override

LANGUAGES = ("zh-hant", "en")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the file, what it means, what it takes, an example; ``limit`` is in characters."""

    name: str
    meaning: str | Promise
    takes: str | Promise
    example: str = ""
    is_required: bool = False
    choices: type[Choices] | None = None
    limit: int = 0


def longest(model: type, field: str) -> int:
    """How many characters a field of a model holds."""
    return model._meta.get_field(field).max_length  # type: ignore[attr-defined]


@cache
def codes_of(choices: type[Choices]) -> dict[str, str]:
    """The code for everything that stands for it: itself, and its words in both languages, in lower case."""
    codes = {str(value).casefold(): str(value) for value in choices.values}
    for language in LANGUAGES:
        with override(language):
            codes |= {str(label).casefold(): str(value) for value, label in choices.choices}
    return codes


def allowed_in(column: Column) -> list[tuple[str, str]]:
    """The codes that a column takes, each with its words; empty when it takes anything."""
    return [(str(value), str(label)) for value, label in column.choices.choices] if column.choices else []


def template_header(columns: Iterable[Column]) -> list[str]:
    """The names of all columns."""
    return [column.name for column in columns]


def template_rows(columns: Iterable[Column]) -> list[list[str]]:
    """One example, of a thing that is visibly fictional."""
    return [[column.example for column in columns]]
