"""The words of the life of a case: directions, kinds, bases, states, holders, needs, results. Pure.

The codes of the states are those of the two state tables (incoming I, outgoing O) and never change their meaning;
those of the transfer of sentenced persons and of extradition were added to them.
"""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Direction(TextChoices):
    """Who asks whom."""

    # Translators: 受請求（短語，供表格）
    IN = "in", pgettext_lazy("case direction", "Incoming")
    # Translators: 請求（短語，供表格）
    OUT = "out", pgettext_lazy("case direction", "Outgoing")


class Kind(TextChoices):
    """What a case is about. Police contacts and intelligence are not cases."""

    CRIMINAL = "criminal", pgettext_lazy("case kind", "Criminal assistance")
    CIVIL = "civil", pgettext_lazy("case kind", "Civil assistance")
    # Translators: 接收受刑人
    TRANSFER_RECEIVE = "transfer_receive", pgettext_lazy("case kind", "Receiving a sentenced person")
    # Translators: 遣送受刑人
    TRANSFER_SEND = "transfer_send", pgettext_lazy("case kind", "Sending a sentenced person")
    EXTRADITION = "extradition", pgettext_lazy("case kind", "Extradition")
    # Translators: 主動提供情資
    SPONTANEOUS = "spontaneous_information", pgettext_lazy("case kind", "Spontaneous information")


class Basis(TextChoices):
    """What a case rests on, as it stood on the day of the request."""

    AGREEMENT = "agreement", pgettext_lazy("legal basis", "Agreement")
    # Translators: 互惠原則
    RECIPROCITY = "reciprocity", pgettext_lazy("legal basis", "Reciprocity")
    # Translators: 外國法院委託
    LETTERS_ROGATORY = "letters_rogatory", pgettext_lazy("legal basis", "Letters rogatory")
    # Translators: 多邊公約
    CONVENTION = "convention", pgettext_lazy("legal basis", "Multilateral convention")
    CROSS_STRAIT = "cross_strait", pgettext_lazy("legal basis", "Cross-strait agreement")
    # Translators: 不適用（主動提供情資）
    NOT_APPLICABLE = "not_applicable", pgettext_lazy("legal basis", "Not applicable")


class State(TextChoices):
    """Where a case stands."""

    # Translators: 外交部收文
    I10 = "I10", pgettext_lazy("case state", "Received by Foreign Affairs")
    # Translators: 法務部逕收（急迫）
    I15 = "I15", pgettext_lazy("case state", "Received by Justice, urgent")
    # Translators: 保全中待補請求書
    I16 = "I16", pgettext_lazy("case state", "Interim measure, letter awaited")
    # Translators: 轉送法務部
    I20 = "I20", pgettext_lazy("case state", "Forwarded to Justice")
    # Translators: 審查中
    I30 = "I30", pgettext_lazy("case state", "Under review")
    # Translators: 請求補充
    I40 = "I40", pgettext_lazy("case state", "More information asked")
    # Translators: 同意協助
    I50 = "I50", pgettext_lazy("case state", "Accepted")
    # Translators: 轉交／委由協助機關
    I60 = "I60", pgettext_lazy("case state", "Assigned to the assisting body")
    # Translators: 聲請法院裁定
    I65 = "I65", pgettext_lazy("case state", "Before the court (confiscation)")
    # Translators: 執行中
    I70 = "I70", pgettext_lazy("case state", "Executing")
    # Translators: 部分完成
    I75 = "I75", pgettext_lazy("case state", "Partly executed")
    # Translators: 暫緩
    I80 = "I80", pgettext_lazy("case state", "Postponed")
    # Translators: 已回復請求方
    I85 = "I85", pgettext_lazy("case state", "Replied")
    # Translators: 拒絕
    I90 = "I90", pgettext_lazy("case state", "Refused")
    # Translators: 逾期未補拒絕
    I92 = "I92", pgettext_lazy("case state", "Lapsed: letter not supplied")
    # Translators: 撤回
    I94 = "I94", pgettext_lazy("case state", "Withdrawn by the requesting party")
    # Translators: 無法執行
    I95 = "I95", pgettext_lazy("case state", "Not executable")
    # Translators: 結案
    I99 = "I99", pgettext_lazy("case state", "Closed")
    # Transfer of sentenced persons, incoming
    # Translators: 移交審議小組審議中
    I31 = "I31", pgettext_lazy("case state", "Before the review panel")
    # Translators: 審議小組同意
    I32 = "I32", pgettext_lazy("case state", "Agreed by the review panel")
    # Translators: 檢察官聲請法院裁定、轉換刑期
    I33 = "I33", pgettext_lazy("case state", "Before the court (conversion of the sentence)")
    # Translators: 法院裁定許可執行
    I34 = "I34", pgettext_lazy("case state", "Allowed by the court")
    # Translators: 已核發接收（遣送）命令
    I35 = "I35", pgettext_lazy("case state", "Order issued, hand-over awaited")
    # Translators: 已接收，在我國服刑
    I36 = "I36", pgettext_lazy("case state", "Received, serving the sentence here")
    # Translators: 已遣送，在對方服刑
    I37 = "I37", pgettext_lazy("case state", "Sent, serving the sentence there")
    # Translators: 服刑完畢、釋放或赦免
    I38 = "I38", pgettext_lazy("case state", "Sentence served, released or pardoned")
    # Extradition, incoming
    # Translators: 檢察署辦理中（引渡）
    I41 = "I41", pgettext_lazy("case state", "With the prosecutors (extradition)")
    # Translators: 法院審理中（引渡）
    I42 = "I42", pgettext_lazy("case state", "Before the court (extradition)")
    # Translators: 法院已決定，報法務部
    I43 = "I43", pgettext_lazy("case state", "Decided by the court, with Justice")
    # Translators: 移送外交部
    I44 = "I44", pgettext_lazy("case state", "Passed to Foreign Affairs")
    # Translators: 陳請行政院核請總統核定
    I45 = "I45", pgettext_lazy("case state", "With the Executive Yuan and the President")
    # Translators: 總統核准引渡
    I46 = "I46", pgettext_lazy("case state", "Granted by the President")
    # Translators: 已通知請求國解交
    I47 = "I47", pgettext_lazy("case state", "Notice given, hand-over awaited")
    # Translators: 已解交
    I48 = "I48", pgettext_lazy("case state", "Handed over")
    # Translators: 釋放，不得再就同一案件請求引渡
    I49 = "I49", pgettext_lazy("case state", "Released, not to be requested again")
    # Translators: 總統拒絕引渡
    I91 = "I91", pgettext_lazy("case state", "Refused for good")
    # Translators: 研擬請求書
    O10 = "O10", pgettext_lazy("case state", "Drafting")
    # Translators: 陳報法務部
    O20 = "O20", pgettext_lazy("case state", "Sent to Justice")
    # Translators: 法務部審查
    O30 = "O30", pgettext_lazy("case state", "Review by Justice")
    # Translators: 退請補正
    O35 = "O35", pgettext_lazy("case state", "Returned for correction")
    # Translators: 翻譯中
    O38 = "O38", pgettext_lazy("case state", "In translation")
    # Translators: 轉請外交部
    O40 = "O40", pgettext_lazy("case state", "Sent to Foreign Affairs")
    # Translators: 逕向受請求方提出
    O45 = "O45", pgettext_lazy("case state", "Sent directly")
    # Translators: 駐外館處轉送
    O50 = "O50", pgettext_lazy("case state", "With the mission abroad")
    # Translators: 已送達受請求方
    O55 = "O55", pgettext_lazy("case state", "Delivered abroad")
    # Translators: 對方確認收文
    O60 = "O60", pgettext_lazy("case state", "Acknowledged")
    # Translators: 逾期未回應催詢
    O65 = "O65", pgettext_lazy("case state", "Chased")
    # Translators: 對方執行中
    O70 = "O70", pgettext_lazy("case state", "Executing abroad")
    # Translators: 對方要求補充
    O75 = "O75", pgettext_lazy("case state", "They ask for more")
    # Translators: 對方暫緩
    O80 = "O80", pgettext_lazy("case state", "Postponed abroad")
    # Translators: 部分回復
    O85 = "O85", pgettext_lazy("case state", "Part reply")
    # Translators: 回復到部並轉請求機關
    O88 = "O88", pgettext_lazy("case state", "Reply delivered to the requesting office")
    # Translators: 對方拒絕
    O90 = "O90", pgettext_lazy("case state", "Refused abroad")
    # Translators: 撤回
    O94 = "O94", pgettext_lazy("case state", "Withdrawn by us")
    # Translators: 無回應結案
    O96 = "O96", pgettext_lazy("case state", "Without reply")
    # Translators: 結案
    O99 = "O99", pgettext_lazy("case state", "Closed")
    # Transfer of sentenced persons, outgoing
    # Translators: 移交審議小組審議中
    O31 = "O31", pgettext_lazy("case state", "Before the review panel")
    # Translators: 審議小組同意
    O32 = "O32", pgettext_lazy("case state", "Agreed by the review panel")
    # Translators: 對方同意移交
    O71 = "O71", pgettext_lazy("case state", "Agreed by the other side")
    # Translators: 檢察官聲請法院裁定、轉換刑期
    O72 = "O72", pgettext_lazy("case state", "Before the court (conversion of the sentence)")
    # Translators: 法院裁定許可執行
    O73 = "O73", pgettext_lazy("case state", "Allowed by the court")
    # Translators: 已核發接收（遣送）命令
    O74 = "O74", pgettext_lazy("case state", "Order issued, hand-over awaited")
    # Translators: 已接收，在我國服刑
    O76 = "O76", pgettext_lazy("case state", "Received, serving the sentence here")
    # Translators: 已遣送，在對方服刑
    O77 = "O77", pgettext_lazy("case state", "Sent, serving the sentence there")
    # Translators: 服刑完畢、釋放或赦免
    O78 = "O78", pgettext_lazy("case state", "Sentence served, released or pardoned")
    # Extradition, outgoing
    # Translators: 對方准許引渡
    O81 = "O81", pgettext_lazy("case state", "Granted abroad, hand-over awaited")
    # Translators: 已解交我方
    O82 = "O82", pgettext_lazy("case state", "Handed over to us")


class Holder(TextChoices):
    """現處機關: who has the case in hand, so whose turn it is; nobody has a closed one."""

    FOREIGN_AFFAIRS = "foreign_affairs", pgettext_lazy("holder", "Ministry of Foreign Affairs")
    JUSTICE = "justice", pgettext_lazy("holder", "Ministry of Justice")
    # Translators: 協助機關
    ASSISTING_BODY = "assisting_body", pgettext_lazy("holder", "Assisting body")
    COURT = "court", pgettext_lazy("holder", "Court")
    # Translators: 駐外館處
    MISSION = "mission", pgettext_lazy("holder", "Mission abroad")
    # Translators: 請求機關（我方）
    REQUESTING_OFFICE = "requesting_office", pgettext_lazy("holder", "Requesting office")
    # Translators: 對方
    PARTNER = "partner", pgettext_lazy("holder", "The other side")
    # Translators: 行政院、總統
    HEAD_OF_STATE = "head_of_state", pgettext_lazy("holder", "Executive Yuan and President")


class Need(TextChoices):
    """What must be given before a step is taken."""

    REASON = "reason", pgettext_lazy("need", "Reason")
    # Translators: 拒絕事由
    GROUND = "ground", pgettext_lazy("need", "Ground of refusal")
    BODY = "body", pgettext_lazy("need", "Office that is to act")
    RESULT = "result", pgettext_lazy("need", "Result")
    # Translators: 欠缺事項
    DEFECT = "defect", pgettext_lazy("need", "What is lacking")
    # Translators: 所定期日
    DUE = "due_on", pgettext_lazy("need", "Day that it names")


class Result(TextChoices):
    """How far the request was met when its case was closed."""

    FULL = "full", pgettext_lazy("case result", "Met in full")
    PART = "part", pgettext_lazy("case result", "Met in part")
    NONE = "none", pgettext_lazy("case result", "Not met")


class Ground(TextChoices):
    """Grounds of refusal, numbered as article 10 of the Act numbers them (國際刑事司法互助法第 10 條)."""

    SOVEREIGNTY = "10(1)1", pgettext_lazy("ground", "10(1)1 Sovereignty, security, public order or interest")
    PERSECUTION = "10(1)2", pgettext_lazy("ground", "10(1)2 Risk of persecution")
    FORM = "10(2)1", pgettext_lazy("ground", "10(2)1 Not made as the Act requires")
    RECIPROCITY = "10(2)2", pgettext_lazy("ground", "10(2)2 Against reciprocity")
    ASSURANCES = "10(2)3", pgettext_lazy("ground", "10(2)3 Assurances missing")
    NO_OFFENCE = "10(2)4", pgettext_lazy("ground", "10(2)4 No offence under our law")
    MILITARY = "10(2)5", pgettext_lazy("ground", "10(2)5 Military offence only")
    OWN_PROCEEDINGS = "10(2)6", pgettext_lazy("ground", "10(2)6 Could hamper our own proceedings")
    DECIDED = "10(2)7", pgettext_lazy("ground", "10(2)7 Already finally decided here")
    OTHER = "other", pgettext_lazy("ground", "Ground of the agreement or another law")


class Defect(TextChoices):
    """What a letter of request lacked, by the mandatory contents of article 8 of the Act and those beside it."""

    # Translators: 請求機關
    AUTHORITY = "authority", pgettext_lazy("defect", "Authorities")
    # Translators: 請求目的
    PURPOSE = "purpose", pgettext_lazy("defect", "Purpose")
    # Translators: 案情摘要、所涉法條及所憑證據
    FACTS = "facts", pgettext_lazy("defect", "Facts, law and evidence")
    # Translators: 請求事項及理由
    ASSISTANCE = "assistance", pgettext_lazy("defect", "What is asked, and why")
    # Translators: 特別方式或期限及其理由
    MANNER = "manner", pgettext_lazy("defect", "Special manner or deadline, and why")
    # Translators: 人別資料或地址
    PERSON = "person", pgettext_lazy("defect", "Person or address")
    # Translators: 待證事實及詢問事項
    QUESTIONS = "questions", pgettext_lazy("defect", "Questions")
    # Translators: 保證事項
    ASSURANCES = "assurances", pgettext_lazy("defect", "Assurances")
    # Translators: 譯本
    TRANSLATION = "translation", pgettext_lazy("defect", "Translation")
    FORM = "form", pgettext_lazy("defect", "Form or copies")
    OTHER = "other", pgettext_lazy("defect", "Something else")


CLOSED: tuple[State, ...] = (State.I99, State.O99)
ENDED: frozenset[State] = frozenset(
    {State.I90, State.I91, State.I92, State.I94, State.I49, State.O90, State.O94, State.O96, *CLOSED}
)
"""States in which nobody acts on the request any more: refused, lapsed, withdrawn, given up, closed."""
H, S = Holder, State
HOLDER_OF: dict[str, str] = {
    **dict.fromkeys([S.I10, S.O40, S.I85], H.FOREIGN_AFFAIRS),
    **dict.fromkeys([S.I15, S.I20, S.I30, S.I50, S.I90, S.I92, S.I94, S.I95], H.JUSTICE),
    **dict.fromkeys([S.O20, S.O30, S.O38, S.O75, S.O90, S.O94, S.O96], H.JUSTICE),
    **dict.fromkeys([S.I16, S.I40, S.O45, S.O55, S.O60, S.O65, S.O70, S.O80, S.O85], H.PARTNER),
    **dict.fromkeys([S.I60, S.I70, S.I75, S.I80], H.ASSISTING_BODY),
    S.I65: H.COURT,
    S.O50: H.MISSION,
    **dict.fromkeys([S.O10, S.O35, S.O88], H.REQUESTING_OFFICE),
    **dict.fromkeys([S.I31, S.I32, S.I34, S.I38, S.I43, S.I48, S.I49, S.I91], H.JUSTICE),
    **dict.fromkeys([S.O31, S.O32, S.O71, S.O73, S.O78, S.O81, S.O82], H.JUSTICE),
    **dict.fromkeys([S.I33, S.I42, S.O72], H.COURT),
    **dict.fromkeys([S.I35, S.I36, S.I41, S.O74, S.O76], H.ASSISTING_BODY),
    **dict.fromkeys([S.I37, S.I47, S.O77], H.PARTNER),
    **dict.fromkeys([S.I44, S.I46], H.FOREIGN_AFFAIRS),
    S.I45: H.HEAD_OF_STATE,
    **dict.fromkeys(CLOSED, ""),
}


def direction_of(state: str) -> Direction:
    """The direction that a state's code belongs to."""
    return Direction.IN if state.startswith("I") else Direction.OUT
