"""Once more, from the beginning, after the database ended a transaction for the sake of another one.

PostgreSQL does so with one of two transactions that wait for each other (40P01), and where two that read and wrote the
same cannot both be true (40001). Nothing of the ended one was kept, so to carry it out again is as if it had come later.
"""

import logging
from collections.abc import Callable

from django.db import OperationalError, connection

ENDED_FOR_ANOTHER = frozenset({"40001", "40P01"})
log = logging.getLogger(__name__)


def was_ended_for_another(fault: BaseException) -> bool:
    """Whether the database ended the transaction so that another one could go on."""
    return getattr(fault.__cause__, "sqlstate", None) in ENDED_FOR_ANOTHER


def with_another_try[T](do: Callable[[], T]) -> T:
    """What ``do`` answers, which is a transaction of its own; one that was ended for another is carried out once more.

    Within a transaction of the caller nothing is tried again: it has ended as a whole.

    :raises OperationalError: when the second try ends so too, and for every other failure.
    """
    if connection.in_atomic_block:
        return do()
    try:
        return do()
    except OperationalError as fault:
        if not was_ended_for_another(fault):
            raise
        log.warning("a transaction was ended for another one and is carried out again")
    return do()
