"""What the reports' pages ask for, one module for each subject."""

from reports.forms.asof import AsOfForm

__all__ = ["AsOfForm"]
