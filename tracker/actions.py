"""Writes that belong to no app above: documents, the calendar, settings, submissions, saved views."""

import uuid
from base64 import b64decode
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import batched
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker import audit, documents
from tracker.cutting import cut
from tracker.models import (
    Document,
    DocumentVersion,
    Draft,
    KeptForm,
    ListLook,
    SavedView,
    Submission,
    User,
)
from tracker.owners import KEEPING, UNTOLD
from tracker.retrying import with_another_try
from tracker.savedviews import LONGEST_QUERY, ViewRefused, may_change_view
from tracker.scanning import due_from
from tracker.sealing import is_under_first_key


@transaction.atomic
def store_document(
    *,
    by: User,
    about: models.Model,
    upload: UploadedFile,
    title: str,
    secrecy: int,
    document: Document | None = None,
) -> Document:
    """Check an upload and keep it as a new document about a thing, or as the next version of ``document``.

    Where a virus scanner is set, nobody is given it until a worker has had it scanned (:mod:`tracker.scanning`).

    The file is written under a random name, before its row is committed. Where that fails later, the file lies without
    a row until `verify_files --remove` takes it away.

    :raises tracker.documents.UploadRefused: for a file that is not accepted; nothing is kept.
    """
    checked = documents.check_upload(cast(BinaryIO, upload), upload.name or "")
    if document is None:
        document = Document.objects.create(
            about_model=about._meta.label_lower,
            about_id=str(about.pk),
            title=title or checked.name,
            secrecy=secrecy,
            created_at=timezone.now(),
        )
    _add_version(document, checked, upload, by=by)
    return document


def _add_version(
    document: Document, checked: documents.Checked, upload: UploadedFile, *, by: User
) -> DocumentVersion:
    """Write the file and its row; without the row there is no file either."""
    number = (document.versions.aggregate(last=models.Max("number"))["last"] or 0) + 1
    now = timezone.now()
    version = DocumentVersion(
        document=document,
        number=number,
        name=checked.name,
        content_type=checked.content_type,
        size=checked.size,
        sha256=checked.sha256,
        traces=list(checked.traces),
        uploaded_by=by,
        uploaded_at=now,
        scan_due_at=due_from(now),
    )
    upload.seek(0)
    version.file.save(checked.name, upload, save=False)
    try:
        version.save(force_insert=True)
    except Exception:
        version.file.delete(save=False)
        raise
    return version


@transaction.atomic
def record_download(*, by: User, version: DocumentVersion, is_bare: bool = False) -> None:
    """Tell the audit trail that this version of a document was given to a person, or a copy of it without its metadata."""
    document = version.document
    owner = f"{document.about_model} {document.about_id}"
    if document.about_model in UNTOLD:
        document = Document(pk=document.pk, title=owner)
    details = {"title": document.title, "version": version.number, "about": owner}
    audit.record("document.download", document, by=by, details=details | ({"bare": True} if is_bare else {}))


def once(key: uuid.UUID, *, by: User, do: Callable[[], str]) -> str:
    """Carry out ``do`` unless this person already had this key carried out; either way return its result (an address).

    The key is written first, so a twin that comes at the same moment waits and then finds it. The draft of the form goes
    with it. Another person's submission under the same key is another submission: neither learns of the other's. What the
    database ended for the sake of another transaction is carried out once more.
    """
    return with_another_try(lambda: _once(key, by=by, do=do))


def _once(key: uuid.UUID, *, by: User, do: Callable[[], str]) -> str:
    own = Submission.key_of(key, by=by)
    try:
        with transaction.atomic():
            row = Submission.objects.create(key=own, by=by, at=timezone.now())
            row.result = do()
            row.save(update_fields=["result"])
            drop_draft(by=by, key=key)
            return row.result
    except IntegrityError:
        found = Submission.objects.filter(key=own, by=by).first()
        if found is None:
            raise
        drop_draft(by=by, key=key)
        return found.result


def result_of(key: uuid.UUID, *, by: User) -> str | None:
    """The result of this key, when this person had it carried out before; else None."""
    done = Submission.objects.filter(key=Submission.key_of(key, by=by), by=by).first()
    return done.result if done else None


@transaction.atomic
def record_reference_change(*, by: User, thing: models.Model, verb: str, details: dict[str, Any]) -> None:
    """Tell the audit trail of a change of reference data made in the admin: `add`, `change` or `delete`."""
    audit.record(f"reference.{verb}", thing, by=by, details={"thing": str(thing), **details})


@transaction.atomic
def switch_single_keys(*, by: User) -> bool:
    """Switch a person's own single-key shortcuts off or on again (WCAG 2.1.4); answers whether they are on now."""
    by.has_single_keys = not by.has_single_keys
    by.save(update_fields=["has_single_keys"])
    audit.record("person.switch_keys", by, by=by, details={"on": by.has_single_keys})
    return by.has_single_keys


@transaction.atomic
def save_draft(
    *, by: User, key: uuid.UUID, title: str, address: str, typed: Sequence[tuple[str, str]]
) -> Draft | None:
    """Keep what a person has typed under the form's key; None when the key is another person's.

    A draft is private and passing, so the audit trail does not tell of it. NUL, which no form takes, is left out.
    """
    fields = {
        "title": cut(title.replace("\0", ""), 300),
        "address": address[:300],
        "typed": [(name.replace("\0", ""), text.replace("\0", "")) for name, text in typed],
        "saved_at": timezone.now(),
    }
    if Draft.objects.filter(key=key).exclude(by=by).exists():
        return None
    return Draft.objects.update_or_create(key=key, by=by, defaults=fields)[0]


def drop_draft(*, by: User, key: uuid.UUID) -> None:
    """Forget a draft: its form was carried out, or its writer dropped it."""
    Draft.objects.filter(key=key, by=by).delete()


KEPT_FOR = timedelta(hours=24)
"""So long a form is kept that was sent when the session had ended."""
DRAFTS_KEPT_FOR = timedelta(days=90)
"""And so long a draft after it was saved last."""
FORGOTTEN_AT_ONCE = 1000
MOST_FORMS, LONGEST_FORM = 20, 400_000
"""So many forms of a person are kept, of so many characters each."""


@transaction.atomic
def keep_form(
    *, by: User, address: str, typed: Sequence[tuple[str, str]], had_files: bool = False
) -> KeptForm | None:
    """Keep for a day what a person sent to a door that was closed; None when it is too long.

    The oldest go when there are too many. It is private and passing, so the audit trail does not tell of it.
    """
    if sum(len(name) + len(text) for name, text in typed) > LONGEST_FORM or len(address) > 2000:
        return None
    now = timezone.now()
    plain = [(name.replace("\0", ""), text.replace("\0", "")) for name, text in typed]
    kept = KeptForm.objects.create(by=by, address=address, typed=plain, had_files=had_files, kept_at=now)
    standing = by.kept_forms.filter(kept_at__gt=now - KEPT_FOR).values_list("pk", flat=True)
    by.kept_forms.exclude(pk__in=[kept.pk, *standing[:MOST_FORMS]]).delete()
    _forget_rows(now)
    return kept


@transaction.atomic
def forget_typed(*, by: User | None) -> dict[str, int]:
    """Forget what was typed and not sent for too long, the oldest thousand of each sort; answers how many went.

    It is private and passing, so the audit trail does not tell of it. Files that wait with a form go so long after they came
    as a draft does after it was saved, unless a draft still names their form, or an app above keeps them with a draft of its own.
    """
    now = timezone.now()
    return _forget_rows(now) | {"uploads": _forget_uploads(until=now - DRAFTS_KEPT_FOR)}


def _forget_rows(now: datetime) -> dict[str, int]:
    old = {
        "forms": KeptForm.objects.filter(kept_at__lte=now - KEPT_FOR).order_by("kept_at"),
        "drafts": Draft.objects.filter(saved_at__lte=now - DRAFTS_KEPT_FOR).order_by("saved_at"),
    }
    gone = {}
    for sort, rows in old.items():
        keys = list(rows.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
        gone[sort] = rows.filter(pk__in=keys).delete()[0]  # aged still: one may have been saved meanwhile
    return gone


def _forget_uploads(*, until: datetime) -> int:
    waiting = Document.objects.filter(about_model=Submission._meta.label_lower, created_at__lte=until)
    oldest = waiting.order_by("created_at", "id").values_list("pk", "about_id")
    kept = {key for keys in KEEPING for key in keys()} if oldest.exists() else set()
    for batch in batched(oldest.iterator(), FORGOTTEN_AT_ONCE, strict=False):
        drafts = Draft.objects.filter(key__in=[key for _pk, key in batch]).values_list("key", flat=True)
        named = kept.union(drafts)
        if keys := [pk for pk, key in batch if uuid.UUID(key) not in named]:
            held = list(waiting.select_for_update(no_key=True).filter(pk__in=keys))
            for document in held:
                drop_waiting(document)
            return len(held)
    return 0


def drop_waiting(document: Document) -> None:
    """Delete a document that waits with a form, for a verb of its own; its files go when the transaction has succeeded.

    One that cannot be deleted then is logged, keeps no other from going, and is named by `verify_files`.
    """
    for version in document.versions.all():
        erase = partial(version.file.storage.delete, str(version.file.name))
        transaction.on_commit(erase, robust=True)
        version.delete()
    document.delete()


@transaction.atomic
def reseal_typed(*, by: User | None) -> dict[str, int]:
    """Encrypt with the first key what was typed and not sent and is not under it, or not encrypted at all; not audited either.

    Answers how many rows were ``changed``, and how many are ``unreadable``, since no key opens them.
    """
    told = {"changed": 0, "unreadable": 0}
    kinds: tuple[type[Draft] | type[KeptForm], ...] = (Draft, KeptForm)
    for kind in kinds:
        for key in list(kind._base_manager.values_list("pk", flat=True)):
            rows = kind._base_manager.select_for_update(no_key=True).annotate(
                lying=Cast("typed", models.TextField())
            )
            row = rows.filter(pk=key).first()
            if row is None:
                continue  # it went meanwhile
            sealed = row.lying.strip('"') if row.lying.startswith('"') else ""
            if sealed and not kind._meta.get_field("typed").opens(sealed, row):
                told["unreadable"] += 1
            elif not is_under_first_key(b64decode(sealed)):
                row.save(update_fields=["typed"])
                told["changed"] += 1
    return told


def drop_form(*, by: User, key: uuid.UUID) -> None:
    """Forget one of a person's own kept forms: it was sent, or is not wanted."""
    by.kept_forms.filter(pk=key).delete()


@transaction.atomic
def save_view(
    *,
    by: User,
    place: str,
    name: str,
    query: str,
    columns: Sequence[str] = (),
    reach: str = SavedView.Reach.MINE,
) -> SavedView:
    """Keep a list as a person wants to see it again; it counts as looked at now.

    :raises ViewRefused: when the name is used, the view too long, or there is nobody to share it with.
    """
    _check_view(by, place, name, query, reach)
    now = timezone.now()
    view = SavedView.objects.create(
        owner=by, place=place, name=name, query=query, columns=list(columns), reach=reach, created_at=now
    )
    look_at(by=by, place=place, view=view)
    audit.record("view.save", view, by=by, details={"reach": reach})
    return view


@transaction.atomic
def change_view(
    *,
    by: User,
    view: SavedView,
    name: str,
    reach: str,
    query: str | None = None,
    columns: Sequence[str] | None = None,
) -> SavedView:
    """Rename a view, share it otherwise, or let it show other rows or columns; None leaves those as they are.

    :raises ViewRefused: as :func:`save_view`, and when it is another person's.
    """
    locked = SavedView.objects.select_for_update(no_key=True).filter(pk=view.pk).first()
    if locked is None or not may_change_view(by, locked):
        raise ViewRefused("name", _("Only the person who made a view changes it."))
    kept = locked.query if query is None else query
    _check_view(by, locked.place, name, kept, reach, other_than=locked)
    locked.name, locked.reach, locked.query = name, reach, kept
    locked.columns = locked.columns if columns is None else list(columns)
    locked.save(update_fields=["name", "reach", "query", "columns"])
    audit.record("view.change", locked, by=by, details={"reach": reach})
    return locked


@transaction.atomic
def drop_view(*, by: User, view: SavedView) -> None:
    """Delete a view, for everybody who saw it.

    :raises ViewRefused: when it is another person's.
    """
    if not may_change_view(by, view):
        raise ViewRefused("name", _("Only the person who made a view changes it."))
    audit.record("view.drop", view, by=by)
    view.delete()


def look_at(*, by: User, place: str, view: SavedView | None = None) -> None:
    """Note that a person looked at a list, or at one of its views, just now.

    It is passing and concerns nobody else, so the audit trail does not tell of it.
    """
    ListLook.objects.update_or_create(
        person=by, place=place, view=view, defaults={"looked_at": timezone.now()}
    )


def choose_columns(*, by: User, place: str, columns: Sequence[str], looked_at: datetime) -> None:
    """Let a person's list show these columns; ``looked_at`` stands for a look that never was. Not audited either."""
    ListLook.objects.update_or_create(
        person=by,
        place=place,
        view=None,
        defaults={"columns": list(columns)},
        create_defaults={"columns": list(columns), "looked_at": looked_at},
    )


def _check_view(
    by: User, place: str, name: str, query: str, reach: str, *, other_than: SavedView | None = None
) -> None:
    """:raises ViewRefused: names the first thing that does not fit."""
    if not name.strip():
        raise ViewRefused("name", _("Give the view a name."))
    if len(query) > LONGEST_QUERY:
        raise ViewRefused("name", _("These filters are too long to be kept."))
    namesakes = SavedView.objects.filter(owner=by, place=place, name=name)
    if other_than is not None:
        namesakes = namesakes.exclude(pk=other_than.pk)
    if namesakes.exists():
        raise ViewRefused("name", _("You already have a view of this name."))
    if reach not in SavedView.Reach.values:
        raise ViewRefused("reach", _("Say who sees the view."))
    is_alone = (reach == SavedView.Reach.DESK and not by.desk) or not by.ministry
    is_kept = other_than is not None and reach == other_than.reach  # its maker may have changed desks since
    if reach != SavedView.Reach.MINE and is_alone and not is_kept:
        raise ViewRefused("reach", _("You belong to no such desk or ministry, so the view stays yours."))


def drop_drafts_at(*, by: User, address: str) -> None:
    """Forget a person's drafts of the form at this address: there is nothing left that it could change."""
    Draft.objects.filter(address=address, by=by).delete()
