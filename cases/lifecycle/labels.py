"""The words for each step of a case, apart from the table so that the table stays one page."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

STEP_LABELS: dict[str, Promise] = {
    # Incoming
    "receive": pgettext_lazy("case step", "Receive the request"),
    "receive_urgent": pgettext_lazy("case step", "Receive an urgent request directly"),
    "acknowledge": pgettext_lazy("case step", "Acknowledge receipt"),
    # Translators: 保全行為後待補請求書
    "preserve": pgettext_lazy("case step", "Take interim measures before the letter"),
    # Translators: 轉送法務部
    "forward": pgettext_lazy("case step", "Forward to Justice"),
    # Translators: 法務部收案審查
    "take_in": pgettext_lazy("case step", "Take it in for review"),
    # Translators: 補提請求書到
    "letter_arrives": pgettext_lazy("case step", "The letter of request arrives"),
    "ask_more": pgettext_lazy("case step", "Ask for more information"),
    "more_arrives": pgettext_lazy("case step", "The information arrives"),
    # Translators: 同意協助
    "accept": pgettext_lazy("case step", "Accept the request"),
    # Translators: 轉交／委由協助機關
    "commission": pgettext_lazy("case step", "Pass to the assisting body"),
    # Translators: 聲請法院裁定
    "apply_to_court": pgettext_lazy("case step", "Apply to the court"),
    "execute": pgettext_lazy("case step", "Execution begins or goes on"),
    "execute_in_part": pgettext_lazy("case step", "Executed in part"),
    # Translators: 暫緩執行
    "postpone": pgettext_lazy("case step", "Postpone"),
    "review_again": pgettext_lazy("case step", "Review again"),
    # Translators: 無法執行
    "cannot_execute": pgettext_lazy("case step", "Cannot be executed"),
    # Translators: 回復請求方
    "reply": pgettext_lazy("case step", "Reply to the requesting party"),
    "refuse": pgettext_lazy("case step", "Refuse the request"),
    # Translators: 補正後再予協助（第 10 條第 3 項）
    "cure": pgettext_lazy("case step", "Take it up again after it was supplied or amended"),
    # Translators: 逾期未補請求書，拒絕協助
    "lapse": pgettext_lazy("case step", "Refuse because no letter followed"),
    "withdrawn": pgettext_lazy("case step", "The requesting party withdraws"),
    # Outgoing
    # Translators: 研擬請求書
    "draft_request": pgettext_lazy("case step", "Begin drafting the request"),
    # Translators: 陳報法務部
    "submit": pgettext_lazy("case step", "Send to Justice"),
    "review": pgettext_lazy("case step", "Review begins"),
    # Translators: 退請補正
    "return_for_correction": pgettext_lazy("case step", "Return for correction"),
    "translate": pgettext_lazy("case step", "Give to translation"),
    # Translators: 轉請外交部
    "send_to_foreign_affairs": pgettext_lazy("case step", "Send to Foreign Affairs"),
    # Translators: 逕向受請求方提出
    "send_directly": pgettext_lazy("case step", "Send directly to the requested party"),
    # Translators: 交駐外館處轉送
    "hand_to_mission": pgettext_lazy("case step", "Hand to the mission abroad"),
    # Translators: 送達受請求方
    "deliver": pgettext_lazy("case step", "Delivered to the requested party"),
    # Translators: 對方確認收文
    "acknowledged": pgettext_lazy("case step", "They acknowledge receipt"),
    # Translators: 催詢
    "chase": pgettext_lazy("case step", "Chase the request"),
    # Translators: 對方開始或繼續執行
    "executing_abroad": pgettext_lazy("case step", "Execution abroad begins or goes on"),
    # Translators: 我方補充資料
    "supply_more": pgettext_lazy("case step", "Supply the information"),
    "asked_for_more": pgettext_lazy("case step", "They ask for more information"),
    "postponed_abroad": pgettext_lazy("case step", "They postpone it"),
    "part_reply": pgettext_lazy("case step", "A part reply arrives"),
    # Translators: 回復到部並轉請求機關
    "deliver_reply": pgettext_lazy("case step", "Deliver the reply to the requesting office"),
    "refused_abroad": pgettext_lazy("case step", "They refuse"),
    # Translators: 重新提出請求
    "new_request": pgettext_lazy("case step", "Make a new request"),
    "withdraw": pgettext_lazy("case step", "Withdraw our request"),
    # Translators: 無回應結案
    "give_up": pgettext_lazy("case step", "Give up waiting for a reply"),
    # Both
    # Translators: 登錄情資並結案
    "log_information": pgettext_lazy("case step", "Log the information and close"),
    "close": pgettext_lazy("case step", "Close the case"),
}
