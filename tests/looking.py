"""What a look costs: tests that count the statements of a page add it."""

from django.db import connection

A_LOOK = 6 if connection.vendor == "postgresql" else 5
"""Beginning, end, the newest look, the new one, and how many there were within the hour; on PostgreSQL a lock too."""
