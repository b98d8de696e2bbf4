"""One figure of a series: adding, correcting and withdrawing it. No row is ever changed in place."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from reports.actions.followup import HOUSE
from reports.indicators import decimals, plain
from reports.models import Figure, Series
from reports.rules import may_change_figures
from tracker import audit
from tracker.models import User


@transaction.atomic
def add_figure(*, by: User, figure: Figure) -> Figure:
    """Add a figure that is not stored yet; its value goes into the audit trail.

    :raises StepRefused: without the right, or when the figure is against a rule of the model.
    """
    _require_right(by)
    # An import of the same series holds this lock: the figure comes before it or after it, never beside it.
    Series.objects.select_for_update(no_key=True).filter(pk=figure.series_id).first()
    figure.recorded_at, figure.recorded_by = timezone.now(), by
    _add(figure)
    audit.record("figure.add", figure, by=by, details=_whose(figure) | {"now": told(figure)})
    return figure


@transaction.atomic
def correct_figure(
    *, by: User, figure: Figure, value: Decimal, is_outlier: bool, note: str, reason: str
) -> Figure:
    """Withdraw a figure with the reason and add another in its place, which is returned.

    One moment separates the two, so the books as of any earlier day still give the former value.

    :raises StepRefused: without the right or a reason, when the figure does not stand any more, when nothing would
        change, or when the new figure is against a rule of the model.
    """
    _require_right(by)
    before, now = _standing(figure), timezone.now()
    is_same = (before.value, before.is_outlier, before.note) == (value, is_outlier, note.strip())
    if is_same:
        raise StepRefused(_("The figure says that already."), HOUSE, "value")
    after = Figure(
        series=before.series,
        partner=before.partner,
        remainder=before.remainder,
        year=before.year,
        value=value,
        precision=before.precision if value == before.value else decimals(Decimal(value)),
        is_outlier=is_outlier,
        note=note.strip(),
        recorded_at=now,
        recorded_by=by,
    )
    _withdraw(before, by, reason, now)
    _add(after)
    details = _whose(after) | {"was": told(before), "now": told(after)}
    audit.record("figure.correct", after, by=by, details=details)
    return after


@transaction.atomic
def withdraw_figure(*, by: User, figure: Figure, reason: str) -> Figure:
    """Withdraw a figure with the reason; nothing takes its place, so its year is unknown from now on.

    :raises StepRefused: without the right or a reason, or when the figure does not stand any more.
    """
    _require_right(by)
    before = _standing(figure)
    _withdraw(before, by, reason, timezone.now())
    audit.record("figure.withdraw", before, by=by, details=_whose(before) | {"was": told(before)})
    return before


def told(figure: Figure) -> str:
    """What the audit trail keeps of a figure's value: 413, or 181521.7 (outlier: …)."""
    value = str(plain(Decimal(figure.value)))
    return f"{value} (outlier: {figure.note})" if figure.is_outlier else value


def _whose(figure: Figure) -> dict[str, object]:
    return {"whose": figure.partner_code or figure.remainder, "year": figure.year}


def _require_right(by: User) -> None:
    if not may_change_figures(by):
        raise StepRefused(_("Supervisors correct figures."), HOUSE)


def _standing(figure: Figure) -> Figure:
    """The figure as it is stored, kept from changing until the transaction ends."""
    found = Figure.objects.select_for_update(of=("self",), no_key=True).select_related("series", "partner")
    locked = found.get(pk=figure.pk)
    if locked.withdrawn_at is not None:
        raise StepRefused(
            _("Somebody has corrected or withdrawn this figure meanwhile. Look at it again."), HOUSE
        )
    return locked


def _withdraw(figure: Figure, by: User, reason: str, now: object) -> None:
    if not reason.strip():
        raise StepRefused(_("Say why the figure changes."), HOUSE, "reason")
    figure.withdrawn_at, figure.withdrawn_by = now, by  # type: ignore[assignment]
    figure.withdrawn_reason = reason.strip()
    figure.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])


def _add(figure: Figure) -> None:
    try:
        figure.full_clean()
    except ValidationError as error:
        fields = [name for name in error.message_dict if name != "__all__"]
        raise StepRefused(" ".join(error.messages), HOUSE, fields[0] if fields else "") from error
    figure.save(force_insert=True)
