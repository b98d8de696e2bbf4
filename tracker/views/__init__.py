"""The pages that belong to no app above: the way home, search, documents."""
