"""The refusals of this app: each says why in words and quotes the provision."""

from django.utils.functional import Promise

from agreements.lifecycle import Step
from agreements.provisions import Provision


class StepRefused(Exception):
    """A step, correction or registration that may not be done; ``reason`` says why and what to do instead."""

    def __init__(self, reason: str | Promise, basis: Provision, field: str = "") -> None:
        self.reason = reason
        self.basis = basis
        self.field = field
        super().__init__(reason)

    def __str__(self) -> str:
        return str(self.reason)

    @classmethod
    def of(cls, row: Step, reason: str | Promise, field: str = "") -> "StepRefused":
        """A refusal that quotes the row's own provision."""
        return cls(reason, row.basis, field)


class StalePage(StepRefused):
    """Somebody changed the file after this page was opened; the reason says what changed and who did it."""
