"""The admin screens of the reports, one module for each subject."""

from reports.admin import figures, signing, weights

__all__ = ["figures", "signing", "weights"]
