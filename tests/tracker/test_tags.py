"""The marks that rows repeat, in both languages."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils.translation import override

from tracker.partialdate import PartialDate
from tracker.templatetags.tracker_tags import (
    _APART,
    _DUE_ICONS,
    conf,
    due,
    icon,
    rocday,
    rocmoment,
    sample,
    stage,
)

ROOT = Path(settings.BASE_DIR)
DAY, MONTH, YEAR = PartialDate(2025, 3, 20), PartialDate(2024, 6), PartialDate(2023)


def icon_of(name):
    return f'<svg class="i" aria-hidden="true"><use href="/static/icons.svg#i-{name}"></use></svg>'


@pytest.mark.parametrize(
    ("when", "shape", "markup"),
    [
        (DAY, "sentence", '<time datetime="2025-03-20">114 年 3 月 20 日<small>2025-03-20</small></time>'),
        (DAY, "table", '<time datetime="2025-03-20">114.03.20<small>2025-03-20</small></time>'),
        (MONTH, "sentence", '<time datetime="2024-06">113 年 6 月<small>2024-06</small></time>'),
        (MONTH, "table", '<time datetime="2024-06">113 年 6 月<small>2024-06</small></time>'),
        (YEAR, "table", '<time datetime="2023">112 年<small>2023</small></time>'),
        (
            PartialDate(1911, 10, 10),
            "sentence",
            '<time datetime="1911-10-10">民國前 1 年 10 月 10 日<small>1911-10-10</small></time>',
        ),
    ],
)
def test_chinese_puts_the_year_of_the_republic_first(when, shape, markup):
    with override("zh-hant"):
        assert rocday(when, shape) == markup


@pytest.mark.parametrize(
    ("when", "markup"),
    [
        (DAY, '<time datetime="2025-03-20">20 Mar 2025<small>ROC 114.03.20</small></time>'),
        (MONTH, '<time datetime="2024-06">Jun 2024<small>ROC 113.06</small></time>'),
        (YEAR, '<time datetime="2023">2023<small>ROC 112</small></time>'),
        (
            PartialDate(1911, 10, 10),
            '<time datetime="1911-10-10">10 Oct 1911<small>before ROC, year 1</small></time>',
        ),
    ],
)
def test_english_puts_the_gregorian_year_first(when, markup):
    with override("en"):
        assert rocday(when) == rocday(when, "table") == markup


@pytest.mark.parametrize("nothing", [None, "", PartialDate()])
def test_an_unknown_day_is_said_in_words(nothing):
    with override("en"):
        assert rocday(nothing) == '<span class="nil">Not recorded</span>'


def test_a_bound_is_said_beside_what_is_known():
    with override("en"):
        assert rocday(PartialDate(2023, not_later_than=date(2023, 8, 30))) == (
            '<time datetime="2023">2023<small>ROC 112</small></time>'
            ' <span class="nil">(not later than 30 Aug 2023)</span>'
        )
        assert rocday(PartialDate(not_later_than=date(2024, 12, 31))) == (
            '<span class="nil">Not recorded</span> <span class="nil">(not later than 31 Dec 2024)</span>'
        )


def test_a_plain_date_is_shown_like_a_date_known_to_the_day():
    with override("zh-hant"):
        assert rocday(date(2025, 3, 20)) == rocday(DAY)


def test_a_moment_is_shown_on_its_day_in_taipei():
    moment = datetime(2025, 3, 19, 23, 5, tzinfo=UTC)
    with override("zh-hant"):
        assert rocday(moment) == rocday(DAY)
        assert rocmoment(moment) == (
            '<time datetime="2025-03-20T07:05+08:00">114.03.20 07:05<small>2025-03-20</small></time>'
        )
    with override("en"):
        assert rocmoment(moment) == (
            '<time datetime="2025-03-20T07:05+08:00">20 Mar 2025 07:05<small>ROC 114.03.20</small></time>'
        )


def test_an_unknown_shape_of_a_day_is_refused():
    with pytest.raises(ValueError, match="'short' is not a shape"):
        rocday(DAY, "short")


@pytest.mark.parametrize(
    ("days", "state", "name", "words"),
    [
        (-3, "over", "alert-triangle", "3 days overdue"),
        (-1, "over", "alert-triangle", "1 day overdue"),
        (0, "soon", "clock", "Due today"),
        (1, "soon", "clock", "1 day left"),
        (7, "soon", "clock", "7 days left"),
        (8, "ok", "calendar", "8 days left"),
    ],
)
def test_a_deadline_says_how_many_days_are_left(days, state, name, words):
    with override("en"):
        assert due(days) == f'<span class="due" data-due="{state}">{icon_of(name)}{words}</span>'


@pytest.mark.parametrize(
    ("state", "name", "words"),
    [
        ("hold", "player-pause", "Paused"),
        ("done", "check", "Done"),
        ("unknown", "question-mark", "Cannot be said"),
    ],
)
def test_a_deadline_that_does_not_run_shows_no_days(state, name, words):
    with override("en"):
        expected = f'<span class="due" data-due="{state}">{icon_of(name)}{words}</span>'
        assert due(-3, state) == due(None, state) == expected
        assert due(None, state, "Stalled <133> days") == expected.replace(words, "Stalled &lt;133&gt; days")


def test_a_deadline_without_days_or_state_is_refused():
    with pytest.raises(ValueError, match="needs its days left, or a state"):
        due(None)


def test_a_stage_carries_its_number_and_its_words():
    assert stage(3, "立法院審議") == '<span class="stage" data-s="3"><b>3</b>立法院審議</span>'
    assert stage(1, "<talks>") == '<span class="stage" data-s="1"><b>1</b>&lt;talks&gt;</span>'


@pytest.mark.parametrize(
    ("number", "name"), [("stopped", "player-pause"), ("ended", "player-stop"), ("unknown", "question-mark")]
)
def test_a_stage_apart_from_the_five_carries_an_icon(number, name):
    assert stage(number, "中止") == f'<span class="stage" data-s="{number}"><b>{icon_of(name)}</b>中止</span>'


def test_a_stage_left_open_by_its_dates_says_so():
    with override("en"):
        assert stage(2, "Signing", possibly=True) == (
            '<span class="stage" data-s="2" data-possibly><b>2</b>Signing'
            " <small>(possibly further on)</small></span>"
        )


@pytest.mark.parametrize(
    ("level", "markup"),
    [
        (0, '<span class="conf" data-c="0">Ordinary</span>'),
        (1, '<span class="conf" data-c="1">Internal</span>'),
        (2, f'<span class="conf" data-c="2">{icon_of("lock")}Restricted</span>'),
        (3, f'<span class="conf" data-c="3">{icon_of("lock")}Sealed (named persons only)</span>'),
    ],
)
def test_a_secrecy_level_always_shows_its_word(level, markup):
    with override("en"):
        assert conf(level) == markup


def test_a_level_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="4 is not a valid Secrecy"):
        conf(4)


def test_only_fictional_things_are_marked_as_samples():
    with override("en"):
        assert sample() == '<span class="sample">sample</span>'
        assert sample(False) == ""


def test_the_tags_write_the_same_in_a_template():
    text = '{% load tracker_tags %}{% icon "lock" %}{% stage 3 "x" %}{% due days %}{{ day|rocday:"table" }}{% sample %}'
    with override("en"):
        drawn = Template(text).render(Context({"days": 5, "day": DAY}))
        assert drawn == icon("lock") + stage(3, "x") + due(5) + rocday(DAY, "table") + sample()


def test_every_icon_that_is_used_is_in_the_sprite():
    sprite = set(re.findall(r'id="i-([a-z0-9-]+)"', (ROOT / "tracker/static/icons.svg").read_text("utf-8")))
    templates = "".join(path.read_text("utf-8") for path in ROOT.glob("templates/**/*.html"))
    used = set(re.findall(r"""\{% icon ['"]([a-z0-9-]+)|#i-([a-z0-9-]+)""", templates))
    named = {name for pair in used for name in pair if name} | {*_APART.values(), *_DUE_ICONS.values()}
    assert {"search", "calendar", "question-mark"} <= named
    assert named - sprite == set()
