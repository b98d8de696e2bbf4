"""The refusals of an upload and their sentences, each of which says what to do."""

from django.utils.translation import gettext_lazy as _

from tracker.containers import ContainerRefused, FileRefused
from tracker.secrecy import STATE_SECRET


class UploadRefused(FileRefused):
    """A file that may not be kept as a document."""

    messages = {
        **ContainerRefused.messages,
        "name_missing": _("The file has no name. Give it one and choose it again."),
        "name_characters": _(
            "The name of the file holds invisible or reserved characters. Rename it and choose it again."
        ),
        "name_ending": _("The name of the file ends with a dot or a space. Rename it and choose it again."),
        "name_double": _(
            "“%(name)s” hides the kind of a program in its name (.%(extension)s). Rename it and choose it again."
        ),
        "state_secret": STATE_SECRET,
        "kind": _("Files of the kind “%(extension)s” are not taken. Save it as one of: %(allowed)s."),
        "mismatch": _(
            "The content is not what the ending .%(extension)s promises. "
            "Open the file, save it under the right kind, and choose the new file."
        ),
        "hidden_content": _("Another file is hidden in this file. Save it again, or print it to PDF."),
        "macros": _("The document holds macros. Save it without macros, or as PDF."),
        "embedded": _(
            "The document holds another file (%(part)s). Upload that one by itself, or save as PDF."
        ),
        "active": _("The document holds controls or links that start programs. Save it as PDF."),
        "external_template": _(
            "The document loads a template or another part from elsewhere (%(target)s). Save it as PDF."
        ),
        "pdf_script": _("The PDF holds a script or starts a program. Print it to a new PDF and choose that."),
        "pdf_embedded": _(
            "The PDF holds attached files. Upload those by themselves, and print this one to a new PDF."
        ),
        "pdf_form": _(
            "The PDF is a form that only some programs can show. Print it to a new PDF and choose that."
        ),
        "pdf_encrypted": _(
            "The PDF is protected, so its content cannot be checked. Print it to a new PDF and choose that."
        ),
        "pdf_unreadable": _(
            "Parts of the PDF cannot be read and checked. Print it to a new PDF and choose that."
        ),
        "picture_too_large": _("The picture has more than %(limit)s million pixels. Scan it with fewer."),
    }
