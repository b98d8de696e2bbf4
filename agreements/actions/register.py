"""Opening a file and changing what describes it: registration, edits, links, attachments."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions.containers import lower_documents, refuse_stricter
from agreements.actions.filing import HOUSE, chronology, lock, refresh_clocks
from agreements.actions.recompute import recompute_above
from agreements.actions.refusals import StepRefused
from agreements.actions.uploads import refuse_beyond
from agreements.lifecycle import Stage
from agreements.models import Agreement, AgreementLink, AgreementSubject, Partner, Subject
from agreements.provisions import SECRECY
from agreements.rules import is_signed, may_edit, may_register
from agreements.searching import index_agreements
from tracker import audit
from tracker.actions import store_document
from tracker.models import Document, ImportBatch, User
from tracker.rocdate import roc_year
from tracker.roles import Ministry, Secrecy
from tracker.secrecy import MARK, NO_END, TWO_PERSONS, lacks_end

EDITABLE = (
    "title_zh",
    "title_en",
    "is_working_title_zh",
    "is_working_title_en",
    "nature",
    "track",
    "has_ratification_clause",
    "touches_rights",
    "lead",
    "lead_name",
    "co_lead",
    "lead_consent",
    "signatory_ours",
    "signatory_theirs",
    "clause",
    "clause_days",
    "clause_text",
    "is_exchange_of_notes",
    "languages",
    "urgent_confirmation_days",
    "series_number",
    "secrecy",
    "declassify_on",
    "declassify_when",
    "code_name",
)
SUPERVISOR_ONLY_ONCE_SIGNED = frozenset({"nature", "track", "lead", "co_lead", "secrecy"})
APART_SIGN = "密"


def next_number(today: date, *, taken: int | None = None, secrecy: int = Secrecy.ORDINARY) -> str:
    """The next free `A-YYY-NNN` of the ROC year in which the file is opened here.

    Files opened as restricted or above are counted apart, as `A-密YYY-NNN`: so the numbers of the others have no gap
    that would tell of them. A file keeps its number when its level changes later.

    Call it inside the transaction that uses it, after :func:`lock_numbers`.
    """
    sign = APART_SIGN if secrecy >= Secrecy.RESTRICTED else ""
    prefix = f"A-{sign}{roc_year(today.year):03d}-"
    if taken is None:
        numbers = Agreement.objects.filter(number__startswith=prefix).values_list("number", flat=True)
        taken = max((int(number.removeprefix(prefix)) for number in numbers), default=0)
    return f"{prefix}{taken + 1:03d}"


@transaction.atomic
def register(
    *,
    by: User,
    partner: Partner,
    subjects: Sequence[str],
    today: date,
    opened_on: date | None,
    other_partners: Iterable[Partner] = (),
    batch: ImportBatch | None = None,
    number: str = "",
    **fields: Any,
) -> Agreement:
    """Open a file; it begins at stage 10 on ``opened_on`` (None: an imported file whose beginning is unknown).

    ``fields`` name fields of EDITABLE.

    :raises StepRefused: without the right.
    :raises ValidationError: for values the model refuses, such as a title used twice for one partner.
    """
    _check_opening(by, fields)
    audit.lock_numbers("agreement")
    agreement = Agreement(
        number=number or next_number(today, secrecy=fields.get("secrecy", Secrecy.ORDINARY)),
        partner=partner,
        opened_on=opened_on,
        stage=Stage.PROPOSED if opened_on else "",
        recorded_at=timezone.now(),
        recorded_by=by,
        batch=batch,
        last_activity_on=opened_on,
        **fields,
    )
    agreement.mark_reviewed_on = today if agreement.is_secret else None
    agreement.full_clean()
    agreement.save(force_insert=True)
    agreement.other_partners.set(other_partners)
    _set_subjects(agreement, subjects)
    index_agreements([agreement])
    audit.record(
        "agreement.register", agreement, by=by, details={"partner": partner.code, "subjects": list(subjects)}
    )
    return agreement


def _check_opening(by: User, fields: dict[str, Any]) -> None:
    if not may_register(by):
        raise StepRefused(_("Your role does not open files."), HOUSE)
    leads = {fields.get("lead", ""), fields.get("co_lead", "")}
    if by.ministry == Ministry.JUSTICE and Ministry.JUSTICE not in leads:
        raise StepRefused(
            _("Justice opens files that it leads or co-leads: choose it as lead agency."), HOUSE, "lead"
        )
    if fields.get("secrecy", Secrecy.ORDINARY) > by.clearance:
        raise StepRefused(_("You are not cleared for this level."), HOUSE, "secrecy")
    told = [fields.get(name) for name in ("declassify_on", "declassify_when")]
    if lacks_end(fields.get("secrecy", Secrecy.ORDINARY), told[0], told[1] or ""):
        raise StepRefused(NO_END, SECRECY, "declassify_when")


@transaction.atomic
def edit(
    *,
    by: User,
    agreement: Agreement,
    today: date,
    version: int | None = None,
    subjects: Sequence[str] = (),
    **changes: Any,
) -> Agreement:
    """Change what describes the file; ``changes`` name fields of EDITABLE. The audit entry keeps both values.

    :raises StalePage: when ``version`` is not the file's any more.
    :raises StepRefused: without the right; after signature nature, track, lead and secrecy are a supervisor's.
    """
    locked = lock(agreement, version)
    if not may_edit(by, locked):
        raise StepRefused(_("Only the ministries concerned change this file."), HOUSE)
    changed = {name: value for name, value in changes.items() if getattr(locked, name) != value}
    if is_signed(locked) and not by.is_supervisor and SUPERVISOR_ONLY_ONCE_SIGNED & set(changed):
        raise StepRefused(
            _("After signature a supervisor changes nature, track, lead agency and secrecy."), HOUSE
        )
    if changed.get("secrecy", Secrecy.ORDINARY) > by.clearance:
        raise StepRefused(_("You are not cleared for this level."), HOUSE, "secrecy")
    before = {name: getattr(locked, name) for name in changed}
    _settle_mark(locked, changed)
    for name, value in changed.items():
        setattr(locked, name, value)
    if "secrecy" in changed:
        locked.mark_reviewed_on = today if locked.is_secret else None
    locked.full_clean()
    locked.version += 1
    locked.save(update_fields=[*changed, "mark_reviewed_on", "version"])
    if subjects and list(subjects) != locked.subject_codes:
        before["subjects"], changed["subjects"] = locked.subject_codes, list(subjects)
        _set_subjects(locked, subjects)
    if changed:
        refresh_clocks(locked, chronology(locked), today=today)
        index_agreements([locked])
        if "urgent_confirmation_days" in changed:
            recompute_above(by=by, about=locked, today=today)
        words = "、".join(_field_words(name) for name in changed)
        details = {"fields": words, "before": before, "after": changed}
        audit.record("agreement.edit", locked, by=by, details=details)
    return locked


def _settle_mark(agreement: Agreement, changed: dict[str, Any]) -> None:
    """Bring the documents down with a mark that is lowered.

    :raises StepRefused: for a mark without its end, and for one that two persons have to lower.
    """
    mark = {name: changed.get(name, getattr(agreement, name)) for name in MARK}
    if lacks_end(mark["secrecy"], mark["declassify_on"], mark["declassify_when"]):
        raise StepRefused(NO_END, SECRECY, "declassify_when")
    if agreement.is_secret and mark["secrecy"] < agreement.secrecy:
        raise StepRefused(TWO_PERSONS, SECRECY, "secrecy")
    if "secrecy" in changed:
        lower_documents(agreement, to=mark["secrecy"])


@transaction.atomic
def link(*, by: User, later: Agreement, earlier: Agreement, kind: str) -> AgreementLink:
    """Say how one agreement stands to an earlier one.

    :raises StepRefused: without the right to change the later file.
    """
    if not may_edit(by, later):
        raise StepRefused(_("Only the ministries concerned change this file."), HOUSE)
    row = AgreementLink(later=later, earlier=earlier, kind=kind)
    row.full_clean()
    row.save(force_insert=True)
    audit.record("agreement.link", later, by=by, details={"other": earlier.number, "kind": kind})
    return row


@transaction.atomic
def attach(
    *, by: User, agreement: Agreement, upload: UploadedFile, title: str, secrecy: int | None = None
) -> Document:
    """Store an upload as a document of the file, as secret as the file.

    :raises StepRefused: without the right, or for a level above that of the file.
    :raises tracker.documents.UploadRefused: for a file that is not accepted.
    """
    if not may_edit(by, agreement):
        raise StepRefused(_("Only the ministries concerned change this file."), HOUSE)
    level = max(agreement.secrecy, secrecy or Secrecy.ORDINARY)
    refuse_stricter(level, [lock(agreement, None)])
    refuse_beyond(agreement._meta.label_lower, str(agreement.pk), upload.size or 0)
    document = store_document(by=by, about=agreement, upload=upload, title=title, secrecy=level)
    audit.record("agreement.attach", agreement, by=by, details={"title": title, "document": str(document.pk)})
    return document


def _set_subjects(agreement: Agreement, subjects: Sequence[str]) -> None:
    chosen = list(dict.fromkeys(subjects))
    if not chosen or any(code not in Subject.values for code in chosen):
        raise ValidationError({"subjects": _("Choose at least one subject.")})
    agreement.subjects.all().delete()
    AgreementSubject.objects.bulk_create(
        AgreementSubject(agreement=agreement, subject=code, position=position)
        for position, code in enumerate(chosen)
    )


def _field_words(name: str) -> str:
    if name == "subjects":
        return _("subjects")
    return str(getattr(Agreement._meta.get_field(name), "verbose_name", name))
