"""Named lists that upper apps fill: what else the page of a partner or of an agreement shows.

An app above adds its function in ``AppConfig.ready()``; nobody here imports upward. A panel shows only what its
reader may see, and its maker answers None when there is nothing to say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from agreements.models import Agreement, Partner
from tracker.models import User


@dataclass(frozen=True, slots=True)
class Panel:
    """A section of a page: its heading, and the template that draws it with ``panel`` in its context."""

    title: str | Promise
    template: str
    content: Mapping[str, Any] = field(default_factory=dict)


PARTNER_PANELS: list[Callable[[Partner, User], Panel | None]] = []
AGREEMENT_PANELS: list[Callable[[Agreement, User], Panel | None]] = []


def panels_of_partner(partner: Partner, reader: User) -> list[Panel]:
    """The panels that upper apps add to the page of a partner, in the order of their apps."""
    made = (make(partner, reader) for make in PARTNER_PANELS)
    return [panel for panel in made if panel is not None]


def panels_of_agreement(agreement: Agreement, reader: User) -> list[Panel]:
    """The panels that upper apps add to the page of an agreement, in the order of their apps."""
    made = (make(agreement, reader) for make in AGREEMENT_PANELS)
    return [panel for panel in made if panel is not None]
