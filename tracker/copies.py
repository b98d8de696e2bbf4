"""The note on every page of a copy of something confidential (SEC-6): mark, number, reader, moment and purpose.

From restricted upwards. The number leads back to the entry of the history, or to the look, that says who took it.
"""

from datetime import datetime

from django.utils.translation import gettext

from tracker.models import User
from tracker.moments import moment_words
from tracker.roles import Secrecy

REQUEST_SHOWN = 12
"""So many signs of the number of a request stand on a page that is printed from the browser."""


def is_copied_with_note(level: int) -> bool:
    """Whether copies of this level carry the note."""
    return level >= Secrecy.RESTRICTED


def copy_note(level: int, *, number: object, reader: User, at: datetime) -> tuple[str, ...]:
    """The two lines in the active language; none below restricted."""
    if not is_copied_with_note(level):
        return ()
    # Translators: %(level)s　第 %(number)s 號複本　%(reader)s　%(moment)s
    traced = gettext("%(level)s · Copy no. %(number)s · %(reader)s · %(moment)s") % {
        "level": Secrecy(level).label,
        "number": number,
        "reader": reader,
        "moment": moment_words(at),
    }
    return traced, purpose_limit()


def purpose_limit() -> str:
    """For what it may be used (國際刑事司法互助法 arts. 16 and 32), in the active language."""
    # Translators: 僅得用於所載之請求目的，未經同意不得移作他用（國際刑事司法互助法第16條、第32條）。
    return gettext(
        "To be used for the stated purpose only, and for no other without consent "
        "(Mutual Legal Assistance in Criminal Matters Act, articles 16 and 32)."
    )
