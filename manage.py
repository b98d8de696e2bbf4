#!/usr/bin/env python
"""Run the project's commands: `uv run manage.py demo` is the place to start."""

import logging
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    """Run one command. In production an error is logged without what it says, which may repeat what somebody typed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured:
        raise
    except Exception:
        if os.environ.get("DEPLOYMENT") != "production":
            raise
        told = {"event": "command", "code": sys.argv[1] if len(sys.argv) > 1 else ""}
        logging.getLogger("tracker.command").exception("a command failed", extra=told)
        sys.exit(1)


if __name__ == "__main__":
    main()
