"""The columns of a file of figures: what each means, what it takes, and an example that is visibly no real figure."""

from django.utils.translation import gettext_lazy as _

from cases.actions.importing.columns import A_TEXT, ONE_OR_EMPTY, Answer
from reports.models import Figure, Series
from reports.models.series import Unit
from tracker.importing import Column, longest

COLUMNS: tuple[Column, ...] = (
    Column(
        "partner",
        _("Partner, or “other” for what the source counts without naming a country"),
        _("Code of two letters, or a name in Chinese or English, or “other”"),
        "XA",
        is_required=True,
    ),
    Column(
        "remainder",
        _("What the source calls that remainder, such as 其他"),
        _("Text; only without a partner"),
        limit=longest(Figure, "remainder"),
    ),
    Column("year", _("Year that has ended"), _("A year in either calendar"), "113", is_required=True),
    Column("value", _("Value"), _("A number, zero or more"), "12", is_required=True),
    Column("outlier", _("Outlier: shown in tables, left out of the ranking"), ONE_OR_EMPTY, choices=Answer),
    Column(
        "note",
        _("Note; an outlier needs one"),
        A_TEXT,
        "示例數值",
        limit=longest(Figure, "note"),
    ),
    Column("series", _("Code of the series, to check that the file is meant for it"), A_TEXT),
    Column("unit", _("Unit, to check that the file counts the same"), ONE_OR_EMPTY, choices=Unit),
    Column(
        "source",
        _("Source, to check that it is that of the series"),
        A_TEXT,
        limit=longest(Series, "source"),
    ),
    Column(
        "definition",
        _("Definition, to check that it is that of the series"),
        A_TEXT,
        limit=longest(Series, "definition"),
    ),
)
COLUMN_OF = {column.name: column for column in COLUMNS}
