"""The laws that the rules of this house cite: one name per law, one object per provision."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Translators: 條約締結法
TREATIES_ACT = _("Conclusion of Treaties Act")
# Translators: 臺灣地區與大陸地區人民關係條例
CROSS_STRAIT_ACT = _("Act Governing Relations between the People of the Taiwan Area and the Mainland Area")
# Translators: 中華民國憲法增修條文
ADDITIONAL_ARTICLES = _("Additional Articles of the Constitution")
# Translators: 立法院職權行使法
LEGISLATURE_ACT = _("Law Governing the Legislative Yuan's Power")
# Translators: 約文（該協定之條文）
THE_TEXT = _("Text of the agreement")
# Translators: 文書處理手冊
DOCUMENT_MANUAL = _("Manual of Document Handling")
# Translators: 本系統作業規則
HOUSE_RULE = _("House rule of this register")


@dataclass(frozen=True, slots=True)
class Provision:
    """A law and the article in it, as the law numbers it: "8(1)" is article 8, paragraph 1."""

    law: Promise
    article: str

    def __str__(self) -> str:
        return (
            _("%(law)s, art. %(article)s") % {"law": self.law, "article": self.article}
            if self.article
            else str(self.law)
        )


def treaties_act(article: str) -> Provision:
    """A provision of the Conclusion of Treaties Act (2015-07-01)."""
    return Provision(TREATIES_ACT, article)


SECRECY = Provision(DOCUMENT_MANUAL, "")
"""Marks of official secrets: set with the day or condition on which they cease, and lowered by decision."""
