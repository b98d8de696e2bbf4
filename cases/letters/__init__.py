"""What letters say and how they look: kinds, placeholders, words on paper, sheets. Nothing here writes.

The words on paper follow the paper's language, Chinese with English beside, not the reader's; they are not of the
message catalogs.
"""
