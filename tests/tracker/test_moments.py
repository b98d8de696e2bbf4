"""Moments are written in one way on pages, in mails and on copies."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from tests import makers
from tests.sources import app_modules, name
from tracker.copies import copy_note
from tracker.moments import moment_words
from tracker.roles import Secrecy
from tracker.templatetags.tracker_tags import rocmoment

AT = datetime(2025, 3, 19, 23, 5, tzinfo=UTC)


@pytest.mark.parametrize(("language", "words"), [("zh-hant", "114.03.20 07:05"), ("en", "20 Mar 2025 07:05")])
def test_a_moment_reads_alike_on_a_page_and_on_a_copy(db, language, words):
    with translation.override(language):
        note = copy_note(Secrecy.RESTRICTED, number=1, reader=makers.jun(), at=AT)
        told = (moment_words(AT), note[0].endswith(words), f">{words}<small>" in rocmoment(AT))

    assert told == (words, True, True)


def test_a_moment_without_its_zone_is_refused():
    with pytest.raises(ValueError, match="naive"):
        moment_words(AT.replace(tzinfo=None))


def test_no_other_module_writes_hours_and_minutes_for_readers():
    """What machines read (`T%H:%M`) is something else; the one module that does write them is the control."""
    writing = {
        name(path)
        for path in app_modules()
        if " %H:%M" in path.read_text("utf-8") or ":%H:%M}" in path.read_text("utf-8")
    }

    assert writing == {"tracker/moments.py"}
