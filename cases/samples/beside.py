"""What stands beside the fictional cases: persons, contents, results, papers, notes and tasks."""

import uuid

from django.core.files.uploadedfile import SimpleUploadedFile

from agreements.actions.uploads import hold_uploads
from agreements.models import Partner
from cases.actions.contents import keep_contents
from cases.actions.items import Outcome, settle_items
from cases.actions.notes import write_note
from cases.actions.papers import file_papers
from cases.actions.people import add_person
from cases.actions.tasks import add_task, do_tasks, drop_task
from cases.models import Task
from cases.samples.cast import Cast

PERSONS = (
    ("search", "suspect", "示例甲", "XA"),
    ("search", "victim", "示例乙", ""),
    ("same_goods", "suspect", "示例甲", "XA"),
    ("asked_back", "witness", "示例丙", "XG"),
    ("extradition", "sought", "示例丁", "XI"),
    ("transfer", "sentenced", "示例戊", ""),
    ("new", "addressee", "示例己", ""),
)
FULL = {
    "requesting_authority": "甲國司法部（示例）",
    "case_authority": "甲國檢察署（示例）",
    "purpose": "示例：保全證據及犯罪所得",
    "facts": "示例：被告設立虛設公司，收受匯款後轉出。所憑證據為帳戶往來明細。",
    "offences": "示例：詐欺、洗錢",
    "legal_provisions": "示例：甲國刑法第 0 條",
    "reason": "示例：扣押物在我國境內",
    "assurances": "示例：限本案使用；依互惠原則提供協助",
    "language": "英文",
    "translation": "attached",
    "copies": 2,
    "dual_criminality": "met",
}
LACKING = {
    "requesting_authority": "壬國法務部（示例）",
    "purpose": "示例：取得帳戶往來明細",
    "language": "英文",
}
WORDS = "示例文件，內容純屬虛構。\n".encode()
NOTES = (
    ("accounts", "officer", "supervisor", "示例：對方來電表示下週補件，已先停止計算。"),
    ("search", "supervisor", "officer", "示例：請確認扣押標的與競合案件一致。"),
    ("bank", "foreign", "officer", "示例：駐外館處建議附英文譯本，轉送前請確認。"),
    ("asked_more", "officer", "foreign", "示例：補充資料已備妥，請協助轉送。"),
)


def load_beside(cast: Cast) -> None:
    """Everything that people write beside a case."""
    by, cases = cast.officer, cast.cases
    for name, part, who, code in PERSONS:
        nationality = Partner.objects.get(code=code, is_sample=True) if code else None
        add_person(by=by, case=cases[name], part=part, name=who, nationality=nationality)
    keep_contents(by=by, case=cases["search"], said=FULL)
    keep_contents(by=by, case=cases["accounts"], said=LACKING)
    _results(cast)
    for name, title in (("search", "請求書（示例）.txt"), ("accounts", "請求書影本（示例）.txt")):
        key = uuid.uuid4()
        upload = SimpleUploadedFile(title, WORDS + title.encode())
        hold_uploads(by=by, key=key, uploads=[upload], secrecy=cases[name].secrecy)
        file_papers(by=by, key=key, case=cases[name])
    _notes(cast)
    _tasks(cast)


def _results(cast: Cast) -> None:
    """What came of some things; a case of which one is met and one is open is then met in part of itself."""
    for name, words, days in (
        ("search", "示例：扣得帳冊 3 冊", -9),
        ("half_answered", "示例：取得開戶資料", -45),
        ("cured", "示例：已保全", -14),
    ):
        case = cast.cases[name]
        first = case.items.order_by("position")[0]
        outcome = Outcome("done", words, cast.day(days))
        settle_items(by=cast.officer, case=case, results={first: outcome}, today=cast.today)


def _notes(cast: Cast) -> None:
    for name, writer, reader, words in NOTES:
        write_note(
            by=getattr(cast, writer), case=cast.cases[name], text=words, mentioned=[getattr(cast, reader)]
        )
    words = "示例：開庭前請先與檢察署確認譯者。"
    write_note(by=cast.officer, case=cast.cases["extradition"], text=words, is_for_successor=True)


def _tasks(cast: Cast) -> None:
    today, officer = cast.today, cast.officer
    done = _task(cast, "cured", "示例：回傳簽收回條", -20, officer)
    do_tasks(by=officer, case=cast.cases["cured"], tasks=[done])
    dropped = _task(cast, "silent", "示例：電話詢問對方窗口", -9, officer)
    drop_task(by=officer, task=dropped, reason="示例：改以書函催詢")
    add_task(
        by=officer,
        case=cast.cases["asked_back"],
        words="示例：通知請求機關領回卷證",
        today=cast.day(-14),
        due_on=cast.day(-4),
        assigned_to=officer,
    )
    for name, words, days, who in (
        ("search", "示例：彙整扣押清冊", 3, officer),
        ("same_goods", "示例：核閱競合案件比較", 0, cast.supervisor),
        ("bank", "示例：洽駐外館處確認送達方式", 1, cast.foreign),
    ):
        add_task(
            by=officer,
            case=cast.cases[name],
            words=words,
            today=today,
            due_on=cast.day(days),
            assigned_to=who,
        )
    add_task(by=officer, case=cast.cases["postponed"], words="示例：追蹤我國偵查進度", today=today)


def _task(cast: Cast, name: str, words: str, days: int, who: object) -> Task:
    """A task that was put down long ago for a day that is past."""
    return add_task(
        by=cast.officer,
        case=cast.cases[name],
        words=words,
        today=cast.day(days - 5),
        due_on=cast.day(days),
        assigned_to=who,  # type: ignore[arg-type]
    )
