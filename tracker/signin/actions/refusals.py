"""The refusal of a write of the sign-in."""


class SignInRefused(Exception):
    """What was asked is not done; ``field`` names the field of the form that it concerns, or ""."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason
