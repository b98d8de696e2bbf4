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
    # Translators: 回復函送出國外（轉駐外館處）
    "send_reply": pgettext_lazy("case step", "Send the reply abroad"),
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
    # Transfer of sentenced persons
    # Translators: 提請審議小組審議
    "convene_panel": pgettext_lazy("case step", "Put to the review panel"),
    # Translators: 審議小組同意移交
    "panel_agrees": pgettext_lazy("case step", "The review panel agrees"),
    # Translators: 檢察官聲請法院裁定許可執行並轉換刑期
    "move_court": pgettext_lazy("case step", "The prosecutor moves the court"),
    # Translators: 法院裁定許可執行並轉換刑期
    "court_allows": pgettext_lazy("case step", "The court allows it and converts the sentence"),
    # Translators: 核發接收（遣送）命令
    "issue_order": pgettext_lazy("case step", "Issue the order to receive or send"),
    # Translators: 移交、解交
    "hand_over": pgettext_lazy("case step", "Hand-over of the person"),
    # Translators: 通知服刑完畢、釋放或赦免
    "sentence_ends": pgettext_lazy("case step", "Notice that the sentence was served or remitted"),
    # Translators: 對方同意移交
    "they_agree": pgettext_lazy("case step", "The other side agrees to the transfer"),
    # Translators: 取得受刑人書面同意
    "take_consent": pgettext_lazy("case step", "The person's consent is taken"),
    # Translators: 權責機關同意書以電信傳真等方式送達
    "telecopy_consent": pgettext_lazy("case step", "The authority's consent arrives by telecopy"),
    # Translators: 權責機關同意書正本到
    "original_consent": pgettext_lazy("case step", "The original of the authority's consent arrives"),
    # Extradition
    # Translators: 發交檢察署
    "assign_prosecutor": pgettext_lazy("case step", "Pass to the prosecutors"),
    # Translators: 移送法院
    "send_to_court": pgettext_lazy("case step", "Send the matter to the court"),
    # Translators: 法院作成決定書
    "court_decides": pgettext_lazy("case step", "The court decides"),
    # Translators: 報由法務部移送外交部
    "pass_to_foreign_affairs": pgettext_lazy("case step", "Pass the decision to Foreign Affairs"),
    # Translators: 陳請行政院核請總統核定
    "submit_to_president": pgettext_lazy("case step", "Submit to the Executive Yuan for the President"),
    # Translators: 總統准許引渡
    "president_grants": pgettext_lazy("case step", "The President grants extradition"),
    # Translators: 總統拒絕引渡
    "president_refuses": pgettext_lazy("case step", "The President refuses extradition"),
    # Translators: 通知請求國接收
    "give_notice": pgettext_lazy("case step", "Give the other side notice of the hand-over"),
    # Translators: 釋放被請求引渡人
    "release": pgettext_lazy("case step", "Release the person for good"),
    # Translators: 對方准許引渡
    "they_grant": pgettext_lazy("case step", "The other side grants extradition"),
    # Translators: 拘提到案
    "arrest": pgettext_lazy("case step", "The person is arrested"),
    # Translators: 檢察官訊問
    "question_person": pgettext_lazy("case step", "The prosecutor questions the person"),
    # Translators: 請求書提出前先行羈押
    "detain_provisionally": pgettext_lazy("case step", "The person is detained before the full request"),
    # Translators: 引渡請求書到
    "full_request_arrives": pgettext_lazy("case step", "The full request arrives"),
    # Translators: 法院告知並命提出答辯書
    "serve_facts": pgettext_lazy("case step", "The court orders a written defence"),
    # Translators: 收受答辯書
    "receive_defence": pgettext_lazy("case step", "The court receives the written defence"),
    # Translators: 言詞辯論終結
    "conclude_hearing": pgettext_lazy("case step", "The oral hearing is concluded"),
    # Facts that start or stop a clock
    # Translators: 法院指定期日（沒收）
    "set_hearing": pgettext_lazy("case step", "The court fixes the hearing"),
    # Translators: 送達期日通知
    "notify_hearing": pgettext_lazy("case step", "The notice of the hearing is served"),
    # Translators: 裁判、處分確定
    "decision_final": pgettext_lazy("case step", "The decision becomes final"),
    # Translators: 對方請求交付扣押物、沒收物
    "claim_property": pgettext_lazy("case step", "The other side claims the property"),
    # Translators: 通知已毋需應訊
    "release_witness": pgettext_lazy("case step", "The person is told that he or she is no longer needed"),
    # Translators: 應訊人員離境
    "witness_departs": pgettext_lazy("case step", "The person leaves the country"),
    # Translators: 急迫口頭請求（臺美）
    "ask_orally": pgettext_lazy("case step", "The office asks orally, in urgency"),
    # Translators: 公示送達
    "publish_notice": pgettext_lazy("case step", "Service by public notice"),
    # Translators: 對方承諾回復日期
    "promise_reply": pgettext_lazy("case step", "The other side promises an answer by a day"),
    # Both
    # Translators: 登錄情資並結案
    "log_information": pgettext_lazy("case step", "Log the information and close"),
    "close": pgettext_lazy("case step", "Close the case"),
}
