"""SEC-2: levels of state secrets are found however they are typed; and nothing else is taken for one."""

import pytest

from tracker.secrecy import state_secret_in

SPELLINGS = (
    "絕對機密", "極機密", "機密", "絕 對 機 密", "極　機　密", "機 密", "绝对机密", "极机密", "机密", "絶對機密",
    "【機密】", "（機密）", "(機密)", "［極機密］", "「機密」與甲國往來", "機密：與甲國往來", "密等：機密", "絕\u200b對\u200b機\u200b密",
    "極·機·密", "極-機-密", "關於某事(极 机 密)", "機密_公文.pdf", "2026-機密.pdf", "極機密公文.docx", "Top Secret", "TOP-SECRET",
    "ＴＯＰ　ＳＥＣＲＥＴ", "top_secret.pdf", "SECRET", "ＳＥＣＲＥＴ", "CONFIDENTIAL note", "[Confidential]", "secret", "機密件",
    "機密等級：機密", "公文 機密",
)  # fmt: skip
HARMLESS = (
    "密", "一般公務機密", "營業機密案", "洩漏國家機密罪", "國家機密保護法", "調取機密性資料", "secretary of justice", "The Secretariat",
    "confidentiality clause", "trade secrets", "調取通聯紀錄", "", "a secret agreement of thieves", "業務機密外洩",
)  # fmt: skip


@pytest.mark.parametrize("text", SPELLINGS)
def test_a_level_of_state_secrets_is_found_however_it_is_typed(text):
    assert state_secret_in(text) != ""


@pytest.mark.parametrize("text", HARMLESS)
def test_other_words_are_not_taken_for_a_level_of_state_secrets(text):
    assert state_secret_in(text) == ""
