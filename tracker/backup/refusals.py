"""Why a backup is not made or not restored."""


class BackupRefused(Exception):
    """The message says what is wrong and, where there is one, the way out."""
