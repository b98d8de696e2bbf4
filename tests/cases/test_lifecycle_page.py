"""The page about the lifecycle of cases says what the tables say."""

from pathlib import Path

from django.conf import settings

from cases.management.commands.draw_case_lifecycle import page


def test_the_page_about_the_lifecycle_of_cases_is_current():
    written = Path(settings.BASE_DIR, "docs/lifecycle-cases.md").read_text()

    assert written == page(), "run: uv run manage.py draw_case_lifecycle > docs/lifecycle-cases.md"
