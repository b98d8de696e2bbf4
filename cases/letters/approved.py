"""The approved paragraphs of a kind of letter, in the order in which they stand on it."""

from django.db.models import QuerySet

from cases.models import Paragraph


def approved(kind: str) -> QuerySet[Paragraph]:
    """The paragraphs in use."""
    return Paragraph.objects.filter(kind=kind, is_current=True)


def usual_paragraphs(kind: str) -> tuple[tuple[str, str, str], ...]:
    """Those chosen at first, each as its code, Chinese and English, with their placeholders."""
    usual = approved(kind).filter(is_usual=True)
    return tuple(usual.values_list("code", "text_zh", "text_en"))
