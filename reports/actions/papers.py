"""The papers of an approved report: PDF, ODS, XLSX and CSV, made once and kept; nothing of them is made again."""

import io
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from cases.provisions import HOUSE
from reports.actions.keeping import keep_made
from reports.frozen import thawed
from reports.models import FrozenReport
from reports.printing import pdf_of_report
from reports.sheets import write_report
from reports.signing import signing_of
from tracker.models import User
from tracker.paper import NotPrinted
from tracker.roles import Secrecy
from tracker.sheets import FORMATS

LANGUAGE = "zh-hant"
FORMS = ("pdf", "ods", "xlsx", "csv")
SECRECY = Secrecy.INTERNAL


def keep_papers(*, by: User, report: FrozenReport, kept: dict[str, Any]) -> None:
    """Make and keep its papers in Chinese, as documents of the report. It must have its content and its last signature.

    :raises StepRefused: when the PDF cannot be set.
    """
    assert report.approved_at is not None  # noqa: S101 - called by the approval alone
    with translation.override(LANGUAGE):
        said = thawed(kept)
        tables = [thawed(one) for one in kept["alongside"]]
        name = f"{report.code}-{report.as_of:%Y%m%d}-{report.pk}"
        for form in FORMS:
            file = io.BytesIO()
            if form == "pdf":
                signing = signing_of(report, kept)
                try:
                    pdf = pdf_of_report(said, made_at=report.approved_at, signing=signing, tables=tables)
                except NotPrinted as failed:
                    words = _("This report is too long for a PDF: narrow it down.")
                    raise StepRefused(words, HOUSE) from failed
                file.write(pdf)
            else:
                write_report(said, form, file, digest=report.digest)
            keep_made(
                by=by,
                about=report,
                file=file,
                name=f"{name}.{form}",
                content_type="application/pdf" if form == "pdf" else FORMATS[form].content_type,
                title=f"{name} ({form.upper()})",
                secrecy=SECRECY,
            )
