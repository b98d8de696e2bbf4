"""The laws that the rules for cases cite, beside those of :mod:`agreements.provisions`."""

from django.utils.translation import gettext_lazy as _

from agreements.provisions import HOUSE_RULE, Provision

# Translators: 國際刑事司法互助法
MLA_ACT = _("Mutual Legal Assistance in Criminal Matters Act")
# Translators: 外國法院委託事件協助法
ROGATORY_ACT = _("Act on Assistance in Matters Entrusted by Foreign Courts")
# Translators: 跨國移交受刑人法
TRANSFER_ACT = _("Transnational Transfer of Sentenced Persons Act")
# Translators: 引渡法
EXTRADITION_ACT = _("Extradition Act")

HOUSE = Provision(HOUSE_RULE, "")


def mla_act(article: str) -> Provision:
    """A provision of the Mutual Legal Assistance in Criminal Matters Act (2018-05-02)."""
    return Provision(MLA_ACT, article)
