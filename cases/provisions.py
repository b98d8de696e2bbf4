"""The laws that the rules for cases cite, beside those of :mod:`agreements.provisions`."""

from django.utils.translation import gettext_lazy as _

from agreements.provisions import HOUSE_RULE, THE_TEXT, Provision

# Translators: 國際刑事司法互助法
MLA_ACT = _("Mutual Assistance in Criminal Matters Act")
# Translators: 外國法院委託事件協助法
ROGATORY_ACT = _("Act on Assistance in Matters Entrusted by Foreign Courts")
# Translators: 跨國移交受刑人法
TRANSFER_ACT = _("Transfer of Sentenced Persons Act")
# Translators: 跨國移交受刑人法施行細則
TRANSFER_RULES = _("Enforcement Rules of the Transfer of Sentenced Persons Act")
# Translators: 引渡法
EXTRADITION_ACT = _("Law of Extradition")
# Translators: 民事訴訟法
CIVIL_PROCEDURE = _("Code of Civil Procedure")
# Translators: 檔案法
ARCHIVES_ACT = _("Archives Act")
# Translators: 檢察及調查機關執行我國與美國間刑事司法互助協定作業要點
US_DIRECTIONS = _("Directions for requests under the agreement with the United States")
# Translators: 本系統服務水準（參考歐盟指令 2014/41/EU）
SERVICE_LEVEL = _("Own service level, modelled on Directive 2014/41/EU")
# Translators: 本系統服務水準（法務部公布之平均辦理期間）
AVERAGE_LEVEL = _("Own service level, the average published by the Ministry of Justice")

HOUSE = Provision(HOUSE_RULE, "")
TEXT = Provision(THE_TEXT, "")


def mla_act(article: str) -> Provision:
    """A provision of the Mutual Assistance in Criminal Matters Act (國際刑事司法互助法, 2018-05-02)."""
    return Provision(MLA_ACT, article)


def archives_act() -> Provision:
    """The Archives Act (檔案法) on disposal: nothing before its term, and only by an approved list."""
    return Provision(ARCHIVES_ACT, "12")


def rogatory_act(article: str = "") -> Provision:
    """A provision of the Act on Assistance in Matters Entrusted by Foreign Courts (1963)."""
    return Provision(ROGATORY_ACT, article)


def transfer_act(article: str = "") -> Provision:
    """A provision of the Transfer of Sentenced Persons Act (跨國移交受刑人法, 2013-01-23)."""
    return Provision(TRANSFER_ACT, article)


def transfer_rules(article: str) -> Provision:
    """A provision of the enforcement rules of that act (2013-07-26)."""
    return Provision(TRANSFER_RULES, article)


def extradition_act(article: str = "") -> Provision:
    """A provision of the Law of Extradition (引渡法, 1980-07-04)."""
    return Provision(EXTRADITION_ACT, article)


def civil_procedure(article: str) -> Provision:
    """A provision of the Code of Civil Procedure."""
    return Provision(CIVIL_PROCEDURE, article)


def us_directions(article: str = "") -> Provision:
    """The Ministry of Justice's directions for our requests to the United States."""
    return Provision(US_DIRECTIONS, article)


def service_level(article: str = "") -> Provision:
    """What this house promises itself; ``article`` is of the directive that it is modelled on. No law asks for it."""
    return Provision(SERVICE_LEVEL, article)
