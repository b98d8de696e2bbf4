"""Words on paper in both languages: ministries, what is asked, grounds of refusal, bases, secrecy. Pure."""

from typing import NamedTuple

from cases.lifecycle import Basis, Ground
from cases.models import AssistanceItem
from tracker.roles import Ministry, Secrecy

Kind = AssistanceItem.Kind


class Both(NamedTuple):
    """The same words in both languages."""

    zh: str
    en: str


OFFICES: dict[str, Both] = {
    Ministry.JUSTICE: Both("法務部", "Ministry of Justice, Republic of China (Taiwan)"),
    Ministry.FOREIGN_AFFAIRS: Both("外交部", "Ministry of Foreign Affairs, Republic of China (Taiwan)"),
}
ITEMS: dict[str, Both] = {
    Kind.EVIDENCE: Both("取得證據", "obtaining evidence"),
    Kind.SERVICE: Both("送達文書", "service of documents"),
    Kind.SEARCH: Both("搜索", "search"),
    Kind.SEIZURE: Both("扣押", "seizure"),
    Kind.RESTRAINT: Both("禁止處分財產", "restraint of assets"),
    Kind.CONFISCATION: Both("執行沒收或追徵之確定裁判或命令", "enforcement of a final confiscation order"),
    Kind.RETURN_OF_PROCEEDS: Both("犯罪所得之返還", "return of the proceeds of crime"),
    Kind.LOCATION: Both("確定關係人所在或身分", "locating or identifying a person"),
    Kind.VIDEO: Both("視訊訊問", "testimony by video link"),
    Kind.CUSTODY: Both("解送受拘禁人作證", "transfer of a detained person to testify"),
    Kind.INSPECTION: Both("勘驗或鑑定", "inspection or expert opinion"),
    Kind.RECOGNITION: Both("裁判認可", "recognition of a judgment"),
    Kind.OTHER: Both("其他協助", "other assistance"),
}
GROUNDS: dict[str, Both] = {
    Ground.SOVEREIGNTY: Both(
        "國際刑事司法互助法第10條第1項第1款（提供協助對我國主權、國家安全、公共秩序、國際聲譽或其他重大公共利益有危害之虞）",
        "article 10(1)1 of the Mutual Legal Assistance in Criminal Matters Act (assistance could harm our sovereignty, "
        "national security, public order, international reputation or another major public interest)",
    ),
    Ground.PERSECUTION: Both(
        "國際刑事司法互助法第10條第1項第2款（有使人因種族、國籍、性別、宗教、階級或政治理念而受刑罰或其他不利益處分之虞）",
        "article 10(1)2 of the Mutual Legal Assistance in Criminal Matters Act (a person could be punished or "
        "disadvantaged for race, nationality, sex, religion, class or political belief)",
    ),
    Ground.FORM: Both(
        "國際刑事司法互助法第10條第2項第1款（請求未依該法規定提出）",
        "article 10(2)1 of the Mutual Legal Assistance in Criminal Matters Act (the request was not made as the Act requires)",
    ),
    Ground.RECIPROCITY: Both(
        "國際刑事司法互助法第10條第2項第2款（提供協助違反互惠原則）",
        "article 10(2)2 of the Mutual Legal Assistance in Criminal Matters Act (assistance would be against reciprocity)",
    ),
    Ground.ASSURANCES: Both(
        "國際刑事司法互助法第10條第2項第3款（未提出該法所定之擔保或保證）",
        "article 10(2)3 of the Mutual Legal Assistance in Criminal Matters Act (assurances that the Act asks for are missing)",
    ),
    Ground.NO_OFFENCE: Both(
        "國際刑事司法互助法第10條第2項第4款（所涉行為依我國法律不構成犯罪）",
        "article 10(2)4 of the Mutual Legal Assistance in Criminal Matters Act (the conduct is no offence under our law)",
    ),
    Ground.MILITARY: Both(
        "國際刑事司法互助法第10條第2項第5款（所涉行為僅屬軍事犯罪）",
        "article 10(2)5 of the Mutual Legal Assistance in Criminal Matters Act (the conduct is a military offence only)",
    ),
    Ground.OWN_PROCEEDINGS: Both(
        "國際刑事司法互助法第10條第2項第6款（提供協助可能妨礙我國進行中之程序）",
        "article 10(2)6 of the Mutual Legal Assistance in Criminal Matters Act (assistance could hamper our own proceedings)",
    ),
    Ground.DECIDED: Both(
        "國際刑事司法互助法第10條第2項第7款（同一行為業經我國裁判確定）",
        "article 10(2)7 of the Mutual Legal Assistance in Criminal Matters Act (the same conduct was finally decided here)",
    ),
    Ground.OTHER: Both(
        "雙方協定或其他法律所定之事由", "a ground of the agreement between the two sides or of another law"
    ),
}
BASES: dict[str, Both] = {
    Basis.RECIPROCITY: Both(
        "國際刑事司法互助法及互惠原則",
        "the Mutual Legal Assistance in Criminal Matters Act and the principle of reciprocity",
    ),
    Basis.LETTERS_ROGATORY: Both(
        "外國法院委託事件協助法及互惠原則",
        "the Act on Assistance in Matters Entrusted by Foreign Courts and the principle of reciprocity",
    ),
    Basis.CONVENTION: Both("相關多邊公約", "the multilateral convention concerned"),
    Basis.NOT_APPLICABLE: Both("", ""),
}
SECRECY: dict[int, str] = {
    Secrecy.ORDINARY: "",
    Secrecy.INTERNAL: "",
    Secrecy.RESTRICTED: "密",
    Secrecy.SEALED: "密",
}
"""The mark on paper. Levels of this system above ordinary papers are all 密: state secrets are not kept here."""
