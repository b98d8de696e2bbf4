"""What is promised in the fictional cases: open, overdue, kept and withdrawn; and a case closed with one open."""

from cases.actions.items import Outcome, settle_items
from cases.actions.promises import Assurance, give_promise, release_promise, withdraw_promise
from cases.models import Promise
from cases.samples.cast import Cast
from cases.samples.files import walk_on
from cases.samples.table import SampleStep

K, US, THEM = Promise.Kind, Promise.By.US, Promise.By.THEM
# The case, what and by whom, in words, given so many days ago, and due so many days after today.
OWED: tuple[tuple[str, str, str, str, int, int | None], ...] = (
    ("in_part", K.RETURN_ITEMS, US, "示例：歸還證物 2 箱", 100, 40),
    ("asked_back", K.RETURN_ITEMS, US, "示例：歸還帳冊正本", 60, -8),
    ("cured", K.COSTS, THEM, "示例：負擔鑑定費用", 44, -10),
    ("corrected", K.USE_LIMIT, US, "示例：限本案追訴使用", 119, None),
    ("search", K.SECRECY, US, "示例：不公開請求內容", 58, None),
    ("search", K.RETURN_ITEMS, THEM, "示例：歸還扣押物正本", 30, 60),
)


def load_promises(cast: Cast) -> None:
    """Give the promises, keep one, withdraw one, and close a case while one is open."""
    for name, kind, side, words, given, due in OWED:
        due_on = None if due is None else cast.day(due)
        _give(cast, name, Assurance(kind, side, words, cast.day(-given), due_on=due_on))
    safe = Assurance(K.SAFE_CONDUCT, US, "示例：證人在境內不受追訴", cast.day(-20), counted_from=cast.day(-6))
    _give(cast, "half_answered", safe)
    final = cast.day(-980)
    _give(cast, "after", Assurance(K.HAND_OVER, THEM, "示例：得請求交付犯罪所得", final, counted_from=final))
    kept = _give(cast, "corrected", Assurance(K.SHARING, US, "示例：分享沒收財產", cast.day(-119)))
    how = "示例：已匯交對方"
    release_promise(by=cast.officer, promise=kept, on=cast.day(-40), reason=how, today=cast.today)
    wrong = _give(cast, "refused", Assurance(K.RECIPROCITY, THEM, "示例：同類案件互惠", cast.day(-100)))
    withdraw_promise(by=cast.officer, promise=wrong, reason="示例：重複登錄")
    _close_with_one_open(cast)


def _give(cast: Cast, name: str, assurance: Assurance) -> Promise:
    return give_promise(by=cast.officer, case=cast.cases[name], assurance=assurance, today=cast.today)


def _close_with_one_open(cast: Cast) -> None:
    """A request that was met in part, closed although what was lent has still to be returned."""
    by, case, today = cast.officer, cast.cases["in_part"], cast.today
    service, evidence = case.items.order_by("position")
    settle_items(by=by, case=case, results={service: Outcome("done", "", cast.day(-150))}, today=today)
    settle_items(
        by=by,
        case=case,
        results={evidence: Outcome("not_done", "示例：查無資料", cast.day(-105))},
        today=today,
    )
    walk_on(case, by, SampleStep("deliver_reply", 100), cast.day(-100), today=today)
    given = {"result": "part", "note": "示例：證物返還另行列管"}
    walk_on(case, by, SampleStep("close", 90, given=given), cast.day(-90), today=today)
