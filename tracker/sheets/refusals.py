"""The refusals of a sheet and their sentences, each of which says what to do."""

from django.utils.translation import gettext_lazy as _

from tracker.containers import ContainerRefused, FileRefused


class SheetError(FileRefused):
    """A sheet that cannot be read, or rows that no sheet of this kind can hold."""

    messages = {
        **ContainerRefused.messages,
        "format": _(
            "Sheets are read as CSV, XLSX or ODS. Save “%(name)s” as one of these and choose the new file."
        ),
        "mismatch": _(
            "The content is not what the ending .%(extension)s promises. "
            "Open the file, save it as %(extension)s, and choose the new file."
        ),
        "encoding": _(
            "Line %(line)s holds a byte (%(byte)s) that is neither UTF-8 nor Big5. "
            "Save the file as “CSV UTF-8” and choose it again."
        ),
        "encoding_utf16": _("The file is in UTF-16. Save it as “CSV UTF-8” and choose it again."),
        "encoding_doubtful": _(
            "Read as Big5, line %(line)s would begin “%(text)s”, which does not look right. "
            "Save the file as “CSV UTF-8” and choose it again."
        ),
        "quotes": _(
            "Line %(line)s has a quotation mark too many or too few. Correct it and choose the file again."
        ),
        "delimiter": _(
            "The columns are not separated by commas. Save the file as CSV with commas, or as XLSX."
        ),
        "no_header": _("The sheet has no row of column names. Put the names into the first row."),
        "header_empty": _("Column %(column)s has no name. Name it in the first row, or delete the column."),
        "header_twice": _("Two columns are called “%(header)s”. Rename one of them."),
        "extra_cells": _(
            "Line %(line)s has cells beyond the last named column. Name the column, or empty those cells."
        ),
        "too_many_rows": _("The sheet has more than %(limit)s rows. Divide it into several files."),
        "too_many_columns": _("The sheet has more than %(limit)s columns. Delete those that are not needed."),
        "too_spread": _(
            "The sheet reaches to line %(line)s and column %(column)s. "
            "Delete the cells beyond the table and save it again."
        ),
        "cell_error": _(
            "Cell %(cell)s holds an error, such as #REF!, instead of a value. Correct it and save the sheet again."
        ),
        "cell_too_long": _("Line %(line)s has a cell of more than %(limit)s characters. Shorten it."),
        "too_much_text": _(
            "The sheet holds more than %(limit)s million characters. Divide it into several files."
        ),
        "rows_do_not_fit": _(
            "A spreadsheet takes %(limit)s rows, and there are more. Choose CSV, or filter the list."
        ),
    }
