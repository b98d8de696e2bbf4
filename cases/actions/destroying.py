"""Destroying what a case holds: its rows within the transaction of the list, its files from a journal after it.

The number, the kind, the sides, the states and days stay as the register line; every text about the request goes. What a case shares with others
(a letter, concurrent requests, the note on a link) goes with the last of them.
"""

import hashlib
import json
import logging
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import storages
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

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
from tracker.models import Document, DocumentVersion, Draft, ImportBatch, KeptForm, Lowering

type Proof = list[dict[str, Any]]
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
    proof += _blank(case)
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
    _forget_copies(case)
    proof += _empty_line(case, plan)
    return proof


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


def _blank(case: Case) -> Proof:
    proof: Proof = []
    for name, texts in _BLANKED.items():
        rows = getattr(case, name).all()
        written = Q()
        for field in texts:
            written |= ~Q(**{field: ""})
        proof += [_digest(row) for row in rows.filter(written)]
        rows.update(**texts)
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


def _forget_copies(case: Case) -> None:
    """What was typed and not sent, and the rows of imported files that told of the case."""
    of_case = Q(address=reverse("cases:draft", args=[case.pk]))
    for begins in (
        case.get_absolute_url(),
        unquote(case.get_absolute_url()),
    ):  # kept as the browser sent it, or as it is read
        of_case |= Q(address__startswith=begins)
    Draft.objects.filter(of_case).delete()
    KeptForm.objects.filter(of_case).delete()
    told = Q(pk=case.batch_id) | Q(plan__undo__has_key=str(case.pk))
    for batch in ImportBatch.objects.select_for_update(no_key=True).filter(told, kind="cases"):
        for row in batch.plan.get("rows", ()):
            if row.get("number") == case.number:
                row["cells"] = dict.fromkeys(row.get("cells", {}), "")
                row["changes"] = []
        batch.plan.get("undo", {}).pop(str(case.pk), None)
        batch.save(update_fields=["plan"])


def _empty_line(case: Case, plan: DisposalList) -> Proof:
    """The register line keeps its number, sides, kind, states and days."""
    proof = [_digest(case)]
    for name, nothing in _OF_CASE.items():
        setattr(case, name, nothing)
    case.subject = _("Destroyed under disposal list %(list)s") % {"list": plan}
    case.version, case.changed_at = case.version + 1, timezone.now()
    case.save(update_fields=[*_OF_CASE, "subject", "version", "changed_at"])
    index_cases([case])
    return proof
