"""Loading what comes with the project: partners and their groups, stated figures, and the register itself.

A second call adds what is missing and changes nothing: staff edit this data, and their edits stay.
"""

import csv
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions.figures import load_figures
from agreements.actions.importing import (
    ImportRefused,
    RegisterFile,
    apply_import,
    check_file,
    plan_import,
    read_register,
)
from agreements.models import GroupMembership, Partner, PartnerGroup, PartnerName, StatedFigure
from agreements.rules import may_import
from agreements.searching import index_partners
from tracker import audit
from tracker.importing import ADD, REFUSE
from tracker.models import ImportBatch, User
from tracker.partialdate import PartialDate

DATA = Path(__file__).resolve().parent.parent / "data"
REGISTER = DATA / "agreements.csv"


def note_on_totals() -> str:
    """Why the register does not add up to the stated figures."""
    return _(
        "The composition of the stated figures was not published. What is recorded rests on the sources named "
        "in each row; the difference is shown, not forced."
    )


@transaction.atomic
def load_reference(*, by: User | None) -> int:
    """Add the partners, former names, policy groups and stated figures that are not there yet.

    ``by`` None is for a trial that is rolled back.

    :returns: how many partners were added.
    :raises ImportRefused: without the right.
    """
    if by is not None and not may_import(by):
        raise ImportRefused("not_allowed")
    known = set(Partner.objects.values_list("code", flat=True))
    fields = ("code", "name_zh", "name_en", "kind", "region")
    new = [
        Partner(**{name: row[name] for name in fields})
        for row in _rows("partners.csv")
        if row["code"] not in known
    ]
    added = Partner.objects.bulk_create(new)
    partners = {partner.code: partner for partner in Partner.objects.all()}
    names = _load_names(partners)
    memberships = _load_groups(partners)
    changed = {partner.pk: partner for partner in (*added, *names)}
    index_partners(Partner.objects.filter(pk__in=changed).prefetch_related("names"))
    if added or names or memberships:
        told = {"partners": len(added), "former_names": len(names), "memberships": memberships}
        audit.record("partner.load", partners[min(partners)], by=by, details=told)
    load_figures(by=by, figures=_figures())
    return len(added)


def load_register(*, by: User, today: date) -> ImportBatch | None:
    """Load the reference data, and those agreements of the project's own register that are not here yet.

    What the file says otherwise than the register is left to `import_register`. A file that was loaded once
    is not loaded again, even when that import was undone.

    :returns: the batch, or None when there was nothing to add.
    :raises ImportRefused: without the right, or when a row is refused.
    """
    load_reference(by=by)
    file = own_register(today=today)
    once = (ImportBatch.State.APPLIED, ImportBatch.State.UNDONE)
    if ImportBatch.objects.filter(sha256=file.sha256, state__in=once).exists():
        return None
    found = check_file(by=by, file=file, today=today).rows
    wanted = {row["line"] for row in found if row["outcome"] in (ADD, REFUSE)}
    if not wanted:
        return None
    missing = replace(file, rows=tuple(row for row in file.rows if row.line in wanted))
    with transaction.atomic():
        batch = plan_import(by=by, file=missing, today=today)
        return apply_import(by=by, batch=batch, today=today, note=note_on_totals())


def own_register(*, today: date) -> RegisterFile:
    """The register file that comes with the project, read."""
    with REGISTER.open("rb") as file:
        return read_register(file, REGISTER.name, today=today)


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _load_names(partners: dict[str, Partner]) -> list[Partner]:
    """Add the former names that are not there yet; returns their partners."""
    known = set(PartnerName.objects.values_list("partner__code", "name_zh"))
    new = [
        PartnerName(
            partner=partners[row["code"]],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            valid_from=PartialDate.parse(row["valid_from"]),
            valid_to=PartialDate.parse(row["valid_to"]),
        )
        for row in _rows("partner_names.csv")
        if (row["code"], row["name_zh"]) not in known
    ]
    return [name.partner for name in PartnerName.objects.bulk_create(new)]


def _load_groups(partners: dict[str, Partner]) -> int:
    """Add the groups and the memberships of partners that have none in the group; returns how many."""
    rows = _rows("partner_groups.csv")
    for row in {row["group"]: row for row in rows}.values():
        names = {"name_zh": row["group_zh"], "name_en": row["group_en"]}
        PartnerGroup.objects.get_or_create(code=row["group"], defaults=names)
    groups = {group.code: group for group in PartnerGroup.objects.all()}
    known = set(GroupMembership.objects.values_list("partner__code", "group__code"))
    new = [
        GroupMembership(
            partner=partners[row["partner_iso2"]],
            group=groups[row["group"]],
            valid_from=PartialDate.parse(row["valid_from"]),
            valid_to=PartialDate.parse(row["valid_to"]),
            ended=row["note"] == "ended",
        )
        for row in rows
        if (row["partner_iso2"], row["group"]) not in known
    ]
    return len(GroupMembership.objects.bulk_create(new))


def _figures() -> Iterable[StatedFigure]:
    return [
        StatedFigure(
            as_of=date.fromisoformat(row["as_of"]),
            measure=row["measure"],
            region=row["region"],
            partners=int(row["countries"]),
            agreements=int(row["agreements"]),
            source=row["source"],
        )
        for row in _rows("stated_figures.csv")
    ]
