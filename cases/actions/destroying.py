"""Destroying what a case holds: its rows within the transaction of the list, its files from a journal after it.

The number, the kind, the sides, the states and days stay as the register line; every text about the request goes. What a case shares with others
(a letter, concurrent requests, the note on a link) goes with the last of them.
"""

import hashlib
import json
import logging
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import unquote

from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import storages
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cases.models import (
    Case,
    CaseEvent,
    CaseLink,
    Competition,
    Competitor,
    DisposalLine,
    DisposalList,
    Erasure,
    Letter,
    Note,
    Person,
    Promise,
    RequestContents,
    Task,
)
from cases.searching import index_cases
from tracker.models import Document, DocumentVersion, Draft, ImportBatch, KeptForm, Lowering, Submission

type Proof = list[dict[str, Any]]
type Name = tuple[str, ...]
"""By what a row of an imported file names a case: the sort, for a reference the partner, and the words."""
_log = logging.getLogger(__name__)
_BLANKED = {
    "events": {"note": "", "reference": "", "body": ""},
    "items": {"result": ""},
    "intervals": {"reason": "", "withdrawn_reason": ""},
    "extensions": {"reason": "", "decision_reason": ""},
}
"""Rows that stay for their days and codes, and the texts that go."""
_OF_CASE = {
    "partner_reference": "", "office": "", "office_reference": "", "basis_reason": "", "basis_finding": {},
    "void_reason": "", "code_name": "",
}  # fmt: skip
_WRITTEN = ("subject", "declassify_when", "version", "changed_at", "destroyed_at")


def destroy_case(case: Case, *, plan: DisposalList) -> Proof:
    """Take away what a locked case of the list holds. Part of carrying the list out.

    Answers each record and file that went or lost its texts, by kind, key and SHA-256 digest.
    """
    gone = _gone_with(plan)
    of_case = Letter.objects.filter(about__case=case)
    letters = [one for one in of_case if not one.about.exclude(case__in=gone).exists()]
    about = Q(about_model="cases.case", about_id=str(case.pk))
    about |= Q(about_model="cases.letter", about_id__in=[str(letter.pk) for letter in letters])
    documents = Document.objects.filter(about)
    proof = _destroy_files(documents, plan)
    proof += _blank(case, plan)
    proof += _destroy_letters(letters)
    for rows in (
        documents,
        Note.objects.filter(case=case),
        Task.objects.filter(case=case),
        Person.objects.filter(case=case),
        Promise.objects.filter(case=case),
        RequestContents.objects.filter(case=case),
    ):
        proof += _destroy(rows)
    proof += _destroy_shared(case, gone)
    proof += _forget_copies(case, plan)
    proof += _empty_line(case, plan)
    return proof


def forget_imported(cases: Sequence[Case]) -> None:
    """Empty the rows of files of cases that told of these, whatever became of the file. Before their references go.

    A row that names another case by a number stays, also where both have the same reference; one that has that reference
    alone may tell of either, and goes. Only the files concerned are locked.
    """
    told: set[Name] = {("number", case.number) for case in cases}
    for case in cases:
        code = case.partner.code if case.partner else ""
        told |= {
            ("former_number", code, case.former_number),
            ("partner_reference", code, case.partner_reference),
        }
    told -= {one for one in told if not one[-1]}
    keys = {str(case.pk) for case in cases}
    plans = ImportBatch.objects.filter(kind="cases").order_by("pk").values_list("pk", "plan")
    concerned = [pk for pk, plan in plans.iterator(chunk_size=1) if any(_of(plan, told, keys))]
    for batch in ImportBatch.objects.select_for_update(no_key=True).filter(pk__in=concerned).order_by("pk"):
        rows, way_back = _of(batch.plan, told, keys)
        for row in rows:
            row |= {"cells": dict.fromkeys(row["cells"], ""), "changes": [], "errors": []}
        for key in way_back:
            del batch.plan["undo"][key]
        if rows or way_back:
            batch.save(update_fields=["plan"])


def _of(plan: dict[str, Any], told: set[Name], keys: set[str]) -> tuple[list[dict[str, Any]], set[str]]:
    """The rows of a kept file that tell of these cases, and the keys under which it keeps what they were before."""
    numbered, referred = [], []
    for row in plan.get("rows", ()):
        if _numbers(row) & told:
            numbered.append(row)
        elif _references(row) & told:
            referred.append(row)
    others = _names_of_others(referred, keys) - told if referred else set()
    return [
        *numbered,
        *(row for row in referred if not (_numbers(row) | _references(row)) & others),
    ], keys & set(plan.get("undo") or ())


def _numbers(row: dict[str, Any]) -> set[Name]:
    """The numbers of cases in a kept row, also those in what was wrong with it."""
    numbers = {row["number"], row["cells"].get("number", "")}
    for _column, _code, params in row["errors"]:
        numbers |= {str(params.get("number", "")), *str(params.get("numbers", "")).split("、")}
    return {("number", number) for number in numbers if number}


def _references(row: dict[str, Any]) -> set[Name]:
    """Its number in a former log and their reference, which are the partner's own."""
    cells = row["cells"]
    code = cells.get("partner_iso2", "").upper()
    names = ("former_number", "partner_reference")
    return {(name, code, cells[name]) for name in names if cells.get(name)}


def _names_of_others(rows: Sequence[dict[str, Any]], keys: set[str]) -> set[Name]:
    """By what these rows name cases that stay: numbers, here and in a former log. Their reference may be that of several."""
    numbers = [name[-1] for row in rows for name in _numbers(row)]
    former = [row["cells"]["former_number"] for row in rows if row["cells"].get("former_number")]
    stay = Case.objects.filter(destroyed_at=None).exclude(number="").exclude(pk__in=keys)
    named = stay.filter(number__in=numbers).values_list("number", flat=True)
    known = stay.filter(former_number__in=former).values_list("partner__code", "former_number")
    return {("number", number) for number in named} | {("former_number", *one) for one in known}


def erase_files(*, plan: DisposalList | None = None) -> int:
    """Take the files of carried-out lists from the disk, as the journal says, and tick each; returns how many went now.

    May be repeated and cut off anywhere: a file that is gone already counts as erased. Its own transactions.
    """
    waiting = Erasure.objects.filter(erased_at=None)
    if plan is not None:
        waiting = waiting.filter(plan=plan)
    erased = 0
    for row in waiting.order_by("pk"):
        try:
            storages["default"].delete(row.place)
        except (OSError, SuspiciousOperation) as fault:  # the others are not to wait for this one
            _log.error("a file of a disposal list could not be erased: %s %s", row.pk, type(fault).__name__)
            continue
        erased += Erasure.objects.filter(pk=row.pk, erased_at=None).update(erased_at=timezone.now())
    return erased


def _gone_with(plan: DisposalList) -> models.QuerySet:
    """The keys of the cases that were destroyed before or go with this list; never fetched, only asked within statements."""
    lines = DisposalLine.objects.filter(Q(plan=plan) | Q(plan__carried_out_at__isnull=False))
    return lines.order_by().values("case")


def _digest(row: models.Model) -> dict[str, Any]:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    plain = {
        name: bytes(value).hex() if isinstance(value, bytes | memoryview) else value
        for name, value in values.items()
    }
    text = json.dumps(plain, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, default=str)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {"kind": row._meta.label_lower, "key": str(row.pk), "sha256": digest}


def _destroy(rows: models.QuerySet) -> Proof:
    proof = [_digest(row) for row in rows]
    rows.delete()
    return proof


def _destroy_files(documents: models.QuerySet[Document], plan: DisposalList) -> Proof:
    """The rows of the files go now, and their places into the journal."""
    versions = list(DocumentVersion.objects.filter(document__in=documents).order_by("pk"))
    proof = [
        {
            "kind": "file",
            "key": str(one.pk),
            "document": str(one.document_id),
            "size": one.size,
            "sha256": one.sha256,
        }
        for one in versions
    ]
    Erasure.objects.bulk_create(
        [Erasure(plan=plan, place=str(one.file.name), sha256=one.sha256) for one in versions]
    )
    DocumentVersion.objects.filter(pk__in=[one.pk for one in versions]).delete()
    return proof


def _blank(case: Case, plan: DisposalList) -> Proof:
    proof: Proof = []
    for name, texts in _BLANKED.items():
        rows = getattr(case, name).all()
        written = Q()
        for field in texts:
            written |= ~Q(**{field: ""})
        proof += [_digest(row) for row in rows.filter(written)]
        rows.update(**texts)
    proof += [_digest(access) for access in case.accesses.all()]
    case.accesses.update(reason=str(plan))
    Lowering.objects.filter(about_model=case._meta.label_lower, about_id=str(case.pk)).update(reason="")
    return proof


def _destroy_letters(letters: Iterable[Letter]) -> Proof:
    keys = [letter.pk for letter in letters]
    CaseEvent.objects.filter(letter__in=keys).update(letter=None)
    Competitor.objects.filter(letter__in=keys).update(letter=None)
    Letter.objects.filter(answers__in=keys).update(answers=None)
    return _destroy(Letter.objects.filter(pk__in=keys))


def _destroy_shared(case: Case, gone: models.QuerySet) -> Proof:
    """Links and concurrent requests all of whose cases are gone."""
    links = CaseLink.objects.filter(Q(case=case, other__in=gone) | Q(other=case, case__in=gone)).exclude(
        note=""
    )
    proof = [_digest(link) for link in links]
    links.update(note="")
    of_case = Competition.objects.filter(competitors__case=case)
    keys = [one.pk for one in of_case if not one.competitors.exclude(case__in=gone).exists()]
    proof += _destroy(Competitor.objects.filter(competition__in=keys))
    return proof + _destroy(Competition.objects.filter(pk__in=keys))


def _forget_copies(case: Case, plan: DisposalList) -> Proof:
    """What was typed and not sent, with the files that wait for it."""
    of_case = Q(address=reverse("cases:draft", args=[case.pk]))
    for begins in (
        case.get_absolute_url(),
        unquote(case.get_absolute_url()),
    ):  # kept as the browser sent it, or as it is read
        of_case |= Q(address__startswith=begins)
    drafts, forms = Draft.objects.filter(of_case), KeptForm.objects.filter(of_case)
    keys = [(str(draft.key), draft.by_id) for draft in drafts]
    keys += [(text, form.by_id) for form in forms for name, text in form.typed if name == "key"]
    waiting = Q(pk__in=())
    for key, by in keys:
        waiting |= Q(about_id=key, versions__uploaded_by=by)
    found = Document.objects.filter(waiting, about_model=Submission._meta.label_lower)
    files = Document.objects.filter(pk__in=list(found.values_list("pk", flat=True)))
    proof = _destroy_files(files, plan) + _destroy(files)
    drafts.delete()
    forms.delete()
    return proof


def _empty_line(case: Case, plan: DisposalList) -> Proof:
    """The register line keeps its number, sides, kind, states and days; from now on it takes nothing more."""
    proof = [_digest(case)]
    for name, nothing in _OF_CASE.items():
        setattr(case, name, nothing)
    case.subject = str(plan)  # worded where it is shown, in the language of whoever reads it
    if case.declassify_when:  # a mark says when it ceases, by its day or in words
        case.declassify_when = "" if case.declassify_on else str(plan)
    case.version += 1
    case.changed_at = case.destroyed_at = timezone.now()
    case.save(update_fields=[*_OF_CASE, *_WRITTEN])
    index_cases([case])
    return proof
