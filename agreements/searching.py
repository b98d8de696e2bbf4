"""By which words agreements and partners are found, and how a found one is shown."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement, Partner
from tracker import search
from tracker.search import Found, Source


def agreement_text(agreement: Agreement, references: Iterable[str] | None = None) -> str:
    """Number, titles, partners, and the official letter numbers of its standing milestones.

    ``references`` None asks the database for those numbers; who writes many agreements at once gives them.
    """
    partner = agreement.partner
    if references is None:
        standing = agreement.milestones.filter(withdrawn_at=None)
        references = standing.exclude(reference="").values_list("reference", flat=True)
    words = [agreement.number, agreement.title_zh, agreement.title_en, partner.name_zh, partner.name_en]
    return "\n".join([*words, agreement.series_number, *references])


def partner_text(partner: Partner) -> str:
    """Code and names, former ones too."""
    former = [name for row in partner.names.all() for name in (row.name_zh, row.name_en)]
    return "\n".join([partner.code, partner.name_zh, partner.name_en, *former])


def index_agreements(agreements: Iterable[Agreement]) -> None:
    """Let these agreements be found by what they now say."""
    search.index((agreement, agreement_text(agreement)) for agreement in agreements)


def index_partners(partners: Iterable[Partner]) -> None:
    """Let these partners be found by their names."""
    search.index((partner, partner_text(partner)) for partner in partners)


def _show_agreement(agreement: Agreement) -> Found:
    detail = f"{agreement.number} · {agreement.partner.name}"
    return Found(agreement.title, agreement.get_absolute_url(), detail, agreement.partner.is_sample)


def _show_partner(partner: Partner) -> Found:
    return Found(
        partner.name, partner.get_absolute_url(), f"{partner.code} · {partner.name_en}", partner.is_sample
    )


AGREEMENTS = Source(
    _("Agreements"),
    "agreements.agreement",
    lambda reader: Agreement.objects.visible_to(reader).select_related("partner"),
    _show_agreement,
)
PARTNERS = Source(_("Partners"), "agreements.partner", lambda reader: Partner.objects.all(), _show_partner)
