"""Names of ministries, roles and secrecy levels: names only, no rules."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Ministry(models.TextChoices):
    """The two ministries; people who belong to neither (auditors, administrators) carry an empty text."""

    FOREIGN_AFFAIRS = "foreign_affairs", _("Ministry of Foreign Affairs")
    JUSTICE = "justice", _("Ministry of Justice")


class Role(models.TextChoices):
    """What a person does here."""

    OFFICER = "officer", pgettext_lazy("role", "Officer")
    SUPERVISOR = "supervisor", pgettext_lazy("role", "Supervisor")
    AUDITOR = "auditor", pgettext_lazy("role", "Auditor")
    ADMINISTRATOR = "administrator", pgettext_lazy("role", "Administrator")


class Secrecy(models.IntegerChoices):
    """Secrecy levels in rising order; a person's clearance is one of them too. State secrets are not kept here."""

    ORDINARY = 0, pgettext_lazy("secrecy", "Ordinary")
    INTERNAL = 1, pgettext_lazy("secrecy", "Internal")
    RESTRICTED = 2, pgettext_lazy("secrecy", "Restricted")
    SEALED = 3, pgettext_lazy("secrecy", "Sealed (named persons only)")
