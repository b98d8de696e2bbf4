"""What a person is told about the own account: on its page, at the sign-in, and by mail (ASVS 6.3.5, 6.3.7).

The history already holds what happened; nothing is kept a second time. The mail leaves after the write is committed and
from a thread of its own, so that neither a slow mail server nor the time it takes tells anything to whoever waits.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracker import audit
from tracker.models import Entry, User
from tracker.moments import moment_words
from tracker.origin import site_origin
from tracker.people.words import VERBS as PEOPLE_VERBS
from tracker.people.words import sentence as people_sentence
from tracker.signin.history import VERBS, sentence

MAIL_LANGUAGE = "zh-hant"
SHOWN = 12
REFUSED = ("signin.wrong", "signin.locked", "signin.refuse")
TOLD: dict[str, Promise] = {
    "locked": _("The way by password or code is locked for a quarter of an hour after five wrong tries."),
    "new_browser": _("Your account was signed in from a browser on which you had not signed in before."),
    "password": _("Your password was changed."),
    "factor_added": _("A second factor was set up for your account."),
    "factor_removed": _("A second factor was taken off your account."),
    "codes": _("New recovery codes were made; the old ones end."),
    "factors_reset": _("All second factors were taken off your account."),
    "identity": _("The link of your account with the single sign-on was changed."),
    "address": _("The mail address of your account was changed; what follows is mailed to the new one."),
    "substitute": _(
        "Somebody else named a substitute for you. Your own page leads to who it is and until when."
    ),
}
log = logging.getLogger("tracker.notices")
SENDER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="notices")
"""The thread from which mails leave, one after the other; a process that ends waits for it."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """How often somebody was refused under this person's name since the last sign-in, and when last."""

    count: int
    last: datetime


def newest(person: User) -> list[tuple[Entry, str]]:
    """What last happened with the account, newest first, each with its sentence. One query."""
    entries = audit.history_of(person).filter(verb__in=[*VERBS, *PEOPLE_VERBS])[:SHOWN]
    return [(one, sentence(one) if one.verb in VERBS else people_sentence(one)) for one in entries]


def refusals_since_last_entry(person: User) -> Refusals | None:
    """The refusals since this person last signed in; None when there were none. To be asked before the new sign-in."""
    tries = audit.history_of(person)
    entered = tries.filter(verb="signin.enter").values_list("id", flat=True).first() or 0
    refused = list(tries.filter(verb__in=REFUSED, id__gt=entered).values_list("at", flat=True)[:100])
    return Refusals(len(refused), refused[0]) if refused else None


def tell(person: User, what: str, *, at: datetime) -> None:
    """Mail the person what happened at a moment, once the transaction is committed; nothing leaves without an address.

    :raises KeyError: when ``what`` is none of :data:`TOLD`.
    """
    words = TOLD[what]
    if person.email:
        transaction.on_commit(partial(SENDER.submit, _send, person.email, words, at))


def _send(address: str, words: Promise, at: datetime) -> None:
    """Send one mail in the office's language; a mail server that refuses is a line of the log."""
    with translation.override(MAIL_LANGUAGE):
        subject = str(_("MLA Tracker: your account"))
        lines = [
            f"{moment_words(at)} {words}",
            str(_("If you did not expect this, end your sessions and tell an administrator at once.")),
            site_origin() + reverse("myself"),
        ]
    try:
        send_mail(subject, "\n\n".join(lines) + "\n", None, [address])
    except OSError as fault:
        log.warning("a notice could not be mailed: %s", type(fault))
