"""The pages of one case, put together for a reader: the frame they share, and each of their parts."""
