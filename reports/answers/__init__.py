"""The answer to a recommendation of the audit office: its figures again as of a day, with the rows behind each of them."""

from reports.answers.figures import Line, figures_of_paragraph
from reports.answers.pack import Asked, files_of

__all__ = ["Asked", "Line", "figures_of_paragraph", "files_of"]
