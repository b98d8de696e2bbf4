"""The admin screens of the reports, one module for each subject."""

from reports.admin import feeds, figures, followup, signing, weights

__all__ = ["feeds", "figures", "followup", "signing", "weights"]
