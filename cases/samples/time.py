"""The time of the fictional cases: clocks stopped and restarted, cases on hold, more time asked, given and refused."""

from cases.actions.extensions import ask_extension, decide_extension
from cases.actions.time import put_on_hold, restart_clock, stop_clock, withdraw_interval
from cases.models import Extension
from cases.samples.cast import Cast


def load_time(cast: Cast) -> None:
    """Stop, hold and extend: each once as it stands, and once as it ended."""
    _stops(cast)
    _holds(cast)
    _extensions(cast)


def _stops(cast: Cast) -> None:
    by, today, cases = cast.officer, cast.today, cast.cases
    stop_clock(
        by=by,
        case=cases["accounts"],
        category="supplement",
        reason="示例：待對方補充案情",
        began_on=cast.day(-10),
        today=today,
    )
    stop_clock(
        by=by,
        case=cases["search"],
        category="translation",
        reason="示例：附件翻譯中",
        began_on=cast.day(-52),
        today=today,
    )
    restart_clock(by=by, case=cases["search"], ended_on=cast.day(-45), today=today)
    wrong = stop_clock(
        by=by,
        case=cases["same_goods"],
        category="court",
        reason="示例：待裁定",
        began_on=cast.day(-20),
        today=today,
    )
    withdraw_interval(by=by, interval=wrong, reason="示例：登錄於他案", today=today)


def _holds(cast: Cast) -> None:
    by, cases = cast.officer, cast.cases
    past, until = cast.day(-25), cast.day(-12)
    put_on_hold(by=by, case=cases["returned"], until=until, reason="示例：承辦人出差", today=past)
    put_on_hold(
        by=by,
        case=cases["extradition"],
        until=cast.day(9),
        reason="示例：待檢察署意見",
        today=cast.today,
    )


def _extensions(cast: Cast) -> None:
    _ask(cast, "proceeds", 25, "示例：卷證尚待彙整")
    given = _ask(cast, "accounts", 38, "示例：對方表示補件需時")
    decide_extension(by=cast.supervisor, extension=given, is_approved=True)
    refused = _ask(cast, "bank", 16, "示例：譯本尚未完成")
    reason = "示例：請求機關表示期限不能延後"
    decide_extension(by=cast.supervisor, extension=refused, is_approved=False, reason=reason)


def _ask(cast: Cast, name: str, days: int, reason: str) -> Extension:
    return ask_extension(
        by=cast.officer,
        case=cast.cases[name],
        clock="C2",
        due_asked=cast.day(days),
        reason=reason,
        today=cast.today,
    )
