"""Figures that others stated: what they count, in words."""

import pytest
from django.utils.translation import override

from agreements.actions.loading import load_reference
from agreements.models import StatedFigure
from agreements.models.figures import MEASURE_WORDS, measure_words
from tests import makers


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hant", "已簽訂之司法互助協定"), ("en", "Mutual legal assistance agreements signed")],
)
def test_a_figure_of_the_project_says_what_it_counts_in_the_readers_language(language, words):
    figure = StatedFigure(as_of="2024-12-31", measure="mutual legal assistance agreements signed")

    with override(language):
        assert str(figure) == f"2024-12-31 {words}"


def test_a_measure_that_staff_wrote_stays_as_they_wrote_it():
    with override("zh-hant"):
        assert measure_words("示例統計") == "示例統計"


@pytest.mark.django_db
def test_every_figure_that_comes_with_the_project_has_its_words():
    load_reference(by=makers.lin())

    assert set(StatedFigure.objects.values_list("measure", flat=True)) == set(MEASURE_WORDS)
