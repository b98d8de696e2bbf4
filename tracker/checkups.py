"""How the last run of each check went, and the heads of the chains as the last good one saw them.

What is written here is no casework and stands in no history: it says of the server how it is.
"""

import json
from datetime import datetime

from tracker.chains import Head
from tracker.models import Checkup

HISTORY, BACKUP, CHECKPOINT, SCANNER = "history", "backup", "checkpoint", "scanner"
HEAD = "head of "
"""What the rows begin with that hold a head."""


def note(name: str, *, is_well: bool, detail: str, at: datetime) -> None:
    """Keep how a check went, in place of the time before."""
    Checkup.objects.update_or_create(
        name=name, defaults={"is_well": is_well, "detail": detail[:300], "at": at}
    )


def was_noted(name: str) -> bool:
    """Whether a check ever ran, however it went."""
    return Checkup.objects.filter(name=name).exists()


def note_head(chain: str, head: Head, *, at: datetime) -> None:
    """Keep how far a chain had come when all of it was found in order."""
    detail = json.dumps([head.rows, head.last, head.digest])
    note(f"{HEAD}{chain}", is_well=True, detail=detail, at=at)


def noted_head(chain: str) -> Head | None:
    """That head; None before the first check, or when what stands there is none."""
    row = Checkup.objects.filter(name=f"{HEAD}{chain}").first()
    try:
        rows, last, digest = json.loads(row.detail if row else "")
        return Head(int(rows), int(last), str(digest))
    except (ValueError, TypeError):
        return None
