"""Undoing an import: what it brought is withdrawn, and what it had corrected says again what it said before.

Nothing is deleted and no former row is touched: the former value comes back as a new row of today, so the books as of
any day between still say what they said then. Printed totals that came with the file go with it. A figure that
somebody has corrected or withdrawn since stops the undoing.
"""

from copy import copy

from django.utils.translation import gettext as _

from reports.actions.figures import told
from reports.actions.importing.refusals import ImportRefused
from reports.actions.importing.writing import insert, whose, withdraw
from reports.models import ControlTotal, Figure, Series
from tracker.audit import Deed
from tracker.importing import Occasion
from tracker.importing.later import named


def take_back(occasion: Occasion) -> list[Deed]:
    """Withdraw the figures of the batch and put back what they had replaced; ``undone`` of its plan counts both.

    :raises ImportRefused: when some of them do not stand any more; the refusal names them.
    """
    batch = occasion.batch
    figures = list(
        Figure.objects.filter(batch=batch)
        .select_for_update(of=("self",), no_key=True)
        .select_related("partner")
        .order_by("pk")
    )
    gone = [f"{figure.year} {whose(figure)['whose']}" for figure in figures if figure.withdrawn_at]
    if gone:
        raise ImportRefused("touched", numbers=named(gone))
    withdraw(figures, occasion, _("Import of %(file)s undone") % {"file": batch.file_name})
    back = _former(occasion)
    insert(list(back.values()), occasion, is_imported=False)
    details = {"file": batch.file_name}
    deeds = [
        Deed("figure.undo_correct", back[figure.pk], whose(figure) | details | {"now": told(back[figure.pk])})
        if figure.pk in back
        else Deed("figure.undo_import", figure, whose(figure) | details)
        for figure in figures
    ]
    batch.plan["undone"] = {"withdrawn": len(figures), "put_back": len(back)}
    return deeds + _take_totals_back(occasion)


def _former(occasion: Occasion) -> dict[int, Figure]:
    """New rows, unsaved, that say what the corrected ones said before, by the key of what replaced them."""
    replaced = {int(after): before for after, before in occasion.batch.plan["undo"]["figures"].items()}
    rows = Figure.objects.filter(pk__in=replaced.values()).select_related("partner").in_bulk()
    found = {}
    for after, before in replaced.items():
        figure = copy(rows[before])
        figure.pk, figure._state.adding = None, True
        figure.withdrawn_at, figure.withdrawn_by, figure.withdrawn_reason = None, None, ""
        found[after] = figure
    return found


def _take_totals_back(occasion: Occasion) -> list[Deed]:
    """The printed totals that came with the file go; notes that it changed say again what they said, unless changed since."""
    batch, deeds = occasion.batch, []
    for key, former in batch.plan["undo"]["notes"].items():
        ControlTotal.objects.filter(pk=key, note=batch.plan["note"]).update(note=former)
    totals = ControlTotal.objects.filter(batch=batch)
    for series in Series.objects.filter(control_totals__batch=batch).distinct():
        number, _each = totals.filter(series=series).delete()
        details = {"control_totals": number, "file": batch.file_name}
        deeds.append(Deed("series.undo_totals", series, details))
    return deeds
