"""Named lists that upper apps fill: what else the page of a partner, of an agreement, or the first page shows.

An app above adds its function in ``AppConfig.ready()``; nobody here imports upward.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.utils.functional import Promise

from agreements.filters import AsOf
from agreements.models import Agreement, Partner
from tracker.models import User


class Panel(NamedTuple):
    """A section of the page: its heading, the template of what stands under it, and that template's context."""

    title: str | Promise
    template: str
    context: Mapping[str, Any]


PanelMaker = Callable[[Partner, User, date], tuple[str | Promise, str, Mapping[str, Any]] | None]
"""Given the partner, the reader and today: a panel, or None for nothing to show. It shows only what the reader may see."""
PANELS: list[PanelMaker] = []


def panels_of(partner: Partner, reader: User, *, today: date) -> list[Panel]:
    """What upper apps show about the partner, in the order in which they were added."""
    made = (maker(partner, reader, today) for maker in PANELS)
    return [Panel(*panel) for panel in made if panel is not None]


AgreementPanelMaker = Callable[[Agreement, User, AsOf], tuple[str | Promise, str, Mapping[str, Any]] | None]
"""The same for an agreement, as of the day looked at: a panel, or None for nothing to show."""
AGREEMENT_PANELS: list[AgreementPanelMaker] = []


def panels_of_agreement(agreement: Agreement, reader: User, as_of: AsOf) -> list[Panel]:
    """What upper apps show about the agreement, in the order in which they were added."""
    made = (maker(agreement, reader, as_of) for maker in AGREEMENT_PANELS)
    return [Panel(*panel) for panel in made if panel is not None]


class HomeFigure(NamedTuple):
    """A number on the first page of foreign affairs, and where what it counts is found; ``apart`` are samples."""

    label: str | Promise
    number: str
    apart: int
    url: str


HomeFigureMaker = Callable[[User, bool], tuple[str | Promise, str, int, str] | None]
"""Given the reader and whether samples count: words, number, samples apart and address, or None for nothing."""
HOME_FIGURES: list[HomeFigureMaker] = []


def home_figures(reader: User, *, with_samples: bool) -> list[HomeFigure]:
    """What upper apps count for this reader, in the order in which they were added."""
    made = (maker(reader, with_samples) for maker in HOME_FIGURES)
    return [HomeFigure(*figure) for figure in made if figure is not None]
