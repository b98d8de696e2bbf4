"""What is written of a scan: who is at which file, and what the scanner said.

Taking a file is passing and concerns nobody else, so the audit trail tells of verdicts only, and of the first try without one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from tracker import audit, checkups
from tracker.alerts import raise_alert
from tracker.models import Checkup, Document, DocumentVersion, User
from tracker.scanning import answers, doubled, verdict_on
from tracker.scanning.telling import tell_of_infection

SPARE = timedelta(seconds=60)
"""So long after the scanner's own time a worker that says nothing counts as dead."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
MOST_TRIES = 30_000
"""What the column of tries holds; by then the pause has long been the longest."""
STUCK = 3
"""After so many tries without an answer, which harmless texts do get, a file is put behind all others, and is told of."""
IS_FRESH = Q(scan_tries=None, scan_due_at__isnull=False)
IS_TRIED_AGAIN = Q(scan_tries__lt=STUCK)
IS_OLD_STOCK = Q(scan_tries=None, scan_due_at=None)
IS_STUCK = Q(scan_tries__gte=STUCK)
QUEUE = (IS_FRESH, IS_TRIED_AGAIN, IS_OLD_STOCK, IS_STUCK)
"""Which files are taken before which. Old stock was kept before a scanner was set."""


@dataclass(frozen=True, slots=True)
class Held:
    """A file that the caller is to scan, and the number of this try, which nobody else has."""

    version: DocumentVersion
    number: int


@transaction.atomic
def take_scan(*, by: None = None) -> Held | None:
    """The next file without a verdict that nobody is at, now held by the caller; None when there is none.

    Of several workers each gets another file: a row that one of them is about to take is passed over (PostgreSQL), or they
    come one after the other (SQLite). One whose worker died comes again once the scanner's time and a minute are over. In
    the order of ``QUEUE``, and of those alike first what has been due for longest. At most four queries, and the write that holds it.
    """
    free = unscanned().filter(Q(scan_due_at=None) | Q(scan_due_at__lte=timezone.now()))
    free = free.order_by("scan_due_at", "pk")
    rows = (
        free.select_for_update(skip_locked=True, no_key=True) if connection.vendor == "postgresql" else free
    )
    found = (rows.filter(place).first() for place in QUEUE)
    version = next((each for each in found if each is not None), None)
    return _held(version) if version is not None else None


@transaction.atomic
def take_this(*, by: User | None = None, version: DocumentVersion) -> Held | None:
    """Hold this one file, whatever is known of it; None when it went, somebody is at it, or took it since the caller read it.

    One that rests after a try in vain is held at once; one whose worker died once the scanner's time and a minute are over.
    """
    locked = DocumentVersion.objects.select_for_update(no_key=True).filter(pk=version.pk).first()
    if locked is None or locked.scan_tries != version.scan_tries or _is_held(locked, timezone.now()):
        return None
    return _held(locked)


def carry_out_scan(*, by: User | None = None, held: Held) -> bool | None:
    """Ask the scanner about a file that is held, and write down what it said: clean, infected, or nothing (None).

    The scanner is asked outside of any transaction, since it may take a minute; ``by`` is None for the system itself.
    """
    verdict = verdict_on(Path(held.version.file.path))
    note_verdict(by=by, held=held, verdict=verdict)
    return verdict


def ask_scanner_itself(*, by: User | None = None, unanswered: Held | None = None) -> bool:
    """Ask the scanner about a harmless text, and write down for `/readyz` whether it has an answer at all.

    Where it has one, a file without an answer is stuck alone: from its third try on whoever runs the server is told of it, at
    each one, since an outage or a killed worker may have hidden the third. Where it has none they are told of that.
    """
    is_well = answers()
    checkups.note(checkups.SCANNER, is_well=is_well, detail="", at=timezone.now())
    if not is_well:
        raise_alert("scanner", "no_answer", "the virus scanner does not answer")
    elif unanswered is not None and unanswered.number >= STUCK:
        number = unanswered.version.pk
        raise_alert("scanner", "stuck", "the virus scanner has no answer for file %s", file=number)
    return is_well


@transaction.atomic
def take_try_back(*, by: User | None = None, held: Held) -> bool:
    """Count a try without an answer for nothing, since the scanner had none for anything; False when somebody took the file.

    It rests nevertheless, as after the try before: others go first, in case that it was this file that broke the scanner.
    """
    version = DocumentVersion.objects.select_for_update(no_key=True).filter(pk=held.version.pk).first()
    if version is None or version.scan_tries != held.number:
        return False
    version.scan_tries = held.number - 1 or None
    version.scan_due_at = (version.scanned_at or timezone.now()) + _rest_after(version.scan_tries)
    version.save(update_fields=["scan_due_at", "scan_tries"])
    return True


def did_not_answer() -> bool:
    """Whether the scanner had no answer when it was last asked about a harmless text."""
    return Checkup.objects.filter(name=checkups.SCANNER, is_well=False).exists()


@transaction.atomic
def note_verdict(*, by: User | None = None, held: Held, verdict: bool | None) -> bool:
    """Write the verdict down; False when the file went, or is held by somebody else meanwhile.

    Without a verdict a file that was clean stays clean, and one that waits comes again after a pause that doubles each time.
    Of an infected file its uploader and whoever answers for its record are told.
    """
    version = DocumentVersion.objects.select_for_update(no_key=True).filter(pk=held.version.pk).first()
    if version is None or version.scan_tries != held.number:
        return False
    was, now = version.is_clean, timezone.now()
    version.scanned_at = now
    if verdict is None:
        version.scan_due_at = now + _rest_after(held.number)
    else:
        version.is_clean, version.scan_due_at, version.scan_tries = verdict, None, None
    version.save(update_fields=["is_clean", "scanned_at", "scan_due_at", "scan_tries"])
    if verdict is None and held.number > 1:
        return True
    told = {True: "clean", False: "infected", None: "no answer"}[verdict]
    document = Document(pk=version.document_id, title="document")
    audit.record("document.scan", document, by=by, details={"version": version.number, "result": told})
    if verdict is False and was is not False:
        tell_of_infection(version)
    return True


def unscanned() -> QuerySet[DocumentVersion]:
    """The files of which the scanner has said nothing yet."""
    return DocumentVersion.objects.filter(is_clean=None)


def _held(version: DocumentVersion) -> Held:
    """Only the scanner's own time and a little: whoever dies meanwhile leaves the file to the next one."""
    version.scan_tries = min((version.scan_tries or 0) + 1, MOST_TRIES)
    version.scan_due_at = timezone.now() + timedelta(seconds=settings.DOCUMENT_SCANNER_SECONDS) + SPARE
    version.save(update_fields=["scan_tries", "scan_due_at"])
    return Held(version, version.scan_tries)


def _is_held(version: DocumentVersion, now: datetime) -> bool:
    """Whether somebody is at it. One that rests is not due either, but to the moment so long after its last try as it rests."""
    due, tried = version.scan_due_at, version.scanned_at
    if version.scan_tries is None or due is None or due <= now:
        return False
    return tried is None or due != tried + _rest_after(version.scan_tries)


def _rest_after(tries: int | None) -> timedelta:
    return doubled(FIRST_PAUSE, tries or 1, most=LONGEST_PAUSE)
