"""The admin screens of cases: shown to supervisors of justice, who write there only paragraphs; closed to all others.

The administrator of the system has no permission on any model of cases. Every list begins from what the supervisor
may see: a row that belongs to a hidden case is hidden with it.
"""

from cases.admin import contents, disposal, letters, records, work

__all__ = ["contents", "disposal", "letters", "records", "work"]
