"""What tests of the pages of an import read of an answer."""

from typing import Any

from django.utils.html import strip_tags

ENGLISH = {"accept-language": "en"}


def words(answer: Any) -> str:
    """The words of a page, without its marks."""
    return " ".join(strip_tags(answer.content.decode().replace("<", " <")).split())
