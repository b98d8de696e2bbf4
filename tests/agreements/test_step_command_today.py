"""The day of recording that `manage.py step` is given is a whole day."""

import pytest
from django.core.management import CommandError, call_command


@pytest.mark.django_db
def test_a_year_alone_is_refused_as_the_day_of_recording():
    with pytest.raises(CommandError, match="115"):
        call_command("step", "A-114-001", "initial", "--on", "115/1/5", "--by", "mei", "--today", "115")
