"""What happened to imported things later: it stops the undoing of their import, or keeps a thing from being undone."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import ForeignObjectRel, Model

from tracker import audit
from tracker.models import Entry, ImportBatch

NUMBERS_NAMED = 10


def told_since(batch: ImportBatch, model: type[Model], *, only_reading: Iterable[str]) -> set[int]:
    """Keys of the things of this model of which the audit trail tells anything since the batch was applied.

    ``only_reading`` are verbs that change nothing. Two queries.
    """
    applied = audit.history_of(batch).filter(verb="import.apply").first()
    later = Entry.objects.filter(about_model=model._meta.label_lower, id__gt=applied.pk if applied else 0)
    found = later.exclude(verb__in=list(only_reading)).values_list("about_id", flat=True)
    return {int(key) for key in found.distinct()}


def rested_on(batch: ImportBatch, model: type[Model], counts: Callable[[ForeignObjectRel], bool]) -> set[int]:
    """Keys of the batch's own things of this model to which rows of others refer; one query for each relation.

    ``counts`` chooses the relations: what the import itself writes beside a thing does not count.
    """
    found: set[int] = set()
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or isinstance(relation.related_model, str):
            continue
        if counts(relation):
            related: Any = relation.related_model
            field = relation.field.name
            resting = related._default_manager.filter(**{f"{field}__batch": batch})
            found |= set(resting.values_list(field, flat=True))
    return found


def named(numbers: Iterable[str]) -> str:
    """The first of the numbers in their order, for a sentence."""
    listed = sorted(numbers)
    return "、".join(listed[:NUMBERS_NAMED]) + ("…" if len(listed) > NUMBERS_NAMED else "")
