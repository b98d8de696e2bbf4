"""Which version of the program made something."""

import tomllib
from functools import cache

from django.conf import settings


@cache
def product_version() -> str:
    """The version that `pyproject.toml` states, "" where that file is not there."""
    file = settings.BASE_DIR / "pyproject.toml"
    if not file.exists():
        return ""
    return str(tomllib.loads(file.read_text("utf-8"))["project"]["version"])[:40]
