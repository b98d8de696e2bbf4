"""Several sources of one fact, and one chosen value."""

import pytest

from agreements.actions import StepRefused, add_source, choose_source
from agreements.models import SourcedFact
from tests import makers
from tracker.models import Entry

pytestmark = pytest.mark.django_db
SAID = {"fact": "signed", "source": "示例來源", "confidence": "medium"}


def test_the_first_source_is_chosen_until_another_is():
    mei = makers.mei()
    file = makers.agreement(mei)
    first = add_source(by=mei, agreement=file, value="2024-08-30", **SAID)
    second = add_source(by=mei, agreement=file, value="2024-09-01", **SAID)
    assert list(SourcedFact.objects.filter(is_chosen=True)) == [first]

    choose_source(by=mei, sourced=second)

    assert list(SourcedFact.objects.filter(is_chosen=True)) == [second]
    assert Entry.objects.last().details == {"fact": "signed", "value": "2024-09-01"}


def test_only_the_ministries_concerned_choose():
    mei = makers.mei()
    row = add_source(by=mei, agreement=makers.agreement(mei), value="2024", **SAID)

    with pytest.raises(StepRefused):
        choose_source(by=makers.jun(), sourced=row)
