#!/usr/bin/env python
"""Run the project's commands: `uv run manage.py demo` is the place to start."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    execute_from_command_line(sys.argv)
