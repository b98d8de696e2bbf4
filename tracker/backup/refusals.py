"""Why a backup is not made or not restored, and why no file is removed."""


class BackupRefused(Exception):
    """The message says what is wrong and, where there is one, the way out."""


class RemovalRefused(Exception):
    """The message says why it cannot be known which files no row names."""
