"""The page about the lifecycle says what the table says."""

from pathlib import Path

from django.conf import settings

from agreements.management.commands.draw_lifecycle import page


def test_the_page_about_the_lifecycle_is_current():
    written = Path(settings.BASE_DIR, "docs/lifecycle.md").read_text()

    assert written == page(), "run: uv run manage.py draw_lifecycle > docs/lifecycle.md"
