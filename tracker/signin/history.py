"""The verbs of the sign-in in the audit trail, and the sentence that each makes."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.models import Entry

VERBS: dict[str, Promise] = {
    "signin.enter": _("signed in (%(factors)s)"),
    "signin.password": _("gave the right password; a second factor was asked for"),
    "signin.wrong": _("was refused at signing in: wrong (%(way)s)"),
    "signin.locked": _("was refused at signing in: locked after wrong tries (%(way)s)"),
    "signin.refuse": _("was refused at signing in (%(way)s: %(why)s)"),
    "signin.prove": _("showed again who it is (%(way)s)"),
    "signin.leave": _("signed out"),
    "signin.unlock": _("ended the lock after wrong passwords"),
    "person.change_password": _("changed the password"),
    "person.issue_link": _("issued a link to a new password"),
    "person.add_factor": _("set up a factor (%(factor)s)"),
    "person.remove_factor": _("took a factor off (%(factor)s)"),
    "person.renew_codes": _("made new recovery codes"),
    "factor.ask": _("asked that all factors be taken off"),
    "factor.confirm": _("confirmed as the second person that all factors are taken off"),
    "factor.refuse": _("refused as the second person that all factors are taken off"),
    "identity.ask": _("asked that the person be linked with the single sign-on"),
    "identity.refuse": _("refused as the second person to link the person with the single sign-on"),
    "identity.link": _("linked the person with the single sign-on"),
    "identity.unlink": _("ended the link of the person with the single sign-on"),
}
WAYS: dict[str, Promise] = {
    "password": pgettext_lazy("way of signing in", "password"),
    "code": pgettext_lazy("way of signing in", "code"),
    "totp": pgettext_lazy("way of signing in", "one-time code"),
    "recovery_codes": pgettext_lazy("way of signing in", "recovery code"),
    "passkey": pgettext_lazy("way of signing in", "passkey"),
    "webauthn": pgettext_lazy("way of signing in", "passkey"),
    "oidc": pgettext_lazy("way of signing in", "single sign-on"),
}


def sentence(entry: Entry) -> str:
    """What the entry tells, in the reader's language, without its actor and time."""
    details = {name: _words(value) for name, value in entry.details.items()}
    words = VERBS.get(entry.verb)
    return str(words) % details if words else entry.verb


def _words(value: object) -> str:
    if isinstance(value, list):
        return "、".join(map(_words, value))
    return str(WAYS.get(str(value), value))
