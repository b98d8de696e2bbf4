"""How dates of the law are kept in the database (the date as known, and its two edges for comparing), and what was typed.

A `PartialDateField` keeps what the source says as one short text. Ordering and filtering in SQL need real
days, so a model puts one or two `EdgeDateField`s beside it, which follow it on every insert and save.
"""

import base64
import json
import logging
from datetime import date
from typing import Any, NamedTuple, cast

from django.core import checks
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.validators import EMPTY_VALUES
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from tracker.fields import PartialDateFormField
from tracker.partialdate import PartialDate
from tracker.sealing import CannotBeRead, open_text, seal_text

_log = logging.getLogger(__name__)
MAX_LENGTH = 24  # the longest canonical text, "2023-08≤2023-08-30", takes 18


class PartialDateField(models.Field):
    """A `PartialDate`, stored as its canonical text; unknown is "", never NULL.

    Attributes hold PartialDate; a date or canonical text assigned to one becomes a PartialDate on cleaning
    or saving. With `blank=False` validation refuses the unknown (one with only a bound is not refused).
    A queryset's `update()` and `bulk_update()` do not move the edges unless they are named too.
    """

    description = _("Date known to the day, the month or the year")
    empty_values = [*EMPTY_VALUES, PartialDate()]
    default_error_messages = {
        "invalid": _("“%(value)s” is not a date. Write 2024-06-30, 2024-06 or 2024."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", PartialDate())
        kwargs["max_length"] = MAX_LENGTH
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        if kwargs.get("default") == PartialDate():
            del kwargs["default"]  # the field's own; migrations need not spell it
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "CharField"

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        if self.null:
            found.append(
                checks.Error(
                    "A partial date is never NULL: unknown is kept as ''.", obj=self, id="tracker.E101"
                )
            )
        return found

    def to_python(self, value: Any) -> PartialDate:
        """Read a PartialDate, a date, canonical text or None; raises ValidationError on anything else."""
        if isinstance(value, PartialDate):
            return value
        if value is None:
            return PartialDate()
        try:
            return PartialDate.of(value) if isinstance(value, date) else PartialDate.parse(value)
        except (ValueError, AttributeError, TypeError) as problem:
            raise ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": value}
            ) from problem

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> PartialDate | None:
        """None only where the whole row is missing, as on the far side of an outer join."""
        return None if value is None else PartialDate.parse(value)

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return None if value is None else str(self.to_python(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if hasattr(value, "resolve_expression"):
            return value
        value = self.to_python(value)
        setattr(model_instance, self.attname, value)
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.to_python(self.value_from_object(obj)))

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": PartialDateFormField} | kwargs)


class EdgeDateField(models.DateField):
    """The first or the last possible day of the PartialDateField named `of`; NULL when there is none.

    Derived whenever a row is written through save, create or bulk_create. `save(update_fields=…)`,
    `bulk_update()` and `update()` write only what they name: name the edges with the date.
    """

    description = _("First or last possible day of a partial date")

    def __init__(self, *args: Any, of: str, edge: str, **kwargs: Any) -> None:
        self.of = of
        self.edge = edge
        kwargs |= {"null": True, "blank": True, "editable": False}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        for forced in ("null", "blank", "editable"):
            del kwargs[forced]
        return name, path, args, kwargs | {"of": self.of, "edge": self.edge}

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        if self.edge not in ("first", "last"):
            found.append(checks.Error("edge must be 'first' or 'last'.", obj=self, id="tracker.E102"))
        try:
            sibling = self.model._meta.get_field(self.of)
        except FieldDoesNotExist:
            sibling = None
        if not isinstance(sibling, PartialDateField):
            found.append(
                checks.Error(f"of={self.of!r} names no PartialDateField here.", obj=self, id="tracker.E103")
            )
        return found

    def pre_save(self, model_instance: models.Model, add: bool) -> date | None:
        sibling = cast(PartialDateField, model_instance._meta.get_field(self.of))
        edge = getattr(sibling.to_python(getattr(model_instance, self.of)), self.edge)
        setattr(model_instance, self.attname, edge)
        return edge


class _Lying(str):
    """A sealed text as it came from the database; it is opened where its row is known."""

    __slots__ = ()


class _Bound(NamedTuple):
    """What is to be sealed for a row."""

    typed: Any
    to: str


class _Opened(DeferredAttribute):
    """What was typed, in the clear, opened for its row when somebody asks for it."""

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is not None and isinstance(value, _Lying):
            value = cast(TypedField, self.field).opened(value, instance)
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class TypedField(models.JSONField):
    """What a person typed into a form: pairs of name and text, encrypted (:mod:`tracker.sealing`), in a column of JSON.

    Names of persons may be among it. It opens only in its own row, and for the person ``by`` who typed it there. What no key
    opens reads as nothing typed, and the log says so. What was kept before it was bound to the row, or encrypted, opens too.
    """

    descriptor_class = _Opened

    def deconstruct(self) -> Any:
        """As the plain JSON field that its column is."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> _Bound:
        """What is to be sealed, and for which row."""
        return _Bound(super().pre_save(model_instance, add), self._row(model_instance))

    @sensitive_variables()
    def get_prep_value(self, value: Any) -> str:
        """The text of base64 that lies in the column."""
        pairs, bound_to = value if isinstance(value, _Bound) else (value, self._column)
        typed = json.dumps([list(pair) for pair in pairs], ensure_ascii=False)
        return base64.b64encode(seal_text(typed, bound_to=bound_to)).decode()

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """The sealed text, or the pairs that were kept before they were encrypted."""
        sealed = super().from_db_value(value, expression, connection)
        return _Lying(sealed) if isinstance(sealed, str) else sealed or []

    @sensitive_variables()
    def opened(self, sealed: str, row: models.Model) -> list[list[str]]:
        """The pairs in the clear; none when no key opens them here."""
        try:
            return self._open(sealed, row)
        except (CannotBeRead, ValueError, TypeError):
            _log.warning("what was typed cannot be read: %s", self._column)
            return []

    def opens(self, sealed: str, row: models.Model) -> bool:
        """Whether a key opens the text for this row; nothing typed reads as what no key opens does."""
        try:
            self._open(sealed, row)
        except (CannotBeRead, ValueError, TypeError):
            return False
        return True

    @sensitive_variables()
    def _open(self, sealed: str, row: models.Model) -> list[list[str]]:
        text = base64.b64decode(sealed, validate=True)
        try:
            typed: list[list[str]] = json.loads(open_text(text, bound_to=self._row(row)))
        except CannotBeRead:  # kept before it was bound to its row
            typed = json.loads(open_text(text, bound_to=self._column))
        return typed

    def _row(self, row: models.Model) -> str:
        return f"{self._column}|{row.pk}|{cast(Any, row).by_id}"

    @property
    def _column(self) -> str:
        return f"|{self.model._meta.label_lower}|{self.name}"
