"""What joins several fictional cases: links, concurrent requests, and work that changes hands."""

from cases.actions import assign
from cases.actions.competition import Weighed, decide, gather, tell, weigh
from cases.actions.contents import void_case
from cases.actions.handover import hand_over, tick_lines
from cases.actions.links import link_cases
from cases.samples.cast import Cast

LINKS = (
    ("accounts", "extradition", "related", "示例：同一案情"),
    ("locate", "refused", "reopens", ""),
    ("asked_back", "corrected", "supplement", "示例：第二次請求"),
    ("twice", "new", "duplicate", ""),
)
HANDED = ("postponed", "cured", "same_goods")


def load_together(cast: Cast) -> None:
    """Link cases, strike out the one that was logged twice, weigh concurrent requests, and hand work over."""
    cases = cast.cases
    for name, other, kind, note in LINKS:
        link_cases(by=cast.officer, case=cases[name], other=cases[other], kind=kind, note=note)
    void_case(by=cast.supervisor, case=cases["twice"], reason="示例：重複登錄")
    _undecided(cast)
    _decided(cast)
    _handed_over(cast)


def _undecided(cast: Cast) -> None:
    cases = [cast.cases["accounts"], cast.cases["same_accounts"]]
    gather(by=cast.officer, wanted="示例：同一銀行帳戶之往來明細", cases=cases)


def _decided(cast: Cast) -> None:
    """Decided by the supervisor; one side has been told, the other waits for its notice."""
    first, second = cast.cases["search"], cast.cases["same_goods"]
    competition = gather(by=cast.officer, wanted="示例：同一批扣押物", cases=[first, second])
    rows = {row.case_id: row for row in competition.competitors.all()}
    said = {
        rows[first.pk].pk: Weighed("示例：被害人眾多之詐欺案", "示例：約 2 個月"),
        rows[second.pk].pk: Weighed("示例：單一被害人", "示例：約 1 個月"),
    }
    weigh(by=cast.officer, competition=competition, said=said)
    decide(
        by=cast.supervisor,
        competition=competition,
        preferred=first,
        reason="示例：先收受，且案情較重",
        decided_on=cast.day(-3),
        today=cast.today,
    )
    tell(
        by=cast.officer,
        competition=competition,
        competitor=rows[first.pk],
        told_on=cast.day(-2),
        today=cast.today,
    )


def _handed_over(cast: Cast) -> None:
    """The supervisor had taken some cases; they go back to the officer, who has ticked the first of them."""
    reason = "示例：職務代理"
    for name in HANDED:
        assign(by=cast.supervisor, case=cast.cases[name], officer=cast.supervisor, reason=reason)
    pack = hand_over(
        by=cast.supervisor,
        giver=cast.supervisor,
        taker=cast.officer,
        reason="示例：代理期滿",
        message="示例：各案期限均已確認，餘請見備註。",
    )
    tick_lines(by=cast.officer, handover=pack, lines=pack.lines.order_by("pk")[:1])
