"""The papers of a letter that was sent from here, as they were kept that day: nothing of them is made again."""

from cases.models import Letter
from tracker.models import Document, DocumentVersion

FORMS = ("odt", "pdf")


def goes_as_note(letter: Letter) -> bool:
    """Whether Foreign Affairs passes it on, and so may do it as a diplomatic note (節略)."""
    return letter.channel == Letter.Channel.FOREIGN_AFFAIRS


def paper_title(letter: Letter, form: str, *, as_note: bool = False) -> str:
    """What the kept paper is called: the letter's number, whether it is the note, and its form."""
    words = f"{letter.number} 節略" if as_note else letter.number
    return f"{words} ({form.upper()})"


def kept_paper(letter: Letter, form: str, *, as_note: bool = False) -> DocumentVersion | None:
    """The paper as it was kept when the letter was sent; None when it was not."""
    title = paper_title(letter, form, as_note=as_note)
    versions = DocumentVersion.objects.filter(document__in=Document.objects.about(letter).filter(title=title))
    return versions.select_related("document").order_by("number", "pk").first()
