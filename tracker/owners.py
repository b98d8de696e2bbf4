"""A named list that upper apps fill: who may see the thing to which a document belongs.

An app above adds its function in ``AppConfig.ready()``; nobody here imports upward. A document whose owner is
not on the list is shown to nobody.
"""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from tracker.models import Document, DocumentVersion, Submission, User

MaySee = Callable[[User, str], bool]


def _uploaded_it(user: User, key: str) -> bool:
    """What still waits for its form is seen by the person who uploaded it."""
    return DocumentVersion.objects.filter(
        document__about_model=Submission._meta.label_lower, document__about_id=key, uploaded_by=user
    ).exists()


OWNERS: dict[str, MaySee] = {Submission._meta.label_lower: _uploaded_it}
"""By the label of a model, such as "agreements.agreement": whether a user may see the one with that primary key."""


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers for the things of one kind, which are those of one person, and where their documents stand.

    ``about`` tells both of the one with a primary key; ``answered`` are the things for which a user answers, and ``seen`` says
    which of some keys the user sees, each with its address, in one query.
    """

    about: Callable[[str], tuple[list[User], str]]
    answered: Callable[[User], QuerySet[Any]]
    seen: Callable[[User, Collection[str]], dict[str, str]]


ANSWERING: dict[str, Answering] = {}
"""By the label of a model. An app above adds its own in ``AppConfig.ready()``."""

KEEPING: list[Callable[[], set[uuid.UUID]]] = []
"""Each says under which keys files wait with drafts that an app above keeps; they stay as long as those do."""

UNTOLD: set[str] = set()
"""Labels of models whose documents the audit trail names by number only: their titles may tell what it must not."""


def may_see_document(user: User, document: Document) -> bool:
    """Whether the user is cleared for the document and may see what it belongs to."""
    may_see_owner = OWNERS.get(document.about_model)
    cleared = user.is_active and document.secrecy <= user.clearance
    return cleared and may_see_owner is not None and may_see_owner(user, document.about_id)
